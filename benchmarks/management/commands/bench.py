"""Benchmarks, each on a scratch database: `bench pages`, `audit_log`, `sweep`, `mail`, `reports`, and shorter ones."""

import json
import os
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils.crypto import get_random_string

from benchmarks.audit_log import ENTRIES, ROUNDS, run_audit_log_bench
from benchmarks.cases import time_acts
from benchmarks.mail import MESSAGES, WORKERS, run_mail_bench
from benchmarks.pages import CASES, run_page_bench
from benchmarks.reminders import CASES as SWEPT
from benchmarks.reminders import NOTICES, run_sweep_bench
from benchmarks.reports import run_report_bench
from benchmarks.timing import seconds_to_first_page

SCRATCH = "PORTAL_BENCH_SCRATCH"
OVER = {
    "sweep": "Looking for reminders costs more than it may.",
    "mail": "A message was lost, or mailed twice.",
    "audit_log": "A search of the audit log takes longer than it may.",
    "reports": "A report costs more than it may.",
    "pages": "Something costs more than it may.",
}


class Command(BaseCommand):
    help = "Times the portal on a scratch database of the configured kind, which is removed afterwards."

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_subparsers(dest="what", required=True)
        pages = what.add_parser("pages", help="queries, p50, p95 and the ratio to an empty page, for each page")
        pages.add_argument("--feed", required=True, help="Marketplace feed to fill the scratch database from")
        pages.add_argument("--rounds", type=int, default=100, help="requests for each page (100)")
        pages.add_argument("--cases", type=int, default=CASES, help=f"cases to fill in, at least {CASES}")
        only = pages.add_mutually_exclusive_group()
        for part in ("cases", "radii"):
            words = f"the pages of {part} alone"
            only.add_argument(f"--only-{part}", dest="only", action="store_const", const=part, default="", help=words)
        log = what.add_parser("audit_log", help="seconds of each search of a long audit log, and of verifying it")
        log.add_argument("--rounds", type=int, default=ROUNDS, help=f"requests for each search ({ROUNDS})")
        log.add_argument("--entries", type=int, default=ENTRIES, help=f"entries to fill in ({ENTRIES:,})")
        sweep = what.add_parser("sweep", help="seconds and memory of looking for reminders, among very many deadlines")
        sweep.add_argument("--cases", type=int, default=SWEPT, help=f"cases with seven deadlines each ({SWEPT:,})")
        sweep.add_argument("--notices", type=int, default=NOTICES, help=f"notices on record ({NOTICES:,})")
        mail = what.add_parser("mail", help="messages a second, memory, and that none is mailed twice")
        mail.add_argument("--messages", type=int, default=MESSAGES, help=f"messages that are due ({MESSAGES:,})")
        mail.add_argument("--workers", type=int, default=WORKERS, help=f"workers at once ({WORKERS})")
        reports = what.add_parser(
            "reports", help="PDFs against the empty page; first byte, time and memory of long files"
        )
        reports.add_argument("--feed", required=True, help="Marketplace feed to fill the scratch database from")
        acts = what.add_parser("acts", help="seconds of each of some transitions, as JSON, in the demo's world")
        acts.add_argument("--rounds", type=int, default=10, help="transitions (10)")
        imports = what.add_parser("import", help="seconds of the whole command, into an empty database and again")
        imports.add_argument("--feed", required=True, help="Marketplace feed to import")
        what.add_parser("start", help="seconds from the command to the first page, on a portal that was started before")

    def handle(self, *args: Any, what: str, **options: Any) -> None:
        if what == "acts":
            self._acts(options["rounds"])
            return
        if os.environ.get(SCRATCH):
            if self._is_over(what, options):
                raise CommandError(OVER[what])
            return
        with scratch_database() as environment:
            _manage(["migrate", "-v0"], environment)
            getattr(self, f"_{what}")(environment, options)

    def _is_over(self, what: str, options: dict[str, Any]) -> bool:
        """Measures in the scratch database; whether something costs more than it may."""
        write = self.stdout.write
        measures: dict[str, Callable[[], object]] = {
            "sweep": lambda: run_sweep_bench(options["cases"], options["notices"], write),
            "mail": lambda: run_mail_bench(options["messages"], options["workers"], write),
            "audit_log": lambda: run_audit_log_bench(options["entries"], options["rounds"], write),
            "reports": lambda: run_report_bench(write),
            "pages": lambda: run_page_bench(
                rounds=options["rounds"], cases=options["cases"], only=options["only"], write=write
            ),
        }
        return bool(measures[what]())

    def _pages(self, environment: dict[str, str], options: dict[str, Any]) -> None:
        _manage(["demo"], environment)
        _manage(["import_marketplace", options["feed"], "--apply"], environment)
        line = ["bench", "pages", "--feed", options["feed"]]
        line += [f"--rounds={options['rounds']}", f"--cases={options['cases']}"]
        _manage([*line, f"--only-{options['only']}"] if options["only"] else line, environment)

    def _audit_log(self, environment: dict[str, str], options: dict[str, Any]) -> None:
        _manage(["demo"], environment)
        line = ["bench", "audit_log", f"--rounds={options['rounds']}", f"--entries={options['entries']}"]
        _manage(line, environment)

    def _sweep(self, environment: dict[str, str], options: dict[str, Any]) -> None:
        _manage(["bench", "sweep", f"--cases={options['cases']}", f"--notices={options['notices']}"], environment)

    def _mail(self, environment: dict[str, str], options: dict[str, Any]) -> None:
        _manage(["demo"], environment)
        line = ["bench", "mail", f"--messages={options['messages']}", f"--workers={options['workers']}"]
        _manage(line, environment)

    def _reports(self, environment: dict[str, str], options: dict[str, Any]) -> None:
        _manage(["demo"], environment)
        _manage(["import_marketplace", options["feed"], "--apply"], environment)
        _manage(["bench", "reports", "--feed", options["feed"]], environment)

    def _acts(self, rounds: int) -> None:
        # They are entered into the audit log: never in a portal that people work in.
        if not settings.DEMO_SIGN_IN:
            raise CommandError("Acts are timed in a demo alone.")
        self.stdout.write(json.dumps(time_acts(rounds)))

    def _import(self, environment: dict[str, str], options: dict[str, Any]) -> None:
        first = _manage(["import_marketplace", options["feed"], "--apply"], environment)
        again = _manage(["import_marketplace", options["feed"]], environment)
        self.stdout.write(f"{connection.vendor}: applied to an empty database in {first:.1f} s (at most 8)")
        self.stdout.write(f"{connection.vendor}: planned again in {again:.1f} s")

    def _start(self, environment: dict[str, str], options: dict[str, Any]) -> None:
        _manage(["demo"], environment)
        took = sorted(seconds_to_first_page(environment) for _ in range(5))
        self.stdout.write(
            f"second start to first page: median {took[2]:.2f} s of 5, worst {took[-1]:.2f} s (at most 3)"
        )


def _manage(line: list[str], environment: dict[str, str]) -> float:
    """Runs a command in the scratch environment; returns the seconds it took as a whole."""
    began = time.perf_counter()
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), *line]
    quiet = subprocess.DEVNULL if line[0] != "bench" else None
    result = subprocess.run(command, env=environment, stdout=quiet, check=False)  # noqa: S603  # our own command line
    if result.returncode:
        raise CommandError(f"“manage.py {' '.join(line)}” ended with {result.returncode}.")
    return time.perf_counter() - began


@contextmanager
def scratch_database() -> Iterator[dict[str, str]]:
    """The environment of a new, empty database of the configured kind; both are removed at the end."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        environment = {**os.environ, "PORTAL_DATA": folder, SCRATCH: "yes", "PORTAL_LOG_LEVEL": "WARNING"}
        if connection.vendor == "sqlite":
            environment.pop("DATABASE_URL", None)
            yield environment
            return
        name = f"bench_{get_random_string(10, 'abcdefghij')}"
        url, _, options = os.environ["DATABASE_URL"].partition("?")
        environment["DATABASE_URL"] = f"{url.rsplit('/', 1)[0]}/{name}" + (f"?{options}" if options else "")
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name}")
        try:
            yield environment
        finally:
            with connection.cursor() as cursor:
                cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
