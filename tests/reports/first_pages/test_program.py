"""The program's report: how offerings come and are certified, how fast, the reviews, their goal and the plans."""

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.roles import RecordSource
from authorizations.models import Case, DesignationEvent, Offering
from authorizations.reports.marketplace_history import MarketplaceHistory, fiscal_year
from authorizations.reports.program_queue import next_quarter, planned, within_goal
from authorizations.reports.scope import ReportScope
from tests.cast import Cast
from tests.lifecycle.cases import make_case
from tests.lifecycle.world import NOW
from tests.reports.contents import contents_of, rows_of
from tests.web.register.records import make_offerings, make_run

pytestmark = pytest.mark.slow
TODAY = NOW.date()


def stepped(offering: Offering, **steps: date) -> None:
    """Dated steps of an offering, as a feed brings them."""
    DesignationEvent.objects.bulk_create(
        DesignationEvent(
            offering=offering, step=step, effective_on=day, recorded_at=NOW, source=RecordSource.FEED, source_field=step
        )
        for step, day in steps.items()
    )


@pytest.fixture
def _certified(cast: Cast) -> None:
    """Six offerings: in process on the first of the year, certified 100 to 600 days later; one still in process."""
    offerings = make_offerings(cast.organizations["nimbus"], 7, impact_level="moderate", certification_path="agency")
    began = date(2024, 1, 1)
    for number, offering in enumerate(offerings[:6], start=1):
        stepped(offering, agency_review=began, certified=began + timedelta(days=100 * number))
    stepped(offerings[6], in_process_jab=date(2026, 10, 1), agency_review=date(2026, 11, 1))


def test_a_plan_counts_until_the_ato_is_signed(cast: Cast) -> None:
    late = date(2027, 8, 2)
    for stage, rows in (("ao_decision", [("plan", late)]), ("ato_issued", [])):
        case = make_case(cast, "initial", stage, ato_planned_on=late)
        _, contents = contents_of("program", cast.pmo_lead, NOW)
        # Without a row there is no table.
        known = rows_of(contents, "at-risk") if contents.table("at-risk") else []
        assert [(row["by"], row["expected"]) for row in known] == rows, stage
        number = len(planned(ReportScope(contents_of("program", cast.pmo_lead, NOW)[0]), late, date(2027, 9, 1)))
        assert number == len(rows), stage
        Case.objects.filter(pk=case.pk).delete()


@pytest.mark.usefixtures("_certified")
def test_offerings_that_came_and_were_certified_stand_by_fiscal_year(cast: Cast) -> None:
    _, contents = contents_of("program", cast.pmo_lead, NOW)
    years = {row["year"]: (row["coming"], row["certified"]) for row in rows_of(contents, "years")}
    assert years == {"FY 2024": (6, 2), "FY 2025": (0, 4), "FY 2027": (1, 0)}
    assert contents.summary[0] == "This fiscal year so far 1 came into process and 0 were certified."
    kinds = rows_of(contents, "certifications")
    assert sum(row["number"] for row in kinds) == 6
    assert {(row["level"], row["path"], row["type"]) for row in kinds} == {("Moderate", "Agency", None)}
    assert kinds[-1]["month"] == "2024-04"


@pytest.mark.usefixtures("_certified")
def test_years_that_the_feed_does_not_reach_are_not_told_as_whole(cast: Cast) -> None:
    make_run(day=date(2025, 7, 1))
    _, contents = contents_of("program", cast.pmo_lead, NOW)
    assert contents.summary[0] == (
        "The federal data end on 1 Jul 2025: FY 25 is not whole, and later years have only what was entered here. "
        "In FY 24, the last whole one, 6 came into process and 2 were certified."
    )


@pytest.mark.usefixtures("_certified")
def test_the_way_to_the_certification_is_a_distribution_of_what_was_measured(cast: Cast) -> None:
    _, contents = contents_of("program", cast.pmo_lead, NOW)
    (way,) = [row for row in rows_of(contents, "way") if row["part"] == "In Process to the certification"]
    assert [way[key] for key in ("number", "p25", "median", "p75", "p90")] == [6, 200, 350, 500, 600]
    bins = {row["days"]: row["number"] for row in rows_of(contents, "histogram")}
    assert list(bins.values()) == [0, 1, 2, 2, 1, 0]


def test_the_usual_time_is_measured_and_not_known(cast: Cast) -> None:
    scope = ReportScope(contents_of("program", cast.pmo_lead, NOW)[0])
    assert MarketplaceHistory(scope).to_review is None
    for number, offering in enumerate(make_offerings(cast.organizations["nimbus"], 5), start=1):
        stepped(offering, agency_review=date(2025, 1, 1), pmo_review=date(2025, 1, 1) + timedelta(days=10 * number))
    assert MarketplaceHistory(scope).to_review == timedelta(days=30)


def test_a_fiscal_year_begins_in_october() -> None:
    assert [fiscal_year(date(2025, month, 1)) for month in (9, 10)] == [2025, 2026]
    assert next_quarter(date(2026, 11, 24)) == (date(2027, 1, 1), date(2027, 4, 1))


def test_reviews_stand_by_who_claimed_them(cast: Cast) -> None:
    case = make_case(cast, "initial", "pmo_review")
    received = datetime.combine(TODAY - timedelta(days=40), datetime.min.time(), UTC) + timedelta(hours=15)
    Case.objects.filter(pk=case.pk).update(received_at=received, claimed_by=None)
    _, contents = contents_of("program", cast.pmo_lead, NOW)
    assert rows_of(contents, "queue") == [{"reviewer": "Nobody yet", "number": 1, "median": "too few", "oldest": 40}]


def test_the_goal_counts_certified_cases_by_their_own_rules(cast: Cast) -> None:
    case = make_case(cast, "initial", "certified")
    spec, _ = contents_of("program", cast.pmo_lead, NOW)
    scope = ReportScope(spec)
    Case.objects.filter(pk=case.pk).update(received_at=NOW - timedelta(days=1), stage_since=NOW)
    assert within_goal(scope) == (1, 1)
    Case.objects.filter(pk=case.pk).update(received_at=NOW - timedelta(days=400), stopped_days=0)
    assert within_goal(scope) == (0, 1)
    Case.objects.filter(pk=case.pk).update(stopped_days=390)
    assert within_goal(scope) == (1, 1), "days on which the clock stood still do not count"


def test_the_plans_of_a_quarter_are_those_that_people_made(cast: Cast) -> None:
    case = make_case(cast, "initial", "in_process")
    scope = ReportScope(contents_of("program", cast.pmo_lead, NOW)[0])
    first, after = next_quarter(TODAY)
    for on, number in ((first - timedelta(days=1), 0), (first, 1), (after - timedelta(days=1), 1), (after, 0)):
        case.refresh_from_db()
        facts = {**case.facts, "ato_planned_on": [on.isoformat()]}
        Case.objects.filter(pk=case.pk).update(facts=facts)
        assert len(planned(scope, first, after)) == number, on
