"""“All needed at this stage are here” and the gates of the steps that lead on never disagree."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Membership, Organization, User
from accounts.roles import Role
from authorizations.lifecycle.gates.documents import OF_THE_ACT, asked
from authorizations.lifecycle.problems import Force
from authorizations.models import Case
from authorizations.presenters.documents import _ahead, summary
from authorizations.rules import newest
from tests.lifecycle.golden.unsaved import MACHINES, NOW, TODAY, context_of, letters, unsaved
from tests.lifecycle.golden.unsaved import compared_cases as looked_at

OLD = (NOW - timedelta(days=400)).isoformat()


def reader() -> User:
    user = User(pk=1)
    vars(user)["current_memberships"] = [Membership(user=user, role=Role.AUDITOR, organization=Organization(pk=99))]
    return user


def changed(kind: str) -> Iterator[tuple[str, dict[str, Any] | None]]:
    """Each document of a machine: gone, old, and without each of its statements."""
    for key, rule in newest().documents.items():
        if kind in rule.machines:
            yield from [(key, None), (key, {"at": OLD})]
            yield from (
                (key, {"stated": [each for each in rule.statements if each != word]}) for word in rule.statements
            )


def held_up(case: Case) -> bool:
    """Whether a document holds up a step that leads on, whatever else does and whatever the act itself decides."""
    rows = _ahead(case.kind, case.stage)
    steps = [step for step in case.machine().steps if step.row in rows and case.stage in step.sources]
    of_the_act = {rule.key for row in rows for rule, how in asked(case.rules, row) if how.when in OF_THE_ACT}
    problems = [each for step in steps for each in step.problems(case, {}, context_of(case))]
    places = {
        each.gate.removeprefix("document_")
        for each in problems
        if each.gate.startswith("document_")
        if each.force is Force.MUST
    }
    return bool(places - of_the_act)


@pytest.mark.slow
@pytest.mark.parametrize("kind", MACHINES)
def test_documents_are_complete_where_none_holds_up_the_step_that_leads_on(kind: str) -> None:
    tried = 0
    for stage in MACHINES[kind].machine().stages:
        case = unsaved(
            kind, stage, {"delta_test_wanted": "yes"} if kind == "initial" else {}, came_back_step="return_ssp"
        )
        looked_at(case, parties=letters("CL"))
        whole = case.document_summary
        for key, change in [("", {}), *changed(kind)]:
            rest = {name: each for name, each in whole.items() if name != key}
            case.document_summary = (
                whole if not key else rest if change is None else {**rest, key: {**whole[key], **change}}
            )
            here, needed = summary(case, reader(), TODAY)
            assert (here == needed) is not held_up(case), (stage, key, change)
            tried += here != needed
    assert tried > 5
