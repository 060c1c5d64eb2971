"""Charts: each is whole, fits its place, says what it shows, and is readable in grey."""

import calendar
from itertools import combinations, pairwise
from xml.etree import ElementTree

import pytest

from authorizations.tables.charts import WIDTH, Chart, Point, Series, Tone
from authorizations.tables.column_widths import BOLD, width
from authorizations.tables.columns import Table

SVG = "{http://www.w3.org/2000/svg}"
STAGES = (
    "Partnership",
    "Significant change notification received",
    "Supercalifragilisticexpialidocious-and-longer-still",
    "Review & remediation <now>",
)


def bars(title: str, description: str, points: list[Point]) -> Chart:
    return Chart("", description, Table("", title, (), list), [Series("", points)])


def columns(title: str, description: str, series: list[Series]) -> Chart:
    return Chart("", description, Table("", title, (), list), series, over_time=True)


MONTHS = [f"{month} 2026" for month in calendar.month_abbr[1:]]
LONG = [Point(stage, number) for stage, number in zip(STAGES, (0, 7, 1_234, 56), strict=True)]
CHARTS = {
    "long names": bars("Stages", "Cases by stage.", LONG),
    "links": bars("Stages", "Cases by stage.", [Point("Package", 3, "/cases/?a=1&b=2"), Point("Decision", 1)]),
    "words": bars("Age", "Days.", [Point("Package", 12.5, words="12.5 days"), Point("Review", None, words="too few")]),
    "one": bars("One", "One.", [Point("Package", 1)]),
    "noughts": bars("Noughts", "None.", [Point("Package", 0), Point("Decision", 0)]),
    "none": bars("None", "None.", []),
    "no columns": columns("None", "None.", []),
    "a year": columns(
        "Flow",
        "Opened and closed.",
        [
            Series("Opened", [Point(month, number * 13) for number, month in enumerate(MONTHS)]),
            Series("Closed", [Point(month, 5, tone=Tone.LIGHT) for month in MONTHS]),
        ],
    ),
    "too many": columns("Days", "Many.", [Series("", [Point(f"{day} Nov", day * 1_000) for day in range(1, 25)])]),
    "weeks": columns(
        "Deadline", "Due.", [Series("", [Point("Overdue", 2, "/a", tone=Tone.STRONG), Point("30 Nov", 0)])]
    ),
    "every stage": bars("Stages", "Many.", [Point(f"{STAGES[place % 4]} {place}", place) for place in range(25)]),
    "an empty week": columns("Ahead", "Due.", [Series("", [Point("30 Nov", 0)])]),
}  # fmt: skip
OF_NOUGHT = {"noughts", "none", "no columns", "an empty week"}


def parsed(svg: str) -> ElementTree.Element:
    """The drawing as a tree."""
    return ElementTree.fromstring(svg)  # noqa: S314  # ours


def box(text: ElementTree.Element) -> tuple[float, float, float, float]:
    """Left, right, top and bottom of a text, as wide as it is computed."""
    size = int(text.attrib["font-size"])
    wide = width(text.text or "", size) * (BOLD if text.get("font-weight") else 1)
    left = float(text.attrib["x"]) - (wide / 2 if text.get("text-anchor") == "middle" else 0)
    return left, left + wide, float(text.attrib["y"]) - size * 0.8, float(text.attrib["y"]) + size * 0.2


@pytest.mark.parametrize("name", sorted(CHARTS.keys() - OF_NOUGHT))
def test_no_text_of_a_chart_is_cut_or_runs_into_another(name):
    picture = parsed(CHARTS[name].picture)
    height = float(picture.attrib["viewBox"].split()[3])
    boxes = [box(text) for text in picture.iter(f"{SVG}text")]
    for left, right, top, bottom in boxes:
        assert left >= -1
        assert right <= WIDTH + 1
        assert top >= -1
        assert bottom <= height + 1
    for one, other in combinations(boxes, 2):
        apart = one[1] <= other[0] + 1 or other[1] <= one[0] + 1 or one[3] <= other[2] + 1 or other[3] <= one[2] + 1
        assert apart


@pytest.mark.parametrize("name", sorted(CHARTS.keys() - OF_NOUGHT))
def test_a_chart_says_what_it_shows_and_brings_no_style_of_its_own(name):
    picture = parsed(CHARTS[name].picture)
    assert [child.tag for child in picture[:2]] == [f"{SVG}title", f"{SVG}desc"]
    assert "style" not in CHARTS[name].picture


def test_each_number_stands_beside_its_bar_and_long_names_are_whole():
    words = "".join(parsed(CHARTS["long names"].picture).itertext()).replace(" ", "")
    assert "1,234" in words
    for stage in STAGES:
        assert stage.replace(" ", "") in words


def test_bars_are_as_long_as_their_numbers_and_the_longest_fills_its_place():
    points = [Point("A", 10), Point("B", 5), Point("C", 0)]
    rects = list(parsed(bars("Bars", "Bars.", points).picture).iter(f"{SVG}rect"))
    ten, five = (float(rect.attrib["width"]) for rect in rects)
    assert ten == pytest.approx(2 * five, abs=0.1)
    assert ten > WIDTH / 2


def test_series_have_one_scale_and_fills_that_differ_in_grey():
    rects = list(parsed(CHARTS["a year"].picture).iter(f"{SVG}rect"))
    heights = {rect.attrib["fill"]: float(rect.attrib["height"]) for rect in rects}
    # The last columns: 143 beside 5.
    assert heights[Tone.PLAIN.value[0]] / heights[Tone.LIGHT.value[0]] == pytest.approx(143 / 5, rel=0.1)
    lights = sorted(sum(int(tone.value[0][place : place + 2], 16) for place in (1, 3, 5)) for tone in Tone)
    assert all(after - before > 90 for before, after in pairwise(lights))


def test_a_chart_of_noughts_is_not_drawn():
    assert {name for name, chart in CHARTS.items() if not chart.is_drawn} == OF_NOUGHT
    assert not CHARTS["noughts"].is_tall


def test_links_are_for_pages_alone():
    page, paper = CHARTS["links"].picture, CHARTS["links"].printed
    assert parsed(page).attrib["role"] == "group"
    assert 'href="/cases/?a=1&amp;b=2" aria-label="Package: 3"' in page
    picture = parsed(paper)
    assert picture.attrib["role"] == "img"
    assert picture[0].text == "Stages. Cases by stage."
    assert not list(picture.iter(f"{SVG}a"))
    assert not list(picture.iter(f"{SVG}desc"))


def test_nought_leads_nowhere_so_that_the_keyboard_passes_it_over():
    page = bars(
        "Stages", "Cases by stage.", [Point("Package", 0, "/cases/?a=1"), Point("Decision", 2, "/cases/?a=2")]
    ).picture
    assert "/cases/?a=1" not in page
    assert "/cases/?a=2" in page
