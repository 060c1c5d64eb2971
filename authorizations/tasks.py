"""Work that runs on a timer, without a person. Each task calls one thing and logs what it did."""

import logging
from datetime import timedelta
from smtplib import SMTPException
from typing import Any

from celery import shared_task
from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.utils import timezone

from accounts.sessions import SessionStore
from authorizations.actions import heartbeat, jobs, reports
from authorizations.actions.audit_log import verifications
from authorizations.actions.audit_log.security_events import enter_tallies
from authorizations.actions.cases.missing_officials import note_unnoted_vacancies
from authorizations.actions.documents.file_checks import ask_file_check
from authorizations.actions.messages import enter_outcomes
from authorizations.actions.people import webhooks
from authorizations.actions.people.password_reset import send_password_links
from authorizations.audit_log import anchors
from authorizations.audit_log.verify import verify
from authorizations.exchange import webhook_posting
from authorizations.exchange.documents import file_checks, scan_queue
from authorizations.exchange.imports import watching
from authorizations.exchange.imports.previewed_files import forget_older_than
from authorizations.models import FileCheck, Message, ReportJob, Verification, WebhookDelivery
from authorizations.models.background_job import BackgroundJob
from authorizations.models.feed_watch import FeedOutcome, FoundFeed
from authorizations.notifications.mail import delivery
from authorizations.notifications.reminders import reminders
from authorizations.reports.jobs import files, schedules, worker

logger = logging.getLogger(__name__)

# Seconds within which what is done every night is done once.
HOUR = 60 * 60
# Seconds that what leaves for servers elsewhere takes at once; of webhooks one task sends at a time.
A_TURN, SENDING = 60, "send-webhooks"
# A task that hangs is ended where workers are processes; another takes up its job.
LONGEST = 6 * HOUR

ANCHORED = (
    "Keep this mail. Somebody who changes the audit log later cannot change this mail. "
    "Compare both with ./portal verify_audit_log --anchors FILE, which reads the lines below."
)


@shared_task
def note_heartbeat() -> None:
    """Writes down that timer, broker and worker work; `/readyz` looks at it."""
    heartbeat.note_heartbeat(timezone.now())


@shared_task
def forget_ended_sessions() -> None:
    """Removes sessions that have ended from the database."""
    SessionStore.clear_expired()
    logger.info("ended sessions forgotten")


@shared_task
def forget_previewed_feeds() -> None:
    """Removes feed files that were previewed in the admin and not applied within a day."""
    waiting = FoundFeed.objects.filter(outcome=FeedOutcome.WAITS).values_list("sha256", flat=True)
    yesterday = timezone.now() - timedelta(days=1)
    logger.info("previewed feeds forgotten: %d", forget_older_than(yesterday, keeping=frozenset(waiting)))


@shared_task
def find_feeds() -> None:
    """Hands the look for new feeds to the worker: an address may take minutes, and a plan seconds."""
    if watching.is_watching():
        look_for_feeds.apply_async(expires=HOUR // 2)


@shared_task(time_limit=HOUR)
def look_for_feeds() -> None:
    """Takes the feeds that came by themselves since the last look."""
    if number := watching.look_for_feeds(timezone.now()):
        logger.info("feeds found: %d", number)


@shared_task
def record_tallies() -> None:
    """Makes entries of the audit log out of what was counted in minutes now over, and of ended messages not entered.

    Those were left by a mail worker that was killed, or skipped when they were written.
    """
    now = timezone.now()
    if number := enter_tallies(now):
        logger.info("counted events entered: %d", number)
    if number := enter_outcomes(now):
        logger.info("ended messages entered: %d", number)


@shared_task
def mail_password_links() -> None:
    """Writes a message for each person whose password was said to be forgotten; mailing it signs its link."""
    send_password_links(timezone.now())


@shared_task
def find_due_mail() -> None:
    """Hands messages that are due to the worker: a slow mail server may take longer than the timer can wait."""
    if settings.SMTP and Message.objects.claimable(timezone.now()).exists():
        # While all workers are busy these must not pile up.
        deliver_mail.apply_async(expires=30)


# As long as a mail server may take over the last mail of its minute, and some commands before.
@shared_task(time_limit=HOUR // 4)
def deliver_mail() -> None:
    """Mails what is due, for less than a minute: what is left then is due for the next who looks."""
    if settings.SMTP:
        found = delivery.deliver()
        enter_outcomes(timezone.now())
        if found:
            logger.info(
                "messages delivered: %s",
                ", ".join(f"{number} {delivery_decision}" for delivery_decision, number in sorted(found.items())),
            )


@shared_task
def find_unscanned_documents() -> None:
    """Hands documents that wait for the scanner to the worker: a large one may take longer than the timer can wait."""
    if settings.CLAMAV and scan_queue.waiting():
        scan_documents.apply_async(expires=30)


@shared_task
def scan_documents() -> None:
    """Has the waiting documents scanned; what the scanner did not answer for waits on."""
    if number := scan_queue.scan_waiting(timezone.now()):
        logger.info("documents scanned: %d", number)


@shared_task
def ask_for_file_check() -> None:
    """Asks for the night's check of the documents' files; of two timers, one does."""
    if cache.add("check-files", timezone.now(), HOUR):
        ask_file_check(timezone.now())


@shared_task(time_limit=LONGEST)
def check_files() -> None:
    """Compares the files of documents with the versions that need them, for the PMO."""
    jobs.work_through(FileCheck, _check_files)


def _check_files(job: FileCheck) -> None:
    logger.info("files of documents checked: %s", file_checks.check_files(job).result)


@shared_task
def note_vacancies() -> None:
    """Notes open cases whose authorizing official stopped being one by the calendar, so that the people are told."""
    if number := note_unnoted_vacancies(timezone.now()):
        logger.info("cases without their official noted: %d", number)


@shared_task
def remind_of_deadlines() -> None:
    """Writes the reminders that are to be told today and were not written yet, whatever was missed before."""
    now = timezone.now()
    if number := reminders.remind(timezone.localdate(now), now):
        logger.info("reminders written: %d", number)


@shared_task(time_limit=LONGEST)
def verify_audit_log() -> None:
    """Verifies the audit log for the person who asked for it."""
    jobs.work_through(Verification, _verify)


def _verify(job: Verification) -> None:
    known_anchors = anchors.anchored_in(settings.ANCHOR_FILE)
    result = verify(known_anchors, jobs.Heartbeats(job))
    result.findings += anchors.lost_anchors(known_anchors)
    verifications.finish_verification(
        job,
        findings=result.findings,
        ends=result.ends,
        checked=result.checked,
        anchors=len(known_anchors),
        now=timezone.now(),
    )
    logger.info("audit log verified: %s, %d findings", job.public_id, len(result.findings))
    for finding in result.findings:
        logger.critical("audit log changed: %s", finding)


@shared_task
def make_reports() -> None:
    """Makes the reports that wait."""
    worker.make_all()


@shared_task
def find_webhook_events() -> None:
    """Has the webhooks told what happened since the last look."""
    if settings.WEBHOOK_HOSTS and (number := webhooks.queue_deliveries(timezone.now())):
        logger.info("events for webhooks: %d", number)


@shared_task(time_limit=2 * A_TURN)
def send_webhooks() -> None:
    """Sends what waits for the receivers of webhooks, for less than a minute: slow ones must not hold up the mail."""
    if not cache.add(SENDING, timezone.now(), 2 * A_TURN):
        return
    try:
        jobs.work_through(WebhookDelivery, webhook_posting.send, seconds=A_TURN / 2)
    finally:
        cache.delete(SENDING)


@shared_task
def forget_webhook_deliveries() -> None:
    """Removes what was sent to webhooks, or given up, and is no longer shown."""
    logger.info("deliveries of webhooks forgotten: %d", webhooks.forget_deliveries(timezone.now()))


# What does the jobs of each record type, and the queue in which it waits for a worker.
WORKERS: dict[type[BackgroundJob], tuple[Any, str]] = {
    ReportJob: (make_reports, "reports"),
    Verification: (verify_audit_log, "celery"),
    FileCheck: (check_files, "celery"),
    WebhookDelivery: (send_webhooks, "mail"),
}


@shared_task
def find_waiting_jobs() -> None:
    """Hands jobs that wait to a worker, and gives up those that workers died of too often."""
    now = timezone.now()
    for record_type, (task, queue) in WORKERS.items():
        if number := jobs.fail_abandoned(record_type, now):
            logger.error("jobs given up: %d of %s", number, record_type.EVENTS)
        if record_type.objects.claimable(now).exists():
            # While all workers are busy these must not pile up.
            task.apply_async(queue=queue, expires=30)


@shared_task
def ask_for_scheduled_reports() -> None:
    """Asks for the reports that are to be sent today by themselves, whatever was missed before."""
    if number := schedules.send_due(timezone.now()):
        logger.info("scheduled reports asked for: %d", number)


@shared_task
def expire_reports() -> None:
    """Deletes the files of reports whose time is over, and what workers that died left behind."""
    now = timezone.now()
    over = reports.expire_reports(now)
    files.forget(over)
    left = files.forget_left(reports.paths_in_use(), now)
    logger.info("files of reports deleted: %d, and %d that were left behind", len(over), left)


@shared_task
def anchor_record() -> None:
    """Once a day (asked every hour): writes down where the audit logs end, in a file, the server’s log and a mail."""
    new = anchors.anchor_daily(settings.ANCHOR_FILE, timezone.now())
    for anchor in new:
        logger.info("record anchored: %s", anchor.line)
    if new:
        mail_anchors.delay("\n".join(anchor.line for anchor in new))


@shared_task
def mail_anchors(lines: str) -> None:
    """One mail for each address that the settings name: one that fails keeps it from nobody else."""
    for number, address in enumerate(settings.ANCHOR_MAIL, start=1):
        mail = EmailMessage("Where the audit log of the portal ends", f"{ANCHORED}\n\n{lines}\n", to=[address])
        try:
            mail.send()
        except (SMTPException, OSError) as problem:
            logger.error("anchors were not mailed to address %d: %s", number, type(problem).__name__)  # noqa: TRY400  # the trace names the address
