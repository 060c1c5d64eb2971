"""Recording that a recurring duty of an ATO or an offering was met, and withdrawing that."""

import secrets
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date

from accounts.models import User
from authorizations.actions.calendar.deliverables import (
    NOT_YOURS,
    Record,
    deliver,
    deliverable,
    deliveries_of,
    record_type_of,
    withdraw_delivery,
)
from authorizations.actions.refusals import NotPermitted, NotReady
from authorizations.lifecycle.duties import Duty
from authorizations.models import Ato, Offering
from authorizations.policy import Capability, may
from authorizations.step_pages.inputs import SELECT, SHORT, PageForm, reason_field
from authorizations.web.page_access import person

RECORD_TYPES: dict[str, type[Record]] = {"ato": Ato, "offering": Offering}


class DeliveryForm(PageForm):
    """Which duty, for which period, when, and where the proof is."""

    idempotency_key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=32)
    duty = forms.ChoiceField(
        widget=forms.Select(attrs=SELECT),
        error_messages={"required": "Choose the duty.", "invalid_choice": "Choose one of the duties offered."},
    )
    period = forms.DateField(
        label="Period",
        help_text="The day from which the duty counts. The list of duties says in parentheses which day that is.",
        widget=forms.DateInput(attrs={**SHORT, "type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Period: enter a date.", "invalid": "Period: enter a date."},
    )
    delivered_on = forms.DateField(
        label="Delivered on",
        widget=forms.DateInput(attrs={**SHORT, "type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Delivered on: enter a date.", "invalid": "Delivered on: enter a date."},
    )
    reference = forms.CharField(
        help_text="Where it can be found: a folder, a number, the subject of a mail. Never the content itself.",
        max_length=200,
        widget=forms.TextInput(attrs=SHORT),
        error_messages={"required": "Say where it can be found, or why it is not asked for."},
    )
    waived = forms.BooleanField(
        label="The PMO does not ask for it this time: the reference says why",
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "desk-checkbox"}),
    )

    def __init__(self, *args: Any, duties: list[Duty], waives: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("idempotency_key", secrets.token_hex(16))
        choices = [(duty.key, f"{duty.label} ({duty.period.lower()})") for duty in duties]
        self.fields["duty"].choices = [("", "Choose one"), *choices]  # type: ignore[attr-defined]  # the stubs know only Field here
        if not waives:
            del self.fields["waived"]


class WithdrawalForm(PageForm):
    """Why a delivery is withdrawn."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"] = reason_field("record", required=True)


def deliver_here(request: HttpRequest, public_id: str, record_type: str) -> HttpResponse:
    """The form with what is recorded already, and what became of it."""
    user = person(request)
    record = _found(user, record_type, public_id)
    deliveries, duties = deliveries_of(record, user), deliverable(record, user)
    asked = {name: request.GET.get(name, "") for name in ("duty", "period")}
    initial = {"duty": asked["duty"], "period": _day(asked["period"]), "delivered_on": timezone.localdate()}
    waives = may(user.roles, Capability.WAIVE_DUTY)
    form = DeliveryForm(request.POST or None, duties=duties, waives=waives, initial=initial)
    if request.method == "POST" and form.is_valid() and _deliver(request, record, form):
        return redirect(record)
    rows = deliveries.select_related("by")
    context = {
        "record": record,
        "record_type": record_type,
        "form": form,
        "deliveries": rows,
        "yours": {duty.key for duty in duties},
        "trail": _trail(record_type, record),
    }
    return render(request, "calendar/deliver.html", context)


def _found(user: User, record_type: str, public_id: str) -> Record:
    rows = Ato.objects.acting_for(user) if RECORD_TYPES[record_type] is Ato else Offering.objects.visible_to(user)
    found: Record = get_object_or_404(rows, public_id=public_id)
    return found


def _trail(record_type: str, record: Record) -> list[tuple[str, str]]:
    among = ("ATO register", reverse("atos")) if record_type == "ato" else ("Offerings", reverse("offerings"))
    return [among, (str(record), record.get_absolute_url())]


def _day(text: str) -> Any:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _deliver(request: HttpRequest, record: Record, form: DeliveryForm) -> bool:
    """Whether it is recorded now; what the verb found missing the form then shows."""
    cleaned = form.cleaned_data
    try:
        row = deliver(
            RECORD_TYPES[record_type_of(record)], record.public_id, actor=person(request), now=timezone.now(), **cleaned
        )
    except NotReady as refusal:
        for problem in refusal.problems:
            form.add_error(problem.where, problem.sentence)
        return False
    done = "The release from this duty was recorded" if row.waived else "The delivery was recorded"
    messages.success(request, f"{done}: {row.label}.")
    return True


def withdraw(request: HttpRequest, public_id: str, delivery_id: str, record_type: str) -> HttpResponse:
    """Takes back what was recorded by mistake."""
    user = person(request)
    record = _found(user, record_type, public_id)
    row = get_object_or_404(deliveries_of(record, user), public_id=delivery_id)
    if row.duty not in {duty.key for duty in deliverable(record, user)}:
        raise NotPermitted(NOT_YOURS)
    form = WithdrawalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        withdraw_delivery(row.public_id, actor=user, now=timezone.now(), reason=form.cleaned_data["reason"])
        messages.success(request, f"Withdrawn: {row.label}. The duty is open again.")
        return redirect(record)
    back = reverse(f"deliver_{record_type}", args=[record.public_id])
    trail = [*_trail(record_type, record), ("Deliveries", back)]
    context = {"record": record, "row": row, "form": form, "back": back, "trail": trail}
    return render(request, "calendar/delivery_withdraw.html", context)
