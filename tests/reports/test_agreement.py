"""Each report says the same in every format, to one side; and no text becomes a formula of a spreadsheet."""

import io
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import User
from accounts.roles import Role
from authorizations.tables.archive import UNDATED
from authorizations.tables.columns import Column, Link, Table
from authorizations.tables.contents import Contents, Figure, ReportSpec
from authorizations.tables.csv_and_json import FORMULA_STARTS, csv_of, csv_zip_of, harmless
from authorizations.tables.xlsx import workbook_of
from tests.cast import Cast
from tests.lifecycle.cases import make_case
from tests.reports.agreeing import ONE_SIDE, agree
from tests.samples import sample

pytestmark = pytest.mark.sqlite
# A PDF takes longest: of these alone.
WITH_PDF = {"case-status", "duties"}
# One with charts, one of the program; the full run asks the others, and the demo's data in a PDF of each report.
FEW = {"dashboard", "program"}


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize(("name", "role"), sample(ONE_SIDE, *(each for each in ONE_SIDE if each[0] in FEW)))
def test_a_report_says_the_same_in_every_format(cast: Cast, name: str, role: Role) -> None:
    make_case(cast, "initial", "certified")
    make_case(cast, "reuse", "package_review")
    user = User.objects.filter(memberships__role=role).order_by("pk")[0]
    agree(name, user, with_pdf=name in WITH_PDF)


# --- what a spreadsheet could take for a formula ---

COLUMNS = (Column("text", "=Text", "A text."), Column("link", "Link", "A text that leads somewhere."))
EVIL = [f"{start}cmd|' /C calc'!A0" for start in FORMULA_STARTS]


def evil() -> Contents:
    """A report of nothing but formulas."""
    rows = [(text, Link(text, "/x/")) for text in EVIL]
    return Contents("=1+1", (Table("rows", "=Rows", COLUMNS, lambda: rows),), summary=("=2+2",))


def test_no_text_is_a_formula_in_a_csv() -> None:
    text = "".join(csv_of(evil().tables[0])).removeprefix("\ufeff")
    for cell in text.replace('"', "").replace("\r\n", ",").split(","):
        assert not cell.startswith(FORMULA_STARTS)
    assert text.count("'=cmd") == 2


@pytest.mark.parametrize(
    ("text", "defused"),
    [("x;=1+1", "x;'=1+1"), ("x; @y;z", "x;' @y;z"), ("=a;=b", "'=a;'=b"), ("a; b", "a; b")],
)
def test_no_text_is_a_formula_where_cells_end_at_semicolons(text: str, defused: str) -> None:
    assert harmless(text) == defused


def test_no_text_is_a_formula_in_a_workbook() -> None:
    out = BytesIO()
    workbook_of(evil(), ReportSpec(User(name="=Ann"), timezone.now(), marking="@CUI"), out)
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
    workbook_of(contents, ReportSpec(User(name=bad), timezone.now(), marking=bad), out)
    book = load_workbook(io.BytesIO(out.getvalue()))
    assert book.properties.creator == "a\ufffdb\ufffdc\ufffd"
    assert book.worksheets[1]["A2"].value == "a\ufffdb\ufffdc\ufffd"


def test_a_workbook_has_days_as_days_and_numbers_as_numbers() -> None:
    columns = (Column("day", "Day", "When."), Column("number", "Number", "How many."))
    contents = Contents("Typed", (Table("rows", "Rows", columns, lambda: [(date(2026, 11, 24), 1_234)]),))
    out = BytesIO()
    workbook_of(contents, ReportSpec(User(name="Ann"), timezone.now()), out)
    sheet = load_workbook(io.BytesIO(out.getvalue()))["Rows"]
    assert [cell.is_date for cell in sheet[2]] == [True, False]
    assert sheet["B2"].value == 1_234
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:B2"


def test_a_file_holds_nothing_of_the_clock_of_the_machine() -> None:
    out, as_of = BytesIO(), timezone.now()
    workbook_of(evil(), ReportSpec(User(name="Ann"), as_of), out)
    assert load_workbook(io.BytesIO(out.getvalue())).properties.modified == as_of.replace(tzinfo=None, microsecond=0)
    for raw in (out.getvalue(), b"".join(csv_zip_of(evil().tables, [("Made for", "=1+1")]))):
        with ZipFile(io.BytesIO(raw)) as archive:
            assert {each.date_time for each in archive.infolist()} == {UNDATED}
