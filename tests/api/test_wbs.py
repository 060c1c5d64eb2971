"""The plan of a case for programs."""

import pytest

from tests.actions.cases.wbs import keep, take_over
from tests.api.world import program_of
from tests.cast import Cast
from tests.exchange.workbooks import day
from tests.lifecycle.cases import make_case


def test_who_sees_the_case_reads_its_tasks_in_order(cast: Cast) -> None:
    case = make_case(cast, "initial", "planning")
    take_over(case, cast.csp_lead)
    keep(case, cast.csp_lead, {"1.1": {"actual_start": day("2026-11-02"), "actual_finish": day("2026-11-23")}})
    for person in ("viewer", "assessor_member", "auditor"):
        answer = program_of(cast.people[person]).get(f"/api/cases/{case.public_id}/wbs")
        assert answer.status_code == 200
    told = answer.json()
    assert (told["file_name"], told["sha256"]) == ("Plan.xlsx", "a" * 64)
    numbers = [row["number"] for row in told["tasks"]]
    assert numbers == ["1", "1.1", "1.2", "1.2.1", "2", "2.1", "2.2", "3", "3.1"]
    heading, written, *_ = told["tasks"]
    assert (heading["kind"], heading["state"]) == ("heading", None)
    assert (written["heading"], written["sides"], written["state"], written["days_late"]) == (
        "1",
        ["provider"],
        "done",
        3,
    )
    assert (written["planned_start"], written["actual_finish"]) == ("2026-11-02", "2026-11-23")


@pytest.mark.parametrize("person", ["stranger_agency", "stranger_csp"])
def test_for_a_stranger_it_is_not_there(cast: Cast, person: str) -> None:
    case = make_case(cast, "initial", "planning")
    take_over(case, cast.csp_lead)
    assert program_of(cast.people[person]).get(f"/api/cases/{case.public_id}/wbs").status_code == 404


def test_without_a_plan_or_of_a_reuse_case_it_is_not_there(cast: Cast) -> None:
    program = program_of(cast.liaison)
    for case in (make_case(cast, "initial", "planning"), make_case(cast, "reuse", "need_defined")):
        assert program.get(f"/api/cases/{case.public_id}/wbs").status_code == 404


def test_it_is_only_read_here(cast: Cast) -> None:
    case = make_case(cast, "initial", "planning")
    assert program_of(cast.liaison).post(f"/api/cases/{case.public_id}/wbs", {}).status_code == 405
