"""Each report says the same, for each side: on the screen, in a PDF, a workbook, CSV and JSON."""

import io
import json
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from jsonschema import Draft202012Validator, FormatChecker
from openpyxl import load_workbook

from accounts.models import Membership, User
from accounts.roles import Role
from authorizations.models import Ato, Case
from authorizations.reports import pdf
from authorizations.reports.base import Missing, Parameter, ask
from authorizations.reports.formats import FORMATS
from authorizations.reports.registry import REPORTS
from authorizations.reports.schema import schema_of
from authorizations.tables.columns import Column, Link, Table
from authorizations.tables.contents import Asking, Contents, Figure
from authorizations.tables.texts import FORMULA_STARTS, csv_of
from authorizations.tables.workbook import workbook_of
from tests.attacks.scene import signed_in
from tests.cast import Cast
from tests.lifecycle.cases import make_case
from tests.reports.files import of_csv, of_json, of_page, of_pdf, of_xlsx
from tests.reports.tags import is_accessible

pytestmark = pytest.mark.django_db
SIDES = (Role.AGENCY_LIAISON, Role.AUTHORIZING_OFFICIAL, Role.CSP_LEAD, Role.ASSESSOR_LEAD, Role.PMO_LEAD, Role.AUDITOR)
PAIRS = [(name, role) for name in REPORTS for role in SIDES]
# In each run, one side of each report; the others with the demo in the long one. A PDF takes longest: of these alone.
OF_EACH_RUN = [
    (name, Role.PMO_LEAD if name in {"program", "audit-extract"} else Role.AGENCY_LIAISON) for name in REPORTS
]
WITH_PDF = {"case-status", "duties"}


def about(name: str, user: User) -> dict[str, str] | None:
    """What a report is about: the person's own, or what stands first; None where they see nothing that it could be."""
    given = {}
    for each in REPORTS[name].parameters:
        if not each.required:
            continue
        records = {"case": Case, "ato": Ato}
        if each.key in records:
            known = records[each.key].objects.visible_to(user).order_by("pk").values_list("public_id", flat=True)
            text = next((text for text in known if is_found(each, user, text)), "")
        else:
            choices = each.choices(user) if each.choices else []
            text = each.default(user) or (choices[0][0] if choices else "")
        if not text:
            return None
        given[each.key] = text
    return given


def is_found(parameter: Parameter, user: User, text: str) -> bool:
    """Whether a report can be about a record: some are about fewer than a person may see."""
    try:
        parameter.find(user, text)
    except Missing:
        return False
    return True


def files_of(name: str, asked: Asking, suffixes: tuple[str, ...]) -> dict[str, bytes]:
    """The report in some formats."""
    written = {}
    for suffix in suffixes:
        out = BytesIO()
        FORMATS[suffix].write(REPORTS[name], REPORTS[name].contents(asked), asked, out, lambda rows: None)
        written[suffix] = out.getvalue()
    return written


def agree(name: str, user: User, *, with_pdf: bool) -> None:
    """Fails where two ways of taking a report differ."""
    given = about(name, user)
    if given is None:
        pytest.skip("there is nothing that it could be about")
    asked = ask(REPORTS[name], user, given, timezone.now())
    contents = REPORTS[name].contents(asked)
    files = files_of(name, asked, ("csv", "json", "xlsx", *(["pdf"] if with_pdf and pdf.is_possible() else [])))
    said = of_json(contents, files["json"])
    assert of_csv(contents, files["csv"]) == said
    assert of_xlsx(contents, files["xlsx"]) == said
    page = signed_in(user).get(f"/reports/{name}/", given)
    assert page.status_code == 200
    assert of_page(page.content.decode()) == said
    if "pdf" in files:
        assert of_pdf(files["pdf"]) == said
        is_accessible(files["pdf"], contents)
    schema = schema_of(REPORTS[name], contents.every_table)
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(json.loads(files["json"]))


def same_bytes(name: str, user: User) -> None:
    """Fails where the same data, time and person give two PDFs."""
    given = about(name, user)
    if given is not None and pdf.is_possible():
        asked = ask(REPORTS[name], user, given, timezone.now())
        assert files_of(name, asked, ("pdf",)) == files_of(name, asked, ("pdf",))


def somebody(role: Role) -> User:
    """A person of the demo in a role."""
    held = Membership.objects.current(timezone.localdate()).filter(role=role, user__is_active=True).order_by("pk")
    return held.select_related("user")[0].user


@pytest.mark.parametrize(("name", "role"), OF_EACH_RUN)
def test_a_report_says_the_same_in_every_format(cast: Cast, name: str, role: Role) -> None:
    make_case(cast, "initial", "certified")
    make_case(cast, "reuse", "package_review")
    user = User.objects.filter(memberships__role=role).order_by("pk")[0]
    agree(name, user, with_pdf=name in WITH_PDF)


@pytest.mark.long
@pytest.mark.parametrize(("name", "role"), PAIRS)
def test_a_report_of_the_demo_says_the_same_in_every_format(demo: None, name: str, role: Role) -> None:
    user = somebody(role)
    if not REPORTS[name].is_for(user):
        assert signed_in(user).get(f"/reports/{name}/").status_code == 403
        return
    agree(name, user, with_pdf=True)
    same_bytes(name, user)


@pytest.fixture(scope="module")
def imported(demo: None, shared_data: Path) -> None:
    """The demo's world with a real feed."""
    call_command("import_marketplace", str(shared_data / "marketplace-v2" / "2025-07-01.json"), apply=True, verbosity=0)


@pytest.mark.long
@pytest.mark.parametrize("role", SIDES)
@pytest.mark.parametrize("name", REPORTS)
def test_a_report_of_a_real_feed_says_the_same_in_every_format(
    imported: None, settings: Any, name: str, role: Role
) -> None:
    # It says how many rows there are and what they come to, however many of them stand on paper.
    settings.REPORT_PDF_ROWS = 400
    user = somebody(role)
    if REPORTS[name].is_for(user):
        agree(name, user, with_pdf=True)


@pytest.mark.long
def test_the_register_of_a_real_feed_stands_on_paper_whole(imported: None) -> None:
    agree("ato-register", somebody(Role.PMO_LEAD), with_pdf=True)


# --- what a spreadsheet could take for a formula ---

COLUMNS = (Column("text", "=Text", "A text."), Column("link", "Link", "A text that leads somewhere."))
EVIL = [f"{start}cmd|' /C calc'!A0" for start in FORMULA_STARTS]


def evil() -> Contents:
    """A report of nothing but formulas."""
    rows = [(text, Link(text, "/x/")) for text in EVIL]
    return Contents("=1+1", (Table("rows", "=Rows", COLUMNS, lambda: rows),), summary=("=2+2",))


def test_no_text_is_a_formula_in_a_csv() -> None:
    text = "".join(csv_of(evil().every_table)).removeprefix("\ufeff")
    for cell in text.replace('"', "").replace("\r\n", ",").split(",")[2:]:
        assert not cell.startswith(FORMULA_STARTS)
    assert text.count("'=cmd") == 2


def test_no_text_is_a_formula_in_a_workbook() -> None:
    out = BytesIO()
    workbook_of(evil(), Asking(User(name="=Ann"), timezone.now(), marking="@CUI"), out)
    book = load_workbook(io.BytesIO(out.getvalue()))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert sum(str(cell.value).startswith(FORMULA_STARTS) for cell in cells) > 2 * len(EVIL) - 4
    for cell in cells:
        assert cell.data_type in {"s", "d", "n"}, cell.coordinate
        if isinstance(cell.value, str) and cell.value.startswith(FORMULA_STARTS) and not cell.font.bold:
            assert cell.quotePrefix, cell.coordinate


def test_a_workbook_is_whole_whatever_stands_in_names() -> None:
    # A control character, and two code points that are no character: XML has none of them.
    bad = "a\x01b\ufffec\uffff"
    columns = (Column("text", bad, bad),)
    table = Table("rows", bad, columns, lambda: [[bad]])
    contents = Contents(bad, (table,), summary=(bad,), figures=(Figure(3, bad),))
    out = BytesIO()
    workbook_of(contents, Asking(User(name=bad), timezone.now(), marking=bad), out)
    book = load_workbook(io.BytesIO(out.getvalue()))
    assert book.properties.creator == "a\ufffdb\ufffdc\ufffd"
    assert book.worksheets[1]["A2"].value == "a\ufffdb\ufffdc\ufffd"


def test_a_workbook_has_days_as_days_and_numbers_as_numbers() -> None:
    columns = (Column("day", "Day", "When."), Column("number", "Number", "How many."))
    contents = Contents("Typed", (Table("rows", "Rows", columns, lambda: [(date(2026, 11, 24), 1_234)]),))
    out = BytesIO()
    workbook_of(contents, Asking(User(name="Ann"), timezone.now()), out)
    sheet = load_workbook(io.BytesIO(out.getvalue()))["Rows"]
    assert [cell.is_date for cell in sheet[2]] == [True, False]
    assert sheet["B2"].value == 1_234
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:B2"
