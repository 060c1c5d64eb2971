"""The status of a case: of every stage, to each side what its page tells it and nothing else."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from authorizations.actions.cases.cases import record_facts
from authorizations.actions.cases.comments import make_comment
from authorizations.actions.cases.waivers import waive_gate
from authorizations.actions.findings.drafts import draft_finding
from authorizations.models import Case
from authorizations.reports.base import Missing
from authorizations.vocabulary import Severity
from tests.cast import Cast
from tests.lifecycle.cases import WAYS, make_case
from tests.lifecycle.world import NOW
from tests.reports.contents import contents_of, everything, rows_of
from tests.samples import sample
from tests.web.reading_pages import body_of

# A report is written in every format for each side.
pytestmark = [pytest.mark.pages, pytest.mark.slow]

STAGES = [(kind, stage) for kind, ways in WAYS.items() for stage in ways]
FEW = [("reuse", "risk_decision")]
READERS = ("liaison", "official", "csp_lead", "assessor_lead", "pmo_lead", "auditor")
RECOMMENDATION = "The risk is low; authorize."


@pytest.mark.parametrize(("kind", "stage"), sample(STAGES, *FEW, more=STAGES[::5], lane=pytest.mark.nightly))
def test_each_stage_has_a_report_for_everyone_who_may_know_of_the_case(cast: Cast, kind: str, stage: str) -> None:
    case = make_case(cast, kind, stage)
    told = 0
    for person in READERS:
        user = cast.people[person]
        if not Case.objects.visible_to(user).filter(pk=case.pk).exists():
            with pytest.raises(Missing):
                contents_of("case-status", user, case=case.public_id)
            continue
        told += 1
        text = everything("case-status", user, case=case.public_id)
        assert case.stage_label in text
        _, contents = contents_of("case-status", user, case=case.public_id)
        assert all(sentence.endswith((".", "!", "”")) for sentence in contents.summary)
        days = contents.table("parties")
        assert days is not None
        assert days.sums["days"] == contents.figures[0].number
        stands = "is" if case.is_open else "ended"
        assert contents.charts[0].description.startswith(f"The case {stands} ")
    assert told >= 2


@pytest.mark.parametrize(
    ("kind", "stage"),
    sample(
        STAGES,
        *(("initial", "agency_review"), ("reuse", "implementation")),
        more=STAGES[::3],
        lane=pytest.mark.nightly,
    ),
)
def test_what_a_step_needs_names_nothing_inside_the_agency_to_others(cast: Cast, kind: str, stage: str) -> None:
    case = make_case(cast, kind, stage)
    # Without documents, every gate that asks for one is unmet.
    Case.objects.filter(pk=case.pk).update(document_summary={})
    facts = case.machine().facts
    inside = {facts[name].label for name in case.inside_facts()}
    inside |= {rule.label for rule in case.rules.documents.values() if rule.inside}
    for person in ("csp_lead", "csp_viewer", "assessor_lead"):
        user = cast.people[person]
        if not Case.objects.visible_to(user).filter(pk=case.pk).exists():
            continue
        _, contents = contents_of("case-status", user, case=case.public_id)
        said = " ".join(row["needs"] for row in rows_of(contents, "next"))
        said += " ".join(row["document"] for row in rows_of(contents, "documents"))
        said += " ".join(row["fact"] for row in rows_of(contents, "facts")) + " ".join(contents.summary)
        assert not [label for label in inside if label in said], person
        assert "our agency" not in said, person


@pytest.mark.parametrize("person", ["stranger_agency", "stranger_csp", "bureau_liaison"])
def test_for_strangers_there_is_none(cast: Cast, client: Client, person: str) -> None:
    case = make_case(cast, "initial", "ssp")
    client.force_login(cast.people[person])
    assert client.get(f"/reports/case-status/?case={case.public_id}").status_code == 404


def test_what_stays_inside_a_side_stays_out_of_the_others_reports(cast: Cast) -> None:
    case = make_case(cast, "initial", "ao_decision")
    for person in READERS:
        inside = person in {"liaison", "official", "pmo_lead", "auditor"}
        text = everything("case-status", cast.people[person], case=case.public_id)
        assert (RECOMMENDATION in text) is inside, person


def test_drafts_and_comments_are_in_nobodys_report(cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    draft_finding(
        case.public_id,
        actor=cast.reviewer,
        now=NOW,
        severity=Severity.MAJOR,
        text="Ports are open.",
        fact="ssp_delivered_on",
    )
    make_comment(case.public_id, actor=cast.liaison, now=NOW, text="We doubt their ports.", shared=False)
    for person in READERS:
        text = everything("case-status", cast.people[person], case=case.public_id)
        assert "Ports are open." not in text, person
        assert "We doubt their ports." not in text, person


def test_whose_turn_it_is_and_what_blocks_it_are_said_to_each_side(cast: Cast) -> None:
    case = make_case(cast, "initial", "pmo_review")
    for person, blocked in (("csp_lead", True), ("liaison", True), ("pmo_lead", True)):
        _, contents = contents_of("case-status", cast.people[person], case=case.public_id)
        words = " ".join(contents.summary)
        assert "Waiting on the FedRAMP PMO" in words
        assert ("“Certify” is blocked." in words) is blocked, person
        assert any(each.text.startswith("A PMO lead: “Certify”") for each in contents.decisions)


def test_gates_are_told_met_and_unmet_with_where_they_are_met(cast: Cast) -> None:
    case = make_case(cast, "initial", "pmo_review")
    _, contents = contents_of("case-status", cast.pmo_lead, case=case.public_id)
    table = contents.table("next")
    assert table is not None
    states = {row["state"] for row in rows_of(contents, "next")}
    assert {"Met", "Not met"} <= states
    assert any(getattr(row[2], "url", "").startswith(f"/cases/{case.public_id}/") for row in table.rows())
    # Others' steps are told without places: nobody of this side meets them.
    _, contents = contents_of("case-status", cast.csp_lead, case=case.public_id)
    due = [row for row in rows_of(contents, "next") if row["step"].endswith("(the case waits for it)")]
    assert [row["state"] for row in due] == ["Not met", *["Not told to your side"] * 2]


def test_a_waived_gate_is_said_to_be_waived(cast: Cast) -> None:
    case = make_case(cast, "initial", "pmo_review")
    until = NOW.date() + timedelta(days=900)
    waive_gate(
        case.public_id, actor=cast.pmo_lead, now=NOW, gate="document_review_report", reason="It follows.", until=until
    )
    _, contents = contents_of("case-status", cast.pmo_lead, case=case.public_id)
    assert [row["reason"] for row in rows_of(contents, "waivers")] == ["It follows."]
    assert "Waived" in {row["state"] for row in rows_of(contents, "next")}


@pytest.mark.slow
def test_queries_do_not_grow_with_the_history(cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            everything("case-status", cast.csp_lead, case=case.public_id)
        return len(queries)

    asked()
    before = asked()
    for number in range(20):
        revision = Case.objects.get(pk=case.pk).revision
        words = f"Cleo Lead, line {number}"
        record_facts(case.public_id, actor=cast.csp_lead, now=NOW, revision=revision, provider_contact=words)
    assert asked() == before


def test_the_page_of_the_case_leads_to_it(cast: Cast, client: Client) -> None:
    case = make_case(cast, "initial", "ssp")
    client.force_login(cast.csp_lead)
    address = f"/reports/case-status/?case={case.public_id}"
    assert address in body_of(client, case.get_absolute_url())
    page = body_of(client, address)
    assert "Days by party" in page
    assert "<svg" in page
