"""Days of the rules in calendars, and what pages, programs and exports say of a day: its window, rule and release."""

import re
from datetime import date

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import reverse

from authorizations.deadlines import KINDS, deadlines_for, deadlines_of
from authorizations.models import Deliverable, Offering, PackageOverview
from authorizations.notifications.reminders.message_content import body_of
from authorizations.rules import newest
from authorizations.web.calendar.entries import entries_of
from tests.cast import Cast
from tests.lifecycle.cases import make_case, press
from tests.lifecycle.world import NOW, make_ato
from tests.reports.contents import contents_of, rows_of

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


@pytest.mark.slow
def test_the_end_of_the_consolidated_rules_is_in_the_calendars_of_holders_and_of_who_uses_them(cast: Cast) -> None:
    offering: Offering = make_ato(cast, listing_role="initial").offering
    for person in (cast.csp_lead, cast.bureau_liaison):
        found = {due.subject_id: f"{due.on}" for due in deadlines_for(person, TODAY) if due.kind == "rules_end"}
        assert found == {offering.pk: "2028-12-31"}
    assert not [due for due in deadlines_for(cast.stranger_agency, TODAY) if due.kind == "rules_end"]


@pytest.mark.slow
def test_both_days_of_the_quarterly_reviews_window_are_told_wherever_it_is(client: Client, cast: Cast) -> None:
    offering: Offering = make_ato(cast, listing_role="initial").offering
    Offering.objects.filter(pk=offering.pk).update(certification_class="C", certification_type="20x")
    row = {"offering": offering, "recorded_by": cast.csp_lead, "recorded_at": NOW, "reference": "Folder 7"}
    reported = date(2026, 10, 5)
    Deliverable.objects.create(duty="N01", period=reported, delivered_on=reported, **row)
    client.force_login(cast.csp_lead)
    # Columbus Day is on the 12th: 6, 7 and 8 October, then 9, 13 to 16, 19 and 20 October.
    found = client.get(reverse("api_offering_deadlines", args=[offering.public_id])).json()
    due = next(each for each in found if each["kind"] == "N04")
    assert (due["opens_on"], due["due_on"], due["timing"]) == ("2026-10-08", "2026-10-20", "")
    page = client.get(offering.get_absolute_url()).content.decode()
    assert re.search("not before <time[^>]*>8 Oct 2026", page)
    held = next(each for each in deadlines_of(offering, TODAY) if each.kind == "N04")
    assert "Not before 8 Oct 2026." in body_of(held, "7")
    assert [entry.sentences[1] for entry in entries_of([held], TODAY)] == [
        "Counted from: report delivered, 5 Oct 2026. Not before 8 Oct 2026."
    ]
    Deliverable.objects.create(duty="N04", period=reported, delivered_on=date(2026, 10, 7), **row)
    # No act made it, so the page would not look again.
    caches["counts"].clear()
    assert "Met early" in client.get(offering.get_absolute_url()).content.decode()


@pytest.mark.slow
def test_pages_and_exports_cite_the_rule_its_source_and_the_release_that_gave_the_day(
    client: Client, cast: Cast
) -> None:
    offering: Offering = make_ato(cast, listing_role="initial").offering
    client.force_login(cast.csp_lead)
    page = client.get(offering.get_absolute_url()).content.decode()
    # The day of the annual assessment is by another rule than its length, since IVV took over.
    assert reverse("release", args=[newest().id]) in page
    due = next(each for each in deadlines_of(offering, TODAY) if each.kind == "L17" and each.rule != each.source)
    assert "Stated in" in page
    assert due.source == "PMG3; CMSG"
    _, duties = contents_of("duties", cast.csp_lead, NOW)
    rows = [row for key in ("overdue", "ahead", "not_recorded") for row in rows_of(duties, key)]
    (row,) = [each for each in rows if each["what"] == KINDS["L16"].label]
    assert (row["rule"], row["release"]) == ("PMG3", newest().id)


def test_days_that_the_provider_announces_are_for_who_uses_the_offering(cast: Cast) -> None:
    offering: Offering = make_ato(cast, listing_role="initial").offering
    days = {"next_report_on": date(2026, 12, 6), "next_review_on": date(2026, 12, 13)}
    overview = PackageOverview.objects.create(offering=offering, **days)
    kinds = {"N01_announced": "2026-12-06", "N04_announced": "2026-12-13"}
    for person in (cast.csp_lead, cast.bureau_liaison, cast.pmo_reviewer):
        found = [due for due in deadlines_for(person, TODAY) if due.kind in kinds]
        assert {due.kind: f"{due.on}" for due in found} == kinds
    assert not [due for due in deadlines_for(cast.stranger_agency, TODAY) if due.kind in kinds]
    # One that the file no longer has announces nothing.
    overview.not_published_since = TODAY
    overview.save()
    assert not [due for due in deadlines_of(offering, TODAY) if due.kind in kinds]


def test_an_announced_day_that_passed_is_held_against_nobody_until_its_like_was_recorded(cast: Cast) -> None:
    offering: Offering = make_ato(cast, listing_role="initial").offering
    sources = {"next_report_on": "cso-pkg 2026-09-28"}
    PackageOverview.objects.create(offering=offering, next_report_on=date(2026, 11, 20), sources=sources)

    def state() -> str:
        return next(due.state(TODAY).value for due in deadlines_of(offering, TODAY) if due.kind == "N01_announced")

    assert state() == "not_recorded"
    row = {"offering": offering, "recorded_by": cast.csp_lead, "recorded_at": NOW, "reference": "Folder 7"}
    reported = date(2026, 8, 21)
    Deliverable.objects.create(duty="N01", period=reported, delivered_on=reported, **row)
    assert state() == "overdue"
    reported = date(2026, 11, 19)
    Deliverable.objects.create(duty="N01", period=reported, delivered_on=reported, **row)
    assert state() == "met"
