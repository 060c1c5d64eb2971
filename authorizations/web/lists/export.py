"""A list as a file: the rows of its page, in the same order, all of them."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from tempfile import TemporaryFile
from typing import Any

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from authorizations.actions.audit_log.security_events import note
from authorizations.actions.refusals import Malformed, refuse_repeated, refuse_unknown
from authorizations.lifecycle.problems import Problem
from authorizations.presenters.provenance import headers_of, with_provenance
from authorizations.reports.rendering.formats import FORMATS
from authorizations.tables.columns import Column, Record, Row, Table, rows_of
from authorizations.tables.contents import Contents, ReportSpec
from authorizations.tables.csv_and_json import csv_of, encoded, json_of, records_of
from authorizations.web.answers import base_of
from authorizations.web.lists.computed import ComputedState
from authorizations.web.lists.listing import Listing, ListState
from authorizations.web.lists.narrowing import MOST_VALUES
from authorizations.web.page_access import person

# Values of filters are ids and words of ours; what else is in an address is not kept whole.
LONGEST_FILTER = 40
# JSON that also says what was asked for and what the columns mean; without being asked for it, a file is an array of
# rows, which programs for tables read as it is.
WHOLE = "whole.json"


def export_list(request: HttpRequest, listing: Listing, suffix: str) -> HttpResponseBase:
    """The same rows in the same order as a file, all pages of it; CSV and JSON are streamed."""
    return export_state(ListState(listing, person(request), request.GET), suffix, base_of(request))


def refuse_unread(state: ListState) -> None:
    """Refuses what a page passes over: it shows what it did, but nobody sees from a file that other rows are in it.

    Raises:
        Malformed: with each name and value.
    """
    refuse_unknown(state.query, {*state.known, "shape"})
    filters = {facet.key for facet in state.listing.facets} | {each.key for each in state.listing.narrowings}
    refuse_repeated(state.query, *filters)
    found = [
        (facet.key, f"choose one of {', '.join(facet.means or facet.words)}.")
        for facet in state.listing.facets
        if not all(map(facet.knows, state.chosen[facet.key]))
    ]
    found += [
        (each.key, each.must_be)
        for each, values in state.narrowed.items()
        if each.must_be and not all(map(each.reads, values))
    ]
    # The others would be passed over.
    many = sorted(key for key in filters if len(state.query.getlist(key)) > MOST_VALUES)
    found += [(key, f"give at most {MOST_VALUES} values.") for key in many]
    if (sort := state.query.get("sort", "")) and sort.removeprefix("-") not in state.sortable:
        found.append(("sort", f"choose one of {', '.join(state.sortable)}, with a minus before it for downwards."))
    if state.query.get("shape", "whole") != "whole":
        found.append(("shape", "say whole, or leave it out."))
    if found:
        raise Malformed([Problem("shape", f"{name}: {words}", name) for name, words in found])


def export_state(state: ListState, suffix: str, base: str) -> HttpResponseBase:
    """The rows of a list that was asked for already; ``base``: the address at which the portal is reached.

    Raises:
        Malformed: the address says what the list does not know.
    """
    refuse_unread(state)
    now = timezone.now()
    note("list.exported", actor=state.user, now=now, details={**_export_details(state), "format": suffix})
    spec = ReportSpec(state.user, now, marking=settings.REPORT_MARKING, base=base)
    suffix = WHOLE if suffix == "json" and state.query.get("shape") == "whole" else suffix
    response = table_file(state.listing.name, _table(state), spec, suffix, lambda table: _contents(state, table))
    query = {key: values for key, values in state.query.lists() if key != "shape"} | {"shape": ["whole"]}
    whole = f"{reverse(state.listing.export_name('json'))}?{urlencode(query, doseq=True)}"
    for name, value in headers_of(spec, whole).items():
        response.headers[name] = value
    return response


def table_file(
    name: str, table: Table, spec: ReportSpec, suffix: str, contents: Callable[[Table], Contents]
) -> HttpResponseBase:
    """A table as a file of this name; CSV and JSON are streamed. ``contents``: what some formats say around it."""
    response: HttpResponseBase
    if suffix == "xlsx":
        from authorizations.tables.xlsx import workbook_of  # loading openpyxl takes a tenth of the portal's start

        file = TemporaryFile()  # noqa: SIM115  # the answer closes it
        workbook_of(with_provenance(contents(table), spec), spec, file)
        file.seek(0)
        response = FileResponse(file)
    elif suffix == WHOLE:
        response = StreamingHttpResponse(encoded(json_of(name, with_provenance(contents(table), spec), spec)))
    else:
        response = StreamingHttpResponse(encoded((records_of if suffix == "json" else csv_of)(table)))
    suffix = suffix.removeprefix("whole.")
    response["Content-Type"] = FORMATS[suffix].content_type
    response["Content-Disposition"] = f'attachment; filename="{name}-{spec.today:%Y-%m-%d}.{suffix}"'
    return response


def csv_response(name: str, headings: Iterable[str], rows: Iterable[Row]) -> HttpResponse:
    """A short table that is no list of its own, as a CSV file of this name."""
    columns = tuple(Column(heading, heading) for heading in headings)
    pieces = csv_of(Table(name, name, columns, lambda: rows))
    response = HttpResponse(encoded(pieces), content_type=FORMATS["csv"].content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _export_details(state: ListState) -> dict[str, Any]:
    """Which rows an export holds, for the audit log: the filters by their values, and that words were searched for."""
    chosen = {narrowing.key: values for narrowing, values in state.narrowed.items()} | state.chosen
    filters = {key: [value[:LONGEST_FILTER] for value in values] for key, values in chosen.items() if values}
    return {
        "list": state.listing.name,
        **({"filters": filters} if filters else {}),
        **({"searched": True} if state.text else {}),
    }


def _table(state: ListState) -> Table:
    columns = state.listing.columns + state.listing.more_in_files
    records = partial(_records, state, columns)
    return Table(state.listing.name, state.listing.title, columns, lambda: rows_of(columns, records()))


def _records(state: ListState, columns: Sequence[Column]) -> Iterable[Record]:
    if isinstance(state, ComputedState):
        return state.all_records()
    return state.listing.records(state.user, columns, state.listing.with_columns(state.ordered))


def _sentence(state: ListState) -> str:
    if isinstance(state, ComputedState):
        return state.sentence
    return state.listing.sentence(state.matching, state.matching.order_by().count())


def _contents(state: ListState, table: Table) -> Contents:
    given = dict.fromkeys(words for words, _ in state.active)
    return Contents(state.listing.title, (table,), (_sentence(state), *given))
