"""Cases for the tests, walked to any stage through the portal's own verbs, and what each step is told on the way."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from accounts.models import Organization, User
from authorizations.actions.cases.cases import open_case, record_facts
from authorizations.actions.steps import perform
from authorizations.models import AgencySystem, Case, Contact, Offering, Package
from authorizations.vocabulary import Designation
from tests.cached_rows import cached_rows
from tests.cast import Cast
from tests.lifecycle.documents import furnish
from tests.lifecycle.world import DAY, FEDRAMP, LEVELS, NOW
from tests.web.register.records import make_offerings

AFTER_CUTOFF = datetime(2027, 6, 14, 15, tzinfo=UTC)
PASSED = date(2026, 11, 23)

# What a person enters, by step; records are named by the words that `step_facts` looks up.
INITIAL_FACTS: dict[str, dict[str, Any]] = {
    "start_planning": {
        "marketplace_checked_on": DAY,
        "agency_contact": "Lena Liaison, Department of Harbors",
        "provider_contact": "Cleo Lead, Nimbus Cloud",
    },
    "request_in_process": {
        "technical_reviewer": "Rae Reviewer",
        "assessor": "an assessor",
        "assessment_planned_on": date(2027, 3, 1),
        "ato_planned_on": date(2027, 8, 2),
        "in_production_declared_on": DAY,
        "proof": "use",
        "approach": "just_in_time",
    },
    "list_in_process": {
        "request_confirmed_on": DAY,
        "wbs_confirmed_on": DAY,
        "operational_confirmed_on": DAY,
        "proof_confirmed_on": DAY,
        "listing_consented_on": DAY,
        "in_process_on": DAY,
    },
    "deliver_ssp": {"ssp_delivered_on": DAY, "kickoff_held_on": DAY},
    "deliver_all": {
        "ssp_delivered_on": DAY,
        "sap_delivered_on": DAY,
        "sar_delivered_on": DAY,
        "poam_delivered_on": DAY,
    },
    "approve_ssp": {
        "responsibilities_acknowledged_on": DAY,
        "responsibilities_acknowledged_by": "Rae Reviewer",
        "ssp_approved_on": DAY,
    },
    "submit_sap": {"sap_delivered_on": DAY},
    "approve_sap": {"sap_approved_on": DAY, "sap_signed_by_provider_on": DAY, "sap_signed_by_assessor_on": DAY},
    "deliver_sar": {
        "testing_finished_on": date(2026, 10, 30),
        "sar_delivered_on": date(2026, 11, 2),
        "poam_delivered_on": date(2026, 11, 2),
        "assessor_recommends": "yes",
        "contingency_tested_on": date(2026, 10, 5),
        "incident_response_tested_on": date(2026, 10, 6),
    },
    "close_debrief": {"debrief_held_on": DAY},
    "send_to_remediation": {"delta_test_wanted": "no"},
    "resubmit": {"answer": "The two open ports are closed."},
    "recommend": {
        "recommendation": "The risk is low; authorize.",
        "sar_approved_on": DAY,
        "pending_deviations": 0,
        "open_high": 0,
        "close_out_held_on": DAY,
    },
    "issue_ato": {"system": "a system", "ato_type": "ato", "signed_on": DAY},
    "deny_ato": {"signed_on": DAY},
    "revise_decision": {"in_error": True},
    "report_letter": FEDRAMP,
    "submit_package": {
        "package_uploaded_on": DAY,
        "package_location": "Connect.gov, folder Nimbus",
        "package_verified_on": DAY,
        "application_id": "APP-12",
        "applied_on": DAY,
    },
    "return_package": {"side": "provider"},
    "accept_package": {
        "letter_received_on": DAY,
        "completeness_checked_on": DAY,
        "completeness_checked_by": "Per Reviewer",
    },
    "hand_over": {"taker": "a PMO lead"},
    "recommend_to_lead": {"pmo_recommendation": "certify", "pmo_recommendation_why": "Nothing High is open."},
    "resubmit_to_pmo": {"answer": "The scan covers every host now."},
    "certify": {
        "certified_on": DAY,
        "certification_type": "rev5",
        "certification_path": "agency",
        "certification_class": "C",
        "open_high_in_newest_report": 0,
    },
    "certify_without_review": {"evidence": "Marketplace entry of November 2026"},
    "withdraw": {"stop_notice_on": DAY, "stopped_by": "agency", "other_side_notified_on": DAY},
    "warn": {"warning_ground": "no_reply", "warning_due_on": PASSED},
    "remove": {"removal_ground": "no_reply", "removal_urgent": "yes", "removal_notice_sent_on": DAY},
    "reinstate": {
        "new_timeline": "SAR in March, ATO in June.",
        "timeline_agreed_by_agency_on": DAY,
        "timeline_agreed_by_provider_on": DAY,
    },
    "lose_partner": {"partner_notice_on": DAY},
    "succeed": {"new_agency": "another agency"},
    "convert": {"target_path": "20x_program", "target_class": "B"},
}
REQUEST = {
    "system": "a system",
    "use_in_scope": True,
    "marketplace_checked_on": DAY,
    "access_person": "a contact",
    "access_approver": "an approver",
}
REUSE_FACTS: dict[str, dict[str, Any]] = {
    "request_access": REQUEST,
    "use_existing_access": REQUEST,
    "grant_access": {"access_granted_on": DAY, "access_until": date(2027, 1, 19)},
    "deny_access": {"access_denied_on": DAY},
    "extend_access": {"new_end": date(2027, 2, 18)},
    "renew_access": {"renewal_asked_on": DAY, "new_end": date(2026, 12, 24)},
    "finish_review": {"review_recorded_on": DAY, "assessment_read_on": date(2026, 9, 1), "boundary_covers": "yes"},
    "start_implementation": {"guide_reviewed_on": DAY, "responsibilities_listed_on": DAY},
    "submit_for_decision": {
        "authorizing_official": "an official",
        "agency_tested_on": DAY,
        "recommendation": "The rest of the risk is ours to bear; authorize.",
    },
    "issue_ato": {"system": "a system", "ato_type": "ato", "signed_on": DAY},
    "revise_decision": {"in_error": True},
    "report_letter": FEDRAMP,
    "record": {"letter_received_on": DAY, "logged_on": DAY},
    "reassess": {"reassessment_trigger": "class_change"},
    "not_suitable": {"package_deficient": "no"},
    "withdraw": {"provider_notified_on": DAY},
}
STEP_FACTS: Mapping[str, dict[str, dict[str, Any]]] = {"initial": INITIAL_FACTS, "reuse": REUSE_FACTS}

# What is recorded beside the steps, by the name under which a way speaks of it.
RECORDED: dict[str, dict[str, Any]] = {
    "name who decides and who assesses": {"authorizing_official": "an official", "assessor": "an assessor"},
    "name who decides": {"authorizing_official": "an official"},
    "recommend to certify": {"pmo_recommendation": "certify"},
    "recommend to reject": {"pmo_recommendation": "reject"},
    "ask for the renewal": {"renewal_asked_on": DAY},
}

# A way: where it starts, and then who does what; a third item changes what the step is told.
Move = tuple[str, str] | tuple[str, str, dict[str, Any]]
Way = tuple[str, tuple[Move, ...]]
INITIAL_WAYS: dict[str, Way] = {
    "partnership": ("", ()),
    "planning": (
        "partnership",
        (
            ("agree_partnership", "csp_lead"),
            ("name who decides and who assesses", "liaison"),
            ("start_planning", "liaison"),
        ),
    ),
    "in_process_requested": (
        "planning",
        (("sign_wbs", "csp_lead"), ("sign_wbs", "liaison"), ("request_in_process", "official")),
    ),
    "in_process": ("in_process_requested", (("list_in_process", "pmo_reviewer"),)),
    "ssp": ("in_process", (("deliver_ssp", "csp_contributor"),)),
    "sap": ("ssp", (("approve_ssp", "reviewer"),)),
    "assessment": ("sap", (("submit_sap", "assessor_member"), ("approve_sap", "reviewer"))),
    "sar_debrief": ("assessment", (("deliver_sar", "assessor_lead"),)),
    "agency_review": ("sar_debrief", (("close_debrief", "liaison"),)),
    "remediation": ("agency_review", (("send_to_remediation", "reviewer"),)),
    "ao_decision": ("agency_review", (("recommend", "reviewer"),)),
    "ato_issued": ("ao_decision", (("issue_ato", "official"),)),
    "pmo_review": (
        "ato_issued",
        (("report_letter", "liaison"), ("submit_package", "csp_lead"), ("accept_package", "pmo_reviewer")),
    ),
    "pmo_remediation": ("pmo_review", (("request_pmo_remediation", "pmo_reviewer"),)),
    "partner_lost": ("in_process", (("lose_partner", "liaison"),)),
    "certified": ("pmo_review", (("recommend to certify", "pmo_reviewer"), ("certify", "pmo_lead"))),
    "removed": ("in_process", (("warn", "pmo_reviewer"), ("remove", "pmo_lead", {"removal_urgent": "no"}))),
    "withdrawn": ("in_process", (("withdraw", "liaison"),)),
    "ato_denied": ("ao_decision", (("deny_ato", "official"),)),
    "certification_rejected": ("pmo_review", (("recommend to reject", "pmo_reviewer"), ("reject", "pmo_lead"))),
    "converted": ("partner_lost", (("convert", "csp_lead"),)),
    "closed_at_cutoff": ("in_process", (("close_at_cutoff", "pmo_lead", {"now": AFTER_CUTOFF}),)),
}
ENDED_GRANT = {"access_granted_on": date(2026, 9, 1), "access_until": date(2026, 10, 31)}
REUSE_WAYS: dict[str, Way] = {
    "need_defined": ("", ()),
    "access_requested": ("need_defined", (("request_access", "liaison"),)),
    "access_granted": ("access_requested", (("grant_access", "pmo_reviewer"),)),
    "package_review": ("access_granted", (("start_review", "reviewer"),)),
    "gap_analysis": ("package_review", (("finish_review", "reviewer"),)),
    "implementation": ("gap_analysis", (("start_implementation", "reviewer"),)),
    "risk_decision": ("implementation", (("submit_for_decision", "reviewer"),)),
    "ato_issued": ("risk_decision", (("issue_ato", "official"),)),
    "access_denied": ("access_requested", (("deny_access", "pmo_reviewer"),)),
    "access_expired": (
        "access_requested",
        (("grant_access", "pmo_reviewer", ENDED_GRANT), ("mark_access_expired", "liaison")),
    ),
    "recorded": ("ato_issued", (("report_letter", "liaison"), ("record", "pmo_reviewer"))),
    "not_suitable": ("package_review", (("not_suitable", "reviewer"),)),
    "ato_denied": ("risk_decision", (("deny_ato", "official"),)),
    "withdrawn": ("access_granted", (("withdraw", "liaison"),)),
}
WAYS: Mapping[str, dict[str, Way]] = {"initial": INITIAL_WAYS, "reuse": REUSE_WAYS}


@cached_rows
def make_case(
    cast: Cast, kind: str = "initial", stage: str = "ssp", *, offering: Offering | None = None, **facts: Any
) -> Case:
    """A case of the Department of Harbors at a stage; ``facts`` are told to every step on the way that asks for them.

    The liaison opened it, the official decides, Nimbus Cloud provides, Plumb Line assesses. The package is at
    Connect.gov unless the offering brings its own.
    """
    offering = offering or make_offering(cast, kind)
    before, moves = WAYS[kind][stage]
    if before:
        case = make_case(cast, kind, before, offering=offering, **facts)
    else:
        case = open_case(kind, actor=cast.liaison, now=NOW, offering=offering, **_opening(cast, kind))
    for move in moves:
        case = make_move(case, move, cast, **facts)
    return furnish(case)


def make_move(case: Case, move: Move, cast: Cast, **facts: Any) -> Case:
    """One move of a way; those of ``facts`` that its step asks for change what it is told."""
    name, who, *changed = move
    if name in RECORDED:
        return record(case, cast.people[who], **looked_up(RECORDED[name], cast))
    step = case.machine().step(name)
    asked = {fact.name for fact in step.facts} if step else set()
    told = {fact: value for fact, value in facts.items() if fact in asked}
    return press(case, name, cast.people[who], **{**step_facts(name, cast, case.kind), **dict(*changed), **told})


def moves_to(kind: str, stage: str) -> list[Move]:
    """Everything that is done from the opening of a case until it is at a stage."""
    before, moves = WAYS[kind][stage]
    return [*(moves_to(kind, before) if before else []), *moves]


def _opening(cast: Cast, kind: str) -> dict[str, Any]:
    use = {"intended_use": "Berth plans and their drawings."} if kind == "reuse" else {}
    return {"agency": cast.organizations["harbors"], **use}


@cached_rows
def make_offering(cast: Cast, kind: str = "initial", **columns: Any) -> Offering:
    """An offering of Nimbus Cloud as a case of this kind needs it, with its package at Connect.gov."""
    designation = Designation.CERTIFIED if kind == "reuse" else Designation.READY
    offering = make_offerings(cast.organizations["nimbus"], 1, **{"designation": designation, **columns})[0]
    Package.objects.create(offering=offering, location="connect")
    return offering


def step_facts(name: str, cast: Cast, kind: str = "initial") -> dict[str, Any]:
    """What a step of a kind of case is told, records included; a way's `Move` may change it."""
    return looked_up(STEP_FACTS[kind].get(name, {}), cast)


def press(case: Case, name: str, actor: User, **facts: Any) -> Case:
    """One step on the case as it is now, with a reason and every document that it asks for.

    ``facts`` may hold `reason`, `now`, `at` and `revision` too.
    """
    given = {"now": NOW, "reason": "Because.", "revision": _revision(case), **facts}
    furnish(case)
    moved: Case = perform(Case, case.public_id, name, actor=_again(actor), **given)
    return moved


def record(case: Case, actor: User, **facts: Any) -> Case:
    """Facts recorded beside the steps, on the case as it is now."""
    given = {"now": NOW, "reason": "", "revision": _revision(case), **facts}
    return record_facts(case.public_id, actor=_again(actor), **given)


def _revision(case: Case) -> int:
    return int(Case.objects.values_list("revision", flat=True).get(pk=case.pk))


def _again(actor: User) -> User:
    """The person as signing in anew: roles that were taken since are gone."""
    return User.objects.get(pk=actor.pk)


def looked_up(facts: Mapping[str, Any], cast: Cast) -> dict[str, Any]:
    """Facts with the records that the words stand for."""
    return {name: RECORDS[value](cast) if value in RECORDS else value for name, value in facts.items()}


def make_system(cast: Cast, name: str = "Berth Plans", agency: str = "harbors") -> AgencySystem:
    """A system of an agency, made when it is first asked for."""
    return AgencySystem.objects.get_or_create(agency=cast.organizations[agency], name=name, defaults=LEVELS)[0]


def make_contact(organization: Organization, name: str, function: str) -> Contact:
    """A contact of an organization, made when it is first asked for."""
    email = f"{name.split()[0].lower()}@example.gov"
    return Contact.objects.get_or_create(
        organization=organization, email=email, function=function, defaults={"name": name}
    )[0]


RECORDS = {
    "a system": make_system,
    "an official": lambda cast: cast.official,
    "an assessor": lambda cast: cast.organizations["plumb"],
    "another agency": lambda cast: cast.organizations["meadows"],
    "a PMO lead": lambda cast: cast.pmo_lead,
    "a contact": lambda cast: make_contact(cast.organizations["harbors"], "Rae Reviewer", "reviewer"),
    "an approver": lambda cast: make_contact(cast.organizations["harbors"], "Ama Approver", "approver"),
}
