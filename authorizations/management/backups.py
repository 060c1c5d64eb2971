"""A backup: the database, the files of documents and the anchors in one folder, with a manifest of their hashes.

The order makes it whole while the portal is written to. Anchors come first: each names an entry that the database has.
A file is kept before the row that needs it, so the files are copied after the database. The manifest is written last,
and a folder without one is no backup.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from authorizations.audit_log_format import moment
from authorizations.exchange.documents import file_store
from authorizations.management import database_dumps

FORMAT = 1
MANIFEST = "manifest.json"
ANCHORS = "anchors.jsonl"
DOCUMENTS = "documents"


class NotBackedUp(Exception):
    """Nothing was backed up or restored, or not all of it; the text says why, for the person at the shell."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. ``files`` maps each path below the folder to its [SHA-256, size]."""

    made_at: str
    portal: str
    database: str
    contents: database_dumps.Contents
    files: dict[str, list[Any]] = field(default_factory=dict)
    # Names of documents' files whose content has another hash: kept as they are.
    changed: list[str] = field(default_factory=list)
    format: int = FORMAT


def back_up(folder: Path, now: datetime) -> Manifest:
    """Makes a backup in an empty folder, or a new one. Raises NotBackedUp or database_dumps.NotDumped."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NotBackedUp(f"{folder} is not empty. A backup needs a folder of its own.")
    folder.mkdir(parents=True, exist_ok=True)
    # Everything about everybody lies here.
    folder.chmod(0o700)
    if settings.ANCHOR_FILE.exists():
        (folder / ANCHORS).write_bytes(settings.ANCHOR_FILE.read_bytes())
    contents = database_dumps.dump(folder / database_dumps.FILES[connection.vendor])
    changed = sorted(_copy_documents(folder))
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    files = {str(path.relative_to(folder)): _hash_of(path) for path in paths}
    manifest = Manifest(moment(now), settings.VERSION, connection.vendor, contents, files, changed)
    (folder / MANIFEST).write_text(json.dumps(asdict(manifest), indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return manifest


def read(folder: Path) -> Manifest:
    """The manifest of a backup, after every file was found to be as it says. Raises NotBackedUp."""
    try:
        manifest = Manifest(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise NotBackedUp(f"{folder} has no {MANIFEST}: it is no backup, or one that was not finished.") from None
    except (OSError, ValueError, TypeError) as problem:
        raise NotBackedUp(f"The {MANIFEST} in {folder} cannot be read: {problem}.") from problem
    if manifest.format != FORMAT:
        raise NotBackedUp(f"This backup has format {manifest.format}; this portal reads format {FORMAT}.")
    wrong = list(_differences(folder, manifest))
    if wrong:
        more = f" and {len(wrong) - 5:,} more" if len(wrong) > 5 else ""
        raise NotBackedUp(f"The backup is not whole: {'; '.join(wrong[:5])}{more}. Nothing was restored.")
    return manifest


def _differences(folder: Path, manifest: Manifest) -> Iterator[str]:
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} - {MANIFEST}
    for name in sorted(found | manifest.files.keys()):
        if name not in found:
            yield f"{name} is missing"
        elif name not in manifest.files:
            yield f"{name} does not belong to it"
        elif _hash_of(folder / name) != manifest.files[name]:
            yield f"{name} was changed"


def restore_file(folder: Path, manifest: Manifest) -> None:
    """Fills an empty portal from a backup that was read. Raises NotBackedUp or database_dumps.NotDumped."""
    if manifest.database != connection.vendor:
        raise NotBackedUp(
            f"The backup is of {manifest.database}; DATABASE_URL names a database of {connection.vendor}."
        )
    if full := list(_what_is_there()):
        raise NotBackedUp(
            f"The portal is not empty: {', '.join(full)}. Restore into a new database and a new PORTAL_DATA."
        )
    # Asked before anything is filled: a place that is half full takes no second try.
    for path in (folder / DOCUMENTS).iterdir():
        if not file_store.SHA256.fullmatch(path.name):
            raise NotBackedUp(f"{DOCUMENTS}/{path.name} is no file of a document. Nothing was restored.")
    database_dumps.load(folder / database_dumps.FILES[manifest.database])
    for path in sorted((folder / DOCUMENTS).glob("*")):
        with path.open("rb") as content:
            file_store.restore_file(path.name, content)
    if (folder / ANCHORS).exists():
        settings.ANCHOR_FILE.parent.mkdir(parents=True, exist_ok=True)
        settings.ANCHOR_FILE.write_bytes((folder / ANCHORS).read_bytes())
    if database_dumps.contents() != manifest.contents:
        raise NotBackedUp("The restored database does not hold what the manifest says.")


def _what_is_there() -> Iterator[str]:
    if not database_dumps.is_empty():
        yield "its database has tables"
    if any(True for _ in file_store.stored_names()):
        yield "it keeps files of documents"
    if settings.ANCHOR_FILE.exists():
        yield f"it has {settings.ANCHOR_FILE.name}"


def _copy_documents(folder: Path) -> Iterator[str]:
    """Copies every kept file; gives the names of those whose content has another hash."""
    (folder / DOCUMENTS).mkdir()
    for name in file_store.stored_names():
        # What is no hash was put there by somebody else; what has gone meanwhile was refused by the scanner.
        if not file_store.SHA256.fullmatch(name):
            continue
        with suppress(FileNotFoundError), file_store.open_stored(name) as file:
            with (folder / DOCUMENTS / name).open("wb") as copy:
                copy.writelines(file.chunks(file_store.PIECE))
            if _hash_of(folder / DOCUMENTS / name)[0] != name:
                yield name


def _hash_of(path: Path) -> list[Any]:
    with path.open("rb") as content:
        return list(file_store.hash_of(content))
