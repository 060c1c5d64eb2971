"""The door of cases: refusals that write nothing, whom one acts for, facts beside the steps, waivers, who sees what."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Membership
from authorizations.actions.cases.cases import recordable
from authorizations.actions.cases.waivers import end_waiver, waive_gate
from authorizations.actions.refusals import Blocked, NoLongerPossible, NotPermitted, NotReady
from authorizations.actions.steps import StaleRevision
from authorizations.models import Case, Event, Waiver
from authorizations.policy import Party
from tests.cast import Cast
from tests.lifecycle.cases import NOW, make_case, make_offering, press, record, step_facts
from tests.lifecycle.golden.unsaved import TABLES, unsaved
from tests.lifecycle.world import DAY

TODAY = date(2026, 11, 24)
DECISION = {"decision_signed_on": DAY, "decision_letter": "Memo 9"}
LETTER = {"decision_letter": "Memo 9"}


def take(case: Case, name: str, cast: Cast, who: str, **changed: Any) -> Case:
    return press(case, name, cast.people[who], **{**step_facts(name, cast, case.kind), **changed})


def nothing_written(case: Case, events: int) -> bool:
    now = Case.objects.get(pk=case.pk)
    same = (now.stage, now.revision, now.facts, now.waits_since) == (
        case.stage,
        case.revision,
        case.facts,
        case.waits_since,
    )
    return same and Event.objects.count() == events


def gates_of(refusal: Any) -> set[str]:
    return {problem.gate for problem in refusal.value.problems}


# --- refusals ---


@pytest.mark.parametrize(
    ("kind", "stage", "name", "who", "changed", "gate"),
    [
        ("initial", "partnership", "start_planning", "liaison", {}, "provider_agreed_on"),
        ("initial", "agency_review", "recommend", "reviewer", {"open_high": 1}, "no_open_high"),
        ("initial", "agency_review", "send_to_remediation", "reviewer", {"delta_test_wanted": ""}, "delta_test_wanted"),
        ("initial", "agency_review", "recommend", "reviewer", {"stage": "certified"}, "facts"),
        ("reuse", "need_defined", "request_access", "liaison", {"use_in_scope": False}, "use_in_scope"),
        ("reuse", "need_defined", "use_existing_access", "liaison", {}, "valid_access"),
    ],
)
def test_what_is_unmet_is_refused_and_nothing_is_written(
    cast: Cast, kind: str, stage: str, name: str, who: str, changed: dict[str, Any], gate: str
) -> None:
    case = make_case(cast, kind, stage)
    events = Event.objects.count()
    with pytest.raises(NotReady) as refusal:
        take(case, name, cast, who, **changed)
    assert gates_of(refusal) == {gate}
    assert nothing_written(case, events)


def test_a_step_back_owes_a_reason_and_what_only_asks_owes_one_too(cast: Cast) -> None:
    case = make_case(cast, "initial", "agency_review")
    events = Event.objects.count()
    with pytest.raises(NotReady) as refusal:
        take(case, "send_to_remediation", cast, "reviewer", reason=" ")
    assert gates_of(refusal) == {"reason"}
    with pytest.raises(NotReady) as refusal:
        take(case, "recommend", cast, "reviewer", close_out_held_on=None, reason="")
    assert gates_of(refusal) == {"close_out_held_on", "reason"}
    assert nothing_written(case, events)
    assert take(case, "recommend", cast, "reviewer", reason="").stage == "ao_decision"
    event = Event.objects.about(case).first()
    assert event.reason == ""


def test_what_only_asks_lets_go_with_a_reason_that_stays_on_record(cast: Cast) -> None:
    case = make_case(cast, "initial", "agency_review")
    take(case, "recommend", cast, "reviewer", close_out_held_on=None, reason="The meeting is next week.")
    event = Event.objects.about(case).first()
    assert (event.verb, event.reason) == ("case.recommend", "The meeting is next week.")


def test_a_refusal_says_whether_it_moved_on_is_not_yours_or_is_not_there(cast: Cast) -> None:
    case = make_case(cast, "initial", "agency_review")
    with pytest.raises(NoLongerPossible, match="already moved on"):
        take(case, "issue_ato", cast, "official")
    with pytest.raises(NotPermitted):
        take(case, "recommend", cast, "csp_lead")
    for name in ("open", "adopt", "nonsense"):
        with pytest.raises(Case.DoesNotExist):
            take(case, name, cast, "pmo_lead")
    with pytest.raises(Case.DoesNotExist):
        take(case, "recommend", cast, "stranger_agency")
    with pytest.raises(StaleRevision):
        take(case, "recommend", cast, "reviewer", revision=case.revision - 1)


def test_a_step_that_its_condition_closes_says_which(cast: Cast) -> None:
    case = take(make_case(cast, "initial", "ssp"), "return_ssp", cast, "reviewer")
    with pytest.raises(NoLongerPossible, match="The case waits on the agency"):
        take(case, "approve_ssp", cast, "reviewer")


# --- for whom one acts (rule 5) ---


@pytest.mark.parametrize(("kind", "stage"), [("initial", "ao_decision"), ("reuse", "risk_decision")])
def test_the_liaison_records_what_the_official_signed_and_the_event_names_both(
    cast: Cast, kind: str, stage: str
) -> None:
    case = make_case(cast, kind, stage)
    with pytest.raises(NotReady, match="Reference of the signed letter"):
        take(case, "issue_ato", cast, "liaison")
    take(case, "issue_ato", cast, "liaison", **LETTER)
    event = Event.objects.about(case).first()
    assert (event.actor, event.decided_by) == (cast.liaison, cast.official)


def empty(cast: Cast, *names: str) -> None:
    """Nobody is a member of these organizations any more."""
    organizations = [cast.organizations[name] for name in names]
    Membership.objects.filter(organization__in=organizations).update(ended_on=date(2026, 1, 1))


def test_a_pmo_lead_stands_in_only_where_nobody_is_there_and_with_evidence(cast: Cast) -> None:
    case = make_case(cast, "initial", "in_process")
    with pytest.raises(NotPermitted):
        take(case, "deliver_ssp", cast, "pmo_lead")
    empty(cast, "nimbus")
    with pytest.raises(NotReady, match="Evidence for standing in"):
        take(case, "deliver_ssp", cast, "pmo_lead")
    evidence = {"standing_in_evidence": "Mail of 20 November"}
    with pytest.raises(NotReady, match="Say in a sentence why"):
        take(case, "deliver_ssp", cast, "pmo_lead", reason="", **evidence)
    with pytest.raises(NotPermitted):
        take(case, "replan", cast, "pmo_lead", **evidence)
    take(case, "deliver_ssp", cast, "pmo_lead", **evidence)
    event = Event.objects.about(case).first()
    assert event.changes["standing_in_evidence"] == [None, "Mail of 20 November"]


def test_a_pmo_lead_enters_a_signed_decision_for_an_agency_without_people_and_takes_none(cast: Cast) -> None:
    case = make_case(cast, "reuse", "risk_decision")
    empty(cast, "harbors")
    evidence = {"standing_in_evidence": "Letter of 20 November"}
    with pytest.raises(NotReady, match="Reference of the signed letter"):
        take(case, "issue_ato", cast, "pmo_lead", **evidence)
    case = take(case, "issue_ato", cast, "pmo_lead", **evidence, **LETTER)
    event = Event.objects.about(case).first()
    assert (event.actor, event.decided_by) == (cast.pmo_lead, cast.official)
    with pytest.raises(NotPermitted):
        take(case, "revise_decision", cast, "pmo_lead", **evidence)


# --- facts beside the steps (rule 3) ---


@pytest.mark.parametrize("kind", TABLES)
def test_facts_are_recorded_at_any_open_stage_and_after_the_end_by_nobody(kind: str) -> None:
    machine = unsaved(kind, TABLES[kind].STAGES.split()[0]).machine()
    for stage in TABLES[kind].STAGES.split():
        case = unsaved(kind, stage)
        for party in Party:
            mine = {fact.name for fact in recordable(case, frozenset({party}))}
            by_table = {name for name in machine.facts if party in machine.recorders[name]}
            assert mine == (by_table if stage in TABLES[kind].OPEN.split() else set())


def test_a_fact_of_a_later_stage_is_recorded_by_its_party_and_kept_with_who_and_when(cast: Cast) -> None:
    case = make_case(cast, "initial", "partnership")
    case = record(case, cast.csp_contributor, ssp_delivered_on=DAY)
    assert case.facts["ssp_delivered_on"] == ["2026-11-20", cast.csp_contributor.pk, NOW.isoformat()]
    event = Event.objects.about(case).first()
    assert (event.verb, event.changes["ssp_delivered_on"]) == ("case.facts_recorded", [None, "2026-11-20"])


@pytest.mark.parametrize(
    ("who", "fact"),
    [
        ("liaison", {"ssp_delivered_on": DAY}),
        ("csp_lead", {"sar_approved_on": DAY}),
        ("reviewer", {"pmo_recommendation": "certify"}),
        ("pmo_lead", {"recommendation": "Authorize."}),
        ("csp_lead", {"kickoff_skipped": "No need."}),
        ("liaison", {"provider_agreed_on": DAY}),
        ("csp_lead", {"wbs_signed_by_provider_on": DAY}),
        ("viewer", {"sar_approved_on": DAY}),
        ("auditor", {"sar_approved_on": DAY}),
    ],
)
def test_nobody_records_what_is_not_theirs(cast: Cast, who: str, fact: dict[str, Any]) -> None:
    case = make_case(cast, "initial", "planning")
    events = Event.objects.count()
    with pytest.raises(NotPermitted):
        record(case, cast.people[who], **fact)
    assert nothing_written(case, events)


def test_an_impossible_fact_an_unknown_one_and_no_change_are_refused(cast: Cast) -> None:
    case = record(make_case(cast, "initial", "planning"), cast.reviewer, sar_approved_on=DAY)
    events = Event.objects.count()
    for facts in (
        {"sar_approved_on": TODAY + timedelta(days=1)},
        {"open_high": -1},
        {"stage": "certified"},
        {"authorizing_official": cast.stranger_agency},
    ):
        with pytest.raises(NotReady):
            record(case, cast.liaison, **facts)
    with pytest.raises(Blocked, match="already says so"):
        record(case, cast.reviewer, sar_approved_on=DAY)
    with pytest.raises(NotReady) as refusal:
        record(case, cast.reviewer, sar_approved_on=None)
    assert gates_of(refusal) == {"reason"}
    assert nothing_written(case, events)
    case = record(case, cast.reviewer, sar_approved_on=None, reason="It was another SAR.")
    assert case.fact_value("sar_approved_on") is None


def test_no_fact_is_recorded_after_the_end_nor_by_a_stranger_nor_on_an_old_page(cast: Cast) -> None:
    case = make_case(cast, "initial", "withdrawn")
    with pytest.raises(NoLongerPossible, match="has ended"):
        record(case, cast.reviewer, sar_approved_on=DAY)
    other = make_case(cast, "initial", "planning")
    with pytest.raises(Case.DoesNotExist):
        record(other, cast.stranger_agency, sar_approved_on=DAY)
    with pytest.raises(StaleRevision):
        record(other, cast.reviewer, sar_approved_on=DAY, revision=0)


def test_a_recorded_fact_settles_whose_turn_it_is(cast: Cast) -> None:
    case = make_case(cast, "initial", "remediation", delta_test_wanted="yes")
    assert case.waits_on == "assessor"
    later = NOW + timedelta(days=2)
    case = record(case, cast.assessor_member, delta_test_done_on=DAY, now=later)
    assert (case.waits_on, case.waits_since, case.stage_since) == ("provider", later, NOW)


# --- waivers ---


def waive(case: Case, cast: Cast, gate: str, who: str = "pmo_lead", **changed: Any) -> Waiver:
    given = {"now": NOW, "reason": "Agreed with both sides.", "until": TODAY + timedelta(days=5), **changed}
    return waive_gate(case.public_id, actor=cast.people[who], gate=gate, **given)


def test_a_waived_gate_lets_the_step_go_until_its_day_or_its_end(cast: Cast) -> None:
    case = make_case(cast, "initial", "agency_review")
    waiver = waive(case, cast, "no_open_high")
    mark = transaction.savepoint()
    assert take(case, "recommend", cast, "reviewer", open_high=3).stage == "ao_decision"
    transaction.savepoint_rollback(mark)
    after = datetime(2026, 11, 30, 15, tzinfo=NOW.tzinfo)
    with pytest.raises(NotReady, match="level High"):
        take(case, "recommend", cast, "reviewer", open_high=3, now=after)
    with pytest.raises(NotReady):
        end_waiver(waiver.public_id, actor=cast.pmo_lead, now=NOW, reason=" ")
    with pytest.raises(NotPermitted):
        end_waiver(waiver.public_id, actor=cast.pmo_reviewer, now=NOW, reason="Over.")
    end_waiver(waiver.public_id, actor=cast.pmo_lead, now=NOW, reason="Over.")
    with pytest.raises(NotReady, match="level High"):
        take(case, "recommend", cast, "reviewer", open_high=3)
    with pytest.raises(NoLongerPossible):
        end_waiver(waiver.public_id, actor=cast.pmo_lead, now=NOW, reason="Over.")
    assert [event.verb for event in Event.objects.about(case)[:2]] == ["case.waiver_ended", "case.gate_waived"]


@pytest.mark.slow
def test_a_waiver_asks_for_a_lead_a_reason_a_day_and_a_gate_that_may_be_waived_once(cast: Cast) -> None:
    case = make_case(cast, "initial", "partnership")
    for who in ("pmo_reviewer", "liaison", "csp_lead", "auditor"):
        with pytest.raises(NotPermitted):
            waive(case, cast, "fedramp_id_known", who)
    for changed in ({"reason": " "}, {"until": TODAY - timedelta(days=1)}):
        with pytest.raises(NotReady):
            waive(case, cast, "fedramp_id_known", **changed)
    for gate in ("nonsense", *TABLES["initial"].NEVER_WAIVABLE.split()):
        with pytest.raises(NotReady, match="cannot be waived"):
            waive(case, cast, gate)
    waive(case, cast, "fedramp_id_known", until=TODAY)
    mark = transaction.savepoint()
    with pytest.raises(NoLongerPossible, match="waived already"):
        waive(case, cast, "fedramp_id_known")
    transaction.savepoint_rollback(mark)
    # One that has run out makes room for the next.
    waive(case, cast, "fedramp_id_known", now=NOW + timedelta(days=1), until=TODAY + timedelta(days=1))


def test_a_waiver_of_what_cannot_be_waived_has_no_force_even_as_a_row(cast: Cast) -> None:
    case = make_case(cast, "initial", "partnership")
    for gate in ("provider_agreed_on", "reason"):
        given = {"reason": "By hand.", "until": date(2030, 1, 1), "granted_by": cast.pmo_lead, "granted_at": NOW}
        Waiver.objects.create(case=case, gate=gate, **given)
    with pytest.raises(NotReady) as refusal:
        take(case, "start_planning", cast, "liaison")
    assert gates_of(refusal) == {"provider_agreed_on"}


# --- the database holds (rule 12) ---


@pytest.mark.slow
def test_an_offering_has_one_listed_case(cast: Cast) -> None:
    offering = make_offering(cast)
    make_case(cast, "initial", "in_process", offering=offering)
    second = make_case(cast, "initial", "in_process_requested", offering=offering)
    with pytest.raises(NotReady, match="Another initial case of this offering is listed"):
        take(second, "list_in_process", cast, "pmo_reviewer")
    waiver = {"reason": "By hand.", "until": date(2030, 1, 1), "granted_by": cast.pmo_lead, "granted_at": NOW}
    Waiver.objects.create(case=second, gate="no_other_listed", **waiver)
    with pytest.raises(NotReady, match="Another initial case"):
        take(second, "list_in_process", cast, "pmo_reviewer")


@pytest.mark.slow
def test_a_removed_case_comes_back_only_while_no_other_is_listed(cast: Cast) -> None:
    offering = make_offering(cast)
    removed = make_case(cast, "initial", "removed", offering=offering)
    other = make_case(cast, "initial", "in_process", offering=offering)
    with pytest.raises(NotReady, match="Another initial case"):
        take(removed, "reinstate", cast, "pmo_lead")
    take(other, "withdraw", cast, "liaison")
    assert take(removed, "reinstate", cast, "pmo_lead").stage == "in_process"


def test_an_agency_has_one_open_reuse_case_of_an_offering_for_a_system(cast: Cast) -> None:
    offering = make_offering(cast, "reuse")
    make_case(cast, "reuse", "access_requested", offering=offering)
    second = make_case(cast, "reuse", "need_defined", offering=offering)
    with pytest.raises(NotReady, match="has an open reuse case"):
        take(second, "request_access", cast, "liaison")


@pytest.mark.parametrize(
    ("kind", "stages", "constraint"),
    [
        ("initial", ("in_process", "pmo_remediation"), "case_one_listed_per_offering"),
        ("reuse", ("need_defined", "access_expired"), "case_one_open_reuse_per_system"),
        ("initial", ("need_defined",), "case_stage_of_its_kind"),
        ("reuse", ("pmo_review",), "case_stage_of_its_kind"),
    ],
)
def test_the_database_itself_refuses_what_rule_twelve_forbids(
    cast: Cast, kind: str, stages: tuple[str, ...], constraint: str
) -> None:
    seen = make_case(cast, "reuse", "access_requested")
    given = {"agency": seen.agency, "system": seen.system, "offering": make_offering(cast), "release": seen.release}
    given |= dict.fromkeys(("opened_at", "stage_since", "waits_since"), NOW)
    *first, last = (Case.machines[kind](kind=kind, stage=stage, **given) for stage in stages)
    for case in first:
        case.save(force_insert=True)
    with pytest.raises(IntegrityError, match=f"{constraint}|UNIQUE"), transaction.atomic():
        last.save(force_insert=True)
