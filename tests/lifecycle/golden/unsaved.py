"""Cases that were never saved, for the tests that hold the machines against their tables without a database."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from accounts.models import Membership, Organization, User
from accounts.roles import ROLES_OF
from authorizations.lifecycle.context import ActingContext, CurrentAct
from authorizations.models import AgencySystem, Ato, Case, Contact, Offering, Package, PackageAccess
from authorizations.models.cases.initial import InitialCase
from authorizations.models.cases.reuse import ReuseCase
from authorizations.policy import Party
from authorizations.rules import newest
from tests.lifecycle.cases import STEP_FACTS
from tests.lifecycle.documents import COUNTS, complete
from tests.lifecycle.golden import initial, reuse
from tests.lifecycle.golden.table import Row
from tests.lifecycle.world import DAY, LEVELS

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)
TODAY, PASSED, AFTER_CUTOFF = date(2026, 11, 24), date(2026, 11, 23), date(2027, 6, 12)
TABLES: Mapping[str, Any] = {"initial": initial, "reuse": reuse}
MACHINES: Mapping[str, type[Case]] = {"initial": InitialCase, "reuse": ReuseCase}
ROWS = [(kind, row) for kind, table in TABLES.items() for row in table.GOLDEN]


def named(pair: Any) -> str:
    """The name of a row, for pytest."""
    return f"{pair.row}-{pair.name}" if isinstance(pair, Row) else str(pair)


def letters(names: str) -> frozenset[Party]:
    """The parties of a cell."""
    return frozenset(Party[name] for name in names.split())


def organization(key: int, kind: str, parent: Organization | None = None) -> Organization:
    return Organization(pk=key, kind=kind, parent=parent)


ANCESTOR = organization(1, "agency")
OWN = organization(2, "agency", ANCESTOR)
RELATIONS = {
    "own": OWN,
    "ancestor": ANCESTOR,
    "sibling": organization(3, "agency", ANCESTOR),
    "descendant": organization(4, "agency", OWN),
    "stranger": organization(5, "agency"),
    "provider": organization(6, "provider"),
    "other provider": organization(7, "provider"),
    "assessor": organization(8, "assessor"),
    "other assessor": organization(10, "assessor"),
    "pmo": organization(9, "pmo"),
}
PEOPLE = [(role.value, name) for name, place in RELATIONS.items() for role in ROLES_OF[place.kind]]
ACTOR, SOMEBODY = 1, 2  # the keys of who acts, and of another person


def person(role: str, relation: str) -> User:
    user = User(pk=ACTOR)
    vars(user)["former_keys"] = frozenset()
    vars(user)["current_memberships"] = [Membership(user=user, organization=RELATIONS[relation], role=role)]
    return user


SYSTEM = AgencySystem(pk=1, agency=OWN, **LEVELS)
RECORDS: dict[str, Any] = {
    "a system": SYSTEM,
    "an official": User(pk=ACTOR),
    "an assessor": RELATIONS["assessor"],
    "another agency": RELATIONS["stranger"],
    "a PMO lead": User(pk=SOMEBODY),
    "a contact": Contact(pk=1, organization=OWN),
    "an approver": Contact(pk=2, organization=OWN),
}


def unsaved(kind: str, stage: str, said: Mapping[str, Any] | None = None, **state: Any) -> Case:
    """A case at a stage, with what is ``said`` on record by somebody; ``state`` sets columns and what gates ask."""
    location = state.pop("location", "connect")
    columns = {"provider": RELATIONS["provider"], "fedramp_id": "FR1", "impact_level": "moderate"}
    columns |= {"designation": "certified", "deployment_model": "public", **state.pop("offering", {})}
    offering = Offering(pk=1, **columns)
    offering._state.fields_cache["package"] = Package(pk=1, offering=offering, location=location) if location else None
    asked = {
        "without_active_members": frozenset(),
        "official_serves": True,
        "waivers": [],
        "has_listed_sibling": False,
        "duplicate_cases": frozenset(),
        "unshared_duplicates": frozenset(),
    }
    asked |= {"accesses": accesses(date(2027, 1, 19)), "offering_has_ato": True}
    asked |= {name: state.pop(name) for name in asked if name in state}
    official = state.pop("official", ACTOR)
    given = {
        "assessor": RELATIONS["assessor"],
        "system": SYSTEM,
        "document_summary": complete(kind),
        "finding_counts": COUNTS,
    }
    given |= state
    given["authorizing_official"] = User(pk=official) if official else None
    times = dict.fromkeys(("opened_at", "stage_since", "waits_since"), NOW)
    case = MACHINES[kind](
        pk=1, kind=kind, stage=stage, agency=OWN, offering=offering, release=newest().id, **times, **given
    )
    vars(case).update(asked)
    compared_cases(case)
    for name, value in (said or {}).items():
        note(case, name, value)
    return case


# --- who acts: the context that a door hands along, which these tests keep beside their record ---


def compared_cases(record: Case | Ato, **changed: Any) -> None:
    """Who looks at a record, and when: from now on what is ``changed``."""
    user = User(pk=ACTOR)
    vars(user)["former_keys"] = frozenset()
    before = vars(record).setdefault("context", ActingContext(user, TODAY))
    vars(record)["context"] = replace(before, **changed)


def context_of(record: Case | Ato) -> ActingContext:
    context: ActingContext = vars(record)["context"]
    return context


def act_on(record: Case | Ato) -> CurrentAct:
    """An act of who looks at the record, with a reason."""
    return CurrentAct(context_of(record), NOW, NOW, "Because.")


def note(case: Case, name: str, value: Any) -> None:
    """Has somebody else record a fact."""
    case.set_fact(name, value, CurrentAct(replace(context_of(case), user=User(pk=SOMEBODY)), NOW, NOW))


def accesses(*ends: date | None) -> list[PackageAccess]:
    """Grants of the agency with these last days."""
    return [PackageAccess(granted_on=date(2026, 9, 1), until=end, permanent=end is None) for end in ends]


def an_ato(stage: str = "active") -> Ato:
    return Ato(pk=1, agency=OWN, stage=stage)


# What is on record before a step that can go: its gates are met.
BOTH_AGREED = {"agency_agreed_on": DAY, "provider_agreed_on": DAY}
BOTH_SIGNED = {"wbs_signed_by_agency_on": DAY, "wbs_signed_by_provider_on": DAY}
REQUESTED = {"access_person": RECORDS["a contact"], "access_approver": RECORDS["an approver"]}
ON_RECORD: dict[str, dict[str, Any]] = {
    "start_planning": BOTH_AGREED,
    "request_in_process": BOTH_SIGNED,
    "return_request": BOTH_SIGNED,
    "return_package": {"fedramp_notified_on": DAY, "package_uploaded_on": DAY},
    "deliver_all": {"approach": "all_at_once"},
    "approve_sap": {"requested_on": DAY, "in_process_on": DAY},
    "close_debrief": {"sar_delivered_on": date(2026, 11, 2), "poam_delivered_on": date(2026, 11, 2)},
    "issue_ato": {"in_process_on": DAY},
    "submit_package": {"fedramp_notified_on": DAY, "sar_delivered_on": date(2026, 11, 2)},
    "accept_package": {"package_verified_on": DAY, "applied_on": DAY, "sar_delivered_on": date(2026, 11, 2)},
    "certify": {"pmo_recommendation": "certify"},
    "reject": {"pmo_recommendation": "reject"},
    "grant_access": REQUESTED,
    "deny_access": REQUESTED,
    "renew_access": {"renewal_asked_on": DAY},
}
STATE: dict[str, dict[str, Any]] = {
    "resubmit_ssp": {"handed_to": "provider"},
    "approve_sap": {"handed_to": "agency"},
    "return_sap": {"handed_to": "agency"},
    "release_claim": {"claimed_by_id": ACTOR},
    "hand_over": {"claimed_by_id": ACTOR},
    "resubmit_access_request": {"handed_to": "agency"},
    "mark_access_expired": {"accesses": accesses(PASSED)},
    "renew_access": {"accesses": accesses(PASSED), "resumes_at": "package_review"},
    "reinstate": {"left_stage": "assessment"},
    "close_at_cutoff": {"as_of": AFTER_CUTOFF},
}
WITH_ATO = ("ato_issued", "pmo_review", "pmo_remediation", "recorded", "certified")


def ready(kind: str, row: Row, stage: str = "", **changed: Any) -> tuple[Case, dict[str, Any]]:
    """A case from which the step of a row can be taken, and what it is told."""
    stage = stage or row.sources.split()[0]
    state = {"ato": an_ato() if stage in WITH_ATO else None, **STATE.get(row.name, {}), **changed}
    as_of = state.pop("as_of", TODAY)
    said = {**ON_RECORD.get(row.name, {}), **state.pop("said", {})}
    case = unsaved(kind, stage, said, **state)
    compared_cases(case, as_of=as_of)
    told = STEP_FACTS[kind].get(row.name, {})
    return case, {name: RECORDS.get(value, value) if isinstance(value, str) else value for name, value in told.items()}
