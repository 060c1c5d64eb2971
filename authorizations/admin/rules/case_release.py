"""Moving several cases to another release in the admin: choose rows, see what would change, read a result for each."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.models import User
from authorizations.actions.rules.case_release import effects_of_move, move_to_release
from authorizations.admin.base import person
from authorizations.admin.bulk_steps import BulkStepsAdmin
from authorizations.models import Case
from authorizations.policy import Capability, allows
from authorizations.rules import Release, newest, releases
from authorizations.step_pages.bulk import BulkChoice
from authorizations.step_pages.inputs import SELECT, PageForm, reason_field
from authorizations.url_access import requires

MOVE = "Move to another release"


class BulkMoveForm(PageForm):
    sure = forms.CharField(widget=forms.HiddenInput, initial="yes")
    release = forms.ChoiceField(label="Release", widget=forms.Select(attrs=SELECT))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        offered = [(each.id, each.title) for each in releases().values() if each.active_from <= today]
        self.fields["release"].choices = offered[::-1]  # type: ignore[attr-defined]  # the stubs know only Field here
        self.fields["reason"] = reason_field("case", required=True)


class MovingAdmin(BulkStepsAdmin):
    """What the list of cases adds: the page on which chosen ones are moved."""

    def get_urls(self) -> list[Any]:
        access = requires(Capability.MOVE_TO_RELEASE)
        return [self.page("move/", self.move_view, "move", access), *super().get_urls()]

    def bulk_buttons(self, request: HttpRequest) -> list[tuple[str, str]]:
        more = [(MOVE, self.url("move"))] if allows(person(request), Capability.MOVE_TO_RELEASE) else []
        return [*super().bulk_buttons(request), *more]

    def move_view(self, request: HttpRequest) -> HttpResponse:
        user, to = person(request), releases().get(request.POST.get("release", ""), newest())

        def take(row: BulkChoice, case: Case, form: BulkMoveForm) -> tuple[Case, bool, str]:
            given = {name: form.cleaned_data[name] for name in ("release", "reason")}
            done = move_to_release(row.public_id, actor=user, now=timezone.now(), revision=row.revision, **given)
            return done, True, f"Moved. It follows {done.rules.title} now."

        context = self.in_bulk(
            request,
            MOVE,
            lambda sent, _: BulkMoveForm(sent, initial={"release": newest().id}),
            lambda row, case, form: (case, *_would_be(case, to, user)),
            take,
        )
        if context is None:
            return redirect(self.url("changelist"))
        # Another release may take what this one does not: all rows stay in the form.
        about = {"offered": context["rows"], "could": "Can be moved", "could_not": "Stays", "to": to}
        return render(request, "admin/case_release.html", {**context, **about})


def _would_be(case: Case, to: Release, reader: User) -> tuple[bool, str]:
    if not case.is_open:
        return False, "The case has ended; it stays under its rules."
    if case.release == to.id:
        return False, "The case follows this release already."
    effects = effects_of_move(case, to, reader, timezone.localdate())
    return True, " ".join(effect.sentence for effect in effects) or "Nothing changes at its stage now."
