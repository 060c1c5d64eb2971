"""Taking over a plan and keeping its dates: who, what of it changes, and what the audit log says of it."""

from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from authorizations.actions.cases.wbs import NothingToImport, save_wbs_dates
from authorizations.actions.refusals import Blocked, NoLongerPossible, NotPermitted, NotReady
from authorizations.actions.steps import StaleRevision
from authorizations.models import Case, Event, Message, Wbs, WbsTask
from authorizations.presenters.audit_log.history import history
from tests.actions.cases.wbs import HEADING, ROWS, TASK, changed, keep, take_over, task
from tests.actions.people.test_delegations import again, lend
from tests.cast import Cast
from tests.exchange.workbooks import day
from tests.lifecycle.cases import make_case, press, step_facts
from tests.lifecycle.world import NOW

PLANNERS = ("liaison", "reviewer", "official", "csp_lead", "csp_contributor")
OTHERS = ("viewer", "csp_viewer", "assessor_lead", "pmo_lead", "pmo_reviewer", "auditor")
STRANGERS = ("stranger_agency", "stranger_csp", "bureau_liaison")


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast, "initial", "planning")


@pytest.fixture
def planned(cast: Cast, case: Case) -> Case:
    """A case with a plan."""
    take_over(case, cast.liaison)
    return Case.objects.get(pk=case.pk)


def kept(case: Case) -> dict[str, tuple[Any, ...]]:
    rows = WbsTask.objects.filter(wbs__case=case)
    return {row.number: (row.title, row.planned_start, row.planned_finish, row.actual_finish) for row in rows}


def acts(case: Case) -> list[str]:
    return [event.verb for event in Event.objects.about(case).order_by("pk") if "wbs" in event.verb]


# --- taking over ---


@pytest.mark.parametrize("person", PLANNERS)
def test_both_sides_of_the_case_take_over_a_workbook(cast: Cast, case: Case, person: str) -> None:
    wbs = take_over(case, cast.people[person])
    assert len(kept(case)) == len(ROWS) == len(wbs.rows())
    assert (wbs.file_name, wbs.sha256, wbs.imported_by) == ("Plan.xlsx", "a" * 64, cast.people[person])
    assert Case.objects.get(pk=case.pk).revision == case.revision + 1
    event = Event.objects.about(case).latest("pk")
    assert (event.verb, event.actor) == ("case.wbs_imported", cast.people[person])
    assert event.changes["wbs_sha256"] == [None, "a" * 64]
    assert event.changes["wbs_rows"] == [0, len(ROWS)]


@pytest.mark.parametrize("person", OTHERS)
def test_nobody_else_on_the_case_does(cast: Cast, case: Case, person: str) -> None:
    with pytest.raises(NotPermitted):
        take_over(case, cast.people[person])
    assert not Wbs.objects.exists()


@pytest.mark.parametrize("person", STRANGERS)
def test_for_a_stranger_there_is_no_case(cast: Cast, case: Case, person: str) -> None:
    with pytest.raises(Case.DoesNotExist):
        take_over(case, cast.people[person])


def test_a_reuse_case_has_no_plan(cast: Cast) -> None:
    with pytest.raises(Case.DoesNotExist):
        take_over(make_case(cast, "reuse", "need_defined"), cast.liaison)


def test_a_case_that_has_ended_keeps_its_plan_as_it_is(cast: Cast, planned: Case) -> None:
    press(planned, "withdraw", cast.liaison, **step_facts("withdraw", cast))
    for act in (lambda: take_over(planned, cast.liaison, sha256="b" * 64), lambda: keep(planned, cast.liaison, {})):
        with pytest.raises(NoLongerPossible, match="has ended"):
            act()


def test_who_saw_an_older_case_is_told_what_happened_since(cast: Cast, planned: Case) -> None:
    before = planned.revision - 1
    with pytest.raises(StaleRevision) as refused:
        take_over(planned, cast.csp_lead, revision=before, sha256="b" * 64)
    assert [event.verb for event in refused.value.since] == ["case.wbs_imported"]
    with pytest.raises(StaleRevision):
        keep(planned, cast.csp_lead, {"1.1": {"actual_finish": day("2026-11-20")}}, revision=before)
    assert acts(planned) == ["case.wbs_imported"]


def test_the_same_workbook_again_changes_nothing_and_is_no_act(cast: Cast, planned: Case) -> None:
    with pytest.raises(NothingToImport):
        take_over(planned, cast.liaison)
    assert acts(planned) == ["case.wbs_imported"]


def test_another_file_with_the_same_rows_is_noted_as_the_one_that_was_read_last(cast: Cast, planned: Case) -> None:
    before = kept(planned)
    take_over(planned, cast.csp_lead, sha256="b" * 64)
    assert kept(planned) == before
    assert Wbs.objects.get().sha256 == "b" * 64


def test_a_newer_workbook_changes_adds_and_removes_rows_and_the_record_says_which(cast: Cast, planned: Case) -> None:
    rows = [row for row in changed("2.1", planned_start=day("2027-03-15")) if row.number != "1.2.1"]
    rows.append(replace(ROWS[1], number="1.10", title="Sign the SSP"))
    same = task(planned, "2.1").public_id
    take_over(planned, cast.csp_lead, rows, sha256="b" * 64)
    now = kept(planned)
    assert now["2.1"][1] == day("2027-03-15")
    assert task(planned, "2.1").public_id == same
    assert "1.2.1" not in now
    assert [row.number for row in Wbs.objects.get().rows()] == [
        "1",
        "1.1",
        "1.2",
        "1.10",
        "2",
        "2.1",
        "2.2",
        "3",
        "3.1",
    ]
    said = Event.objects.about(planned).latest("pk").changes
    assert said["wbs 2.1 planned_start"] == ["2027-03-01", "2027-03-15"]
    assert (said["wbs_added"], said["wbs_removed"]) == ([None, ["1.10"]], [["1.2.1"], None])


def test_of_texts_the_record_says_only_that_they_changed(cast: Cast, planned: Case) -> None:
    take_over(planned, cast.csp_lead, changed("1.1", title="Write it, Bob", notes="Bob does it"), sha256="b" * 64)
    event = Event.objects.about(planned).latest("pk")
    assert event.changes["wbs 1.1 title"] == event.changes["wbs 1.1 notes"] == [None, None]
    assert "Bob" not in event.text


def test_what_happened_already_stays_when_the_plan_moves(cast: Cast, planned: Case) -> None:
    keep(planned, cast.csp_lead, {"1.1": {"actual_start": day("2026-11-03"), "actual_finish": day("2026-11-23")}})
    take_over(planned, cast.csp_lead, changed("1.1", planned_finish=day("2026-11-30")), sha256="b" * 64)
    moved = task(planned, "1.1")
    assert (moved.planned_finish, moved.actual_finish) == (day("2026-11-30"), day("2026-11-23"))


def test_what_the_pmo_dated_is_left_alone_by_a_workbook(cast: Cast, planned: Case) -> None:
    keep(planned, cast.pmo_reviewer, {"3.1": {"planned_start": day("2027-09-01")}})
    take_over(planned, cast.liaison, changed("3.1", title="Review the package"), sha256="b" * 64)
    assert kept(planned)["3.1"][:2] == ("Review the package", day("2027-09-01"))


def test_a_task_that_became_a_heading_keeps_nothing_that_happened(cast: Cast, planned: Case) -> None:
    keep(planned, cast.csp_lead, {"1.1": {"actual_finish": day("2026-11-20")}})
    take_over(planned, cast.csp_lead, changed("1.1", kind=HEADING), sha256="b" * 64)
    assert kept(planned)["1.1"][3] is None


def test_the_other_side_and_the_liaisons_are_told_that_a_plan_came_in(cast: Cast, case: Case) -> None:
    take_over(case, cast.csp_contributor)
    event = Event.objects.get(verb="case.wbs_imported")
    told = {message.recipient.name for message in Message.objects.filter(event=event) if message.recipient}
    assert {"Lena Liaison", "Cleo Lead", "Asa Lead"} <= told
    assert "Con Tributor" not in told


# --- dates ---


@pytest.mark.parametrize("person", PLANNERS)
def test_both_sides_keep_the_dates_of_their_tasks_in_one_act(cast: Cast, planned: Case, person: str) -> None:
    dates = {
        "1.1": {"actual_start": day("2026-11-02"), "actual_finish": day("2026-11-20")},
        "2.1": {"planned_start": day("2027-03-08"), "planned_finish": None},
    }
    keep(planned, cast.people[person], dates)
    found = task(planned, "2.1")
    assert (found.planned_start, found.planned_finish) == (day("2027-03-08"), None)
    assert task(planned, "1.1").actual_finish == day("2026-11-20")
    assert acts(planned) == ["case.wbs_imported", "case.wbs_dated"]
    said = Event.objects.about(planned).latest("pk").changes
    assert said["wbs 2.1 planned_finish"] == ["2027-04-16", None]
    assert said["revision"] == [planned.revision, planned.revision + 1]


@pytest.mark.parametrize("person", OTHERS)
def test_nobody_else_keeps_them(cast: Cast, planned: Case, person: str) -> None:
    with pytest.raises(NotPermitted):
        keep(planned, cast.people[person], {"1.1": {"actual_finish": day("2026-11-20")}})


@pytest.mark.parametrize("person", ["pmo_lead", "pmo_reviewer"])
def test_the_pmo_dates_its_own_part(cast: Cast, planned: Case, person: str) -> None:
    keep(planned, cast.people[person], {"3.1": {"planned_start": day("2027-09-01")}})
    assert task(planned, "3.1").planned_start == day("2027-09-01")


@pytest.mark.parametrize("person", PLANNERS)
def test_the_part_of_the_pmo_is_closed_to_the_sides(cast: Cast, planned: Case, person: str) -> None:
    with pytest.raises(NotPermitted, match="PMO dates its own part"):
        keep(planned, cast.people[person], {"3.1": {"planned_start": day("2027-09-01")}})
    assert task(planned, "3.1").planned_start is None


@pytest.mark.parametrize("number", ["1", "1.2.1"])
def test_a_heading_or_a_placeholder_has_no_dates_to_keep(cast: Cast, planned: Case, number: str) -> None:
    with pytest.raises(NotPermitted):
        keep(planned, cast.liaison, {number: {"actual_finish": day("2026-11-20")}})


@pytest.mark.parametrize(
    ("dates", "column", "words"),
    [
        ({"planned_finish": day("2026-11-01")}, "planned_finish", "before the start"),
        ({"actual_start": day("2026-11-20"), "actual_finish": day("2026-11-19")}, "actual_finish", "before the start"),
        ({"actual_finish": day("2026-11-25")}, "actual_finish", "in the future"),
        ({"planned_start": day("1999-01-01")}, "planned_start", "too far"),
        ({"planned_finish": day("2090-01-01")}, "planned_finish", "too far"),
    ],
)
def test_an_impossible_date_is_refused_at_its_place_and_nothing_is_kept(
    cast: Cast, planned: Case, dates: dict[str, Any], column: str, words: str
) -> None:
    with pytest.raises(NotReady, match=words) as refused:
        keep(planned, cast.liaison, {"1.1": dates, "2.2": {"planned_finish": None}})
    assert [problem.where for problem in refused.value.problems] == [f"{task(planned, '1.1').public_id} {column}"]
    assert task(planned, "2.2").planned_finish
    assert acts(planned) == ["case.wbs_imported"]


def test_dates_that_are_there_already_are_no_act(cast: Cast, planned: Case) -> None:
    with pytest.raises(Blocked, match="Nothing was changed"):
        keep(planned, cast.liaison, {"1.1": {"planned_start": day("2026-11-02")}})


def test_without_a_plan_there_is_nothing_to_date(cast: Cast, case: Case) -> None:
    with pytest.raises(Blocked, match="no tasks yet"):
        keep(case, cast.liaison, {})


def test_a_task_of_another_case_is_not_part_of_the_plan(cast: Cast, planned: Case) -> None:
    other = make_case(cast, "initial", "planning")
    take_over(other, cast.liaison)
    foreign = task(other, "1.1")
    with pytest.raises(NoLongerPossible, match="no longer part of the plan"):
        save_wbs_dates(
            planned.public_id,
            actor=cast.liaison,
            now=NOW,
            revision=planned.revision,
            dates={foreign.public_id: {"actual_finish": day("2026-11-20")}},
        )


def test_who_acts_for_a_colleague_is_recorded_for_them(cast: Cast, planned: Case) -> None:
    lend(cast.liaison, cast.viewer)
    keep(planned, again(cast.viewer), {"1.1": {"actual_finish": day("2026-11-20")}})
    event = Event.objects.about(planned).latest("pk")
    assert (event.actor, event.acted_for) == (cast.viewer, cast.liaison)


def test_the_history_tells_both_acts_in_words(cast: Cast, planned: Case) -> None:
    keep(planned, cast.csp_lead, {"1.1": {"actual_finish": day("2026-11-20")}})
    newest, before, *_ = history(Case.objects.get(pk=planned.pk), cast.liaison)
    assert (newest.what, newest.facts) == (
        "Dates of the WBS kept",
        [("Actual finish of 1.1", "20 Nov 2026, before none")],
    )
    assert (before.what, before.facts[0]) == ("Tasks of the WBS imported", ("Rows", "9, before none"))


def test_many_dates_are_counted_in_the_history(cast: Cast, planned: Case) -> None:
    moved = {"planned_start": day("2027-10-01"), "planned_finish": day("2027-11-01")}
    keep(planned, cast.csp_lead, dict.fromkeys(("1.1", "1.2", "2.1", "2.2"), moved))
    newest = history(Case.objects.get(pk=planned.pk), cast.liaison)[0]
    assert newest.facts[-1] == ("More dates", "2")
    assert len(newest.facts) == 7


@pytest.mark.parametrize(
    "columns",
    [
        {"planned_start": day("2027-01-02"), "planned_finish": day("2027-01-01")},
        {"actual_start": day("2027-01-02"), "actual_finish": day("2027-01-01")},
        {"kind": HEADING, "actual_finish": day("2026-11-01")},
        {"number": "1.1"},
    ],
)
def test_the_database_holds_a_plan_to_its_rules(cast: Cast, planned: Case, columns: dict[str, Any]) -> None:
    given = {"wbs": Wbs.objects.get(), "number": "9.9", "title": "Odd", "kind": TASK, "row": 1, **columns}
    with pytest.raises(IntegrityError), transaction.atomic():
        WbsTask.objects.create(**given)
