"""What an agency hands over: seven columns of its ATOs, its duties by quarter, and a sample that can be drawn again."""

from datetime import date, timedelta
from typing import Any

import pytest

from authorizations.models import Ato, Case, Condition, ImportRun
from authorizations.reports.base import NotForYou, UnusableRequest
from authorizations.reports.data_calls.case_sample import draw
from tests.actions.documents.documents import add, kept_file
from tests.cast import Cast
from tests.lifecycle.cases import make_case
from tests.lifecycle.world import NOW, make_ato, take
from tests.reports.contents import contents_of, everything, rows_of, written
from tests.reports.files import members_of
from tests.web.register.records import make_run

# A report is written in every format for each side.
pytestmark = pytest.mark.slow

TODAY = NOW.date()


def provenance_of(contents: Any) -> dict[str, str]:
    return {row["what"]: row["value"] for row in rows_of(contents, "provenance")}


def test_the_list_of_atos_has_seven_columns_and_names_the_bureau_beside_its_agency(cast: Cast) -> None:
    ato = make_ato(cast)
    _, contents = contents_of("ato-data-call", cast.liaison, NOW)
    (row,) = rows_of(contents, "rows")
    assert row == {
        "provider": "Nimbus Cloud",
        "offering": ato.offering.name,
        "fedramp_id": ato.offering.fedramp_id or None,
        "agency": "Department of Harbors",
        "sub_agency": "Bureau of Lighthouses",
        "signed": ato.signed_on,
        "expires": ato.expires_on,
    }
    said = provenance_of(contents)
    assert said["Recorded here"] == "1 of 1"
    assert said["As of"].startswith("24 Nov 2026")
    assert said["Federal data"] == "None imported yet"


def test_an_ato_that_ended_and_those_of_another_agency_are_not_in_the_list(cast: Cast) -> None:
    ato = make_ato(cast)
    other = cast.organizations["meadows"].public_id
    assert rows_of(contents_of("ato-data-call", cast.pmo_lead, NOW, agency=other)[1], "rows") == []
    take(ato, "revoke", cast.official)
    assert rows_of(contents_of("ato-data-call", cast.liaison, NOW)[1], "rows") == []
    with pytest.raises(NotForYou):
        contents_of("ato-data-call", cast.assessor_lead, NOW)


def test_the_front_page_says_how_old_the_federal_data_are(cast: Cast) -> None:
    make_ato(cast)
    run = make_run(day=date(2025, 7, 1))
    ImportRun.objects.filter(pk=run.pk).update(counts={"AtoMapping": {"rows": 1}})
    words = "The federal data are of 1 Jul 2025, 511 days old: what was renewed or added since is not in them."
    assert words not in contents_of("ato-data-call", cast.liaison, NOW)[1].summary, "all was entered here"
    Ato.objects.update(source="feed")
    assert words in contents_of("ato-data-call", cast.liaison, NOW)[1].summary


def test_a_csv_of_a_data_call_says_as_of_when_and_from_which_data(cast: Cast) -> None:
    make_ato(cast)
    rows, provenance = members_of(written("ato-data-call", cast.liaison, "csv", NOW), ["rows", "provenance"])
    assert b"FedRAMP id" in rows
    assert b"24 Nov 2026" in provenance


@pytest.fixture
def conditions(cast: Cast) -> Ato:
    """Of the Bureau of Lighthouses: one met on time, one late, one overdue and one ahead."""
    ato = make_ato(cast)
    Ato.objects.filter(pk=ato.pk).update(registered_on=date(2026, 1, 1))
    for due_on, met_on in (
        (date(2026, 7, 1), date(2026, 6, 30)),
        (date(2026, 7, 2), date(2026, 8, 1)),
        (TODAY - timedelta(days=1), None),
        (TODAY + timedelta(days=1), None),
    ):
        evidence = "Letter." if met_on else ""
        facts = {"ato": ato, "text": "Close the ports.", "owner": cast.organizations["lighthouses"]}
        Condition.objects.create(**facts, due_on=due_on, met_on=met_on, evidence=evidence)
    return ato


@pytest.mark.usefixtures("conditions")
def test_each_quarter_says_what_was_met_on_time_late_or_not(cast: Cast) -> None:
    _, contents = contents_of("duty-scorecard", cast.people["bureau_liaison"], NOW)
    found = {row["quarter"]: row for row in rows_of(contents, "rows") if row["duty"] == "Condition of the ATO"}
    summer, autumn = (
        found["2026, July to September (Q4 of FY 2026)"],
        found["2026, October to December (Q1 of FY 2027)"],
    )
    assert [summer[key] for key in ("due", "on_time", "late", "overdue", "ahead", "not_held")] == [2, 1, 1, 0, 0, 0]
    assert [autumn[key] for key in ("due", "on_time", "late", "overdue", "ahead", "not_held")] == [2, 0, 0, 1, 1, 0]
    assert summer["organization"] == "Bureau of Lighthouses"
    assert [row["met"] for row in rows_of(contents, "late")] == [date(2026, 8, 1)]
    everything("duty-scorecard", cast.people["bureau_liaison"], NOW)


@pytest.mark.usefixtures("conditions")
def test_the_days_of_a_scorecard_are_chosen_and_a_stranger_reads_nothing_of_it(cast: Cast) -> None:
    _, contents = contents_of(
        "duty-scorecard", cast.people["bureau_liaison"], NOW, since="2026-07-02", until="2026-07-02"
    )
    assert [row["late"] for row in rows_of(contents, "rows")] == [1]
    with pytest.raises(UnusableRequest):
        contents_of("duty-scorecard", cast.pmo_lead, NOW, since="2026-07-02", until="2026-07-01")
    assert "Lighthouses" not in everything("duty-scorecard", cast.people["stranger_agency"], NOW)


def test_a_seed_draws_the_same_cases_again_and_another_draws_others() -> None:
    ids = [f"case{number}" for number in range(100)]
    assert draw(ids, "spring", 10) == draw(ids[::-1], "spring", 10)
    assert draw(ids, "spring", 10) != draw(ids, "autumn", 10)
    # A larger sample holds the smaller one.
    assert draw(ids, "spring", 25)[:10] == draw(ids, "spring", 10)
    assert {each for seed in range(60) for each in draw(ids, str(seed), 10)} == set(ids)


def test_a_sample_lists_the_evidence_and_decisions_of_each_case(cast: Cast) -> None:
    case = make_case(cast, "reuse", "recorded")
    version = add(make_case(cast, "initial", "planning"), cast.csp_lead, "wbs", upload=kept_file())
    _, contents = contents_of("case-sample", cast.liaison, NOW, seed="spring", size="5")
    assert {row["id"] for row in rows_of(contents, "cases")} == set(Case.objects.values_list("public_id", flat=True))
    evidence = rows_of(contents, "evidence")
    assert version.sha256 in {row["sha256"] for row in evidence}
    assert any(case.public_id in row["case"] for row in rows_of(contents, "decisions"))
    assert provenance_of(contents)["Seed"] == "spring"


def test_a_sample_is_drawn_from_what_its_asker_may_see_alone(cast: Cast) -> None:
    case = make_case(cast, "initial", "planning")
    assert case.public_id not in everything("case-sample", cast.people["stranger_agency"], NOW, seed="spring")
    said = provenance_of(contents_of("case-sample", cast.people["stranger_agency"], NOW)[1])
    assert said["Drawn"] == "0 of 0 cases"
    # Where nobody gives a seed, the day is one.
    assert said["Seed"] == "2026-11-24"
