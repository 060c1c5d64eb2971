"""The Marketplace import in the admin: choose a file, look at its plan, apply it."""

from itertools import islice
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from authorizations.actions.imports.apply import TooManyRemovals, refuse_older
from authorizations.admin.base import person
from authorizations.admin.file_import import FileImportAdmin
from authorizations.display import counted, day_text
from authorizations.exchange.imports.feed_rows import Feed
from authorizations.exchange.imports.marketplace import apply_feed, feed_from_bytes, plan_feed
from authorizations.exchange.imports.plan import ImportPlan
from authorizations.models import ImportRun
from authorizations.policy import Capability
from authorizations.step_pages.field_errors import FieldErrors

PHRASE = "accept the removals"
FIRST_ISSUES = 100
FIRST_CHANGES = 50


class ApplyForm(FieldErrors, forms.Form):
    """The decision; when the guard fires it takes a phrase and a reason."""

    token = forms.CharField(widget=forms.HiddenInput)
    phrase = forms.CharField(
        label=f"Type “{PHRASE}”",
        required=False,
        widget=forms.TextInput(attrs={"class": "usa-input", "autocomplete": "off"}),
    )
    reason = forms.CharField(
        label="Why the removals are right",
        required=False,
        help_text="Stays in the audit log beside the import.",
        widget=forms.Textarea(attrs={"class": "usa-textarea", "rows": 3}),
    )

    @property
    def is_confirmed(self) -> bool:
        return str(self.cleaned_data["phrase"]).strip().lower() == PHRASE

    @property
    def removals_reason(self) -> str:
        return str(self.cleaned_data["reason"]).strip() if self.is_confirmed else ""

    def require_confirmation(self) -> None:
        if not self.is_confirmed:
            self.add_error("phrase", f"Type “{PHRASE}” to go on.")
        if not self.cleaned_data["reason"].strip():
            self.add_error("reason", "Say why so many records may stop being published.")


@admin.register(ImportRun)
class ImportRunAdmin(FileImportAdmin):
    list_display = ("feed_as_of", "feed_version", "file_name", "status", "started_at", "actor")
    list_filter = ("status",)
    search_fields = ("file_name", "sha256", "public_id")
    beside = ("actor",)
    note = "An import is never changed; a newer feed corrects it."
    import_title = "Import a Marketplace feed"
    import_help = (
        "The file data.json of the repository github.com/GSA/marketplace-fedramp-gov-data, or a zip archive. "
        "You can also choose all files that github.com/FedRAMP/marketplace-fedramp-gov-data has of one day. "
        "Nothing is changed before you have seen the plan."
    )
    file_label = "Marketplace feed"
    takes_several = True
    import_needs = Capability.APPLY_IMPORT
    plan_template = "admin/import_plan.html"

    @property
    def largest(self) -> int:
        return int(settings.IMPORT_MAX_BYTES)

    def read(self, content: bytes, name: str) -> Feed:
        feed = feed_from_bytes(content, name=name, max_bytes=self.largest, now=timezone.now())
        refuse_older(feed.file)
        return feed

    def plan(self, request: HttpRequest, document: Feed, token: str) -> dict[str, Any]:
        return _plan_context(plan_feed(document, now=timezone.now()), ApplyForm(initial={"token": token}))

    def take(self, request: HttpRequest, document: Feed) -> tuple[ImportRun, str] | HttpResponse:
        """Applies it, planned anew inside its own transaction."""
        form = ApplyForm(request.POST)
        form.is_valid()
        reason = form.removals_reason
        try:
            run, plan = apply_feed(document, actor=person(request), now=timezone.now(), removals_reason=reason)
        except TooManyRemovals as refusal:
            form.require_confirmation()
            return self.show_plan(request, _plan_context(ImportPlan(document.file, refusal.whole), form))
        return run, _done(plan)


def _plan_context(plan: ImportPlan, form: ApplyForm) -> dict[str, Any]:
    proposal = plan.proposal
    return {
        "title": f"What the feed of {day_text(plan.file.as_of)} would change",
        "plan": plan,
        "form": form,
        "applied_already": proposal.is_empty and ImportRun.objects.filter(sha256=plan.file.sha256).exists(),
        "removals": list(proposal.removals()),
        "issues": proposal.issues[:FIRST_ISSUES],
        "changes": [(c, c.field.replace("_", " ")) for c in islice(plan.field_changes(), FIRST_CHANGES)],
    }


def _done(plan: ImportPlan) -> str:
    total = plan.proposal.counts.values()
    added, changed = sum(each.create for each in total), sum(each.change for each in total)
    gone = sum(each.not_published for each in total)
    return (
        f"The feed was applied: {counted(added, 'record')} added, {changed:,} changed, {gone:,} no longer published, "
        f"{counted(len(plan.proposal.issues), 'trouble')}, {counted(len(plan.proposal.review), 'record')} to decide."
    )
