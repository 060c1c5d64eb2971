"""Records as deadlines are told of them, for the tables of days that were computed by hand."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from accounts.roles import RecordSource
from authorizations.deadlines.deadline import (
    AccessDeadlineRow,
    AtoDeadlineRow,
    CaseDeadlineRow,
    Delivered,
    OfferingDeadlineRow,
)
from authorizations.deadlines.participation import Participation
from authorizations.vocabulary import CertificationType, Designation, ListingRole, PackageLocation

TODAY = date(2026, 11, 26)
# All of them have been here for long.
EVERYONE = Participation(dict.fromkeys((10, 20, 30), date(2010, 1, 1)), pmo=date(2010, 1, 1))
ABSENT = "absent"
REV5, TWENTY_X = CertificationType.REV5, CertificationType.TWENTY_X


def day(text: str) -> date:
    return date.fromisoformat(text)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def case(**facts: Any) -> CaseDeadlineRow:
    columns = {
        "pk": 1,
        "kind": "initial",
        "stage": "ssp",
        "agency": 10,
        "provider": 20,
        "assessor": 30,
        "release": "cr26-2026.07.14.01",
        "facts": {},
        "stage_since": moment("2026-11-16T15:00"),
        "received_at": None,
        "stopped_days": 0,
        "designation": Designation.IN_PROCESS_AGENCY,
        "listed_again": False,
        "official": None,
        "adopted_at_stage": "",
        "opened_at": moment("2026-11-02T15:00"),
    }
    said = {name: [facts.pop(name), 1, ""] for name in list(facts) if name.endswith("_on")}
    return CaseDeadlineRow(**{**columns, "facts": said, **facts})


def ato(**facts: Any) -> AtoDeadlineRow:
    columns = {
        "pk": 1,
        "offering": 5,
        "agency": 10,
        "provider": 20,
        "stage": "active",
        "listing_role": ListingRole.INITIAL if facts.pop("is_initial", True) else ListingRole.REUSE,
        "source": RecordSource.PORTAL if facts.pop("is_made_here", "known_on" not in facts) else RecordSource.FEED,
        "signed_on": day("2026-01-15"),
        "expires_on": None,
        "ended_on": None,
        "recorded_on": None,
        "published_since": facts.pop("known_on", None),
        "registered_on": None,
        "certification": REV5,
        "certification_class": "C",
        "notified": (),
        "delivered": (),
        "of_offering": (),
        "official": None,
    }
    given = {**columns, **facts}
    for name in ("signed_on", "expires_on", "ended_on", "recorded_on", "published_since", "registered_on"):
        if isinstance(given[name], str):
            given[name] = day(given[name])
    return AtoDeadlineRow(**given)


def offering(**facts: Any) -> OfferingDeadlineRow:
    columns = {
        "pk": 1,
        "provider": 20,
        "designation": Designation.CERTIFIED,
        "certification": REV5,
        "certification_class": "C",
        "annual_day": "",
        "implementation_on": None,
        "ready_on": None,
        "certified_on": day("2025-05-05"),
        "certified_here_on": None,
        "in_use": False,
        "in_pipeline": False,
        "next_report_on": None,
        "next_review_on": None,
        "announced": None,
        "delivered": (),
    }
    announced = ("next_report_on", "next_review_on")
    days = ("implementation_on", "ready_on", "certified_on", "certified_here_on", "authorized_on", "known_on")
    for name in (*days, *announced):
        if isinstance(facts.get(name), str):
            facts[name] = day(facts[name])
    return OfferingDeadlineRow(**{**columns, **facts})


def used(**facts: Any) -> OfferingDeadlineRow:
    """An offering that some agency uses, by the day on which it was first authorized."""
    authorized = facts.pop("authorized_on", "2026-01-15")
    return offering(**{"in_use": True, "authorized_on": authorized, "known_on": authorized, **facts})


def access(**facts: Any) -> AccessDeadlineRow:
    at_connect = facts.pop("at_connect", True)
    columns = {
        "pk": 1,
        "agency": 10,
        "provider": 20,
        "location": PackageLocation.CONNECT if at_connect else PackageLocation.REPOSITORY,
        "extensions": facts.pop("extensions", 0),
        "is_there": "left_on" not in facts,
        "last_there": facts.pop("left_on", None),
        **dict.fromkeys(("granted_on", "until", "ended_on", "denied_on", "notified_on")),
        **facts,
    }
    given = {
        name: day(value) if isinstance(value, str) and value[:2] == "20" else value for name, value in columns.items()
    }
    return AccessDeadlineRow(**given)


def gave(duty: str, period: str, on: str, *, waived: bool = False) -> Delivered:
    return Delivered(duty, day(period), day(on), waived, "Folder 7")


@dataclass(frozen=True)
class Computed:
    """One row: what it shows, of which record, the day expected (None: not stated; ABSENT: none at all), its source.

    ``more`` is what else must hold of the deadline.
    """

    shows: str
    kind: str
    row: Any
    expected: str | None
    source: str
    today: date = TODAY
    office_closures: tuple[str, ...] = ()
    local: dict[str, int] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)


def denied(on: str, **facts: Any) -> AccessDeadlineRow:
    return access(denied_on=on, at_connect=False, **facts)


def in_process(on: str, **facts: Any) -> CaseDeadlineRow:
    return case(in_process_on=on, **facts)


def reported(on: str, **facts: Any) -> CaseDeadlineRow:
    """A case whose assessment was reported on."""
    return case(**{"stage": "agency_review", "sar_delivered_on": on, **facts})


OCR = (gave("N01", "2026-11-30", "2026-11-30"),)
