"""What a report is: a title, an audience, parameters, columns and rows over what its asker may see.

A report is one file beside this one and a line in `registry.py`. It says what stands in it; how that looks on the
screen, in a PDF, a workbook, CSV or JSON is the same code for all of them, which is why they agree.
"""

from abc import ABC
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts.models import User
from accounts.roles import OrganizationKind


class Kind(StrEnum):
    """What a column holds; the value names its type in the JSON schema of the report."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    MOMENT = "moment"
    FLAG = "flag"


class Ref(NamedTuple):
    """A text, or a number, that leads to a page of the portal, by its path; files hold the text alone."""

    text: str | int
    url: str


Value = str | int | float | date | datetime | bool | Ref | None
Bare = str | int | float | date | datetime | bool | None
Row = Sequence[Value]


def bare(value: Value) -> Bare:
    """A value without where it leads."""
    return value.text if isinstance(value, Ref) else value


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in JSON, its heading, what it holds, and what the workbook says that it means.

    Attributes:
        sums: whether the numbers of all rows are added up below the table; that must mean something.
    """

    key: str
    label: str
    explains: str
    kind: Kind = Kind.TEXT
    sums: bool = False


@dataclass(frozen=True)
class Table:
    """Rows under their columns. They are read once for each file, and in one go for pages and PDFs.

    Attributes:
        rows: makes the rows anew each time; each has a value for each column, in their order. Very many come one by
            one, from an iterator of the database.
        note: a sentence above the rows: what is counted, by which rule.
        empty: what would stand here, where nothing does.
        group: the key of the column by which pages and PDFs show the rows in groups; the rows come in its order.
        size, some, groups: how many rows there are, those from one place to another, and how many each group has; for
            tables too long to be kept, of which a page shows a part.
    """

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: Callable[[], Iterable[Row]]
    note: str = ""
    empty: str = "Nothing to list."
    group: str = ""
    size: Callable[[], int] | None = None
    some: Callable[[int, int], Iterable[Row]] | None = None
    groups: Callable[[], Mapping[Value, int]] | None = None

    @cached_property
    def total(self) -> int:
        """How many rows there are."""
        return self.size() if self.size else len(self.whole)

    def between(self, start: int, stop: int) -> list[Row]:
        """The rows from one place to another, the second left out."""
        return list(self.some(start, stop)) if self.some else self.whole[start:stop]

    @cached_property
    def whole(self) -> list[Row]:
        """All rows, kept: for those who show them more than once."""
        return list(self.rows())

    @cached_property
    def of_groups(self) -> Mapping[Value, int]:
        """How many rows each group has, by what stands in its column."""
        if self.groups:
            return self.groups()
        by = next(place for place, column in enumerate(self.columns) if column.key == self.group)
        return Counter(row[by] for row in self.whole)

    @cached_property
    def sums(self) -> dict[str, int | float]:
        """What the numbers of the columns that add up come to, by their keys."""
        places = [(column.key, place) for place, column in enumerate(self.columns) if column.sums]
        return {key: sum(bare(row[place]) or 0 for row in self.whole) for key, place in places}  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, what it counts, and the address of exactly the rows that it counts; `note` stands small below it.

    A text instead of a number says why there is none, such as "too few".
    """

    number: int | str
    label: str
    url: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of a table: SVG that is readable in grey, and a sentence that says what it shows."""

    key: str
    svg: str
    says: str
    table: Table


@dataclass(frozen=True, slots=True)
class Contents:
    """What stands in a report, in this order. The first page of a PDF is everything before the tables.

    Attributes:
        title: of this very report, such as "Status of Nimbus Desk at the Department of Harbors".
        summary: sentences that stand alone for an official who reads nothing else.
        figures: the three or four figures that matter.
        decisions: what needs a decision, by whom, since when; each leads to its place.
        rules: the release of the rules by which it was reckoned.
        more: facts for programs, beside the tables; in JSON only.
    """

    title: str
    tables: tuple[Table, ...]
    summary: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    decisions: tuple[Ref, ...] = ()
    charts: tuple[Chart, ...] = ()
    rules: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def every_table(self) -> tuple[Table, ...]:
        """All tables, those that charts are drawn from first."""
        return (*(chart.table for chart in self.charts), *self.tables)

    def table(self, key: str) -> Table | None:
        """The table of a key."""
        return next((table for table in self.every_table if table.key == key), None)


class Missing(Exception):
    """What a parameter names is not there for this person: the page answers 404. `key` is the parameter."""

    def __init__(self, text: object, key: str = "") -> None:
        super().__init__(text)
        self.key = key


class Unfit(Exception):
    """A report cannot be made of what was asked for; the text is one sentence, `key` the parameter it is about."""

    def __init__(self, text: str, key: str = "") -> None:
        super().__init__(text)
        self.key = key


class NotForYou(Exception):
    """The person's side has no such report: the page answers 403."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a person may say about a report before it is made.

    Attributes:
        find: what a text stands for, among what the person may see.
            Raises Missing where there is no such record, Unfit where the text means nothing.
        choices: what to choose from, as (text, words); None where the person types, as a day. It gives None where there
            is too much to choose from, so that the person types all the same.
        default: the text where the person says nothing; blank where there is none.
    """

    key: str
    label: str
    find: Callable[[User, str], Any]
    choices: Callable[[User], Sequence[tuple[str, str]] | None] | None = None
    default: Callable[[User], str] = lambda user: ""
    required: bool = False
    hint: str = ""


def day(user: User, text: str) -> date:
    """Reads a day for a parameter.

    Raises:
        Unfit: it is none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise Unfit("Write the day as year, month and day, such as 2026-11-24.") from problem


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks for a report, of what, and for which time.

    Attributes:
        as_of: the clock for ages, deadlines and the printed time; the rows are those of now.
        chosen: what each parameter stands for, by its key; absent where nothing was chosen.
        given: the texts that stand for it, as they belong into an address.
        marking: what stands in the header and footer of each page, such as CUI.
    """

    user: User
    as_of: datetime
    chosen: Mapping[str, Any] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)
    marking: str = ""

    @property
    def today(self) -> date:
        """The US Eastern date of the clock."""
        return timezone.localdate(self.as_of)


EVERYONE: frozenset[str] = frozenset(OrganizationKind)


class Report(ABC):
    """One report. The simplest says its columns and gives its rows; a richer one makes its contents itself."""

    name: ClassVar[str]
    title: ClassVar[str]
    # Whom it is for and what it answers, each in a sentence.
    audience: ClassVar[str]
    explains: ClassVar[str]
    parameters: ClassVar[tuple[Parameter, ...]] = ()
    # The sides whose people may ask for it. What stands in it is for each only what they may see.
    sides: ClassVar[frozenset[str]] = EVERYONE
    columns: ClassVar[tuple[Column, ...]] = ()
    # The key of the column by which pages and PDFs show the rows in groups.
    group: ClassVar[str] = ""
    empty: ClassVar[str] = "Nothing to list."
    # Whether it may grow so long that a PDF is made by the worker.
    long: ClassVar[bool] = True

    def is_for(self, user: User) -> bool:
        """Whether a person's side has this report."""
        return bool(self.sides & user.sides)

    def rows(self, asked: Asking) -> Iterable[Row]:
        """The rows of the one table, over what the asker may see."""
        raise NotImplementedError(f"{type(self).__name__} says neither its rows nor its contents")

    @classmethod
    def alone(cls, asked: Asking, table: str, **more: str) -> str:
        """The address of one of the report's tables by itself, by its key, for a figure that counts its rows.

        ``more``: parameters that narrow it further.
        """
        return f"{reverse('report', args=[cls.name])}?{urlencode({**asked.given, **more, 'table': table})}"

    def contents(self, asked: Asking) -> Contents:
        """What stands in the report.

        Raises:
            Unfit: it cannot be made of what was asked for.
        """
        empty = "No row matches what was chosen." if asked.chosen else self.empty
        table = Table("rows", self.title, self.columns, lambda: self.rows(asked), empty=empty, group=self.group)
        return Contents(self.title, (table,))


def ask(report: Report, user: User, given: Mapping[str, str], as_of: datetime, marking: str = "") -> Asking:
    """What a person asks for, found among what they may see.

    Raises:
        NotForYou: their side has no such report.
        Missing: a parameter names what is not there for them.
        Unfit: a parameter is required and absent, or means nothing.
    """
    if not report.is_for(user):
        raise NotForYou(report.title)
    # Whoever says nothing gets the default; whoever chooses nothing on purpose gets all.
    texts = {
        each.key: given[each.key].strip() if each.key in given else each.default(user) for each in report.parameters
    }
    chosen: dict[str, Any] = {}
    for each in report.parameters:
        text = texts[each.key]
        if not text and each.required:
            raise Unfit(f"Choose: {each.label.lower()}.", each.key)
        if text:
            chosen[each.key] = _found(each, user, text)
    said = {each.key: texts[each.key] for each in report.parameters if texts[each.key] or each.default(user)}
    return Asking(user, as_of, chosen, said, marking)


def _found(parameter: Parameter, user: User, text: str) -> Any:
    try:
        return parameter.find(user, text)
    except (Missing, Unfit) as problem:
        raise type(problem)(str(problem), parameter.key) from problem
