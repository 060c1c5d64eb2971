"""Who drafts, answers, asks again and settles findings, and who is told nothing of a draft."""

from typing import Any

import pytest

from authorizations.actions.findings.findings import drop_finding
from authorizations.actions.refusals import NotPermitted
from authorizations.models import Case, Event, Finding
from tests.actions.findings.findings import (
    ABOUT,
    again,
    answer,
    draft,
    resolve,
    send,
)
from tests.actions.findings.test_findings import SENDING, change
from tests.cast import Cast
from tests.lifecycle.cases import NOW, make_case
from tests.samples import first

DRAFTS = {"liaison": "agency", "reviewer": "agency", "pmo_reviewer": "pmo", "pmo_lead": "pmo"}
ANSWERS = {
    "agency": {"liaison", "reviewer"},
    "provider": {"csp_lead", "csp_contributor"},
    "assessor": {"assessor_lead", "assessor_member"},
}
EVERYONE = (
    *("liaison", "reviewer", "official", "viewer", "csp_lead", "csp_contributor", "csp_viewer"),
    *("assessor_lead", "assessor_member", "pmo_reviewer", "pmo_lead", "auditor"),
)
STRANGERS = ("stranger_agency", "stranger_csp", "bureau_liaison")


@pytest.mark.slow
@pytest.mark.parametrize("stage", ["in_process_requested", "ssp", "agency_review", "ato_issued", "pmo_review"])
def test_who_drafts_at_which_stage(cast: Cast, stage: str) -> None:
    case = make_case(cast, "initial", stage)
    for who in EVERYONE:
        if who not in DRAFTS:
            with pytest.raises(NotPermitted):
                draft(case, cast.people[who])
            continue
        finding = draft(case, cast.people[who])
        assert finding.side == DRAFTS[who]
        change(finding, cast.people[who], text="Other words.")
        drop_finding(finding.public_id, actor=cast.people[who], now=NOW)
    for who in STRANGERS:
        with pytest.raises(Case.DoesNotExist):
            draft(case, cast.people[who])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("stage", "step", "drafter", "facts", "side", "owes"), first(SENDING[place] for place in (1, 0, 5, 6))
)
def test_who_answers_asks_again_and_settles(
    cast: Cast, stage: str, step: str, drafter: str, facts: dict[str, Any], side: str, owes: str
) -> None:
    case = make_case(cast, "initial", stage)
    finding = draft(case, cast.people[drafter])
    send(case, cast, step, drafter, **facts)
    may_answer, may_settle = ANSWERS[owes], {who for who, of in DRAFTS.items() if of == side}
    for who in (*EVERYONE, *STRANGERS):
        person = cast.people[who]
        refused = Finding.DoesNotExist if who in STRANGERS else NotPermitted
        if who not in may_answer:
            with pytest.raises(refused):
                answer(finding, person)
        if who not in may_settle:
            for act in (resolve, again):
                with pytest.raises(refused):
                    act(finding, person)
    for place, who in enumerate(sorted(may_answer)):
        answer(finding, cast.people[who], f"Done {place}.")
    for who in sorted(may_settle):
        again(finding, cast.people[who])
        answer(finding, cast.people[min(may_answer)], f"Done, {who}.")
    resolve(finding, cast.people[max(may_settle)])


def test_a_draft_is_not_there_for_another_side(cast: Cast) -> None:
    case = make_case(cast)
    finding = draft(case, cast.reviewer)
    for who in (*EVERYONE, *STRANGERS):
        seen = Finding.objects.visible_to(cast.people[who]).filter(pk=finding.pk).exists()
        assert seen == (who in {"liaison", "reviewer", "official", "viewer", "auditor"}), who
    for who in ("csp_lead", "assessor_lead", "pmo_lead", "stranger_agency"):
        with pytest.raises(Finding.DoesNotExist):
            change(finding, cast.people[who], text="Other words.")
        with pytest.raises(Finding.DoesNotExist):
            answer(finding, cast.people[who])


@pytest.mark.slow
def test_the_record_tells_the_pmo_nothing_of_an_agency_s_draft(cast: Cast) -> None:
    case = make_case(cast)
    draft(case, cast.reviewer)
    drafted = Event.objects.filter(verb="finding.drafted")
    for who, told in (("pmo_lead", False), ("pmo_reviewer", False), ("auditor", True)):
        assert drafted.visible_to(cast.people[who]).exists() == told, who
    draft(case, cast.pmo_reviewer)
    assert drafted.visible_to(cast.pmo_lead).count() == 1
    send(case, cast)
    assert drafted.visible_to(cast.pmo_lead).count() == 2


def test_a_finding_may_be_about_a_fact_alone_once_it_is_known_to_both_sides(cast: Cast) -> None:
    case = make_case(cast)
    assert draft(case, cast.reviewer, fact=ABOUT).fact == ABOUT
