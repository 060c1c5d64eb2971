"""Duties by organization: who owes what to whom by which day, by which rule, of all that the asker takes part in."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from typing import ClassVar

from accounts.models import Organization, User
from accounts.roles import OrganizationKind
from authorizations.deadlines import Deadline, DeadlineForce
from authorizations.display import counted, day_text
from authorizations.lifecycle.date_arithmetic import months_after
from authorizations.models.querysets import reads_everything
from authorizations.presenters.deadlines import NOT_RECORDED
from authorizations.reports.base import Missing, Parameter, Report, UnusableRequest
from authorizations.reports.base import day as read_day
from authorizations.reports.duty_selection import AHEAD, SIDES, DutySelection
from authorizations.reports.shared_tables import upper
from authorizations.tables.charts import Chart, Point, Series, Tone
from authorizations.tables.columns import Column, ColumnKind, Link, Row, Table
from authorizations.tables.contents import Contents, Figure, ReportSpec

SOON = timedelta(days=14)
# A chart shows so many months; what is due later is in its last column.
MONTHS = 6
NAMED = 10
OVERDUE, NEXT, UNDATED, NOT_HELD = "overdue", "ahead", "undated", "not_recorded"
COLUMNS = (
    Column("organization", "Who owes it", "The organization that owes the duty, or the side where it is nobody alone."),
    Column("what", "What is due", "The duty."),
    Column("about", "About", "The record on whose page the deadline stands.", of="record"),
    Column("due", "Due", "The day.", ColumnKind.DAY),
    Column("left", "Days left", "Days until then; below 0 once it has passed.", ColumnKind.NUMBER),
    Column("to", "To whom", "Who is to get it."),
    Column("force", "Force", "Must, should, or local policy."),
    Column("rule", "Rule", "Which rule it follows."),
    Column("source", "Source", "Where the length or the day is stated, where that is elsewhere than in the rule."),
    Column("release", "Release", "The release of the rules that gave the day; none for what people set."),
)
WITHOUT_A_DAY = tuple(column for column in COLUMNS if column.key not in {"due", "left"})
HELD_AGAINST_NOBODY = (
    *COLUMNS[:4],
    Column("why", "Why it does not count", "Nobody keeps records of it here, or did not when it fell due."),
    *COLUMNS[5:],
)
BY_ORGANIZATION = (
    Column("organization", "Who owes it", "The organization; its name leads to its own duties."),
    Column("overdue", "Overdue", "Duties whose day has passed.", ColumnKind.NUMBER, sums=True),
    Column("ahead", "Ahead", "Duties that fall due by the last day.", ColumnKind.NUMBER, sums=True),
    Column("undated", "Without a day", "Open duties for which no source gives a day.", ColumnKind.NUMBER, sums=True),
)
BY_DUTY = (
    Column("what", "What is due", "The duty."),
    Column("organizations", "Organizations", "How many organizations would owe it.", ColumnKind.NUMBER),
    Column("number", "Dates", "How many dates are known.", ColumnKind.NUMBER, sums=True),
    Column("first", "First", "The earliest of them.", ColumnKind.DAY),
    Column("last", "Last", "The latest of them.", ColumnKind.DAY),
)
BY_MONTH = (
    Column("month", "Month", "The days that are counted, from today on."),
    Column("number", "Duties", "How many open duties fall due then.", ColumnKind.NUMBER, sums=True),
)


def _find(user: User, text: str) -> Organization:
    found = Organization.objects.visible_to(user).filter(public_id=text).first()
    if found is None:
        raise Missing(text)
    return found


def _organizations(user: User) -> list[tuple[str, str]]:
    """All for those who read everything; for others their own with those below."""
    rows = Organization.objects.visible_to(user)
    rows = rows if reads_everything(user) else rows.within(user)
    return list(rows.order_by("sort_name").values_list("public_id", "name"))


ORGANIZATION = Parameter("organization", "Owed by, with what belongs to it", _find, _organizations)


def _side(user: User, text: str) -> str:
    if text not in SIDES:
        raise UnusableRequest("Choose one of the sides.")
    return text


class Duties(Report):
    name = "duties"
    title = "Duties by organization"
    audience = "For people who see that their organization meets its deadlines."
    explains = "What each organization owes to whom, by which day and which rule: what has passed, and what comes."
    parameters: ClassVar[tuple[Parameter, ...]] = (
        ORGANIZATION,
        Parameter("side", "Owed by the side", _side, lambda user: list(SIDES.items())),
        Parameter("since", "First day", read_day, hint="Leave it blank to include overdue and undated items."),
        Parameter("until", "Last day", read_day, hint=f"{AHEAD.days} days ahead where it is blank."),
    )

    def contents(self, spec: ReportSpec) -> Contents:
        """Of all records in which the asker takes part.

        Raises:
            UnusableRequest: the first day comes after the last one.
        """
        owed = DutySelection(spec)
        if spec.chosen.get("since", date.min) > owed.until:
            raise UnusableRequest("The first day comes after the last one.", "since")
        return Contents(
            _title(spec),
            tables=tuple(_tables(owed)),
            summary=tuple(_summary(owed)),
            figures=tuple(_figures(owed)),
            decisions=tuple(_decisions(owed)),
            charts=(_chart(owed),) if owed.overdue or owed.ahead else (),
        )


# --- tables ---


def _tables(owed: DutySelection) -> Iterator[Table]:
    days = f"until {day_text(owed.until)}"
    if owed.is_wide:
        rows = list(_by_organization(owed))
        empty = f"Nobody who keeps records here owes anything {days}."
        yield Table("by_organization", "Who owes how much", BY_ORGANIZATION, lambda: rows, empty=empty)
    yield _table(owed, OVERDUE, "Overdue duties", owed.overdue, "Nothing is overdue.")
    yield _table(owed, NEXT, f"Duties {days}", owed.ahead, f"Nothing falls due {days}.")
    yield _table(owed, UNDATED, "Duties without a day", owed.undated, "Each open duty has a day.")
    note = "They count against nobody: they may be met elsewhere." if owed.not_held else ""
    nobody = "All who owe a duty here keep records here."
    known = list(_by_duty(owed))
    yield Table("not_recorded_by_duty", "Not recorded here, by duty", BY_DUTY, lambda: known, note=note, empty=nobody)
    yield Table(
        NOT_HELD,
        "Not recorded here",
        HELD_AGAINST_NOBODY,
        partial(_not_held, owed),
        note=note,
        empty=nobody,
        group="organization",
        in_files=True,
    )


def _by_organization(owed: DutySelection) -> Iterator[Row]:
    """Each organization that owes something, those with most overdue first."""
    kinds = (owed.overdue, owed.ahead, owed.undated)
    numbers = [Counter((owed.whose(due), due.owed_by.organization) for due in each) for each in kinds]
    most = sorted(set().union(*numbers), key=lambda key: (*(-each[key] for each in numbers), key[0]))
    for name, key in most:
        url = Duties.link(owed.spec, organization=owed.ids[key]) if key in owed.ids else ""
        yield Link(name, url), *(each[name, key] for each in numbers)


def _by_duty(owed: DutySelection) -> Iterator[Row]:
    """What is held against nobody, by what it is."""
    found: dict[str, list[Deadline]] = {}
    for due in owed.not_held:
        found.setdefault(owed.line(due).label, []).append(due)
    for what, dates in sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        every = [each for due in dates for each in owed.alike.get(due, [due])]
        days = [due.on for due in dates if due.on is not None]
        who = {each.owed_by.organization for each in every}
        yield what, len(who), len(dates), min(days, default=None), max(days, default=None)


def _not_held(owed: DutySelection) -> Iterator[Row]:
    by_name = sorted(owed.not_held, key=lambda due: owed.whose(due).lower())
    for due, (*first, _, to, force, rule, source, release) in zip(by_name, rows_of(owed, by_name), strict=True):
        why = NOT_RECORDED if due.records_since is None else owed.line(due).left
        yield *first, upper(why), to, force, rule, source, release


def _table(owed: DutySelection, key: str, title: str, deadlines: Sequence[Deadline], empty: str) -> Table:
    note = "No source gives a day for these, and local policy none either." if key == UNDATED and deadlines else ""
    columns = WITHOUT_A_DAY if key == UNDATED else COLUMNS
    rows = partial(rows_of, owed, deadlines, dated=key != UNDATED)
    return Table(key, title, columns, rows, note=note, empty=empty, group="organization", in_files=owed.is_wide)


def rows_of(owed: DutySelection, deadlines: Iterable[Deadline], *, dated: bool = True) -> Iterator[Row]:
    """The rows of deadlines under `COLUMNS`, or under `WITHOUT_A_DAY`, by who owes them."""
    for due in sorted(deadlines, key=lambda due: owed.whose(due).lower()):
        line = owed.line(due)
        day = (due.on, due.days_left(owed.spec.today)) if dated else ()
        source = due.source if due.source != due.rule else None
        label = f"{line.label}, not before {day_text(due.opens_on)}" if due.opens_on else line.label
        yield owed.whose(due), label, owed.about(due), *day, line.to, line.force, due.rule, source, due.release


# --- the first page ---


def _title(spec: ReportSpec) -> str:
    if organization := spec.chosen.get("organization"):
        return f"Duties of {organization.name}"
    if side := spec.chosen.get("side"):
        words = SIDES[OrganizationKind(side)]
        return f"Duties of {words[:1].lower()}{words[1:]}"
    return Duties.title


def _summary(owed: DutySelection) -> Iterator[str]:
    dated = [*owed.overdue, *owed.ahead]
    if not dated:
        yield f"Nothing that your side is told of is overdue or falls due until {day_text(owed.until)}."
        yield from _unrecorded(owed)
        return
    organizations = len({owed.whose(due) for due in dated})
    late = Counter(owed.whose(due) for due in owed.overdue)
    overdue = f"{len(owed.overdue):,} of them {'is' if len(owed.overdue) == 1 else 'are'}" if late else "none is"
    yield (
        f"{counted(organizations, 'organization')} {'owes' if organizations == 1 else 'owe'} "
        f"{counted(len(dated), 'duty', 'duties')} until {day_text(owed.until)}; {overdue} overdue."
    )
    yield from _own(owed)
    if late:
        yield from _overdue(owed, late)
    if owed.ahead and (first := owed.ahead[0]).on:
        yield f"Next: {owed.line(first).label}, by {owed.whose(first)}, on {day_text(first.on)}."
    yield from _unrecorded(owed)


def _overdue(owed: DutySelection, late: Counter[str]) -> Iterator[str]:
    """Who owes most of what is overdue, and what is oldest, which may be another's."""
    number = max(late.values())
    most = [whose for whose, each in late.items() if each == number]
    if len(most) > 1:
        yield f"{counted(len(most), 'organization')} owe the most overdue items, {number:,} each."
    elif len(late) > 1:
        yield f"{most[0]} owes the most overdue items, {number:,}."
    oldest = owed.overdue[0]
    if oldest.on:
        yield f"Overdue longest: {owed.line(oldest).label}, by {owed.whose(oldest)}, since {day_text(oldest.on)}."


def _own(owed: DutySelection) -> Iterator[str]:
    """What the person's own organizations owe, where others owe the rest."""
    if owed.spec.chosen.get("organization") or reads_everything(owed.spec.user):
        return
    for organization in {each.organization for each in owed.spec.user.current_memberships}:
        late, ahead = (
            sum(due.owed_by.organization == organization.pk for due in each) for each in (owed.overdue, owed.ahead)
        )
        overdue = f"{late:,} overdue" if late else "none overdue"
        yield f"{organization.name} itself owes {counted(late + ahead, 'duty', 'duties')}, {overdue}."


def _unrecorded(owed: DutySelection) -> Iterator[str]:
    if number := len(owed.not_held):
        whose = counted(len({owed.whose(due) for due in owed.not_held}), "organization")
        count = "counts" if number == 1 else "count"
        yield f"{counted(number, 'more date')} of {whose} {count} against nobody: no records of them are kept here."


def _figures(owed: DutySelection) -> Iterator[Figure]:
    soon = sum(due.on is not None and due.on <= owed.spec.today + SOON for due in owed.ahead)
    yield Figure(len(owed.overdue), "overdue", _alone(owed, OVERDUE))
    until = min(owed.until, owed.spec.today + SOON)
    yield Figure(soon, f"due within {SOON.days} days", _alone(owed, NEXT, until=until.isoformat()))
    yield Figure(len(owed.ahead), f"due until {day_text(owed.until)}", _alone(owed, NEXT))
    yield Figure(len(owed.undated), "open without a day", _alone(owed, UNDATED))


def _alone(owed: DutySelection, table: str, organization: int | None = None, **more: str) -> str:
    """The page of one of the tables alone, of one organization where one is named, and narrowed further."""
    of = {"organization": owed.ids[organization]} if organization in owed.ids else {}
    return Duties.alone(owed.spec, table, **of, **more)


def _decisions(owed: DutySelection) -> Iterator[Link]:
    """Who must have done something and has not, no matter who is late with most first; ten at most."""
    late: dict[tuple[str, int | None], list[Deadline]] = {}
    for due in owed.overdue:
        if due.force is DeadlineForce.MUST:
            late.setdefault((owed.whose(due), due.owed_by.organization), []).append(due)
    most = sorted(late.items(), key=lambda pair: (-len(pair[1]), pair[0][0]))
    for (name, key), deadlines in most[:NAMED]:
        since = day_text(deadlines[0].on) if deadlines[0].on else ""
        are = "is" if len(deadlines) == 1 else "are"
        many = f"{counted(len(deadlines), 'duty', 'duties')} that must be met {are} overdue"
        yield Link(f"{name}: {many}, since {since}: {owed.line(deadlines[0]).label}.", _alone(owed, OVERDUE, key))
    if len(most) > NAMED:
        yield Link(f"{counted(len(most) - NAMED, 'more organization')} have overdue items.", _alone(owed, OVERDUE))


def _chart(owed: DutySelection) -> Chart:
    today, until = owed.spec.today, owed.until
    months = [first for place in range(MONTHS) if (first := months_after(today.replace(day=1), place)) <= until]
    counts = Counter(min(_months_between(today, due.on), len(months) - 1) for due in owed.ahead if due.on is not None)
    words = [f"{first:%b %Y}" for first in months]
    if months and months_after(months[-1], 1) <= until:
        words[-1] += " and later"
    ends = [*(first - timedelta(days=1) for first in months[1:]), until]
    since = owed.spec.chosen.get("since") or date.min
    urls = [
        _alone(owed, NEXT, since=max(first, today, since).isoformat(), until=last.isoformat())
        for first, last in zip(months, ends[: len(months)], strict=True)
    ]
    numbers = [("Overdue", len(owed.overdue), _alone(owed, OVERDUE))]
    numbers += [(each, counts[place], url) for place, (each, url) in enumerate(zip(words, urls, strict=True))]
    rows = [(each, Link(number, url)) for each, number, url in numbers]
    tones = (Tone.STRONG, *(Tone.PLAIN for _ in months))
    points = [Point(*each, tone=tone) for each, tone in zip(numbers, tones, strict=True)]
    description = f"{len(owed.overdue):,} overdue, {len(owed.ahead):,} due until {day_text(until)}."
    table = Table("months", "How many duties fall due each month?", BY_MONTH, lambda: rows)
    return Chart("months", description, table, [Series("", points)], over_time=True)


def _months_between(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month
