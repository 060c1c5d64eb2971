"""An export that comes back from a spreadsheet: its rows, by the keys of the columns that it was exported with."""

from collections.abc import Collection, Sequence

from authorizations.exchange.agency_lists.columns import plain
from authorizations.exchange.agency_lists.sheets import sheets_of
from authorizations.exchange.imports.feed_file import Unreadable
from authorizations.exchange.workbook import SheetCell
from authorizations.tables.columns import Column

# Somebody may have written a title or remarks above the headings.
SEARCHED_ROWS = 25


def returned_rows(
    content: bytes, columns: Sequence[Column], *, needed: Collection[str], refusal: str
) -> list[tuple[int, dict[str, SheetCell]]]:
    """Each row below the headings: its number in the file, and its known cells by the key of their column.

    Raises Unreadable: no sheet, or with ``refusal`` where none has all ``needed`` columns.
    """
    keys = {plain(column.label): column.key for column in columns}
    for sheet in sheets_of(content):
        for heading in sorted(sheet.rows)[:SEARCHED_ROWS]:
            found = {place: keys.get(plain(cell.value)) for place, cell in sheet.rows[heading].items()}
            if not set(needed) <= set(found.values()):
                continue
            return [
                (number, {key: cells[place] for place, key in found.items() if key and place in cells})
                for number, cells in sorted(sheet.rows.items())
                if number > heading
            ]
    raise Unreadable(refusal)
