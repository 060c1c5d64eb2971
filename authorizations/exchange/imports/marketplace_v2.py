"""The Marketplace feed of 2023 to 2026 (v2): its tables as typed rows, each oddity noted as an issue.

Shapes: `meta.last_change` and `data`.`Products`, `Agencies`, `Assessors`, `AtoMapping`, `ReuseMapping`.
Metrics, Filters, logos and filter classes restate other fields or serve the Marketplace's own pages: they are left.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from authorizations.actions.imports.proposal import FeedFile, RowIssue
from authorizations.exchange.imports.cells import FeedCells, FeedDay, visible
from authorizations.exchange.imports.feed_file import RawFeed
from authorizations.exchange.imports.marketplace_v2_fields import (
    DEPLOYMENTS,
    IMPACT_LEVELS,
    KNOWN_FIELDS,
    PATHS,
    STATUSES,
    STEPS,
    WITH_FEDRAMP,
)
from authorizations.exchange.imports.name_matching import REMARK, REMEDIATION
from authorizations.vocabulary import CertificationType, Designation, ServiceModel

VERSION = "marketplace-v2"
NAME, SHORT, ID = 300, 254, 32


@dataclass(frozen=True, slots=True)
class FeedAgencyRow:
    id: str
    parent: str
    sub: str
    website: str
    email: str

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
    email: str
    accredited: FeedDay


@dataclass(frozen=True, slots=True)
class FeedProductRow:
    id: str
    provider: str
    facts: Mapping[str, Any]
    assessor: str
    assessor_as_published: str
    partner: str
    uei: str
    small_business: bool | None
    steps: Mapping[str, FeedDay]
    carries: tuple[str, ...]


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
    anniversary: str


@dataclass(slots=True)
class FeedTable:
    """One table: its rows, how many records it had and how many of them were set aside; absent is not empty."""

    rows: list[Any] = field(default_factory=list)
    records: int = 0
    set_aside: int = 0
    present: bool = True


@dataclass(slots=True)
class Feed:
    file: FeedFile
    tables: dict[str, FeedTable]
    issues: list[RowIssue]


def read_feed(raw: RawFeed, *, today: date) -> Feed:
    """Reads every table; it never fails: what cannot be taken is set aside with an issue."""
    issues: list[RowIssue] = []
    as_of = _feed_date(raw.content, today, issues)
    tables = {name: _read_table(name, raw.content["data"], today, issues, reader) for name, reader in READERS.items()}
    return Feed(FeedFile(VERSION, raw.name, raw.sha256, raw.size, as_of), tables, issues)


def _feed_date(content: Mapping[str, Any], today: date, issues: list[RowIssue]) -> date:
    meta = content.get("meta")
    cells = FeedCells("meta", meta if isinstance(meta, Mapping) else {}, "", today, issues.append)
    day = cells.date("last_change").on
    # A day's grace: the feed's clock is in UTC and may be a day ahead of US Eastern.
    if day is None or day > today + timedelta(days=1):
        cells.issue("last_change", "date", f"The feed states no usable date of its own; {today} was taken.")
        return today
    return day


def _read_table(
    name: str, tables: Mapping[str, Any], today: date, issues: list[RowIssue], read: Callable[[FeedCells], Any]
) -> FeedTable:
    if name not in tables:
        issues.append(RowIssue(name, "", "", "", "missing_table", "The file lacks this table; its known records stay."))
        return FeedTable(present=False)
    table = FeedTable(records=len(tables[name]))
    for cells in _records(name, tables[name], today, issues):
        row = read(cells)
        if row is not None:
            table.rows.append(row)
    table.set_aside = table.records - len(table.rows)
    return table


def _records(name: str, records: list[Any], today: date, issues: list[RowIssue]) -> Iterator[FeedCells]:
    """The records that may be rows; copies, blank rows, test rows and what is no record are set aside."""
    unknown: set[str] = set()
    seen: set[str] = set()
    for number, record in enumerate(records, 1):
        cells = FeedCells(name, record if isinstance(record, Mapping) else {}, f"row {number}", today, issues.append)
        if not isinstance(record, Mapping):
            cells.issue("", "wrong_type", "The row is no record; it was set aside.", record)
            continue
        cells.record_id = visible(str(record.get("id") or f"row {number}").strip())[:100]
        for extra in record.keys() - KNOWN_FIELDS[name] - unknown:
            unknown.add(extra)
            cells.issue(visible(extra), "unknown_field", "The table has a field that is not known here.", record[extra])
        if _is_row(cells) and not _is_copy(cells, seen):
            yield cells


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
    return bool(value.strip() if isinstance(value, str) else value)


def _is_copy(cells: FeedCells, seen: set[str]) -> bool:
    """Whether an equal record came before: equal in every field, blanks around values aside."""
    mark = repr(sorted((name, str(value).strip()) for name, value in cells.row.items()))
    if mark in seen:
        cells.issue("", "copy", "The row repeats another one exactly; it was set aside.")
        return True
    seen.add(mark)
    return False


def _read_agency(cells: FeedCells) -> FeedAgencyRow | None:
    row = FeedAgencyRow(
        id=cells.key("id", ID),
        parent=cells.text("parent", NAME),
        sub=cells.text("sub", NAME),
        website=cells.text("website", NAME),
        email=cells.text("email", SHORT),
    )
    if not row.name and row.id != "22-000":
        cells.issue("parent", "blank", "The agency has no name; the row was set aside.")
        return None
    return row


def _read_assessor(cells: FeedCells) -> FeedAssessorRow | None:
    as_published = cells.text("name", NAME)
    name, in_remediation = plain_assessor(as_published)
    if not name:
        cells.issue("name", "blank", "The assessor has no name; the row was set aside.")
        return None
    return FeedAssessorRow(
        id=cells.key("id", ID),
        name=name,
        as_published=REMEDIATION.sub("", as_published).strip(),
        in_remediation=in_remediation,
        email=cells.text("email", SHORT),
        accredited=cells.date("accredited_since"),
    )


def plain_assessor(published: str) -> tuple[str, bool]:
    """An assessor's own name, and whether the feed's remark says it is in remediation."""
    plain = REMEDIATION.sub("", published)
    return REMARK.sub("", plain).strip(), plain != published


def _read_product(cells: FeedCells) -> FeedProductRow | None:
    fedramp_id = cells.key("id")
    provider = cells.text("csp", NAME) or cells.text("name", NAME)
    if not fedramp_id or len(fedramp_id) > ID or not provider:
        cells.issue("id", "no_key", "The offering lacks an id or a provider; the row was set aside.")
        return None
    assessor = cells.text("independent_assessor", NAME)
    return FeedProductRow(
        id=fedramp_id,
        provider=provider,
        facts=_product_facts(cells, fedramp_id, provider),
        assessor=plain_assessor(assessor)[0],
        assessor_as_published=REMEDIATION.sub("", assessor).strip(),
        partner=cells.text("partnering_agency", NAME),
        uei=cells.text("uei", 40),
        small_business=cells.yes_or_no("small_business"),
        steps={name: cells.date(name) for name in STEPS},
        carries=tuple(dict.fromkeys(cells.links("leveraged_systems"))),
    )


def _product_facts(cells: FeedCells, fedramp_id: str, provider: str) -> dict[str, Any]:
    certification_type, impact, impact_as_published = _certification(cells)
    designation, status = _designation(cells)
    return {
        "name": _offering_name(cells, fedramp_id),
        "provider_as_published": provider,
        "designation": designation,
        "designation_as_published": status,
        "certification_type": certification_type,
        "certification_path": cells.word("auth_type", PATHS, stored_raw=False)[0],
        "impact_level": impact,
        "impact_level_as_published": impact_as_published,
        "service_models": _service_models(cells),
        "deployment_model": cells.word("deployment_model", DEPLOYMENTS, stored_raw=False)[0],
        "partner_agency_as_published": cells.text("partnering_agency", NAME),
        "annual_assessment": cells.month_and_day("annual_assessment"),
        "description": cells.paragraphs("service_desc"),
        "notice": cells.paragraphs("fedramp_msg"),
        "website": cells.text("website", NAME),
        "sales_email": cells.text("sales_email", SHORT),
        "security_email": cells.text("security_email", SHORT),
        "business_functions": cells.items("business_function", 200),
        "services": list(dict.fromkeys(cells.items("service_last_90", 2_000) + cells.items("all_others", 2_000))),
        "published_authorizations": cells.count("authorization"),
        "published_reuse": cells.count("reuse"),
    }


def _offering_name(cells: FeedCells, fedramp_id: str) -> str:
    name = cells.text("cso", NAME) or cells.text("service_offering", NAME)
    if not name:
        cells.issue("cso", "blank", "The offering has no name; its id is used instead.")
    return name or fedramp_id


def _certification(cells: FeedCells) -> tuple[str, str, str]:
    raw = cells.text("impact_level", 60)
    is_20x = raw.lower().startswith("20x")
    level = IMPACT_LEVELS.get(raw[3:].strip().lower() if is_20x else raw.lower(), "")
    if raw and not level:
        cells.issue("impact_level", "unknown_word", "This level is not known here; it is kept as published.")
    return (CertificationType.TWENTY_X if is_20x else CertificationType.REV5), level, raw


def _designation(cells: FeedCells) -> tuple[str, str]:
    meaning, raw = cells.word("status", STATUSES, stored_raw=True)
    if not raw:
        cells.issue("status", "blank", "The offering's status is not stated.")
    if raw.lower() == "fedramp in process" and any(cells.date(name).on for name in WITH_FEDRAMP):
        return Designation.IN_PROCESS_FEDRAMP, raw
    return meaning or Designation.UNKNOWN, raw


def _service_models(cells: FeedCells) -> str:
    """The models in their own order; the feed has them in any, in one text or several."""
    published = {word.strip() for item in cells.items("service_model", 60) for word in item.split(",")}
    for word in sorted(published - set(ServiceModel.values) - {""}):
        cells.issue("service_model", "unknown_word", "This service model is not known here; it was left out.", word)
    return ", ".join(model for model in ServiceModel.values if model in published)


def _read_ato(cells: FeedCells) -> FeedAtoRow | None:
    row = FeedAtoRow(
        product=cells.key("id"),
        agency_id=cells.text("agency_id", ID),
        parent=cells.text("parent", NAME),
        sub_id=cells.text("sub_id", ID),
        sub=cells.text("sub", NAME),
        signed=cells.date("ato_date"),
        logged=cells.date("auth_date"),
        expires=cells.date("exp_date"),
        anniversary=cells.month_and_day("assessment_date"),
    )
    if row.signed.on and row.expires.on and row.expires.on < row.signed.on:
        cells.issue("exp_date", "odd_dates", "The ATO expires before it was signed; both dates were taken.")
    if row.signed.on and row.signed.on > cells.today:
        cells.issue("ato_date", "odd_dates", "The ATO is signed in the future; the date was taken.")
    return row


READERS: dict[str, Callable[[FeedCells], Any]] = {
    "Agencies": _read_agency,
    "Assessors": _read_assessor,
    "Products": _read_product,
    "AtoMapping": _read_ato,
    "ReuseMapping": _read_ato,
}
