"""Having a report sent by itself: the form, and pausing, resuming and removing what was set."""

from collections.abc import Callable, Sequence
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
    colleagues_of,
    pause_schedule,
    remove_schedule,
    resume_schedule,
    set_schedule,
)
from authorizations.actions.reports import ReportOrder
from authorizations.display import day_text
from authorizations.models import ReportSchedule
from authorizations.models.report_schedule import EARLIEST, LATEST, hour_text
from authorizations.reports.base import UnusableRequest
from authorizations.reports.registry import refusal
from authorizations.reports.rendering import pdf
from authorizations.reports.rendering.formats import FORMATS
from authorizations.step_pages.inputs import SELECT, KeyedForm, choice, day, number, radio, tick_boxes
from authorizations.vocabulary import Rhythm, Weekday
from authorizations.web.answers import done
from authorizations.web.page_access import person
from authorizations.web.reports.views import REPORTS_TRAIL, asking, report_of

ME = "me"
USUAL = 8
# More colleagues nobody ticks; a lead has a whole group.
MOST_COLLEAGUES = 60


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
    hour = forms.TypedChoiceField(
        label="At",
        help_text="US Eastern. It is made then, and the mail follows.",
        choices=[(hour, hour_text(hour)) for hour in range(EARLIEST, LATEST + 1)],
        coerce=int,
        required=False,
        empty_value=None,
        widget=forms.Select(attrs=SELECT),
    )
    format = forms.ChoiceField(label="Format", widget=forms.Select(attrs=SELECT))
    whom = choice(
        "To whom",
        help_text="Each person gets their own, made of what they themselves may see.",
        missing="Choose to whom.",
    )
    people = forms.MultipleChoiceField(
        label="Colleagues who get it too",
        help_text="Each gets their own, made of what they may see. They must be allowed to have this report.",
        required=False,
        widget=tick_boxes(),
    )
    shows = (Blocked,)
    # Which field each rhythm needs, and what is said where it is blank.
    NEEDS = {
        Rhythm.WEEKLY: ("weekday", "Choose the weekday."),
        Rhythm.MONTHLY: ("day_of_month", "Enter a day from 1 to 31."),
        Rhythm.ONCE: ("on", "Enter the day."),
    }

    def __init__(
        self,
        *args: Any,
        led: list[Organization],
        colleagues: list[User],
        refused: Callable[[User], bool],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"rhythm": Rhythm.WEEKLY, "weekday": Weekday.MONDAY, "hour": USUAL, "whom": ME, **self.initial}
        self._colleagues, self._refused = {each.public_id: each for each in colleagues[:MOST_COLLEAGUES]}, refused
        self.set_choices("people", ((key, each.name) for key, each in self._colleagues.items()))
        if not colleagues:
            del self.fields["people"]
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
        if cleaned.get("people") and cleaned.get("whom", ME) != ME:
            self.add_error("people", "Choose colleagues, or a whole group above.")
        for each in self.chosen:
            if self._refused(each):
                self.add_error("people", f"{each.name} may not have this report.")
        return cleaned

    @property
    def chosen(self) -> list[User]:
        return [self._colleagues[key] for key in self.cleaned_data.get("people", [])]

    @property
    def when(self) -> When:
        needed, _ = self.NEEDS[Rhythm(self.cleaned_data["rhythm"])]
        return When(
            self.cleaned_data["rhythm"], hour=self.cleaned_data["hour"] or USUAL, **{needed: self.cleaned_data[needed]}
        )

    @property
    def to(self) -> Whom:
        return self._whom.get(self.cleaned_data.get("whom", ME), Whom(people=self.chosen))


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
    now = timezone.now()
    form = ScheduleForm(
        request.POST or None,
        led=_led(user),
        colleagues=colleagues_of(user, timezone.localdate(now)),
        refused=lambda each: refusal(name, each, spec.given, now) is not None,
    )
    if form.is_valid():
        cleaned = form.cleaned_data
        facts = {"when": form.when, "whom": form.to, "idempotency_key": cleaned["idempotency_key"]}
        wanted = ReportOrder(name, title, spec.given, cleaned["format"])
        if form.carry_out(user, set_schedule, wanted=wanted, **facts):
            first = day_text(form.made.next_on) if form.made.next_on else ""
            words = f"“{title}” is sent {sentence(form.made, user, form.chosen)}, first on {first}."
            return done(request, words, "my_reports")
    trail = [REPORTS_TRAIL, (title, url)]
    return render(request, "reports/schedule.html", {"form": form, "title": title, "url": url, "trail": trail})


def sentence(schedule: ReportSchedule, reader: User, people: Sequence[User]) -> str:
    """When, as what and to whom, such as "every Monday at 8 a.m., PDF, to you and Vic Viewer"."""
    whom = "you" if schedule.owner_id == reader.pk else str(schedule.owner)
    if schedule.organization_id:
        whom = schedule.whom
    elif people:
        whom = " and ".join(filter(None, (", ".join([whom, *(each.name for each in people[:-1])]), people[-1].name)))
    return f"{schedule.words}, {FORMATS[schedule.format].label}, to {whom}"


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
