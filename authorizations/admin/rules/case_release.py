"""Moving several cases to another release at the desk: choose rows, see what would change, read a result for each."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from authorizations.actions.refusals import Refused
from authorizations.actions.rules.case_release import effects_of_move, move_to_release
from authorizations.admin.base import person
from authorizations.admin.bulk_steps import GONE, MOST, NONE_CHOSEN, BulkChoice, BulkRow
from authorizations.models import Case
from authorizations.policy import Capability, allows
from authorizations.rules import Release, newest, releases
from authorizations.step_pages.inputs import SELECT, PageForm, reason_field
from authorizations.url_access import page, requires

MOVE = "Move to another release"


class BulkMoveForm(PageForm):
    """The release for all chosen cases, and why."""

    sure = forms.CharField(widget=forms.HiddenInput, initial="yes")
    release = forms.ChoiceField(label="Release", widget=forms.Select(attrs=SELECT))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        offered = [(each.id, each.title) for each in releases().values() if each.active_from <= today]
        self.fields["release"].choices = offered[::-1]  # type: ignore[attr-defined]  # the stubs know only Field here
        self.fields["reason"] = reason_field("case", required=True)


class MovingAdmin:
    """What the desk's list of cases adds: the page on which chosen ones are moved. Mixed into the admin of cases."""

    opts: Any
    admin_site: Any
    list_url: str

    def get_urls(self) -> list[Any]:
        """Adds the page."""
        view, access = self.admin_site.admin_view(self.move_view), requires(Capability.MOVE_TO_RELEASE)
        more: list[Any] = super().get_urls()  # type: ignore[misc]  # of the admin that it is mixed into
        return [page("move/", view, "authorizations_case_move", access), *more]

    def more_in_bulk(self, request: HttpRequest) -> list[tuple[str, str]]:
        """The button below the list, for those who may."""
        if not allows(person(request), Capability.MOVE_TO_RELEASE):
            return []
        return [(MOVE, reverse("admin:authorizations_case_move"))]

    def move_view(self, request: HttpRequest) -> HttpResponse:
        """What moving would change for each chosen case; then what became of each."""
        chosen = [row for text in request.POST.getlist("row")[:MOST] if (row := BulkChoice.read(text))]
        cases = self._chosen_cases(request, chosen)
        if not cases:
            self.message_user(request, NONE_CHOSEN, "warning")  # type: ignore[attr-defined]  # as above
            return redirect(self.list_url)
        is_sent = "sure" in request.POST
        form = BulkMoveForm(request.POST if is_sent else None, initial={"release": newest().id})
        if is_sent and form.is_valid():
            return self._show_move(request, [_moved(request, row, cases, form) for row in chosen])
        to = releases().get(request.POST.get("release", ""), newest())
        return self._show_move(request, [_reviewed_cases(row, cases, to, person(request)) for row in chosen], form, to)

    def _chosen_cases(self, request: HttpRequest, chosen: list[BulkChoice]) -> dict[str, Case]:
        rows = Case.objects.acting_for(person(request)).filter(public_id__in=[row.public_id for row in chosen])
        return {case.public_id: case for case in rows}

    def _show_move(
        self, request: HttpRequest, rows: list[BulkRow], form: BulkMoveForm | None = None, to: Release | None = None
    ) -> HttpResponse:
        good = sum(row.is_good for row in rows)
        context = {
            **self.admin_site.each_context(request),
            "title": MOVE,
            "opts": self.opts,
            "list_url": self.list_url,
            "rows": rows,
            # Another release may take what this one does not.
            "offered": rows,
            "could": "Can be moved",
            "could_not": "Stays",
            "good": good,
            "bad": len(rows) - good,
            "form": form,
            "to": to,
        }
        return render(request, "admin/case_release.html", context)


def _reviewed_cases(row: BulkChoice, cases: dict[str, Case], to: Release, reader: User) -> BulkRow:
    case = cases.get(row.public_id)
    if case is None:
        return BulkRow(row, row.public_id, "", is_good=False, description=GONE)
    if not case.is_open:
        return _row(row, case, is_good=False, description="The case has ended; it stays under its rules.")
    if case.release == to.id:
        return _row(row, case, is_good=False, description="The case follows this release already.")
    effects = effects_of_move(case, to, reader, timezone.localdate())
    description = " ".join(effect.sentence for effect in effects) or "Nothing changes at its stage now."
    return _row(row, case, is_good=True, description=description)


def _moved(request: HttpRequest, row: BulkChoice, cases: dict[str, Case], form: BulkMoveForm) -> BulkRow:
    """One call of the verb, in a transaction of its own: what is refused stops no other row."""
    case = cases.get(row.public_id)
    cleaned = form.cleaned_data
    try:
        done = move_to_release(
            row.public_id,
            actor=person(request),
            now=timezone.now(),
            release=cleaned["release"],
            revision=row.revision,
            reason=cleaned["reason"],
        )
    except Refused as refusal:
        return _row(row, case, is_good=False, description=refusal.sentence)
    except Case.DoesNotExist:
        return BulkRow(row, row.public_id, "", is_good=False, description=GONE)
    return _row(row, done, is_good=True, description=f"Moved. It follows {done.rules.title} now.")


def _row(row: BulkChoice, case: Case | None, *, is_good: bool, description: str) -> BulkRow:
    url = reverse("admin:authorizations_case_change", args=[row.public_id]) if case else ""
    return BulkRow(row, str(case or row.public_id), url, is_good, description)
