"""Days that the rules name once for all are in the calendars of those they concern."""

from datetime import date

import pytest

from authorizations.deadlines import deadlines_for
from authorizations.models import Offering
from tests.cast import Cast
from tests.lifecycle.cases import make_case, press
from tests.lifecycle.world import make_ato

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
PIPELINE = {
    "target_path": "rev5_program",
    "target_class": "B",
    "conversion_ground": "lost_sponsor",
    "conversion_evidence_on": date(2026, 3, 31),
    "eligibility_confirmed_on": date(2026, 11, 2),
    "rev5_update_agreed_on": date(2026, 11, 2),
}


@pytest.mark.parametrize(("path", "days"), [("rev5_program", {"2027-02-19"}), ("20x_program", set())])
def test_a_conversion_to_the_rev5_pipeline_puts_its_day_into_the_providers_calendar(
    cast: Cast, path: str, days: set[str]
) -> None:
    case = make_case(cast, "initial", "partner_lost")
    press(case, "convert", cast.csp_lead, reason="The sponsor left.", **{**PIPELINE, "target_path": path})
    found = [due for due in deadlines_for(cast.csp_lead, TODAY) if due.kind == "pipeline"]
    assert {f"{due.on}" for due in found} == days
    assert not [due for due in deadlines_for(cast.stranger_csp, TODAY) if due.kind == "pipeline"]


def test_the_end_of_the_consolidated_rules_is_in_the_calendars_of_holders_and_of_who_uses_them(cast: Cast) -> None:
    offering: Offering = make_ato(cast, listing_role="initial").offering
    for person in (cast.csp_lead, cast.bureau_liaison):
        found = {due.subject_id: f"{due.on}" for due in deadlines_for(person, TODAY) if due.kind == "rules_end"}
        assert found == {offering.pk: "2028-12-31"}
    assert not [due for due in deadlines_for(cast.stranger_agency, TODAY) if due.kind == "rules_end"]
