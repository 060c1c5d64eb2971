"""Certification Package Overviews, which FedRAMP collects from the providers and publishes in one file (frc-cso-pkg).

Shape: `data.frc-cso-pkg`, a record for each provider by the overview schema, with any other keys. FedRAMP adds
`ZD_frid_retro` (the id that it assigned), `id_matches_expected` and `last_fetched_timestamp`.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from authorizations.exchange.imports.cells import EARLIEST_YEAR, FeedCells
from authorizations.exchange.imports.feed_rows import NAME, FeedOverviewRow

NAME_OF_TABLE = "frc-cso-pkg"
ADDRESS, STATED = 500, 100
# Words that stand where nothing is: of an address or an id no more can be made.
PLACEHOLDER = re.compile(r"n/?a|not applicable|none|tbd|to be determined|coming soon!?|0+|[-–.?]+", re.IGNORECASE)


def read_overview(cells: FeedCells) -> FeedOverviewRow | None:
    about, properties = _part(cells, "serviceIdentification"), _part(cells, "serviceProperties")
    provider, service = about.text("providerName", NAME), about.text("serviceName", NAME)
    assigned = cells.key("ZD_frid_retro", STATED)
    stated = [about.text(field, STATED) for field in ("fedRampPackageId", "fedRampId")]
    if not assigned:
        cells.record_id = about.record_id = properties.record_id = (service or provider or cells.record_id)[:100]
    if any(each.upper().startswith("FAKE-") for each in (assigned, *stated)):
        cells.issue("ZD_frid_retro", "test_row", "This is a test row of the publisher; it was set aside.")
        return None
    if not assigned and not any(stated) and not provider:
        cells.issue("ZD_frid_retro", "no_key", "The overview names neither an id nor a provider; it was set aside.")
        return None
    return FeedOverviewRow(
        assigned=assigned,
        stated=tuple(dict.fromkeys(each for each in stated if each)),
        is_expected=_is_expected(cells),
        provider=provider,
        service=service,
        facts={
            "stated_id": next((each for each in stated if each), ""),
            "provider_as_published": provider,
            "service_as_published": service,
            **_trust_center(_part(properties, "trustCenter")),
            **_dates(cells, properties),
            "feedback": _address(properties, "ongoingCertificationReportFeedbackUrl"),
            "builds_on": _builds_on(_part(cells, "thirdPartyInformationResources")),
        },
        fetched=_moment(cells, "last_fetched_timestamp"),
    )


def _trust_center(cells: FeedCells) -> dict[str, Any]:
    needed = cells.row.get("authenticationRequired")
    return {
        "trust_center": _address(cells, "url"),
        "trust_center_about": _texts(cells, "repositoryDescription"),
        "access_needed": needed if isinstance(needed, bool) else None,
        "access_instructions": _texts(cells, "accessRequestInstructions"),
    }


def _dates(cells: FeedCells, properties: FeedCells) -> dict[str, Any]:
    """The days that the provider announces; one that cannot be read says nothing."""
    field, review = "nextOngoingCertificationReportDate", _part(properties, "nextQuarterlyReview")
    # One provider states it beside the properties.
    report = (properties if properties.row.get(field) else cells).date(field)
    day = review.date("date")
    facts: dict[str, Any] = {
        "next_review_time": review.text("startTime", 40),
        "review_registration": _address(review, "registrationUrl"),
        "review_calendar": _address(review, "calendarUrl"),
    }
    if report.readable:
        facts["next_report_on"] = report.on
    if day.readable:
        facts["next_review_on"] = day.on
    return facts


def _builds_on(cells: FeedCells) -> list[str]:
    """The ids of certified services, in the order of the overview; once each."""
    certified = cells.row.get("certified")
    found = []
    for each in certified if isinstance(certified, list) else []:
        inner = FeedCells(cells.table, each if isinstance(each, Mapping) else {}, cells.record_id, cells.today,
            cells.note_issue)  # fmt: skip
        found.append(inner.text("fedRampCertifiedThirdPartyInformationResource", STATED))
    return list(dict.fromkeys(each for each in found if each and not PLACEHOLDER.fullmatch(each)))


def _part(cells: FeedCells, field: str) -> FeedCells:
    """The cells of a record inside a record; none where it is absent or something else."""
    inside = cells.row.get(field)
    if inside is not None and not isinstance(inside, Mapping):
        cells.issue(field, "wrong_type", "The value is no record; it was left out.", inside)
    row = inside if isinstance(inside, Mapping) else {}
    return FeedCells(cells.table, row, cells.record_id, cells.today, cells.note_issue)


def _address(cells: FeedCells, field: str) -> str:
    text = cells.text(field, ADDRESS)
    return "" if PLACEHOLDER.fullmatch(text) else text


def _texts(cells: FeedCells, field: str) -> str:
    """A text, which some providers give as a list of paragraphs."""
    if isinstance(cells.row.get(field), list):
        return "\n".join(cells.items(field, 5_000))
    return cells.paragraphs(field)


def _is_expected(cells: FeedCells) -> bool | None:
    """FedRAMP's word on the id: the text FALSE in July 2026, a boolean since."""
    stated = cells.row.get("id_matches_expected")
    return stated if isinstance(stated, bool) else {"true": True, "false": False}.get(str(stated).strip().lower())


def _moment(cells: FeedCells, field: str) -> datetime | None:
    text = cells.text(field, 60)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        moment = None
    # A day's grace, as for the day of a feed.
    if moment is None or not moment.year >= EARLIEST_YEAR or moment.date() > cells.today + timedelta(days=1):
        cells.issue(field, "date", "The moment cannot be read; it was left out.")
        return None
    return moment
