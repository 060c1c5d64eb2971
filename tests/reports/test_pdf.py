"""A report as a PDF: tagged, whole, marked on each page, and the same bytes for the same data."""

import hashlib
import io
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from importlib.abc import MetaPathFinder

import pikepdf
import pytest

from accounts.models import User
from authorizations.reports.rendering import pdf
from authorizations.reports.rendering.print_layout import PrintedTable, pages_about, shares, way_of
from authorizations.tables.column_widths import BOLD, LENGTHWISE, width, widths
from authorizations.tables.columns import Column, ColumnKind, Link, Table
from authorizations.tables.contents import ReportSpec
from tests.reports.files import filled, texts_of
from tests.reports.print_samples import AS_OF, LONG_WORD, Paper, chart_of
from tests.reports.tags import findings_of, tagged

TITLE = "Status of Nimbus & Desk"
# Paper takes a second to lay out.
pytestmark = [pytest.mark.sqlite, pytest.mark.slow]


def asked_by(name: str = "Ann Alvarez", marking: str = "CUI") -> ReportSpec:
    """What a person asks for, who is in no database."""
    return ReportSpec(User(name=name), AS_OF, marking=marking)


def made(spec: ReportSpec) -> bytes:
    """The sample as a PDF."""
    return pdf.pdf_of(Paper(), Paper().contents(spec), spec)


@pytest.fixture(scope="module")
def raw() -> bytes:
    if not pdf.is_possible():
        pytest.skip("needs the libraries for PDFs, which the system check names")
    return made(asked_by())


@pytest.fixture(scope="module")
def paper(raw: bytes) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(raw)) as opened:
        yield opened


@pytest.fixture(scope="module")
def pages(raw: bytes) -> list[str]:
    return texts_of(raw)


def test_a_checker_of_pdf_ua_finds_nothing(raw):
    assert findings_of(raw, TITLE) == []


def test_the_checker_would_find_it(raw):
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(raw)) as broken:
        del broken.Root["/Lang"]
        del broken.pages[0]["/Tabs"]
        broken.save(out)
    assert [each.partition(" ")[0] for each in findings_of(out.getvalue(), TITLE)] == ["DOC-013", "LNK-005"]


def test_each_heading_of_a_table_says_what_it_heads(paper):
    scopes = [str(each.A.get("/Scope")) for each in tagged(paper, "TH")]
    assert {"/Row", "/Column"} == set(scopes)
    rows = sum(1 for each in tagged(paper, "TR") if each.P.S == "/TBody")
    groups = 4
    assert scopes.count("/Row") == rows - groups


def test_each_chart_has_its_words_and_leads_nowhere(paper):
    figures = tagged(paper, "Figure")
    assert [str(each.Alt) for each in figures] == [
        "Cases by stage. Cases by stage: most are in assessment.",
        "Age by stage. Age by stage: most are in assessment.",
    ]


def test_the_texts_of_a_chart_are_laid_out_as_a_whole(paper):
    # Letter by letter, a chart took a fifth of the time of a short report, and its letters stood unevenly.
    texts = re.findall(r"<text", chart_of("Cases by stage").printed)
    operators = [(operands, str(operator)) for operands, operator in pikepdf.parse_content_stream(paper.pages[0])]
    (begin,) = [place for place, (operands, name) in enumerate(operators) if name == "BDC" and operands[0] == "/Figure"]
    end = next(place for place in range(begin, len(operators)) if operators[place][1] == "EMC")
    assert sum(name == "TJ" for _, name in operators[begin:end]) == len(texts)


def test_what_is_no_xml_is_read_as_html():
    page = "<!doctype html><html lang=en><title>A</title><body data-title=A><p>A bell \x07 rings<p>twice"
    assert "twice" in texts_of(pdf.drawn(page).whole)[0]


def test_links_lead_to_the_portal_and_say_where(paper):
    links = [link for page in paper.pages for link in page.get("/Annots", [])]
    addresses = [str(link.A.URI) for link in links]
    assert sum(address.endswith("/cases/?a=1") for address in addresses) == 1
    assert all(address.startswith("http") for address in addresses)
    assert [str(link.Contents) for link in links] == addresses


def test_what_stands_in_the_margins_is_passed_over(paper):
    marks = [operands for operands, operator in pikepdf.parse_content_stream(paper.pages[1]) if str(operator) == "BDC"]
    subtypes = [str(what.get("/Subtype")) for tag, what in marks if tag == "/Artifact"]
    assert subtypes == ["/Header"] * 3 + ["/Footer"] * 3


def test_bookmarks_lead_through_it(paper):
    with paper.open_outline() as outline:
        (whole,) = outline.root
        assert whole.title == "Status of Nimbus & Desk"
        assert [part.title for part in whole.children] == [
            "Needs a decision", "Cases by stage", "Age by stage", "In groups", "Lengthwise", "Empty",
            "About this file",
        ]  # fmt: skip


def test_each_page_has_its_number_and_the_marking_twice(pages):
    for number, text in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in text
        assert len(re.findall(r"^\s*(?:.*\s)?CUI(?:\s.*)?$", text, re.M)) >= 2
        assert "As of 24 Nov 2026, 10:30 a.m. EST, for Ann Alvarez" in text
    assert "CUI" not in "".join(texts_of(made(asked_by(marking=""))))


def test_the_first_page_stands_alone(pages):
    first = " ".join(pages[0].split())
    for words in (
        "Status of Nimbus & Desk", "For those who test.", "Nimbus Desk waits on nobody.", "cases", "too few", "to say",
        "Needs a decision", "Sign the letter", "rev5, 2026-11", "Marking CUI", "Made for Ann Alvarez", "1,200",
    ):  # fmt: skip
        assert words in first
    assert "In groups" not in first


@pytest.mark.parametrize(("decisions", "keeps_chart"), [(2, True), (8, True), (18, False)])
def test_a_front_page_is_one_page_and_its_chart_goes_to_its_table_where_it_has_no_room(decisions, keeps_chart):
    spec = asked_by()
    contents = replace(
        Paper().contents(spec),
        summary=("One sentence of many.",) * 12,
        decisions=tuple(Link(f"Decide on case {number}", "/cases/x/") for number in range(decisions)),
    )
    raw = pdf.pdf_of(Paper(), contents, spec)
    assert min(filled(raw)[:-1]) > 1 / 3
    first, second = texts_of(raw)[:2]
    assert f"Decide on case {decisions - 1}" in first
    with pikepdf.open(io.BytesIO(raw)) as paper:
        assert len(tagged(paper, "Figure")) == 2
        assert ("Cases by stage: most are in assessment." in first) == keeps_chart
    assert "Cases by stage" in second


def test_a_beginning_without_a_chart_or_decisions_has_its_tables_on_the_same_page():
    spec = asked_by()
    contents = replace(Paper().contents(spec), decisions=(), charts=())
    first = texts_of(pdf.pdf_of(Paper(), contents, spec))[0]
    assert "Nimbus Desk waits on nobody." in first
    assert "Agency 0" in first


def test_a_long_title_takes_one_line_at_the_head_of_a_page():
    spec = asked_by()
    title = "Decision packet of a department with a very long name for an offering that has a longer one"
    pages = texts_of(pdf.pdf_of(Paper(), replace(Paper().contents(spec), title=title), spec))
    head = pages[1].strip().splitlines()[0]
    assert head.startswith("Decision packet of a department")
    assert "…" in head
    assert "longer one" not in pages[1]


def test_tables_repeat_their_heads_and_leave_no_head_of_a_group_at_the_foot(pages):
    of_groups = [text for text in pages if "Offering <" in text]
    assert len(of_groups) > 2
    for text in of_groups:
        assert re.search(r"Name +Day +Days", text)
        rows = [line for line in text.splitlines() if "Offering <" in line or re.match(r"\s*Agency \d +30 rows", line)]
        assert "Offering <" in rows[-1]
    assert "All together" in of_groups[-1]
    assert f"{sum(range(120)):,}" in of_groups[-1]


def test_no_word_is_cut_however_long(pages):
    (page,) = [page for page in pages if "Supercali" in page]
    assert "".join(re.findall(r"[Ssupercalifragtxdo]{6,}", page.partition("Offering <6>")[2])) == LONG_WORD


def test_an_empty_table_says_what_would_stand_there(pages):
    assert "Nothing came back." in pages[-1]


def test_a_table_too_long_for_paper_says_how_many_rows_it_has_and_where_they_are(settings):
    settings.REPORT_PDF_ROWS = 2 + 2 + 3 + 50
    pages = texts_of(made(asked_by()))
    whole = "\n".join(pages)
    assert "Too long for paper. Only the first rows are shown: In groups." in " ".join(pages[0].split())
    assert "On paper stand the first 50 of them. Excel, CSV and JSON have all." in whole
    assert re.search(r"^ *120 rows\.$", whole, re.M)
    assert "Offering <49>" in whole
    assert "Offering <50>" not in whole
    assert f"{sum(range(120)):,}" in whole, "the sum is that of all rows"


@pytest.mark.parametrize(
    ("sizes", "raised_gc_thresholds", "whole"),
    [
        ([3, 0, 7], 10, [3, 0, 7]),
        ([3, 0, 8], 10, [3, 0, 7]),
        ([100, 2, 100], 22, [10, 2, 10]),
        ([5, 100, 100], 22, [5, 8, 9]),
        ([9, 9, 9], 2, [1, 1, 1]),
    ],
)
def test_short_tables_are_printed_whole_and_long_ones_share_the_rest(sizes, raised_gc_thresholds, whole):
    assert shares(sizes, raised_gc_thresholds) == whole


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (["", "upright", "wide", ""], "wide"),
        (["", "upright"], "upright"),
        ([], "upright"),
    ],
)
def test_all_tables_lie_one_way_so_that_no_turn_leaves_a_page_short(asked, found):
    assert way_of(asked) == found


def test_a_column_without_a_value_leaves_its_room_to_the_others():
    columns = tuple(Column(key, key.title(), "A text.") for key in ("what", "never", "why"))
    rows = [["Sent back", None, "The report does not cover the tenant that the agency uses."], ["Signed", "", None]]
    part = PrintedTable(Table("acts", "Acts", columns, lambda: rows), 10)
    assert [heading.label for heading in part.view.headings] == ["What", "Why"]
    assert part.left_out == "Without a value, and left out: Never."
    assert part.widths.columns[1] > 3 * part.widths.columns[0]


def test_a_heading_stands_in_one_line_where_there_is_room():
    columns = (Column("what", "What", "A text."), Column("rows", "Live ATO rows", "How many.", ColumnKind.NUMBER))
    found = widths(Table("uses", "Uses", columns, list), [["Reuse", 176]])
    assert found.narrow
    assert found.narrow * found.columns[1] / 100 > width("Live ATO rows")


@pytest.mark.parametrize("first", ["FY 2027", "One that is told in many more words than all of the others"])
def test_a_narrow_table_breaks_no_word_so_that_others_have_room(first):
    labels = ("Fiscal year", "Came into process", "Came to FedRAMP’s review", "Certified", "Left")
    numbers = [Column(label, label, "How many.", ColumnKind.NUMBER, sums=True) for label in labels[1:]]
    columns = (Column(labels[0], labels[0], "Which."), *numbers)
    found = widths(Table("years", "Years", columns, list), [[first, 3, 0, 0, 0], *[["FY 2026", 16, 0, 1, 1]] * 6])
    assert found.narrow
    room = [found.narrow * share / 100 for share in found.columns]
    for label, wide in zip(("together", "process", "FedRAMP’s", "Certified", "Left"), room, strict=True):
        assert wide > width(label) * 0.95


def test_who_waits_is_told_about_how_many_pages_there_will_be(raw):
    spec = asked_by()
    with pikepdf.open(io.BytesIO(raw)) as found:
        assert 0.5 < pages_about(Paper().contents(spec)) / len(found.pages) < 2


def test_numbers_and_days_are_never_broken_however_little_room_there_is():
    columns = (*(Column(f"c{place}", "Unforgettable", "A text.") for place in range(9)),)
    number = Column("days", "Days", "How many.", ColumnKind.NUMBER)
    rows = [["Uncharacteristically"] * 9 + [-1_025]]
    table = Table("rows", "Rows", (*columns, number), lambda: rows)
    assert widths(table, rows).columns[-1] / 100 * LENGTHWISE > width("-1,025")


def test_a_sum_that_is_longer_than_its_numbers_is_not_broken():
    columns = (*(Column(f"c{place}", "Unforgettable", "A text.") for place in range(9)),)
    number = Column("met", "Met", "How many.", ColumnKind.NUMBER, sums=True)
    rows = [["Uncharacteristically"] * 9 + [1]] * 14_808
    table = Table("rows", "Rows", (*columns, number), lambda: rows)
    assert widths(table, rows).columns[-1] / 100 * LENGTHWISE > width("14,808") * BOLD


@pytest.mark.slow  # Two more files are laid out.
def test_the_same_data_gives_the_same_bytes_and_another_person_others(raw):
    assert made(asked_by()) == raw
    assert made(asked_by("Cora Cloud")) != raw


def test_the_same_data_gives_the_same_bytes_where_fonttools_writes_the_fonts(raw, monkeypatch):
    # What WeasyPrint falls back to on a machine without libharfbuzz-subset.
    monkeypatch.setattr("weasyprint.pdf.fonts.harfbuzz_subset", None)
    page = "<!doctype html><title>A</title><p>A word"
    first = pdf.drawn(page).whole
    monkeypatch.setattr(time, "time", lambda now=time.time: now() + 86_400)
    assert pdf.drawn(page).whole == first


@pytest.mark.slow
@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_any_process_makes_the_same_bytes(raw, seed):
    environment = {**os.environ, "PYTHONHASHSEED": seed, "DJANGO_SETTINGS_MODULE": "fedramp_portal.settings"}
    line = [sys.executable, "-c", "import django; django.setup(); from tests.reports.print_samples import main; main()"]
    said = subprocess.run(line, env=environment, stdout=subprocess.PIPE, check=True, text=True).stdout
    assert said == hashlib.sha256(raw).hexdigest()


def test_the_page_that_prints_holds_no_style_and_fetches_it_from_the_portal(settings):
    asked = asked_by()
    page = pdf.printed(Paper(), Paper().contents(asked), asked)
    assert 'href="/static/portal/print.css"' in page
    assert "style=" not in page
    assert "<style" not in page


def test_a_machine_without_the_libraries_says_what_to_install(monkeypatch):
    class Lacking(MetaPathFinder):
        def find_spec(self, name, path, target=None):
            if name == "weasyprint":
                raise OSError("cannot load library 'libpango-1.0-0'")

    for name in [name for name in sys.modules if name.partition(".")[0] == "weasyprint"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [Lacking(), *sys.meta_path])
    pdf.library.cache_clear()
    assert not pdf.is_possible()
    with pytest.raises(pdf.NoPdf, match="apt-get install libpango"):
        made(asked_by())
