"""Recording that a recurring duty of an ATO or an offering was met, and withdrawing that."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
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
    parties_of,
    withdraw_delivery,
)
from authorizations.actions.refusals import NotPermitted
from authorizations.lifecycle.duties import Duty
from authorizations.models import Ato, Offering
from authorizations.policy import Party
from authorizations.step_pages.inputs import NOTHING_CHOSEN, KeyedForm, ReasonForm, choice, day, line, tick
from authorizations.web.answers import done, trail_of
from authorizations.web.page_access import person

RECORD_TYPES: dict[str, type[Record]] = {"ato": Ato, "offering": Offering}


class DeliveryForm(KeyedForm):
    duty = choice(missing="Choose the duty.", invalid="Choose one of the duties offered.")
    period = day(
        "Period", "The day from which the duty counts. The list of duties says in parentheses which day that is."
    )
    delivered_on = day("Delivered on")
    reference = line(
        help_text="Where it can be found: a folder, a number, the subject of a mail. Never the content itself.",
        missing="Say where it can be found, or why it is not asked for.",
    )
    waived = tick("The PMO does not ask for it this time: the reference says why")

    def __init__(self, *args: Any, duties: list[Duty], waives: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(duty.key, f"{duty.label} ({duty.period.lower()})") for duty in duties]
        self.set_choices("duty", [NOTHING_CHOSEN, *choices])
        if not waives:
            del self.fields["waived"]


def deliver_here(request: HttpRequest, public_id: str, record_type: str) -> HttpResponse:
    user = person(request)
    record = _found(user, record_type, public_id)
    deliveries, duties = deliveries_of(record, user), deliverable(record, user)
    asked = {name: request.GET.get(name, "") for name in ("duty", "period")}
    initial = {"duty": asked["duty"], "period": _day(asked["period"]), "delivered_on": timezone.localdate()}
    waives = Party.PL in parties_of(record, user)
    form = DeliveryForm(request.POST or None, duties=duties, waives=waives, initial=initial)
    if form.is_valid() and form.carry_out(
        user, deliver, RECORD_TYPES[record_type], record.public_id, **form.cleaned_data
    ):
        words = "The release from this duty was recorded" if form.made.waived else "The delivery was recorded"
        return done(request, f"{words}: {form.made.label}.", record)
    rows = deliveries.select_related("by")
    context = {
        "record": record,
        "record_type": record_type,
        "form": form,
        "deliveries": rows,
        "yours": {duty.key for duty in duties},
        "trail": trail_of(record),
    }
    return render(request, "calendar/deliver.html", context)


def _found(user: User, record_type: str, public_id: str) -> Record:
    rows = Ato.objects.acting_for(user) if RECORD_TYPES[record_type] is Ato else Offering.objects.visible_to(user)
    found: Record = get_object_or_404(rows, public_id=public_id)
    return found


def _day(text: str) -> Any:
    try:
        return parse_date(text)
    except ValueError:
        return None


def withdraw(request: HttpRequest, public_id: str, delivery_id: str, record_type: str) -> HttpResponse:
    user = person(request)
    record = _found(user, record_type, public_id)
    row = get_object_or_404(deliveries_of(record, user), public_id=delivery_id)
    if row.duty not in {duty.key for duty in deliverable(record, user)}:
        raise NotPermitted(NOT_YOURS)
    form = ReasonForm(request.POST or None, word="record")
    if form.is_valid():
        withdraw_delivery(row.public_id, actor=user, now=timezone.now(), reason=form.cleaned_data["reason"])
        return done(request, f"Withdrawn: {row.label}. The duty is open again.", record)
    back = reverse(f"deliver_{record_type}", args=[record.public_id])
    trail = trail_of(record, ("Deliveries", back))
    context = {"record": record, "row": row, "form": form, "back": back, "trail": trail}
    return render(request, "calendar/delivery_withdraw.html", context)
