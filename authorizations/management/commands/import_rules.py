"""`import_rules FILE`: shows what a version of the Consolidated Rules says otherwise; `--apply` imports its texts."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from authorizations.actions.refusals import NoLongerPossible, Refused
from authorizations.actions.rules.rule_texts import changes_of, import_rule_texts, refuse_known_edition
from authorizations.exchange.imports.feed_file import Unreadable, content_of
from authorizations.exchange.rules.files import LARGEST_RULES
from authorizations.exchange.rules.rule_texts import rules_from_bytes
from authorizations.rules import BadRelease

WRONG = 1


class Command(BaseCommand):
    """Exits with 0 (shown, imported, known already) or 1 (unreadable, wrong in places that are named, refused)."""

    help = "Shows what a version of the machine-readable Consolidated Rules says otherwise, or imports its texts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="fedramp-consolidated-rules.json of the repository FedRAMP/rules.")
        parser.add_argument("--apply", action="store_true", help="Import the texts instead of showing what differs.")

    def handle(self, *args: Any, file: Path, apply: bool, **options: Any) -> None:
        try:
            draft = rules_from_bytes(content_of(file, max_bytes=LARGEST_RULES), name=file.name)
            refuse_known_edition(draft)
            self.stdout.write(f"{draft.title}, version {draft.version}: {len(draft.rules):,} texts.")
            for change in changes_of(draft):
                self.stdout.write(f"  {change.rule_id} {change.title}: {change.words}")
            if apply:
                import_rule_texts(draft, actor=None, now=timezone.now())
        except NoLongerPossible as known:
            self.stdout.write(known.sentence)
        except BadRelease as bad:
            self._leave(bad.problems)
        except (Unreadable, Refused) as problem:
            self._leave([problem.sentence])
        else:
            self.stdout.write("Imported." if apply else "Nothing was changed. Import them with --apply.")

    def _leave(self, sentences: list[str]) -> None:
        for sentence in sentences:
            self.stderr.write(sentence)
        sys.exit(WRONG)
