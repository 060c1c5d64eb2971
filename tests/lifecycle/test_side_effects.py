"""What follows from a step of a case in other records: the ATO, its notices, access, designation, the next case."""

from datetime import date
from typing import Any

import pytest
from django.db import transaction

from authorizations.actions.refusals import NotReady
from authorizations.actions.register.atos import register_ato
from authorizations.models import Ato, Case, DesignationEvent, Event, Message, Notice, PackageAccess
from tests.cast import Cast
from tests.lifecycle.cases import AFTER_CUTOFF, make_case, make_offering, make_system, press, record, step_facts
from tests.lifecycle.golden.table import Row
from tests.lifecycle.golden.unsaved import ROWS
from tests.lifecycle.world import DAY, NOW, make_ato
from tests.lifecycle.world import take as take_of_an_ato
from tests.samples import ends
from tests.web.register.records import make_atos

PERSON = {
    "AL": "liaison",
    "AR": "reviewer",
    "AO": "official",
    "CL": "csp_lead",
    "CC": "csp_contributor",
    "AS": "assessor_lead",
    "PR": "pmo_reviewer",
    "PL": "pmo_lead",
    "GRANTOR": "pmo_reviewer",
}


def take(case: Case, name: str, cast: Cast, who: str, **changed: Any) -> Case:
    return press(case, name, cast.people[who], **{**step_facts(name, cast, case.kind), **changed})


def verbs_of(record: Any) -> list[str]:
    """The verbs of the entries about a record, newest first."""
    return [event.verb for event in Event.objects.about(record)]


def test_the_listing_writes_the_designation_and_its_partner(cast: Cast) -> None:
    case = make_case(cast, "initial", "in_process")
    case.offering.refresh_from_db()
    assert (case.offering.designation, case.offering.partner_agency) == ("in_process_agency", case.agency)
    step = DesignationEvent.objects.get(offering=case.offering)
    assert (step.step, step.effective_on) == ("agency_review", DAY)
    assert verbs_of(case.offering) == ["offering.designated"]


@pytest.mark.slow
def test_the_decision_makes_the_initial_ato_and_anothers_becomes_one_of_reuse(cast: Cast) -> None:
    offering = make_offering(cast)
    sibling = make_ato(cast, offering=offering, listing_role="initial")
    case = make_case(cast, "initial", "ato_issued", offering=offering, expires_on=date(2028, 1, 3))
    ato = Ato.objects.get(pk=case.ato_id)
    assert (ato.stage, ato.listing_role, ato.source, ato.ato_type) == ("active", "initial", "portal", "ato")
    assert (ato.agency, ato.offering, ato.system) == (case.agency, offering, make_system(cast))
    assert (ato.signed_on, ato.expires_on) == (DAY, date(2028, 1, 3))
    assert (ato.authorizing_official, ato.signer) == (cast.official, "Olu Official")
    assert verbs_of(ato) == ["ato.issue"]
    sibling = Ato.objects.get(pk=sibling.pk)
    assert (sibling.stage, sibling.listing_role, sibling.superseded_by) == ("active", "reuse", None)
    assert verbs_of(sibling)[0] == "ato.became_reuse"


@pytest.mark.slow
def test_a_reuse_decision_makes_an_ato_of_reuse_and_leaves_the_initial_one(cast: Cast) -> None:
    offering = make_offering(cast, "reuse")
    initial = make_ato(cast, offering=offering, listing_role="initial")
    case = make_case(cast, "reuse", "ato_issued", offering=offering, ato_type="atu")
    ato = Ato.objects.get(pk=case.ato_id)
    assert (ato.stage, ato.listing_role, ato.ato_type) == ("active", "reuse", "atu")
    initial = Ato.objects.get(pk=initial.pk)
    assert (initial.stage, initial.listing_role) == ("active", "initial")


def test_a_second_decision_supersedes_the_first_and_owes_a_letter_of_its_own(cast: Cast) -> None:
    case = make_case(cast, "initial", "pmo_review")
    first = case.ato
    case = take(case, "send_back", cast, "pmo_lead")
    assert (case.send_backs, case.received_at, case.fact_value("pmo_review_since_on")) == (1, None, date(2026, 11, 24))
    case = take(take(case, "recommend", cast, "reviewer"), "issue_ato", cast, "official")
    first = Ato.objects.get(pk=first.pk)
    assert (first.stage, first.superseded_by) == ("superseded", case.ato)
    assert Ato.objects.get(pk=case.ato_id).stage == "active"
    assert (case.waits_on, case.fact_value("fedramp_notified_on")) == ("agency", None)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "stage"), [("initial", "ao_decision"), ("reuse", "risk_decision")])
def test_a_decision_supersedes_what_was_registered_for_the_same_system(cast: Cast, kind: str, stage: str) -> None:
    case = make_case(cast, kind, stage)
    systems = [make_system(cast), make_system(cast, name="Tide Tables")]
    before, beside = (
        register_ato(
            actor=cast.liaison,
            now=NOW,
            reason="Signed on paper.",
            agency=case.agency,
            offering=case.offering,
            system=system,
            listing_role=role,
            ato_type="ato",
            signed_on=date(2026, 1, 5),
            authorizing_official=cast.official,
            letter="Letter 3",
        )
        for system, role in zip(systems, (kind, "reuse"), strict=True)
    )
    case = take(case, "issue_ato", cast, "official")
    before.refresh_from_db()
    assert (before.stage, before.superseded_by_id, before.listing_role) == ("superseded", case.ato_id, kind)
    assert Ato.objects.get(pk=beside.pk).stage == "active"


def test_a_second_reuse_decision_supersedes_the_first(cast: Cast) -> None:
    case = make_case(cast, "reuse", "recorded")
    first = case.ato
    case = take(case, "reassess", cast, "official")
    assert Ato.objects.get(pk=first.pk).stage == "active"
    case = take(case, "start_implementation", cast, "reviewer")
    case = take(take(case, "submit_for_decision", cast, "reviewer"), "issue_ato", cast, "official")
    first = Ato.objects.get(pk=first.pk)
    assert (first.stage, first.superseded_by) == ("superseded", case.ato)


@pytest.mark.parametrize(("kind", "back"), [("initial", "ao_decision"), ("reuse", "risk_decision")])
def test_a_decision_that_is_revised_rescinds_its_ato(cast: Cast, kind: str, back: str) -> None:
    case = take(make_case(cast, kind, "ato_issued"), "revise_decision", cast, "official")
    ato = Ato.objects.get(pk=case.ato_id)
    assert (case.stage, ato.stage, ato.ended_on) == (back, "rescinded", date(2026, 11, 24))
    assert verbs_of(ato)[0] == "ato.rescind_in_error"
    again = take(case, "issue_ato", cast, "official")
    ato.refresh_from_db(fields=["superseded_by"])
    assert (Ato.objects.get(pk=ato.pk).stage, ato.superseded_by) == ("rescinded", None)
    assert Ato.objects.get(pk=again.ato_id).stage == "active"


def test_the_letter_leaves_a_notice_and_its_receipt_a_day(cast: Cast) -> None:
    case = take(make_case(cast, "initial", "ato_issued"), "report_letter", cast, "liaison")
    notice = Notice.objects.get(ato=case.ato_id)
    assert (notice.recipient, notice.notified_on, notice.channel, notice.reference) == (
        "fedramp",
        DAY,
        "form",
        "Form 8",
    )
    assert notice.received_on is None
    case = take(case, "submit_package", cast, "csp_lead")
    case = take(case, "accept_package", cast, "pmo_reviewer", letter_received_on=date(2026, 11, 23))
    notice.refresh_from_db()
    assert notice.received_on == date(2026, 11, 23)
    assert case.received_at is not None


def test_recording_a_reuse_ato_notes_the_receipt_publishes_it_and_makes_access_permanent(cast: Cast) -> None:
    case = make_case(cast, "reuse", "ato_issued")
    access = PackageAccess.objects.get()
    assert (access.until, access.permanent) == (date(2027, 1, 19), False)
    case = take(case, "report_letter", cast, "liaison")
    case = take(case, "record", cast, "pmo_reviewer", logged_on=date(2026, 11, 21))
    access.refresh_from_db()
    ato = Ato.objects.get(pk=case.ato_id)
    assert (access.until, access.permanent) == (None, True)
    assert (ato.recorded_on, ato.logged_on) == (date(2026, 11, 21), date(2026, 11, 21))
    assert Notice.objects.get(ato=ato).received_on == DAY
    assert Ato.objects.visible_to(cast.stranger_agency).filter(pk=ato.pk).exists()


def test_a_grant_makes_an_access_that_is_extended_and_renewed(cast: Cast) -> None:
    case = make_case(cast, "reuse", "access_granted")
    access = PackageAccess.objects.get()
    assert (access.agency, access.package, access.person) == (case.agency, case.offering.package, case.access_person)
    assert (access.approver, access.granted_on, access.until) == (case.access_approver, DAY, date(2027, 1, 19))
    take(case, "extend_access", cast, "pmo_reviewer")
    access.refresh_from_db()
    assert (access.until, access.extensions) == (date(2027, 2, 18), 1)


def test_an_access_that_ended_is_renewed_and_the_case_goes_on_where_it_was(cast: Cast) -> None:
    case = make_case(cast, "reuse", "access_expired")
    assert (case.resumes_at, case.waits_on) == ("access_granted", "agency")
    case = record(case, cast.reviewer, renewal_asked_on=DAY)
    assert case.waits_on == "pmo"
    case = press(case, "renew_access", cast.pmo_reviewer, new_end=date(2026, 12, 24))
    assert (case.stage, PackageAccess.objects.get().until) == ("access_granted", date(2026, 12, 24))


def test_where_every_grant_was_ended_early_a_renewal_is_a_new_one(cast: Cast) -> None:
    case = make_case(cast, "reuse", "access_granted")
    PackageAccess.objects.update(ended_on=date(2026, 11, 20), ended_reason="The person left.")
    case = press(case, "mark_access_expired", cast.reviewer)
    case = record(case, cast.reviewer, renewal_asked_on=DAY)
    case = press(case, "renew_access", cast.pmo_reviewer, new_end=date(2026, 12, 24))
    renewed = PackageAccess.objects.get(ended_on=None)
    assert (case.stage, renewed.until, renewed.person) == ("access_granted", date(2026, 12, 24), case.access_person)


def test_a_denial_is_kept_beside_the_grants(cast: Cast) -> None:
    case = make_case(cast, "reuse", "access_denied")
    access = PackageAccess.objects.get()
    assert (access.granted_on, access.denied_on, access.person) == (None, DAY, case.access_person)
    assert verbs_of(access) == ["packageaccess.denied"]


def test_at_the_providers_own_place_the_provider_grants_without_an_end(cast: Cast) -> None:
    case = make_case(cast, "reuse", "access_requested")
    case.offering.package.location = "trust_center"
    case.offering.package.save()
    case = take(case, "grant_access", cast, "csp_lead", access_until=None)
    assert (PackageAccess.objects.get().permanent, case.stage) == (True, "access_granted")


@pytest.mark.parametrize("stage", ["pmo_review", "ato_issued"])
def test_the_certification_writes_the_designation_and_publishes_the_ato(cast: Cast, stage: str) -> None:
    case = make_case(cast, "initial", stage)
    on, name = date(2026, 11, 24), "certify_without_review"
    if stage == "pmo_review":
        case, on, name = record(case, cast.pmo_reviewer, pmo_recommendation="certify"), DAY, "certify"
    take(case, name, cast, "pmo_lead")
    case.offering.refresh_from_db()
    assert case.offering.designation == "certified"
    assert case.offering.certification_class == ("C" if name == "certify" else "")
    last = DesignationEvent.objects.filter(offering=case.offering).last()
    assert last is not None
    assert (last.step, last.effective_on) == ("certified", on)
    assert Ato.objects.get(pk=case.ato_id).recorded_on == on


def test_who_recommended_does_not_decide(cast: Cast) -> None:
    case = record(make_case(cast, "initial", "pmo_review"), cast.pmo_lead, pmo_recommendation="certify")
    with pytest.raises(NotReady, match="another lead decides"):
        take(case, "certify", cast, "pmo_lead")


def test_the_next_agency_has_a_case_of_its_own_and_sees_nothing_of_the_former(cast: Cast) -> None:
    former = take(make_case(cast, "initial", "partner_lost"), "succeed", cast, "csp_lead")
    case = Case.objects.get(continues=former)
    assert (former.stage, case.stage, case.agency.name) == ("withdrawn", "partnership", "Meadow Commission")
    assert (case.fact_value("provider_agreed_on"), case.fact_value("agency_agreed_on")) == (date(2026, 11, 24), None)
    assert (case.waits_on, case.offering, case.ato, set(case.facts)) == (
        "agency",
        former.offering,
        None,
        {"provider_agreed_on"},
    )
    seen = Case.objects.visible_to(cast.stranger_agency)
    assert (seen.filter(pk=case.pk).exists(), seen.filter(pk=former.pk).exists()) == (True, False)


# --- no step of a case ends an ATO (rule 4) ---


def told(row: Row, case: Case, cast: Cast) -> dict[str, Any]:
    facts = {**step_facts(row.name, cast, case.kind)}
    return {**facts, "now": AFTER_CUTOFF} if row.turn == "after_cutoff" else facts


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "stage"),
    ends(
        [("initial", "ato_issued"), ("initial", "pmo_review"), ("initial", "pmo_remediation"), ("reuse", "ato_issued")]
    ),
)
def test_no_other_step_touches_the_stage_of_an_ato_and_its_agency_is_alerted_where_the_table_says(
    cast: Cast, kind: str, stage: str
) -> None:
    case = make_case(cast, kind, stage)
    if stage.startswith("pmo"):
        case = record(case, cast.pmo_reviewer, pmo_recommendation="certify")
    taken = []
    for row in (row for of, row in ROWS if of == kind and stage in row.sources.split()):
        if row.turn == "claimed":
            continue
        mark = transaction.savepoint()
        Message.objects.all().delete()
        actor = cast.people[PERSON[row.who.split()[0]]]
        press(case, row.name, actor, **told(row, case, cast))
        stages = [ato.stage for ato in Ato.objects.all()]
        assert (row.name, stages) == (row.name, ["rescinded" if row.name == "revise_decision" else "active"])
        alerts = {message.recipient for message in Message.objects.filter(subject__startswith="Alert")}
        assert (row.name, alerts) == (row.name, {cast.official, cast.liaison} - {actor} if row.alert else set())
        transaction.savepoint_rollback(mark)
        taken.append(row.name)
    assert "withdraw" in taken


@pytest.mark.slow
@pytest.mark.parametrize(
    ("stage", "name", "actor"),
    [
        ("pmo_review", "send_back", "pmo_lead"),
        ("agency_review", "withdraw", "liaison"),
        # Nothing is said of a case that the Marketplace does not list.
        ("planning", "withdraw", "liaison"),
        ("certified", "reopen_review", "pmo_lead"),
    ],
)
def test_what_befalls_a_listed_case_is_told_to_every_agency_with_a_live_ato_of_the_offering(
    cast: Cast, stage: str, name: str, actor: str
) -> None:
    case = make_case(cast, "initial", stage)
    live = make_ato(cast, offering=case.offering)
    take_of_an_ato(live, "suspend", cast.official)
    other = cast.organizations["meadows"]
    make_atos(case.offering, other, 1, listing_role="reuse", stage="revoked")
    Message.objects.all().delete()
    take(case, name, cast, actor)
    told = set(
        Message.objects.filter(subject_id=live.pk, subject_type="ato").values_list("recipient__email", flat=True)
    )
    # Who acts is told nothing; the liaison of the department is one of its bureau too.
    everyone = {"liaison@example.gov", "official@example.gov", "bureau_liaison@example.gov"} - {f"{actor}@example.gov"}
    assert told == (everyone if stage in ("pmo_review", "agency_review") else set())
    [words] = {message.body for message in Message.objects.filter(subject_id=live.pk, subject_type="ato")} or {""}
    assert str(case.agency) not in words
