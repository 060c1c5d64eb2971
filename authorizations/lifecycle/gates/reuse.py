"""The gates of the reuse machine alone: access, the agency's own side, and its decision."""

from datetime import timedelta

from accounts.roles import OrganizationKind
from authorizations.display import day_text, number_text
from authorizations.lifecycle.context import ActingContext
from authorizations.lifecycle.gates.cases import CaseSubject, within_term
from authorizations.lifecycle.problems import Unmet, advisory, not_waivable
from authorizations.lifecycle.step import Facts, OfferCondition
from authorizations.policy import SIDES, Party
from authorizations.vocabulary import CERTIFIED_DESIGNATIONS, AtoType, CertificationClass, Turn

# --- access ---


def _no_access_left(case: CaseSubject, context: ActingContext) -> bool:
    ends = case.access_ends
    return bool(ends) and case.ato is None and all(end is not None and end < context.as_of for end in ends)


ALL_ACCESS_ENDED = OfferCondition("Every grant has ended, and there is no ATO.", _no_access_left)


def grantor(case: CaseSubject) -> frozenset[Party]:
    """Who opens the package: the PMO at Connect.gov, else the provider."""
    return frozenset({Party.PR, Party.PL} if case.grantor is Turn.PMO else {Party.CL})


def offering_certified(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """The offering is certified."""
    if case.offering.designation not in CERTIFIED_DESIGNATIONS:
        yield "The offering is not FedRAMP Certified.", "offering"


@not_waivable
def no_duplicate_case(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """The agency has no other open reuse case of this offering for the system."""
    # The system that the act names counts; what is on record else.
    system = facts.get("system") or case.system
    if system is None or system.pk not in case.duplicate_cases:
        return
    # Nobody else learns of a case that the agency has not shared: it gives way to theirs.
    if not context.parties.isdisjoint(SIDES[OrganizationKind.AGENCY]) or system.pk not in case.unshared_duplicates:
        yield "Your agency has an open reuse case of this offering for this system already.", "system"


def valid_access(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """Someone of the agency has valid access to the package."""
    if not case.has_valid_access(context.as_of):
        yield "Nobody of your agency has valid access to this package.", "access"


@not_waivable
def package_located(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """It is known where the package is."""
    if not case.package_is_located:
        who = "Record it from evidence first." if context.recorded_for else "The PMO records it."
        yield f"Nobody has recorded where the package is. {who}", "package"


def sixty_days(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """Access at Connect.gov is granted for 60 days at most."""
    granted, until = facts.get("access_granted_on"), facts.get("access_until")
    days, mark = case.rules.lengths["access_days"], case.rules.marked("access_days")
    if case.grantor is not Turn.PMO or not granted or days is None:
        return
    limit = granted + timedelta(days=days)
    if until is None:
        yield f"Give the end of the access; Connect.gov grants {days} days{mark}.", "access_until"
    elif until > limit:
        yield f"Connect.gov grants {days} days{mark}: until {day_text(limit)} at most.", "access_until"


@not_waivable
def end_after_grant(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """Access ends on a day after it was granted."""
    granted, until = facts.get("access_granted_on"), facts.get("access_until")
    if granted and until and until < granted:
        yield "Access cannot end before it was granted.", "access_until"


def a_grant_has_a_last_day(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """The agency has a grant with a last day that was not ended early."""
    if not any(case.open_access_ends):
        yield "There is nothing to extend: no grant of this agency has a last day, or each was ended.", "access"


def thirty_days_more(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """Connect.gov extends access by 30 days at a time, and an extension makes it longer."""
    new, ends = facts.get("new_end"), [end for end in case.open_access_ends if end]
    if not new or not ends:
        return
    last, days = max(ends), case.rules.lengths["extension_days"]
    if new <= last:
        yield f"Access already lasts until {day_text(last)}.", "new_end"
    elif case.grantor is Turn.PMO and days and new > last + timedelta(days=days):
        mark = case.rules.marked("extension_days")
        words = f"Connect.gov extends by {days} days{mark}: until {day_text(last + timedelta(days=days))} at most."
        yield words, "new_end"


def renewed_from_today(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """The renewed access ends after the day of the act; Connect.gov renews for 30 days at a time."""
    new, days = facts.get("new_end"), case.rules.lengths["extension_days"]
    if not case.open_access_ends and not (case.fact_value("access_person") and case.fact_value("access_approver")):
        yield "Every grant was ended: record who is to open the package, and who approves it.", "access_person"
    if new and new <= context.as_of:
        yield "The new end must lie ahead.", "new_end"
    elif new and case.grantor is Turn.PMO and days and new > context.as_of + timedelta(days=days):
        mark = case.rules.marked("extension_days")
        words = (
            f"Connect.gov renews for {days} days{mark}: until {day_text(context.as_of + timedelta(days=days))} at most."
        )
        yield words, "new_end"


@advisory
def level_not_above(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """The level of the agency's system is not above that of the package."""
    order = ["low", "moderate", "high"]
    package = {"li_saas": "low"}.get(case.offering.impact_level, case.offering.impact_level)
    system = str(case.system.impact_level) if case.system else ""
    if system in order and package in order and order.index(system) > order.index(package):
        yield "The system's FIPS 199 level is above the package's.", "system"


def deficiency_on_record(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """A deficient package is documented, and the PMO was told."""
    if facts.get("package_deficient") != "yes":
        return
    for name, words in (
        ("deficiency_documented_on", "Say when the deficiency was documented."),
        ("pmo_notified_on", "Say when the PMO was told."),
    ):
        if not facts.get(name):
            yield words, name


def provider_notified_of_withdrawal(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """From the request for access on, the provider was told of the withdrawal."""
    if case.stage != "need_defined" and not facts.get("provider_notified_on"):
        yield "Say when the provider was told.", "provider_notified_on"


# --- decision ---


def atu_needs_an_ato(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """An ATU rests on an ATO of the offering that is on file."""
    if facts.get("ato_type") == AtoType.ATU and not case.offering_has_ato:
        yield "An ATU needs an ATO of this offering on file, and there is none.", "ato_type"


@advisory
def class_a_for_a_year(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """An ATO of a class A offering ends within twelve months, and class B, C or D is sought."""
    if case.offering.certification_class != CertificationClass.A:
        return
    if facts.get("higher_class_sought") != "yes":
        words = "A class A offering should be authorized only where class B, C or D is sought (AGU-USE-CLA)."
        yield words, "higher_class_sought"
    months = case.rules.lengths["class_a_months"]
    if months is not None and not (facts.get("expires_on") and within_term(facts, months, at_least=False)):
        mark = case.rules.marked("class_a_months")
        yield f"An ATO of a class A offering should end within {number_text(months)} months{mark}.", "expires_on"


def temporary_for_a_year(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """A temporary ATO ends within twelve months."""
    if facts.get("ato_type") != AtoType.TEMPORARY:
        return
    months = case.rules.lengths["temporary_months"]
    if not facts.get("expires_on") or not within_term(facts, months, at_least=False):
        within = f"within {number_text(months)} months{case.rules.marked('temporary_months')}" if months else "on a day"
        yield f"A temporary ATO ends {within}: give its end.", "expires_on"
