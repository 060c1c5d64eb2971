"""A calendar feed: what it publishes, compared with what it published before, and its text by RFC 5545.

What was published is kept as ``{"entries": {uid: [when, sequence, state, touched, digest]}, "floor": number}``:

- ``when``: the day, or the moment in UTC, as ISO 8601;
- ``sequence``: it rises with every change of day or state, so that programs update the entry they have;
- ``touched``: the moment of the last change of anything; ``digest``: by which a change of words is seen;
- ``floor``: where the sequence of an entry begins that was not there, so that one that was forgotten and comes back
  does not begin below what programs remember.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from authorizations.web.calendar.entries import CalendarEntry, EntryState

if TYPE_CHECKING:
    from icalendar import Event

# How long what is over stays in a feed, and for how long it says that an entry is no longer there.
BACK, TAKEN_BACK = timedelta(days=90), timedelta(days=30)
# How often programs are asked to look again. Many have a clock of their own.
REFRESHED = timedelta(hours=1)
GONE = "Cancelled: no longer in this calendar"
Published = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry as it is published: ``entry`` is None where it is cancelled, and nothing but its day is said."""

    uid: str
    when: date | datetime
    sequence: int
    touched: datetime
    entry: CalendarEntry | None


def uid_of(feed: str, entry: CalendarEntry) -> str:
    """What stays the same when an entry moves, made of public ids and of the feed's own.

    Two feeds count sequences of their own, so a program that knows both must not take their entries for one.
    """
    kind, subject_type, _, detail = entry.due.key
    return str(uuid5(NAMESPACE_URL, f"{feed}/{kind}/{subject_type}/{entry.place.public_id}/{detail}"))


def revised(published: Published, entries: Mapping[str, CalendarEntry], now: datetime) -> Published:
    """What a feed publishes from now on: the entries by their uids, and for a while those that are no longer there."""
    before: Mapping[str, list[Any]] = published.get("entries", {})
    floor: int = published.get("floor", 0)
    moment = now.astimezone(UTC).replace(microsecond=0).isoformat()
    after = {uid: _of(entry, before.get(uid), moment, floor) for uid, entry in entries.items()}
    for uid, was in before.items():
        if uid in after:
            continue
        if _is_forgotten(was, now):
            floor = max(floor, was[1] + 1)
        else:
            after[uid] = _cancelled(was, moment)
    return {"entries": after, "floor": floor}


def _of(entry: CalendarEntry, was: list[Any] | None, moment: str, floor: int) -> list[Any]:
    when, state, digest = _iso(entry.when), entry.state.value, _digest(entry)
    if was is None:
        return [when, floor, state, moment, digest]
    if [when, state] != [was[0], was[2]]:
        return [when, was[1] + 1, state, moment, digest]
    return was if digest == was[4] else [when, was[1], state, moment, digest]


def _is_forgotten(was: list[Any], now: datetime) -> bool:
    when, _, state, touched, _ = was
    if state == EntryState.CANCELLED:
        return datetime.fromisoformat(touched) < now - TAKEN_BACK
    # What was done and is long over leaves the calendar; it does not have to be taken back.
    return state == EntryState.DONE and date.fromisoformat(when[:10]) < (now - BACK).date()


def _cancelled(was: list[Any], moment: str) -> list[Any]:
    when, sequence, state, *_ = was
    return was if state == EntryState.CANCELLED else [when, sequence + 1, EntryState.CANCELLED.value, moment, ""]


def _iso(when: date | datetime) -> str:
    return when.astimezone(UTC).isoformat() if isinstance(when, datetime) else when.isoformat()


def _digest(entry: CalendarEntry) -> str:
    words = "\n".join([entry.summary, *entry.sentences, entry.place.link])
    return hashlib.sha256(words.encode()).hexdigest()[:12]


def lines_of(published: Published, entries: Mapping[str, CalendarEntry]) -> list[FeedEntry]:
    lines = [
        FeedEntry(
            uid,
            datetime.fromisoformat(when) if "T" in when else date.fromisoformat(when),
            sequence,
            datetime.fromisoformat(touched),
            entries.get(uid),
        )
        for uid, (when, sequence, _, touched, _) in published["entries"].items()
    ]
    return sorted(lines, key=lambda line: (_iso(line.when), line.uid))


def text_of(name: str, lines: Iterable[FeedEntry], address: str) -> bytes:
    """The feed's text. ``address``: what stands before the addresses of our pages."""
    from icalendar import Calendar  # takes a twentieth of the portal's start, and programs alone need it

    calendar = Calendar()
    calendar.add("prodid", "-//Authorization portal//Deadlines//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESHED, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for line in lines:
        calendar.add_component(_event(line, address))
    text: bytes = calendar.to_ical()
    return text


def _event(line: FeedEntry, address: str) -> "Event":
    from icalendar import Event  # as above

    event = Event()
    event.add("uid", line.uid)
    event.add("sequence", line.sequence)
    # In a calendar without a method, both state when the entry was last changed.
    event.add("dtstamp", line.touched)
    event.add("last-modified", line.touched)
    event.add("dtstart", line.when)
    if not isinstance(line.when, datetime):
        event.add("dtend", line.when + timedelta(days=1))
    # Nobody is busy all day because something is due.
    event.add("transp", "TRANSPARENT")
    if line.entry is None:
        event.add("status", "CANCELLED")
        event.add("summary", GONE)
        return event
    event.add("status", "CONFIRMED")
    event.add("summary", line.entry.summary)
    event.add("description", "\n".join(line.entry.sentences))
    event.add("url", f"{address}{line.entry.place.link}")
    return event
