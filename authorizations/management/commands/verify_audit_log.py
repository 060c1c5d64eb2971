"""`verify_audit_log`: looks whether every entry of the audit log is as it was recorded, and none is missing."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from authorizations.audit_log.anchors import Anchor, anchor_warning, lost_anchors, read_anchors
from authorizations.audit_log.verify import verify
from authorizations.management.progress import progress_bar


class Command(BaseCommand):
    help = (
        "Checks both audit logs, entry by entry, against their heads and against every anchor that is given, and "
        "compares ATOs, cases, findings, documents, accesses and memberships with the last entries about them. "
        "Ends with 1 where something is wrong, and names it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--anchors",
            action="append",
            type=Path,
            default=[],
            metavar="FILE",
            help="anchors to compare with: a file of them, or a mail; the portal's own file is always read",
        )

    def handle(self, *args: Any, anchors: list[Path], **options: Any) -> None:
        given = [anchor for file in anchors for anchor in _read(file)]
        own = _read(settings.ANCHOR_FILE) if settings.ANCHOR_FILE.exists() else []
        given += own
        with progress_bar("entries") as progress:
            result = verify(given, progress)
        if findings := result.findings + lost_anchors(own):
            raise CommandError("The audit log, or what it tells of, was changed.\n" + "\n".join(findings))
        if warning := anchor_warning(given, timezone.now()):
            self.stderr.write(f"Note: {warning}")
        ends = ", ".join(f"{audit_log} {position:,}" for audit_log, position in result.ends.items())
        self.stdout.write(
            f"The audit log is complete: {result.checked:,} entries ({ends}), {len(given):,} anchors compared."
        )


def _read(file: Path) -> list[Anchor]:
    try:
        return read_anchors(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise CommandError(f"The anchors in {file} cannot be read: {problem}") from problem
