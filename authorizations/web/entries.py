"""Entries of the record in a table: when, who, what in words, about which record with a link to it, and why."""

from collections.abc import Iterable

from django.urls import reverse

from accounts.models import User
from authorizations.doorstep.acts import happened
from authorizations.doorstep.subjects import subjects
from authorizations.models import Event
from authorizations.web.cells import Cell, PathLink, moment, text
from authorizations.web.lists import Column
from authorizations.web.tables import Table, table

COLUMNS = (
    Column("at", "When", (), lambda row: moment(row["at"])),
    Column("who", "Who", (), lambda row: text(row["who"])),
    Column("what", "What", (), lambda row: text(row["what"])),
    Column("subject", "Record", (), lambda row: row["subject"]),
    Column("reason", "Reason", (), lambda row: text(row["reason"])),
)
# The desk's page of one entry.
ONE = "admin:authorizations_event_change"
# Where an entry stands in its chain, leading to all that it says.
PLACE = Column("place", "Entry", (), lambda row: row["place"])


def entries_table(caption: str, user: User, entries: Iterable[Event], *more: Column) -> Table:
    """A table of entries, which have to hold their people; one query more for each noun among them that has pages."""
    events = list(entries)
    named = subjects(user, ((event.subject_type, event.subject_id) for event in events))
    cells: dict[tuple[str, int], Cell] = {subject: PathLink(each.text, each.url) for subject, each in named.items()}
    return table(caption, [*COLUMNS, *more], [_event_row(event, cells) for event in events])


def _event_row(event: Event, subjects: dict[tuple[str, int], Cell]) -> dict[str, object]:
    return {
        "at": event.recorded_at,
        "who": who(event),
        "what": happened(event.verb, event.changes),
        "subject": subjects.get((event.subject_type, event.subject_id), text("")),
        "reason": event.reason,
        "place": PathLink(f"{event.chain} {event.position}", reverse(ONE, args=[event.public_id])),
    }


def who(event: Event) -> str:
    """Who acted, and whose role or signed decision it was."""
    return event.who + (f", recording the decision of {event.decided_by.told_as}" if event.decided_by else "")
