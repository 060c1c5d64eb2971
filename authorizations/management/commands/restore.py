"""`restore`: fills an empty portal from a backup, and proves that nothing was changed or lost on the way."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from authorizations.exchange.documents.file_checks import check
from authorizations.management import backups, database_dumps
from authorizations.management.backups import Manifest, NotBackedUp

# Apps of others may lose migrations.
OURS = ("accounts.", "authorizations.")


class Command(BaseCommand):
    help = (
        "Checks a backup against its manifest, fills an empty portal from it, and verifies audit log and files. "
        "Refuses where there is anything in the database or among the files."
    )
    # The database may be empty, and is to be.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="what ./portal backup wrote")

    def handle(self, *, folder: Path, **options: Any) -> None:
        try:
            manifest = backups.read(folder)
            self.stdout.write(f"The backup of {manifest.made_at} is whole: {len(manifest.files):,} files.")
            _refuse_later(manifest)
            backups.restore_file(folder, manifest)
        except (NotBackedUp, database_dumps.NotDumped) as problem:
            raise CommandError(str(problem)) from problem
        except DatabaseError as problem:
            raise CommandError(f"The database cannot be used: {str(problem).strip()}") from problem
        except OSError as problem:
            raise CommandError(f"{problem.strerror}: {problem.filename}") from problem
        self._bring_up_to_date(manifest)
        call_command("verify_audit_log", stdout=self.stdout)
        self._check_stored_files()

    def _bring_up_to_date(self, manifest: Manifest) -> None:
        if _known() - set(manifest.contents["migrations"]):
            self.stdout.write("An earlier version made this backup: bringing the database up to date …")
            call_command("migrate", verbosity=0)

    def _check_stored_files(self) -> None:
        found = check(timezone.now())
        lost = [*found.missing, *found.changed]
        if lost:
            raise CommandError(f"Versions whose file is missing or was changed: {', '.join(lost)}")
        self.stdout.write(f"The files are whole: {found.files:,} for {found.versions:,} versions of documents.")


def _refuse_later(manifest: Manifest) -> None:
    later = {name for name in manifest.contents["migrations"] if name.startswith(OURS)} - _known()
    if later:
        raise NotBackedUp(f"A later version made this backup; this one does not know {min(later)}.")


def _known() -> set[str]:
    return {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
