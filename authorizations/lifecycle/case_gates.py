"""The gates of the two case machines: each asks one question, and yields a sentence that says what to do."""

from collections.abc import Callable, Collection, Iterator
from datetime import date, timedelta
from typing import Any, Protocol, TypeVar

from authorizations.display import day_text
from authorizations.lifecycle.calendar import months_after
from authorizations.lifecycle.problems import Force, Problem
from authorizations.lifecycle.step import Facts, Offered, Subject
from authorizations.lifecycle.turns import ON_WHOM, TurnSubject, whose_turn
from authorizations.policy import Party
from authorizations.rules import Release
from authorizations.vocabulary import AtoStage, AtoType, CertificationClass, DeploymentModel, Designation, Turn

AGENCY = frozenset({Party.AL, Party.AR, Party.AO})


class OfferingSubject(Protocol):
    """What the gates ask of the offering."""

    fedramp_id: str | None
    designation: str
    deployment_model: str
    certification_class: str
    impact_level: str


class CaseSubject(Subject, TurnSubject, Protocol):
    """What the gates may ask of a case."""

    authorizing_official_id: int | None
    system_id: int | None
    claimed_by_id: int | None
    received_at: Any

    offering: Any
    system: Any
    ato: Any

    @property
    def rules(self) -> Release:
        """The release the case is pinned to."""
        ...

    @property
    def current_rules(self) -> Release:
        """The newest active release, whose dates hold for every case."""
        ...

    @property
    def has_listed_rival(self) -> bool:
        """Whether the offering has another initial case in LISTED."""
        ...

    @property
    def twins(self) -> Collection[int]:
        """Keys of the systems for which the agency has another open reuse case of the offering."""
        ...

    @property
    def access_ends(self) -> Collection[date | None]:
        """The last day of each grant of the agency to this package; None is an open end."""
        ...

    @property
    def open_access_ends(self) -> Collection[date | None]:
        """The same of those that were not ended early."""
        ...

    @property
    def has_valid_access(self) -> bool:
        """Whether someone of the agency may open the package on the day of the act."""
        ...

    @property
    def package_is_located(self) -> bool:
        """Whether it is known where the package is."""
        ...

    @property
    def certified_on(self) -> date | None:
        """When the offering was certified last."""
        ...

    @property
    def offering_has_ato(self) -> bool:
        """Whether an ATO of this offering is on file."""
        ...

    def said_by(self, name: str) -> int | None:
        """Key of the person who recorded a fact."""
        ...


G = TypeVar("G", bound=Callable[..., Any])


def firm(gate: G) -> G:
    """A gate that nobody may waive (machine tables, rule 3)."""
    gate.waivable = False  # type: ignore[attr-defined]  # functions take attributes; the type has no word for it
    return gate


def soft(gate: G) -> G:
    """A gate that only asks: the person may go on with a reason (machine tables, rule 3)."""
    gate.force = Force.SHOULD  # type: ignore[attr-defined]  # as above
    return gate


def _should(gate: str, sentence: str, where: str = "") -> Problem:
    return Problem(gate, sentence, where, Force.SHOULD)


def _firmly(gate: str, sentence: str, where: str = "") -> Problem:
    return Problem(gate, sentence, where, waivable=False)


# --- conditions of the offer ---


def waits_on(*turns: Turn) -> Offered:
    """The step is there while the case waits on one of these."""
    names = " or ".join(ON_WHOM[turn] for turn in turns)
    return Offered(f"The case waits on {names}.", lambda case: whose_turn(case) in turns)


def _sides(case: CaseSubject) -> Iterator[str]:
    if not AGENCY.isdisjoint(case.acting):
        yield "agency"
    if Party.CL in case.acting:
        yield "provider"


def _own_side_owes(fact: str) -> Callable[[Any], bool]:
    return lambda case: any(not case.said(fact.format(side)) for side in _sides(case))


def owing_side(case: CaseSubject, fact: str) -> str:
    """The side of the person whose statement is missing; blank where none is."""
    return next((side for side in _sides(case) if not case.said(fact.format(side))), "")


AGREEMENT, SIGNATURE = "{}_agreed_on", "wbs_signed_by_{}_on"
OWN_SIDE_NOT_AGREED = Offered("Your side has not agreed yet.", _own_side_owes(AGREEMENT))
OWN_SIGNATURE_MISSING = Offered("Your side has not signed yet.", _own_side_owes(SIGNATURE))
AFTER_CUTOFF = Offered(
    "The cut-off for new applications has passed.", lambda case: case.as_of > case.current_rules.dates["cutoff"]
)
NOT_CLAIMED = Offered("Nobody has claimed the review.", lambda case: case.claimed_by_id is None)


def _is_ones_own(case: CaseSubject) -> bool:
    mine = case.claimed_by_id is not None and case.claimed_by_id == case.actor_id
    return mine or (case.claimed_by_id is not None and Party.PL in case.acting)


CLAIMED = Offered("The review is claimed: by yourself, unless you lead the PMO.", _is_ones_own)


def _no_access_left(case: CaseSubject) -> bool:
    ends = case.access_ends
    return bool(ends) and case.ato is None and all(end is not None and end < case.as_of for end in ends)


ALL_ACCESS_ENDED = Offered("Every grant has ended, and there is no ATO.", _no_access_left)


# --- who of a row's parties, where the case decides it ---


def grantor(case: CaseSubject) -> frozenset[Party]:
    """Who opens the package: the PMO at Connect.gov, else the provider."""
    return frozenset({Party.PR, Party.PL} if case.grantor is Turn.PMO else {Party.CL})


def provider_once_alone(case: CaseSubject) -> frozenset[Party]:
    """After the partner was lost, the provider alone; before that, each of the row's parties."""
    return frozenset({Party.CL}) if case.stage == "partner_lost" else frozenset(Party)


# --- entries and preparation ---


@firm
def before_cutoff(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """The day is not after the cut-off for new applications."""
    cutoff = case.current_rules.dates["cutoff"]
    if case.as_of > cutoff:
        yield _firmly("before_cutoff", f"New Rev5 applications closed on {day_text(cutoff)}.")


def no_private_cloud(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """The offering is not a private cloud."""
    if case.offering.deployment_model == DeploymentModel.PRIVATE:
        yield Problem("no_private_cloud", "FedRAMP neither reviews nor lists a private cloud.", "offering")


def fedramp_id_known(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """The offering has a FedRAMP id."""
    if not case.offering.fedramp_id:
        words = "The offering has no FedRAMP id yet. The provider gets one by FedRAMP's form; the PMO records it."
        yield Problem("fedramp_id_known", words, "offering")


@soft
def provider_signs_first(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """The provider signs the WBS first."""
    if owing_side(case, SIGNATURE) == "agency" and not case.said("wbs_signed_by_provider_on"):
        yield _should("provider_signs_first", "The provider has not signed the WBS yet; it usually signs first.")


@soft
def starts_in_time(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """The assessment starts within six months of the request."""
    limit = months_after(case.as_of, case.rules.lengths["assessment_start_months"])
    planned = facts.get("assessment_planned_on")
    if planned and planned > limit:
        words = f"The assessment is planned to start after {day_text(limit)}, six months from the request."
        yield _should("starts_in_time", words, "assessment_planned_on")


@soft
def decides_in_time(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """The ATO is planned within twelve months of the request."""
    limit = months_after(case.as_of, case.rules.lengths["ato_months"])
    planned = facts.get("ato_planned_on")
    if planned and planned > limit:
        words = f"The ATO is planned after {day_text(limit)}, twelve months from the request."
        yield _should("decides_in_time", words, "ato_planned_on")


@firm
def no_other_listed(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """The offering has no other initial case that is listed."""
    if case.has_listed_rival:
        yield _firmly("no_other_listed", "Another initial case of this offering is listed; an offering has one.")


# --- package and assessment ---


def approach_all_at_once(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """The review approach is “all at once”."""
    if case.said("approach") != "all_at_once":
        yield Problem("approach_all_at_once", "The review approach chosen is another: just in time.", "approach")


def _held_or_skipped(what: str, words: str) -> Callable[[Any, Facts], Iterator[Problem]]:
    def gate(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
        if not (facts.get(f"{what}_held_on") or case.said(f"{what}_skipped")):
            yield _should(f"{what}_held", f"No {words} is recorded, nor why there was none.", f"{what}_held_on")

    return gate


kickoff_held = soft(_held_or_skipped("kickoff", "kickoff"))
kickoff_held.__name__, kickoff_held.__doc__ = "kickoff_held", "A kickoff was held, or skipped with a reason."


def debrief_held(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """A debrief was held, or skipped with a reason; LI-SaaS has none by rule."""
    skipped = case.said("debrief_skipped") or case.offering.impact_level == "li_saas"
    if not (facts.get("debrief_held_on") or skipped):
        yield Problem(
            "debrief_held", "Record when the debrief was held, or have the liaison say why not.", "debrief_held_on"
        )


@soft
def debrief_after_two_weeks(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """The debrief is held at least 14 days after the delivery."""
    held, days = facts.get("debrief_held_on"), case.rules.lengths["debrief_days"]
    # SAR and POA&M are one delivery: it is whole on the later day.
    delivered = max(filter(None, (case.said("sar_delivered_on"), case.said("poam_delivered_on"))), default=None)
    if held and delivered and held < delivered + timedelta(days=days):
        words = f"The debrief came less than {days} days after SAR and POA&M were delivered, on {day_text(delivered)}."
        yield _should("debrief_after_two_weeks", words, "debrief_held_on")


@soft
def assessment_in_time(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """The assessment starts within six months of the request and of the In Process date."""
    months = case.rules.lengths["assessment_start_months"]
    for name, words in (("requested_on", "the request"), ("in_process_on", "the In Process date")):
        anchor = case.said(name)
        if anchor and case.as_of > months_after(anchor, months):
            limit = day_text(months_after(anchor, months))
            yield _should("assessment_in_time", f"The assessment starts after {limit}, six months from {words}.")


# --- review and decision ---


def delta_test_done(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """The delta test that was asked for is done."""
    if case.said("delta_test_wanted") == "yes" and not facts.get("delta_test_done_on"):
        yield Problem(
            "delta_test_done", "The agency asked for a delta test: say when it was done.", "delta_test_done_on"
        )


def no_pending_deviations(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """No deviation request is pending."""
    if facts.get("pending_deviations"):
        words = "Deviation requests are pending; the AO decides them before the ATO."
        yield Problem("no_pending_deviations", words, "pending_deviations")


def no_open_high(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """No finding of level High is open."""
    if facts.get("open_high"):
        yield Problem("no_open_high", "Findings of level High are open; none may be.", "open_high")


@firm
def official_named(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """An authorizing official is named on the case."""
    if case.authorizing_official_id is None:
        words = "No authorizing official is named on this case. Record who decides."
        yield _firmly("official_named", words, "authorizing_official")


def _within_term(name: str, facts: Facts, months: int, *, at_least: bool) -> bool:
    """Whether the term from signing to expiry is at least, or at most, so many months."""
    signed, expires = facts.get("signed_on"), facts.get("expires_on")
    if not signed or not expires:
        return True
    limit = months_after(signed, months)
    return bool(expires >= limit if at_least else expires <= limit)


@soft
def ato_in_time(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """The ATO is signed within twelve months of the In Process date."""
    anchor, signed = case.said("in_process_on"), facts.get("signed_on")
    if anchor and signed and signed > months_after(anchor, case.rules.lengths["ato_months"]):
        yield _should("ato_in_time", f"More than twelve months have passed since {day_text(anchor)}.", "signed_on")


@soft
def term_of_a_year(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """The term is a year or more, or there is none."""
    if not _within_term("expires_on", facts, case.rules.lengths["ato_term_months"], at_least=True):
        yield _should("term_of_a_year", "FedRAMP may refuse an ATO for less than a year.", "expires_on")


@firm
def expires_after_signing(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """An expiry lies after the day of signing."""
    signed, expires = facts.get("signed_on"), facts.get("expires_on")
    if signed and expires and expires <= signed:
        yield _firmly("expires_after_signing", "The expiry must lie after the day of signing.", "expires_on")


def atu_needs_an_ato(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """An ATU rests on an ATO of the offering that is on file."""
    if facts.get("ato_type") == AtoType.ATU and not case.offering_has_ato:
        yield Problem(
            "atu_needs_an_ato", "An ATU needs an ATO of this offering on file, and there is none.", "ato_type"
        )


def temporary_for_a_year(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """A temporary ATO ends within twelve months."""
    if facts.get("ato_type") != AtoType.TEMPORARY:
        return
    months = case.rules.lengths["temporary_months"]
    if not facts.get("expires_on") or not _within_term("expires_on", facts, months, at_least=False):
        yield Problem("temporary_for_a_year", "A temporary ATO ends within twelve months: give its end.", "expires_on")


@firm
def ato_active(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """The case's ATO is active."""
    if case.ato is None or case.ato.stage != AtoStage.ACTIVE:
        yield _firmly("ato_active", "The ATO of this case is not active.", "ato")


def package_not_accepted(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """FedRAMP has not accepted the package."""
    if case.received_at is not None:
        yield Problem("package_not_accepted", "FedRAMP has accepted the package; the decision cannot be revised.")


@firm
def in_review_by_cutoff(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """The day is not after the cut-off, unless the case was in FedRAMP's review before it."""
    cutoff, since = case.current_rules.dates["cutoff"], case.said("pmo_review_since_on")
    if case.as_of > cutoff and not (since and since <= cutoff):
        words = f"New applications closed on {day_text(cutoff)}, and this case was not in review by then."
        yield _firmly("in_review_by_cutoff", words)


# --- FedRAMP's review, and the ladders ---


@firm
def certify_recommended(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """Another person of the PMO recommended to certify."""
    if case.said("pmo_recommendation") != "certify":
        words = "A reviewer of the PMO must recommend to certify first."
        yield _firmly("certify_recommended", words, "pmo_recommendation")


@firm
def recommended_by_another(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """The recommendation is another person's than the decision."""
    if case.said("pmo_recommendation") and case.said_by("pmo_recommendation") == case.actor_id:
        words = "You recommended it yourself: another lead decides."
        yield _firmly("recommended_by_another", words, "pmo_recommendation")


def warned_before(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """A warning's due date has passed, or the removal is urgent."""
    due = case.said("warning_due_on")
    if facts.get("removal_urgent") != "yes" and not (due and due < case.as_of):
        words = "No warning's due date has passed. Warn first, or say that it is urgent and why."
        yield Problem("warned_before", words, "removal_urgent")


@firm
def another_agency(case: Any, facts: Facts) -> Iterator[Problem]:
    """The new agency is not the former one."""
    if facts.get("new_agency") and facts["new_agency"].pk == case.agency_id:
        yield _firmly("another_agency", "Choose another agency than the one that was lost.", "new_agency")


@firm
def conversion_open(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """The conversion is open on the day of the act."""
    first, last = (case.current_rules.dates[name] for name in ("conversion_from", "conversion_to"))
    if not first <= case.as_of <= last:
        yield _firmly("conversion_open", f"Conversion is open from {day_text(first)} to {day_text(last)}.")


def evidence_in_window(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """The evidence is of the time that the conversion asks for."""
    first, last = (case.current_rules.dates[name] for name in ("evidence_from", "evidence_to"))
    evidence = facts.get("conversion_evidence_on")
    if evidence and not first <= evidence <= last:
        words = f"The evidence must be from {day_text(first)} to {day_text(last)}."
        yield Problem("evidence_in_window", words, "conversion_evidence_on")


# --- reuse ---


def offering_certified(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """The offering is certified."""
    if case.offering.designation != Designation.CERTIFIED:
        yield Problem("offering_certified", "The offering is not FedRAMP Certified.", "offering")


@soft
def class_a_for_a_year(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """A class A offering was certified within the last twelve months."""
    if case.offering.certification_class != CertificationClass.A:
        return
    since, months = case.certified_on, case.rules.lengths["class_a_months"]
    if since is None or case.as_of > months_after(since, months):
        words = "A class A offering should not be used for more than twelve months after its certification."
        yield _should("class_a_for_a_year", words)


@firm
def no_twin(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """The agency has no other open reuse case of this offering for the system."""
    # The system that the act names counts; what is on record else.
    system = facts.get("system") or case.system
    if system is not None and system.pk in case.twins:
        yield _firmly(
            "no_twin", "Your agency has an open reuse case of this offering for this system already.", "system"
        )


def valid_access(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """Someone of the agency has valid access to the package."""
    if not case.has_valid_access:
        yield Problem("valid_access", "Nobody of your agency has valid access to this package.", "access")


@firm
def package_located(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """It is known where the package is."""
    if not case.package_is_located:
        yield _firmly("package_located", "Nobody has recorded where the package is. Ask the PMO to.", "offering")


def sixty_days(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """Access at Connect.gov is granted for 60 days at most."""
    granted, until = facts.get("access_granted_on"), facts.get("access_until")
    if case.grantor is not Turn.PMO or not granted:
        return
    limit = granted + timedelta(days=case.rules.lengths["access_days"])
    if until is None:
        yield Problem("sixty_days", "Give the end of the access; Connect.gov grants 60 days.", "access_until")
    elif until > limit:
        yield Problem("sixty_days", f"Connect.gov grants 60 days: until {day_text(limit)} at most.", "access_until")


@firm
def end_after_grant(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """Access ends on a day after it was granted."""
    granted, until = facts.get("access_granted_on"), facts.get("access_until")
    if granted and until and until < granted:
        yield _firmly("end_after_grant", "Access cannot end before it was granted.", "access_until")


def thirty_days_more(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """Connect.gov extends access by 30 days at a time, and an extension makes it longer."""
    new, ends = facts.get("new_end"), [end for end in case.open_access_ends if end]
    if not new or not ends:
        return
    last, days = max(ends), case.rules.lengths["extension_days"]
    if new <= last:
        yield Problem("thirty_days_more", f"Access already lasts until {day_text(last)}.", "new_end")
    elif case.grantor is Turn.PMO and new > last + timedelta(days=days):
        words = f"Connect.gov extends by {days} days: until {day_text(last + timedelta(days=days))} at most."
        yield Problem("thirty_days_more", words, "new_end")


def renewed_from_today(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """The renewed access ends after the day of the act; Connect.gov renews for 30 days at a time."""
    new, days = facts.get("new_end"), case.rules.lengths["extension_days"]
    if not case.open_access_ends and not (case.said("access_person") and case.said("access_approver")):
        words = "Every grant was ended: record who is to open the package, and who approves it."
        yield Problem("renewed_from_today", words, "access_person")
    if new and new <= case.as_of:
        yield Problem("renewed_from_today", "The new end must lie ahead.", "new_end")
    elif new and case.grantor is Turn.PMO and new > case.as_of + timedelta(days=days):
        words = f"Connect.gov renews for {days} days: until {day_text(case.as_of + timedelta(days=days))} at most."
        yield Problem("renewed_from_today", words, "new_end")


@soft
def level_not_above(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """The level of the agency's system is not above that of the package."""
    order = ["low", "moderate", "high"]
    package = {"li_saas": "low"}.get(case.offering.impact_level, case.offering.impact_level)
    system = str(case.system.impact_level) if case.system else ""
    if system in order and package in order and order.index(system) > order.index(package):
        yield _should("level_not_above", "The system's FIPS 199 level is above the package's.", "system")


def deficiency_on_record(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """A deficient package is documented, and the PMO was told."""
    if facts.get("package_deficient") != "yes":
        return
    for name, words in (
        ("deficiency_documented_on", "Say when the deficiency was documented."),
        ("pmo_told_on", "Say when the PMO was told."),
    ):
        if not facts.get(name):
            yield Problem("deficiency_on_record", words, name)


def provider_told_of_withdrawal(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """From the request for access on, the provider was told of the withdrawal."""
    if case.stage != "need_defined" and not facts.get("provider_told_on"):
        yield Problem("provider_told_of_withdrawal", "Say when the provider was told.", "provider_told_on")
