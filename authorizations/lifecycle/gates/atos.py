"""The gates of the machines: each asks one question, and yields a sentence that says what to do where it is unmet."""

from datetime import date
from typing import Any, Protocol

from accounts.roles import RecordSource
from authorizations.lifecycle.context import ActingContext
from authorizations.lifecycle.problems import Unmet
from authorizations.lifecycle.step import Facts, OfferCondition, Subject, wrong_expiry


class AtoSubject(Subject, Protocol):
    """What the gates may ask of an ATO."""

    source: str
    expires_on: date | None
    authorizing_official_id: int | None
    agency: Any

    @property
    def has_live_initial_sibling(self) -> bool: ...


# --- conditions of the offer ---


def _made_in_portal(ato: AtoSubject, context: ActingContext) -> bool:
    return ato.source == RecordSource.PORTAL


def _only_known(ato: AtoSubject, context: ActingContext) -> bool:
    return ato.source != RecordSource.PORTAL


def _expiry_passed(ato: AtoSubject, context: ActingContext) -> bool:
    return ato.expires_on is not None and ato.expires_on < context.as_of


NO_IMPORT_ORIGIN = OfferCondition(
    "The ATO is kept here: a row of a feed or a list is claimed to the register first.", _made_in_portal
)
IS_REUSE = OfferCondition("The ATO has the role reuse.", lambda ato, context: ato.listing_role == "reuse")
FROM_FEEDS = OfferCondition("The row is known from a feed or a list alone.", _only_known)
OF_AN_AGENCY = OfferCondition(
    "The row is of an agency, and of no placeholder that feeds use.", lambda ato, context: not ato.agency.is_pseudo
)
EXPIRY_PASSED = OfferCondition("The recorded expiry has passed.", _expiry_passed)


# --- gates of the record ---


def official_named(ato: AtoSubject, facts: Facts, context: ActingContext) -> Unmet:
    """An authorizing official is named on the ATO."""
    if ato.authorizing_official_id is None:
        yield "No authorizing official is named on this ATO. Ask the PMO to name one in Admin.", ""


def no_live_initial_sibling(ato: AtoSubject, facts: Facts, context: ActingContext) -> Unmet:
    """The offering has no other initial ATO that is active or suspended."""
    if ato.has_live_initial_sibling:
        yield "Another initial ATO of this offering is active or suspended; an offering has one.", "sibling"


# --- checks of the facts entered ---


def expiry_after_signing(ato: AtoSubject, facts: Facts, context: ActingContext) -> Unmet:
    """The expiry lies after the day of signing, and at most ten years ahead."""
    signed = facts.get("decision_signed_on") or facts.get("signed_on")
    if words := wrong_expiry(signed, facts.get("expires_on")):
        yield words, "expires_on"


def signed_before_expiry(ato: AtoSubject, facts: Facts, context: ActingContext) -> Unmet:
    """The day of signing lies before the expiry that is on record."""
    if words := wrong_expiry(facts.get("signed_on"), ato.expires_on):
        yield words, "signed_on"


def provider_before_fedramp(ato: AtoSubject, facts: Facts, context: ActingContext) -> Unmet:
    """The provider is told before FedRAMP, or on the same day."""
    if facts["provider_notified_on"] > facts["fedramp_notified_on"]:
        yield "The provider is told first: FedRAMP cannot have been told before the provider.", "fedramp_notified_on"


def notice_whole(ato: AtoSubject, facts: Facts, context: ActingContext) -> Unmet:
    """A new notice says whom, when, how and where the proof is; a known one gets the day of its receipt."""
    if facts.get("notice"):
        if not facts.get("received_on"):
            yield "Say when the receipt of this notice came.", "received_on"
        return
    for name, words in (
        ("recipient", "Say who was told."),
        ("notified_on", "Say when they were told."),
        ("channel", "Say by which channel."),
        ("reference", "Say where the proof can be found."),
    ):
        if not facts.get(name):
            yield words, name


def received_after_notified(ato: AtoSubject, facts: Facts, context: ActingContext) -> Unmet:
    """A receipt is not older than the notice."""
    notice, received = facts.get("notice"), facts.get("received_on")
    notified = notice.notified_on if notice else facts.get("notified_on")
    if notified and received and received < notified:
        yield "A receipt cannot be older than its notice.", "received_on"
