"""The Marketplace import at the desk: choose a file, look at its plan, apply it."""

from dataclasses import dataclass
from itertools import islice
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts.models import User
from authorizations.actions.imports.apply import TooManyRemovals, refuse_older
from authorizations.actions.refusals import Refused
from authorizations.admin.base import RecordAdmin, person
from authorizations.display import day_text
from authorizations.exchange.imports import previewed_files
from authorizations.exchange.imports.feed_file import Unreadable
from authorizations.exchange.imports.marketplace import apply_feed, feed_from_bytes, plan_feed
from authorizations.exchange.imports.marketplace_v2 import Feed
from authorizations.exchange.imports.plan import ImportPlan
from authorizations.models import ImportRun
from authorizations.policy import Capability, may
from authorizations.url_access import page, requires

SALT = "desk.previewed-feed"
# Previewed files are forgotten after a day; a page older than that cannot be applied either.
A_DAY = 24 * 60 * 60
PHRASE = "accept the removals"
FIRST_ISSUES = 100
FIRST_CHANGES = 50
FORGOTTEN = "This preview was applied already, is too old, or was made by someone else. Choose the file again."


class FeedForm(forms.Form):
    """The choice of a file."""

    file = forms.FileField(
        label="Marketplace feed",
        help_text="The JSON file of the feed, generation v2. Nothing is changed before you have seen the plan.",
        widget=forms.ClearableFileInput(attrs={"class": "usa-input", "accept": ".json,application/json"}),
        error_messages={"empty": "The file is empty.", "required": "Choose the feed's file."},
    )

    def clean_file(self) -> Any:
        """Refuses what is too large before reading it.

        Raises:
            ValidationError: with the limit in words.
        """
        file = self.cleaned_data["file"]
        if file.size > settings.IMPORT_MAX_BYTES:
            limit = settings.IMPORT_MAX_BYTES // (1024 * 1024)
            raise forms.ValidationError(
                f"The file is larger than {limit} MB, the most that is accepted. Nothing was stored."
            )
        return file


class ApplyForm(forms.Form):
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
        help_text="Stands in the record beside the import.",
        widget=forms.Textarea(attrs={"class": "usa-textarea", "rows": 3}),
    )

    def require_confirmation(self) -> None:
        """Adds what is missing as errors of the fields."""
        if self.cleaned_data["phrase"].strip().lower() != PHRASE:
            self.add_error("phrase", f"Type “{PHRASE}” to go on.")
        if not self.cleaned_data["reason"].strip():
            self.add_error("reason", "Say why so many records may stop being published.")

    @property
    def removals_reason(self) -> str:
        """The reason, which counts only beside the phrase."""
        confirmed = self.cleaned_data["phrase"].strip().lower() == PHRASE
        return str(self.cleaned_data["reason"]).strip() if confirmed else ""


@dataclass(frozen=True, slots=True)
class FeedPreview:
    """A file that was looked at by a person and may be applied by the same one, within a day."""

    sha256: str
    name: str

    def signed(self, user: User) -> str:
        """The token that goes from the preview to the decision."""
        return signing.dumps([self.sha256, self.name, user.pk], salt=SALT)

    @classmethod
    def of(cls, token: str, user: User) -> "FeedPreview | None":
        """The preview of a token, unless it is another's, too old or none."""
        try:
            sha256, name, pk = signing.loads(token, salt=SALT, max_age=A_DAY)
        except (signing.BadSignature, ValueError, TypeError):
            return None
        return cls(sha256, name) if pk == user.pk else None

    def feed(self) -> Feed:
        """Reads the kept file.

        Raises:
            FileNotFoundError: it was forgotten, or applied by now.
            Unreadable: as its sentence says.
        """
        return read(previewed_files.reopen(self.sha256), self.name)


def read(content: bytes, name: str) -> Feed:
    """Reads a feed under the portal's limits.

    Raises:
        Unreadable: with one sentence that says why.
    """
    return feed_from_bytes(content, name=name, max_bytes=settings.IMPORT_MAX_BYTES, now=timezone.now())


@admin.register(ImportRun)
class ImportRunAdmin(RecordAdmin):
    list_display = ("feed_as_of", "feed_version", "file_name", "status", "started_at", "actor")
    list_filter = ("status",)
    search_fields = ("file_name", "sha256", "public_id")
    beside = ("actor",)
    note = "An import is never changed; a newer feed corrects it."

    def get_urls(self) -> list[Any]:
        """Adds the pages of an import: choosing a file, its plan, applying it."""
        open_view, access = self.admin_site.admin_view, requires(Capability.APPLY_IMPORT)
        pages = [
            page("import/", open_view(self.import_view), "authorizations_importrun_import", access),
            page("import/plan/", open_view(self.plan_view), "authorizations_importrun_plan", access),
            page("import/apply/", open_view(self.apply_view), "authorizations_importrun_apply", access),
        ]
        return [*pages, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Adds the way to a new import for those who may."""
        context = {"may_import": may(person(request).roles, Capability.APPLY_IMPORT)}
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Takes a file and shows what applying it would do."""
        form = FeedForm(request.POST, request.FILES) if request.method == "POST" else FeedForm()
        if form.is_bound and form.is_valid():
            file = form.cleaned_data["file"]
            content = file.read()
            try:
                feed = read(content, file.name)
                refuse_older(feed.file)
            except (Unreadable, Refused) as problem:
                form.add_error("file", problem.sentence)
            else:
                token = FeedPreview(previewed_files.keep(content), file.name).signed(person(request))
                return redirect(f"{reverse('admin:authorizations_importrun_plan')}?{urlencode({'token': token})}")
        return self._show_choice(request, form)

    def plan_view(self, request: HttpRequest) -> HttpResponse:
        """What applying the file of a preview would do, at an address of its own: reloading and going back work."""
        token = request.GET.get("token", "")
        preview = FeedPreview.of(token, person(request))
        try:
            feed = preview.feed() if preview else None
        except (FileNotFoundError, Unreadable):
            feed = None
        if feed is None:
            messages.error(request, FORGOTTEN)
            return redirect("admin:authorizations_importrun_import")
        return self._show_plan(request, plan_feed(feed, now=timezone.now()), ApplyForm(initial={"token": token}))

    def apply_view(self, request: HttpRequest) -> HttpResponse:
        """Applies the file of a preview, planned anew inside its own transaction."""
        form = ApplyForm(request.POST) if request.method == "POST" else ApplyForm()
        preview = FeedPreview.of(form["token"].value() or "", person(request))
        if preview is None or not form.is_valid():
            messages.error(request, FORGOTTEN)
            return redirect("admin:authorizations_importrun_import")
        try:
            return self._apply(request, form, preview)
        except FileNotFoundError:
            messages.error(request, FORGOTTEN)
        except (Unreadable, Refused) as problem:
            messages.error(request, problem.sentence)
        return redirect("admin:authorizations_importrun_import")

    def _apply(self, request: HttpRequest, form: ApplyForm, preview: FeedPreview) -> HttpResponse:
        feed = preview.feed()
        reason = form.removals_reason
        try:
            run, plan = apply_feed(feed, actor=person(request), now=timezone.now(), removals_reason=reason)
        except TooManyRemovals as refusal:
            form.require_confirmation()
            return self._show_plan(request, ImportPlan(feed.file, refusal.whole), form)
        previewed_files.forget(preview.sha256)
        messages.success(request, _done(plan))
        return redirect(run.get_absolute_url())

    def _show_choice(self, request: HttpRequest, form: FeedForm) -> HttpResponse:
        context = {"title": "Import a Marketplace feed", "form": form, "opts": self.opts, "list_url": self.list_url}
        return render(request, "admin/import_feed.html", context)

    def _show_plan(self, request: HttpRequest, plan: ImportPlan, form: ApplyForm) -> HttpResponse:
        proposal = plan.proposal
        context = {
            "title": f"What the feed of {day_text(plan.file.as_of)} would change",
            "plan": plan,
            "form": form,
            "applied_already": proposal.is_empty and ImportRun.objects.filter(sha256=plan.file.sha256).exists(),
            "removals": list(proposal.removals()),
            "issues": proposal.issues[:FIRST_ISSUES],
            "changes": [(c, c.field.replace("_", " ")) for c in islice(plan.field_changes(), FIRST_CHANGES)],
            "opts": self.opts,
            "list_url": self.list_url,
        }
        return render(request, "admin/import_plan.html", context)


def _done(plan: ImportPlan) -> str:
    total = plan.proposal.counts.values()
    added, changed = sum(each.create for each in total), sum(each.change for each in total)
    gone = sum(each.not_published for each in total)
    return (
        f"The feed was applied: {added:,} records added, {changed:,} changed, {gone:,} not published any more, "
        f"{len(plan.proposal.issues):,} troubles, {len(plan.proposal.review):,} review items."
    )
