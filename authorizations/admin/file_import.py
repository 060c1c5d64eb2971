"""Importing a file in the admin: choose it, see what it would change, apply exactly that file."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode

from authorizations.actions.refusals import Refused
from authorizations.admin.base import RecordAdmin, person
from authorizations.exchange.imports import previewed_files
from authorizations.exchange.imports.feed_file import Unreadable
from authorizations.exchange.imports.feed_files import archive_of
from authorizations.exchange.imports.previewed_files import PreviewedFile
from authorizations.policy import Capability, may
from authorizations.rules import BadRelease
from authorizations.step_pages.field_errors import FieldErrors
from authorizations.url_access import requires

FIRST_PROBLEMS = 100
FORGOTTEN = "This preview was applied already, is too old, or was made by someone else. Choose the file again."


class SeveralFilesInput(forms.ClearableFileInput):
    """Lets several files be chosen; the field checks one of them, the form all."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.get(name)


class FileForm(FieldErrors, forms.Form):
    file = forms.FileField(
        widget=forms.ClearableFileInput(attrs={"class": "usa-input", "accept": ".json,application/json"}),
        error_messages={"empty": "The file is empty.", "required": "Choose the file."},
    )

    def __init__(
        self, *args: Any, label: str, help_text: str, largest: int, takes_several: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        file = self.fields["file"]
        file.label, file.help_text = label, help_text
        self.largest = largest
        if takes_several:
            file.widget = SeveralFilesInput(attrs={"class": "usa-input", "accept": ".json,.zip", "multiple": True})

    @property
    def all_files(self) -> list[tuple[str, bytes]]:
        """Every chosen file, by its name."""
        return [(file.name or "file", file.read()) for file in self._chosen()]

    def _chosen(self) -> list[UploadedFile]:
        return list(self.files.getlist("file"))

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if any((each.size or 0) > self.largest for each in self._chosen()):
            limit = self.largest // (1024 * 1024)
            raise forms.ValidationError(
                f"The file is larger than {limit} MB, the most that is accepted. Nothing was stored."
            )
        return file


class FileImportAdmin(RecordAdmin):
    """A model whose records come in as files. Subclasses read a file, show what it would change, and apply it."""

    import_title: ClassVar[str]
    import_help: ClassVar[str]
    file_label: ClassVar[str] = "File"
    takes_several: ClassVar[bool] = False
    import_needs: ClassVar[Capability] = Capability.IMPORT_RULES
    plan_template: ClassVar[str]

    @property
    def largest(self) -> int:
        """The most bytes that are accepted."""
        raise NotImplementedError

    def read(self, content: bytes, name: str) -> Any:
        """The checked document of a file.

        Raises:
            Unreadable, BadRelease: it is none. Refused: it is known, or another one has its id.
        """
        raise NotImplementedError

    def plan(self, request: HttpRequest, document: Any, token: str) -> dict[str, Any]:
        raise NotImplementedError

    def take(self, request: HttpRequest, document: Any) -> tuple[Any, str] | HttpResponse:
        """Imports it, and gives the record that it became with a sentence; or asks once more."""
        raise NotImplementedError

    @property
    def salt(self) -> str:
        """What keeps a token of one kind of file from opening another."""
        return f"admin.previewed-{self.opts.model_name}"

    def get_urls(self) -> list[Any]:
        access = requires(self.import_needs)
        pages = [
            self.page("import/", self.import_view, "import", access),
            self.page("import/plan/", self.plan_view, "plan", access),
            self.page("import/apply/", self.apply_view, "apply", access),
        ]
        return [*pages, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        is_let = may(person(request).roles, self.import_needs)
        context = {"import_url": self.url("import"), "import_title": self.import_title} if is_let else {}
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def import_view(self, request: HttpRequest) -> HttpResponse:
        sent = (request.POST, request.FILES) if request.method == "POST" else ()
        form = FileForm(
            *sent,
            label=self.file_label,
            help_text=self.import_help,
            largest=self.largest,
            takes_several=self.takes_several,
        )
        if form.is_bound and form.is_valid():
            name, content = archive_of(form.all_files)
            try:
                self.read(content, name)
            except BadRelease as bad:
                _name(form, bad.problems)
            except (Unreadable, Refused) as problem:
                form.add_error("file", problem.sentence)
            else:
                token = previewed_files.token_for(content, name, self.salt, person(request).pk)
                return redirect(f"{self.url('plan')}?{urlencode({'token': token})}")
        return render(request, "admin/import_feed.html", {**self.frame(request, self.import_title), "form": form})

    def plan_view(self, request: HttpRequest) -> HttpResponse:
        """What importing the file of a preview would change, at an address of its own: reloading works."""
        token = request.GET.get("token", "")
        try:
            kept, document = self._reopened(request, token)
        except (FileNotFoundError, BadRelease, Unreadable, Refused):
            return self._back(request, FORGOTTEN)
        return self.show_plan(request, {**self.plan(request, document, token), "token": token, "file_name": kept.name})

    def show_plan(self, request: HttpRequest, plan: dict[str, Any]) -> HttpResponse:
        frame = self.frame(request, self.import_title)
        return render(request, self.plan_template, {**frame, "apply_url": self.url("apply"), **plan})

    def apply_view(self, request: HttpRequest) -> HttpResponse:
        try:
            kept, document = self._reopened(request, request.POST.get("token", ""))
            taken = self.take(request, document)
        except (FileNotFoundError, BadRelease):
            return self._back(request, FORGOTTEN)
        except (Unreadable, Refused) as refusal:
            return self._back(request, refusal.sentence)
        if isinstance(taken, HttpResponse):
            return taken
        record, sentence = taken
        previewed_files.forget(kept.sha256)
        messages.success(request, sentence)
        return redirect(record.get_absolute_url())

    def _reopened(self, request: HttpRequest, token: str) -> tuple[PreviewedFile, Any]:
        kept = previewed_files.opened_by(token, self.salt, person(request).pk)
        return kept, self.read(kept.content, kept.name)

    def _back(self, request: HttpRequest, sentence: str) -> HttpResponse:
        messages.error(request, sentence)
        return redirect(self.url("import"))


def _name(form: forms.Form, problems: Sequence[str]) -> None:
    for problem in problems[:FIRST_PROBLEMS]:
        form.add_error("file", problem)
    if len(problems) > FIRST_PROBLEMS:
        form.add_error("file", f"And {len(problems) - FIRST_PROBLEMS:,} more.")
