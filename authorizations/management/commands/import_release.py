"""`import_release FILE`: shows what a release of the rules would change; `--apply` imports it."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from authorizations.actions.refusals import Refused
from authorizations.actions.rules.releases import AlreadyKnown, import_release, refuse_known
from authorizations.display import day_text
from authorizations.exchange.imports.feed_file import Unreadable, content_of
from authorizations.exchange.rules.files import LARGEST_RELEASE
from authorizations.exchange.rules.releases import Candidate, candidate_of
from authorizations.models.rules import refresh_releases
from authorizations.presenters.rule_releases import ReleasePreview, prospect
from authorizations.rules import BadRelease, newest, releases

WRONG = 1


class Command(BaseCommand):
    """Exits with 0 (shown, imported, known already) or 1 (unreadable, wrong in places that are named, refused)."""

    help = "Shows what a release of the rules would change, or imports it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="The release's JSON document.")
        parser.add_argument("--apply", action="store_true", help="Import it instead of showing what it would change.")
        parser.add_argument(
            "--against", metavar="ID", default="", help="The release to compare with; the newest, else."
        )

    def handle(self, *args: Any, file: Path, apply: bool, against: str, **options: Any) -> None:
        refresh_releases(at_once=True)
        try:
            content = content_of(file, max_bytes=LARGEST_RELEASE)
            candidate = candidate_of(content, name=file.name)
            refuse_known(candidate.release, candidate.sha256)
            self._show(candidate, against)
            if apply:
                import_release(actor=None, now=timezone.now(), text=candidate.text, sha256=candidate.sha256)
        except AlreadyKnown as known:
            self.stdout.write(known.sentence)
        except BadRelease as bad:
            self._leave(bad.problems)
        except (Unreadable, Refused) as problem:
            self._leave([problem.sentence])
        else:
            self.stdout.write("\nImported." if apply else "\nNothing was changed. Import it with --apply.")

    def _show(self, candidate: Candidate, against: str) -> None:
        beside = releases().get(against or newest().id)
        if beside is None:
            self._leave([f"There is no release {against}. Known: {', '.join(releases())}."])
            return
        found = prospect(candidate.release, beside, user=None, today=timezone.localdate())
        self.stdout.write("\n".join(_lines(candidate, found)))

    def _leave(self, sentences: list[str]) -> None:
        for sentence in sentences:
            self.stderr.write(sentence)
        sys.exit(WRONG)


def _lines(candidate: Candidate, found: ReleasePreview) -> Iterator[str]:
    yield f"{candidate.release.title} ({candidate.release.id}) beside {found.against.id}:"
    for section, some in found.sections:
        yield f"\n{section}"
        yield from (f"  {each.kind}: {each.words}" for each in some)
    if not found.sections:
        yield "  Nothing differs."
    when = f"from {day_text(found.begins)} on" if found.begins else "at once"
    number = len(found.at_once)
    yield f"\nFor every case, {when}: {number or 'no'} {'date' if number == 1 else 'dates'} of the rules would change."
    yield from (f"  {each.words}" for each in found.at_once)
