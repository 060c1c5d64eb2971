"""Having a report sent by itself: the form, and pausing, resuming and removing what was set."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts.models import Organization, User
from accounts.roles import ROLES_OF, Role
from authorizations.actions.refusals import Blocked
from authorizations.actions.report_schedules import (
    When,
    Whom,
    pause_schedule,
    remove_schedule,
    resume_schedule,
    set_schedule,
)
from authorizations.actions.reports import ReportOrder
from authorizations.display import day_text
from authorizations.models import ReportSchedule
from authorizations.reports.base import UnusableRequest
from authorizations.reports.rendering import pdf
from authorizations.reports.rendering.formats import FORMATS
from authorizations.step_pages.inputs import SELECT, KeyedForm, choice, day, number, radio
from authorizations.vocabulary import Rhythm, Weekday
from authorizations.web.answers import done
from authorizations.web.page_access import person
from authorizations.web.reports.views import REPORTS_TRAIL, asking, report_of

ME = "me"


class ScheduleForm(KeyedForm):
    rhythm = radio("How often", Rhythm.choices, missing="Choose how often.")
    weekday = forms.TypedChoiceField(
        label="Weekday",
        help_text="Where it is sent every week.",
        choices=Weekday.choices,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.Select(attrs=SELECT),
    )
    day_of_month = number(
        "Day of the month",
        "Where it is sent every month. In a month that is shorter, its last day counts.",
        least=1,
        most=31,
        words="Enter a day from 1 to 31.",
    )
    on = day("Day", "Where it is sent once.", words="Enter a date, such as 2026-11-24.", required=False)
    format = forms.ChoiceField(label="Format", widget=forms.Select(attrs=SELECT))
    whom = choice(
        "To whom",
        help_text="Each person gets their own, made of what they themselves may see.",
        missing="Choose to whom.",
    )
    shows = (Blocked,)
    # Which field each rhythm needs, and what is said where it is blank.
    NEEDS = {
        Rhythm.WEEKLY: ("weekday", "Choose the weekday."),
        Rhythm.MONTHLY: ("day_of_month", "Enter a day from 1 to 31."),
        Rhythm.ONCE: ("on", "Enter the day."),
    }

    def __init__(self, *args: Any, led: list[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"rhythm": Rhythm.WEEKLY, "whom": ME, **self.initial}
        formats = (each for each in FORMATS.values() if each.name != "pdf" or pdf.is_possible())
        self.set_choices("format", ((each.name, each.label) for each in formats))
        self._whom = {
            f"{each.public_id}:{role}": Whom(each, role) for each in led for role in ("", *ROLES_OF[each.kind])
        }
        self.set_choices("whom", [(ME, "Only me"), *((key, _words(each)) for key, each in self._whom.items())])
        if not led:
            del self.fields["whom"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "rhythm" in cleaned:
            needed, missing = self.NEEDS[Rhythm(cleaned["rhythm"])]
            if cleaned.get(needed) is None and needed not in self.errors:
                self.add_error(needed, missing)
        return cleaned

    @property
    def when(self) -> When:
        needed, _ = self.NEEDS[Rhythm(self.cleaned_data["rhythm"])]
        return When(self.cleaned_data["rhythm"], **{needed: self.cleaned_data[needed]})

    @property
    def to(self) -> Whom:
        return self._whom.get(self.cleaned_data.get("whom", ME), Whom())


def _words(whom: Whom) -> str:
    return f"{whom.organization}: {f'each {Role(whom.role).label}' if whom.role else 'every member'}"


def schedule(request: HttpRequest, name: str) -> HttpResponse:
    found, user = report_of(request, name), person(request)
    given = {each.key: request.GET.get(each.key, "") for each in found.parameters}
    url = f"{reverse('report', args=[name])}?{urlencode(given)}"
    try:
        spec = asking(found, request, given)
        title = found.contents(spec).title
    except UnusableRequest as problem:
        messages.error(request, str(problem))
        return redirect(url)
    form = ScheduleForm(request.POST or None, led=_led(user))
    if form.is_valid():
        cleaned = form.cleaned_data
        facts = {"when": form.when, "whom": form.to, "idempotency_key": cleaned["idempotency_key"]}
        wanted = ReportOrder(name, title, spec.given, cleaned["format"])
        if form.carry_out(user, set_schedule, wanted=wanted, **facts):
            first = day_text(form.made.next_on) if form.made.next_on else ""
            words = f"“{title}” is sent {form.made.words}, first on {first}, in the morning."
            return done(request, words, "my_reports")
    trail = [REPORTS_TRAIL, (title, url)]
    return render(request, "reports/schedule.html", {"form": form, "title": title, "url": url, "trail": trail})


def _led(user: User) -> list[Organization]:
    led = {each.organization_id: each.organization for each in user.own_memberships if each.organization_id in user.led}
    return list(led.values())


def _act(request: HttpRequest, public_id: str, verb: Callable[..., ReportSchedule], words: str) -> HttpResponse:
    verb(actor=person(request), public_id=public_id, now=timezone.now())
    return done(request, words, "my_reports")


def pause(request: HttpRequest, public_id: str) -> HttpResponse:
    return _act(request, public_id, pause_schedule, "Nothing is sent until you resume it.")


def resume(request: HttpRequest, public_id: str) -> HttpResponse:
    return _act(request, public_id, resume_schedule, "It is sent again, from its next day on.")


def remove(request: HttpRequest, public_id: str) -> HttpResponse:
    return _act(request, public_id, remove_schedule, "It was removed. What was sent stays in the lists of its people.")
