"""How wide the columns of a printed table are: reckoned from its texts, so that a PDF need not try each cell twice."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from authorizations.reports.base import Column, Kind, Row, Table
from authorizations.reports.html import cell_text
from authorizations.reports.measure import BOLD, width

# A line of a table on letter paper, upright and lengthwise, in sizes of its font; what is reckoned is on the safe side.
UPRIGHT, LENGTHWISE = 70, 94
# What a text may ask for, longer ones being read in several lines; and a word, longer ones being broken.
MOST, MOST_OF_A_WORD = 26, 13
# The room between two columns.
BETWEEN = 0.8
# The share of a line that a narrow table takes.
HALF = 0.55
# Rows that are looked at, from all over the table.
LOOKED_AT = 400


def shown_columns(table: Table) -> list[tuple[int, Column]]:
    """The columns that are printed, with their places: that of the groups heads those instead."""
    return [(place, column) for place, column in enumerate(table.columns) if column.key != table.group]


class Widths(NamedTuple):
    """The share of each printed column, in hundredths; whether half a line will do, and whether it lies lengthwise."""

    columns: list[float]
    is_narrow: bool
    is_wide: bool


def widths(table: Table, printed: Sequence[Row]) -> Widths:
    """How wide a table is printed: as wide as the texts of these rows ask for, so that the eye need not leap."""
    columns = shown_columns(table)
    rows = printed[:: max(1, len(printed) // LOOKED_AT)]
    asked = [_asked(column, place, rows) for place, column in columns]
    is_wide = sum(wish for _, wish in asked) > UPRIGHT and len(asked) > 4
    line = LENGTHWISE if is_wide else UPRIGHT
    least, wished = sum(need for need, _ in asked), sum(wish for _, wish in asked)
    if wished <= line or wished == least:
        parts = [wish for _, wish in asked]
    else:
        # Nobody gets less than the longest word needs, as far as that goes; the rest goes to those who wish for more.
        rest = max(0.0, line - least) / (wished - least)
        parts = [need + (wish - need) * rest for need, wish in asked]
    return Widths(_hundredths(parts), wished < line * HALF, is_wide)


def _asked(column: Column, place: int, rows: Sequence[Row]) -> tuple[float, float]:
    """What a column needs and what it wishes for."""
    texts = {cell_text(row[place]) for row in rows}
    whole = column.kind in {Kind.DAY, Kind.NUMBER, Kind.FLAG}
    lengths = sorted(map(width, texts)) or [0.0]
    words = lengths[-1] if whole else max((width(word) for word in _words(texts)), default=0)
    head = max(width(word) * BOLD for word in column.label.split())
    need = max(min(words, MOST_OF_A_WORD), head) + BETWEEN
    # Few texts are much longer than the others: they are read in several lines.
    usual = lengths[max(0, int(len(lengths) * 0.9) - 1)]
    return need, max(need, min(usual, MOST) + BETWEEN)


def _words(texts: Iterable[str]) -> Iterable[str]:
    return (word for text in texts for word in text.replace("-", "- ").replace("/", "/ ").split())


def _hundredths(parts: Sequence[float]) -> list[float]:
    """Hundredths of the line, a little less than all of it together."""
    whole = sum(parts)
    return [int(part * 1_000 / whole) / 10 for part in parts]
