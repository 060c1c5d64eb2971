"""The Marketplace feed of 2016 to 2023 (v1) and its first weeks (v0): providers with their leveraged ATO letters.

Shapes: v1 `meta.Created_At`, `data.Providers` and `data.Assessors`; v0c `data` is the list of providers; v0b that list
alone, with a misspelled field; v0a letters without an offering. There are no ids of agencies, and no rows for initial
ATOs: a provider's own row states it.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from authorizations.actions.imports.proposal import RowIssue
from authorizations.exchange.imports.cells import FeedCells, FeedDay
from authorizations.exchange.imports.feed_rows import (
    ASSESSORS,
    ID,
    INITIAL,
    NAME,
    PRODUCTS,
    REUSE,
    SHORT,
    FeedAssessorRow,
    FeedAtoRow,
    FeedProductRow,
    FeedTable,
    assessor_named,
    feed_day,
    plain_assessor,
    read_table,
)
from authorizations.exchange.imports.name_matching import key
from authorizations.exchange.imports.readers.common import certification, service_models, with_dates_noted
from authorizations.exchange.imports.readers.words import DEPLOYMENTS, KNOWN_FIELDS, PATHS, STATUSES
from authorizations.vocabulary import CertificationPath, Designation

# The undated files are of these days.
DAY_OF_V0A, DAY_OF_V0B = date(2016, 6, 7), date(2016, 6, 16)
JAB, JAB_NAME = "22-001", "jabauthorization"
LETTERS = "Leveraged_ATO_Letters"
DESIGNATIONS = {
    "compliant": Designation.CERTIFIED,
    "in process": Designation.IN_PROCESS_AGENCY,
    "in-process": Designation.IN_PROCESS_AGENCY,
    "in process - assessing ssp": Designation.IN_PROCESS_AGENCY,
    "in pmo review": Designation.IN_PROCESS_FEDRAMP,
    **STATUSES,
}


def feed_date(content: Any, today: date, issues: list[RowIssue]) -> date:
    if isinstance(content, list):
        return DAY_OF_V0A if _has_no_offerings(content) else DAY_OF_V0B
    return feed_day(content.get("meta"), "Created_At", today, issues)


def lists(content: Any) -> Mapping[str, Any]:
    """The tables as the file has them, by name."""
    data = content if isinstance(content, list) else content["data"]
    return {"Providers": data} if isinstance(data, list) else {"Assessors": [], **data}


def read(content: Any, today: date, issues: list[RowIssue]) -> dict[str, FeedTable]:
    tables = lists(content)
    providers = tables["Providers"]
    if _has_no_offerings(providers):
        return {PRODUCTS: _nothing_but_letters(providers, issues)}
    # Each list of the feed is a table of the same records, read for what the table needs.
    records = {
        PRODUCTS: (providers, _read_product),
        INITIAL: ([each for each in providers if _is_authorized(each)], _read_initial),
        REUSE: ([letter for each in providers for letter in _letters(each)], _read_letter),
        **({ASSESSORS: (tables[ASSESSORS], _read_assessor)} if tables.get(ASSESSORS) else {}),
    }
    known = KNOWN_FIELDS["v1 providers"] | KNOWN_FIELDS["v1 letters"]
    read_tables = {}
    for name, (rows, reader) in records.items():
        fields = KNOWN_FIELDS["v1 assessors"] if name == ASSESSORS else known
        id_field = "Name" if name == ASSESSORS else "Package_ID"
        read_tables[name] = read_table(name, rows, fields, reader, today=today, issues=issues, id_field=id_field)
    return read_tables


def _has_no_offerings(records: list[Any]) -> bool:
    return any(isinstance(each, dict) and "ATO_Letters" in each for each in records[:1])


def _nothing_but_letters(records: list[Any], issues: list[RowIssue]) -> FeedTable:
    sentence = "Letters of this generation name no offering; all rows were set aside."
    issues.append(RowIssue(PRODUCTS, "", "Package_ID", "", "no_key", sentence))
    return FeedTable(records=len(records), set_aside=len(records), is_whole=False)


def _is_authorized(record: Any) -> bool:
    return isinstance(record, Mapping) and bool(record.get("Original_Authorization_Date"))


def _letters(record: Any) -> list[Any]:
    """The letters of a provider's row, each with the id of its offering."""
    letters = record.get(LETTERS) if isinstance(record, Mapping) else None
    if not isinstance(letters, list):
        return []
    mine = {"Package_ID": record.get("Package_ID")}
    return [{**letter, **mine} if isinstance(letter, Mapping) else letter for letter in letters]


def _read_product(cells: FeedCells) -> FeedProductRow | None:
    fedramp_id = cells.key("Package_ID")
    provider = cells.text("Cloud_Service_Provider_Name", NAME) or cells.text("Clould_Service_Provider_Name", NAME)
    if not fedramp_id or len(fedramp_id) > ID or not provider:
        cells.issue("Package_ID", "no_key", "The offering lacks an id or a provider; the row was set aside.")
        return None
    facts = _facts(cells, fedramp_id, provider)
    assessor, assessor_as_published = assessor_named(cells.text("Independent_Assessor", NAME))
    in_process = facts["designation"] in {Designation.IN_PROCESS_AGENCY, Designation.IN_PROCESS_FEDRAMP}
    partner = _agency(cells)["sub"] or _agency(cells)["parent"] if in_process else ""
    return FeedProductRow(
        id=fedramp_id,
        provider=provider,
        facts=facts,
        assessor=assessor,
        assessor_as_published=assessor_as_published,
        partner=partner,
        uei="",
        small_business=None,
        steps=_steps(cells, facts["certification_path"]),
        builds_on=tuple(dict.fromkeys(cells.items("Underlying_CSP_Package_ID", ID))),
    )


def _facts(cells: FeedCells, fedramp_id: str, provider: str) -> dict[str, Any]:
    kind, impact, impact_as_published = certification(cells, "Impact_Level")
    path = cells.word("Path", PATHS, stored_raw=False)[0]
    meaning, designation = cells.word("Designation", DESIGNATIONS, stored_raw=True)
    if meaning == Designation.IN_PROCESS_AGENCY and path == CertificationPath.JAB:
        meaning = Designation.IN_PROCESS_FEDRAMP
    return {
        "name": cells.text("Cloud_Service_Provider_Package", NAME) or fedramp_id,
        "provider_as_published": provider,
        "designation": meaning or Designation.UNKNOWN,
        "designation_as_published": designation,
        "certification_type": kind,
        "certification_path": path,
        "impact_level": impact,
        "impact_level_as_published": impact_as_published,
        "service_models": service_models(cells, "Service_Model"),
        "deployment_model": cells.word("Deployment_Model", DEPLOYMENTS, stored_raw=False)[0],
        "description": cells.paragraphs("CSO_Description"),
        "website": cells.text("CSP_Website", NAME),
        "sales_email": cells.text("CSP_POC_Email", SHORT),
    }


def _steps(cells: FeedCells, path: str) -> dict[str, FeedDay]:
    """The dated steps, under the names that v2 has for them, so that a later feed corrects them."""
    announced = cells.date("Announcement_Date")
    in_process = "ip_jab_date" if path == CertificationPath.JAB else "ip_agency_date"
    steps = {
        "ready_date": cells.date("Fedramp_Ready_Date"),
        in_process: cells.date("FedRAMP_In-Process_Date"),
        "auth_date": announced if announced.on else cells.date("Original_Authorization_Date"),
    }
    return {name: day for name, day in steps.items() if day.on is not None}


def _agency(cells: FeedCells) -> dict[str, Any]:
    """Parent and bureau of a row; letters name the agency itself again where there is no bureau."""
    parent = cells.text("Sponsoring_Agency", NAME) or cells.text("Authorizing_Agency", NAME)
    sub = cells.text("Authorizing_Subagency", NAME) or cells.text("Sponsoring_Subagency", NAME)
    sub = "" if key(sub) == key(parent) else sub
    of_the_jab = key(parent) == JAB_NAME
    return {"agency_id": JAB if of_the_jab else "", "parent": parent, "sub_id": "", "sub": sub}


def _read_initial(cells: FeedCells) -> FeedAtoRow:
    row = FeedAtoRow(
        product=cells.key("Package_ID"),
        signed=cells.date("Original_Authorization_Date"),
        logged=cells.date("Announcement_Date"),
        expires=cells.date("Original_Expiration_Date"),
        **_agency(cells),
    )
    return with_dates_noted(cells, row, signed="Original_Authorization_Date", expires="Original_Expiration_Date")


def _read_letter(cells: FeedCells) -> FeedAtoRow:
    signed = cells.date("Letter_Date")
    withdrawn = cells.text("Active", 20).lower() == "inactive"
    row = FeedAtoRow(
        product=cells.key("Package_ID"),
        signed=signed if signed.on else cells.date("Authorizing_Letter_Last_Sign_Date"),
        logged=cells.date("Announcement_Date"),
        expires=cells.date("Letter_Expiration_Date"),
        is_active=False if withdrawn or cells.text("Include_In_Marketplace", 20).upper() == "N" else None,
        **_agency(cells),
    )
    return with_dates_noted(cells, row, signed="Letter_Date", expires="Letter_Expiration_Date")


def _read_assessor(cells: FeedCells) -> FeedAssessorRow | None:
    name, remark = plain_assessor(cells.text("Name", NAME))
    if not name:
        cells.issue("Name", "blank", "The assessor has no name; the row was set aside.")
        return None
    return FeedAssessorRow(
        id="",
        name=name,
        as_published=assessor_named(cells.text("Name", NAME))[1],
        in_remediation=remark or cells.text("Remediation", 5).upper() == "Y",
        email=cells.text("POC_Email", SHORT),
        accredited=cells.date("Accreditation_Date"),
    )
