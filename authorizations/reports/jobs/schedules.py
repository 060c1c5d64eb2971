"""Which reports are due to be sent by themselves, and to whom: asked of each person's rights on that day."""

import logging
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from accounts.models import Membership, User
from authorizations.actions.refusals import NoLongerPossible
from authorizations.actions.report_schedules import colleagues_of, send_schedule, stop_schedule
from authorizations.models import ReportSchedule
from authorizations.reports.registry import REPORTS, refusal
from authorizations.vocabulary import StopReason

logger = logging.getLogger(__name__)


def send_due(now: datetime) -> int:
    """Asks for every report that is due, also those of days that were missed, each once; returns how many."""
    number = 0
    for schedule in ReportSchedule.objects.due(now).select_related("owner", "organization"):
        try:
            number += _carry_out(schedule, now)
        except NoLongerPossible:
            logger.info("schedule %s was carried out by another timer", schedule.public_id)
    return number


def _carry_out(schedule: ReportSchedule, now: datetime) -> int:
    if why := why_stopped(schedule, now):
        stop_schedule(schedule.pk, why, now=now)
        return 0
    return send_schedule(schedule.pk, people=_people(schedule, now), marking=settings.REPORT_MARKING, now=now)


def why_stopped(schedule: ReportSchedule, now: datetime) -> StopReason | None:
    """Why a schedule must not go on; None where it may. Of one for an organization, who leads it is asked."""
    if schedule.report not in REPORTS:
        return StopReason.GONE
    if not schedule.owner.is_active:
        return StopReason.INACTIVE
    if schedule.organization_id is None:
        return why_not(schedule, schedule.owner, now)
    return None if schedule.organization_id in schedule.owner.led else StopReason.NO_LEAD


def why_not(schedule: ReportSchedule, user: User, now: datetime) -> StopReason | None:
    """Why a person may not have a schedule's report; None where they may."""
    why = refusal(schedule.report, user, schedule.given, now)
    return why[0] if why else None


def _people(schedule: ReportSchedule, now: datetime) -> list[User]:
    """To whom it is sent: the person who set it with chosen colleagues, or the organization's members of the role.

    Who may not have it that day gets none, nor does a colleague who is one no more.
    """
    if schedule.organization_id is None:
        there = colleagues_of(schedule.owner, timezone.localdate(now)) if schedule.people else []
        chosen = [each for each in there if each.pk in schedule.people and why_not(schedule, each, now) is None]
        return [schedule.owner, *chosen]
    members = Membership.objects.current(timezone.localdate(now)).filter(organization=schedule.organization_id)
    if schedule.role:
        members = members.filter(role=schedule.role)
    people = User.objects.filter(pk__in=members.order_by().values("user"), is_active=True).order_by("pk")
    return [person for person in people if why_not(schedule, person, now) is None]
