"""The cells of a table: one value, its text for exports and its HTML for the page."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from authorizations.display import NONE, address, day_text, moment_text
from authorizations.reports.base import Bare


@dataclass(frozen=True, slots=True)
class Cell:
    """A text; subclasses show it in their own way on the page."""

    text: str

    @property
    def value(self) -> Bare:
        """What the cell holds, as workbooks and JSON have it: the text where it is nothing else."""
        return self.text or None

    @property
    def html(self) -> SafeString:
        """The cell's content on the page, escaped."""
        return escape(self.text)


@dataclass(frozen=True, slots=True)
class Link(Cell):
    """A text that leads to a record's page; `note` stands small below it."""

    name: str
    public_id: str
    note: str = ""

    @property
    def html(self) -> SafeString:
        """A link, with the note below it."""
        link = format_html('<a href="{}">{}</a>', address(self.name, self.public_id), self.text)
        return format_html('{}<span class="cell-note">{}</span>', link, self.note) if self.note else link


@dataclass(frozen=True, slots=True)
class Day(Cell):
    """A date; the text is ISO 8601, the page shows words."""

    day: date | None = None

    @property
    def value(self) -> Bare:
        """The date."""
        return self.day

    @property
    def html(self) -> SafeString:
        """The date in words, or a dash that screen readers read as "none"."""
        if self.day is None:
            return NONE
        return mark_safe(f'<time datetime="{self.text}">{day_text(self.day)}</time>')  # noqa: S308  # digits and a month


@dataclass(frozen=True, slots=True)
class Moment(Cell):
    """A time; the text is ISO 8601, the page shows words and the zone."""

    moment: datetime

    @property
    def value(self) -> Bare:
        """The time."""
        return self.moment

    @property
    def html(self) -> SafeString:
        """The time in words."""
        return format_html('<time datetime="{}">{}</time>', self.text, moment_text(self.moment))


@dataclass(frozen=True, slots=True)
class Age(Cell):
    """How long something has lasted, "12 days", with the day since when below it."""

    since: date

    @property
    def html(self) -> SafeString:
        """The age, and the day it counts from."""
        return format_html(
            '{}<span class="cell-note">since <time datetime="{}">{}</time></span>',
            self.text,
            self.since.isoformat(),
            day_text(self.since),
        )


@dataclass(frozen=True, slots=True)
class PathLink(Cell):
    """A text that leads to a page of ours whose path is stored; without one it is only the text."""

    path: str

    @property
    def html(self) -> SafeString:
        """A link, or the text."""
        return format_html('<a href="{}">{}</a>', self.path, self.text) if self.path else escape(self.text)


@dataclass(frozen=True, slots=True)
class Tag(Cell):
    """A status with its colour; the colour never stands alone."""

    tone: str = "plain"

    @property
    def html(self) -> SafeString:
        """A status tag with its text."""
        return format_html('<span class="status status--{}">{}</span>', self.tone, self.text)


def day(value: date | None) -> Day:
    """The cell of a date that may be absent."""
    return Day("" if value is None else value.isoformat(), value)


def moment(value: datetime | None) -> Cell:
    """The cell of a time that may be absent."""
    return Cell("") if value is None else Moment(timezone.localtime(value).isoformat(timespec="seconds"), value)


def text(value: object) -> Cell:
    """The cell of a plain value; blank where there is none."""
    return Cell("" if value is None else str(value))
