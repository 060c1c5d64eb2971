"""The products of 2026 (v3): one list of every offering that ever had an id, those that were taken down included.

Shapes: `metadata.export_timestamp` and `products`; the split feed of products has the same records in `data.products`.
What the export leaves blank in every row (business functions, services, links, small business) is not stated.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from authorizations.actions.imports.proposal import RowIssue
from authorizations.exchange.imports.cells import FeedCells
from authorizations.exchange.imports.feed_rows import (
    ID,
    NAME,
    PRODUCTS,
    SHORT,
    FeedProductRow,
    FeedTable,
    assessor_named,
    feed_day,
    read_table,
)
from authorizations.exchange.imports.readers.common import certification, service_models
from authorizations.exchange.imports.readers.words import DEPLOYMENTS, KNOWN_FIELDS, PATHS, STATUSES
from authorizations.vocabulary import CertificationPath, CertificationType, Designation

REMOVED = frozenset({"no status found", "no status found (delisted)"})
WITH_FEDRAMP = frozenset({"pmo review", "jab review", "initial program review", "final program review"})
TYPES = {"rev5": CertificationType.REV5, "20x": CertificationType.TWENTY_X}
PATHS_OF_2026 = {**PATHS, "20x": CertificationPath.PROGRAM}


def feed_date(content: Any, today: date, issues: list[RowIssue]) -> date:
    return feed_day(content.get("metadata"), "export_timestamp", today, issues)


def read(content: Any, today: date, issues: list[RowIssue]) -> dict[str, FeedTable]:
    return {PRODUCTS: read_products(content["products"], today, issues)}


def read_products(records: list[Any], today: date, issues: list[RowIssue]) -> FeedTable:
    return read_table(PRODUCTS, records, KNOWN_FIELDS["v3 products"], _read_product, today=today, issues=issues)


def _read_product(cells: FeedCells) -> FeedProductRow | None:
    fedramp_id, provider = cells.key("id"), cells.text("csp", NAME)
    if not fedramp_id or len(fedramp_id) > ID or not provider:
        cells.issue("id", "no_key", "The offering lacks an id or a provider; the row was set aside.")
        return None
    assessor, assessor_as_published = assessor_named(cells.text("3pao_name", NAME))
    designation, status = _designation(cells)
    # Of a certified offering the column names the agency of its initial ATO.
    in_process = designation in {Designation.IN_PROCESS_AGENCY, Designation.IN_PROCESS_FEDRAMP}
    columns = ("authorizing_subagency_id", "authorizing_agency_id") if in_process else ()
    partner = next((name for name in (cells.text(column, NAME) for column in columns) if name), "")
    return FeedProductRow(
        id=fedramp_id,
        provider=provider,
        facts={
            **_facts(cells, fedramp_id, provider),
            "designation": designation,
            "designation_as_published": status,
        },
        assessor=assessor or None,
        assessor_as_published=assessor_as_published,
        assessor_id=cells.text("3pao_id", ID),
        partner=partner or (None if designation == Designation.READY else ""),
        uei=cells.text("uei", 40),
        small_business=None,
        steps={"auth_date": cells.date("auth_date")} if cells.row.get("auth_date") else {},
        is_listed=designation != Designation.DELISTED,
    )


def _facts(cells: FeedCells, fedramp_id: str, provider: str) -> Mapping[str, Any]:
    kind, impact, impact_as_published = certification(cells, "impact_level")
    stated = cells.word("auth_type" if "auth_type" in cells.row else "cert_type", TYPES, stored_raw=False)[0]
    path = cells.word("auth_path" if "auth_path" in cells.row else "cert_path", PATHS_OF_2026, stored_raw=False)[0]
    return {
        "name": cells.text("cso", NAME) or fedramp_id,
        "provider_as_published": provider,
        "certification_type": stated or kind,
        "certification_path": path,
        "impact_level": impact,
        "impact_level_as_published": impact_as_published,
        "service_models": service_models(cells, "service_model"),
        "deployment_model": cells.word("deployment_model", DEPLOYMENTS, stored_raw=False)[0],
        "annual_assessment": cells.month_and_day("annual_assessment"),
        "description": cells.paragraphs("description"),
        "notice": cells.paragraphs("additional_info"),
        "website": cells.text("website", NAME),
        "sales_email": cells.text("sales_email", SHORT),
        "security_email": cells.text("public_security_email", SHORT),
        "published_reuse": cells.count("reuse"),
    }


def _designation(cells: FeedCells) -> tuple[str, str]:
    """What the Marketplace shows; the program's own word tells who reviews, and whether the row was taken down."""
    public, internal = cells.text("public_status", 60), cells.text("internal_status", 60).lower()
    if public.lower() in REMOVED or internal in REMOVED:
        return Designation.DELISTED, public
    if not public:
        cells.issue("public_status", "blank", "The offering's status is not stated.")
    elif public.lower() not in STATUSES:
        cells.issue("public_status", "unknown_word", "This word is not known here; it is kept as published.")
    meaning = STATUSES.get(public.lower(), Designation.UNKNOWN)
    if meaning == Designation.IN_PROCESS_AGENCY and internal in WITH_FEDRAMP:
        return Designation.IN_PROCESS_FEDRAMP, public
    return meaning, public
