"""Every stage of both case machines is reached by the portal's own verbs, none by adopting a case."""

from collections import Counter

import pytest
from django.db import transaction

from authorizations.models import Case
from tests.cast import Cast
from tests.lifecycle.cases import WAYS, make_case, make_move, press, step_facts


def reached(case: Case, stage: str, cast: Cast) -> Counter[str]:
    """The stages that are reached from a case on all the ways that lead on from its stage; each way is undone again."""
    found = Counter([case.stage])
    for further, (before, moves) in WAYS[case.kind].items():
        if before == stage:
            mark = transaction.savepoint()
            moved = case
            for move in moves:
                moved = make_move(moved, move, cast)
            found += reached(moved, further, cast)
            transaction.savepoint_rollback(mark)
    return found


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "first"), [("initial", "partnership"), ("reuse", "need_defined")])
def test_every_stage_is_reached_by_steps(cast: Cast, kind: str, first: str) -> None:
    stages = Case.machines[kind].machine().stages
    assert reached(make_case(cast, kind, first), first, cast) == Counter(list(stages)) == Counter(list(WAYS[kind]))


def test_a_warning_leaves_whose_turn_it_is(cast: Cast) -> None:
    case = press(make_case(cast, "initial", "ssp"), "return_ssp", cast.reviewer)
    warned = press(case, "warn", cast.pmo_lead, **step_facts("warn", cast))
    assert warned.waits_on == case.waits_on == "provider"
    assert warned.waits_since == case.waits_since
