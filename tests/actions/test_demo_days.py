"""The demo can be entered on any day: its cases are counted back from it, over weekends and holidays."""

from datetime import UTC, datetime, timedelta

import pytest

from authorizations.lifecycle.stages import InitialStage
from authorizations.models import Case
from authorizations.vocabulary import CaseKind
from demo.entering import enter_demo

pytestmark = pytest.mark.django_db
HOLIDAY, LATER = datetime(2026, 12, 25, 3, tzinfo=UTC), datetime(2027, 9, 1, 15, tzinfo=UTC)
# Eleven days apart, so that each day of the week is among them.
OF_A_YEAR = [HOLIDAY + timedelta(days=11 * place) for place in range(1, 33)]


def entered_on(day: datetime) -> None:
    assert enter_demo(day)
    stages = set(Case.objects.filter(kind=CaseKind.INITIAL).values_list("stage", flat=True))
    assert stages == set(InitialStage) - {InitialStage.CLOSED_AT_CUTOFF}


# Each enters the demo's world, which takes some ten seconds.
@pytest.mark.slow
@pytest.mark.sqlite
@pytest.mark.parametrize("day", [HOLIDAY, pytest.param(LATER, marks=pytest.mark.nightly)], ids=str)
def test_it_can_be_entered_on_a_holiday_and_a_year_later(day: datetime) -> None:
    entered_on(day)


@pytest.mark.nightly
@pytest.mark.sqlite
@pytest.mark.parametrize("day", OF_A_YEAR, ids=str)
def test_it_can_be_entered_on_days_of_a_whole_year(day: datetime) -> None:
    entered_on(day)
