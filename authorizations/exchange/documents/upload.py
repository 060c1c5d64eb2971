"""Taking in a document: its name made harmless, its content looked at, the file kept under its hash."""

from collections.abc import Callable
from functools import partial
from pathlib import PurePosixPath
from typing import IO

from django.conf import settings

from authorizations.actions.documents.requirements import StoredFile
from authorizations.actions.refusals import NotReady
from authorizations.exchange.documents import file_store
from authorizations.exchange.documents.content_types import (
    Content,
    InvalidContent,
    begins_as,
    validate_json,
    validate_pdf,
    validate_picture,
    validate_text,
    validate_xml,
    what_it_is,
)
from authorizations.exchange.documents.office_files import validate_office
from authorizations.lifecycle.problems import Problem
from authorizations.sanitize import LONGEST_LINE, file_name
from authorizations.vocabulary import Scan

MEGABYTE = 1024 * 1024
OFFICE = "application/vnd.openxmlformats-officedocument"


JPEG = ("image/jpeg", partial(validate_picture, b"\xff\xd9", b"\x00"))
# Of each ending: the type it is given out with, and the look at the whole of it.
KINDS: dict[str, tuple[str, Callable[[Content], None]]] = {
    "pdf": ("application/pdf", validate_pdf),
    "docx": (f"{OFFICE}.wordprocessingml.document", partial(validate_office, "docx")),
    "xlsx": (f"{OFFICE}.spreadsheetml.sheet", partial(validate_office, "xlsx")),
    "pptx": (f"{OFFICE}.presentationml.presentation", partial(validate_office, "pptx")),
    "txt": ("text/plain", validate_text),
    "csv": ("text/csv", validate_text),
    "json": ("application/json", validate_json),
    "xml": ("application/xml", validate_xml),
    "png": ("image/png", partial(validate_picture, b"IEND\xaeB`\x82", b"")),
    "jpg": JPEG,
    "jpeg": JPEG,
}
# The kinds that are known by how they begin; the look at the others finds that out.
KNOWN_BY_BEGINNING = {"pdf", "png", "jpg", "jpeg"}
ENDINGS = ", ".join(f".{ending}" for ending in KINDS)
WHICH = f"What can be added here: {ENDINGS}."


def take_in(file: IO[bytes], name: str) -> StoredFile:
    """Keeps a file whose name and content are harmless, as far as that can be seen without a scanner.

    Raises NotReady with one sentence that says why and what to do (nothing was kept), or StorageOutage.
    """
    try:
        shown_name, content_type = validate_file(file, name)
    except InvalidContent as unfit:
        raise NotReady([Problem("upload", unfit.sentence, "upload")]) from unfit
    sha256, size = file_store.store(file)
    return StoredFile(shown_name, size, sha256, content_type, scan_of_new())


def scan_of_new() -> Scan:
    return Scan.WAITING if settings.CLAMAV else Scan.UNSCANNED


def validate_file(file: IO[bytes], name: str) -> tuple[str, str]:
    """The harmless name and the type of a file. Raises InvalidContent."""
    shown_name = harmless_name(name)
    content = Content.of(file)
    if not content.size:
        raise InvalidContent("This file is empty. Choose another one.")
    if content.size > settings.DOCUMENT_MAX_BYTES:
        limit = settings.DOCUMENT_MAX_BYTES // MEGABYTE
        words = f"This file has more than {limit} megabytes, which is the most that can be added"
        raise InvalidContent(f"{words}. Make it smaller, or give a reference to it.")
    ending = ending_of(shown_name)
    if ending not in KINDS:
        raise InvalidContent(
            f"Files that end in “.{ending}” are not taken. {WHICH}"
            if ending
            else f"The file’s name has no ending. {WHICH}"
        )
    content_type, look = KINDS[ending]
    if ending in KNOWN_BY_BEGINNING and not begins_as(content_type, content):
        words = f"Its name says “.{ending}”, but this is {what_it_is(content)}"
        raise InvalidContent(f"{words}. Save the document in the format that its name says, and add that.")
    look(content)
    file.seek(0)
    return shown_name, content_type


def harmless_name(name: str) -> str:
    """A file's name without folders and without letters that nobody sees or that turn others round; never too long."""
    shown_name = file_name(name).strip().lstrip(".")
    stem, ending = PurePosixPath(shown_name).stem, PurePosixPath(shown_name).suffix
    return f"{stem[: LONGEST_LINE - len(ending)]}{ending}" if len(ending) < LONGEST_LINE else shown_name[:LONGEST_LINE]


def ending_of(name: str) -> str:
    return PurePosixPath(name).suffix.removeprefix(".").lower()
