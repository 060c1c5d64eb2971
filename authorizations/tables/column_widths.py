"""How wide texts are in charts and on paper, and columns of printed tables: rather too wide, whichever font shows them.

The widths of columns are computed from their texts, so that a PDF need not try each cell twice.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from authorizations.tables.columns import Column, ColumnKind, Row, Table
from authorizations.tables.html import cell_text

# The widths of characters as parts of the font's size, by a wide font (DejaVu Sans).
NARROW, WIDE = frozenset("ijlIJ.,:;'|!()[]/-tfr "), frozenset("mwMWQO@%&–—…")
# How much wider bold letters are.
BOLD = 1.1
# A line of a table on letter paper, upright and lengthwise, in sizes of its font; what is computed is on the safe side.
UPRIGHT, LENGTHWISE = 70, 94
# What a text may ask for, longer ones being read in several lines; and a word, longer ones being broken.
MOST, MOST_OF_A_WORD = 26, 13
# What it may take where there is room: reasons are read, names and days are found.
ROOMY = 64
# Of fewer texts, the longest counts.
FEW = 20
# The room between two columns; a number, which ends at its right edge, is kept further from what follows.
BETWEEN, AFTER_A_NUMBER = 0.8, 2.2
# What asks for less than such a part of a line is not stretched; and how wide on paper what is computed really is.
HALF, TRUE = 0.55, 0.91
# Rows that are looked at, from all over the table.
LOOKED_AT = 400


def width(text: str, size: float = 1) -> float:
    """About how wide a text is, in the unit of the font's size."""
    return sum(_part(letter) for letter in text) * size


def _part(letter: str) -> float:
    if letter in NARROW:
        return 0.42
    if letter in WIDE or ord(letter) > 0x2E7F:
        return 1.05
    return 0.78 if letter.isupper() else 0.64


class _Asked(NamedTuple):
    """What a column needs and what it wishes for, in sizes of the font; what is whole has no place to break a line."""

    need: float
    preferred: float
    roomy: float
    is_whole: bool


class Widths(NamedTuple):
    """How a table is printed.

    Attributes:
        columns: the share of each printed column, in hundredths.
        is_wide: whether the paper lies lengthwise.
        narrow: how wide it is, in sizes of its font, where a part of the line will do: the eye need not leap from a
            name to its number.
    """

    columns: list[float]
    is_wide: bool
    narrow: float | None = None


def widths(table: Table, printed: Sequence[Row]) -> Widths:
    """How wide a table is printed: as wide as the texts of these rows ask for, so that the eye need not leap."""
    columns = table.shown_columns
    rows = printed[:: max(1, len(printed) // LOOKED_AT)]
    asked = [_asked(column, place, rows) for place, column in columns]
    if any(column.sums for _, column in columns):
        # What heads the sums stands in one line, and none of them is broken: it may be longer than any number above it.
        asked[0] = _at_least(asked[0], width("All together") * BOLD + BETWEEN)
        for place, (_, column) in enumerate(columns):
            if column.key in table.sums:
                longest = width(cell_text(table.sums[column.key])) * BOLD
                asked[place] = _at_least(asked[place], longest + AFTER_A_NUMBER)
    preferred_total = sum(each.preferred for each in asked)
    is_wide = preferred_total > UPRIGHT and len(asked) > 4
    line = LENGTHWISE if is_wide else UPRIGHT
    is_narrow = preferred_total < line * HALF
    parts = _parts(asked, line * HALF if is_narrow else line)
    narrow = round(sum(parts) * TRUE, 1) if is_narrow else None
    return Widths(_hundredths(parts), is_wide, narrow)


def _at_least(asked: _Asked, room: float) -> _Asked:
    return _Asked(max(asked.need, room), max(asked.preferred, room), max(asked.roomy, room), asked.is_whole)


def _parts(asked: Sequence[_Asked], line: float) -> list[float]:
    least, roomy = sum(each.need for each in asked), sum(each.roomy for each in asked)
    if roomy <= line or roomy == least:
        return [each.roomy for each in asked]
    if least > line:
        # Words are broken before numbers and days are.
        whole = sum(each.need for each in asked if each.is_whole)
        share = max(0.0, line - whole) / (least - whole) if least > whole else 1
        return [each.need if each.is_whole else each.need * share for each in asked]
    # Nobody gets less than the longest word needs; the rest goes to those who wish for more.
    rest = (line - least) / (roomy - least)
    return [each.need + (each.roomy - each.need) * rest for each in asked]


def _asked(column: Column, place: int, rows: Sequence[Row]) -> _Asked:
    texts = {cell_text(row[place]) for row in rows}
    whole = column.kind in {ColumnKind.DAY, ColumnKind.NUMBER, ColumnKind.FLAG}
    lengths = sorted(map(width, texts)) or [0.0]
    words = lengths[-1] if whole else max((width(word) for word in _words(texts)), default=0)
    head = max(width(word) * BOLD for word in column.label.split())
    between = AFTER_A_NUMBER if column.kind == ColumnKind.NUMBER else BETWEEN
    need = max(min(words, MOST_OF_A_WORD), head) + between
    # Few texts are much longer than the others: they are read in several lines.
    usual = lengths[max(0, int(len(lengths) * 0.9) - 1)]
    # One reason among dashes is read as well.
    longest = lengths[-1] if len(lengths) < FEW else lengths[int(len(lengths) * 0.95)]
    preferred, roomy = max(need, min(usual, MOST) + between), max(need, min(longest, ROOMY) + between)
    # A heading stands in one line where there is room.
    roomy = max(roomy, min(width(column.label) * BOLD, MOST_OF_A_WORD) + between)
    return _Asked(need, preferred, roomy, whole)


def _words(texts: Iterable[str]) -> Iterable[str]:
    return (word for text in texts for word in text.replace("-", "- ").replace("/", "/ ").split())


def _hundredths(parts: Sequence[float]) -> list[float]:
    """Hundredths of the line, a little less than all of it together."""
    whole = sum(parts)
    return [int(part * 1_000 / whole) / 10 for part in parts]
