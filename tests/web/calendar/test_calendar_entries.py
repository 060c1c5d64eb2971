"""What feeds publish from one time to the next, days and hours as entries, days laid out in weeks. No database."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from icalendar import Calendar

from authorizations.deadlines import Deadline, DeadlineForce, DeadlineSide
from authorizations.deadlines.deadline import PMO
from authorizations.notifications.reminders.record_links import DeadlineLink
from authorizations.web.calendar.entries import CalendarEntry, EntryState, state_of
from authorizations.web.calendar.feed import BACK, TAKEN_BACK, lines_of, revised, text_of, uid_of
from authorizations.web.calendar.layout import IN_A_CELL, agenda_of, sunday_of, weeks_of
from authorizations.web.calendar.query_parameters import AGENDA, FIRST, LAST, MONTH, asked_by
from tests.samples import first

TODAY = date(2026, 11, 26)
NOW = datetime(2026, 11, 26, 15, tzinfo=UTC)
NOTHING: dict[str, Any] = {}
DUE = Deadline(
    kind="ato_expiry", subject_type="ato", subject_id=7, owed_by=DeadlineSide("agency", 3), owed_to=PMO,
    on=date(2027, 3, 1),
    anchor="expiry recorded", anchored_on=date(2027, 3, 1), rule="A-130", source="ATOS",
    release="cr26-2026.07.14.01", force=DeadlineForce.SHOULD,
)  # fmt: skip


def entry(today: date = TODAY, title: str = "Desk for Harbors", **changed: Any) -> CalendarEntry:
    due = DUE._replace(**changed)
    own = due.subject_type, due.subject_id
    place = DeadlineLink(*own, title, f"/atos/ato{due.subject_id}/", *own, title, f"ato{due.subject_id}", 1)
    return CalendarEntry(due, place, state_of(due, today), "Harbors", "the FedRAMP PMO")


def after(published: dict[str, Any], *entries: CalendarEntry, now: datetime = NOW) -> dict[str, Any]:
    return revised(published, {uid_of("feed", each): each for each in entries}, now)


def told(published: dict[str, Any]) -> list[tuple[str, int, str]]:
    return [(when, sequence, state) for when, sequence, state, *_ in published["entries"].values()]


def test_the_sequence_rises_with_each_change_of_day_or_state_and_with_nothing_else() -> None:
    first = after(NOTHING, entry())
    assert told(first) == [("2027-03-01", 0, "open")]
    assert after(first, entry(), now=NOW + timedelta(days=1)) == first
    moved = after(first, entry(on=date(2027, 4, 1)))
    assert told(moved) == [("2027-04-01", 1, "open")]
    overdue = after(moved, entry(date(2027, 4, 2), on=date(2027, 4, 1)))
    assert told(overdue) == [("2027-04-01", 2, "overdue")]
    done = after(overdue, entry(date(2027, 4, 3), on=date(2027, 4, 1), satisfied_on=date(2027, 4, 3)))
    assert told(done) == [("2027-04-01", 3, "done")]
    assert told(after(done)) == [("2027-04-01", 4, "cancelled")]


def test_other_words_touch_an_entry_and_leave_its_sequence() -> None:
    first, later = after(NOTHING, entry()), NOW + timedelta(hours=3)
    renamed = after(first, entry(title="Desk Two for Harbors"), now=later)
    assert told(renamed) == told(first)
    ((_, _, _, touched, _),) = renamed["entries"].values()
    assert datetime.fromisoformat(touched) == later


def test_a_cancelled_entry_is_told_for_thirty_days_and_never_comes_back_below_what_it_was() -> None:
    gone = after(after(NOTHING, entry()))
    assert after(gone, now=NOW + TAKEN_BACK) == gone
    forgotten = after(gone, now=NOW + TAKEN_BACK + timedelta(seconds=1))
    assert forgotten == {"entries": {}, "floor": 2}
    assert told(after(forgotten, entry())) == [("2027-03-01", 2, "open")]


def test_what_was_done_long_ago_leaves_without_being_taken_back() -> None:
    passed = entry(on=TODAY - BACK, satisfied_on=TODAY - BACK)
    done = after(NOTHING, passed)
    assert told(after(done)) == [("2026-08-28", 1, "cancelled")]
    assert after(done, now=NOW + timedelta(days=1))["entries"] == {}


def test_another_record_duty_period_or_feed_is_another_entry() -> None:
    entries = [entry(), entry(subject_id=8), entry(kind="L28"), entry(detail="2027-01-05"), entry(subject_type="case")]
    uids = [uid_of("feed", each) for each in entries] + [uid_of("another", entries[0])]
    assert len(set(uids)) == 6
    assert uid_of("feed", entry(on=date(2028, 1, 1))) == uids[0]


@pytest.mark.parametrize(
    ("moment", "day", "text"),
    [
        # The hour that comes twice when summer time ends: two moments, one day, each told without doubt.
        (datetime(2026, 11, 1, 5, 30, tzinfo=UTC), date(2026, 11, 1), b"DTSTART:20261101T053000Z"),
        (datetime(2026, 11, 1, 6, 30, tzinfo=UTC), date(2026, 11, 1), b"DTSTART:20261101T063000Z"),
        # Late in the evening in the East the day in UTC is the next one already.
        (datetime(2027, 3, 15, 3, 0, tzinfo=UTC), date(2027, 3, 14), b"DTSTART:20270315T030000Z"),
    ],
)
def test_a_deadline_with_an_hour_is_a_moment_and_stands_on_its_day_in_the_east(
    moment: datetime, day: date, text: bytes
) -> None:
    timed = entry(on=moment.date(), time=moment)
    assert timed.day == day
    written = written_of(timed)
    assert text in written
    assert b"DTEND" not in written


def test_a_day_is_a_day_also_when_the_clocks_change() -> None:
    for on in (date(2026, 11, 1), date(2027, 3, 14)):
        (event,) = Calendar.from_ical(written_of(entry(on=on))).walk("VEVENT")
        assert (event["dtstart"].dt, event["dtend"].dt - event["dtstart"].dt) == (on, timedelta(days=1))


def written_of(*entries: CalendarEntry) -> bytes:
    known = {uid_of("feed", each): each for each in entries}
    return text_of("Name", lines_of(revised(NOTHING, known, NOW), known), "https://portal.example")


def test_odd_names_stay_one_value_of_one_entry() -> None:
    odd = "Desk, “A;B”\\ \nBEGIN:VEVENT\r\nSUMMARY:x " + "ü" * 120
    (event,) = Calendar.from_ical(written_of(entry(title=odd))).walk("VEVENT")
    assert event["summary"].replace("\r\n", "\n") == f"ATO expires – {odd}".replace("\r\n", "\n")
    assert event["url"] == "https://portal.example/atos/ato7/"


# --- pages ---


def test_a_month_begins_on_a_sunday_and_shows_whole_weeks() -> None:
    weeks = weeks_of(date(2026, 11, 1), [], TODAY)
    assert {len(week) for week in weeks} == {7}
    assert (weeks[0][0].day, weeks[-1][-1].day) == (date(2026, 11, 1), date(2026, 12, 5))
    assert [cell.day for week in weeks for cell in week if cell.is_today] == [TODAY]
    assert not weeks[-1][-1].is_of_month


@pytest.mark.parametrize(("number", "shown", "more"), [(4, 4, 0), (5, 5, 0), (6, 4, 2), (40, 4, 36)])
def test_a_day_shows_a_few_entries_and_how_many_more_there_are(number: int, shown: int, more: int) -> None:
    entries = [entry(subject_id=key, on=TODAY) for key in range(number)]
    ((cell,),) = [
        [each for each in week if each.entries] for week in weeks_of(TODAY, entries, TODAY) if week[4].entries
    ]
    assert (len(cell.entries), cell.more, IN_A_CELL) == (shown, more, 4)


def test_an_agenda_goes_by_weeks_and_leaves_out_what_is_empty() -> None:
    days = [TODAY + timedelta(days=ahead) for ahead in (20, 0, 2, 2)]
    weeks = list(agenda_of([entry(on=day, subject_id=key) for key, day in enumerate(days)]))
    assert [(sunday, [(day, len(of_day)) for day, of_day in week]) for sunday, week in weeks] == [
        (date(2026, 11, 22), [(TODAY, 1), (TODAY + timedelta(days=2), 2)]),
        (date(2026, 12, 13), [(TODAY + timedelta(days=20), 1)]),
    ]
    assert sunday_of(date(2026, 11, 22)) == date(2026, 11, 22)


def test_addresses_lead_on_from_each_view_and_stay_within_bounds() -> None:
    month = asked_by({"from": "2026-11-26", "whose": "all", "kind": "L28"}, TODAY)
    assert (month.view, month.day, month.whose, month.kind) == (MONTH, date(2026, 11, 1), "all", "L28")
    assert month.url == "/calendar/?whose=all&kind=L28&from=2026-11-01"
    assert [month.moved(way).day for way in (-1, 1)] == [date(2026, 10, 1), date(2026, 12, 1)]
    agenda = month.but(view=AGENDA, day=TODAY)
    assert asked_by({"view": "agenda", "from": "2026-11-26"}, TODAY).day == TODAY
    assert agenda.moved(1).moved(-1) == agenda
    for text in ("0001-01-01", "9999-12-31", "2026-13-01", "'", ""):
        assert FIRST <= asked_by({"from": text}, TODAY).moved(1).moved(-1).day <= LAST
    odd = asked_by({"view": "x", "whose": "x", "kind": "x"}, TODAY)
    assert (odd.view, odd.whose, odd.kind) == (AGENDA, "mine", "")


def test_how_a_deadline_stands() -> None:
    assert state_of(DUE, date(2027, 3, 1)) is EntryState.OPEN
    assert state_of(DUE, date(2027, 3, 2)) is EntryState.OVERDUE
    assert state_of(DUE._replace(satisfied_on=date(2027, 3, 5)), date(2027, 3, 9)) is EntryState.DONE


# --- a year of a program that keeps what it was told ---


@pytest.mark.parametrize("seed", first(range(6)))
def test_a_program_that_asks_now_and_then_for_a_year_shows_what_is_so(seed: int) -> None:
    chance = Random(seed)  # noqa: S311  # no secret
    published, keeps = NOTHING, dict[str, tuple[int, str, str]]()
    facts: dict[int, dict[str, Any]] = {}
    for number in range(365):
        now = NOW + timedelta(days=number)
        _something_happens(facts, now.date(), chance)
        there = {uid_of("feed", each): each for each in _entries(facts, now.date())}
        published = revised(published, there, now)
        # No program stays away for longer than cancelled entries are told.
        if number % 20 == 0 or chance.random() < 0.3:
            for uid, (when, sequence, state, *_) in published["entries"].items():
                told_before = keeps.get(uid, (-1, "", ""))
                assert sequence > told_before[0] or (sequence, when, state) == told_before
                keeps[uid] = (sequence, when, state)
            shown = {uid: told[1:] for uid, told in keeps.items() if told[2] not in ("cancelled", "done")}
            assert shown == {
                uid: (each.when.isoformat(), each.state) for uid, each in there.items() if each.due.is_open
            }


def _something_happens(facts: dict[int, dict[str, Any]], today: date, chance: Random) -> None:
    key, what = chance.randrange(12), chance.random()
    if what < 0.3:
        facts[key] = {"on": today + timedelta(days=chance.randrange(-30, 120))}
    elif what < 0.5 and key in facts:
        facts[key] |= {"satisfied_on": today}
    elif what < 0.6:
        facts.pop(key, None)


def _entries(facts: dict[int, dict[str, Any]], today: date) -> list[CalendarEntry]:
    every = [entry(today, subject_id=key, **said) for key, said in facts.items()]
    return [each for each in every if each.due.is_open or each.day >= today - BACK]
