"""What a lead of the own side records from evidence for a party without people here, and what the party says later."""

import pytest

from authorizations.actions.cases.absent_party import answer_recorded
from authorizations.actions.findings.findings import answer_finding
from authorizations.actions.refusals import NoLongerPossible, NotPermitted, NotReady
from authorizations.actions.register.packages import locate_from_evidence
from authorizations.models import Case, DesignationEvent, Event, Offering, Package, RecordedForAbsent
from authorizations.presenters.audit_log.history import history
from tests.actions.cases.absent import EVIDENCE, absent, arrived
from tests.actions.documents.documents import add
from tests.actions.findings.findings import draft
from tests.cast import Cast
from tests.lifecycle.cases import make_case, make_move, moves_to, press, step_facts
from tests.lifecycle.world import NOW


@pytest.fixture
def alone(cast: Cast) -> Case:
    """A case that has asked for access, of an agency that is alone here."""
    case = make_case(cast, "reuse", "access_requested")
    absent("pmo", "provider", "assessor")
    return case


def grant(case: Case, cast: Cast, who: str = "liaison", **changed: object) -> Case:
    told = {**step_facts("grant_access", cast, "reuse"), **EVIDENCE, **changed}
    return press(case, "grant_access", cast.people[who], **told)


@pytest.mark.slow
def test_an_agency_alone_takes_a_reuse_case_to_its_end(cast: Cast, alone: Case) -> None:
    case = grant(alone, cast)
    for name, who in (
        ("start_review", "reviewer"),
        ("finish_review", "reviewer"),
        ("start_implementation", "reviewer"),
        ("submit_for_decision", "reviewer"),
        ("issue_ato", "official"),
        ("report_letter", "liaison"),
    ):
        case = press(case, name, cast.people[who], **step_facts(name, cast, "reuse"))
    case = press(case, "record", cast.liaison, **step_facts("record", cast, "reuse"), **EVIDENCE)
    assert case.stage == "recorded"
    lines = RecordedForAbsent.objects.order_by("pk").values_list("step", "side", "answer")
    assert list(lines) == [("grant_access", "pmo", ""), ("record", "pmo", "")]


def test_the_history_says_for_whom_by_whom_and_from_what(cast: Cast, alone: Case) -> None:
    grant(alone, cast)
    entry = history(alone, cast.liaison)[0]
    assert entry.who == "Recorded for FedRAMP by Lena Liaison, agency liaison of Department of Harbors"
    assert ("Evidence", "Mail 12 of Nimbus Cloud") in entry.facts
    assert Event.objects.about(alone).latest("pk").changes["recorded_for"] == [None, "pmo"]


def test_evidence_is_owed_and_the_gates_are_the_same(cast: Cast, alone: Case) -> None:
    with pytest.raises(NotReady) as refusal:
        grant(alone, cast, evidence_seen="", evidence_channel="", access_granted_on=None)
    assert {each.gate for each in refusal.value.problems} == {"evidence_seen", "evidence_channel", "access_granted_on"}


@pytest.mark.parametrize("who", ["reviewer", "official"])
def test_nobody_but_a_lead_of_the_own_side_records_it(cast: Cast, alone: Case, who: str) -> None:
    with pytest.raises(NotPermitted):
        grant(alone, cast, who)


def test_once_the_party_is_here_only_it_takes_its_rows(cast: Cast, alone: Case) -> None:
    arrived("pmo")
    with pytest.raises(NotPermitted):
        grant(alone, cast)


def test_the_party_confirms_or_disputes_what_was_recorded_and_nothing_moves(cast: Cast, alone: Case) -> None:
    case = grant(alone, cast)
    line = RecordedForAbsent.objects.get()
    arrived("pmo")
    with pytest.raises(NotReady):
        answer_recorded(line.public_id, actor=cast.pmo_lead, now=NOW, answer="disputed")
    told = "It was granted a day later."
    answer_recorded(line.public_id, actor=cast.pmo_lead, now=NOW, answer="disputed", statement=told)
    with pytest.raises(NoLongerPossible):
        answer_recorded(line.public_id, actor=cast.pmo_lead, now=NOW, answer="confirmed")
    case.refresh_from_db()
    assert (case.stage, history(case, cast.liaison)[0].reason) == ("access_granted", told)
    assert [each.what for each in history(case, cast.liaison)[:2]][1] == "Access granted"


def test_another_party_answers_nothing_for_it(cast: Cast, alone: Case) -> None:
    grant(alone, cast)
    line = RecordedForAbsent.objects.get()
    arrived("provider")
    assert not RecordedForAbsent.objects.to_answer_by(cast.csp_lead).exists()
    for who in ("csp_lead", "liaison"):
        with pytest.raises(NotPermitted):
            answer_recorded(line.public_id, actor=cast.people[who], now=NOW, answer="confirmed")


def test_the_place_of_the_package_is_recorded_from_evidence_while_its_holder_is_absent(cast: Cast) -> None:
    case = make_case(cast, "reuse", "access_requested")
    Package.objects.all().delete()
    absent("pmo")
    with pytest.raises(NotPermitted):
        locate_from_evidence(case.public_id, actor=cast.liaison, now=NOW, location="repository", **EVIDENCE)
    package = locate_from_evidence(case.public_id, actor=cast.liaison, now=NOW, location="connect", **EVIDENCE)
    assert Event.objects.about(package).get().changes["recorded_for"] == [None, "pmo"]


@pytest.mark.slow
def test_an_agency_alone_takes_an_initial_case_from_the_partnership_to_fedramps_review(cast: Cast) -> None:
    case = make_case(cast, "initial", "partnership", assessor=None)
    absent("pmo", "provider", "assessor")
    others = {"csp_lead", "csp_contributor", "assessor_lead", "assessor_member", "pmo_reviewer"}
    for name, who, *_ in moves_to("initial", "pmo_review"):
        # The liaison signs for the agency first: who signs next is recorded for the provider.
        is_other = who in others if name != "sign_wbs" else who == "liaison"
        case = make_move(case, (name, "liaison" if who in others else who, EVIDENCE if is_other else {}), cast)
    assert case.stage == "pmo_review"
    lines = RecordedForAbsent.objects.filter(case=case).order_by("pk")
    rows = {step.name: step.row for step in case.machine().steps}
    assert " ".join(f"{rows[each.step]}:{each.side}" for each in lines) == (
        "I1:provider I3:provider I6:pmo I8:provider I13:assessor I18:assessor I29:provider I31:pmo"
    )


@pytest.mark.slow
def test_the_liaison_brings_documents_and_answers_of_absent_sides_with_a_note(cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    finding = draft(case, cast.reviewer)
    case = press(case, "return_ssp", cast.reviewer)
    absent("provider")
    with pytest.raises(NotReady):
        add(case, cast.liaison, "ssp", location="Folder 4")
    version = add(case, cast.liaison, "ssp", location="Folder 4", note="Mail 12 of the provider.")
    assert version.side == "provider"
    revision = Case.objects.get(pk=case.pk).revision
    given = {"actor": cast.liaison, "now": NOW, "revision": revision, "answer": "Both ports are closed."}
    answer_finding(finding.public_id, **given)
    told = [each.changes.get("recorded_for") for each in Event.objects.about(case).order_by("-pk")[:2]]
    assert told == [[None, "provider"], [None, "provider"]]
    arrived("provider")
    with pytest.raises(NotPermitted):
        add(case, cast.liaison, "ssp", location="Folder 5", note="Mail 13.")


def test_findings_written_down_for_fedramp_are_fedramps(cast: Cast) -> None:
    case = make_case(cast, "initial", "in_process_requested")
    absent("pmo")
    finding = draft(case, cast.liaison)
    press(case, "return_request", cast.liaison, **EVIDENCE)
    finding.refresh_from_db()
    assert (finding.side, finding.owed_by) == ("pmo", "agency")


@pytest.mark.slow
def test_certified_is_recorded_only_where_a_designation_says_so_and_leaves_it_as_it_is(cast: Cast) -> None:
    case = make_case(cast, "initial", "ato_issued")
    absent("pmo")
    told = {**step_facts("certify_without_review", cast), **EVIDENCE}
    with pytest.raises(NotReady, match="No designation"):
        press(case, "certify_without_review", cast.liaison, **told)
    Offering.objects.filter(pk=case.offering_id).update(designation="certified")
    before = DesignationEvent.objects.count()
    assert press(case, "certify_without_review", cast.liaison, **told).stage == "certified"
    assert DesignationEvent.objects.count() == before


def test_the_providers_lead_records_fedramps_listing_where_the_agency_is_absent(cast: Cast) -> None:
    case = make_case(cast, "initial", "in_process_requested")
    absent("pmo", "agency")
    case = press(case, "list_in_process", cast.csp_lead, **step_facts("list_in_process", cast), **EVIDENCE)
    with pytest.raises(NotPermitted):
        press(case, "approve_ssp", cast.csp_lead)
    assert history(case, cast.csp_lead)[0].who.startswith("Recorded for FedRAMP by Cleo Lead")
