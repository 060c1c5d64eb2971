"""Steps fill the actual dates of the plan: never over what a person entered, and back with a step back."""

from datetime import date
from typing import Any

import pytest

from authorizations.lifecycle.plan_dates import FILLINGS
from authorizations.lifecycle.wbs import WbsRow
from authorizations.models import Case, Event, InitialCase
from authorizations.vocabulary import WbsKind
from tests.actions.cases.wbs import keep, take_over, task
from tests.cast import Cast
from tests.lifecycle.cases import make_case, press, step_facts
from tests.lifecycle.cases import record as record_facts

DELIVERED = date(2026, 11, 20)
TITLES = (
    "Develop SSP and Deliver to Agency",
    "Review draft SSP",
    "Approve SSP",
    "Issue ATO and provide copy to FedRAMP",
)
PLAN = [WbsRow(f"3.{place}", title, WbsKind.TASK, "CSP", row=place) for place, title in enumerate(TITLES, start=1)]


@pytest.fixture
def case(cast: Cast) -> Case:
    made = make_case(cast, "initial", "in_process")
    take_over(made, cast.csp_lead, PLAN)
    return Case.objects.get(pk=made.pk)


def take(case: Case, name: str, actor: Any, cast: Cast, **facts: Any) -> Case:
    found = Case.objects.get(pk=case.pk)
    return press(found, name, actor, **{**step_facts(name, cast), **facts})


def filled(case: Case, number: str) -> tuple[Any, dict[str, str]]:
    found = task(case, number)
    return found.actual_finish, found.filled_by


def test_a_step_fills_the_day_of_its_task_with_its_source_and_its_entry(cast: Cast, case: Case) -> None:
    take(case, "deliver_ssp", cast.csp_lead, cast, ssp_delivered_on=DELIVERED)
    assert filled(case, "3.1") == (DELIVERED, {"actual_finish": "deliver_ssp"})
    assert Event.objects.get(verb="case.deliver_ssp").changes["wbs 3.1 actual_finish"] == [None, DELIVERED.isoformat()]
    assert [filled(case, number)[0] for number in ("3.2", "3.3", "3.4")] == [None] * 3


@pytest.mark.slow
def test_what_a_person_entered_or_took_back_stays(cast: Cast, case: Case) -> None:
    keep(case, cast.csp_lead, {"3.1": {"actual_finish": date(2026, 11, 3)}})
    take(case, "deliver_ssp", cast.csp_lead, cast, ssp_delivered_on=DELIVERED)
    assert filled(case, "3.1") == (date(2026, 11, 3), {})
    take(case, "approve_ssp", cast.reviewer, cast)
    keep(case, cast.liaison, {"3.3": {"actual_finish": None}})
    record_facts(Case.objects.get(pk=case.pk), cast.reviewer, ssp_approved_on=date(2026, 11, 19))
    assert filled(case, "3.3") == (None, {"actual_finish": "person"})


@pytest.mark.slow
def test_a_step_back_takes_its_day_back_and_the_step_fills_it_again(cast: Cast, case: Case) -> None:
    take(case, "deliver_ssp", cast.csp_lead, cast)
    take(case, "approve_ssp", cast.reviewer, cast, ssp_approved_on=DELIVERED)
    assert filled(case, "3.3") == (DELIVERED, {"actual_finish": "approve_ssp"})
    take(case, "reopen_ssp", cast.reviewer, cast)
    assert filled(case, "3.3") == (None, {})
    assert filled(case, "3.1")[1] == {"actual_finish": "deliver_ssp"}
    take(case, "resubmit_ssp", cast.csp_lead, cast)
    take(case, "approve_ssp", cast.reviewer, cast, ssp_approved_on=date(2026, 11, 21))
    assert filled(case, "3.3")[0] == date(2026, 11, 21)


def test_a_plan_that_comes_in_later_is_filled_at_once_and_no_day_contradicts_a_persons(cast: Cast) -> None:
    made = make_case(cast, "initial", "in_process")
    take(made, "deliver_ssp", cast.csp_lead, cast, ssp_delivered_on=DELIVERED)
    take_over(Case.objects.get(pk=made.pk), cast.csp_lead, PLAN)
    assert filled(made, "3.1") == (DELIVERED, {"actual_finish": "deliver_ssp"})
    keep(made, cast.csp_lead, {"3.3": {"actual_start": date(2026, 11, 23)}})
    take(made, "approve_ssp", cast.reviewer, cast, ssp_approved_on=date(2026, 11, 21))
    assert filled(made, "3.3") == (None, {})


def test_a_fact_that_fills_a_plan_is_one_that_both_sides_read() -> None:
    machine = InitialCase.machine()
    facts = [machine.facts[name] for filling in FILLINGS for name in filling.facts if name in machine.facts]
    assert {fact.name for fact in facts if fact.inside} == set()
    assert all(machine.step(filling.step) for filling in FILLINGS)
