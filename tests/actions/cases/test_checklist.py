"""Ticking tips: who, at which stage, and that the audit log alone holds it."""

import pytest

from authorizations.actions.cases.checklist import check_off, checked_tips
from authorizations.actions.refusals import NoLongerPossible, NotPermitted
from authorizations.models import Case, Event
from authorizations.presenters.audit_log.history import history
from tests.actions.people.test_delegations import again, lend
from tests.cast import Cast
from tests.lifecycle.cases import make_case
from tests.lifecycle.world import NOW


def checked_off(case: Case) -> dict[str, str]:
    acts = Event.objects.about(case).select_related("actor").order_by("-recorded_at", "-pk")
    return {name: each.who for name, each in checked_tips(acts).items()}


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast, "initial", "ssp")


def press(case: Case, cast: Cast, person: str, tip: str, *, done: bool = True) -> None:
    check_off(case.public_id, actor=cast.people[person], now=NOW, tip=tip, done=done)


@pytest.mark.parametrize(
    ("person", "tip"),
    [
        *(("liaison", "FA18"), ("reviewer", "FA18"), ("official", "FA19")),
        *(("csp_lead", "FC13"), ("csp_contributor", "FC26")),
    ],
)
def test_who_acts_for_a_side_ticks_its_tips_and_takes_ticks_back(cast: Cast, case: Case, person: str, tip: str) -> None:
    press(case, cast, person, tip)
    assert checked_off(case) == {tip: cast.people[person].name}
    press(case, cast, person, tip, done=False)
    assert checked_off(case) == {}


@pytest.mark.parametrize(
    ("person", "tip"),
    [
        *(("liaison", "FC13"), ("csp_lead", "FA18"), ("viewer", "FA18"), ("csp_viewer", "FC13")),
        *(("assessor_lead", "FA18"), ("pmo_lead", "FA18"), ("auditor", "FC13")),
    ],
)
def test_nobody_ticks_the_tips_for_another_side(cast: Cast, case: Case, person: str, tip: str) -> None:
    with pytest.raises(NotPermitted):
        press(case, cast, person, tip)
    assert checked_off(case) == {}


@pytest.mark.parametrize("person", ["stranger_agency", "stranger_csp"])
def test_for_strangers_there_is_no_such_case(cast: Cast, case: Case, person: str) -> None:
    with pytest.raises(Case.DoesNotExist):
        press(case, cast, person, "FA18")


@pytest.mark.parametrize(("tip", "done"), [("FA05", True), ("FA99", True), ("", True), ("FA18", False)])
def test_a_tip_of_another_stage_and_a_tick_that_is_not_there_are_refused(
    cast: Cast, case: Case, tip: str, *, done: bool
) -> None:
    with pytest.raises(NoLongerPossible):
        press(case, cast, "liaison", tip, done=done)


def test_a_second_press_adds_no_second_entry(cast: Cast, case: Case) -> None:
    press(case, cast, "liaison", "FA18")
    entries = Event.objects.about(case).count()
    with pytest.raises(NoLongerPossible):
        press(case, cast, "reviewer", "FA18")
    assert Event.objects.about(case).count() == entries


def test_a_tick_stands_in_the_history_and_makes_no_open_form_stale(cast: Cast, case: Case) -> None:
    press(case, cast, "reviewer", "FA18")
    entry = history(case, cast.liaison)[0]
    assert (entry.what, entry.before) == ("Tip ticked", "")
    assert entry.facts == [("Tip", "Understand which controls are your own task, and accept them in writing.")]
    assert Case.objects.get(pk=case.pk).revision == case.revision


def test_who_acts_for_a_colleague_ticks_in_that_colleagues_name(cast: Cast, case: Case) -> None:
    lend(cast.csp_lead, cast.csp_viewer)
    check_off(case.public_id, actor=again(cast.csp_viewer), now=NOW, tip="FC13", done=True)
    event = Event.objects.get(verb="case.checked_off")
    assert (event.actor, event.acted_for) == (cast.csp_viewer, cast.csp_lead)
