"""Who acts in whose role: the list, letting a colleague act, and ending that early."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.models import Delegation, Membership, User
from authorizations.actions.people.delegations import (
    colleagues,
    delegable_memberships,
    delegate,
    end_delegation,
    may_end,
)
from authorizations.actions.refusals import NotReady
from authorizations.sanitize import LONGEST_TEXT
from authorizations.step_pages.inputs import LONG, SELECT, SHORT, PageForm
from authorizations.web.page_access import person

if TYPE_CHECKING:
    ModelChoiceField = forms.ModelChoiceField[Membership]
else:  # Django's fields take type parameters only in the eyes of the type checker
    ModelChoiceField = forms.ModelChoiceField

SHOWN = 200
NOTHING_TO_LEND = (
    "You hold no role that a colleague can act in. An authorizing official's is never lent: a liaison names another "
    "official in the case."
)


class RoleField(ModelChoiceField):
    """A membership by its role; whose it is, where that is another person's."""

    user: User | None = None

    def label_from_instance(self, membership: Any) -> str:
        """The role in words."""
        whose = "your role" if self.user and membership.user_id == self.user.pk else f"{membership.user}"
        return f"{membership.get_role_display()}, {membership.organization} ({whose})"


def _day_field(label: str, hint: str) -> forms.DateField:
    words = f"{label}: enter a date."
    return forms.DateField(
        label=label,
        help_text=hint,
        widget=forms.DateInput(attrs={**SHORT, "type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": words, "invalid": words},
    )


class DelegationForm(PageForm):
    """Whose role, who acts in it, from when to when, and why."""

    membership = RoleField(
        Membership.objects.none(),
        label="Role",
        to_field_name="public_id",
        empty_label="Choose one",
        widget=forms.Select(attrs=SELECT),
        error_messages={"required": "Choose the role.", "invalid_choice": "Choose one of those offered."},
    )
    deputy = forms.ModelChoiceField(
        User.objects.none(),
        label="Who acts in it",
        help_text="A colleague of the same organization. The record names them both.",
        to_field_name="public_id",
        empty_label="Choose one",
        widget=forms.Select(attrs=SELECT),
        error_messages={"required": "Choose a colleague.", "invalid_choice": "Choose one of those offered."},
    )
    starts_on = _day_field("First day", "Today or later.")
    ends_on = _day_field("Last day", "At most one year after the first. Either of the two can end it before.")
    reason = forms.CharField(
        label="Reason",
        help_text="One sentence, such as “On leave”. Both, their leads, the PMO and the auditor can read it.",
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs=LONG),
        error_messages={"required": "Say in a sentence why. It stays on record."},
    )

    def __init__(self, *args: Any, user: User, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role: Any = self.fields["membership"]
        role.user, role.queryset = user, delegable_memberships(user, today)
        self.fields["deputy"].queryset = colleagues(user, today)  # type: ignore[attr-defined]  # the stubs know only Field here

    def refuse(self, refusal: NotReady) -> None:
        """Shows each problem at its field."""
        for problem in refusal.problems:
            self.add_error(problem.where if problem.where in self.fields else None, problem.sentence)


def delegations(request: HttpRequest) -> HttpResponse:
    """What the person gave and was given, and for leads what holds in their organization."""
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
    """How a delegation stands, in a word with its tone."""
    if delegation.ended_at is not None:
        return "Ended", "past"
    if delegation.ends_on < today:
        return "Over", "past"
    if delegation.starts_on > today:
        return "Not yet", "wait"
    # Its own days would let it run; the role it lends, or the deputy's place, is gone.
    return ("Runs", "good") if delegation.pk in running else ("Void", "past")


def add(request: HttpRequest) -> HttpResponse:
    """The form, and what became of it."""
    user, now = person(request), timezone.now()
    today = timezone.localdate(now)
    form = DelegationForm(request.POST or None, user=user, today=today, initial={"starts_on": today})
    if not delegable_memberships(user, today).exists():
        raise PermissionDenied(NOTHING_TO_LEND)
    if request.method == "POST" and form.is_valid():
        try:
            made = _delegated(user, form, now)
        except NotReady as refusal:
            form.refuse(refusal)
        except Membership.DoesNotExist as gone:
            raise Http404 from gone
        else:
            messages.success(request, f"{made}: from the first day on it holds with the very next page.")
            return redirect("delegations")
    trail = [("Delegations", reverse("delegations"))]
    return render(
        request, "people/delegation_add.html", {"form": form, "trail": trail}, status=409 if form.errors else 200
    )


def _delegated(user: User, form: DelegationForm, now: Any) -> Delegation:
    cleaned = dict(form.cleaned_data)
    membership = cleaned.pop("membership")
    return delegate(actor=user, membership=membership.public_id, now=now, **cleaned)


@require_POST
def end(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ends a delegation at once."""
    try:
        ended = end_delegation(actor=person(request), public_id=public_id, now=timezone.now())
    except Delegation.DoesNotExist as none:
        raise Http404 from none
    messages.success(request, f"Ended. {ended.deputy} acts for {ended.membership.user} no longer.")
    return redirect("delegations")
