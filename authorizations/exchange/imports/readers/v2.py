"""The Marketplace feed of 2023 to 2026 (v2): its tables as typed rows, each oddity noted as an issue.

Shapes: `meta.last_change` and `data`.`Products`, `Agencies`, `Assessors`, `AtoMapping`, `ReuseMapping`.
Metrics, Filters, logos and filter classes restate other fields or serve the Marketplace's own pages: they are left.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from authorizations.actions.imports.proposal import RowIssue
from authorizations.exchange.imports.cells import FeedCells
from authorizations.exchange.imports.feed_rows import (
    AGENCIES,
    ASSESSORS,
    ID,
    INITIAL,
    NAME,
    PRODUCTS,
    REUSE,
    SHORT,
    FeedAgencyRow,
    FeedAssessorRow,
    FeedAtoRow,
    FeedProductRow,
    FeedTable,
    assessor_named,
    feed_day,
    plain_assessor,
    read_table,
)
from authorizations.exchange.imports.name_matching import REMEDIATION
from authorizations.exchange.imports.readers.common import certification, service_models, with_dates_noted
from authorizations.exchange.imports.readers.words import (
    DEPLOYMENTS,
    KNOWN_FIELDS,
    PATHS,
    STATUSES,
    STEPS,
    WITH_FEDRAMP,
)
from authorizations.vocabulary import Designation


def feed_date(content: Any, today: date, issues: list[RowIssue]) -> date:
    return feed_day(content.get("meta"), "last_change", today, issues)


def read(content: Any, today: date, issues: list[RowIssue]) -> dict[str, FeedTable]:
    tables: dict[str, FeedTable] = {}
    for name, reader in READERS.items():
        if name in content["data"]:
            records = content["data"][name]
            tables[name] = read_table(name, records, KNOWN_FIELDS[name], reader, today=today, issues=issues)
        else:
            sentence = "The file lacks this table; its known records stay."
            issues.append(RowIssue(name, "", "", "", "missing_table", sentence))
    return tables


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


def _read_product(cells: FeedCells) -> FeedProductRow | None:
    fedramp_id = cells.key("id")
    provider = cells.text("csp", NAME) or cells.text("name", NAME)
    if not fedramp_id or len(fedramp_id) > ID or not provider:
        cells.issue("id", "no_key", "The offering lacks an id or a provider; the row was set aside.")
        return None
    assessor, assessor_as_published = assessor_named(cells.text("independent_assessor", NAME))
    return FeedProductRow(
        id=fedramp_id,
        provider=provider,
        facts=_product_facts(cells, fedramp_id, provider),
        assessor=assessor,
        assessor_as_published=assessor_as_published,
        partner=cells.text("partnering_agency", NAME),
        uei=cells.text("uei", 40),
        small_business=cells.yes_or_no("small_business"),
        steps={name: cells.date(name) for name in STEPS},
        carries=tuple(dict.fromkeys(cells.links("leveraged_systems"))),
    )


def _product_facts(cells: FeedCells, fedramp_id: str, provider: str) -> dict[str, Any]:
    certification_type, impact, impact_as_published = certification(cells, "impact_level")
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
        "service_models": service_models(cells, "service_model"),
        "deployment_model": cells.word("deployment_model", DEPLOYMENTS, stored_raw=False)[0],
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


def _designation(cells: FeedCells) -> tuple[str, str]:
    meaning, raw = cells.word("status", STATUSES, stored_raw=True)
    if not raw:
        cells.issue("status", "blank", "The offering's status is not stated.")
    if raw.lower() == "fedramp in process" and any(cells.date(name).on for name in WITH_FEDRAMP):
        return Designation.IN_PROCESS_FEDRAMP, raw
    return meaning or Designation.UNKNOWN, raw


def _read_ato(cells: FeedCells) -> FeedAtoRow:
    return with_dates_noted(
        cells,
        FeedAtoRow(
            product=cells.key("id"),
            agency_id=cells.text("agency_id", ID),
            parent=cells.text("parent", NAME),
            sub_id=cells.text("sub_id", ID),
            sub=cells.text("sub", NAME),
            signed=cells.date("ato_date"),
            logged=cells.date("auth_date"),
            expires=cells.date("exp_date"),
            anniversary=cells.month_and_day("assessment_date"),
        ),
    )


READERS: dict[str, Callable[[FeedCells], Any]] = {
    AGENCIES: _read_agency,
    ASSESSORS: _read_assessor,
    PRODUCTS: _read_product,
    INITIAL: _read_ato,
    REUSE: _read_ato,
}
