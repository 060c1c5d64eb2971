"""The part of the catalog about reports that are sent by themselves: what was made, what failed, what was stopped."""

from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, User
from accounts.roles import LEADS
from authorizations.display import day_text
from authorizations.models import Event, ReportJob, ReportSchedule
from authorizations.notifications.catalog.message_content import MessageContent, Words, day_of, to_each
from authorizations.vocabulary import StopReason


def _report_made(event: Event) -> Iterator[MessageContent]:
    """A link: the file itself stays in the portal, for anyone who signs in."""
    job = _scheduled(event)
    if job is None:
        return
    kept = f" It is kept until {day_text(timezone.localtime(job.expires_at))}." if job.expires_at else ""
    body = f"It was made of what you may see, as of {day_text(timezone.localtime(job.as_of))}.{kept}"
    yield MessageContent(job.asker, f"Report: {job.title}", body, job.get_absolute_url())


def _failed(event: Event) -> Iterator[MessageContent]:
    job = _scheduled(event)
    if job is not None:
        body = "A report that is sent to you on a schedule could not be made. Its page says why."
        link = job.get_absolute_url()
        yield MessageContent(job.asker, f"Report failed: {job.title}", body, link, detail=job.failure)


def _scheduled(event: Event) -> ReportJob | None:
    """The person who asked on the page sees it there."""
    rows = ReportJob.objects.filter(pk=event.subject_id, schedule__isnull=False, removed_at__isnull=True)
    return rows.select_related("asker").first()


def _stopped(event: Event) -> Iterator[MessageContent]:
    """The person who set it, and who leads the organization that it was for."""
    schedule = ReportSchedule.objects.select_related("owner", "organization").get(pk=event.subject_id)
    body = f"“{schedule.title}” is no longer sent: {StopReason(schedule.stopped).label}. "
    body += "It can be resumed where it was set."
    recipients = Q(pk=schedule.owner_id)
    if schedule.organization is not None:
        leads = Q(organization=schedule.organization, role=LEADS[schedule.organization.kind])
        current = Membership.objects.current(day_of(event)).filter(leads)
        recipients |= Q(pk__in=current.order_by().values("user"))
    people = User.objects.filter(recipients, is_active=True).order_by("pk")
    yield from to_each(people, f"No longer sent: {schedule.title}", body, reverse("my_reports"))


OF_REPORTS: dict[str, Words] = {
    "report.made": _report_made,
    "report.failed": _failed,
    "reportschedule.stopped": _stopped,
}
