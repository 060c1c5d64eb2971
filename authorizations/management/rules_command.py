"""What the two commands have in common that show, and with ``--apply`` import, a file of the rules."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand

from authorizations.actions.refusals import Refused
from authorizations.exchange.imports.feed_file import Unreadable
from authorizations.rules import BadRelease

WRONG = 1


class RulesCommand(BaseCommand):
    """Exits with 0 (shown, imported, known already) or 1 (unreadable, wrong in places that are named, refused)."""

    file_help: ClassVar[str]
    apply_help: ClassVar[str]
    # What is refused because it is known already, and how each run ends else.
    known: ClassVar[type[Refused]]
    shown: ClassVar[str]
    imported: ClassVar[str]

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help=self.file_help)
        parser.add_argument("--apply", action="store_true", help=self.apply_help)

    def handle(self, *args: Any, file: Path, apply: bool, **options: Any) -> None:
        try:
            self.show_or_import(file, options, apply=apply)
        except self.known as known:
            self.stdout.write(known.sentence)
        except BadRelease as bad:
            self.leave(bad.problems)
        except (Unreadable, Refused) as problem:
            self.leave([problem.sentence])
        else:
            self.stdout.write(self.imported if apply else self.shown)

    def show_or_import(self, file: Path, options: dict[str, Any], *, apply: bool) -> None:
        raise NotImplementedError

    def leave(self, sentences: list[str]) -> None:
        for sentence in sentences:
            self.stderr.write(sentence)
        sys.exit(WRONG)
