"""A report with one of everything, for tests of how reports look on paper: no row of a database is in it."""

import hashlib
import sys
from datetime import UTC, date, datetime
from typing import ClassVar

from accounts.models import User
from authorizations.reports.base import Report
from authorizations.reports.rendering.pdf import pdf_of
from authorizations.tables.charts import Chart, Point, bars
from authorizations.tables.columns import Column, ColumnKind, Link, Table
from authorizations.tables.contents import Contents, Figure, ReportSpec

AS_OF = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)
LONG_WORD = "Supercalifragilisticexpialidocious" * 3
COLUMNS = (
    Column("agency", "Agency", "Who."),
    Column("name", "Name", "What."),
    Column("day", "Day", "When.", ColumnKind.DAY),
    Column("days", "Days", "How long.", ColumnKind.NUMBER, sums=True),
)
WIDE = tuple(Column(f"c{place}", f"Column {place}", "A text.") for place in range(9))


class Paper(Report):
    """One of everything: figures, charts, a decision, tables in groups, with sums, lengthwise, long and empty."""

    name: ClassVar[str] = "ato-register"
    title: ClassVar[str] = "Sample"
    audience: ClassVar[str] = "For those who test."
    explains: ClassVar[str] = "One of everything."

    def contents(self, spec: ReportSpec) -> Contents:
        """All of it."""
        return Contents(
            "Status of Nimbus & Desk",
            (
                Table("groups", "In groups", COLUMNS, lambda: ROWS, note="What is counted.", group="agency"),
                Table("wide", "Lengthwise", WIDE, lambda: [[f"Text {place} of some length"] * 9 for place in range(3)]),
                Table("empty", "Empty", COLUMNS, list, empty="Nothing came back."),
            ),
            summary=("Nimbus Desk waits on nobody.",),
            figures=(Figure(3, "cases", "/cases/?a=1", "since 2025"), Figure("too few", "to say")),
            decisions=(Link("Sign the letter", "/cases/x/"), Link("Read it", "")),
            charts=tuple(chart_of(title) for title in ("Cases by stage", "Age by stage")),
            rules="rev5, 2026-11",
            provenance=(("Made for", spec.user.name), ("Rules", "rev5, 2026-11"), ("Marking", spec.marking)),
        )


def chart_of(title: str) -> Chart:
    """A chart with its table."""
    description = f"{title}: most are in assessment."
    points = [Point("Package", 3, "/cases/?stage=package"), Point("Assessment", 1_200)]
    columns = (Column("stage", "Stage", "Where."), Column("number", "Cases", "How many.", ColumnKind.NUMBER, sums=True))
    rows = [(point.label, point.number) for point in points]
    return bars(title.lower().replace(" ", "-"), description, Table(title, title, columns, lambda: rows), points)


ROWS = [
    (f"Agency {place // 30}", LONG_WORD if place == 7 else f"Offering <{place}>", date(2026, 1, 1 + place % 28), place)
    for place in range(120)
]


def main() -> None:
    """Says the hash of the sample's PDF, in a process of its own."""
    spec = ReportSpec(User(name="Ann Alvarez"), AS_OF, marking="CUI")
    sys.stdout.write(hashlib.sha256(pdf_of(Paper(), Paper().contents(spec), spec)).hexdigest())
