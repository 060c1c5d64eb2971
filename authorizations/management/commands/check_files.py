"""`check_files`: compares the kept files of documents with the versions that need them."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from authorizations.exchange.documents.file_checks import check_files_now


class Command(BaseCommand):
    help = (
        "Reads every file of a document and compares its SHA-256, and lists files that no version needs. The result "
        "is in the admin. Ends with 1 where a file is missing or was changed."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        found = check_files_now(timezone.now())
        lines = [f"{what}, version {name}" for what in ("missing", "changed") for name in getattr(found, what)]
        for line in (*lines, *(f"unneeded, file {name}" for name in found.unneeded)):
            self.stdout.write(line)
        self.stdout.write(f"{found.files} files for {found.versions} versions: {found.result}.")
        if not found.is_whole:
            raise CommandError("Put the files back from a backup, each under its SHA-256.")
