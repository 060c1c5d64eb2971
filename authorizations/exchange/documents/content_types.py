"""What a file really is: of each kind that may come in, what its content must look like. Nothing here trusts the name.

Not allowed are archives (nobody can look into them here, and programs travel in them), web pages and pictures that are
programs (HTML, SVG), and the old Office formats, whose macros cannot be told from their text.
"""

import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import SEEK_END
from itertools import chain
from typing import IO, Any
from xml.parsers import expat

import filetype

HEAD, TAIL, PIECE = 4096, 66_000, 1024 * 1024
# What Office files that need a password, and the old ones, are wrapped in (Compound File Binary).
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_OFFICE = "EncryptedPackage".encode("utf-16-le")
END_OF_ZIP = b"PK\x05\x06"
# What makes a browser or a shell run a text, at its beginning.
RUNS = re.compile(rb"(\xef\xbb\xbf)?\s*(<!doctype|<html|<head|<body|<script|<svg|<\?php|<%|#!)", re.IGNORECASE)
WITHIN = re.compile(rb"<script|<html|<\?php|<iframe", re.IGNORECASE)
# A tag is read as a whole, over and over until its end comes.
LONGEST_TAG = 2 * PIECE
# Each element that is open costs memory until it ends; an honest document of any kind nests some dozens.
DEEPEST = 200
CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")


# Of the objects of a PDF that are packed together; its pictures and fonts are not among them.
MOST_PACKED, LONGEST_NAME = 64 * PIECE, 64


def _named(name: str) -> re.Pattern[bytes]:
    """A name of a PDF, each letter of which may be written as # and its number (ISO 32000-1, 7.3.5)."""
    letters = (f"(?:{letter}|#(?i:{ord(letter):02x}))" for letter in name)
    return re.compile(f"/{''.join(letters)}".encode())


OBJECT_STREAM = _named("ObjStm")
NOT_IN_A_PDF = (
    (_named("Encrypt"), "This PDF is protected by a password or restricted. Save it without protection, and add that."),
    (_named("Launch"), "This PDF can start a program. Save the document as a PDF again, without actions."),
    (_named("JavaScript"), "This PDF holds a script. Save or print the document as a PDF again, without scripts."),
)


class InvalidContent(Exception):
    """The file is not taken; ``sentence`` says why and what to do, for the person who chose it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Content:
    """A file in hand: its parts that are looked at first, its size, and itself for anyone who looks further."""

    file: IO[bytes]
    size: int
    head: bytes
    tail: bytes

    @classmethod
    def of(cls, file: IO[bytes]) -> "Content":
        size = file.seek(0, SEEK_END)
        file.seek(max(0, size - TAIL))
        tail = file.read(TAIL)
        file.seek(0)
        head = file.read(HEAD)
        file.seek(0)
        return cls(file, size, head, tail)

    def has(self, mark: bytes) -> bool:
        """Whether a mark stands anywhere in it, also across two pieces that are read."""
        self.file.seek(0)
        last = b""
        while piece := self.file.read(PIECE):
            if mark in last + piece:
                return True
            last = piece[-len(mark) :]
        return False


def validate_pdf(content: Content) -> None:
    """A PDF that begins and ends as one, opens without a password, and starts no program."""
    _refuse_second_nature(content)
    if not content.tail.rstrip(b"\x00\r\n\t ").endswith(b"%%EOF"):
        raise InvalidContent(
            "The end of this PDF is missing, or something follows it. Save the document as a PDF again."
        )
    for text in chain((text for _, text in _windows(content)), _packed_objects(content)):
        for name, sentence in NOT_IN_A_PDF:
            if name.search(text):
                raise InvalidContent(sentence)


def _windows(content: Content) -> Iterator[tuple[int, bytes]]:
    """Where each piece begins, and the piece; each begins with the end of the last, so that no name is cut in two."""
    content.file.seek(0)
    begins, last = 0, b""
    while piece := content.file.read(PIECE):
        yield begins - len(last), last + piece
        begins, last = begins + len(piece), piece[-LONGEST_NAME:]


def _packed_objects(content: Content) -> Iterator[bytes]:
    """What is in object streams (ISO 32000-1, 7.5.7): objects packed together, which a plain look does not see."""
    found = {begins + mark.end() for begins, text in _windows(content) for mark in OBJECT_STREAM.finditer(text)}
    left = MOST_PACKED
    for place in sorted(found):
        content.file.seek(place)
        begins = re.search(rb"stream\r?\n", content.file.read(HEAD))
        if begins is None:
            continue
        content.file.seek(place + begins.end())
        unpacking, unpacked = zlib.decompressobj(), bytearray()
        # What cannot be unpacked to its end can be read by nobody beyond that place.
        with suppress(zlib.error):
            while not unpacking.eof and (piece := content.file.read(HEAD)):
                unpacked += unpacking.decompress(piece, left + 1)
                if len(unpacked) > left:
                    raise InvalidContent("Unpacked, this PDF is far larger than any honest one. Save it again.")
        left -= len(unpacked)
        yield bytes(unpacked)


def validate_picture(end: bytes, padding: bytes, content: Content) -> None:
    """A picture with nothing after its end but what cameras fill a file up with."""
    _refuse_second_nature(content)
    if not content.tail.rstrip(padding).endswith(end):
        raise InvalidContent("The end of this picture is missing, or something follows it. Save the picture again.")


def validate_text(content: Content) -> None:
    """Letters alone, of one of the two alphabets that spreadsheets and editors write."""
    if RUNS.match(content.head):
        raise InvalidContent(
            "This is a web page or a script, whatever its name says. Save the text alone, or as a PDF."
        )
    content.file.seek(0)
    while piece := content.file.read(PIECE):
        if CONTROL.search(piece.decode("latin-1")):
            raise InvalidContent(
                "This is no plain text. Save the document as a PDF, or in the format that its name says."
            )


def validate_json(content: Content) -> None:
    """A text in UTF-8 that begins and ends as JSON does."""
    validate_text(content)
    ends = {b"{": b"}", b"[": b"]"}
    head, tail = content.head.removeprefix(b"\xef\xbb\xbf").strip(), content.tail.strip()
    if ends.get(head[:1]) != tail[-1:]:
        raise InvalidContent("This is no JSON: it does not begin and end with braces or brackets.")


def validate_xml(content: Content) -> None:
    """Well-formed XML without a document type, which could unfold or read other files, and no web page."""
    roots: list[str] = []

    def begin(name: str, _: object) -> None:
        if not roots:
            roots.append(name.rpartition(":")[2].lower())

    parser = careful_parser(begin, "This XML states a document type or entities. Save it without them.")
    content.file.seek(0)
    try:
        while piece := content.file.read(PIECE):
            parser.Parse(piece)
            if content.file.tell() - parser.CurrentByteIndex > LONGEST_TAG:
                raise InvalidContent("A tag of this XML is longer than in any honest one. Save it again.")
        parser.Parse(b"", True)  # expat knows it by its place alone
    except expat.ExpatError as error:
        raise InvalidContent(f"This is no valid XML: line {error.lineno} cannot be read.") from error
    if roots[0] in {"html", "svg", "stylesheet", "transform"}:
        raise InvalidContent("This is a web page or a program in XML. Save the document as a PDF.")


def careful_parser(begin: Callable[[str, Any], None], no_types: str) -> expat.XMLParserType:
    """A parser that calls ``begin`` for each element, and refuses what unfolds, reads other files, or nests endlessly.

    no_types: what is said of a document type or entities.
    """
    parser, depth = expat.ParserCreate(), 0

    def enter(name: str, attributes: Any) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise InvalidContent("Parts of this file are nested deeper than in any honest one. Save it again.")
        begin(name, attributes)

    def leave(_: str) -> None:
        nonlocal depth
        depth -= 1

    def refuse(*_: object) -> None:
        raise InvalidContent(no_types)

    parser.StartElementHandler, parser.EndElementHandler = enter, leave
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    return parser


def _refuse_second_nature(content: Content) -> None:
    """A file that is two things at once shows one to who checks it, and the other to who opens it."""
    if END_OF_ZIP in content.tail or WITHIN.search(content.head[:1024]):
        raise InvalidContent(
            "This file is two things at once: something else is hidden in it. Save the document again."
        )


def begins_as(mime: str, content: Content) -> bool:
    """Whether a content begins as one of this kind does, and not somewhere after its beginning."""
    found = filetype.guess(content.head)
    return found is not None and found.mime == mime


def what_it_is(content: Content) -> str:
    """What a content is, as far as its first bytes say, to be said to anyone who chose it."""
    if content.head.startswith(OLD_OFFICE):
        return "a document of an old Office format, or one with a password"
    found = filetype.guess(content.head)
    if found is None:
        return "a file of another kind"
    return PROGRAMS.get(found.extension, f"a file of the kind “{found.extension}”")


PROGRAMS = {"exe": "a program for Windows", "elf": "a program for Linux", "dex": "a program for Android"}
