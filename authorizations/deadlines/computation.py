"""From an anchor and a length of a release to a deadline, with the words for what no source states. Pure."""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date

from authorizations.deadlines.deadline import Deadline, DeadlineForce, DeadlineSide, Delivered
from authorizations.lifecycle.date_arithmetic import after
from authorizations.rules import Release, office_closures
from authorizations.rules.names import unit_of

WAIVED = "waived by the PMO"


def counted(release: Release, length: str, anchor: date | None, *, times: int = 1, back: bool = False) -> date | None:
    """The day that a length of a release gives, so many times, after an anchor or before it; None without either."""
    number = release.lengths.get(length)
    if anchor is None or number is None:
        return None
    return after(anchor, -number if back else number * times, unit_of(length), office_closures())


def stated(release: Release, length: str, force: DeadlineForce) -> DeadlineForce:
    """The force of a deadline that follows from a length: local where local policy gave its number."""
    return DeadlineForce.LOCAL if length in release.local else force


def by_length(
    *,
    kind: str,
    subject: tuple[str, int],
    owes: DeadlineSide,
    to: DeadlineSide,
    release: Release,
    length: str,
    anchor: str,
    anchored_on: date | None,
    rule: str,
    force: DeadlineForce = DeadlineForce.MUST,
    detail: str = "",
    met_on: date | None = None,
    met_by: str = "",
    on: date | None = None,
    back: bool = False,
) -> Deadline:
    """A deadline that a length of a release gives. ``on`` is the day where it was computed already."""
    day = on or counted(release, length, anchored_on, back=back)
    return Deadline(
        kind=kind, subject_type=subject[0], subject_id=subject[1], owed_by=owes, owed_to=to, on=day, anchor=anchor,
        anchored_on=anchored_on, rule=rule, source=release.sources.get(length, ""), release=release.id,
        force=stated(release, length, force), detail=detail, satisfied_on=met_on,
        satisfied_by=met_by if met_on else "",
    )  # fmt: skip


def met(duty: str, period: date, delivered: Iterable[Delivered]) -> tuple[date | None, str]:
    """When a duty was met for a period, and by what; None where it was not."""
    for each in delivered:
        if each.duty == duty and each.period == period:
            return each.on, WAIVED if each.waived else each.reference
    return None, ""


def latest(duty: str, delivered: Iterable[Delivered]) -> Delivered | None:
    found = [each for each in delivered if each.duty == duty]
    return max(found, key=lambda each: (each.period, each.on)) if found else None


def periods(
    every: Iterable[date], due: Callable[[int], date | None], since: date, today: date, met_in: Collection[date]
) -> Iterator[tuple[date, date]]:
    """The periods of a recurring duty, each with its day: all that are open by now, the last one met, the next one.

    Args:
        every: when each period begins, without an end.
        due: the day that a period gives, by its number from 0 on.
        since: what was due before this day is asked of nobody: the register did not know of the record.
        met_in: the periods for which the duty was met.
    """
    last_met: tuple[date, date] | None = None
    for number, period in enumerate(every):
        day = due(number)
        if day is None:
            return
        if period in met_in:
            last_met = period, day
        elif day >= since:
            if last_met:
                yield last_met
                last_met = None
            yield period, day
            if day > today:
                return
