"""How a person wishes to be told: the pace of each topic, quiet hours, the digest's time, and what they mute."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from accounts.models import User
from authorizations.actions.door import Changes, action, differences, insert, plain, update
from authorizations.actions.refusals import NoLongerPossible, refuse_unready
from authorizations.display import day_text
from authorizations.lifecycle.problems import REASON, Problem
from authorizations.models import Ato, Mute, NotificationSettings
from authorizations.models.querysets import event_subject_type
from authorizations.notifications.mail.notification_preferences import CHOSEN, usual
from authorizations.vocabulary import Pace

# What is muted for longer is rather switched off.
LONGEST = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Muting:
    """What is muted of a record: all of it, or the one deadline that the rest names."""

    label: str
    subject: tuple[str, int] | None = None
    kind: str = ""
    detail: str = ""


def mutable(record_type: type[models.Model], user: User) -> models.QuerySet[Any]:
    """The records of a model (case, ATO, offering) of which this person may be told, and which they may mute."""
    rows: models.QuerySet[Any] = record_type._default_manager.visible_to(user)  # type: ignore[attr-defined]  # of our models
    return rows.register_visible_to(user) if record_type is Ato else rows  # type: ignore[attr-defined]  # of ATOs


def set_notifications(
    *,
    actor: User,
    paces: Mapping[str, str],
    quiet_from: time | None,
    quiet_until: time | None,
    digest_at: time,
    now: datetime,
) -> bool:
    """Keeps how the actor wishes to be told. Returns whether anything changed."""
    problems = list(_of_quiet_hours(quiet_from, quiet_until, digest_at))
    refuse_unready(problems)
    # Only what differs is kept: who never chose follows the defaults.
    chosen = {topic: paces[topic] for topic in CHOSEN if paces.get(topic, usual(topic)) != usual(topic)}
    values = {"paces": chosen, "quiet_from": quiet_from, "quiet_until": quiet_until, "digest_at": digest_at}
    own = NotificationSettings.objects.filter(user=actor)
    if not differences(own.first() or NotificationSettings(user=actor), values):
        return False
    with action(actor, now=now) as act:
        # The lock on the person makes a second press of the button wait.
        User.objects.select_for_update().get(pk=actor.pk)
        kept = own.first() or NotificationSettings(user=actor)
        changes = {name: [_plain(value) for value in both] for name, both in differences(kept, values).items()}
        for name, value in values.items():
            setattr(kept, name, value)
        kept.full_clean()
        kept.save()
        act.record("user.notifications_set", actor, changes=changes)
    return True


def end_digests(*, actor: User, now: datetime) -> bool:
    """Switches off every topic that comes to the actor in digests. Returns whether anything changed."""
    kept = NotificationSettings.objects.filter(user=actor).first() or NotificationSettings(user=actor)
    paces = {topic: Pace(kept.paces.get(topic) or usual(topic)) for topic in CHOSEN}
    chosen = {str(topic): Pace.OFF if pace in (Pace.DAILY, Pace.WEEKLY) else pace for topic, pace in paces.items()}
    return set_notifications(
        actor=actor, now=now, paces=chosen, quiet_from=kept.quiet_from, quiet_until=kept.quiet_until,
        digest_at=kept.digest_at,
    )  # fmt: skip


def _plain(value: Any) -> Any:
    return f"{value:%H:%M}" if isinstance(value, time) else value


def _of_quiet_hours(begins: time | None, ends: time | None, digest_at: time) -> Iterator[Problem]:
    if begins is None and ends is None:
        return
    if begins is None or ends is None or begins == ends:
        place = "quiet_from" if begins is None else "quiet_until"
        yield Problem(place, "Quiet hours need a beginning and another end, or neither.", place)
        return
    within = begins <= digest_at < ends if begins < ends else digest_at >= begins or digest_at < ends
    if within:
        yield Problem("digest_at", "This lies within your quiet hours. Choose another time.", "digest_at")


def mute(
    record_type: type[models.Model],
    public_id: str,
    *,
    actor: User,
    what: Muting,
    until: date,
    reason: str,
    now: datetime,
) -> Mute:
    """Keeps what a record has to say from the actor's mail until a day. What is mandatory comes all the same."""
    today = timezone.localdate(now)
    with action(actor, now=now) as act:
        User.objects.select_for_update().get(pk=actor.pk)
        record = mutable(record_type, actor).get(public_id=public_id)
        problems = [*_of_day(until, today), *([] if reason.strip() else [REASON])]
        refuse_unready(problems)
        its_record_type, key = what.subject or (event_subject_type(record), record.pk)
        about = {"subject_type": its_record_type, "subject_id": key, "kind": what.kind, "detail": what.detail}
        if Mute.objects.visible_to(actor).in_effect(today).filter(**about).exists():
            raise NoLongerPossible("You muted this already. Take that back first to choose another day.")
        kept = Mute(
            user=actor,
            **about,
            label=what.label[:300],
            link=record.get_absolute_url(),
            until=until,
            reason=reason.strip(),
            made_at=now,
        )
        insert(kept)
        changes: Changes = {name: [None, plain(value)] for name, value in {**about, "until": until}.items() if value}
        act.record("mute.set", kept, changes=changes, reason=reason.strip())
    return kept


def _of_day(until: date, today: date) -> Iterator[Problem]:
    if until < today:
        yield Problem("until", "The last day cannot lie in the past.", "until")
    elif until > today + LONGEST:
        yield Problem("until", f"At most one year: until {day_text(today + LONGEST)}.", "until")


def end_mute(public_id: str, *, actor: User, now: datetime) -> Mute:
    """Takes a mute of the actor's own back: they are told again from now on."""
    with action(actor, now=now) as act:
        kept: Mute = Mute.objects.visible_to(actor).select_for_update().get(public_id=public_id)
        if kept.ended_at is not None or kept.until < timezone.localdate(now):
            raise NoLongerPossible("This was over already.")
        update(kept, ended_at=now)
        act.record("mute.ended", kept)
    return kept
