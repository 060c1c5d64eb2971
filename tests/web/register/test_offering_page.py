"""The page of one offering."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.roles import RecordSource
from authorizations.models import DesignationEvent, Leverage, Offering, Package
from authorizations.vocabulary import AtoType, DesignationStep, ListingRole, PackageLocation
from tests.cast import PEOPLE, Cast
from tests.samples import first
from tests.web.reading_pages import body_of, differing, figures
from tests.web.register.records import FEED_DAY, make_atos, make_offerings, make_run


@pytest.fixture
def desk(cast: Cast) -> Offering:
    return make_offerings(cast.organizations["nimbus"], 1, name="Nimbus Desk", annual_assessment="02-29")[0]


def build_on(desk: Offering, number: int) -> list[Offering]:
    above = make_offerings(desk.provider, number)
    Leverage.objects.bulk_create(
        Leverage(offering=each, underlying=desk, source=RecordSource.FEED, published_since=FEED_DAY) for each in above
    )
    return above


@pytest.mark.parametrize("person", first([key for key, *_ in PEOPLE]))
def test_every_side_reads_the_same_public_facts(client: Client, cast: Cast, desk: Offering, person: str) -> None:
    client.force_login(cast.people[person])
    page = body_of(client, desk.get_absolute_url())
    assert "FedRAMP Certified" in page
    assert "Until 2026: “FedRAMP Authorized”" in page
    assert "29 Feb, each year" in page


@pytest.mark.slow
def test_each_figure_equals_the_rows_behind_it(client: Client, cast: Cast, desk: Offering) -> None:
    harbors, meadows = cast.organizations["harbors"], cast.organizations["meadows"]
    make_atos(desk, harbors, 1, listing_role=ListingRole.INITIAL)
    make_atos(desk, meadows, 4)
    make_atos(desk, meadows, 2, not_published_since=FEED_DAY)
    for above in build_on(desk, 2):
        make_atos(above, harbors, 3)
    make_offerings(cast.organizations["nimbus"], 1, name=f"Follows {desk.fedramp_id}", fedramp_id="FR99")
    client.force_login(cast.viewer)
    shown = {label: number for label, (number, _) in figures(body_of(client, desk.get_absolute_url())).items()}
    assert shown == {"initial": 1, "direct reuse": 4, "indirect reuse": 6}
    assert differing(client, desk.get_absolute_url()) == {}


def test_a_link_that_left_the_feed_no_longer_counts_as_indirect_reuse(
    client: Client, cast: Cast, desk: Offering
) -> None:
    make_atos(build_on(desk, 1)[0], cast.organizations["harbors"], 1)
    Leverage.objects.update(not_published_since=FEED_DAY)
    client.force_login(cast.viewer)
    page = body_of(client, desk.get_absolute_url())
    assert figures(page)["indirect reuse"][0] == 0
    assert "Offerings that build on it" not in page


@pytest.mark.parametrize(("published", "is_said"), first([(1, False), (5, True)]))
def test_a_total_of_the_feed_that_differs_is_said_in_a_sentence(
    client: Client, cast: Cast, desk: Offering, *, published: int, is_said: bool
) -> None:
    make_atos(desk, cast.organizations["harbors"], 1)
    Offering.objects.filter(pk=desk.pk).update(published_authorizations=published)
    client.force_login(cast.viewer)
    assert ("The feed counts 5 authorizations" in body_of(client, desk.get_absolute_url())) is is_said


def test_an_offering_that_left_the_feed_says_since_when_and_as_what(client: Client, cast: Cast) -> None:
    left = make_offerings(
        cast.organizations["nimbus"], 1, not_published_since=FEED_DAY, designation_as_published="FedRAMP Ready"
    )[0]
    client.force_login(cast.viewer)
    page = body_of(client, left.get_absolute_url())
    assert "Not in the Marketplace feed since" in page
    assert "last published as “FedRAMP Ready”" in page


def test_each_step_of_the_history_names_its_source(client: Client, cast: Cast, desk: Offering) -> None:
    now = timezone.now()
    steps = {"effective_on": date(2024, 2, 14), "recorded_at": now, "offering": desk}
    DesignationEvent.objects.create(
        step=DesignationStep.CERTIFIED,
        source=RecordSource.FEED,
        source_field="auth_date",
        import_run=make_run(),
        **steps,
    )
    DesignationEvent.objects.create(step=DesignationStep.READY, **steps)
    client.force_login(cast.viewer)
    page = body_of(client, desk.get_absolute_url())
    assert "2024-02-14. Marketplace feed of 1 Jul 2025, field auth_date" in page
    assert "2024-02-14. Entered here" in page


@pytest.mark.slow
def test_a_p_ato_is_explained_where_it_stands(client: Client, cast: Cast, desk: Offering) -> None:
    client.force_login(cast.viewer)
    assert "bound no agency" not in body_of(client, desk.get_absolute_url())
    make_atos(desk, cast.organizations["harbors"], 1, ato_type=AtoType.P_ATO)
    assert "A JAB P-ATO, ended, bound no agency" in body_of(client, desk.get_absolute_url())


@pytest.mark.parametrize(
    ("website", "is_link"),
    first([("https://nimbus.example/desk", True), ("javascript:alert(1)", False), ("www.nimbus.example", False)]),
)
def test_only_a_web_address_becomes_a_link(
    client: Client, cast: Cast, desk: Offering, *, website: str, is_link: bool
) -> None:
    Offering.objects.filter(pk=desk.pk).update(website=website)
    client.force_login(cast.viewer)
    page = body_of(client, desk.get_absolute_url())
    assert website in page
    assert (f'href="{website}" rel="noopener' in page) is is_link


def test_markup_in_names_and_texts_is_shown_as_text(client: Client, cast: Cast, desk: Offering) -> None:
    script = "<script>alert(1)</script>"
    Offering.objects.filter(pk=desk.pk).update(
        name=script, description=script * 40, notice=script, services=[script], business_functions=[script]
    )
    cast.organizations["harbors"].name = script
    cast.organizations["harbors"].save()
    make_atos(desk, cast.organizations["harbors"], 1)
    client.force_login(cast.viewer)
    page = body_of(client, desk.get_absolute_url())
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;") > 40


def test_the_place_of_the_package_is_said_but_never_its_address(client: Client, cast: Cast, desk: Offering) -> None:
    Package.objects.create(offering=desk, location=PackageLocation.CONNECT, address="Folder 17")
    client.force_login(cast.viewer)
    page = body_of(client, desk.get_absolute_url())
    assert "Connect.gov" in page
    assert "Folder 17" not in page


@pytest.mark.parametrize("number", first([1, 10, 100]))
def test_the_number_of_queries_does_not_grow_with_the_rows(
    client: Client, cast: Cast, desk: Offering, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_atos(desk, cast.organizations["lighthouses"], number)
    build_on(desk, number)
    Leverage.objects.bulk_create(
        Leverage(offering=desk, underlying=each) for each in make_offerings(cast.organizations["stratus"], number)
    )
    client.force_login(cast.viewer)
    with django_assert_num_queries(15):
        body_of(client, desk.get_absolute_url())


@pytest.mark.parametrize("has_feed", [False, True])
def test_what_was_entered_here_is_counted_before_the_first_feed_and_after_it(
    client: Client,
    cast: Cast,
    desk: Offering,
    has_feed: bool,  # noqa: FBT001  # a column of the table
) -> None:
    Offering.objects.update(published_since=None)
    make_atos(desk, cast.organizations["harbors"], 2, published_since=None)
    if has_feed:
        make_run()
    client.force_login(cast.pmo_lead)
    page = client.get(desk.get_absolute_url())
    counted = [figure.number for figure in page.context["usage"].figures]
    assert counted == [0, 2, 0]
    link = page.context["usage"].figures[1].url
    assert client.get(link).context["state"].total == 2
    assert 2 in client.get(reverse("offerings")).context["state"].rows[0]
