"""`serve`: the whole portal in one process, for one machine. Production runs its parts as processes of their own."""

import ipaddress
import json
import os
from argparse import ArgumentParser
from collections import Counter
from contextlib import closing
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import run_checks
from django.core.management import BaseCommand, CommandError, CommandParser, call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from accounts.models import User
from authorizations.management.host_names import why_only_production
from authorizations.management.serving import Portal, PortTaken, bind
from authorizations.models import Event
from authorizations.presenters.demo_progress import set_demo_progress


class Command(BaseCommand):
    help = "Serves the pages, does the background work and keeps the timer, all in one process."
    # The port comes first: a person who started the portal twice learns it before anything else happens.
    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Help and mistakes name what people type."""
        return super().create_parser("portal", "run", **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--prepare", action="store_true", help="bring the database up to date, fill an empty one")
        worlds = (
            "what an empty portal is filled with: the whole program (default), the same with a fictional "
            "Marketplace feed, or one agency that has just begun"
        )
        parser.add_argument("--demo", choices=("program", "feed", "agency"), default="program", help=worlds)
        parser.add_argument("--feed", type=Path, metavar="FILE", help="import this Marketplace feed first")

    world = "program"

    def handle(
        self, *, host: str, port: int, prepare: bool, feed: Path | None, demo: str = "program", **options: Any
    ) -> None:
        self.world = demo
        if why := why_not_listen(host):
            raise CommandError(why)
        try:
            bound = bind(host, port)
        except PortTaken as problem:
            raise CommandError(str(problem)) from problem
        portal = Portal()
        portal.heed_signals()
        with closing(bound):
            to_fill = self._prepare(feed, prepare=prepare)
            if to_fill:
                set_demo_progress(0)
            self._greet(*bound.getsockname()[:2])
            portal.serve(bound, self._fill if to_fill else None)

    def _prepare(self, feed: Path | None, *, prepare: bool) -> bool:
        """Does what has to be done before the first page, and says whether demo data is to be entered behind it."""
        self._check()
        try:
            if prepare:
                self._migrate()
            empty = prepare and settings.DEMO_SIGN_IN and not User.objects.exists()
            if not feed:
                return empty
            if empty:
                self._fill()
            self._import(feed)
        except OperationalError as problem:
            raise CommandError(f"The database cannot be used: {str(problem).strip()}") from problem
        finally:
            connection.close()
        return False

    def _check(self) -> None:
        for finding in run_checks():
            sentence = f"{finding.msg} {finding.hint or ''}".strip()
            if finding.is_serious():
                raise CommandError(sentence)
            self._print(f"Note: {sentence}")

    def _migrate(self) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self._print("Bringing the database up to date …")
            # The other applications' first: each of their changes to users would else redraw all our models.
            executor.migrate([leaf for leaf in executor.loader.graph.leaf_nodes() if leaf[0] != Event._meta.app_label])
            call_command("migrate", verbosity=0)

    def _fill(self) -> None:
        self._print("Entering demo data …")
        call_command("demo", world=self.world, stdout=StringIO())
        connection.close()
        self._print("Demo data entered.")

    def _import(self, feed: Path) -> None:
        self._print(f"Importing {feed} …")
        printed = StringIO()
        call_command("import_marketplace", str(feed), apply=True, json=True, stdout=printed)
        self._print(imported(json.loads(printed.getvalue())))

    def _greet(self, host: str, port: int) -> None:
        if settings.DEMO_SIGN_IN and not ipaddress.ip_address(host).is_loopback:
            self._print("Note: anyone who reaches this machine can sign in as anyone; PORTAL_DEMO=no ends that.")
        address = f"[{host}]" if ":" in host else host
        reached = f"http://{address}:{port}"
        if not (settings.PORTAL_URL or settings.PRODUCTION or ipaddress.ip_address(host).is_unspecified):
            # Links in mails and files lead here; reports are made by processes that read the environment.
            settings.OWN_ADDRESS = os.environ["PORTAL_URL"] = reached
        self._print(f"The portal is at {reached}/ — stop it with Ctrl-C.")

    def _print(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()


def why_not_listen(host: str) -> str:
    """Why the portal may not listen there, as a sentence; blank where it may. Any name of a host can be asked of it."""
    why = why_only_production(host, for_one_machine=settings.FOR_ONE_MACHINE and not settings.DEMO_FOR_OTHERS)
    return (
        f"--host: {why} A demo alone in a container needs PORTAL_DEMO=yes." if why and not settings.PRODUCTION else ""
    )


def imported(printed: dict[str, Any]) -> str:
    total: Counter[str] = Counter()
    for counts in printed["counts"].values():
        total.update(counts)
    return (
        f"Feed of {printed['feed']['as_of']}: {total['rows']:,} rows read, {total['create']:,} records added, "
        f"{total['change']:,} changed, {len(printed['issues']):,} issues noted."
    )
