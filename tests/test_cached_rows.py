"""What is copied from memory is what was walked, row by row; and nothing is copied into a database nobody knows."""

import pytest
from django.db import transaction

from accounts.roles import Role
from authorizations.models import Case, Message
from tests.cached_rows import MEMORY, Rows, all_rows
from tests.cast import make_cast
from tests.lifecycle.cases import make_case
from tests.samples import first


@pytest.fixture(autouse=True)
def _without_memory(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of these tests begins with a memory that has learned nothing."""
    monkeypatch.setattr(MEMORY, "differences", {})
    monkeypatch.setattr(MEMORY, "rows", {})


def made(kind: str, stage: str) -> tuple[Case, dict[str, Rows]]:
    """A case and all rows that came with it, in a database that is empty before and after."""
    MEMORY.known = ()
    with transaction.atomic():
        case = make_case(make_cast(), kind, stage)
        rows = all_rows()
        transaction.set_rollback(True)
    return case, rows


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "stage"), first([("reuse", "recorded"), ("initial", "certified")]))
def test_a_case_from_memory_has_every_row_of_the_one_that_was_walked(kind: str, stage: str) -> None:
    walked, of_the_walk = made(kind, stage)
    learned = len(MEMORY.differences)
    copied, of_the_copy = made(kind, stage)

    assert len(MEMORY.differences) == learned
    assert of_the_copy == of_the_walk
    assert of_the_copy["authorizations_message"]
    assert copied is not walked
    assert (copied.public_id, copied.stage, copied.facts) == (walked.public_id, stage, walked.facts)


@pytest.mark.slow
def test_the_same_case_asked_for_twice_is_two_cases() -> None:
    cast = make_cast()
    assert make_case(cast).pk != make_case(cast).pk


@pytest.mark.slow
def test_a_write_that_is_not_a_builders_own_is_noticed() -> None:
    for changed in (False, True):
        MEMORY.known = ()
        with transaction.atomic():
            cast = make_cast()
            if changed:
                cast.viewer.memberships.update(role=Role.AGENCY_LIAISON)
            case = make_case(cast, "initial", "ssp")
            told = set(Message.objects.filter(event__subject_id=case.pk).values_list("recipient__name", flat=True))
            transaction.set_rollback(True)
        assert ("Vic Viewer" in told) is changed
