"""How a person is told: the pace of each topic, quiet hours, the digest's time; what they mute, and taking it back."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings as configured
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from accounts.models import User
from authorizations.actions.notification_preferences import (
    Muting,
    end_digests,
    end_mute,
    mutable,
    mute,
    set_notifications,
)
from authorizations.actions.refusals import NoLongerPossible
from authorizations.deadlines import deadlines_seen
from authorizations.deadlines.kinds import label_of
from authorizations.display import day_text
from authorizations.models import Mute, NotificationSettings
from authorizations.models.messages.notification_preferences import DIGEST_AT
from authorizations.notifications.mail.notification_preferences import CHOSEN, MANDATORY, NotificationPreferences
from authorizations.notifications.mail.unsubscribing import person_of
from authorizations.step_pages.inputs import SELECT, SHORT, PageForm, choice, day, long_text
from authorizations.vocabulary import Pace, Topic
from authorizations.web.answers import done
from authorizations.web.page_access import person

ALL = "all"


def _time_field(label: str, hint: str, *, required: bool = False) -> forms.TimeField:
    words = f"{label}: enter a time, such as 18:30."
    return forms.TimeField(
        label=label,
        help_text=hint,
        required=required,
        widget=forms.TimeInput(attrs={**SHORT, "type": "time"}, format="%H:%M"),
        error_messages={"required": words, "invalid": words},
    )


class PaceField(forms.ChoiceField):
    """How soon a topic is mailed: one of them always stands, so that a label says nothing of having to choose."""

    description_required = False


class SettingsForm(PageForm):
    quiet_from = _time_field("Quiet from", "US Eastern time. Leave both blank to have none.")
    quiet_until = _time_field("Quiet until", "What would be mailed at once within these hours is mailed when they end.")
    digest_at = _time_field("Digests come at", "US Eastern time. Weekly ones come on Mondays.", required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        paces = {
            topic.value: PaceField(label=topic.label, choices=Pace.choices, widget=forms.Select(attrs=SELECT))
            for topic in CHOSEN
        }
        self.fields = {**paces, **self.fields}


class MuteForm(PageForm):
    what = choice("What", missing="Choose what to mute.")
    until = day(
        "Last day", "You are told again from the day after. At most one year ahead.", words="Enter the last day."
    )
    reason = long_text(
        "Reason",
        "One sentence. It is yours; the PMO and the auditor can read it in the audit log.",
        missing="Say in a sentence why. It stays on record.",
    )
    shows = (NoLongerPossible,)


def settings(request: HttpRequest) -> HttpResponse:
    user, now = person(request), timezone.now()
    form = SettingsForm(request.POST or None, initial=_chosen(user))
    if form.is_valid():
        paces = dict(form.cleaned_data)
        times = {name: paces.pop(name) for name in ("quiet_from", "quiet_until", "digest_at")}
        if form.carry_out(user, set_notifications, paces=paces, **times):
            words = "Saved. It holds from the next message on." if form.made else "Nothing changed."
            return done(request, words, "notification_settings")
    context = {
        "form": form,
        "mandatory": [topic.label for topic in Topic if topic in MANDATORY],
        "mutes": Mute.objects.visible_to(user).in_effect(timezone.localdate(now)),
        "sends_mail": bool(configured.SMTP),
    }
    return render(request, "messages/preferences.html", context, status=409 if form.errors else 200)


def _chosen(user: User) -> dict[str, Any]:
    kept = NotificationSettings.objects.filter(user=user).first()
    notification_preferences = NotificationPreferences(kept.paces if kept else {})
    return {
        **{topic: notification_preferences.pace(topic) for topic in CHOSEN},
        "quiet_from": kept and kept.quiet_from,
        "quiet_until": kept and kept.quiet_until,
        "digest_at": kept.digest_at if kept else DIGEST_AT,
    }


def mute_record(request: HttpRequest, public_id: str, record_type: Any) -> HttpResponse:
    user, now = person(request), timezone.now()
    record = get_object_or_404(mutable(record_type, user), public_id=public_id)
    offered = _offered(user, record, timezone.localdate(now))
    form = MuteForm(request.POST or None, initial={"what": ALL})
    form.set_choices("what", ((key, each.label) for key, each in offered.items()))
    if form.is_valid():
        facts = {**form.cleaned_data, "what": offered[form.cleaned_data["what"]]}
        if form.carry_out(user, mute, record_type, public_id, **facts):
            until = day_text(form.made.until)
            return done(request, f"Muted until {until}. You can take it back here.", "notification_settings")
    context = {"form": form, "record": record, "trail": [(str(record), record.get_absolute_url())]}
    return render(request, "messages/mute.html", context, status=409 if form.errors else 200)


def _offered(user: User, record: Any, today: date) -> dict[str, Muting]:
    found = {ALL: Muting(f"Everything about {record}")}
    for due in deadlines_seen(user, record, today):
        if due.is_open and due.on:
            label = f"{label_of(due)}, due {day_text(due.on)}: {record}"
            subject = (due.subject_type, due.subject_id)
            found[f"{due.kind}:{due.subject_id}:{due.detail}"] = Muting(label, subject, due.kind, due.detail)
    return found


def take_back(request: HttpRequest, public_id: str) -> HttpResponse:
    ended = end_mute(public_id, actor=person(request), now=timezone.now())
    return done(request, f"Taken back. You are told of this again: {ended.label}.", "notification_settings")


@csrf_exempt
@never_cache
def unsubscribe(request: HttpRequest) -> HttpResponse:
    """Ends digests for the person of a link, by the button or by one click of a mail program, which has no session."""
    owner = person_of(request.GET.get("key", ""))
    if request.method == "POST":
        end_digests(actor=owner, now=timezone.now())
    return render(request, "messages/unsubscribe.html", {"is_done": request.method == "POST"})
