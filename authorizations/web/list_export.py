"""A list as a CSV file: the rows of its page, in the same order, all of them."""

import csv
import io
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone

from authorizations.actions.security import note
from authorizations.reports.texts import harmless
from authorizations.web.access import person
from authorizations.web.lists import Listing, ListState, needed

CSV_CHUNK = 1000
# Values of filters are ids and words of ours; what else stands in an address is not kept whole.
LONGEST_FILTER = 40


def export_list(request: HttpRequest, listing: Listing, today: date) -> StreamingHttpResponse:
    """The same rows in the same order as a CSV file, streamed; all pages of it."""
    state = ListState(listing, person(request), request.GET)
    note("list.exported", actor=state.user, now=timezone.now(), said=_taken(state))
    response = StreamingHttpResponse(_csv(state), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{listing.name}-{today:%Y-%m-%d}.csv"'
    return response


def _taken(state: ListState) -> dict[str, Any]:
    """Which rows an export holds, for the record: the filters by their values, and that words were searched for."""
    chosen = {narrowing.key: values for narrowing, values in state.narrowed.items()} | state.chosen
    filters = {key: [value[:LONGEST_FILTER] for value in values] for key, values in chosen.items() if values}
    return {
        "list": state.listing.name,
        **({"filters": filters} if filters else {}),
        **({"searched": True} if state.text else {}),
    }


def _csv(state: ListState) -> Iterator[str]:
    columns = state.listing.columns
    page = io.StringIO()
    writer = csv.writer(page)
    # Excel takes the file for UTF-8 only with this mark.
    page.write("\ufeff")
    writer.writerow([column.label for column in columns])
    rows = state.ordered.values(*needed(columns)).iterator(chunk_size=CSV_CHUNK)
    for number, row in enumerate(rows, start=1):
        writer.writerow([harmless(column.cell(row).text) for column in columns])
        if number % CSV_CHUNK == 0:
            yield page.getvalue()
            page.seek(0)
            page.truncate()
    yield page.getvalue()
