"""Databases of released versions, with the demo and its files: one archive for each version and kind of database.

python -m tests.upgrades.databases make VERSION    fills the empty portal of the environment and keeps it here
python -m tests.upgrades.databases load ARCHIVE    fills the empty portal of the environment from such an archive
"""

import os
import sys
import tarfile
import tempfile
from pathlib import Path

import django

FOLDER = Path(__file__).resolve().parent


def archives(vendor: str) -> list[Path]:
    """The archives of one kind of database, oldest version first."""
    return sorted(
        FOLDER.glob(f"*-{vendor}.tar.xz"), key=lambda path: [int(part) for part in path.name.split("-")[0].split(".")]
    )


def make(version: str) -> Path:
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    from authorizations.management import database_dumps

    if not database_dumps.is_empty():
        raise SystemExit("The database is not empty.")
    call_command("migrate", verbosity=0)
    call_command("demo")
    archive = FOLDER / f"{version}-{connection.vendor}.tar.xz"
    with tempfile.TemporaryDirectory() as folder, tarfile.open(archive, "w:xz") as packed:
        dumped = Path(folder) / database_dumps.FILES[connection.vendor]
        database_dumps.dump(dumped)
        packed.add(dumped, dumped.name)
        if (files := Path(settings.MEDIA_ROOT)).is_dir():
            packed.add(files, "files")
    return archive


def load(archive: Path) -> None:
    from django.conf import settings
    from django.db import connection

    from authorizations.management import database_dumps

    with tempfile.TemporaryDirectory() as folder, tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
        database_dumps.load(Path(folder) / database_dumps.FILES[connection.vendor])
        if (files := Path(folder) / "files").is_dir():
            Path(settings.MEDIA_ROOT).parent.mkdir(parents=True, exist_ok=True)
            files.rename(settings.MEDIA_ROOT)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fedramp_portal.settings")
    django.setup()
    action, what = sys.argv[1:]
    if action == "make":
        sys.stdout.write(f"{make(what)}\n")
    else:
        load(Path(what))


if __name__ == "__main__":
    main()
