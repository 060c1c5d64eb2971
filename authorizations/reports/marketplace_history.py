"""What the Marketplace's dates say of the program: who came, was certified and left, by month and year, and how fast.

All of it is computed from the steps that feeds and changelogs dated; one of an offering counts once, on its first day.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Min, Q, QuerySet

from authorizations.display import counted, day_text, label
from authorizations.models import DesignationEvent, Offering
from authorizations.presenters.provenance import federal_day
from authorizations.reports.cases.statistics import ENOUGH, QUARTILES, days_at, quartiles
from authorizations.reports.scope import ReportScope, listed, within
from authorizations.tables.charts import Chart, Point, Series, bars
from authorizations.tables.columns import Column, ColumnKind, Link, Row, Table
from authorizations.vocabulary import (
    CERTIFIED_DESIGNATIONS,
    CertificationPath,
    CertificationType,
    Designation,
    DesignationStep,
    ImpactLevel,
)

YEARS, MONTHS = 8, 24
# By which steps an offering came into process.
COMING = (
    DesignationStep.IN_PROCESS_JAB,
    DesignationStep.AGENCY_REVIEW,
    DesignationStep.INITIAL_PROGRAM_REVIEW,
    DesignationStep.FINAL_PROGRAM_REVIEW,
)
# How long a part of the way took, in days: a bar is longer than the one before.
BINS = ((0, 90), (91, 180), (181, 365), (366, 545), (546, 730), (731, None))
PARTS = (
    ("Listed as Ready to In Process", DesignationStep.READY, "coming"),
    ("In Process to FedRAMP’s review", DesignationStep.AGENCY_REVIEW, DesignationStep.PMO_REVIEW),
    ("FedRAMP’s review to the certification", DesignationStep.PMO_REVIEW, DesignationStep.CERTIFIED),
    ("In Process to the certification", "coming", DesignationStep.CERTIFIED),
)
FLOW = (
    Column("coming", "Came into process", "Offerings listed as In Process first.", ColumnKind.NUMBER, sums=True),
    Column("review", "Came to FedRAMP’s review", "Offerings whose review began.", ColumnKind.NUMBER, sums=True),
    Column("certified", "Certified", "Offerings certified first.", ColumnKind.NUMBER, sums=True),
    Column("left", "Left", "Offerings delisted, or gone from the feed.", ColumnKind.NUMBER, sums=True),
)
BY_YEAR = (Column("year", "Fiscal year", "From October of the year before to September."), *FLOW)
BY_MONTH = (Column("month", "Month", "The month of the step’s date."), *FLOW)
BY_KIND = (
    Column("year", "Fiscal year", "The fiscal year of the certification."),
    Column("month", "Month", "Its month."),
    Column("level", "Impact level", "Of the offering, as published now."),
    Column("path", "Path", "How the certification was reached."),
    Column("type", "Type", "Against which requirements."),
    Column("number", "Certified", "Offerings certified first in that month.", ColumnKind.NUMBER),
)
LISTED = (
    Column("by", "By", "What offerings are counted by."),
    Column("what", "What", "Its value."),
    Column("number", "Offerings", "Offerings in the register with that value.", ColumnKind.NUMBER),
)
TIMES = (
    Column("part", "Part of the way", "From which step to which."),
    Column("number", "Offerings", "Offerings with both dates, in that order.", ColumnKind.NUMBER),
    *QUARTILES,
)
HISTOGRAM = (
    Column("days", "Days", "From In Process to the certification."),
    Column("number", "Offerings", "Offerings that took so long.", ColumnKind.NUMBER, sums=True),
)


def fiscal_year(day: date) -> int:
    """The federal fiscal year of a day: it begins in October of the year before."""
    return day.year + (day.month >= 10)


@dataclass(frozen=True)
class MarketplaceHistory:
    """The dated steps of the offerings that a report is about; each is read once."""

    scope: ReportScope

    @cached_property
    def _offerings(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = Offering.objects.visible_to(self.scope.user).order_by()
        if self.scope.provider is not None:
            rows = rows.filter(provider=self.scope.provider)
        if self.scope.agency is not None:
            # Those that it sponsors, or uses.
            used = self.scope.atos().values("offering")
            rows = rows.filter(within(self.scope.agency, "partner_agency") | Q(pk__in=used))
        return rows

    @cached_property
    def steps(self) -> Mapping[int, Mapping[str, date]]:
        """The first day of each step, by offering; ``coming`` is the first by which it came into process."""
        found: dict[int, dict[str, date]] = defaultdict(dict)
        rows = DesignationEvent.objects.filter(
            offering__in=self._offerings.values("pk"), not_published_since=None, effective_on__lte=self.scope.today
        )
        for offering, step, day in rows.order_by().values_list("offering", "step").annotate(day=Min("effective_on")):
            found[offering][step] = day
        for days in found.values():
            if came := [days[step] for step in COMING if step in days]:
                days["coming"] = min(came)
        left = self._offerings.filter(not_published_since__lte=self.scope.today)
        for offering, day in left.values_list("pk", "not_published_since"):
            found[offering].setdefault(DesignationStep.DELISTED, day)
        return found

    def days(self, first: str, last: str) -> list[int]:
        """How many days each offering took from one step to another, of those with both in that order."""
        both = ((days[first], days[last]) for days in self.steps.values() if first in days and last in days)
        return [(until - since).days for since, until in both if since <= until]

    @cached_property
    def to_review(self) -> timedelta | None:
        """The usual time from the listing to FedRAMP's review (half took no longer); None where too few say."""
        found = self.days(DesignationStep.AGENCY_REVIEW, DesignationStep.PMO_REVIEW)
        return timedelta(days=days_at(found, 0.5)) if len(found) >= ENOUGH else None

    def _flow(self, start: Callable[[date], date]) -> dict[date, list[int]]:
        """How many came, were reviewed, certified and left, by the first day of the year or month."""
        found: dict[date, list[int]] = defaultdict(lambda: [0] * len(FLOW))
        names = ("coming", DesignationStep.PMO_REVIEW, DesignationStep.CERTIFIED, DesignationStep.DELISTED)
        for days in self.steps.values():
            for place, name in enumerate(names):
                if day := days.get(name):
                    found[start(day)][place] += 1
        return found

    def years(self) -> Chart:
        """Inflow and outflow by fiscal year, the newest years as columns."""
        found = self._flow(lambda day: date(fiscal_year(day) - 1, 10, 1))
        this = date(fiscal_year(self.scope.today) - 1, 10, 1)
        first = min([this, *found]).year
        # No year is left out of a picture: one in which nothing happened is a gap.
        newest = [date(year, 10, 1) for year in range(max(first, this.year - YEARS + 1), this.year + 1)]
        series = [
            Series(words, [Point(f"FY {(start.year + 1) % 100:02}", found[start][place]) for start in newest])
            for words, place in (("Came into process", 0), ("Certified", 2))
        ]
        description = self._year_words(found, this)
        years = [start for start in sorted(found, reverse=True) if any(found[start])]
        rows: list[Row] = [(f"FY {start.year + 1}", *found[start]) for start in years]
        note = "By the dates of the Marketplace’s feeds. What ended before the first import is in no feed."
        title = "How many offerings come and are certified each fiscal year?"
        table = Table("years", title, BY_YEAR, lambda: rows, note=note)
        return Chart("by-year", description, table, series, over_time=True)

    def _year_words(self, found: Mapping[date, list[int]], this: date) -> str:
        """What this fiscal year had; where the feed ends before it, the last whole one that the feed knows."""
        known = federal_day()
        head, when, year = "", "This fiscal year so far", this
        if known is not None and known < this:
            began = date(fiscal_year(known) - 1, 10, 1)
            year, when = began.replace(year=began.year - 1), f"In FY {began.year % 100:02}, the last whole one,"
            head = (
                f"The federal data end on {day_text(known)}: FY {fiscal_year(known) % 100:02} is not whole, and later "
                f"years have only what was entered here. "
            )
        came, _, certified, left = found.get(year, [0] * len(FLOW))
        more = f"; {left:,} left" if left else ""
        return f"{head}{when} {came:,} came into process and {certified:,} were certified{more}."

    def months(self) -> Table:
        found = self._flow(lambda day: day.replace(day=1))
        rows: list[Row] = [(f"{month:%b %Y}", *found[month]) for month in sorted(found, reverse=True)[:MONTHS]]
        note = f"The newest {MONTHS} months in which anything happened."
        return Table("marketplace_months", "Inflow and outflow by month", BY_MONTH, lambda: rows, note=note)

    def kinds(self) -> Table:
        """The certifications by month, level, path and type: what a workbook makes its own sums of."""

        def read() -> Iterator[Row]:
            counts: Counter[tuple[date, str, str, str]] = Counter()
            rows = self._offerings.values_list("pk", "impact_level", "certification_path", "certification_type")
            for key, *kind in rows:
                if day := self.steps.get(key, {}).get(DesignationStep.CERTIFIED):
                    counts[day.replace(day=1), *kind] += 1
            for (month, level, path, type_), number in sorted(counts.items(), reverse=True):
                words = label(ImpactLevel, level), label(CertificationPath, path), label(CertificationType, type_)
                yield f"FY {fiscal_year(month)}", f"{month:%Y-%m}", *(each or None for each in words), number

        title = "Certifications by month, level, path and type"
        return Table("certifications", title, BY_KIND, read, in_files=True)

    def listed(self) -> Table:
        """The offerings of now by designation, and the certified ones by level, path and type."""
        certified = {"designation": list(CERTIFIED_DESIGNATIONS)}
        asked: tuple[tuple[str, str, Any, str, dict[str, Any]], ...] = (
            ("Designation", "designation", Designation, "designation", {}),
            ("Impact level of certified ones", "impact_level", ImpactLevel, "impact", certified),
            ("Path of certified ones", "certification_path", CertificationPath, "path", certified),
            ("Type of certified ones", "certification_type", CertificationType, "type", certified),
        )
        linked = self.scope.agency is None
        of = {"provider": self.scope.provider.public_id} if self.scope.provider else {}

        def read() -> Iterator[Row]:
            for words, field, labels, facet, only in asked:
                counts = Counter(
                    self._offerings.filter(**{f"{key}__in": values for key, values in only.items()}).values_list(
                        field, flat=True
                    )
                )
                for value, number in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
                    url = listed("offerings", {**of, **only, facet: value}) if value and linked else ""
                    yield words, label(labels, value) or "Not stated", Link(number, url)

        return Table("listed", "What the Marketplace lists now", LISTED, read, group="by")

    def times(self) -> Table:
        found = [(words, self.days(first, last)) for words, first, last in PARTS]
        rows = [(words, len(days), *quartiles(days)) for words, days in found if days]
        note = "In days, by the first date of each step in the Marketplace."
        empty = "No offering has two dated steps yet."
        return Table("way", "How long each part of the way takes", TIMES, lambda: rows, note=note, empty=empty)

    def histogram(self) -> Chart:
        days = self.days("coming", DesignationStep.CERTIFIED)
        points = [
            Point(_words(least, most), sum(least <= each and (most is None or each <= most) for each in days))
            for least, most in BINS
        ]
        _, half, three, _ = quartiles(days)
        description = f"{counted(len(days), 'offering')} {'has' if len(days) == 1 else 'have'} both dates."
        if len(days) >= ENOUGH:
            description += f" Half took no longer than {half} days, three quarters no longer than {three}."
        title = "How long does it take from In Process to the certification?"
        rows = [(point.label, int(point.number or 0)) for point in points]
        return bars("to-certification", description, Table("histogram", title, HISTOGRAM, lambda: rows), points)


def _words(least: int, most: int | None) -> str:
    return f"More than {least - 1} days" if most is None else f"{least} to {most} days"
