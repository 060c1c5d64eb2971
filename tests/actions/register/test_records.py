"""Which records and columns people keep, and what the record keeps of them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Barrier
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction

from accounts.models import FeedId, Membership
from accounts.roles import RecordSource, Role
from authorizations.actions.refusals import Blocked, NotReady
from authorizations.actions.register.atos import register_ato
from authorizations.actions.register.offerings import add_own_offering
from authorizations.actions.register.records import add_record, correct_record
from authorizations.models import Event, ImportRun, Message, Offering
from tests.admin.admin_pages import READ_ONLY
from tests.admin.records import MAKE
from tests.cast import Cast, make_cast

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
DAY = date(2026, 11, 1)
ADDRESS = "someone@nimbus.example"


def correct(cast: Cast, record: Any, **facts: Any) -> Any:
    return correct_record(record, actor=cast.pmo_lead, now=NOW, facts=facts, reason="-")


@pytest.mark.parametrize("record_type", [Event, ImportRun, FeedId, Message])
def test_nobody_adds_what_the_portal_writes_itself(cast: Cast, record_type: type[models.Model]) -> None:
    with pytest.raises(Blocked, match="itself"):
        add_record(record_type, actor=cast.pmo_lead, now=NOW, facts={})


@pytest.mark.parametrize("record_type", sorted(READ_ONLY))
def test_nobody_corrects_what_the_portal_writes_itself(cast: Cast, record_type: str) -> None:
    with pytest.raises(Blocked, match="itself"):
        correct(cast, MAKE[record_type](1), public_id="2" * 14)


@pytest.mark.parametrize("record_type", sorted(MAKE.keys() - READ_ONLY))
def test_an_id_is_never_corrected(cast: Cast, record_type: str) -> None:
    with pytest.raises(Blocked, match="public_id"):
        correct(cast, MAKE[record_type](1), public_id="2" * 14)


@pytest.mark.parametrize("column", ["user", "organization"])
def test_another_person_or_organization_is_another_membership(cast: Cast, column: str) -> None:
    with pytest.raises(Blocked, match=column):
        correct(cast, Membership.objects.get(user=cast.viewer), **{column: MAKE[column](1)})


def test_what_a_feed_says_an_offering_builds_on_is_not_corrected(cast: Cast) -> None:
    link: Any = MAKE["leverage"](1)
    type(link).objects.update(source=RecordSource.FEED)
    with pytest.raises(Blocked, match="next feed"):
        correct(cast, link, underlying=MAKE["offering"](2))


@pytest.mark.parametrize("column", ["provider_as_published", "published_reuse", "added_by"])
def test_what_a_feed_said_of_an_offering_stays_as_it_said_it(cast: Cast, column: str) -> None:
    with pytest.raises(Blocked, match=column):
        correct(cast, MAKE["offering"](1), **{column: "1"})


def test_the_record_says_of_addresses_only_that_they_changed(cast: Cast) -> None:
    nimbus = cast.organizations["nimbus"]
    correct(cast, nimbus, email=ADDRESS)
    offering = add_own_offering(
        actor=cast.csp_lead, provider=nimbus, now=NOW, facts={"name": "Nimbus New", "sales_email": ADDRESS}
    )
    correct(cast, offering, sales_email="", security_email=ADDRESS)
    assert [sorted(event.changes) for event in Event.objects.order_by("pk")] == [
        ["email"],
        ["name", "provider", "sales_email"],
        ["sales_email", "security_email"],
    ]
    assert ADDRESS not in str(list(Event.objects.values_list("changes", flat=True)))


@pytest.mark.parametrize("day", ["99-99", "02-30", "2-3", "17/03", "01-00"])
def test_a_yearly_assessment_falls_on_a_day(cast: Cast, day: str) -> None:
    offering: Any = MAKE["offering"](1)
    with pytest.raises(ValidationError) as refusal:
        correct(cast, offering, annual_assessment=day)
    assert "annual_assessment" in refusal.value.message_dict
    with pytest.raises(IntegrityError), transaction.atomic():
        Offering.objects.filter(pk=offering.pk).update(annual_assessment=day)


@pytest.mark.parametrize("day", ["02-29", "12-31"])
def test_every_day_of_a_leap_year_may_be_the_assessments(cast: Cast, day: str) -> None:
    assert correct(cast, MAKE["offering"](1), annual_assessment=day).annual_assessment == day


def test_a_system_stays_with_the_agency_of_its_ato(cast: Cast) -> None:
    ato: Any = MAKE["ato"](1)
    with pytest.raises(ValidationError, match="its agency must stay"):
        correct(cast, ato.system, agency=cast.organizations["meadows"])
    free: Any = MAKE["agencysystem"](2)
    assert correct(cast, free, agency=cast.organizations["meadows"]).agency == cast.organizations["meadows"]


@pytest.mark.django_db(transaction=True)
def test_a_system_does_not_move_while_an_ato_is_being_added() -> None:
    cast = make_cast()
    system: Any = MAKE["agencysystem"](1)
    Membership.objects.create(
        user=cast.official, organization=system.agency, role=Role.AUTHORIZING_OFFICIAL, started_on=DAY
    )
    ato = {
        "agency": system.agency,
        "system": system,
        "offering": MAKE["offering"](1),
        "authorizing_official": cast.official,
    }
    ato |= {"listing_role": "reuse", "ato_type": "ato", "signed_on": DAY, "letter": "Letter 3"}
    start = Barrier(2)

    def add_ato() -> None:
        register_ato(actor=cast.pmo_lead, now=NOW, reason="Signed on paper.", **ato)

    def move_system() -> None:
        correct(cast, system, agency=cast.organizations["meadows"])

    def succeeds(act: Callable[[], None]) -> bool:
        start.wait()
        try:
            act()
        except (ValidationError, NotReady):
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(succeeds, (add_ato, move_system))) == [False, True]
