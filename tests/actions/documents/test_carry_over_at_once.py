"""A double press, and two people of the provider in one moment: each document is taken over once."""

from functools import partial

import pytest

from authorizations.actions.documents.carry_over import take_over
from authorizations.models import Case, DocumentVersion, Event
from tests.actions.documents.documents import continued
from tests.cast import Cast
from tests.lifecycle.test_cases_at_once import together
from tests.lifecycle.world import NOW

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.slow
def test_a_double_press_takes_one_set_over(cast: Cast) -> None:
    _, case, ours = continued(cast)
    ids = [version.public_id for version in ours.values()]
    press = partial(take_over, case.public_id, ids, actor=cast.csp_lead, now=NOW, idempotency_key="k1")
    assert sorted(together([press] * 4)) == ["VersionAlreadyAdded"] * 3 + ["done"]
    assert DocumentVersion.objects.filter(document__case=case).count() == 2
    assert Event.objects.filter(verb="case.document_added", subject_id=case.pk).count() == 2
    assert Case.objects.get(pk=case.pk).revision == case.revision + 2


@pytest.mark.slow
def test_two_people_of_the_provider_take_one_set_over(cast: Cast) -> None:
    _, case, ours = continued(cast)
    ids = [version.public_id for version in ours.values()]
    people = (cast.csp_lead, cast.csp_contributor) * 2
    presses = [
        partial(take_over, case.public_id, ids, actor=who, now=NOW, idempotency_key=f"k{number}")
        for number, who in enumerate(people)
    ]
    assert sorted(together(presses)) == ["NotReady"] * 3 + ["done"]
    assert DocumentVersion.objects.filter(document__case=case).count() == 2
