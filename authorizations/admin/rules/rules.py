"""The rules in the admin: releases and the texts behind them come in as files; local policy is read."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from authorizations.actions.calendar.office_closures import add_office_closure
from authorizations.actions.rules.releases import import_release, refuse_known
from authorizations.actions.rules.rule_texts import (
    EditionDraft,
    changes_of,
    import_rule_texts,
    notes_of,
    refuse_known_edition,
)
from authorizations.admin.base import RecordAdmin, person
from authorizations.admin.editing import EditableAdmin
from authorizations.admin.file_import import FileImportAdmin
from authorizations.admin.forms import AdditionForm
from authorizations.exchange.rules.files import LARGEST_RELEASE, LARGEST_RULES
from authorizations.exchange.rules.releases import Candidate, candidate_of
from authorizations.exchange.rules.rule_texts import rules_from_bytes
from authorizations.models import LocalValue, OfficeClosure, ParticipationDecision, RuleEdition, RulesRelease, RuleText
from authorizations.presenters.rule_releases import prospect
from authorizations.rules import newest, releases
from authorizations.rules.comparison import FOR_EVERY_CASE

FIRST_CHANGES = 500


@admin.register(RulesRelease)
class RulesReleaseAdmin(FileImportAdmin):
    list_display = ("name", "title", "imported_at", "imported_by")
    search_fields = ("name", "title", "sha256", "public_id")
    beside = ("imported_by",)
    note = "A release is never changed: cases follow it by its id. A correction is a release with a new id."
    import_title = "Import a release of the rules"
    import_help = "Its JSON document. Nothing is changed before you have seen what it would change."
    plan_template = "admin/import_release.html"
    largest = LARGEST_RELEASE

    def read(self, content: bytes, name: str) -> Candidate:
        candidate = candidate_of(content, name=name)
        refuse_known(candidate.release, candidate.sha256)
        return candidate

    def plan(self, request: HttpRequest, document: Candidate, token: str) -> dict[str, Any]:
        every = releases()
        against = every.get(request.GET.get("against", ""), newest())
        found = prospect(document.release, against, user=person(request), today=timezone.localdate())
        return {
            "release": document.release,
            "found": found,
            "names": [(each.id, each.title) for each in every.values()][::-1],
            "sections": [(*each, each[0] in FOR_EVERY_CASE) for each in found.sections],
        }

    def take(self, request: HttpRequest, document: Candidate) -> tuple[RulesRelease, str]:
        now = timezone.now()
        record = import_release(actor=person(request), now=now, text=document.text, sha256=document.sha256)
        return record, f"Imported: {record}."


@admin.register(RuleEdition)
class RuleEditionAdmin(FileImportAdmin):
    list_display = ("version", "title", "updated_on", "imported_at", "imported_by")
    search_fields = ("version", "sha256", "public_id")
    beside = ("imported_by",)
    note = "An edition of the rules’ texts is never changed. FedRAMP publishes newer versions, or one of them again."
    import_title = "Import the texts of the Consolidated Rules"
    import_help = (
        "FedRAMP’s file fedramp-consolidated-rules.json. Nothing is changed before you have seen the differences."
    )
    plan_template = "admin/import_rules.html"
    largest = LARGEST_RULES

    def read(self, content: bytes, name: str) -> EditionDraft:
        draft = rules_from_bytes(content, name=name)
        refuse_known_edition(draft)
        return draft

    def plan(self, request: HttpRequest, document: EditionDraft, token: str) -> dict[str, Any]:
        changes = changes_of(document)
        kinds = [(kind, sum(each.kind == kind for each in changes)) for kind in ("added", "changed", "removed")]
        shown = changes[:FIRST_CHANGES]
        return {
            "draft": document,
            "changes": shown,
            "total": len(changes),
            "kinds": kinds,
            "notes": notes_of(document),
        }

    def take(self, request: HttpRequest, document: EditionDraft) -> tuple[RuleEdition, str]:
        record = import_rule_texts(document, actor=person(request), now=timezone.now())
        return record, f"Imported: {record}."


@admin.register(RuleText)
class RuleTextAdmin(RecordAdmin):
    list_display = ("rule_id", "title", "force", "binds", "edition")
    list_filter = ("part", "force")
    search_fields = ("rule_id", "title", "chapter", "public_id")
    beside = ("edition",)
    note = "The text is FedRAMP’s; it came in with its version."


@admin.register(ParticipationDecision)
class ParticipationDecisionAdmin(RecordAdmin):
    list_display = ("participation", "reason", "set_by", "set_at")
    search_fields = ("reason", "public_id")
    beside = ("set_by",)
    note = "Who takes part is decided on a page of the portal."

    def portal_url(self, record: Any) -> str:
        return reverse("releases")


@admin.register(LocalValue)
class LocalValueAdmin(RecordAdmin):
    list_display = ("name", "day", "number", "reason", "set_by", "set_at")
    search_fields = ("name", "reason", "public_id")
    beside = ("set_by",)
    note = "What the rules leave open is decided on a page of the portal."

    def portal_url(self, record: Any) -> str:
        return reverse("releases")


@admin.register(OfficeClosure)
class OfficeClosureAdmin(EditableAdmin):
    list_display = ("day", "reason", "reference", "added_by", "added_at")
    search_fields = ("reason", "reference", "public_id")
    beside = ("added_by",)
    ordering = ("-day",)

    def add(self, request: HttpRequest, form: AdditionForm) -> OfficeClosure:
        """A closing comes in by its own verb, which moves the open dates that count across it."""
        return add_office_closure(
            actor=person(request), now=timezone.now(), idempotency_key=form.idempotency_key, **form.facts()
        )
