"""Records as deadlines are told of them, for the tables of days that were reckoned by hand."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from authorizations.deadlines.due import (
    AccessRow,
    AtoRow,
    CaseRow,
    Delivered,
    OfferingRow,
)
from authorizations.vocabulary import CertificationType, Designation

TODAY = date(2026, 11, 26)
ABSENT = "absent"
REV5, TWENTY_X = CertificationType.REV5, CertificationType.TWENTY_X


def day(text: str) -> date:
    return date.fromisoformat(text)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def case(**facts: Any) -> CaseRow:
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
    }
    said = {name: [facts.pop(name), 1, ""] for name in list(facts) if name.endswith("_on")}
    return CaseRow(**{**columns, "facts": said, **facts})


def ato(**facts: Any) -> AtoRow:
    columns = {
        "pk": 1,
        "agency": 10,
        "provider": 20,
        "stage": "active",
        "is_initial": True,
        "is_made_here": True,
        "signed_on": day("2026-01-15"),
        "expires_on": None,
        "ended_on": None,
        "recorded_on": None,
        "known_on": None,
        "certification": REV5,
        "certification_class": "C",
        "annual_day": "",
        "told": (),
        "delivered": (),
        "of_offering": (),
    }
    for name in ("signed_on", "expires_on", "ended_on", "recorded_on", "known_on"):
        if isinstance(facts.get(name), str):
            facts[name] = day(facts[name])
    return AtoRow(**{**columns, **facts})


def offering(**facts: Any) -> OfferingRow:
    columns = {
        "pk": 1,
        "provider": 20,
        "designation": Designation.CERTIFIED,
        "certification": REV5,
        "certification_class": "C",
        "annual_day": "",
        "ready_on": None,
        "certified_on": day("2025-05-05"),
        "certified_here_on": None,
        "delivered": (),
    }
    for name in ("ready_on", "certified_on", "certified_here_on"):
        if isinstance(facts.get(name), str):
            facts[name] = day(facts[name])
    return OfferingRow(**{**columns, **facts})


def access(**facts: Any) -> AccessRow:
    names = ("granted_on", "until", "ended_on", "denied_on", "told_on", "left_on")
    dates = {name: day(facts[name]) if name in facts else None for name in names}
    others = {name: facts[name] for name in facts if name not in names}
    return AccessRow(**{"pk": 1, "agency": 10, "provider": 20, "at_connect": True, "extensions": 0, **dates, **others})


def gave(duty: str, period: str, on: str, *, waived: bool = False) -> Delivered:
    return Delivered(duty, day(period), day(on), waived, "Folder 7")


@dataclass(frozen=True)
class Reckoned:
    """One row: what it shows, of which record, the day expected (None: not stated; ABSENT: none at all), its source.

    ``more`` is what else must hold of the deadline.
    """

    shows: str
    kind: str
    row: Any
    expected: str | None
    source: str
    today: date = TODAY
    closings: tuple[str, ...] = ()
    local: dict[str, int] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)


def denied(on: str, **facts: Any) -> AccessRow:
    return access(denied_on=on, at_connect=False, **facts)


def in_process(on: str, **facts: Any) -> CaseRow:
    return case(in_process_on=on, **facts)


OCR = (gave("N01", "2026-11-30", "2026-11-30"),)
