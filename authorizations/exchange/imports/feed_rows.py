"""What every generation of the Marketplace feed is read into: typed rows, each oddity noted as an issue.

A fact that a generation does not state is absent from a row (None, or no key): it says nothing, which is not “empty”.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from authorizations.actions.imports.proposal import FeedFile, RowIssue
from authorizations.exchange.imports.cells import NULL_WORDS, SPREADSHEET_ERRORS, FeedCells, FeedDay, visible
from authorizations.exchange.imports.name_matching import REMARK, REMEDIATION

# The lists that feeds state, in the words of v2. ATOs are two lists, whether or not a generation keeps them in one.
AGENCIES, ASSESSORS, PRODUCTS, INITIAL, REUSE = "Agencies", "Assessors", "Products", "AtoMapping", "ReuseMapping"
# And the tables that only the feeds of 2026 have.
CHANGES, CLIENTS, SERVICES, FUNCTIONS = "StatusChanges", "AssessorClients", "IncludedServices", "BusinessFunctions"
# What providers publish of their own offerings.
OVERVIEWS = "PackageOverviews"
TAKEN = frozenset({AGENCIES, ASSESSORS, PRODUCTS, INITIAL, REUSE, CHANGES, CLIENTS, SERVICES, FUNCTIONS, OVERVIEWS})
NAME, SHORT, ID = 300, 254, 32
NO_DAY = FeedDay()
# As many rows with errors are the publisher's everyday mistakes.
FEW, FEW_IN_A_HUNDRED = 10, 5


@dataclass(frozen=True, slots=True)
class FeedAgencyRow:
    id: str
    parent: str
    sub: str
    website: str | None
    email: str | None

    @property
    def name(self) -> str:
        return self.sub or self.parent


@dataclass(frozen=True, slots=True)
class FeedAssessorRow:
    """A row of Assessors; the remarks that the feed appends to a name are taken off it."""

    id: str
    name: str
    as_published: str
    in_remediation: bool
    email: str | None
    accredited: FeedDay


@dataclass(frozen=True, slots=True)
class FeedProductRow:
    """An offering. ``is_listed``: False where the generation keeps rows of those that the Marketplace took down.

    ``carries`` are those that build on it, ``builds_on`` those that it builds on: a generation states one or neither.
    """

    id: str
    provider: str
    facts: Mapping[str, Any]
    assessor: str | None
    assessor_as_published: str
    partner: str | None
    uei: str
    small_business: bool | None
    steps: Mapping[str, FeedDay]
    carries: tuple[str, ...] = ()
    builds_on: tuple[str, ...] = ()
    assessor_id: str = ""
    is_listed: bool = True


@dataclass(frozen=True, slots=True)
class FeedAtoRow:
    product: str
    agency_id: str
    parent: str
    sub_id: str
    sub: str
    signed: FeedDay
    logged: FeedDay
    expires: FeedDay
    anniversary: str = ""
    uuid: str = ""
    official: str = ""
    # None: the generation does not say; a row that is not there has ended, as far as it knows.
    is_active: bool | None = None
    ended: FeedDay = NO_DAY
    ended_why: str = ""


@dataclass(frozen=True, slots=True)
class FeedChangeRow:
    """A dated step of an offering's designation, by the field under which v2 states the same."""

    product: str
    field: str
    on: date


@dataclass(frozen=True, slots=True)
class FeedDetailRow:
    """One service, function or assessor's id of an offering."""

    product: str
    value: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class FeedOverviewRow:
    """A provider's package overview, under the id that FedRAMP assigned and those that the provider states.

    ``is_expected``: whether FedRAMP found the id that it expected; None where it does not say.
    """

    assigned: str
    stated: tuple[str, ...]
    is_expected: bool | None
    provider: str
    service: str
    facts: Mapping[str, Any]
    fetched: datetime | None

    @property
    def name(self) -> str:
        return f"{self.provider}: {self.service}"


@dataclass(slots=True)
class FeedTable:
    """One table: its rows, how many records it had and how many of them were set aside; absent is not empty.

    ``is_whole``: whether what it lacks has left; not so of an excerpt. ``broken`` counts rows with spreadsheet errors.
    """

    rows: list[Any] = field(default_factory=list)
    records: int = 0
    set_aside: int = 0
    present: bool = True
    is_whole: bool = True
    broken: int = 0

    @property
    def is_broken(self) -> bool:
        """Whether so many rows hold errors that the publication failed, rather than a cell of it."""
        return self.broken > max(FEW, self.records * FEW_IN_A_HUNDRED / 100) or 1 < self.broken == self.records


@dataclass(slots=True)
class Feed:
    file: FeedFile
    tables: dict[str, FeedTable]
    issues: list[RowIssue]

    def table(self, name: str) -> FeedTable:
        return self.tables.get(name) or FeedTable(present=False)


def feed_day(meta: Any, field_name: str, today: date, issues: list[RowIssue]) -> date:
    """The day that the feed states of itself, or today, with an issue."""
    cells = FeedCells("meta", meta if isinstance(meta, Mapping) else {}, "", today, issues.append)
    day = cells.date(field_name).on
    # A day's grace: the feed's clock is in UTC and may be a day ahead of US Eastern.
    if day is None or day > today + timedelta(days=1):
        cells.issue(field_name, "date", f"The feed states no usable date of its own; {today} was taken.")
        return today
    return day


def read_table(
    name: str,
    records: list[Any],
    known_fields: frozenset[str],
    read: Callable[[FeedCells], Any],
    *,
    today: date,
    issues: list[RowIssue],
    id_field: str = "id",
) -> FeedTable:
    """Every row that ``read`` takes; it never fails: what cannot be taken is set aside with an issue."""
    table = FeedTable(records=len(records), broken=sum(_is_broken(record) for record in records))
    for cells in _records(name, records, known_fields, today, issues, id_field):
        row = read(cells)
        if row is not None:
            table.rows.append(row)
    table.set_aside = table.records - len(table.rows)
    return table


def _records(
    name: str, records: list[Any], known_fields: frozenset[str], today: date, issues: list[RowIssue], id_field: str
) -> Iterator[FeedCells]:
    """The records that may be rows; copies, blank rows, test rows and what is no record are set aside."""
    unknown: set[str] = set()
    seen: set[str] = set()
    for number, record in enumerate(records, 1):
        cells = FeedCells(name, record if isinstance(record, Mapping) else {}, f"row {number}", today, issues.append)
        if not isinstance(record, Mapping):
            cells.issue("", "wrong_type", "The row is no record; it was set aside.", record)
            continue
        cells.record_id = visible(str(record.get(id_field) or f"row {number}").strip())[:100]
        for extra in record.keys() - known_fields - unknown:
            unknown.add(extra)
            cells.issue(visible(extra), "unknown_field", "The table has a field that is not known here.", record[extra])
        if _is_row(cells) and not _is_copy(cells, seen):
            yield cells


def _is_broken(record: Any) -> bool:
    """Whether a cell is a spreadsheet's error; “#N/A” alone in a blank row is how spreadsheets fill up a table."""
    if not isinstance(record, Mapping):
        return False
    errors = {value.strip().lower() for value in record.values() if isinstance(value, str)} & SPREADSHEET_ERRORS
    return bool(errors - {"#n/a"}) or (bool(errors) and any(map(_stated, record.values())))


def _is_row(cells: FeedCells) -> bool:
    if not any(_stated(value) for value in cells.row.values()):
        cells.issue("", "blank", "The row is blank; it was set aside.")
        return False
    if cells.record_id.upper().startswith("FAKE-"):
        cells.issue("id", "test_row", "This is a test row of the publisher; it was set aside.")
        return False
    return True


def _stated(value: Any) -> bool:
    if isinstance(value, list):
        return any(_stated(item) for item in value)
    return value.strip().lower() not in NULL_WORDS if isinstance(value, str) else bool(value)


def _is_copy(cells: FeedCells, seen: set[str]) -> bool:
    """Whether an equal record came before: equal in every field, blanks around values aside."""
    mark = repr(sorted((name, str(value).strip()) for name, value in cells.row.items()))
    if mark in seen:
        cells.issue("", "copy", "The row repeats another one exactly; it was set aside.")
        return True
    seen.add(mark)
    return False


def plain_assessor(published: str) -> tuple[str, bool]:
    """An assessor's own name, and whether the feed's remark says it is in remediation."""
    plain = REMEDIATION.sub("", published)
    return REMARK.sub("", plain).strip(), plain != published


def assessor_named(published: str) -> tuple[str, str]:
    """An assessor's own name, and its spelling without the remark on remediation."""
    return plain_assessor(published)[0], REMEDIATION.sub("", published).strip()
