"""Documents of the rules from a file: a release, or the texts of the Consolidated Rules. No file is trusted."""

import hashlib
from dataclasses import dataclass
from typing import Any

from authorizations.exchange.imports.feed_file import parse, text_of
from authorizations.sanitize import file_name

# A release has some 30 KB, the texts of the rules half a megabyte.
LARGEST_RELEASE = 1024 * 1024
LARGEST_RULES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class RawDocument:
    name: str
    text: str
    sha256: str
    stated: Any


def raw_document(content: bytes, *, name: str, max_bytes: int) -> RawDocument:
    """Reads a file's bytes. Raises Unreadable: too large, empty, not UTF-8, not JSON, or hostile JSON."""
    text = text_of(content, max_bytes=max_bytes, what="such a document")
    stated = parse(text, what="such a document")
    return RawDocument(file_name(name)[-200:], text, hashlib.sha256(content).hexdigest(), stated)
