"""Documents of today's Office: archives of XML. Nothing is unpacked but the few parts that tell what they are."""

import re
import zlib
from typing import Any
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, LargeZipFile, ZipFile, ZipInfo

from authorizations.exchange.documents.content_types import (
    ENCRYPTED_OFFICE,
    OLD_OFFICE,
    Content,
    InvalidContent,
    careful_parser,
)

MOST_PARTS = 10_000
# Unpacked, an honest document has a few times its size; a spreadsheet of equal cells some dozens of times.
MOST_UNPACKED, HARMLESS_UNPACKED, MOST_TIMES = 1024**3, 20 * 1024**2, 100
# Of what is read here: one part, and all that say what a document draws from elsewhere.
LONGEST_PART = 8 * 1024**2
TOO_LARGE = "Unpacked, this document is far larger than any honest one. Save it again, with fewer cells."
MAIN_PART = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
}
# Programs inside a document: macros, controls, and objects of other programs.
MACROS = re.compile(r"macroenabled|vbaproject", re.IGNORECASE)
PROGRAM = re.compile(
    r"vbaproject|activex/|embeddings/.*\.(bin|doc[mb]|dotm|xls[mb]|xltm|p[po]tm)$"
    r"|\.(exe|com|js|jse|vbs|vbe|wsf|bat|cmd|ps1|scr|dll|jar|lnk|hta|msi|sh|py)$",
    re.IGNORECASE,
)
# How programs begin, whatever they are named: of Windows, Linux and Java, and scripts.
BEGINNINGS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"#!")
WITH_PROGRAM = "This document holds macros or a program. Save it without them, or as a PDF."
DAMAGES = (
    *(BadZipFile, LargeZipFile, NotImplementedError, ValueError, EOFError, OSError),
    *(zlib.error, expat.ExpatError),
)
BROKEN = "This document is damaged. Open it in Office, save it again, and add that."


def validate_office(kind: str, content: Content) -> None:
    """One document of its kind, without macros, passwords, programs inside, or content drawn from elsewhere."""
    if content.head.startswith(OLD_OFFICE):
        if content.has(ENCRYPTED_OFFICE):
            raise InvalidContent("This document needs a password. Save it without one, and add that.")
        raise InvalidContent(f"This document has an old Office format. Save it as .{kind}, and add that.")
    if b"%PDF-" in content.head or not content.head.startswith(b"PK\x03\x04"):
        raise InvalidContent(f"This is no .{kind} document, whatever its name says. Save it in that format again.")
    content.file.seek(0)
    try:
        with ZipFile(content.file) as archive:
            _validate_archive(archive, content)
            _validate_parts(archive, kind)
    except DAMAGES as error:
        raise InvalidContent(BROKEN) from error
    except RuntimeError as error:  # how the library says that a part needs a password
        raise InvalidContent("A part of this document needs a password. Save it without one, and add that.") from error


def _validate_archive(archive: ZipFile, content: Content) -> None:
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    many_times = unpacked > HARMLESS_UNPACKED and unpacked > MOST_TIMES * content.size
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED or many_times or packed > content.size:
        raise InvalidContent(TOO_LARGE)
    if any(part.flag_bits & 1 for part in parts):
        raise InvalidContent("A part of this document needs a password. Save it without one, and add that.")
    # Office writes no other kinds, and one of those asks for as much memory as it likes.
    if any(part.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for part in parts):
        raise InvalidContent(BROKEN)
    # To Office, names that differ in capitals alone are one name.
    names = [part.filename.lower() for part in parts]
    if len(names) != len(set(names)) or any(_leads_out(name) for name in names):
        raise InvalidContent(BROKEN)
    if archive.comment or min((part.header_offset for part in parts), default=1):
        raise InvalidContent(
            "This file is two things at once: something else is hidden in it. Save the document again."
        )


def _leads_out(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ".." in name.split("/") or ":" in name


def _validate_parts(archive: ZipFile, kind: str) -> None:
    types = {each.get("ContentType", "") for each in _elements(archive, "[Content_Types].xml", {"Override", "Default"})}
    names = archive.namelist()
    if any(MACROS.search(each) for each in types) or any(PROGRAM.search(name) for name in names):
        raise InvalidContent(WITH_PROGRAM)
    if any(_begins_as_program(archive, part) for part in archive.infolist()):
        raise InvalidContent(WITH_PROGRAM)
    if MAIN_PART[kind] not in types:
        raise InvalidContent(f"This is no .{kind} document, whatever its name says. Save it in that format again.")
    relations = [part for part in archive.infolist() if part.filename.lower().endswith(".rels")]
    if sum(part.file_size for part in relations) > LONGEST_PART:
        raise InvalidContent(TOO_LARGE)
    for part in relations:
        _refuse_outside(archive, part)


def _begins_as_program(archive: ZipFile, part: ZipInfo) -> bool:
    with archive.open(part) as file:
        return file.read(4).startswith(BEGINNINGS)


def _refuse_outside(archive: ZipFile, part: ZipInfo) -> None:
    """Macros under any name, and what is drawn from elsewhere at opening; a link that somebody must click is not."""
    for each in _elements(archive, part.filename, {"Relationship"}):
        kind = each.get("Type", "").rpartition("/")[2]
        if MACROS.search(kind):
            raise InvalidContent(WITH_PROGRAM)
        if each.get("TargetMode") == "External" and kind != "hyperlink":
            words = "This document draws content from elsewhere when it is opened"
            raise InvalidContent(f"{words} ({kind or 'a part without a kind'}). Break its links, or save it as a PDF.")


def _elements(archive: ZipFile, name: str, wanted: set[str]) -> list[dict[str, Any]]:
    """The attributes of the elements of these names in a part; it is read only up to an honest length."""
    with archive.open(name) if name in archive.namelist() else _missing() as file:
        text = file.read(LONGEST_PART + 1)
    if len(text) > LONGEST_PART:
        raise InvalidContent(TOO_LARGE)
    found: list[dict[str, Any]] = []

    def begin(element: str, attributes: dict[str, Any]) -> None:
        if element.rpartition(":")[2] in wanted:
            found.append(attributes)

    parser = careful_parser(begin, BROKEN)
    parser.Parse(text, True)  # expat knows it by its place alone
    return found


def _missing() -> Any:
    raise InvalidContent(BROKEN)
