"""Home: what each side finds there, and that every number leads to its rows."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Membership, Organization, User
from accounts.roles import OrganizationKind, Role
from authorizations.models import (
    Ato,
    Condition,
    Contact,
    Event,
    ImportRun,
    Message,
    Offering,
    Package,
    PackageAccess,
    ReviewItem,
)
from authorizations.vocabulary import ClashKind, ContactFunction, MessageStatus, PackageLocation, RunStatus
from authorizations.web.register.labels import next_yearly
from tests.audit_log.entries import entered
from tests.cast import PEOPLE, Cast
from tests.samples import first
from tests.web.reading_pages import body_of, differing, figures
from tests.web.register.records import FEED_DAY, make_atos, make_offerings, make_run

TODAY = timezone.localdate


def make_condition(ato: Ato, text: str, days: int | None) -> Condition:
    due = None if days is None else TODAY() + timedelta(days=days)
    return Condition.objects.create(ato=ato, owner=ato.agency, text=text, due_on=due)


def make_access(offering: Offering, agency: Organization, days: int, **facts: object) -> PackageAccess:
    """An access that was granted long ago and ends so many days from today."""
    until, granted = TODAY() + timedelta(days=days), TODAY() - timedelta(days=100)
    package, _ = Package.objects.get_or_create(offering=offering, location=PackageLocation.CONNECT)
    place = Contact.objects.count()
    person, approver = (
        Contact.objects.create(
            organization=agency, name=f"{name} {place}", email=f"{name}{place}@example.gov", function=function
        )
        for name, function in (("Rita", ContactFunction.REVIEWER), ("Abe", ContactFunction.APPROVER))
    )
    return PackageAccess.objects.create(
        person=person,
        agency=agency,
        package=package,
        approver=approver,
        asked_on=granted,
        granted_on=granted,
        until=until,
        **facts,
    )


def make_event(subject: object, verb: str, actor: User | None = None) -> Event:
    now = timezone.now()
    kind = type(subject)._meta.model_name  # type: ignore[attr-defined]
    event = Event(
        at=now,
        recorded_at=now,
        actor=actor,
        verb=verb,
        subject_type=kind,
        subject_id=subject.pk,  # type: ignore[attr-defined]
        acted_as="",
    )
    return entered(event)


@pytest.fixture
def work(cast: Cast) -> Cast:
    """A register in which each side has something to do."""
    make_run()
    harbors, lighthouses = cast.organizations["harbors"], cast.organizations["lighthouses"]
    nimbus, meadows = cast.organizations["nimbus"], cast.organizations["meadows"]
    desk, core = make_offerings(nimbus, 2, assessor=cast.organizations["plumb"], annual_assessment=f"{TODAY():%m-%d}")
    soon, late = TODAY() + timedelta(days=90), TODAY() + timedelta(days=91)
    make_atos(desk, harbors, 2, expires_on=soon)
    make_atos(desk, lighthouses, 1, expires_on=date(2020, 1, 1))
    make_atos(core, lighthouses, 1, expires_on=late)
    make_atos(core, lighthouses, 1, not_published_since=FEED_DAY)
    own = make_atos(core, harbors, 1, published_since=None)[0]
    others = make_atos(core, meadows, 3, expires_on=soon)
    make_condition(own, "Turn on the lamp.", 90)
    make_condition(own, "Write the plan.", None)
    make_condition(others[0], "Not for harbors.", 1)
    make_access(desk, harbors, 60)
    make_access(desk, lighthouses, -3)
    make_access(core, harbors, 61)
    make_access(core, meadows, 5)
    return cast


@pytest.mark.slow
@pytest.mark.parametrize("person", [key for key, *_ in PEOPLE if key != "auditor"])
def test_each_figure_equals_the_rows_behind_it(client: Client, work: Cast, person: str) -> None:
    client.force_login(work.people[person])
    assert differing(client, "/") == {}


@pytest.mark.slow
def test_an_agency_sees_what_it_holds_and_what_ends_soon(client: Client, work: Cast) -> None:
    client.force_login(work.viewer)
    shown = [number for number, _ in figures(body_of(client, "/")).values()]
    assert shown == [4, 1, 2, 3, 1, 2]


@pytest.mark.slow
def test_a_bureau_never_sees_its_departments_work(client: Client, work: Cast) -> None:
    client.force_login(work.bureau_liaison)
    page = body_of(client, "/")
    assert [number for number, _ in figures(page).values()] == [1, 0, 1, 1, 0, 1]
    assert "Turn on the lamp." not in page


@pytest.mark.slow
@pytest.mark.parametrize(("person", "sees"), [("official", True), ("viewer", False), ("stranger_agency", False)])
def test_open_conditions_stand_on_the_authorizing_officials_home(
    client: Client, work: Cast, *, person: str, sees: bool
) -> None:
    client.force_login(work.people[person])
    page = body_of(client, "/")
    assert [words in page for words in ("Turn on the lamp.", "Write the plan.")] == [sees, sees]
    assert "Not for harbors." not in page


@pytest.mark.slow
def test_a_condition_that_is_met_leaves_the_home(client: Client, work: Cast) -> None:
    Condition.objects.filter(text="Turn on the lamp.").update(met_on=TODAY(), evidence="Photo")
    client.force_login(work.official)
    page = body_of(client, "/")
    assert "Turn on the lamp." not in page
    assert figures(page)["conditions overdue or due within 90 days"][0] == 0


@pytest.mark.slow
def test_a_provider_sees_its_offerings_who_uses_them_and_the_next_assessment(client: Client, work: Cast) -> None:
    client.force_login(work.csp_viewer)
    page = body_of(client, "/")
    assert [number for number, _ in figures(page).values()] == [2, 7, 3]
    assert f'<time datetime="{TODAY().isoformat()}">' in page
    assert "Add an offering" not in page


@pytest.mark.parametrize(
    ("month_day", "today", "expected"),
    [
        ("03-17", date(2026, 3, 17), date(2026, 3, 17)),
        ("03-17", date(2026, 3, 18), date(2027, 3, 17)),
        ("02-29", date(2027, 3, 1), date(2028, 2, 29)),
        ("02-29", date(2026, 2, 1), date(2026, 2, 28)),
        ("02-29", date(2028, 2, 29), date(2028, 2, 29)),
        ("", date(2026, 3, 17), None),
    ],
)
def test_a_yearly_date_falls_on_its_next_day(month_day: str, today: date, expected: date | None) -> None:
    assert next_yearly(month_day, today) == expected


def test_an_assessor_sees_the_offerings_it_assesses(client: Client, work: Cast) -> None:
    client.force_login(work.assessor_member)
    assert [number for number, _ in figures(body_of(client, "/")).values()] == [2]


@pytest.mark.slow
def test_the_pmo_sees_what_waits_and_what_left_the_feed(client: Client, work: Cast) -> None:
    now = timezone.now()
    run = ImportRun.objects.create(
        feed_version="v2",
        file_name="feed.json",
        sha256="0" * 64,
        size=1,
        feed_as_of=FEED_DAY,
        started_at=now,
        status=RunStatus.APPLIED,
        counts={"Products": {"rows": 2, "create": 2}},
    )
    run.issues.create(table="Products", kind="date", sentence="The date cannot be read.")
    ReviewItem.objects.create(
        run=run, table="Agencies", record_id="22-1", clash=ClashKind.NAME_CHANGED, sentence="Clash", opened_at=now
    )
    event = make_event(run, "import.applied")
    for status, person in ((MessageStatus.FAILED, work.viewer), (MessageStatus.PLANNED, work.liaison)):
        Message.objects.create(event=event, recipient=person, subject="News", body="", status=status, created_at=now)
    client.force_login(work.pmo_reviewer)
    shown = figures(body_of(client, "/"))
    waiting = ("records to decide", "troubles in the newest import", "messages failed", "messages planned")
    assert [shown[label][0] for label in waiting] == [1, 1, 1, 1]
    assert shown["ATO rows"][0] == 1
    assert differing(client, "/") == {}
    # Delivery is no act of the record, and is seen all the same.
    Message.objects.filter(status=MessageStatus.FAILED).update(status=MessageStatus.SENT, sent_at=now)
    assert [figures(body_of(client, "/"))[label][0] for label in waiting] == [1, 1, 0, 1]


def test_the_auditor_sees_who_did_what_to_which_record(client: Client, work: Cast) -> None:
    offering = Offering.objects.first()
    make_event(offering, "offering.corrected", work.pmo_lead)
    make_event(work.organizations["meadows"], "organization.imported")
    client.force_login(work.auditor)
    page = body_of(client, "/")
    assert "Offering corrected" in page
    assert offering
    assert f'<a href="{offering.get_absolute_url()}">{offering.name}</a>' in page
    assert "Pia Lead" in page
    assert "Meadow Commission" not in page


def test_the_auditor_reads_steps_in_the_words_of_their_machine(client: Client, work: Cast) -> None:
    for verb in ("case.approve_ssp", "case.finish_review", "case.facts_recorded", "ato.rescind"):
        facts = {"subject_type": verb.partition(".")[0], "subject_id": work.organizations["meadows"].pk}
        entered(Event(at=timezone.now(), recorded_at=timezone.now(), actor=work.reviewer, verb=verb, **facts))
    client.force_login(work.auditor)
    page = body_of(client, "/")
    for words in ("Case: SSP approved", "Case: Review finished", "Case: Facts recorded", "ATO: Rescinded"):
        assert words in page


@pytest.mark.slow
@pytest.mark.parametrize("person", first([key for key, *_ in PEOPLE if key != "auditor"]))
def test_nobody_else_sees_the_record(client: Client, work: Cast, person: str) -> None:
    make_event(work.organizations["harbors"], "organization.corrected", work.pmo_lead)
    client.force_login(work.people[person])
    assert "Organization corrected" not in body_of(client, "/")


@pytest.mark.slow
def test_news_are_the_persons_own_even_for_the_pmo(client: Client, work: Cast) -> None:
    event = make_event(work.organizations["harbors"], "organization.corrected")
    now = timezone.now()
    for person, subject in ((work.pmo_lead, "For Pia"), (work.viewer, "For Vic <script>")):
        Message.objects.create(event=event, recipient=person, subject=subject, body="", created_at=now)
    client.force_login(work.pmo_lead)
    page = body_of(client, "/")
    assert "For Pia" in page
    assert "For Vic" not in page


@pytest.mark.slow
def test_a_person_of_two_sides_finds_both(client: Client, work: Cast) -> None:
    Membership.objects.create(user=work.viewer, organization=work.organizations["nimbus"], role=Role.CSP_VIEWER)
    client.force_login(work.viewer)
    page = body_of(client, "/")
    assert "Package access that ends" in page
    assert "Your offerings" in page


def test_a_person_of_no_organization_is_told_how_to_start(client: Client, cast: Cast) -> None:
    Membership.objects.filter(user=cast.viewer).update(ended_on=TODAY())
    client.force_login(cast.viewer)
    assert "You do not belong to an organization yet." in body_of(client, "/")


@pytest.mark.slow
@pytest.mark.parametrize("number", [1, 10, 100])
@pytest.mark.parametrize(
    ("person", "queries"), [("viewer", 26), ("official", 28), ("csp_lead", 27), ("assessor_lead", 18)]
)
def test_the_number_of_queries_does_not_grow_with_the_rows(
    client: Client,
    cast: Cast,
    person: str,
    queries: int,
    number: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    harbors, plumb = cast.organizations["harbors"], cast.organizations["plumb"]
    offerings = make_offerings(cast.organizations["nimbus"], number, assessor=plumb)
    make_atos(offerings[0], harbors, number, expires_on=TODAY())
    own = make_atos(offerings[0], harbors, 1, published_since=None)[0]
    Organization.objects.bulk_create(
        Organization(kind=OrganizationKind.AGENCY, name=f"Bureau {place}", parent=harbors) for place in range(number)
    )
    for place in range(min(number, 20)):
        make_condition(own, f"Condition {place}", place)
        make_access(offerings[0], harbors, place)
    client.force_login(cast.people[person])
    with django_assert_max_num_queries(queries):
        body_of(client, "/")


@pytest.mark.slow
@pytest.mark.parametrize("number", [1, 10, 100])
@pytest.mark.parametrize(("person", "queries"), [("pmo_lead", 24), ("auditor", 8)])
def test_the_pmos_queries_do_not_grow_with_runs_troubles_and_events(
    client: Client,
    cast: Cast,
    person: str,
    queries: int,
    number: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    facts = {"feed_version": "v2", "sha256": "0", "size": 1, "feed_as_of": FEED_DAY, "started_at": timezone.now()}
    runs = ImportRun.objects.bulk_create(
        ImportRun(file_name=str(place), status=RunStatus.APPLIED, **facts) for place in range(number)
    )
    for each in make_offerings(cast.organizations["nimbus"], number):
        runs[0].issues.create(table="Products", kind="date", sentence="Odd.")
        make_event(each, "offering.corrected", cast.pmo_lead)
    client.force_login(cast.people[person])
    with django_assert_max_num_queries(queries):
        body_of(client, "/")
