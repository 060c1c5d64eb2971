"""Files that are no workbook, or one made to harm: each is refused in a sentence, and none is unpacked far."""

import io
import struct
import zipfile
from typing import Any

import pytest

from authorizations.exchange import workbook as opening
from authorizations.exchange.imports.feed_file import Unreadable
from tests.exchange.workbooks import PLAIN, read, repacked, workbook

pytestmark = pytest.mark.sqlite

PLAN = "xl/worksheets/sheet3.xml"
NAMESPACE = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
DAMAGED = "is damaged"


@pytest.fixture(scope="module")
def content() -> bytes:
    return workbook()


def refusal(content: bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        read(content)
    return refused.value.sentence


def archive(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for name, part in parts.items():
            target.writestr(name, part)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "no Excel workbook"),
        (b"Task #,Task\n1,Write", "no Excel workbook"),
        (b"%PDF-1.7 ...", "no Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old format or protected by a password"),
        (archive({"word/document.xml": b"<w/>", "[Content_Types].xml": b"<Types/>"}), "no Excel workbook"),
        (archive({"readme.txt": b"Hello"}), "no Excel workbook"),
        (archive({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}), DAMAGED),
        (b"PK\x03\x04" + b"\0" * 200, DAMAGED),
    ],
)
def test_a_file_of_another_type_is_refused(content: bytes, sentence: str) -> None:
    assert sentence in refusal(content)


@pytest.mark.parametrize(
    ("part", "word"),
    [
        ("xl/vbaProject.bin", "macros"),
        ("xl/externalLinks/externalLink1.xml", "other workbooks"),
        ("xl/connections.xml", "data from elsewhere"),
        ("xl/embeddings/oleObject1.bin", "other files"),
        ("xl/activeX/activeX1.bin", "controls that run code"),
        ("XL/VBAPROJECT.BIN", "macros"),
    ],
)
def test_what_acts_when_a_workbook_is_opened_is_refused_by_name(content: bytes, part: str, word: str) -> None:
    assert word in refusal(repacked(content, {part: b"anything"}))


@pytest.mark.parametrize("packing", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_parts_that_are_packed_as_no_program_does_are_never_unpacked(
    content: bytes, packing: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(file, "w", packing) as target:
        for part in source.namelist():
            target.writestr(part, source.read(part))
    for way in ("open", "read"):
        monkeypatch.setattr(zipfile.ZipFile, way, lambda *_: pytest.fail("something was unpacked"))
    assert DAMAGED in refusal(file.getvalue())


def test_a_file_larger_than_a_plan_is_not_even_opened(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "MOST_BYTES", len(content))
    assert read(content).rows
    assert "larger than" in refusal(content + b"\0")


@pytest.mark.parametrize(
    "parts",
    [
        {PLAN: b"<worksheet>" + b" " * (opening.OF_A_PLAN.largest_xml + 1)},
        {"xl/media/picture.png": b"\0" * (opening.OF_A_PLAN.largest_part + 1)},
        {f"xl/media/picture{number}.png": b"\0" * opening.OF_A_PLAN.largest_part for number in range(5)},
        {f"xl/nothing{number}": b"" for number in range(opening.MOST_PARTS + 1)},
    ],
    ids=["a sheet", "a picture", "all of it", "its parts"],
)
def test_what_would_unpack_to_far_more_is_refused_before_anything_is_unpacked(
    content: bytes, parts: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = repacked(content, parts)
    assert len(bomb) < opening.MOST_BYTES
    for way in ("open", "read"):
        monkeypatch.setattr(zipfile.ZipFile, way, lambda *_: pytest.fail("something was unpacked"))
    assert "unpacks to far more" in refusal(bomb)


def test_what_would_take_long_to_understand_is_refused(content: bytes) -> None:
    for part in (PLAN, "xl/styles.xml"):
        assert "unpacks to far more" in refusal(
            repacked(content, {part: sheet_of(b"<c/>" * opening.OF_A_PLAN.most_tags)})
        )


def test_a_part_that_lies_about_its_size_is_damaged(content: bytes) -> None:
    bomb = bytearray(repacked(content, {PLAN: b"<worksheet>" + b" " * (opening.OF_A_PLAN.largest_xml + 1)}))
    real = struct.pack("<L", opening.OF_A_PLAN.largest_xml + 12)
    assert bomb.count(real) == 2
    assert DAMAGED in refusal(bytes(bomb.replace(real, struct.pack("<L", 100))))


def test_a_part_that_is_there_twice_is_damaged(content: bytes) -> None:
    file = io.BytesIO(content)
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(file, "a") as target:
        target.writestr(PLAN, b"<worksheet/>")
    assert DAMAGED in refusal(file.getvalue())


def test_a_part_behind_a_password_is_refused(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        first = source.infolist()[0]
    locked = bytearray(content)
    locked[first.header_offset + 6] |= 1
    directory = content.index(b"PK\x01\x02")
    locked[directory + 8] |= 1
    assert "protected by a password" in refusal(bytes(locked))


def sheet_of(rows: bytes, beside: bytes = b"") -> bytes:
    return b"<worksheet " + NAMESPACE + b">" + beside + b"<sheetData>" + rows + b"</sheetData></worksheet>"


def test_entities_are_not_expanded(content: bytes) -> None:
    lol = b'<!DOCTYPE w [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    row = b'<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row>'
    for part in (PLAN, "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"):
        assert DAMAGED in refusal(repacked(content, {part: lol + sheet_of(row)})), part


def test_what_a_sheet_says_of_its_own_size_is_not_believed(content: bytes) -> None:
    def stretched(name: str, part: bytes) -> bytes:
        return part.replace(b'<dimension ref="A1:F17"', b'<dimension ref="A1:XFD1048576"') if name == PLAN else part

    def shrunk(name: str, part: bytes) -> bytes:
        return part.replace(b'<dimension ref="A1:F17"', b'<dimension ref="A1:F3"') if name == PLAN else part

    honest = read(content).rows
    for change in (stretched, shrunk):
        changed = repacked(content, change=change)
        assert changed != content
        assert read(changed).rows == honest


def test_rows_without_end_are_refused(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    # A million steps take a second.
    monkeypatch.setattr(opening, "LAST_ROW", 2_000)
    far = b'<row r="99999999999"><c r="A5"><v>1</v></c></row>'
    assert DAMAGED in refusal(repacked(content, {PLAN: sheet_of(far)}))
    many = b"".join(b'<row><c t="n"><v>%d</v></c></row>' % number for number in range(opening.OF_A_PLAN.most_rows + 1))
    assert f"more than {opening.OF_A_PLAN.most_rows} rows" in refusal(repacked(content, {PLAN: sheet_of(many)}))


def test_a_million_rows_are_refused_by_their_size(content: bytes) -> None:
    assert "unpacks to far more" in refusal(repacked(content, {PLAN: sheet_of(b"<row/>" * 1_000_000)}))


def test_rows_with_nothing_in_them_are_no_harm(content: bytes) -> None:
    def padded(name: str, part: bytes) -> bytes:
        return part.replace(b"</sheetData>", b'<row r="20000"/></sheetData>') if name == PLAN else part

    assert read(repacked(content, change=padded)).rows == read(content).rows


@pytest.mark.parametrize(
    "row",
    [
        b'<row r="1"><c r="A1" t="s"><v>99999</v></c></row>',
        b'<row r="1"><c r="A1" t="s"><v>-1e400</v></c></row>',
        b'<row r="1"><c r="A1"><v>' + b"9" * 5_000 + b"</v></c></row>",
        b'<row r="x"><c r="A1"><v>1</v></c></row>',
        b'<row r="1"><c r="ZZZZZ9"><v>1</v></c></row>',
        b'<row r="1"><c r="A1" s="99999"><v>1</v></c></row>',
        b'<row r="1"><c r="A1"',
        b'<row r="1"></c></row>',
    ],
)
def test_cells_that_make_no_sense_never_break_the_reader(content: bytes, row: bytes) -> None:
    assert refusal(repacked(content, {PLAN: sheet_of(row)}))


def test_merged_cells_that_make_no_sense_are_damage(content: bytes) -> None:
    def odd(name: str, part: bytes) -> bytes:
        return part.replace(b'ref="B2:C2"', b'ref="B2:??"') if name == PLAN else part

    assert DAMAGED in refusal(repacked(content, change=odd))


def test_a_hidden_letter_or_a_nul_does_not_come_in() -> None:
    def odd(book: Any) -> None:
        book[PLAIN]["B7"] = "Write\u202e the\u200b SSP"

    assert "Write the SSP" in {row.title for row in read(workbook(also=odd)).rows}
