"""What a report is: a title, an audience, parameters, columns and rows over what its asker may see.

A report is one file beside this one and a line in `registry.py`. It says what is in it; how that looks on the
screen, in a PDF, a workbook, CSV or JSON is the same code for all of them, which is why they agree.
"""

from abc import ABC
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import User
from accounts.roles import OrganizationKind
from authorizations.display import small
from authorizations.tables.columns import Column, Row, Table
from authorizations.tables.contents import Contents, ReportSpec

# Beside the parameters of a report that is made in the background: the key of the one table that was asked for.
TABLE = "table"


class Missing(Exception):
    """What a parameter names is not there for this person: the page answers 404. `key` is the parameter."""

    def __init__(self, text: object, key: str = "") -> None:
        super().__init__(text)
        self.key = key


class UnusableRequest(Exception):
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
            Raises Missing where there is no such record, UnusableRequest where the text means nothing.
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
        UnusableRequest: it is none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise UnusableRequest("Write the day as year, month and day, such as 2026-11-24.") from problem


EVERYONE: frozenset[str] = frozenset(OrganizationKind)


class Report(ABC):
    """One report. The simplest says its columns and gives its rows; a richer one makes its contents itself."""

    name: ClassVar[str]
    title: ClassVar[str]
    # Whom it is for and what it answers, each in a sentence.
    audience: ClassVar[str]
    explains: ClassVar[str]
    parameters: ClassVar[tuple[Parameter, ...]] = ()
    # The sides whose people may ask for it. What is in it is for each only what they may see.
    sides: ClassVar[frozenset[str]] = EVERYONE
    columns: ClassVar[tuple[Column, ...]] = ()
    # The key of the column by which pages and PDFs show the rows in groups.
    group: ClassVar[str] = ""
    empty: ClassVar[str] = "Nothing to list."
    # Whether it may grow so long that a PDF is made by the worker.
    long: ClassVar[bool] = True

    def is_for(self, user: User) -> bool:
        return bool(self.sides & user.sides)

    def rows(self, spec: ReportSpec) -> Iterable[Row]:
        raise NotImplementedError(f"{type(self).__name__} says neither its rows nor its contents")

    @classmethod
    def alone(cls, spec: ReportSpec, table: str, **more: str) -> str:
        """The address of one of the report's tables by itself, by its key, for a figure that counts its rows.

        ``more``: parameters that narrow it further.
        """
        return cls.link(spec, **more, table=table)

    @classmethod
    def link(cls, spec: ReportSpec, **more: str) -> str:
        """The address of the report as it was asked for, narrowed further."""
        return f"{reverse('report', args=[cls.name])}?{urlencode({**spec.given, **more})}"

    def contents(self, spec: ReportSpec) -> Contents:
        """What is in the report.

        Raises:
            UnusableRequest: it cannot be made of what was asked for.
        """
        empty = "No row matches what was chosen." if spec.chosen else self.empty
        table = Table("rows", self.title, self.columns, lambda: self.rows(spec), empty=empty, group=self.group)
        return Contents(self.title, (table,))


def ask(
    report: Report, user: User, given: Mapping[str, str], as_of: datetime, marking: str = "", base: str = ""
) -> ReportSpec:
    """What a person asks for, found among what they may see; ``base``: the address at which they reach the portal.

    Raises:
        NotForYou: their side has no such report.
        Missing: a parameter names what is not there for them.
        UnusableRequest: a parameter is required and absent, or means nothing.
    """
    if not report.is_for(user):
        raise NotForYou(report.title)
    # Anyone who says nothing gets the default; anyone who chooses nothing on purpose gets all.
    texts = {
        each.key: given[each.key].strip() if each.key in given else each.default(user) for each in report.parameters
    }
    chosen: dict[str, Any] = {}
    for each in report.parameters:
        text = texts[each.key]
        if not text and each.required:
            raise UnusableRequest(f"Choose: {small(each.label)}.", each.key)
        if text:
            chosen[each.key] = _find_record(each, user, text)
    stated = {each.key: texts[each.key] for each in report.parameters if texts[each.key] or each.default(user)}
    return ReportSpec(user, as_of, chosen, stated, marking, base)


def _find_record(parameter: Parameter, user: User, text: str) -> Any:
    try:
        return parameter.find(user, text)
    except (Missing, UnusableRequest) as problem:
        raise type(problem)(str(problem), parameter.key) from problem
