"""`backup`: writes the whole portal into a folder, while people go on working."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from authorizations.exchange.documents.storage_outage import StorageOutage
from authorizations.management import backups, database_dumps
from authorizations.management.backups import NotBackedUp


class Command(BaseCommand):
    help = (
        "Writes database, files of documents and anchors into an empty folder, with a manifest of their hashes. People "
        "may go on working. The settings are not in it: keep PORTAL_SECRET_KEY elsewhere."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="a folder that is empty or does not exist")

    def handle(self, *, folder: Path, **options: Any) -> None:
        os.umask(0o077)
        try:
            manifest = backups.back_up(folder, timezone.now())
        except (NotBackedUp, database_dumps.NotDumped, StorageOutage) as problem:
            raise CommandError(str(problem)) from problem
        except OSError as problem:
            raise CommandError(f"{problem.strerror}: {problem.filename}") from problem
        for name in manifest.changed:
            self.stderr.write(
                f"The file {name} was changed since it was kept; ./portal check_files names its versions."
            )
        entries = sum(position for position, _ in manifest.contents["heads"].values())
        megabytes = sum(size for _, size in manifest.files.values()) / 1_000_000
        self.stdout.write(
            f"{folder}: {sum(manifest.contents['rows'].values()):,} rows with {entries:,} entries of the audit log, "
            f"{len(manifest.files):,} files, {megabytes:,.1f} MB."
        )
