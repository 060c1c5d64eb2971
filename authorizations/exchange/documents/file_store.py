"""The files of documents: kept by their SHA-256 behind Django's storage, the same content once."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import IO, Any

from django.core.files.base import File
from django.core.files.storage import Storage, storages
from django.utils import timezone

from authorizations.exchange.documents.storage_outage import raising_storage_outage

FOLDER = "documents"
SHA256 = re.compile(r"[0-9a-f]{64}")
PIECE = 1024 * 1024


def storage() -> Storage:
    return storages["documents"]


def path_of(sha256: str) -> str:
    """Spread over folders, since thousands in one are slow to list. Raises ValueError: it is no hash."""
    if not SHA256.fullmatch(sha256):
        raise ValueError("This is no SHA-256.")
    return f"{FOLDER}/{sha256[:2]}/{sha256}"


def hash_of(content: IO[bytes]) -> tuple[str, int]:
    """SHA-256 and size of a content, which is left at its beginning."""
    content.seek(0)
    digest, size = hashlib.sha256(), 0
    while piece := content.read(PIECE):
        digest.update(piece)
        size += len(piece)
    content.seek(0)
    return digest.hexdigest(), size


@raising_storage_outage()
def store(content: IO[bytes]) -> tuple[str, int]:
    """Keeps a content, if it is not kept already; returns its SHA-256 and its size. Raises StorageOutage.

    A file that is there under the hash and says something else was damaged, and is written again.
    """
    sha256, size = hash_of(content)
    if not _is_whole(sha256):
        files = storage()
        files.save(path_of(sha256), File(content, name=sha256))
    return sha256, size


def _is_whole(sha256: str) -> bool:
    with suppress(FileNotFoundError), storage().open(path_of(sha256), "rb") as kept:
        return hash_of(kept)[0] == sha256
    return False


def restore_file(sha256: str, content: IO[bytes]) -> None:
    """Puts a file of a backup back under its hash, as it was: what a check said of it before, it says again."""
    files = storage()
    files.save(path_of(sha256), File(content, name=sha256))


@raising_storage_outage()
def is_stored(sha256: str) -> bool:
    return storage().exists(path_of(sha256))


@raising_storage_outage()
def open_stored(sha256: str) -> "File[Any]":
    """The file of a hash, to be read and closed. Raises FileNotFoundError or StorageOutage."""
    return storage().open(path_of(sha256), "rb")


def answers() -> None:
    """Asks where files are kept for the folder of the documents, there or not. Raises OSError: it does not answer."""
    storage().exists(FOLDER)


def forget(sha256: str) -> None:
    """Deletes the file of a hash; one that is not there is no mistake."""
    storage().delete(path_of(sha256))


def stored_since(name: str) -> datetime:
    """When a file was kept; of one that has gone meanwhile, now."""
    try:
        return storage().get_modified_time(f"{FOLDER}/{name[:2]}/{name}")
    except FileNotFoundError:
        return timezone.now()


def stored_names() -> Iterator[str]:
    """The names of all files that are kept, in no order; one that is no hash was put there by somebody else."""
    files = storage()
    # A folder that nothing was ever put in is not there, and a bucket knows of no folders.
    with suppress(FileNotFoundError):
        for folder in files.listdir(FOLDER)[0]:
            yield from files.listdir(f"{FOLDER}/{folder}")[1]
