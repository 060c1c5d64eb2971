"""The files of reports that were made in the background: kept for a time, each under a name that is used once."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from shutil import rmtree
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import Storage, storages

FOLDER = "reports"
# What is older and belongs to nobody was left behind by a worker that died.
LEFT_AFTER = timedelta(days=1)


def _storage() -> Storage:
    return storages["default"]


def work_folder() -> Path:
    """Where reports are written until they are whole: on this machine, whatever keeps the files."""
    folder: Path = settings.DATA_DIR / "reports-in-the-making"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def keep(whole: Path, name: str) -> str:
    with whole.open("rb") as content:
        return _storage().save(f"{FOLDER}/{name}", File(content, name=name))


def reopen(path: str) -> "File[Any]":
    """The file of a path, to be read and closed.

    Raises:
        FileNotFoundError: it is not kept here.
    """
    return _storage().open(path, "rb")


def forget(paths: Iterable[str]) -> None:
    """Deletes files; one that is not there is no mistake."""
    for path in paths:
        with suppress(FileNotFoundError):
            _storage().delete(path)


def forget_left(needed: set[str], now: datetime) -> int:
    """Deletes what workers that died left behind; ``needed``: the paths of files that are somebody's. Returns how many.

    A file is kept before its row says so: what is new may still become somebody's.
    """
    left = [path for path in _every_path() if path not in needed and _stored_since(path, now) < now - LEFT_AFTER]
    forget(left)
    folders = [each for each in work_folder().iterdir() if each.stat().st_mtime < (now - LEFT_AFTER).timestamp()]
    for folder in folders:
        rmtree(folder, ignore_errors=True)
    return len(left) + len(folders)


def _every_path() -> Iterator[str]:
    # A folder that nothing was ever put in is not there.
    with suppress(FileNotFoundError):
        yield from (f"{FOLDER}/{name}" for name in _storage().listdir(FOLDER)[1])


def _stored_since(path: str, now: datetime) -> datetime:
    try:
        return _storage().get_modified_time(path)
    except FileNotFoundError:
        return now
