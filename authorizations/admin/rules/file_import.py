"""Importing a document of the rules at the desk: choose a file, see what it would change, apply exactly that file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import User
from authorizations.actions.refusals import Refused
from authorizations.admin.base import RecordAdmin, person
from authorizations.exchange.imports import previewed_files
from authorizations.exchange.imports.feed_file import Unreadable
from authorizations.policy import Capability, may
from authorizations.rules import BadRelease
from authorizations.url_access import page, requires

# Previewed files are forgotten after a day; a page older than that cannot be applied either.
A_DAY = 24 * 60 * 60
FIRST_PROBLEMS = 100
FORGOTTEN = "This preview was applied already, is too old, or was made by someone else. Choose the file again."


@dataclass(frozen=True, slots=True)
class UploadToken:
    """A file that was looked at by a person and may be applied by the same one, within a day."""

    sha256: str
    name: str

    def signed(self, user: User, salt: str) -> str:
        """The token that goes from the preview to the decision."""
        return signing.dumps([self.sha256, self.name, user.pk], salt=salt)

    @classmethod
    def of(cls, token: str, user: User, salt: str) -> "UploadToken | None":
        """The file of a token, unless it is another's, too old or none."""
        try:
            sha256, name, pk = signing.loads(token, salt=salt, max_age=A_DAY)
        except (signing.BadSignature, ValueError, TypeError):
            return None
        return cls(sha256, name) if pk == user.pk else None


class FileForm(forms.Form):
    """The choice of a file."""

    file = forms.FileField(
        label="File",
        widget=forms.ClearableFileInput(attrs={"class": "usa-input", "accept": ".json,application/json"}),
        error_messages={"empty": "The file is empty.", "required": "Choose the file."},
    )

    def __init__(self, *args: Any, help_text: str, largest: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = help_text
        self.largest = largest

    def clean_file(self) -> Any:
        """Refuses what is too large before reading it.

        Raises:
            ValidationError: with the limit in words.
        """
        file = self.cleaned_data["file"]
        if file.size > self.largest:
            limit = self.largest // (1024 * 1024)
            raise forms.ValidationError(
                f"The file is larger than {limit} MB, the most that is accepted. Nothing was stored."
            )
        return file


class FileImportAdmin(RecordAdmin):
    """A noun whose records come in as files. Subclasses read a file, show what it would change, and apply it."""

    import_title: ClassVar[str]
    import_help: ClassVar[str]
    largest: ClassVar[int]
    plan_template: ClassVar[str]

    def read(self, content: bytes, name: str) -> Any:
        """The checked document of a file.

        Raises:
            Unreadable, BadRelease: it is none. Refused: it is known, or another one has its id.
        """
        raise NotImplementedError

    def plan(self, request: HttpRequest, document: Any) -> dict[str, Any]:
        """What the page of the plan shows."""
        raise NotImplementedError

    def take(self, request: HttpRequest, document: Any) -> Any:
        """Imports it, and gives the record that it became."""
        raise NotImplementedError

    @property
    def names(self) -> dict[str, str]:
        """The names of the three addresses."""
        base = f"{self.opts.app_label}_{self.opts.model_name}"
        return {page: f"{base}_{page}" for page in ("import", "plan", "apply")}

    @property
    def salt(self) -> str:
        """What keeps a token of one kind of file from opening another."""
        return f"desk.previewed-{self.opts.model_name}"

    def get_urls(self) -> list[Any]:
        """Adds the pages of an import."""
        views = {"import": self.import_view, "import/plan": self.plan_view, "import/apply": self.apply_view}
        pages = [
            page(
                f"{path}/",
                self.admin_site.admin_view(view),
                self.names[path.rpartition("/")[2]],
                requires(Capability.IMPORT_RULES),
            )
            for path, view in views.items()
        ]
        return [*pages, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Adds the way to a new import for those who may."""
        context = {}
        if may(person(request).roles, Capability.IMPORT_RULES):
            context = {"import_url": reverse(f"admin:{self.names['import']}"), "import_title": self.import_title}
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Takes a file and shows what importing it would change, or everything that is wrong with it."""
        sent = (request.POST, request.FILES) if request.method == "POST" else ()
        form = FileForm(*sent, help_text=self.import_help, largest=self.largest)
        if form.is_bound and form.is_valid():
            file = form.cleaned_data["file"]
            content = file.read()
            try:
                self.read(content, file.name)
            except BadRelease as bad:
                _name(form, bad.problems)
            except (Unreadable, Refused) as problem:
                form.add_error("file", problem.sentence)
            else:
                token = UploadToken(previewed_files.keep(content), file.name).signed(person(request), self.salt)
                return redirect(f"{reverse('admin:' + self.names['plan'])}?{urlencode({'token': token})}")
        context = {"title": self.import_title, "form": form, "opts": self.opts, "list_url": self.list_url}
        return render(request, "admin/import_feed.html", context)

    def plan_view(self, request: HttpRequest) -> HttpResponse:
        """What importing the file of a preview would change, at an address of its own."""
        token = request.GET.get("token", "")
        kept = UploadToken.of(token, person(request), self.salt)
        document = self._reopened(kept) if kept else None
        if document is None:
            return self._forgotten(request)
        context = {
            **self.plan(request, document),
            "title": self.import_title,
            "token": token,
            "file_name": kept.name if kept else "",
            "apply_url": reverse(f"admin:{self.names['apply']}"),
            "opts": self.opts,
            "list_url": self.list_url,
        }
        return render(request, self.plan_template, context)

    def apply_view(self, request: HttpRequest) -> HttpResponse:
        """Imports the file of a preview."""
        token = request.POST.get("token", "") if request.method == "POST" else ""
        kept = UploadToken.of(token, person(request), self.salt)
        try:
            document = self.read(previewed_files.reopen(kept.sha256), kept.name) if kept else None
            if document is None or kept is None:
                return self._forgotten(request)
            record = self.take(request, document)
        except (FileNotFoundError, BadRelease, Unreadable):
            return self._forgotten(request)
        except Refused as refusal:
            messages.error(request, refusal.sentence)
            return redirect(f"admin:{self.names['import']}")
        previewed_files.forget(kept.sha256)
        messages.success(request, f"Imported: {record}.")
        return redirect(record.get_absolute_url())

    def _reopened(self, kept: UploadToken) -> Any:
        try:
            return self.read(previewed_files.reopen(kept.sha256), kept.name)
        except (FileNotFoundError, BadRelease, Unreadable, Refused):
            return None

    def _forgotten(self, request: HttpRequest) -> HttpResponse:
        messages.error(request, FORGOTTEN)
        return redirect(f"admin:{self.names['import']}")


def _name(form: forms.Form, problems: Sequence[str]) -> None:
    """Names each place that is wrong at the field of the file."""
    for problem in problems[:FIRST_PROBLEMS]:
        form.add_error("file", problem)
    if len(problems) > FIRST_PROBLEMS:
        form.add_error("file", f"And {len(problems) - FIRST_PROBLEMS:,} more.")
