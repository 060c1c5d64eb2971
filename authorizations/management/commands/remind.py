"""`remind`: writes the reminders of a day, or prints what would be written."""

import json
from argparse import ArgumentParser
from datetime import date, datetime
from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from authorizations.lifecycle.date_arithmetic import at_clock
from authorizations.notifications.reminders.reminders import PlannedReminder, Reminders


class Command(BaseCommand):
    help = (
        "Writes the reminders of deadlines that are to be told and were not written yet, as the timer does three times "
        "a day. With --dry-run it writes nothing and prints them, each with whom it is for and when it is mailed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--today", help="the day to compute from, as YYYY-MM-DD (today, in US Eastern time)")
        parser.add_argument("--dry-run", action="store_true", help="write nothing, and print what would be written")
        parser.add_argument("--json", action="store_true", help="print it as JSON, one object a line")

    def handle(self, *args: Any, today: str | None, dry_run: bool, **options: Any) -> None:
        now = timezone.now()
        day = _day(today) if today else timezone.localdate(now)
        # What would be written on another day would be mailed from that day on; what is written now, from now on.
        reminders = Reminders(day, _this_time_on(day, now) if dry_run else now)
        if not dry_run:
            self._print({"written": reminders.write()}, "{written:,} reminders written.", as_json=options["json"])
            return
        number = 0
        for reminder in chain.from_iterable(reminders.settled()):
            number += 1
            self._print(_as_json(reminders, reminder), "{mailed}  {to}  {subject}", as_json=options["json"])
        if not options["json"]:
            self.stdout.write(f"{number:,} reminders would be written.")

    def _print(self, values: dict[str, Any], words: str, *, as_json: bool) -> None:
        self.stdout.write(json.dumps(values) if as_json else words.format(**values))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError("--today is a day as YYYY-MM-DD, such as 2026-12-24.") from None


def _this_time_on(day: date, now: datetime) -> datetime:
    return at_clock(day, timezone.localtime(now).time())


def _as_json(reminders: Reminders, reminder: PlannedReminder) -> dict[str, Any]:
    row = reminders.row(reminder)
    return {
        "key": row.key,
        "to": reminders.people.user(reminder.notice.user).email,
        "subject": row.subject,
        "link": row.link,
        "mandatory": row.mandatory,
        "mailed": row.skipped or timezone.localtime(row.not_before).isoformat(timespec="minutes"),
        "in_digest": reminder.decision.in_digest,
    }
