"""Where the days went: sums worked out by hand, and words for every turn that a case can have."""

from datetime import date

import pytest

from authorizations.lifecycle.durations import (
    StageChange,
    days_by_party,
    days_by_stage,
    days_by_turn,
    moves,
    spans,
    visits,
)
from authorizations.lifecycle.stages import OPEN_INITIAL, OPEN_REUSE
from authorizations.lifecycle.turns import FOR_WHAT, what_for
from authorizations.presenters.cases.path import shares


def march(day: int) -> date:
    return date(2026, 3, day)


# Opened on the 1st; a turn on the 3rd; planning from the 3rd; back from planning on the 20th; today is the 31st.
RECORD = [
    (march(1), {"stage": [None, "partnership"], "waits_on": [None, "provider"], "kind": [None, "initial"]}),
    (march(3), {"stage": ["partnership", "partnership"], "waits_on": ["provider", "agency"]}),
    (march(3), {"stage": ["partnership", "planning"], "waits_on": ["agency", "provider"]}),
    (march(9), {"agency_contact": [None, "Hal Harbor"]}),
    (march(10), {"stage": ["planning", "planning"], "waits_on": ["provider", "agency"]}),
    (march(14), {"stage": ["planning", "in_process_requested"], "waits_on": ["agency", "pmo"]}),
    (march(20), {"stage": ["in_process_requested", "planning"], "waits_on": ["pmo", "agency"]}),
]


def test_the_days_by_party_add_up_to_the_age_of_the_case() -> None:
    counted = days_by_turn(spans(moves(RECORD), march(31)))
    assert counted == {"provider": 2 + 7, "agency": 0 + 4 + 11, "pmo": 6}
    assert counted.total() == 30


def test_the_days_by_stage_add_up_too_and_each_stay_is_told() -> None:
    found = spans(moves(RECORD), march(31))
    assert days_by_stage(found) == {"partnership": 2, "planning": 11 + 11, "in_process_requested": 6}
    assert [(visit.stage, visit.start, visit.days) for visit in visits(found)] == [
        ("partnership", march(1), 2),
        ("planning", march(3), 11),
        ("in_process_requested", march(14), 6),
        ("planning", march(20), 11),
    ]


def test_an_act_recorded_late_counts_from_the_day_it_happened() -> None:
    moved = [
        StageChange(march(1), "ssp", "agency"),
        StageChange(march(10), "ssp", "provider"),
        StageChange(march(5), "ssp", "agency"),
    ]
    found = spans(moved, march(11))
    assert [span.days for span in found] == [4, 0, 6]
    assert found[-1].start == march(5)


def test_nothing_counts_from_before_the_case_was_opened() -> None:
    moved = [StageChange(march(5), "ssp", "agency"), StageChange(march(1), "sap", "assessor")]
    assert [span.days for span in spans(moved, march(7))] == [0, 2]


def test_a_stopped_clock_is_the_providers_time() -> None:
    moved = [
        StageChange(march(1), "pmo_review", "pmo"),
        StageChange(march(4), "pmo_remediation", "provider"),
        StageChange(march(24), "pmo_review", "pmo"),
    ]
    assert days_by_turn(spans(moved, march(25))) == {"pmo": 4, "provider": 20}


# Received on the 1st and reviewed for 3 days; 20 days of remediation; 2 more of review; a second round of 4 days, and
# since the 30th the review goes on; the provider had 5 days before all that.
WITH_STOPS = [
    (date(2026, 2, 24), {"stage": [None, "ato_issued"], "waits_on": [None, "provider"]}),
    (march(1), {"stage": ["ato_issued", "pmo_review"], "waits_on": ["provider", "pmo"]}),
    (march(4), {"stage": ["pmo_review", "pmo_remediation"], "waits_on": ["pmo", "provider"]}),
    (march(24), {"stage": ["pmo_remediation", "pmo_review"], "waits_on": ["provider", "pmo"]}),
    (march(26), {"stage": ["pmo_review", "pmo_remediation"], "waits_on": ["pmo", "provider"]}),
    (march(30), {"stage": ["pmo_remediation", "pmo_review"], "waits_on": ["provider", "pmo"]}),
]


def test_the_days_of_a_stopped_clock_stand_apart_and_all_days_add_up() -> None:
    found = spans(moves(WITH_STOPS), march(31))
    counted = days_by_party(found)
    assert counted == {("provider", False): 5, ("pmo", False): 3 + 2 + 1, ("provider", True): 20 + 4}
    assert counted.total() == (march(31) - date(2026, 2, 24)).days == 35
    assert days_by_turn(found) == {"provider": 29, "pmo": 6}


def test_no_clock_stops_before_fedramp_reviews() -> None:
    assert not any(stopped for _, stopped in days_by_party(spans(moves(RECORD), march(31))))


def test_the_shares_of_a_bar_name_the_stopped_days_and_fill_it() -> None:
    drawn = shares(spans(moves(WITH_STOPS), march(31)))
    assert [(share.label, share.days, share.start) for share in drawn] == [
        ("Provider", 5, 0),
        ("Provider, FedRAMP’s clock stopped", 24, 14.29),
        ("PMO", 6, 82.86),
    ]
    assert round(sum(share.width for share in drawn)) == 100


def test_an_ended_case_stops_counting_on_the_day_it_ended() -> None:
    moved = [StageChange(march(1), "ssp", "agency"), StageChange(march(4), "withdrawn", "nobody")]
    assert days_by_turn(spans(moved, march(4))) == {"agency": 3, "nobody": 0}


def test_a_case_without_a_record_has_no_days() -> None:
    assert spans([], march(1)) == []
    assert moves([(march(1), {"revision": [0, 1]})]) == []


@pytest.mark.parametrize(("kind", "open_stages"), [("initial", OPEN_INITIAL), ("reuse", OPEN_REUSE)])
def test_words_stand_for_every_stage_that_is_open_and_for_no_other(kind: str, open_stages: tuple[str, ...]) -> None:
    assert {stage for stage, _ in FOR_WHAT[kind]} == set(open_stages)


def test_the_same_stage_of_the_two_machines_waits_for_different_things() -> None:
    assert what_for("initial", "ato_issued", "pmo") == "check letter and package"
    assert what_for("reuse", "ato_issued", "pmo") == "record the letter"


def test_the_agency_is_asked_for_the_next_step_once_it_has_stated_its_part() -> None:
    assert what_for("initial", "planning", "agency") == "sign the WBS"
    words = what_for("initial", "planning", "agency", {"wbs_signed_by_agency_on"})
    assert words == "have the AO request In Process"
    assert what_for("initial", "planning", "provider", {"wbs_signed_by_agency_on"}) == "sign the WBS"


def test_nobody_is_asked_for_anything() -> None:
    assert what_for("initial", "withdrawn", "nobody") == ""
