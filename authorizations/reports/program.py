"""The program: how many cases stand where, how they move, what is at risk for the cut-off, whose letter is missing."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import Any, ClassVar

from django.db.models import Count, Q, QuerySet

from accounts.roles import OrganizationKind
from authorizations.display import address, counted, day_text, label
from authorizations.lifecycle.stages import BEFORE_REVIEW, PLANS_ATO
from authorizations.models import Offering
from authorizations.models.cases.case import OPEN
from authorizations.models.register.standing import VOUCHING, live, vouching, where
from authorizations.reports import program_queue
from authorizations.reports.base import Parameter, Report
from authorizations.reports.cases import charts as case_charts
from authorizations.reports.cases.statistics import ENOUGH, QUARTILES, Month, months, quartiles, stays
from authorizations.reports.cases.tables import letters, missing_letters
from authorizations.reports.dashboard import oldest
from authorizations.reports.marketplace_history import MarketplaceHistory
from authorizations.reports.program_queue import planned_day
from authorizations.reports.scope import NARROWED_BY, ReportScope, listed, within
from authorizations.rules import newest
from authorizations.tables.columns import (
    Column,
    ColumnKind,
    Link,
    Record,
    Row,
    Table,
    field_column,
    link_column,
    queryset_table,
)
from authorizations.tables.contents import Contents, Figure, ReportSpec
from authorizations.vocabulary import CERTIFIED_DESIGNATIONS, AtoStanding, CaseKind, ListingRole, Turn

LEADERS = 20
# From an offering to its ATO rows.
ATOS = "atos__"
# By which no agency vouches for an offering now.
NOT_VOUCHING = (AtoStanding.PASSED, AtoStanding.LEFT, AtoStanding.JAB)
AT_RISK = (
    Column("case", "Case", "The offering; the row leads to its case.", of="case"),
    Column("agency", "Agency", "The agency that sponsors it.", of="agency"),
    Column("stage", "Stage", "Where the case stands."),
    Column("expected", "Expected", "The planned day of the ATO, or the listing and the usual time.", ColumnKind.DAY),
    Column("by", "Computed by", "Whether the day is planned or the usual time."),
    Column("late", "Days late", "Days from the last day for new applications to the expected day.", ColumnKind.NUMBER),
)
INTERVALS = "Closed intervals: the turn or the stage has changed since."
TIMES = (
    Column("kind", "Kind of case", "Initial or reuse."),
    Column("stage", "Stage", "The stage in which the days passed."),
    Column("party", "Party", "Whose turn it was."),
    Column("intervals", "Intervals", INTERVALS, ColumnKind.NUMBER, sums=True),
    *QUARTILES,
)


class Program(Report):
    name = "program"
    title = "The program"
    audience = "For the FedRAMP program office and its auditor."
    explains = (
        "All cases by stage, and how offerings come and are certified by month and year. Also reviews by reviewer, "
        "cases at risk, missing letters, and offerings with a single ATO or none."
    )
    sides: ClassVar[frozenset[str]] = frozenset({OrganizationKind.PMO})
    parameters: ClassVar[tuple[Parameter, ...]] = NARROWED_BY

    def contents(self, spec: ReportSpec) -> Contents:
        scope = ReportScope.of(spec)
        history = MarketplaceHistory(scope)
        risk, owed, single, alone = self.at_risk(history), letters(scope), self.single(scope), self.unvouched(scope)
        count = scope.cases().filter(OPEN).count()
        one, none = ("certified offering with one ATO", "certified offering without a live ATO")
        certified = _offerings(scope).filter(designation__in=CERTIFIED_DESIGNATIONS).count()
        figures = (
            Figure.counting(certified, "certified offering", _certified_url(scope)),
            Figure.counting(count, "open case", scope.cases_url(state="open")),
            Figure(risk.total, "at risk for the cut-off", self.alone(spec, risk.key)),
            missing_letters(scope, owed.total),
            Figure.counting(single.total, one, self.alone(spec, single.key), "certified offerings with one ATO"),
            Figure.counting(alone.total, none, self.alone(spec, alone.key), none.replace("offering", "offerings")),
        )
        of_cases = (risk, program_queue.queue(scope), program_queue.letters_by_agency(scope), owed, self.times(scope))
        charts = (*case_charts.of(scope), history.years(), history.histogram())
        return Contents(
            title=self.title,
            summary=tuple(self._summary(scope, history, count, risk)),
            figures=tuple(each for each in figures if each.number),
            decisions=tuple(oldest(scope, [Turn.PMO.value])),
            charts=tuple(each for each in charts if each.table.total and (each.is_drawn or each.key == "age-by-stage")),
            tables=(
                *(each for each in of_cases if each.total),
                *(history.times(), history.months(), history.listed(), history.kinds()),
                *(single, alone, self.leaders(scope)),
            ),
            rules=newest(spec.today).title,
        )

    def _summary(self, scope: ReportScope, history: MarketplaceHistory, count: int, risk: Table) -> Iterator[str]:
        if history.steps:
            yield history.years().description
        if count:
            last, this = months(scope.cases(), scope.today, 2)
            yield f"{counted(count, 'case')} {'is' if count == 1 else 'are'} open. {_moved(last, this)}"
        else:
            yield "No case is open here."
        if risk.total:
            # How it is computed stands by the table.
            yield f"{risk.note.partition(':')[0]}."
        met, decided = program_queue.within_goal(scope)
        if decided:
            yield f"FedRAMP decided {met:,} of {counted(decided, 'certified case')} within its goal."
        first, after = program_queue.next_quarter(scope.today)
        if number := len(program_queue.planned(scope, first, after)):
            last_day = day_text(after - timedelta(days=1))
            yield f"Cases plan {counted(number, 'ATO')} from {day_text(first)} to {last_day}."

    def at_risk(self, history: MarketplaceHistory) -> Table:
        """The open initial cases whose ATO comes, by their plan or by the usual time, after the last day."""
        scope = history.scope
        last = newest(scope.today).dates.get("cutoff")
        rows = [] if last is None else list(_late(history, last))
        words = day_text(last) if last else "a day that the rules do not state"
        note = (
            f"{counted(len(rows), 'open initial case')} may miss {words}, the last day for new Rev5 applications: "
            f"the ATO is planned for a later day."
        )
        if usual := history.to_review:
            note += (
                f" Where none is planned, the In Process date plus {usual.days} days gives one: half of the "
                f"Marketplace’s offerings came to FedRAMP’s review in that time."
            )
        empty = "No open initial case is expected after the last day."
        return Table("at-risk", "At risk for the cut-off", AT_RISK, lambda: rows, note=note, empty=empty)

    def times(self, scope: ReportScope) -> Table:

        def read() -> Iterator[Row]:
            for stay in stays(scope.user, scope.cases(), scope.today):
                kind, turn = label(CaseKind, stay.kind), label(Turn, stay.turn)
                yield kind, stay.label, turn, len(stay.days), *quartiles(stay.days)

        title, empty = "Time in each stage, by party", "No interval is over yet."
        note = f"In days, over intervals that are over; fewer than {ENOUGH} of them are too few to say."
        return Table("times", title, TIMES, read, note=note, empty=empty, group="kind")

    def single(self, scope: ReportScope) -> Table:
        # The only one, and of an agency that is asked about.
        rows = _certified(scope, {"n": vouching(scope.today, ATOS)}).filter(n=1, own=1)
        return _offering_table(
            rows.order_by("sort_name", "pk"),
            scope,
            "single",
            "Certified offerings with one ATO",
            f"If that ATO ends, nobody vouches for the offering. Counted are live ATOs of agencies, and those of "
            f"agencies that the feed does not name; no P-ATO of the JAB. {_whatever_the_expiry(scope)}",
            "No certified offering hangs on one ATO.",
            standing=[each.value for each in VOUCHING],
        )

    def unvouched(self, scope: ReportScope) -> Table:
        standings = where(scope.today, ATOS)
        apart = reduce(or_, (standings[each] for each in NOT_VOUCHING))
        rows = _certified(scope, {"vouched": vouching(scope.today, ATOS), "n": apart}).filter(vouched=0)
        return _offering_table(
            # Of an agency that is asked about: those for which it has a row that is counted apart.
            (rows.filter(own__gt=0) if scope.agency else rows).order_by("sort_name", "pk"),
            scope,
            "unvouched",
            "Certified offerings without a live ATO",
            "Every ATO of them is past its expiry, has left the feed, or is a P-ATO of the JAB.",
            "Each certified offering has a live ATO.",
            label="Counted apart",
            standing=[each.value for each in NOT_VOUCHING],
        )

    def leaders(self, scope: ReportScope) -> Table:
        again = Count("atos", filter=live(scope.today, ATOS) & _within(scope) & Q(atos__listing_role=ListingRole.REUSE))
        rows = _offerings(scope).annotate(n=again).filter(n__gt=0).order_by("-n", "sort_name", "pk")[:LEADERS]
        return _offering_table(
            rows,
            scope,
            "leaders",
            "Used again most",
            f"The {LEADERS} offerings with the most live reuse ATO rows of agencies.",
            "No offering is used again yet.",
            role=ListingRole.REUSE.value,
            standing=AtoStanding.LIVE.value,
            by="agencies",
        )


def _moved(last: Month, this: Month) -> str:
    """How many cases were opened and came to their goal, last month and in this one, which has only begun."""
    words = []
    for month, when in ((last, "last month"), (this, "this month so far")):
        opened, reached = month.opened, month.reached
        said = f"{when}, {opened or 'none'} opened and {reached or 'none'} reached the goal"
        words.append(said if opened or reached else "")
    told = "; ".join(filter(None, words)) or "none opened or reached the goal last month or this month"
    return f"{told[:1].upper()}{told[1:]}."


def _late(history: MarketplaceHistory, last: date) -> Iterator[Row]:
    scope, usual = history.scope, history.to_review
    rows = scope.cases().filter(kind=CaseKind.INITIAL, stage__in=BEFORE_REVIEW).order_by("offering__sort_name", "pk")
    needed = (
        "public_id",
        "offering__name",
        "offering__fedramp_id",
        "agency__name",
        "agency__public_id",
        "stage",
        "ato",
        "facts",
    )
    found = []
    for row in rows.values(*needed).iterator(chunk_size=1000):
        if planned_day(row["facts"], "pmo_review_since_on"):
            # It was in FedRAMP's review by then, and came back.
            continue
        planned, listed_on = (planned_day(row["facts"], name) for name in ("ato_planned_on", "in_process_on"))
        planned = planned if row["stage"] in PLANS_ATO and not row["ato"] else None
        expected = planned or (listed_on + usual if listed_on and usual else None)
        if expected is not None and expected > last:
            found.append((row, expected, "plan" if planned else "usual time"))
    for row, expected, by in sorted(found, key=lambda each: each[1], reverse=True):
        yield (
            Link(row["offering__name"], address("case", row["public_id"]), "", row["offering__fedramp_id"]),
            Link(row["agency__name"], address("agency", row["agency__public_id"])),
            newest(scope.today).label(CaseKind.INITIAL, row["stage"]),
            expected,
            by,
            (expected - last).days,
        )


def _offerings(scope: ReportScope) -> QuerySet[Any]:
    rows: QuerySet[Any] = Offering.objects.visible_to(scope.user)
    return rows if scope.provider is None else rows.filter(provider=scope.provider)


def _certified_url(scope: ReportScope) -> str:
    of = {"provider": scope.provider.public_id} if scope.provider else {}
    return listed("offerings", {"designation": [each.value for each in CERTIFIED_DESIGNATIONS], **of})


def _within(scope: ReportScope) -> Q:
    """ATO rows of the agency that is asked about; all where none is."""
    return within(scope.agency, "atos__agency") if scope.agency else Q()


def _certified(scope: ReportScope, counted: Mapping[str, Q]) -> QuerySet[Any]:
    """Certified offerings with numbers of their ATO rows; ``own``: the last number for the agency asked about alone."""
    *_, last = counted.values()
    counts = {name: Count("atos", filter=each) for name, each in counted.items()}
    certified = _offerings(scope).filter(designation__in=CERTIFIED_DESIGNATIONS)
    rows: QuerySet[Any] = certified.annotate(**counts, own=Count("atos", filter=last & _within(scope)))
    return rows


def _whatever_the_expiry(scope: ReportScope) -> str:
    """The same two numbers, if no recorded expiry counted: many a letter was renewed, and no feed says so."""
    standings = where(scope.today, ATOS)
    ever = vouching(scope.today, ATOS) | standings[AtoStanding.PASSED]
    rows = _certified(scope, {"of_the_jab": standings[AtoStanding.JAB], "ever": ever})
    found = rows.aggregate(
        one=Count("pk", filter=Q(ever=1, own=1)), jab=Count("pk", filter=Q(ever=0, of_the_jab__gt=0))
    )
    jab = f", and {found['jab']:,} have none but the JAB’s" if scope.agency is None else ""
    return f"Counting ATOs past their recorded expiry too, {found['one']:,} hang on one{jab}."


def _offering_table(
    rows: QuerySet[Any],
    scope: ReportScope,
    key: str,
    title: str,
    note: str,
    empty: str,
    *,
    label: str = "Live ATO rows",
    **more: str | list[str],
) -> Table:
    more |= {"within": scope.agency.public_id} if scope.agency else {}
    # What offerings are used by, cases of one kind say nothing of.
    note += " The kind of case narrows nothing here." if scope.kind else ""

    def used_by(row: Record) -> Link:
        return Link(row["n"], listed("atos", {"offering": row["public_id"], **more}))

    columns = (
        link_column("offering", "Offering", "The cloud service.", "offering", ""),
        field_column("provider", "Provider", "Who offers it.", "provider__name"),
        field_column("fedramp_id", "FedRAMP id", "Its id in the Marketplace.", "fedramp_id"),
        Column(
            "atos",
            label,
            "ATO rows of it, as the note says.",
            ColumnKind.NUMBER,
            sums=True,
            needs=("n", "public_id"),
            value=used_by,
        ),
    )
    return queryset_table(key, title, columns, rows, note=note, empty=empty)
