"""Charts as SVG, drawn on the server: the same for the page and for print, and readable in grey.

A drawing has no size of its own but a shape: it is as wide as its place, down to a narrow screen. Widths of texts are
computed, on the safe side, so that none is cut or runs into another, whichever font shows them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from authorizations.tables.column_widths import BOLD, width
from authorizations.tables.columns import Table

# The drawing's own units: as wide as a telephone, so that its texts are still read there.
WIDTH = 400
SIZE, SMALL = 14, 12
LINE = 17
INK, AXIS = "#1b1b1b", "#71767a"
# More bars than this stand closer together.
MANY = 14
# Between a bar and what is beside it; between texts beside each other.
GAP, BETWEEN = 6, 2
FONTS = "Report Sans,DejaVu Sans,sans-serif"


class Tone(Enum):
    """How dark a bar is, as fill and outline: apart from each other in grey too."""

    PLAIN = ("#2e6276", "#2e6276")
    STRONG = ("#162e51", "#162e51")
    LIGHT = ("#dfe1e2", "#3d4551")


@dataclass(frozen=True, slots=True)
class Point:
    """One bar: what it counts, how many, and the address of exactly the rows that it counts.

    Attributes:
        number: never below nought; None where there is none, which `words` then explain, such as "too few".
        words: what is printed beside the bar in place of the number, such as "12 days".
    """

    label: str
    number: float | None
    url: str = ""
    words: str = ""
    tone: Tone = Tone.PLAIN

    @property
    def leads(self) -> bool:
        """Whether it leads to rows: nought leads nowhere, and is passed over by the keyboard."""
        return bool(self.url and self.number)

    @property
    def printed(self) -> str:
        return self.words or ("–" if self.number is None else f"{self.number:,}")


@dataclass(frozen=True, slots=True)
class Series:
    """Points over time under one name; several are below each other, over the same times and to the same scale."""

    label: str
    points: Sequence[Point]


@dataclass(frozen=True)
class Chart:
    """A picture of a table, and a sentence that says what it shows.

    Attributes:
        series: several, or one without a label.
        over_time: columns beside each other, as far as their numbers fit; else bars below each other.
    """

    key: str
    description: str
    table: Table
    series: Sequence[Series]
    over_time: bool = False

    @property
    def is_drawn(self) -> bool:
        """Whether there is anything to see: of noughts alone the sentence says all."""
        return any(point.number for each in self.series for point in each.points)

    @property
    def picture(self) -> SafeString:
        """The SVG for a page, where numbers lead to their rows."""
        return self._drawing(linked=True).svg(self.table.title, self.description)

    @property
    def printed(self) -> SafeString:
        """The SVG for paper: one picture whose title says all of it, since a PDF has no other place for its words."""
        # A picture in a PDF does not know of the fonts around it.
        return self._drawing(linked=False).svg(
            f"{self.table.title}. {self.description}", fonts=f' font-family="{FONTS}"'
        )

    @property
    def is_tall(self) -> bool:
        """Whether what needs a decision is beside it on paper, so that both are on the front page."""
        return self.is_drawn and self._drawing(linked=False).y > WIDTH

    def _drawing(self, *, linked: bool) -> "_Drawing":
        drawing = _Drawing(linked)
        every = [point for each in self.series for point in each.points]
        fits = self.over_time and all(_fit(each.points) for each in self.series)
        height = (110 if len(self.series) == 1 else 64) if any(point.number for point in every) else 12
        for each in self.series:
            if each.label:
                drawing.text(0, drawing.y + SIZE, each.label, bold=True)
                drawing.y += LINE + 4
            if fits:
                _columns(drawing, each.points, _most(every), height)
            else:
                _bars(drawing, each.points, every)
            drawing.y += 10 if each is not self.series[-1] else 0
        return drawing


def bars(key: str, description: str, table: Table, points: Sequence[Point]) -> Chart:
    """Bars beside each other's labels, one a line: how many are at each stage, or how long each takes."""
    return Chart(key, description, table, [Series("", points)])


@dataclass(slots=True)
class _Drawing:
    linked: bool
    parts: list[str] = field(default_factory=list)
    y: float = 0
    is_group: bool = False

    def text(self, x: float, y: float, words: str, *, anchor: str = "", size: int = SIZE, bold: bool = False) -> None:
        more = (f' text-anchor="{anchor}"' if anchor else "") + (' font-weight="700"' if bold else "")
        place = f'x="{_digits(x)}" y="{_digits(y)}" font-size="{size}" fill="{INK}"'
        self.parts.append(f"<text {place}{more}>{escape(words)}</text>")

    def rect(self, x: float, y: float, width: float, height: float, tone: Tone) -> None:
        fill, stroke = tone.value
        place = f'x="{_digits(x)}" y="{_digits(y)}" width="{_digits(width)}" height="{_digits(height)}"'
        self.parts.append(f'<rect class="chart__bar" {place} fill="{fill}" stroke="{stroke}" stroke-width="1"/>')

    def line(self, x1: float, y1: float, x2: float, y2: float) -> None:
        place = f'x1="{_digits(x1)}" y1="{_digits(y1)}" x2="{_digits(x2)}" y2="{_digits(y2)}"'
        self.parts.append(f'<line {place} stroke="{AXIS}" stroke-width="1"/>')

    def begin(self, point: Point) -> None:
        if self.linked and point.leads:
            self.is_group = True
            name = escape(f"{point.label}: {point.printed}")
            self.parts.append(f'<a class="chart__link" href="{escape(point.url)}" aria-label="{name}">')

    def end(self, point: Point) -> None:
        if self.linked and point.leads:
            self.parts.append("</a>")

    def svg(self, title: str, description: str = "", fonts: str = "") -> SafeString:
        """The SVG. What leads somewhere is a group of links; what does not is one picture."""
        role = "group" if self.is_group else "img"
        place = f'class="chart__svg" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {_digits(self.y)}"'
        name = f'role="{role}" aria-label="{escape(title)}" focusable="false" preserveAspectRatio="xMinYMin"'
        words = f"<title>{escape(title)}</title>" + (f"<desc>{escape(description)}</desc>" if description else "")
        return mark_safe(f"<svg{fonts} {place} {name}>{words}{''.join(self.parts)}</svg>")  # noqa: S308  # escaped


def _bars(drawing: _Drawing, points: Sequence[Point], every: Sequence[Point]) -> None:
    most = _most(every)
    is_dense = len(every) > MANY
    size, thick, least = (SMALL, 11, 17) if is_dense else (SIZE, 16, 26)
    widest = max(width(point.printed, size) for point in every) * BOLD
    labels = min(max(width(point.label, size) for point in every), WIDTH * (0.55 if is_dense else 0.45))
    left = labels + GAP
    room = max(WIDTH - left - widest - GAP - 1, 0)
    top = drawing.y
    for point in points:
        lines = _wrapped(point.label, labels, size)
        height = max(least, len(lines) * (size + 3) + 4)
        middle = drawing.y + height / 2
        drawing.begin(point)
        for number, words in enumerate(lines):
            drawing.text(0, middle + size / 3 + (number - (len(lines) - 1) / 2) * (size + 3), words, size=size)
        long = room * (point.number or 0) / most
        if point.number:
            drawing.rect(left, middle - thick / 2, max(long, 1.5), thick, point.tone)
        drawing.text(left + long + GAP, middle + size / 3, point.printed, size=size, bold=True)
        drawing.end(point)
        drawing.y += height
    drawing.line(left, top, left, drawing.y)


def _columns(drawing: _Drawing, points: Sequence[Point], most: float, height: int) -> None:
    slot = min(WIDTH / len(points), 90)
    wide = min(slot * 0.62, 44)
    bottom = drawing.y + SMALL + GAP + height
    labels = [_wrapped(point.label, slot - BETWEEN, SMALL) for point in points]
    for place, (point, lines) in enumerate(zip(points, labels, strict=True)):
        middle = (place + 0.5) * slot
        tall = height * (point.number or 0) / most
        drawing.begin(point)
        if point.number:
            drawing.rect(middle - wide / 2, bottom - max(tall, 1.5), wide, max(tall, 1.5), point.tone)
        drawing.text(middle, bottom - tall - 4, point.printed, anchor="middle", size=SMALL, bold=True)
        for number, words in enumerate(lines):
            drawing.text(middle, bottom + 14 + number * (LINE - 3), words, anchor="middle", size=SMALL)
        drawing.end(point)
    drawing.line(0, bottom, slot * len(points), bottom)
    drawing.y = bottom + 6 + max(map(len, labels)) * (LINE - 3)


def _most(points: Sequence[Point]) -> float:
    return max((point.number or 0 for point in points), default=0) or 1


def _fit(points: Sequence[Point]) -> bool:
    """Whether each point's number and each word of its label fit in a column of their own."""
    slot = min(WIDTH / max(len(points), 1), 90) - BETWEEN
    labels = all(width(word, SMALL) <= slot for point in points for word in point.label.split())
    return labels and all(width(point.printed, SMALL) * BOLD <= slot for point in points)


def _wrapped(text: str, room: float, size: int) -> list[str]:
    """A text in lines that fit; a word that is too long for one is broken."""
    lines = [""]
    for word in text.split():
        if lines[-1] and width(f"{lines[-1]} {word}", size) <= room:
            lines[-1] += f" {word}"
            continue
        lines += [*_broken(word, room, size)] if lines[-1] else []
        if not lines[0]:
            lines = list(_broken(word, room, size))
    return lines


def _broken(word: str, room: float, size: int) -> Iterator[str]:
    part = ""
    for letter in word:
        if part and width(part + letter, size) > room:
            yield part
            part = ""
        part += letter
    yield part


def _digits(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
