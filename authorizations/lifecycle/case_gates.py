"""The gates of cases: what they may ask, and those of both machines and of the way to the ATO.

Each asks one question, and yields a sentence that says what to do.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import date, timedelta
from typing import Any, Protocol

from authorizations.display import day_text
from authorizations.lifecycle.calendar import months_after
from authorizations.lifecycle.problems import Problem, firm, firmly, should, soft
from authorizations.lifecycle.step import Facts, Offered, Subject
from authorizations.lifecycle.turns import ON_WHOM, TurnSubject, whose_turn
from authorizations.policy import Party
from authorizations.rules import Release
from authorizations.vocabulary import DeploymentModel, Turn

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
    acted_for_id: int | None
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

    def said_by(self, name: str) -> frozenset[int]:
        """Keys of the persons who recorded a fact: who did, and for whom."""
        ...

    @property
    def persons(self) -> frozenset[int]:
        """Keys of the persons who act now: who does, and for whom."""
        ...


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
    mine = case.claimed_by_id is not None and case.claimed_by_id in case.persons
    return mine or (case.claimed_by_id is not None and Party.PL in case.acting)


CLAIMED = Offered("The review is claimed: by yourself, unless you lead the PMO.", _is_ones_own)


# --- who of a row's parties, where the case decides it ---


def provider_once_alone(case: CaseSubject) -> frozenset[Party]:
    """After the partner was lost, the provider alone; before that, each of the row's parties."""
    return frozenset({Party.CL}) if case.stage == "partner_lost" else frozenset(Party)


# --- entries and preparation ---


@firm
def before_cutoff(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """The day is not after the cut-off for new applications."""
    cutoff = case.current_rules.dates["cutoff"]
    if case.as_of > cutoff:
        yield firmly("before_cutoff", f"New Rev5 applications closed on {day_text(cutoff)}.")


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
        yield should("provider_signs_first", "The provider has not signed the WBS yet; it usually signs first.")


@soft
def starts_in_time(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """The assessment starts within six months of the request."""
    limit = months_after(case.as_of, case.rules.lengths["assessment_start_months"])
    planned = facts.get("assessment_planned_on")
    if planned and planned > limit:
        words = f"The assessment is planned to start after {day_text(limit)}, six months from the request."
        yield should("starts_in_time", words, "assessment_planned_on")


@soft
def decides_in_time(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """The ATO is planned within twelve months of the request."""
    limit = months_after(case.as_of, case.rules.lengths["ato_months"])
    planned = facts.get("ato_planned_on")
    if planned and planned > limit:
        words = f"The ATO is planned after {day_text(limit)}, twelve months from the request."
        yield should("decides_in_time", words, "ato_planned_on")


@firm
def no_other_listed(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """The offering has no other initial case that is listed."""
    if case.has_listed_rival:
        yield firmly("no_other_listed", "Another initial case of this offering is listed; an offering has one.")


# --- package and assessment ---


def approach_all_at_once(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """The review approach is “all at once”."""
    if case.said("approach") != "all_at_once":
        yield Problem("approach_all_at_once", "The review approach chosen is another: just in time.", "approach")


def _held_or_skipped(what: str, words: str) -> Callable[[Any, Facts], Iterator[Problem]]:
    def gate(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
        if not (facts.get(f"{what}_held_on") or case.said(f"{what}_skipped")):
            yield should(f"{what}_held", f"No {words} is recorded, nor why there was none.", f"{what}_held_on")

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
        yield should("debrief_after_two_weeks", words, "debrief_held_on")


@soft
def assessment_in_time(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """The assessment starts within six months of the request and of the In Process date."""
    months = case.rules.lengths["assessment_start_months"]
    for name, words in (("requested_on", "the request"), ("in_process_on", "the In Process date")):
        anchor = case.said(name)
        if anchor and case.as_of > months_after(anchor, months):
            limit = day_text(months_after(anchor, months))
            yield should("assessment_in_time", f"The assessment starts after {limit}, six months from {words}.")


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
        yield firmly("official_named", words, "authorizing_official")


def within_term(facts: Facts, months: int, *, at_least: bool) -> bool:
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
        yield should("ato_in_time", f"More than twelve months have passed since {day_text(anchor)}.", "signed_on")


@soft
def term_of_a_year(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """The term is a year or more, or there is none."""
    if not within_term(facts, case.rules.lengths["ato_term_months"], at_least=True):
        yield should("term_of_a_year", "FedRAMP may refuse an ATO for less than a year.", "expires_on")


@firm
def expires_after_signing(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """An expiry lies after the day of signing."""
    signed, expires = facts.get("signed_on"), facts.get("expires_on")
    if signed and expires and expires <= signed:
        yield firmly("expires_after_signing", "The expiry must lie after the day of signing.", "expires_on")


def package_not_accepted(case: CaseSubject, facts: Facts) -> Iterator[Problem]:
    """FedRAMP has not accepted the package."""
    if case.received_at is not None:
        yield Problem("package_not_accepted", "FedRAMP has accepted the package; the decision cannot be revised.")
