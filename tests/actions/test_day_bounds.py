"""A day that people enter beside the machines is bounded as a fact of a machine is: 2002 to ten years ahead."""

from datetime import date
from typing import Any

import pytest

from authorizations.actions.cases.waivers import waive_gate
from authorizations.actions.refusals import NotReady
from authorizations.actions.register.designations import set_designation
from authorizations.actions.rules.releases import set_local_value
from authorizations.models import Case
from authorizations.models.rules import refresh_releases
from tests.cast import Cast
from tests.lifecycle.cases import make_case
from tests.lifecycle.world import DAY, NOW
from tests.rules.documents import document, imported

LATE = "cannot be after 31 Dec 2036. Check the year."
EARLY = "cannot be before 1 Jan 2002."


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast, "initial", "ssp")


def test_a_waiver_ends_within_ten_years(cast: Cast, case: Case) -> None:
    asked: dict[str, Any] = {"actor": cast.pmo_lead, "now": NOW, "gate": "ssp_approved_on", "reason": "Paper."}
    with pytest.raises(NotReady, match=f"Until: this {LATE}"):
        waive_gate(case.public_id, until=date(2099, 1, 1), **asked)
    assert waive_gate(case.public_id, until=date(2036, 12, 31), **asked)


def test_a_designation_is_of_a_day_since_the_law(cast: Cast, case: Case) -> None:
    said = {"designation": "delisted", "reason": "Asked.", "reference": "Letter 7", "as_of": DAY}
    with pytest.raises(NotReady, match=f"Effective on: this {EARLY}"):
        set_designation(actor=cast.pmo_lead, now=NOW, offering=case.offering, effective_on=date(1026, 11, 1), **said)


@pytest.mark.parametrize(("day", "words"), [(date(1027, 1, 1), EARLY), (date(2127, 1, 1), LATE)])
def test_a_date_of_local_policy_is_within_the_same_bounds(cast: Cast, day: date, words: str) -> None:
    imported(document(dates={"ready_removed": [None, ""]}), cast.pmo_lead)
    refresh_releases(at_once=True)
    with pytest.raises(NotReady, match=words):
        set_local_value(actor=cast.pmo_lead, now=NOW, name="ready_removed", value=day, reason="Agreed.")
