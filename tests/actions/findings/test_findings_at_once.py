"""People who act on findings in the same moment: each act is done once, and the case counts what its rows say."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from authorizations.actions.findings.findings import answer_findings, draft_finding, resolve_findings
from authorizations.actions.steps import perform
from authorizations.models import Case, Event, Finding, Message
from tests.actions.findings.findings import ABOUT, answer_all, counted, draft, returned, revision
from tests.cast import Cast, make_cast
from tests.lifecycle.cases import NOW, make_case
from tests.lifecycle.test_cases_at_once import fresh, together

pytestmark = pytest.mark.django_db(transaction=True)
TWO = ("The boundary misses the backup site.", "Control AC-2 names no owner.")


def made(make: Callable[..., Any], *arguments: Any) -> Any:
    """What a builder makes, kept for all threads."""
    with transaction.atomic():
        return make(*arguments)


def settling(cast: Cast, case: Case, names: list[str], who: str) -> Callable[[], Any]:
    seen = revision(case)
    return lambda: resolve_findings(
        case.public_id, actor=fresh(cast.people[who]), now=NOW, revision=seen, findings=names
    )


@pytest.mark.slow
def test_two_reviewers_who_settle_at_once_settle_once() -> None:
    cast = make_cast()
    case, findings = made(returned, cast, *TWO)
    names = [finding.public_id for finding in findings]
    answer_all(case, cast.csp_lead, dict.fromkeys(names, "Mended."))
    acts = [settling(cast, case, names, who) for who in ("reviewer", "liaison")]
    assert sorted(together(acts)) == ["StaleRevision", "done"]
    assert Event.objects.filter(verb="case.findings_resolved").count() == 1
    assert counted(case)["open"] == 0


@pytest.mark.slow
def test_a_form_that_is_pressed_eight_times_drafts_one_finding() -> None:
    cast = make_cast()
    case = made(make_case, cast)

    def press() -> None:
        said = {"severity": "major", "text": TWO[0], "fact": ABOUT, "idempotency_key": "one form"}
        draft_finding(case.public_id, actor=fresh(cast.reviewer), now=NOW, **said)

    assert sorted(together([press] * 8)) == [*["AlreadyDrafted"] * 7, "done"]
    assert Finding.objects.count() == Event.objects.filter(verb="finding.drafted").count() == 1
    assert counted(case)["drafts"] == {"agency": 1}


@pytest.mark.slow
def test_drafts_that_are_made_while_the_work_is_returned_go_out_or_stay() -> None:
    cast = make_cast()
    case = made(make_case, cast)
    draft(case, cast.reviewer, "The first.")
    seen = revision(case)

    def give_back() -> None:
        perform(
            Case, case.public_id, "return_ssp", actor=fresh(cast.reviewer), now=NOW, revision=seen, reason="Because."
        )

    def find() -> None:
        said = {"severity": "minor", "text": "Another.", "fact": ABOUT}
        draft_finding(case.public_id, actor=fresh(cast.liaison), now=NOW, **said)

    assert together([find, give_back, find, find]) == ["done"] * 4
    sent = Finding.objects.filter(sent_at__isnull=False).count()
    assert counted(case)["open"] == sent >= 1
    assert counted(case)["drafts"].get("agency", 0) == 4 - sent
    assert len(Event.objects.get(verb="case.return_ssp").changes["findings"][1]) == sent
    assert Message.objects.filter(recipient=cast.csp_lead, event__verb="case.return_ssp").count() == 1


@pytest.mark.slow
def test_two_people_who_answer_at_once_answer_once() -> None:
    cast = make_cast()
    case, [one, two] = made(returned, cast, *TWO)
    seen = revision(case)

    def answering(who: str, name: str) -> Callable[[], Any]:
        return lambda: answer_findings(
            case.public_id, actor=fresh(cast.people[who]), now=NOW, revision=seen, answers={name: "Mended."}
        )

    acts = [answering("csp_lead", one.public_id), answering("csp_contributor", two.public_id)]
    assert sorted(together(acts)) == ["StaleRevision", "done"]
    assert counted(case)["unanswered"] == {"provider": 1}
