"""A year of reminders against a simple computing: the worker is down on random days, and dates move at random.

The computing knows nothing of how the portal finds notices: it lists by hand who is told of what, and on which days.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from authorizations.models import Condition, Message, PackageAccess, WbsTask
from authorizations.notifications.reminders.reminders import remind
from tests.actions.cases.wbs import take_over
from tests.actions.register.accesses import granted, make_contact, make_package
from tests.cast import Cast
from tests.lifecycle.cases import make_case
from tests.lifecycle.world import make_ato

DAY = timedelta(days=1)
FIRST = date(2026, 11, 25)
# By hand from the releases: days before, then each so many days after, until when, and the chain.
SCHEDULES: dict[str, tuple[tuple[int, ...], int | None, int | None, int | None]] = {
    "condition": ((30, 7, 1), 7, 180, 5),
    "WBS_finish": ((7,), 14, 60, None),
    "L38": ((14, 7, 1), None, None, None),
}
CLOSED = {
    *(date(2026, 11, 26), date(2026, 12, 25), date(2027, 1, 1), date(2027, 1, 18), date(2027, 2, 15)),
    *(date(2027, 5, 31), date(2027, 6, 18), date(2027, 7, 5), date(2027, 9, 6), date(2027, 10, 11)),
    *(date(2027, 11, 11), date(2027, 11, 25), date(2027, 12, 24), date(2027, 12, 31), date(2028, 1, 17)),
    *(date(2028, 2, 21), date(2028, 5, 29), date(2028, 6, 19), date(2028, 7, 4), date(2028, 9, 4)),
    *(date(2028, 10, 9), date(2028, 11, 10), date(2028, 11, 23), date(2028, 12, 25), date(2029, 1, 1)),
}


@dataclass
class Item:
    """A deadline as the computing knows it."""

    kind: str
    subject: str
    pk: int
    detail: str
    act: list[str]
    wait: list[str]
    leads: list[str]
    move: Callable[[date], Any]
    meet: Callable[[date], Any]
    on: date
    is_met: bool = False


def business_days_later(day: date, number: int) -> date:
    while number:
        day += DAY
        if day.isoweekday() < 6 and day not in CLOSED:
            number -= 1
    return day


def latest(kind: str, on: date, today: date) -> str | None:
    """The last of a deadline's days of notice that has come; None where none has, or all are over."""
    before, repeat, give_up, _ = SCHEDULES[kind]
    days = [(on - each * DAY, str(each)) for each in before] + [(on + DAY, "-1")]
    if give_up is not None and today > on + give_up * DAY:
        return None
    while repeat is not None and days[-1][0] + repeat * DAY <= today:
        later = days[-1][0] + repeat * DAY
        days.append((later, f"-{(later - on).days}"))
    return next((name for day, name in reversed(days) if day <= today), None)


def expected(item: Item, today: date) -> Iterator[tuple[str, str]]:
    """Everything that should have been told of a deadline by the end of a day on which the worker ran."""
    if item.is_met:
        return
    name = latest(item.kind, item.on, today)
    _, _, give_up, audit_log = SCHEDULES[item.kind]
    is_over = today <= item.on or (give_up is not None and today > item.on + give_up * DAY)
    to_leads = None if audit_log is None or is_over else business_days_later(item.on, audit_log)
    passed_on = to_leads is not None and to_leads <= today
    # Who acts and leads is told what came last.
    is_newer = name is not None and passed_on and item.on - int(name) * DAY > to_leads
    if name is not None:
        yield from ((name, who) for who in item.act if is_newer or not (passed_on and who in item.leads))
        if name.startswith("-"):
            yield from (("-1", who) for who in item.wait)
    if passed_on:
        yield from (("e1", who) for who in item.leads if not (is_newer and who in item.act))
        if business_days_later(to_leads, audit_log) <= today:
            yield "e2", "pmo_lead"


def conditions(cast: Cast) -> Iterator[Item]:
    ato = make_ato(cast)
    for place in range(6):
        of_agency = bool(place % 2)
        owner = cast.organizations["lighthouses" if of_agency else "nimbus"]
        on = FIRST + place * 20 * DAY
        row = Condition.objects.create(ato=ato, text=f"Condition {place}", owner=owner, due_on=on)
        rows = Condition.objects.filter(pk=row.pk)
        yield Item(
            "condition",
            "condition",
            row.pk,
            "",
            act=["bureau_liaison"] if of_agency else ["csp_lead", "csp_contributor"],
            wait=[] if of_agency else ["bureau_liaison"],
            leads=["bureau_liaison", "liaison"] if of_agency else ["csp_lead"],
            move=lambda day, rows=rows: rows.update(due_on=day),
            meet=lambda day, rows=rows: rows.update(met_on=day, evidence="Report"),
            on=on,
        )


def tasks(cast: Cast) -> Iterator[Item]:
    case = make_case(cast, "initial", "ssp")
    take_over(case, cast.csp_lead)
    WbsTask.objects.filter(wbs__case=case).update(planned_start=None, planned_finish=None)
    who = {"1.1": (["csp_lead", "csp_contributor"], ["liaison"]), "1.2": (["liaison", "reviewer"], ["csp_lead"])}
    for number, (act, wait) in who.items():
        rows = WbsTask.objects.filter(wbs__case=case, number=number)
        on = FIRST + 30 * DAY
        rows.update(planned_finish=on)
        yield Item(
            "WBS_finish",
            "wbstask",
            rows.get().pk,
            "finish",
            act,
            wait,
            [],
            move=lambda day, rows=rows: rows.update(planned_finish=day),
            meet=lambda day, rows=rows: rows.update(actual_finish=day),
            on=on,
        )


def accesses(cast: Cast) -> Iterator[Item]:
    package = make_package(cast, "trust_center")
    for place in range(2):
        made = granted(cast, package, person=make_contact(cast, f"Rose {place}"))
        rows = PackageAccess.objects.filter(pk=made.pk)
        yield Item(
            "L38",
            "packageaccess",
            made.pk,
            "",
            ["liaison", "reviewer"],
            ["csp_lead"],
            [],
            move=lambda day, rows=rows: rows.update(until=day),
            meet=lambda day, rows=rows: rows.update(ended_on=day, ended_reason="Done."),
            on=rows.get().until,
        )


def told() -> set[str]:
    kinds = tuple(f"due:{kind}:" for kind in SCHEDULES)
    return {
        key for key in Message.objects.filter(key__isnull=False).values_list("key", flat=True) if key.startswith(kinds)
    }


def key_of(item: Item, lead: str, user: int) -> str:
    detail = f":{item.detail}" if item.detail else ""
    return f"due:{item.kind}:{item.subject}:{item.pk}{detail}:{item.on}:{lead}:{user}"


def play(cast: Cast, days: int, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # nothing secret
    items = [*conditions(cast), *tasks(cast), *accesses(cast)]
    should: set[str] = set()
    is_down = False
    for number in range(days):
        today = FIRST + number * DAY
        for item in items:
            if not item.is_met and chance.random() < 0.02:
                # Also into the past, and back to where it was.
                item.on = max(today + chance.randint(-25, 60) * DAY, date(2026, 11, 20))
                item.move(item.on)
            elif not item.is_met and chance.random() < 0.001:
                item.is_met = True
                item.meet(today)
        is_down = chance.random() < (0.7 if is_down else 0.15)
        if is_down:
            continue
        before = Message.objects.count()
        written = remind(today, datetime.combine(today, time(10, 20), UTC))
        new = {
            key_of(item, lead, cast.people[who].pk) for item in items for lead, who in expected(item, today)
        } - should
        should |= new
        assert told() == should, (seed, today)
        assert written >= len(new)
        # A second look on the same day finds nothing.
        if chance.random() < 0.05:
            assert remind(today, datetime.combine(today, time(22, 20), UTC)) == 0
        assert Message.objects.count() >= before + len(new)
    assert len(should) > days / 3


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("days", "seed"),
    [
        pytest.param(45, 1, marks=pytest.mark.slow),
        # Each day takes some hundredths of a second.
        *(pytest.param(300, seed, marks=pytest.mark.nightly) for seed in (1, 2, 3)),
        *(pytest.param(730, seed, marks=pytest.mark.nightly) for seed in range(10, 14)),
    ],
)
def test_everybody_hears_of_everything_once(cast: Cast, days: int, seed: int) -> None:
    play(cast, days, seed)
