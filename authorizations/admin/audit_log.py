"""What the portal writes itself and the desk only reads: imports, clashes, the record and its messages."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from authorizations.actions.door import subject_type
from authorizations.admin.base import RecordAdmin, person
from authorizations.admin.columns import DecidedFilter
from authorizations.admin.editing import EditableAdmin
from authorizations.admin.fields import AddressField
from authorizations.models import Bounce, Case, Event, ImportIssue, Message, ReviewItem, Verification
from authorizations.models.querysets import ENTRY_PEOPLE


@admin.register(ReviewItem)
class ReviewItemAdmin(RecordAdmin):
    list_display = ("sentence", "clash", "table", "opened_at", "resolution")
    list_filter = ("clash", DecidedFilter)
    search_fields = ("sentence", "ours", "theirs", "record_id", "public_id")
    beside = ("run", "organization", "other_organization", "offering", "resolved_by")
    note = "A clash is decided on its page in the portal."


@admin.register(ImportIssue)
class ImportIssueAdmin(RecordAdmin):
    list_display = ("sentence", "table", "record_id", "field", "raw", "run")
    search_fields = ("table", "record_id", "kind", "sentence")
    search_help_text = "Table, id of the record, kind or sentence"
    beside = ("run",)

    def portal_url(self, record: Any) -> str:
        """The run's page lists its troubles."""
        return str(record.run.get_absolute_url())


@admin.register(Event)
class EventAdmin(RecordAdmin):
    list_display = ("recorded_at", "verb", "actor_name", "subject_type", "subject_id", "reason")
    search_fields = ("=verb", "=request_id", "=public_id", "=subject_type")
    search_help_text = "A verb, a request id, an id or a noun, in full"
    beside = ENTRY_PEOPLE
    # The text holds what the columns leave out for a person who may not read it; the auditor exports it.
    unseen = RecordAdmin.unseen | {"text"}

    def existing(self, request: HttpRequest, object_id: str) -> Any:
        """The entry without the facts of a case that the person may not read."""
        entry = super().existing(request, object_id)
        case = Case.objects.filter(pk=entry.subject_id).first() if entry.subject_type == subject_type(Case) else None
        hidden = case.hidden_facts(person(request)) if case else frozenset()
        entry.changes = {name: values for name, values in entry.changes.items() if name not in hidden}
        return entry

    @admin.display(description="who", ordering="actor__name")
    def actor_name(self, event: Event) -> str:
        """The person, and for whom, or the portal itself."""
        return event.who


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

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Addresses are kept in lower case."""
        if db_field.name == "address":
            kwargs["form_class"] = AddressField
        return super().formfield_for_dbfield(db_field, request, **kwargs)
