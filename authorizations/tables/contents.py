"""What a report, or the file of a list, contains: sentences, figures, charts and tables, and for whom it is made."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Self

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from authorizations.display import of_number
from authorizations.tables.charts import Chart
from authorizations.tables.columns import Link, Table

# Labels of what a file says of itself that are about time.
DATED = frozenset({"As of", "Federal data"})


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, what it counts, and the address of exactly the rows that it counts; `note` stands small below it.

    A text instead of a number says why there is none, such as "too few".
    """

    number: int | str
    label: str
    url: str = ""
    note: str = ""

    @classmethod
    def counting(cls, number: int, one: str, url: str = "", many: str = "") -> Self:
        """A number of things: "1 open case", else "open cases" or ``many``."""
        return cls(number, of_number(number, one, many), url)


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in a report, in this order. The first page of a PDF is everything before the tables.

    Attributes:
        title: of this very report, such as "Status of Nimbus Desk at the Department of Harbors".
        summary: sentences that are alone for an official who reads nothing else.
        figures: the three or four figures that matter.
        decisions: what needs a decision, by whom, since when; each leads to its place.
        rules: the release of the rules by which it was computed.
        more: facts for programs, beside the tables; in JSON only.
        facts: what it is about, as label and value; provenance: what the file says of itself.
        is_one_table: whether one of the tables was chosen, and the others left out.
    """

    title: str
    tables: tuple[Table, ...]
    summary: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    decisions: tuple[Link, ...] = ()
    charts: tuple[Chart, ...] = ()
    rules: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)
    facts: tuple[tuple[str, str], ...] = ()
    provenance: tuple[tuple[str, str], ...] = ()
    is_one_table: bool = False

    @property
    def dated(self) -> tuple[tuple[str, str], ...]:
        """Of when it is, and of when its federal data are: what belongs beside the title."""
        return tuple(each for each in self.provenance if each[0] in DATED)

    @property
    def every_table(self) -> tuple[Table, ...]:
        """All tables, those that charts are drawn from first."""
        return (*(chart.table for chart in self.charts), *self.tables)

    def table(self, key: str) -> Table | None:
        return next((table for table in self.every_table if table.key == key), None)

    def only(self, table: Table) -> Self:
        """The same with one of its tables alone."""
        return replace(self, charts=(), tables=(table,), is_one_table=True)


@dataclass(frozen=True, slots=True)
class ReportSpec:
    """Who asks for a report, of what, and for which time.

    Attributes:
        as_of: the clock for ages, deadlines and the printed time; the rows are those of now.
        chosen: what each parameter stands for, by its key; absent where nothing was chosen.
        given: the texts that stand for it, as they belong into an address.
        marking: what is in the header and footer of each page, such as CUI.
        base: the address at which the portal was reached; blank where no request asks.
    """

    user: User
    as_of: datetime
    chosen: Mapping[str, Any] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)
    marking: str = ""
    base: str = ""

    @property
    def address(self) -> str:
        """What links of the file start from."""
        return self.base or settings.OWN_ADDRESS

    @property
    def today(self) -> date:
        """The US Eastern date of the clock."""
        return timezone.localdate(self.as_of)
