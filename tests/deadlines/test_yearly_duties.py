"""The provider's yearly duties: of the offering, to every agency that uses it, whatever became of the initial ATO."""

from datetime import UTC, date, datetime
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps

from accounts.models import User
from accounts.roles import RecordSource
from authorizations.deadlines import Deadline, deadlines_for, deadlines_of
from authorizations.models import Ato, Deliverable, Message, Mute, Offering
from authorizations.notifications.reminders.reminders import remind
from authorizations.presenters.cached_counts import CacheStamp
from authorizations.presenters.deadlines import next_for, of_offering
from tests.cast import Cast
from tests.lifecycle.cases import make_case, press
from tests.lifecycle.world import NOW, make_ato, take

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
SIGNED = date(2026, 1, 5)
# Sixty days before 5 January 2027 are 6 November 2026.
LATE = {"L13": "2026-01-20", "L14": "2026-01-20", "L16": "2026-11-06", "L17": "2027-01-05"}


@pytest.fixture
def ato(cast: Cast) -> Ato:
    return make_ato(cast, listing_role="initial")


def used_by(cast: Cast, ato: Ato, agency: str, **facts: Any) -> Ato:
    given = {"listing_role": "reuse", "signed_on": date(2026, 3, 2), **facts}
    return Ato.objects.create(
        source=RecordSource.FEED, agency=cast.organizations[agency], offering=ato.offering, **given
    )


def yearly(found: list[Deadline]) -> dict[str, str]:
    """The first of each kind, with its day."""
    return {due.kind: f"{due.on}" for due in reversed(found) if due.kind in LATE}


def late(user: User, kind: str) -> list[str]:
    return [
        key.split(":")[-2]
        for key in Message.objects.filter(recipient=user, key__startswith=f"due:{kind}:").values_list("key", flat=True)
    ]


@pytest.mark.slow
def test_they_are_on_the_offerings_page_and_calendar_and_no_longer_on_the_initial_atos(cast: Cast, ato: Ato) -> None:
    assert yearly(deadlines_of(ato, TODAY)) == {}
    assert yearly(deadlines_of(ato.offering, TODAY)) == LATE
    for person in (cast.csp_lead, cast.bureau_liaison):
        assert {due.subject_type for due in deadlines_for(person, TODAY) if due.kind in LATE} == {"offering"}
    assert not yearly(deadlines_for(cast.stranger_agency, TODAY))


@pytest.mark.slow
def test_they_outlive_the_initial_ato_and_are_told_to_the_agencies_that_use_it(cast: Cast, ato: Ato) -> None:
    used_by(cast, ato, "meadows")
    take(ato, "revoke", cast.official)
    assert yearly(deadlines_of(ato.offering, TODAY)) == LATE
    remind(TODAY, NOW)
    assert late(cast.stranger_agency, "L16") == ["-1"]
    assert late(cast.csp_lead, "L16") != []
    # Whose ATO has ended waits for nothing any more.
    assert not late(cast.bureau_liaison, "L16")
    Ato.objects.exclude(pk=ato.pk).delete()
    assert yearly(deadlines_of(ato.offering, TODAY)) == {}


def test_every_agency_that_uses_it_is_told_and_each_person_once(cast: Cast, ato: Ato) -> None:
    for agency in ("meadows", "lighthouses"):
        used_by(cast, ato, agency)
    remind(TODAY, NOW)
    assert late(cast.bureau_liaison, "L16") == late(cast.stranger_agency, "L16") == ["-1"]


def test_another_initial_agency_moves_no_day_and_a_new_authorization_after_a_gap_does(cast: Cast, ato: Ato) -> None:
    # Signed while the former one was live: an alternate agency.
    second = used_by(cast, ato, "meadows", listing_role="reuse")
    take(ato, "revoke", cast.official)
    Ato.objects.filter(pk=second.pk).update(listing_role="initial")
    assert yearly(deadlines_of(ato.offering, TODAY)) == LATE
    # Signed when no initial ATO was live any more: the offering was authorized anew.
    Ato.objects.filter(pk=ato.pk).update(ended_on=date(2026, 2, 1))
    assert yearly(deadlines_of(ato.offering, TODAY))["L17"] == "2027-03-02"


def test_an_ato_that_was_issued_in_error_gives_no_day(cast: Cast) -> None:
    case = make_case(cast, "initial", "ato_issued")
    used_by(cast, case.ato, "meadows")
    assert yearly(deadlines_of(case.offering, TODAY))
    press(case, "revise_decision", cast.official, reason="The wrong letter.", in_error=True)
    assert yearly(deadlines_of(case.offering, TODAY)) == {}


def test_what_was_recorded_on_the_ato_before_is_moved_to_the_offering(cast: Cast, ato: Ato) -> None:
    later = used_by(cast, ato, "meadows")
    given = {"period": SIGNED, "reference": "Folder 7", "recorded_by": cast.csp_lead, "recorded_at": NOW}
    kept = [
        Deliverable.objects.create(ato=ato, duty=duty, delivered_on=date(2026, 1, 20), **given)
        for duty in ("L13", "L17", "A04")
    ]
    twice = Deliverable.objects.create(ato=later, duty="L13", delivered_on=date(2026, 2, 20), **given)
    Mute.objects.create(
        user=cast.csp_lead, subject_type="ato", subject_id=ato.pk, kind="L16", detail="2026-01-05", label="Plan",
        link="/x/", until=TODAY, reason="On leave.", made_at=NOW,
    )  # fmt: skip
    told = Message.objects.create(
        key=f"due:L16:ato:{ato.pk}:2026-01-05:2026-11-06:7:{cast.csp_lead.pk}", recipient=cast.csp_lead,
        topic="deadlines", subject_type="ato", subject_id=ato.pk, subject="Due", link="/x/",
        created_at=NOW, not_before=datetime(2026, 10, 31, tzinfo=UTC),
    )  # fmt: skip
    import_module("authorizations.migrations.0010_yearly_duties_of_offerings").to_offerings(apps, None)
    for row in (*kept, twice, told):
        row.refresh_from_db()
    assert [(row.ato, row.offering) for row in kept] == [(None, ato.offering), (None, ato.offering), (ato, None)]
    # Of two for one period the first stays, and the other says why it is withdrawn.
    assert twice.offering == ato.offering
    assert twice.withdrawn_at is not None
    assert twice.withdrawn_reason
    found = {due.kind: due for due in reversed(deadlines_of(ato.offering, TODAY)) if due.detail == "2026-01-05"}
    assert (found["L13"].satisfied_on, found["L17"].satisfied_by) == (date(2026, 1, 20), "Folder 7")
    assert told.key == f"due:L16:offering:{ato.offering_id}:2026-01-05:2026-11-06:7:{cast.csp_lead.pk}"
    assert (told.subject_type, told.subject_id, told.link) == (
        "offering", ato.offering_id, ato.offering.get_absolute_url(),
    )  # fmt: skip
    assert [(each.subject_type, each.subject_id) for each in Mute.objects.all()] == [("offering", ato.offering_id)]


def test_a_date_of_the_rules_stands_once_for_all_offerings_of_a_provider(cast: Cast, ato: Ato) -> None:
    second = Offering.objects.get(pk=ato.offering_id)
    second.pk, second.public_id, second.fedramp_id, second.name = None, "second", "FR-SECOND", "Second"
    second.save(force_insert=True)
    both = next_for(cast.csp_lead, TODAY, CacheStamp(0, None)).next
    shown = [(each.line.due.kind, each.line.due.detail, each.line.due.on) for each in both]
    assert len(shown) == len(set(shown))
    assert {each.others for each in both if each.line.due.subject_type == "offering"} == {1}


def test_what_follows_from_the_feed_alone_is_not_shown_as_late(cast: Cast, ato: Ato) -> None:
    def passed(position: int) -> set[tuple[str, str, str]]:
        shown = of_offering(cast.csp_lead, ato.offering, TODAY, CacheStamp(position, None))
        lines = [line for line in (*shown.first, *shown.more) if line.due.on and line.due.on < TODAY]
        return {(line.due.kind, line.left, line.tone) for line in lines}

    before = passed(0)
    assert before
    assert {(left, tone) for _, left, tone in before} == {("not recorded here", "plain")}
    # What is not known to be late does not push out what is ahead.
    ahead = next_for(cast.csp_lead, TODAY, CacheStamp(0, None)).next
    assert [each for each in ahead if not each.line.due.is_pending(TODAY)] == []
    # Who has recorded here what is delivered is held to its like.
    Deliverable.objects.create(
        offering=ato.offering, duty="L16", recorded_at=NOW, recorded_by=cast.csp_lead,
        period=date(2025, 1, 5), delivered_on=date(2025, 1, 5),
    )  # fmt: skip
    assert passed(1) == {*(each for each in before if each[0] != "L16"), ("L16", "overdue by 18 days", "bad")}
