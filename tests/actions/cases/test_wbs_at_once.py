"""People who act on one plan in the same moment: one act, and who comes second is told what happened."""

import pytest

from authorizations.actions.cases.wbs import import_wbs, save_wbs_dates
from authorizations.models import Case, Event, WbsTask
from tests.actions.cases.wbs import ROWS, changed, take_over, task, workbook
from tests.cast import make_cast
from tests.exchange.workbooks import day
from tests.lifecycle.test_cases_at_once import at_planning, fresh, together
from tests.lifecycle.world import NOW

pytestmark = pytest.mark.django_db(transaction=True)


def acts(case: Case) -> list[str]:
    return list(Event.objects.about(case).order_by("pk").values_list("verb", flat=True))


@pytest.mark.slow
def test_eight_threads_that_take_over_one_workbook_make_one_act() -> None:
    cast = make_cast()
    case = at_planning(cast)

    def take() -> None:
        import_wbs(case.public_id, actor=fresh(cast.csp_lead), now=NOW, revision=0, workbook=workbook())

    ended = together([take] * 8)
    assert sorted(ended) == ["StaleRevision"] * 7 + ["done"]
    assert acts(case) == ["case.wbs_imported"]
    assert WbsTask.objects.filter(wbs__case=case).count() == len(ROWS)


@pytest.mark.slow
def test_of_a_newer_workbook_and_dates_in_one_moment_one_is_kept_whole() -> None:
    cast = make_cast()
    case = at_planning(cast)
    take_over(case, cast.csp_lead)
    dates = {task(case, "1.1").public_id: {"planned_finish": day("2026-12-24")}}
    newer = workbook(changed("1.1", planned_finish=day("2026-12-31")), "b" * 64)

    def take() -> None:
        import_wbs(case.public_id, actor=fresh(cast.csp_lead), now=NOW, revision=1, workbook=newer)

    def keep() -> None:
        save_wbs_dates(case.public_id, actor=fresh(cast.bureau_liaison), now=NOW, revision=1, dates=dates)

    ended = together([take, keep] * 2)
    assert sorted(ended) == ["StaleRevision"] * 3 + ["done"]
    won, finish = acts(case)[-1], task(case, "1.1").planned_finish
    assert len(acts(case)) == 2
    assert finish == day({"case.wbs_imported": "2026-12-31", "case.wbs_dated": "2026-12-24"}[won])
