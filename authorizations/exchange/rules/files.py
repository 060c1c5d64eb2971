"""Documents of the rules from a file: a release, or the texts of the Consolidated Rules. No file is trusted."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from authorizations.exchange.imports.feed_file import Unreadable, parse, text_of
from authorizations.sanitize import file_name

# A release has some 30 KB, the texts of the rules half a megabyte.
LARGEST_RELEASE = 1024 * 1024
LARGEST_RULES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class RawDocument:
    """A file that is valid JSON: its name, the text letter by letter, its SHA-256, and what it states."""

    name: str
    text: str
    sha256: str
    stated: Any


def raw_document(content: bytes, *, name: str, max_bytes: int) -> RawDocument:
    """Reads a file's bytes. Raises Unreadable: too large, empty, not UTF-8, not JSON, or hostile JSON."""
    text = text_of(content, max_bytes=max_bytes, what="such a document")
    stated = parse(text, what="such a document")
    return RawDocument(file_name(name)[-200:], text, hashlib.sha256(content).hexdigest(), stated)


def content_of(path: Path, *, max_bytes: int) -> bytes:
    """Raises Unreadable: no such file, not a plain file, or no permission."""
    try:
        if path.exists() and not path.is_file():
            raise Unreadable(f"{path.name} is not a plain file.")
        with path.open("rb") as file:
            return file.read(max_bytes + 1)
    except FileNotFoundError as error:
        raise Unreadable(f"There is no file {path}.") from error
    except (OSError, ValueError) as error:
        raise Unreadable(f"{path.name} cannot be read. Check its permissions and its name.") from error
