"""The gates of cases: what they may ask, and those of both machines and of the way to the ATO.

Each asks one question, and yields a sentence that says what to do.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

from accounts.roles import OrganizationKind
from authorizations.display import day_text, number_text
from authorizations.lifecycle.context import ActingContext
from authorizations.lifecycle.date_arithmetic import months_after
from authorizations.lifecycle.problems import Unmet, advisory, not_waivable
from authorizations.lifecycle.step import Facts, OfferCondition, Subject, wrong_expiry
from authorizations.lifecycle.turns import ON_WHOM, TurnSubject, whose_turn
from authorizations.policy import SIDES, Party
from authorizations.rules import Release
from authorizations.vocabulary import DeploymentModel, Turn

YEAR = 12


class CaseSubject(Subject, TurnSubject, Protocol):
    """What the gates may ask of a case."""

    authorizing_official_id: int | None
    system_id: int | None
    claimed_by_id: int | None
    received_at: Any
    finding_counts: dict[str, Any]

    offering: Any
    system: Any
    ato: Any

    @property
    def current_rules(self) -> Release: ...

    @property
    def has_listed_sibling(self) -> bool: ...

    @property
    def duplicate_cases(self) -> Collection[int]: ...
    @property
    def unshared_duplicates(self) -> Collection[int]: ...

    @property
    def access_ends(self) -> Collection[date | None]: ...

    @property
    def open_access_ends(self) -> Collection[date | None]: ...

    def has_valid_access(self, day: date) -> bool: ...

    @property
    def package_is_located(self) -> bool: ...

    @property
    def offering_has_ato(self) -> bool: ...

    def recorders_of(self, name: str) -> frozenset[int]: ...


@dataclass(frozen=True, slots=True)
class Limit:
    """A day that follows from a length of the rules, with the length in words, and a mark where it is local policy."""

    day: date
    length: str
    mark: str

    @property
    def words(self) -> str:
        """The day, and how long that is."""
        return f"{day_text(self.day)}, {self.length}{self.mark}"


def limit_of(case: "CaseSubject", name: str, since: date | None) -> Limit | None:
    """The day so many months after another, by the case's release; None where it states no number of months."""
    months = case.rules.lengths[name]
    if since is None or months is None:
        return None
    return Limit(months_after(since, months), f"{number_text(months)} months", case.rules.marked(name))


# --- conditions of the offer ---


def waits_on(*turns: Turn) -> OfferCondition:
    """The step is there while the case waits on one of these."""
    names = " or ".join(ON_WHOM[turn] for turn in turns)
    return OfferCondition(f"The case waits on {names}.", lambda case, context: whose_turn(case) in turns)


def _sides(context: ActingContext) -> Iterator[str]:
    if context.recorded_for:
        yield context.recorded_for
        return
    if not SIDES[OrganizationKind.AGENCY].isdisjoint(context.acting):
        yield "agency"
    if Party.CL in context.acting:
        yield "provider"


def cutoff_passed(case: "CaseSubject", context: ActingContext) -> date | None:
    """The cut-off for new applications where the day lies after it; None before it, and where no rule states one."""
    cutoff = case.current_rules.dates["cutoff"]
    return cutoff if cutoff is not None and context.as_of > cutoff else None


def binding_cutoff(case: "CaseSubject") -> date | None:
    """The cut-off that a case must meet; None where FedRAMP reviewed it by then, and where no rule states one."""
    cutoff, since = case.current_rules.dates["cutoff"], case.fact_value("pmo_review_since_on")
    return None if cutoff and since and since <= cutoff else cutoff


def _own_side_must_answer(fact: str) -> Callable[[Any, ActingContext], bool]:
    return lambda case, context: bool(owing_side(case, fact, context))


def owing_side(case: CaseSubject, fact: str, context: ActingContext) -> str:
    """The side of the person whose statement is missing; blank where none is."""
    return next((side for side in _sides(context) if not case.fact_value(fact.format(side))), "")


AGREEMENT, SIGNATURE = "{}_agreed_on", "wbs_signed_by_{}_on"
OWN_SIDE_NOT_AGREED = OfferCondition("Your side has not agreed yet.", _own_side_must_answer(AGREEMENT))
OWN_SIGNATURE_MISSING = OfferCondition("Your side has not signed yet.", _own_side_must_answer(SIGNATURE))
AFTER_CUTOFF = OfferCondition(
    "The cut-off for new applications has passed.", lambda case, context: cutoff_passed(case, context) is not None
)
NOT_CLAIMED = OfferCondition("Nobody has claimed the review.", lambda case, context: case.claimed_by_id is None)


def _is_ones_own(case: CaseSubject, context: ActingContext) -> bool:
    is_claimed = case.claimed_by_id is not None
    return is_claimed and (case.claimed_by_id in context.persons or Party.PL in context.acting)


CLAIMED = OfferCondition("The review is claimed: by yourself, unless you lead the PMO.", _is_ones_own)


# --- who of a row's parties, where the case decides it ---


def provider_once_alone(case: CaseSubject) -> frozenset[Party]:
    """After the partner was lost, the provider alone; before that, each of the row's parties."""
    return frozenset({Party.CL}) if case.stage == "partner_lost" else frozenset(Party)


# --- entries and preparation ---


@not_waivable
def before_cutoff(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """The day is not after the cut-off for new applications."""
    if cutoff := cutoff_passed(case, context):
        yield f"New Rev5 applications closed on {day_text(cutoff)}{case.current_rules.marked('cutoff')}.", ""


def no_private_cloud(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """The offering is not a private cloud."""
    if case.offering.deployment_model == DeploymentModel.PRIVATE:
        yield "FedRAMP neither reviews nor lists a private cloud.", "offering"


def fedramp_id_known(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """The offering has a FedRAMP id."""
    if not case.offering.fedramp_id:
        words = "The offering has no FedRAMP id yet. The provider gets one by FedRAMP's form; the PMO records it."
        yield words, "offering"


@advisory
def provider_signs_first(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """The provider signs the WBS first."""
    if owing_side(case, SIGNATURE, context) == "agency" and not case.fact_value("wbs_signed_by_provider_on"):
        yield "The provider has not signed the WBS yet; it usually signs first.", ""


@advisory
def starts_in_time(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """The assessment starts within six months of the request."""
    planned, limit = facts.get("assessment_planned_on"), limit_of(case, "assessment_start_months", context.as_of)
    if planned and limit and planned > limit.day:
        yield f"The assessment is planned to start after {limit.words} from the request.", "assessment_planned_on"


@advisory
def decides_in_time(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """The ATO is planned within twelve months of the request."""
    planned, limit = facts.get("ato_planned_on"), limit_of(case, "ato_months", context.as_of)
    if planned and limit and planned > limit.day:
        yield f"The ATO is planned after {limit.words} from the request.", "ato_planned_on"


@not_waivable
def no_other_listed(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """The offering has no other initial case that is listed."""
    if case.has_listed_sibling:
        yield "Another initial case of this offering is listed; an offering has one.", ""


# --- package and assessment ---


def approach_all_at_once(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """The review approach is “all at once”."""
    if case.fact_value("approach") != "all_at_once":
        yield "The review approach chosen is another: just in time.", "approach"


@advisory
def kickoff_held(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """A kickoff was held, or skipped with a reason."""
    if not (facts.get("kickoff_held_on") or case.fact_value("kickoff_skipped")):
        yield "No kickoff is recorded, nor why there was none.", "kickoff_held_on"


def debrief_held(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """A debrief was held, or skipped with a reason; LI-SaaS has none by rule."""
    skipped = case.fact_value("debrief_skipped") or case.offering.impact_level == "li_saas"
    if not (facts.get("debrief_held_on") or skipped):
        yield "Record when the debrief was held, or have the liaison say why not.", "debrief_held_on"


@advisory
def debrief_after_two_weeks(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """The debrief is held at least 14 days after the delivery."""
    held, days = facts.get("debrief_held_on"), case.rules.lengths["debrief_days"]
    # SAR and POA&M are one delivery: it is whole on the later day.
    delivered = max(
        filter(None, (case.fact_value("sar_delivered_on"), case.fact_value("poam_delivered_on"))), default=None
    )
    if held and delivered and days and held < delivered + timedelta(days=days):
        words = f"The debrief came less than {days} days after SAR and POA&M were delivered, on {day_text(delivered)}"
        yield f"{words}{case.rules.marked('debrief_days')}.", "debrief_held_on"


@advisory
def assessment_in_time(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """The assessment starts within six months of the request and of the In Process date."""
    for name, words in (("requested_on", "the request"), ("in_process_on", "the In Process date")):
        limit = limit_of(case, "assessment_start_months", case.fact_value(name))
        if limit and context.as_of > limit.day:
            yield f"The assessment starts after {limit.words} from {words}.", ""


# --- review and decision ---


def delta_test_done(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """The delta test that was asked for is done."""
    if case.fact_value("delta_test_wanted") == "yes" and not facts.get("delta_test_done_on"):
        yield "The agency asked for a delta test: say when it was done.", "delta_test_done_on"


def no_pending_deviations(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """No deviation request is pending."""
    if facts.get("pending_deviations"):
        yield "Deviation requests are pending; the AO decides them before the ATO.", "pending_deviations"


def no_open_high(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """No finding of level High is open."""
    if facts.get("open_high"):
        yield "Findings of level High are open; none may be.", "open_high"


@not_waivable
def official_named(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """An authorizing official is named on the case."""
    if case.authorizing_official_id is None:
        yield "No authorizing official is named on this case. Record who decides.", "authorizing_official"


def within_term(facts: Facts, months: int | None, *, at_least: bool) -> bool:
    """Whether the term from signing to expiry is at least, or at most, so many months; each is, where none is set."""
    signed, expires = facts.get("signed_on"), facts.get("expires_on")
    if not signed or not expires or months is None:
        return True
    limit = months_after(signed, months)
    return bool(expires >= limit if at_least else expires <= limit)


@advisory
def ato_in_time(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """The ATO is signed within twelve months of the In Process date."""
    anchor, signed = case.fact_value("in_process_on"), facts.get("signed_on")
    limit = limit_of(case, "ato_months", anchor)
    if limit and signed and signed > limit.day:
        words = f"More than {limit.length} have passed since the In Process date, {day_text(anchor)}{limit.mark}."
        yield words, "signed_on"


@advisory
def term_of_a_year(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """The term is a year or more, or there is none."""
    if not within_term(facts, case.rules.lengths["ato_term_months"], at_least=True):
        months = case.rules.lengths["ato_term_months"] or 0
        least = "a year" if months == YEAR else f"{number_text(months)} months"
        yield f"FedRAMP may refuse an ATO for less than {least}{case.rules.marked('ato_term_months')}.", "expires_on"


@not_waivable
def expires_after_signing(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """An expiry lies after the day of signing."""
    if words := wrong_expiry(facts.get("signed_on"), facts.get("expires_on")):
        yield words, "expires_on"


def package_not_accepted(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """FedRAMP has not accepted the package."""
    if case.received_at is not None:
        yield "FedRAMP has accepted the package; the decision cannot be revised.", ""
