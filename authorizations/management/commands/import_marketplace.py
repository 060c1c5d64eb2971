"""`import_marketplace FILE…`: shows what Marketplace feeds would do; `--apply` does it."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from authorizations.actions.imports.apply import NothingToChange, OlderFeed, TooManyRemovals, refuse_older
from authorizations.actions.refusals import Refused
from authorizations.exchange.imports.feed_file import Unreadable
from authorizations.exchange.imports.feed_files import feeds_of, files_at
from authorizations.exchange.imports.feed_rows import Feed
from authorizations.exchange.imports.marketplace import apply_feed, plan_feed
from authorizations.exchange.imports.plan import ImportPlan
from authorizations.management.progress import progress_bar

WRONG, GUARD, OLDER = 1, 3, 4


class Command(BaseCommand):
    """Several imports go oldest first, each in a transaction of its own, and stop at the first that is refused.

    Exits with 0 (shown, applied, nothing to do), 1 (unreadable, refused), 3 (too much would go), 4 (older feed).
    """

    help = "Shows what a Marketplace feed would change in the register, or applies it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        help_text = "JSON files, folders of them, or zip archives; those of one generation and day are one import."
        parser.add_argument("files", metavar="FILE", type=Path, nargs="+", help=help_text)
        parser.add_argument("--apply", action="store_true", help="Apply the plan instead of showing it.")
        parser.add_argument("--json", action="store_true", help="Print the plan as JSON, and nothing else.")
        parser.add_argument(
            "--accept-removals",
            metavar="REASON",
            default="",
            help="Go on although more than 5 %% of a table would no longer be published; the reason is recorded.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            most, now = settings.IMPORT_MAX_BYTES, timezone.now()
            for feed in feeds_of(files_at(options["files"], max_bytes=most), max_bytes=most, now=now):
                if options["apply"]:
                    self._apply(feed, options)
                else:
                    refuse_older(feed.file)
                    self._show(plan_feed(feed, now=now), options, applied=False)
        except (Unreadable, Refused) as error:
            code = OLDER if isinstance(error, OlderFeed) else WRONG
            self._leave(error.sentence, code, as_json=options["json"])

    def _apply(self, feed: Feed, options: dict[str, Any]) -> None:
        try:
            with progress_bar("records", silent=options["json"]) as progress:
                reason, now = options["accept_removals"], timezone.now()
                _, plan = apply_feed(feed, actor=None, now=now, removals_reason=reason, progress=progress)
        except TooManyRemovals as error:
            self._show(ImportPlan(feed.file, error.whole), options, applied=False)
            self._leave(f"{error.sentence} To do so, add --accept-removals and the reason in quotes.", GUARD)
        except NothingToChange as error:
            self._show(plan_feed(feed, now=timezone.now()), options, applied=False)
            self.stderr.write(error.sentence)
        else:
            self._show(plan, options, applied=True)

    def _show(self, plan: ImportPlan, options: dict[str, Any], *, applied: bool) -> None:
        if options["json"]:
            self.stdout.write(json.dumps({**plan.as_json(), "applied": applied}, ensure_ascii=False, indent=2))
            return
        self.stdout.write(plan.as_text())
        if applied:
            self.stdout.write("\nApplied.")
        elif not options["apply"]:
            self.stdout.write("\nNothing was changed. Apply it with --apply.")

    def _leave(self, sentence: str, code: int, *, as_json: bool = False) -> None:
        if as_json:
            self.stdout.write(json.dumps({"applied": False, "error": sentence}, ensure_ascii=False))
        self.stderr.write(sentence)
        sys.exit(code)
