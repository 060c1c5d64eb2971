"""Several people at one document in one moment: every version is kept, every number once, one form adds once."""

from functools import partial

import pytest

from authorizations.actions.documents.documents import enter_scan, withdraw_version
from authorizations.models import Case, Document, DocumentVersion, Event
from authorizations.models.document import summarize_documents
from authorizations.vocabulary import Scan
from tests.actions.documents.documents import add, kept_file
from tests.cast import Cast
from tests.lifecycle.cases import make_case
from tests.lifecycle.test_cases_at_once import together
from tests.lifecycle.world import NOW

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.slow
def test_versions_of_several_people_are_all_kept_and_numbered_once(cast: Cast) -> None:
    case = make_case(cast, "initial", "planning")
    people = [cast.liaison, cast.reviewer, cast.csp_lead, cast.csp_contributor] * 2
    assert together([partial(add, case, who) for who in people]) == ["done"] * 8
    assert sorted(DocumentVersion.objects.values_list("number", flat=True)) == list(range(1, 9))
    after = Case.objects.get(pk=case.pk)
    assert after.revision == case.revision + 8
    assert after.document_summary == summarize_documents(Document.objects.filter(case=case))
    assert Event.objects.filter(verb="case.document_added").count() == 8


@pytest.mark.slow
def test_a_form_that_is_sent_by_a_double_click_adds_once(cast: Cast) -> None:
    case = make_case(cast, "initial", "planning")
    ended = together([lambda: add(case, cast.csp_lead, idempotency_key="k1")] * 6)
    assert sorted(ended) == ["VersionAlreadyAdded"] * 5 + ["done"]
    assert DocumentVersion.objects.count() == 1


@pytest.mark.slow
def test_what_is_withdrawn_while_the_scanner_looks_does_not_count_afterwards(cast: Cast) -> None:
    case = make_case(cast, "initial", "planning")
    version = add(case, cast.csp_lead, upload=kept_file(scan=Scan.WAITING))
    ended = together(
        [
            lambda: enter_scan(version.public_id, harmless=True, now=NOW),
            lambda: withdraw_version(version.public_id, actor=cast.csp_lead, now=NOW, reason="Wrong one."),
            lambda: withdraw_version(version.public_id, actor=cast.csp_contributor, now=NOW, reason="Wrong one."),
        ]
    )
    assert sorted(ended) == ["NoLongerPossible", "done", "done"]
    assert Case.objects.get(pk=case.pk).document_summary == {}
