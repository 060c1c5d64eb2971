"""Tables as files have them: with the ids of their records, and a table that says what their columns mean."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from accounts.fields import ALPHABET, LENGTH
from authorizations.tables.columns import Column, ColumnKind, Link, Plain, Row, Table, Value

# A record's id in the address of its page.
ID = re.compile(rf"/([{ALPHABET}]{{{LENGTH}}})(?=/|$)")
ALPHABETIC = frozenset(ALPHABET)
# Record types that are an offering, or are about one.
ABOUT_AN_OFFERING = {"offering", "case", "ato"}
FEDRAMP_ID = Column("fedramp_id", "FedRAMP id", "The offering’s id in the Marketplace, where it has one.")
HOLDS = {ColumnKind.MOMENT: "time"}
DICTIONARY = (
    Column("table", "Table", "The title of a table."),
    Column("column", "Column", "The heading of a column."),
    Column("key", "Key", "Its name in JSON."),
    Column("holds", "Holds", "What its cells hold: text, number, day, time or flag."),
    Column("meaning", "What it means", "Its content, and by which rule."),
)


def in_files(table: Table) -> Table:
    """The table as files have it: the ids of the records that its cells lead to come last, in columns of their own."""
    known = {column.key for column in table.columns}
    found: dict[str, tuple[Column, Callable[[Value], Plain], int]] = {}
    for place, column in enumerate(table.columns):
        for more, value in _more(column):
            if more.key not in known:
                found.setdefault(more.key, (more, value, place))
    if not found:
        return table

    def rows() -> Iterable[Row]:
        values = [(value, place) for _, value, place in found.values()]
        return ([*row, *(value(row[place]) for value, place in values)] for row in table.rows())

    return replace(table, columns=(*table.columns, *(column for column, *_ in found.values())), rows=rows)


def _more(column: Column) -> Iterator[tuple[Column, Callable[[Value], Plain]]]:
    if column.of:
        words = column.of.replace("_", " ").capitalize().replace("Ato", "ATO")
        meaning = f"The portal’s id of the record that “{column.label}” leads to. It never changes."
        yield Column(f"{column.of}_id", f"{words} id", meaning), _record_id
    if column.of in ABOUT_AN_OFFERING:
        yield FEDRAMP_ID, _fedramp_id


def _record_id(value: Value) -> Plain:
    if not isinstance(value, Link):
        return None
    # Most addresses end with the id: to cut it out takes less time than to look for it.
    before, own, after = value.url[: -LENGTH - 1], value.url[-LENGTH - 1 : -1], value.url[-1:]
    if after == "/" and before.endswith("/") and ALPHABETIC.issuperset(own):
        return own
    found = ID.findall(value.url)
    return found[-1] if found else None


def _fedramp_id(value: Value) -> Plain:
    return value.fedramp_id if isinstance(value, Link) else None


def dictionary(tables: Iterable[Table]) -> Table:
    """What each column of some tables holds and means, one row a column."""

    def rows() -> Iterable[Row]:
        for table in map(in_files, tables):
            for column in table.columns:
                holds = HOLDS.get(column.kind, str(column.kind))
                yield table.title, column.label, column.key, holds, column.meaning

    return Table("columns", "Columns", DICTIONARY, rows)
