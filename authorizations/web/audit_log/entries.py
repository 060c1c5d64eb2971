"""Entries of the audit log in a table: when, who, what in words, about which record with a link to it, and why."""

from collections.abc import Iterable

from django.urls import reverse

from accounts.models import User
from authorizations.actions.audit_log.acting_roles import add_past_roles
from authorizations.models import Event
from authorizations.presenters.audit_log.action_labels import happened
from authorizations.presenters.audit_log.subjects import SubjectLink, subjects
from authorizations.presenters.cached_counts import CacheStamp, always, cached_counts
from authorizations.tables.columns import Column, Link
from authorizations.tables.html import TableView, table_view

COLUMNS = (
    Column("at", "When"),
    Column("who", "Who"),
    Column("what", "What"),
    Column("subject", "Record"),
    Column("reason", "Reason"),
)
# The admin's page of one entry.
ONE = "admin:authorizations_event_change"
# Where an entry is in its log, leading to all that it says.
PLACE = Column("place", "Entry")


def entries_table(
    caption: str, user: User, entries: Iterable[Event], *more: Column, asked: CacheStamp | None = None
) -> TableView:
    """A table of entries, which have to hold their people; one query more for each record type that has pages.

    asked: for a page that is opened often, the names of records, which acts alone change, are read once between two.
    """
    events = list(entries)
    add_past_roles(events)
    about = sorted({(event.subject_type, event.subject_id) for event in events})

    def find() -> dict[tuple[str, int], SubjectLink]:
        return subjects(user, about)

    named = cached_counts(asked, user, ("names", about), find, rows=always) if asked else find()
    cells: dict[tuple[str, int], Link] = {subject: Link(each.text, each.url) for subject, each in named.items()}
    return table_view(caption, [*COLUMNS, *more], [_event_row(event, cells) for event in events])


def _event_row(event: Event, subjects: dict[tuple[str, int], Link]) -> dict[str, object]:
    return {
        "at": event.recorded_at,
        "who": who(event),
        "what": happened(event.verb, event.changes),
        "subject": subjects.get((event.subject_type, event.subject_id)),
        "reason": event.reason,
        "place": Link(f"{event.audit_log} {event.position}", reverse(ONE, args=[event.public_id])),
    }


def who(event: Event) -> str:
    return event.who_as + (f", recording the decision of {event.decided_by.display_name}" if event.decided_by else "")
