"""Marks an address to which mail came back: `bounce ADDRESS --reason TEXT`; `--clear` mails it again."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from authorizations.actions.register.records import add_record, correct_record
from authorizations.models import Bounce


class Command(BaseCommand):
    help = "Marks an address as failing, so that nothing is mailed there until it is cleared; --clear clears it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address", help="the address to which mail came back")
        parser.add_argument("--reason", required=True, help="what the mail server said, or why it is cleared")
        parser.add_argument("--clear", action="store_true", help="mail the address again")

    def handle(self, *args: Any, address: str, reason: str, clear: bool, **options: Any) -> None:
        try:
            self.stdout.write(_clear(address.lower(), reason) if clear else _mark(address.lower(), reason))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error


def _mark(address: str, reason: str) -> str:
    add_record(Bounce, actor=None, now=timezone.now(), facts={"address": address, "reason": reason})
    return f"{address} is marked as failing: nothing is mailed there until it is cleared."


def _clear(address: str, reason: str) -> str:
    found = Bounce.objects.all().failing().filter(address=address).first()
    if found is None:
        raise CommandError(f"{address} is not marked as failing.")
    now = timezone.now()
    correct_record(found, actor=None, now=now, facts={"cleared_on": timezone.localdate(now)}, reason=reason)
    return f"{address} is mailed again."
