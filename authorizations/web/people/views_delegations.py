"""Who acts in whose role: the list, letting a colleague act, and ending that early."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.models import Delegation, Membership, User
from authorizations.actions.people.delegations import (
    colleagues,
    delegable_memberships,
    delegate,
    end_delegation,
    may_end,
)
from authorizations.step_pages.inputs import PageForm, day, long_text, record
from authorizations.web.answers import done
from authorizations.web.page_access import person

if TYPE_CHECKING:
    ModelChoiceField = forms.ModelChoiceField[Membership]
else:  # Django's fields take type parameters only in the eyes of the type checker
    ModelChoiceField = forms.ModelChoiceField

SHOWN = 200
NOTHING_TO_LEND = (
    "You hold no role that a colleague can act in. An authorizing official's cannot be delegated: a liaison names "
    "another official in the case."
)


class RoleField(ModelChoiceField):
    """A membership by its role; whose it is, where that is another person's."""

    user: User | None = None

    def label_from_instance(self, membership: Any) -> str:
        whose = "your role" if self.user and membership.user_id == self.user.pk else f"{membership.user}"
        return f"{membership.get_role_display()}, {membership.organization} ({whose})"


class DelegationForm(PageForm):
    membership = record("Role", kind=RoleField, missing="Choose the role.")
    deputy = record(
        "Who acts in it",
        help_text="A colleague of the same organization. The record names them both.",
        missing="Choose a colleague.",
    )
    starts_on = day("First day", "Today or later.")
    ends_on = day("Last day", "At most one year after the first. Either of the two can end it before.")
    reason = long_text(
        "Reason",
        "One sentence, such as “On leave”. Both, their leads, the PMO and the auditor can read it.",
        missing="Say in a sentence why. It stays on record.",
    )

    def __init__(self, *args: Any, user: User, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role: Any = self.fields["membership"]
        role.user, role.queryset = user, delegable_memberships(user, today)
        self.set_rows("deputy", colleagues(user, today))


def delegations(request: HttpRequest) -> HttpResponse:
    user, today = person(request), timezone.localdate()
    beside = ("deputy", "membership__user", "membership__organization")
    rows = Delegation.objects.visible_to(user).concerning(user).select_related(*beside)[:SHOWN]
    running = set(
        Delegation.objects.running(today).filter(pk__in=[each.pk for each in rows]).values_list("pk", flat=True)
    )
    context = {
        "rows": [
            {"delegation": each, "state": _state(each, today, running), "may_end": may_end(user, each, today)}
            for each in rows
        ],
        "lends": delegable_memberships(user, today).exists(),
    }
    return render(request, "people/delegations.html", context)


def _state(delegation: Delegation, today: date, running: set[int]) -> tuple[str, str]:
    if delegation.ended_at is not None:
        return "Ended", "past"
    if delegation.ends_on < today:
        return "Over", "past"
    if delegation.starts_on > today:
        return "Not yet", "wait"
    # Its own days would let it run; the role it delegates, or the deputy's place, is gone.
    return ("Runs", "good") if delegation.pk in running else ("Void", "past")


def add(request: HttpRequest) -> HttpResponse:
    user, now = person(request), timezone.now()
    today = timezone.localdate(now)
    form = DelegationForm(request.POST or None, user=user, today=today, initial={"starts_on": today})
    if not delegable_memberships(user, today).exists():
        raise PermissionDenied(NOTHING_TO_LEND)
    if form.is_valid():
        facts = {**form.cleaned_data, "membership": form.cleaned_data["membership"].public_id}
        if form.carry_out(user, delegate, **facts):
            return done(request, f"{form.made}: from the first day on it holds with the very next page.", "delegations")
    trail = [("Delegations", reverse("delegations"))]
    return render(
        request, "people/delegation_add.html", {"form": form, "trail": trail}, status=409 if form.errors else 200
    )


def end(request: HttpRequest, public_id: str) -> HttpResponse:
    ended = end_delegation(actor=person(request), public_id=public_id, now=timezone.now())
    return done(request, f"Ended. {ended.deputy} acts for {ended.membership.user} no longer.", "delegations")
