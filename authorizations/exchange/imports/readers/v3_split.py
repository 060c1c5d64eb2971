"""The feeds of 2026 that hold one table each (v3), and the changes of status in their two shapes.

Shapes: `metadata.export_timestamp`, `metadata.total_entries` and `data.<table>`; a table with fewer records than its
total is an excerpt. The first shape of the changes is `products`, a record of `statuses` by offering.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from authorizations.actions.imports.proposal import RowIssue
from authorizations.exchange.imports.cells import FeedCells, FeedDay
from authorizations.exchange.imports.feed_rows import (
    AGENCIES,
    ASSESSORS,
    CHANGES,
    CLIENTS,
    FUNCTIONS,
    ID,
    INITIAL,
    NAME,
    OVERVIEWS,
    PRODUCTS,
    REUSE,
    SERVICES,
    SHORT,
    FeedAgencyRow,
    FeedAssessorRow,
    FeedAtoRow,
    FeedChangeRow,
    FeedDetailRow,
    FeedTable,
    assessor_named,
    plain_assessor,
    read_table,
)
from authorizations.exchange.imports.readers import cso_package
from authorizations.exchange.imports.readers.common import with_dates_noted
from authorizations.exchange.imports.readers.v3_products import read_products
from authorizations.exchange.imports.readers.words import KNOWN_FIELDS, STEP_FIELDS

# On this day every ATO was moved to another system: as a day of logging it says nothing.
MIGRATED = date(2026, 5, 5)


def lists(content: Any) -> Mapping[str, Any]:
    return content["data"]  # type: ignore[no-any-return]


def read(content: Any, today: date, issues: list[RowIssue]) -> dict[str, FeedTable]:
    total = content["metadata"].get("total_entries")
    tables: dict[str, FeedTable] = {}
    for name, records in content["data"].items():
        for table, found in _read_one(name, records, today, issues).items():
            found.is_whole = found.is_whole and total == len(records)
            tables[table] = found
    return tables


def _read_one(name: str, records: list[Any], today: date, issues: list[RowIssue]) -> dict[str, FeedTable]:
    if name == "products":
        return {PRODUCTS: read_products(records, today, issues)}
    if name == "atos":
        is_reuse = [isinstance(each, Mapping) and each.get("is_reuse") is True for each in records]
        pairs = list(zip(records, is_reuse, strict=True))
        found = {INITIAL: [each for each, reuse in pairs if not reuse], REUSE: [each for each, reuse in pairs if reuse]}
        fields = KNOWN_FIELDS["v3 atos"]
        return {
            table: read_table(table, rows, fields, _read_ato, today=today, issues=issues, id_field="product_id")
            for table, rows in found.items()
        }
    if name not in READERS:
        sentence = "Nothing of this table is kept here; all rows were set aside."
        issues.append(RowIssue(name[:40], "", "", "", "not_kept", sentence))
        return {name[:40]: FeedTable(records=len(records), set_aside=len(records), is_whole=False)}
    table, id_field, reader = READERS[name]
    known = KNOWN_FIELDS[f"v3 {name}"]
    found_table = read_table(table, records, known, reader, today=today, issues=issues, id_field=id_field)
    # What firms publish of themselves is no list of all firms.
    found_table.is_whole = name != "mkt-ias-web"
    return {table: found_table}


def read_changes(content: Any, today: date, issues: list[RowIssue]) -> dict[str, FeedTable]:
    """The changes by offering: each a row of its own."""
    rows = [row for product, record in content["products"].items() for row in _statuses(product, record)]
    known = KNOWN_FIELDS["v3 certprocessstatuschangelog"]
    table = read_table(CHANGES, rows, known, _change, today=today, issues=issues, id_field="product_id")
    return {CHANGES: table}


def _statuses(product: str, record: Any) -> list[Any]:
    statuses = record.get("statuses") if isinstance(record, Mapping) else None
    if not isinstance(statuses, list):
        return [record]
    return [
        {"product_id": product, "to_status": each.get("status_name"), "transition_date": each.get("start_date")}
        if isinstance(each, Mapping)
        else each
        for each in statuses
    ]


def _read_agency(cells: FeedCells) -> FeedAgencyRow | None:
    parent, sub = cells.text("parent_agency_name", NAME), cells.text("sub_agency_name", NAME)
    if not (parent or sub):
        cells.issue("parent_agency_name", "blank", "The agency has no name; the row was set aside.")
        return None
    website, email = cells.text("website", NAME), cells.text("email", SHORT)
    return FeedAgencyRow(id=cells.key("id", ID), parent=parent, sub=sub, website=website or None, email=email or None)


def _read_assessor(cells: FeedCells) -> FeedAssessorRow | None:
    name_field = "name" if "name" in cells.row else "assessorName"
    published = cells.text(name_field, NAME)
    name, remark = plain_assessor(published)
    if not name:
        cells.issue(name_field, "blank", "The assessor has no name; the row was set aside.")
        return None
    days = (cells.date(each) for each in ("a2la_accreditation_date", "a2laAccreditationDate"))
    return FeedAssessorRow(
        id=cells.key("id", ID) or cells.key("a2laId", ID),
        name=name,
        as_published=assessor_named(published)[1],
        in_remediation=remark or cells.row.get("in_remediation") is True,
        email=cells.text("email", SHORT) or None,
        accredited=next((day for day in days if day.on), FeedDay(readable=False)),
    )


def _read_ato(cells: FeedCells) -> FeedAtoRow:
    logged, official = cells.date("log_date"), cells.text("authorizing_official", 200)
    row = FeedAtoRow(
        product=cells.key("product_id"),
        agency_id=cells.key("agency_id", ID),
        parent="",
        sub_id="",
        sub="",
        signed=cells.date("ato_date"),
        logged=FeedDay(readable=False) if logged.on in {None, MIGRATED} else logged,
        expires=cells.date("exp_date"),
        uuid=cells.text("uuid", 40),
        official="" if official.upper().startswith("N/A") else official,
        is_active=cells.row.get("is_active") is not False,
        ended=cells.date("termination_date"),
        ended_why=cells.text("termination_reason", 250),
    )
    return with_dates_noted(cells, row)


def _change(cells: FeedCells) -> FeedChangeRow | None:
    product, status = cells.key("product_id"), cells.text("to_status", 60)
    field, day = STEP_FIELDS.get(status.lower()), cells.date("transition_date")
    if field is None or day.on is None:
        cells.issue("to_status", "unknown_word", "No dated step of a designation; the row was set aside.")
        return None
    return FeedChangeRow(product, field, day.on)


def _detail(field: str) -> Callable[[FeedCells], FeedDetailRow | None]:
    def read_detail(cells: FeedCells) -> FeedDetailRow | None:
        product = cells.key("id") or cells.key("product_id")
        value = cells.text(field, NAME)
        if not product or not value:
            cells.issue(field, "no_key", "The row names no offering, or nothing of it; it was set aside.")
            return None
        off = cells.row.get("is_active") is False or cells.row.get("is_current_assessor") is False
        return FeedDetailRow(product, value, is_active=not off)

    return read_detail


READERS: dict[str, tuple[str, str, Callable[[FeedCells], Any]]] = {
    "agencies": (AGENCIES, "id", _read_agency),
    "assessors": (ASSESSORS, "id", _read_assessor),
    "mkt-ias-web": (ASSESSORS, "assessorName", _read_assessor),
    "assessorclients": (CLIENTS, "product_id", _detail("assessor_id")),
    "productincludedservices": (SERVICES, "id", _detail("service_name")),
    "productbusinessfunctions": (FUNCTIONS, "id", _detail("category_name")),
    "certprocessstatuschangelog": (CHANGES, "product_id", _change),
    cso_package.NAME_OF_TABLE: (OVERVIEWS, "ZD_frid_retro", cso_package.read_overview),
}


def numbered(rows: list[FeedChangeRow]) -> list[tuple[FeedChangeRow, str]]:
    """Each change with the name of its step's field; the second of a kind is “ip_pmo_date 2”."""
    times: Counter[tuple[str, str]] = Counter()
    named = []
    for row in sorted(rows, key=lambda row: row.on):
        times[row.product, row.field] += 1
        number = times[row.product, row.field]
        named.append((row, row.field if number == 1 else f"{row.field} {number}"))
    return named
