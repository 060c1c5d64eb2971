"""What the portal writes itself and the admin only reads: imports, clashes, the record and its messages."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import SEARCH_VAR
from django.db import models
from django.http import HttpRequest
from django.urls import reverse

from authorizations.actions.door import subject_type
from authorizations.admin.base import RecordAdmin, person
from authorizations.admin.columns import DecidedFilter
from authorizations.admin.editing import ADDRESSES, EditableAdmin
from authorizations.models import (
    Bounce,
    Case,
    Correction,
    Event,
    FeedLimit,
    FoundFeed,
    ImportIssue,
    Message,
    ReviewItem,
    Verification,
)
from authorizations.presenters.cached_counts import cache_stamp, cached_counts


@admin.register(ReviewItem)
class ReviewItemAdmin(RecordAdmin):
    list_display = ("sentence", "clash", "table", "opened_at", "resolution")
    list_filter = ("clash", DecidedFilter)
    search_fields = ("sentence", "ours", "theirs", "record_id", "public_id")
    beside = ("run", "organization", "other_organization", "offering", "resolved_by")
    note = "A clash is decided on its page in the portal."


@admin.register(Correction)
class CorrectionAdmin(RecordAdmin):
    list_display = ("field", "value", "by", "state", "proposed_at")
    list_filter = ("state", "field")
    search_fields = ("value", "published", "public_id", "by__name")
    beside = ("offering", "ato__agency", "ato__offering", "organization", "by", "proposed_by", "decided_by")
    note = "A correction is proposed on its record's page and decided on its own, in the portal."


@admin.register(ImportIssue)
class ImportIssueAdmin(RecordAdmin):
    list_display = ("sentence", "table", "record_id", "field", "raw", "run")
    search_fields = ("table", "record_id", "kind", "sentence")
    search_help_text = "Table, id of the record, kind or sentence"
    beside = ("run",)

    def portal_url(self, record: Any) -> str:
        return str(record.run.get_absolute_url())


@admin.register(FoundFeed)
class FoundFeedAdmin(RecordAdmin):
    list_display = ("file_name", "feed_as_of", "changes", "outcome", "found_at", "decided_by")
    list_filter = ("outcome",)
    search_fields = ("file_name", "sha256", "public_id")
    beside = ("decided_by",)
    note = "A feed that waits is decided on its page in the portal."


@admin.register(FeedLimit)
class FeedLimitAdmin(RecordAdmin):
    list_display = ("most_changes", "reason", "set_by", "set_at")
    search_fields = ("reason", "public_id")
    beside = ("set_by",)
    note = "What goes without a person is decided on a page of the portal."

    def portal_url(self, record: Any) -> str:
        return reverse("found_feeds")


@admin.register(Event)
class EventAdmin(RecordAdmin):
    list_display = ("recorded_at", "verb", "actor_name", "subject_type", "subject_id", "reason")
    search_fields = ("=verb", "=request_id", "=public_id", "=subject_type")
    search_help_text = "A verb, a request id, an id or a noun, in full"
    # The text holds what the columns leave out for a person who may not read it; the auditor exports it.
    unseen = RecordAdmin.unseen | {"text"}

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).with_people()  # type: ignore[attr-defined,no-any-return]  # Event's own

    def get_paginator(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Django's, but its count, which reads the whole log, holds until the next act: then sign-ins count too."""
        paginator = super().get_paginator(request, *args, **kwargs)
        what = ("entries in the admin", request.GET.get(SEARCH_VAR))
        count = cached_counts(cache_stamp(request), person(request), what, lambda: paginator.count, rows=int)
        vars(paginator)["count"] = count
        return paginator

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The entry without the facts of a case that the person may not read."""
        entry = super().get_object(request, object_id, from_field)
        case = Case.objects.filter(pk=entry.subject_id).first() if entry.subject_type == subject_type(Case) else None
        hidden = case.hidden_facts(person(request)) if case else frozenset()
        entry.changes = {name: values for name, values in entry.changes.items() if name not in hidden}
        return entry

    @admin.display(description="who", ordering="actor__name")
    def actor_name(self, event: Event) -> str:
        return event.who_as


@admin.register(Verification)
class VerificationAdmin(RecordAdmin):
    list_display = ("asked_at", "asked_by", "status", "progress", "ended_at")
    list_filter = ("status",)
    search_fields = ("=public_id",)
    beside = ("asked_by",)


@admin.register(Message)
class MessageAdmin(RecordAdmin):
    list_display = (
        "subject",
        "recipient",
        "address",
        "status",
        "skipped",
        "failure",
        "attempts",
        "not_before",
        "sent_at",
    )
    list_filter = ("status", "skipped", "topic")
    search_fields = ("subject", "recipient__name", "recipient__email", "address", "failure", "public_id")
    beside = ("recipient", "event")
    note = "The page of the message in the portal sends one again that failed or was skipped."


@admin.register(Bounce)
class BounceAdmin(EditableAdmin):
    list_display = ("address", "reason", "failed_on", "cleared_on")
    search_fields = ("address", "reason", "public_id")

    formfield_overrides = EditableAdmin.formfield_overrides | ADDRESSES
