"""What a provider delivers each year for an offering: counted from its first ATO, owed to every agency that uses it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import count, takewhile

from authorizations.deadlines.computation import by_length, counted, met, periods
from authorizations.deadlines.deadline import Deadline, DeadlineSide, Delivered, OfferingDeadlineRow
from authorizations.deadlines.offerings import AGENCIES, is_legacy_on
from authorizations.lifecycle.date_arithmetic import months_after, next_yearly
from authorizations.rules import Release, newest


@dataclass(frozen=True, slots=True)
class Yearly:
    """A duty of the provider for each year since the authorization, the first year being 0."""

    kind: str
    length: str
    anchor: str
    rule: str
    due: Callable[[int], date | None]
    months: str = "annual_months"
    until: str = ""  # the ruleset that replaces it


def _yearly(row: OfferingDeadlineRow, authorized: date, rules: Release) -> Iterator[Yearly]:
    if rules.lengths.get("schedule_months"):
        yield Yearly(
            "L13", "schedule_days", "the authorization", "CMSG",
            lambda year: counted(rules, "schedule_days", _anniversary(rules, "schedule_months", authorized, year)),
            "schedule_months", "CCM",
        )  # fmt: skip
    if not rules.lengths.get("annual_months"):
        return

    def anniversary(year: int) -> date:
        """The day of the annual assessment: the published one, or else the anniversary."""
        day = _anniversary(rules, "annual_months", authorized, year)
        return next_yearly(row.annual_day, day) if row.annual_day and year else day

    def worksheet(year: int) -> date | None:
        return anniversary(year) if year else counted(rules, "worksheet_business_days", authorized)

    yield Yearly("L14", "worksheet_business_days", "the authorization", "CMD", worksheet, until="CCM")
    yield Yearly(
        "L16", "sap_before_days", "the last anniversary", "PMG3",
        lambda year: counted(rules, "sap_before_days", anniversary(year + 1), back=True), until="IVV",
    )  # fmt: skip
    yield Yearly("L17", "annual_months", "the last anniversary", "PMG3; CMSG", lambda year: anniversary(year + 1))


def _anniversary(rules: Release, length: str, authorized: date, year: int) -> date:
    return months_after(authorized, (rules.lengths[length] or 0) * year)


def _in_its_year(delivery: Delivered, anniversary: Callable[[int], date]) -> Delivered:
    """A delivery by the anniversary from which its year began: its period may be the signing of a later ATO."""
    begun = list(takewhile(lambda day: day <= delivery.period, map(anniversary, count())))
    return delivery._replace(period=begun[-1]) if begun else delivery


def yearly_deliveries(row: OfferingDeadlineRow, today: date) -> Iterator[Deadline]:
    """L13, L14, L16, L17: what a provider owes each year, until the new rulesets take over.

    Once for the offering, to every agency that uses it: what began with the initial ATO outlives it.
    """
    if not row.in_use or row.authorized_on is None or row.certification == "20x":
        return
    rules, authorized = newest(today), row.authorized_on
    for duty in _yearly(row, authorized, rules):
        every = partial(_anniversary, rules, duty.months, authorized)
        delivered = [_in_its_year(each, every) for each in row.delivered if each.duty == duty.kind]
        met_in = {each.period for each in delivered}
        for period, day in periods(map(every, count()), duty.due, row.known_on or authorized, today, met_in):
            if duty.until and not is_legacy_on(rules, row.certification, duty.until, day):
                break
            on, by = met(duty.kind, period, delivered)
            # The yearly assessment goes on under the new rules; only its rule is another.
            is_old = duty.until or is_legacy_on(rules, row.certification, "IVV", day)
            yield by_length(
                kind=duty.kind, subject=("offering", row.pk), owes=DeadlineSide("provider", row.provider), to=AGENCIES,
                release=rules, length=duty.length, anchor=duty.anchor, anchored_on=period,
                rule=duty.rule if is_old else "IVV-CSO-FIA", on=day, detail=period.isoformat(), met_on=on, met_by=by,
            )  # fmt: skip
