"""Deadlines, messages and imports: what is due, what was written to people, and which feeds were applied."""

from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from authorizations.actions.door import refuse_unless_may
from authorizations.api.authentication import person
from authorizations.api.deadlines import DueRow
from authorizations.api.lists.paging import ListQuery, page_of, page_of_some, words_in
from authorizations.api.lists.times import Day
from authorizations.api.schemas import RECORD, PageOut, PageQuery, filled, reading
from authorizations.deadlines import KINDS, DeadlineState, deadlines_for
from authorizations.models import ImportRun, Message
from authorizations.policy import Capability
from authorizations.vocabulary import MessageStatus, RunStatus, Topic, Turn

deadlines, messages, imports = Router(tags=["Deadlines"]), Router(tags=["Messages"]), Router(tags=["Imports"])


class DeadlineFilters(PageQuery):
    """What the list is narrowed to; all of it must hold."""

    since: Day | None = Field(None, description="None that is due before it.")
    until: Day | None = Field(None, description="None that is due after it.")
    state: DeadlineState | None = None
    owed_by: Turn | None = None
    own: bool = Field(default=False, description="Those that your own organizations owe.")
    q: str | None = Field(None, max_length=300, description="Words of the duty.")


class MessageRow(Schema):
    """A message that the portal wrote; its text is on the page that it leads to."""

    id: str
    subject: str
    topic: str = Field(description="Blank where it has none.")
    link: str = Field(description="Path of the page that it speaks of.")
    created_at: datetime
    status: MessageStatus = Field(description="What became of it by mail.")
    sent_at: datetime | None
    read_at: datetime | None


class MessageFilters(ListQuery):
    """What the list is narrowed to; all of it must hold."""

    status: MessageStatus | None = None
    topic: Topic | None = None
    unread: bool | None = None


class ImportRow(Schema):
    """A feed that was applied."""

    id: str
    url: str = Field(description="Its page.")
    feed_version: str
    feed_as_of: date
    file_name: str
    sha256: str
    size: int = Field(description="In bytes.")
    status: RunStatus
    started_at: datetime
    finished_at: datetime | None
    counts: dict[str, dict[str, int]] = Field(description="By table of the feed: rows, and what became of them.")


class ImportFilters(ListQuery):
    """What the list is narrowed to; all of it must hold."""

    status: RunStatus | None = None
    since: Day | None = Field(None, description="Feeds of this day or later.")


@reading(deadlines, "", PageOut[DueRow], "api_deadlines", "list_deadlines", "List deadlines")
def list_deadlines(request: HttpRequest, filters: Query[DeadlineFilters]) -> PageOut[DueRow]:
    """The deadlines of all records in which you take part, the next one first. They are computed for each answer."""
    today, words = timezone.localdate(), (filters.q or "").lower()
    found = deadlines_for(person(request), today, filters.since, filters.until, own=filters.own)
    rows = [
        due
        for due in found
        if (filters.state is None or due.state(today) is filters.state)
        and (filters.owed_by is None or due.owed_by.side == filters.owed_by)
        and words in KINDS[due.kind].label.lower()
    ]
    return page_of_some(request, rows, filters, lambda due: DueRow.of(due, today))


@reading(messages, "", PageOut[MessageRow], "api_messages", "list_messages", "List messages")
def list_messages(request: HttpRequest, filters: Query[MessageFilters]) -> PageOut[MessageRow]:
    """Your messages, newest first; to the PMO and the auditor all."""
    narrowed: dict[str, Any] = {"status": "status", "topic": "topic", "unread": "read_at__isnull"}
    rows = Message.objects.visible_to(person(request)).filter(*filters.conditions(narrowed))
    newest = rows.order_by("-created_at", "-pk")
    return page_of(request, newest, filters, _message, words_in("subject"), _changed)


@reading(messages, RECORD, MessageRow, "api_message", "read_message", "Read a message")
def read_message(request: HttpRequest, public_id: str) -> MessageRow:
    """One message."""
    return _message(get_object_or_404(Message.objects.visible_to(person(request)), public_id=public_id))


@reading(imports, "", PageOut[ImportRow], "api_imports", "list_imports", "List imports")
def list_imports(request: HttpRequest, filters: Query[ImportFilters]) -> PageOut[ImportRow]:
    """The Marketplace feeds that were applied, newest first; the PMO and the auditor see them."""
    rows = ImportRun.objects.visible_to(person(request))
    rows = rows.filter(*filters.conditions({"status": "status", "since": "feed_as_of__gte"}))
    newest = rows.order_by("-feed_as_of", "-pk")
    return page_of(request, newest, filters, _import, words_in("file_name"), _run_since)


@reading(imports, RECORD, ImportRow, "api_import", "read_import", "Read an import")
def read_import(request: HttpRequest, public_id: str) -> ImportRow:
    """One import."""
    user = person(request)
    refuse_unless_may(user, Capability.SEE_IMPORTS)
    return _import(get_object_or_404(ImportRun.objects.visible_to(user), public_id=public_id))


def _message(message: Any) -> MessageRow:
    return filled(MessageRow, message)


def _changed(moment: datetime) -> Q:
    return Q(created_at__gte=moment) | Q(sent_at__gte=moment) | Q(read_at__gte=moment)


def _import(run: Any) -> ImportRow:
    return filled(ImportRow, run, url=run.get_absolute_url())


def _run_since(moment: datetime) -> Q:
    return Q(started_at__gte=moment) | Q(finished_at__gte=moment)
