"""Reports that are sent by themselves: set, paused, resumed and removed by people; sent and stopped by the timer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Membership, Organization, User
from accounts.roles import ROLES_OF
from authorizations.actions.door import Changes, action, insert, update
from authorizations.actions.idempotency_key import perform_once
from authorizations.actions.refusals import Blocked, NoLongerPossible, NotPermitted
from authorizations.actions.reports import ReportOrder, scheduled
from authorizations.display import day_text
from authorizations.models import ReportJob, ReportSchedule
from authorizations.models.report_schedule import EARLIEST
from authorizations.vocabulary import Rhythm, StopReason

# More than anybody reads.
MOST = 20
# Nobody waits longer for a report that is sent once.
AHEAD = timedelta(days=2 * 365)


@dataclass(frozen=True, slots=True)
class When:
    """When a report is sent: every week on a weekday, every month on a day, or once."""

    rhythm: str
    weekday: int | None = None
    day_of_month: int | None = None
    on: date | None = None
    hour: int = EARLIEST


@dataclass(frozen=True, slots=True)
class Whom:
    """To whom: the members of an organization, all or those of a role; or, without one, who sets it.

    ``people``: colleagues who get their own too; of an organization's there are none.
    """

    organization: Organization | None = None
    role: str = ""
    people: Sequence[User] = ()


def colleagues_of(user: User, today: date) -> list[User]:
    """The people who are in one of a person's own organizations today, by name."""
    own = [each.organization_id for each in user.own_memberships]
    there = Membership.objects.current(today).filter(organization__in=own).order_by().values("user")
    return list(User.objects.filter(pk__in=there, is_active=True).exclude(pk=user.pk).order_by("name", "pk"))


def set_schedule(
    *, actor: User, wanted: ReportOrder, when: When, whom: Whom, now: datetime, idempotency_key: str = ""
) -> ReportSchedule:
    """Sets a schedule; of a form that is sent twice, the first one's is returned."""

    def act_of(key: str) -> ReportSchedule:
        with action(actor, now=now, idempotency_key=key) as act:
            User.objects.select_for_update().get(pk=actor.pk)
            schedule = _new(actor, wanted, when, whom, now)
            insert(schedule)
            changes: Changes = {"rhythm": [None, when.rhythm]}
            if whom.organization:
                changes |= {"organization": [None, whom.organization.pk], "role": [None, whom.role]}
            if whom.people:
                changes["people"] = [None, schedule.people]
            act.record("reportschedule.set", schedule, changes={**wanted.changes, **changes})
        return schedule

    return perform_once(idempotency_key, actor, ReportSchedule.objects.visible_to(actor), act_of)


def _new(actor: User, wanted: ReportOrder, when: When, whom: Whom, now: datetime) -> ReportSchedule:
    if whom.organization is not None:
        _refuse_unless_led(actor, whom.organization)
        if whom.role and whom.role not in ROLES_OF[whom.organization.kind]:
            raise Blocked("The organization knows no such role.")
    people = sorted(each.pk for each in whom.people)
    if people and (
        whom.organization or not set(people) <= {each.pk for each in colleagues_of(actor, timezone.localdate(now))}
    ):
        raise Blocked("Choose colleagues from your own organizations.")
    if ReportSchedule.objects.visible_to(actor).filter(owner=actor).count() >= MOST:
        raise Blocked(f"You have {MOST} reports that are sent by themselves. Remove one first.")
    days: dict[str, Any] = {"weekday": when.weekday, "day_of_month": when.day_of_month, "on": when.on}
    days["hour"] = when.hour
    places: dict[str, Any] = {"organization": whom.organization, "role": whom.role, "people": people}
    last = timezone.localdate(now) + AHEAD
    if when.on and when.on > last:
        raise Blocked(f"Choose a day until {day_text(last)}, at most two years ahead.")
    schedule = ReportSchedule(owner=actor, made_at=now, rhythm=when.rhythm, **wanted.columns, **days, **places)
    schedule.next_on = schedule.day_after(timezone.localdate(now))
    if schedule.next_on is None:
        raise Blocked("Choose a day from tomorrow on.")
    return schedule


def _refuse_unless_led(actor: User, organization: Organization) -> None:
    if organization.pk not in actor.led:
        raise NotPermitted("Only a lead of the organization has reports sent to its members.")


def pause_schedule(*, actor: User, public_id: str, now: datetime) -> ReportSchedule:
    """Sends nothing until it is resumed."""
    with action(actor, now=now) as act:
        schedule = _held(actor, public_id)
        if schedule.paused_at or schedule.is_over:
            raise NoLongerPossible("This report is no longer sent, or is paused already.")
        schedule.paused_at = now
        schedule.save()
        act.record("reportschedule.paused", schedule)
    return schedule


def resume_schedule(*, actor: User, public_id: str, now: datetime) -> ReportSchedule:
    """Sends it again from its next day on, whether it was paused or stopped; what was missed is not caught up with."""
    with action(actor, now=now) as act:
        schedule = _held(actor, public_id)
        if not schedule.paused_at and not schedule.stopped:
            raise NoLongerPossible("This is sent already.")
        schedule.next_on = schedule.day_after(timezone.localdate(now))
        if schedule.rhythm == Rhythm.ONCE and schedule.next_on is None:
            raise Blocked("Its day is over. Set another.")
        schedule.paused_at = schedule.stopped_at = None
        schedule.stopped = ""
        schedule.save()
        act.record("reportschedule.resumed", schedule)
    return schedule


def remove_schedule(*, actor: User, public_id: str, now: datetime) -> ReportSchedule:
    """Ends a schedule for good. What was sent stays with whom it was sent to."""
    with action(actor, now=now) as act:
        schedule: ReportSchedule = _rows(actor).get(public_id=public_id)
        schedule.removed_at = now
        schedule.save()
        act.record("reportschedule.removed", schedule)
    return schedule


def _rows(actor: User) -> Any:
    return ReportSchedule.objects.visible_to(actor).select_for_update()


def _held(actor: User, public_id: str) -> ReportSchedule:
    schedule: ReportSchedule = _rows(actor).get(public_id=public_id)
    if schedule.organization is not None:
        _refuse_unless_led(actor, schedule.organization)
    return schedule


# --- what the timer does ---


def send_schedule(key: int, *, people: Iterable[User], marking: str, now: datetime) -> int:
    """Asks for a schedule's reports, one for each of these people, and sets its next day; returns how many."""
    with action(None, now=now) as act:
        schedule = _due(key, now)
        told = list(people)
        jobs = [scheduled(schedule, person, marking, now) for person in told]
        ReportJob.objects.bulk_create(jobs)
        day, schedule.next_on = schedule.next_on, schedule.day_after(timezone.localdate(now))
        schedule.save(update_fields=["next_on"])
        sent: Changes = {"report": [None, schedule.report], "format": [None, schedule.format], "day": [None, str(day)]}
        sent |= {"reports": [None, len(jobs)], "people": [None, [person.pk for person in told]]}
        act.record("reportschedule.sent", schedule, changes=sent)
    return len(jobs)


def stop_schedule(key: int, why: StopReason, *, now: datetime) -> ReportSchedule:
    """Stops a schedule whose right was lost; the person who set it is told."""
    with action(None, now=now) as act:
        schedule = _due(key, now)
        update(schedule, stopped=why, stopped_at=now)
        act.record("reportschedule.stopped", schedule, changes={"stopped": ["", why]})
    return schedule


def _due(key: int, now: datetime) -> ReportSchedule:
    due = ReportSchedule.objects.due(now).select_for_update()
    schedule: ReportSchedule | None = due.filter(pk=key).first()
    if schedule is None:
        raise NoLongerPossible("Another timer came first.")
    return schedule
