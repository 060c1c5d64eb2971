"""`report`: makes a report as a person would get it, and writes it to a file."""

import os
import shutil
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models import User
from authorizations.reports.base import Missing, NotForYou, UnusableRequest, ask
from authorizations.reports.registry import REPORTS
from authorizations.reports.rendering.formats import FORMATS
from authorizations.reports.rendering.pdf import NoPdf
from authorizations.tables.contents import Contents

STANDARD_OUTPUT = "-"


class Command(BaseCommand):
    help = (
        "Makes a report as the portal makes it for a person, from what that person may see, and writes it to a file. "
        "--as-of sets the clock for ages, deadlines and the printed time; the rows are those of now."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", choices=sorted(REPORTS), help="the report, as its address names it")
        parser.add_argument("--as", dest="email", required=True, help="the e-mail address of who asks for it")
        parser.add_argument("--format", choices=sorted(FORMATS), required=True)
        parser.add_argument("--out", type=Path, required=True, help="the file to write; - is standard output")
        parser.add_argument("--table", default="", metavar="KEY", help="one of its tables alone, by its key")
        parser.add_argument("--as-of", help="a time such as 2026-11-24T09:00, US Eastern where it names no zone (now)")
        parser.add_argument(
            "--about",
            action="append",
            default=[],
            metavar="KEY=VALUE",
            help="a parameter, as the page's address has it",
        )

    def handle(self, *args: Any, name: str, email: str, out: Path, **options: Any) -> None:
        user = User.objects.filter(email__iexact=email, is_active=True).first()
        if user is None:
            raise CommandError(f"Nobody who may sign in has the address {email}.")
        about = _about(name, options["about"])
        as_of = _time(options["as_of"]) if options["as_of"] else timezone.now()
        report = REPORTS[name]
        try:
            spec = ask(report, user, about, as_of, settings.REPORT_MARKING)
            self.stderr.write(f"Links lead to {spec.address}, {_why()}.")
            contents = _chosen(report.contents(spec), options["table"])
            with _opened(out) as file:
                FORMATS[options["format"]].write(report, contents, spec, file, lambda rows: None)
        except NotForYou:
            raise CommandError(f"{user.name}'s side has no report of this name.") from None
        except Missing as problem:
            raise CommandError(f"There is no “{problem}” that {user.name} may see.") from None
        except (UnusableRequest, NoPdf) as problem:
            raise CommandError(str(problem)) from None
        except OSError as problem:
            raise CommandError(f"{out} cannot be written: {problem.strerror}.") from None
        if str(out) != STANDARD_OUTPUT:
            self.stdout.write(f"{out}: {out.stat().st_size:,} bytes")


@contextmanager
def _opened(out: Path) -> Iterator[IO[bytes]]:
    """A file to write to; it comes to its place, or to standard output, once it is whole."""
    if str(out) == STANDARD_OUTPUT:
        with TemporaryFile() as file:
            yield file
            file.seek(0)
            shutil.copyfileobj(file, sys.stdout.buffer)
        return
    whole = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        with whole.open("wb") as file:
            yield file
        whole.replace(out)
    finally:
        whole.unlink(missing_ok=True)


def _chosen(contents: Contents, key: str) -> Contents:
    if not key:
        return contents
    table = contents.table(key)
    if table is None:
        keys = ", ".join(each.key for each in contents.every_table)
        raise CommandError(f"It has no table “{key}”. It has: {keys}.")
    return contents.only(table)


def _why() -> str:
    if settings.PORTAL_URL:
        return "as PORTAL_URL says"
    return "the first of PORTAL_HOSTS; PORTAL_URL sets another address"


def _about(name: str, given: list[str]) -> dict[str, str]:
    """The parameters by their keys; one that the report does not have would be passed over, and all rows be written."""
    known = [each.key for each in REPORTS[name].parameters]
    found = dict(each.partition("=")[::2] for each in given)
    if wrong := [key for key in found if key not in known]:
        raise CommandError(f"{name} has no parameter “{wrong[0]}”. It has: {', '.join(known) or 'none'}.")
    return found


def _time(text: str) -> datetime:
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise CommandError("--as-of is a time such as 2026-11-24T09:00.")
    return found if timezone.is_aware(found) else timezone.make_aware(found)
