"""Words that detail pages share: where a date comes from, what a state means."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from urllib.parse import urlsplit

from accounts.models import Organization, Published
from accounts.roles import RecordSource
from authorizations.display import day_text, small
from authorizations.models import Ato, DesignationEvent
from authorizations.models.register.correction import CORRECTED, is_corrected
from authorizations.sanitize import day_or_none
from authorizations.vocabulary import AtoType, ListingRole

ENTERED_HERE = "Entered here"
OUR_CORRECTION = "Our correction, not published by FedRAMP"
# The feed's tables of ATO rows, and its fields behind our dates.
ATO_TABLES = {ListingRole.INITIAL: "AtoMapping", ListingRole.REUSE: "ReuseMapping"}
ATO_FIELDS: Mapping[str, str] = {"signed_on": "ato_date", "logged_on": "auth_date", "expires_on": "exp_date"}
ATO_TYPES = {
    AtoType.ATO: "The agency accepted the risk of operating its system with this offering. It binds that agency alone.",
    AtoType.WITH_CONDITIONS: "The agency authorized its system and asked for the conditions to be met.",
    AtoType.INTERIM: "The agency authorized its system for a limited time while work goes on.",
    AtoType.ATU: "The agency decided to use an offering that another agency had already authorized.",
    AtoType.TEMPORARY: "The agency authorized its system for a short, stated time.",
    AtoType.P_ATO: (
        "A JAB P-ATO, ended, bound no agency: the Joint Authorization Board recommended, and each agency still "
        "signed its own ATO. It is kept as history."
    ),
}


def feed_source(as_of: date | None, field: str) -> str:
    """Where a value of the feed was read: "Marketplace feed of 1 Jul 2025, field ato_date"."""
    return f"Marketplace feed of {day_text(as_of)}, field {field}" if as_of else f"Marketplace feed, field {field}"


def ato_source(ato: Ato, column: str) -> str:
    if is_corrected(ato, column):
        return OUR_CORRECTION
    if ato.source == RecordSource.LIST:
        return "Agency’s own list"
    if ato.source != RecordSource.FEED:
        return ENTERED_HERE
    field = f"{ATO_FIELDS[column]} of table {ATO_TABLES[ListingRole(ato.listing_role)]}"
    return feed_source(ato.import_run.feed_as_of if ato.import_run else None, field)


# What a feed writes beside a value, and what only its parties see of an ATO.
UNNAMED_VALUES = frozenset({"feed_uuid", "signer"})


def value_sources(record: Published) -> list[tuple[str, str]]:
    """Which feeds gave which values: "Feed v2, since 1 Jul 2025", "name, website"; the newest first (ADR 29)."""
    labels = {field.name: small(str(field.verbose_name)) for field in record._meta.fields}
    found: dict[str, list[str]] = {}
    for name, source in record.sources.items():
        if name in labels and name not in UNNAMED_VALUES:
            found.setdefault(source, []).append(labels[name])
    newest_first = sorted(found, key=lambda source: source.rpartition(" ")[2], reverse=True)
    return [(_feed_words(source), ", ".join(sorted(found[source]))) for source in newest_first]


def _feed_words(source: str) -> str:
    if source.startswith(CORRECTED):
        return OUR_CORRECTION
    generation, _, day = source.rpartition(" ")
    on = day_or_none(day)
    return f"Feed {generation}, since {day_text(on)}" if on else f"Feed {source}"


def step_source(step: DesignationEvent) -> str:
    if step.source != RecordSource.FEED:
        return ENTERED_HERE
    return feed_source(step.import_run.feed_as_of if step.import_run else None, step.source_field)


def accreditation_source(assessor: Organization) -> str:
    if is_corrected(assessor, "accredited_on"):
        return OUR_CORRECTION
    return feed_source(None, "accredited_since") if assessor.source == RecordSource.FEED else ENTERED_HERE


def next_yearly(month_day: str, today: date) -> date | None:
    """The next day of a yearly date given as MM-DD, today included; 29 February falls on 28 in other years."""
    if not month_day:
        return None
    this_year = _in_year(month_day, today.year)
    return this_year if this_year >= today else _in_year(month_day, today.year + 1)


def _in_year(month_day: str, year: int) -> date:
    month, day = (int(part) for part in month_day.split("-"))
    return date(year, month, min(day, monthrange(year, month)[1]))


def yearly_words(month_day: str) -> str:
    """A yearly date in words: 17 Mar, each year; blank for none."""
    if not month_day:
        return ""
    on = _in_year(month_day, 2024)
    return f"{on.day} {on:%b}, each year"


def listing_words(record: Published) -> str:
    if record.published_since is None:
        return "Entered here; not in a Marketplace feed applied here."
    if record.not_published_since is None:
        return f"In the Marketplace feed since {day_text(record.published_since)}, as far as applied here."
    return f"Not in the Marketplace feed since {day_text(record.not_published_since)}."


def safe_link(address: str) -> str:
    """The address if it is one that a page may link to (http or https), else blank; feeds hold all kinds of text."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return ""
    return address.strip() if parts.scheme in {"http", "https"} and parts.hostname else ""
