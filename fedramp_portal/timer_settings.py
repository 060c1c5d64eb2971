"""What the timer sends, and when."""

from datetime import timedelta
from typing import Any

from celery.schedules import crontab

# Name, task and when; what no worker took before the next is sent has nothing left to do.
TIMED: list[tuple[str, str, crontab | timedelta]] = [
    ("look-for-jobs", "find_waiting_jobs", timedelta(seconds=3)),
    ("look-for-due-mail", "find_due_mail", timedelta(seconds=10)),
    ("look-for-webhooks", "find_webhook_events", timedelta(seconds=15)),
    ("look-for-unscanned", "find_unscanned_documents", timedelta(seconds=15)),
    ("note-heartbeat", "note_heartbeat", timedelta(seconds=15)),
    ("enter-what-was-counted", "record_tallies", timedelta(minutes=1)),
    ("tell-who-forgot", "mail_password_links", timedelta(minutes=1)),
    ("note-vacancies", "note_vacancies", crontab(minute="5")),
    ("anchor-record", "anchor_record", crontab(minute="20")),
    ("look-for-feeds", "find_feeds", crontab(minute="50")),
    ("forget-previewed-feeds", "forget_previewed_feeds", crontab(minute="40")),
    ("forget-ended-sessions", "forget_ended_sessions", crontab(hour="3", minute="10")),
    ("expire-reports", "expire_reports", crontab(hour="3", minute="25")),
    ("forget-webhook-deliveries", "forget_webhook_deliveries", crontab(hour="3", minute="30")),
    ("check-files", "ask_for_file_check", crontab(hour="3", minute="40")),
    # In the morning, and for the rest of the day what could not be asked for then.
    ("ask-for-scheduled-reports", "ask_for_scheduled_reports", crontab(hour="5-23", minute="*/10")),
]
SCHEDULE: dict[str, dict[str, Any]] = {
    name: {
        "task": f"authorizations.tasks.{task}",
        "schedule": when,
        # Days without a worker leave no mountain.
        "options": {"queue": "timer"} | ({"expires": when.total_seconds() * 4} if isinstance(when, timedelta) else {}),
    }
    for name, task, when in TIMED
}
# Before the day's digests leave, and twice more for what was recorded meanwhile. No quick work: it has the other queue.
SCHEDULE["remind-of-deadlines"] = {
    "task": "authorizations.tasks.remind_of_deadlines",
    "schedule": crontab(hour="5,11,17", minute="15"),
}
