"""`import_release FILE`: shows what a release of the rules would change; `--apply` imports it."""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils import timezone

from authorizations.actions.rules.releases import AlreadyKnown, import_release, refuse_known
from authorizations.display import day_text
from authorizations.exchange.imports.feed_file import content_of
from authorizations.exchange.rules.files import LARGEST_RELEASE
from authorizations.exchange.rules.releases import Candidate, candidate_of
from authorizations.management.rules_command import RulesCommand
from authorizations.models.rules import refresh_releases
from authorizations.presenters.rule_releases import ReleasePreview, prospect
from authorizations.rules import newest, releases


class Command(RulesCommand):
    help = "Shows what a release of the rules would change, or imports it."

    file_help = "The release's JSON document."
    apply_help = "Import it instead of showing what it would change."
    known, shown, imported = AlreadyKnown, "\nNothing was changed. Import it with --apply.", "\nImported."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        against = "The release to compare with; the newest, else."
        parser.add_argument("--against", metavar="ID", default="", help=against)

    def show_or_import(self, file: Path, options: dict[str, Any], *, apply: bool) -> None:
        refresh_releases(at_once=True)
        candidate = candidate_of(content_of(file, max_bytes=LARGEST_RELEASE), name=file.name)
        refuse_known(candidate.release, candidate.sha256)
        self._show(candidate, options["against"])
        if apply:
            import_release(actor=None, now=timezone.now(), text=candidate.text, sha256=candidate.sha256)

    def _show(self, candidate: Candidate, against: str) -> None:
        beside = releases().get(against or newest().id)
        if beside is None:
            self.leave([f"There is no release {against}. Known: {', '.join(releases())}."])
            return
        found = prospect(candidate.release, beside, user=None, today=timezone.localdate())
        self.stdout.write("\n".join(_lines(candidate, found)))


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
