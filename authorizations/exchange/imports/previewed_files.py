"""Files between preview and apply: kept by their hash, so that what was shown is what is applied."""

import hashlib
import re
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from authorizations.exchange.documents.storage_outage import raising_storage_outage

FOLDER = "imports"
SHA256 = re.compile(r"[0-9a-f]{64}")
# Previewed files are forgotten after a day; a page older than that cannot be applied either.
A_DAY = 24 * 60 * 60


class PreviewedFile(NamedTuple):
    sha256: str
    name: str
    content: bytes


def token_for(content: bytes, name: str, salt: str, *keys: int) -> str:
    """Keeps a file; the token opens it for a day, for the same keys (of its person and records) alone."""
    return signing.dumps([keep(content), name, *keys], salt=salt)


def opened_by(token: str, salt: str, *keys: int) -> PreviewedFile:
    """Raises FileNotFoundError: the token is another's, too old or none, or its file is forgotten; or StorageOutage."""
    try:
        sha256, name, *signed_for = signing.loads(token, salt=salt, max_age=A_DAY)
    except (signing.BadSignature, ValueError, TypeError):
        raise FileNotFoundError("No kept file has this token.") from None
    if signed_for != [*keys]:
        raise FileNotFoundError("The file is kept for someone else.")
    return PreviewedFile(sha256, name, reopen(sha256))


@raising_storage_outage()
def keep(content: bytes) -> str:
    """Keeps a file for another day; gives its SHA-256, by which it is opened again. Raises StorageOutage."""
    sha256 = hashlib.sha256(content).hexdigest()
    default_storage.save(_path(sha256), ContentFile(content))
    return sha256


@raising_storage_outage()
def reopen(sha256: str) -> bytes:
    """Raises FileNotFoundError: it was never kept, or forgotten since; or StorageOutage."""
    if not SHA256.fullmatch(sha256):
        raise FileNotFoundError("No kept file has this name.")
    with default_storage.open(_path(sha256), "rb") as file:
        content: bytes = file.read()
        return content


def forget(sha256: str) -> None:
    """Removes a kept file, applied or abandoned; one that is not there is no mistake."""
    if SHA256.fullmatch(sha256):
        default_storage.delete(_path(sha256))


def forget_older_than(moment: datetime, *, keeping: Collection[str] = ()) -> int:
    """Removes the files kept before ``moment`` (aware) and says how many they were.

    keeping: the SHA-256 of those that still wait for a person.
    """
    forgotten = 0
    # A folder that nothing was ever put in is not there; what another process forgets meanwhile is gone.
    with suppress(FileNotFoundError):
        for name in default_storage.listdir(FOLDER)[1]:
            with suppress(FileNotFoundError):
                if name not in keeping and default_storage.get_modified_time(_path(name)) < moment:
                    default_storage.delete(_path(name))
                    forgotten += 1
    return forgotten


def _path(sha256: str) -> str:
    return f"{FOLDER}/{sha256}"
