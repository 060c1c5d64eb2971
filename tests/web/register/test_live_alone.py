"""Counts and links of the register mean live rows, and only rows that the person may know of."""

from django.test import Client
from django.urls import reverse

from authorizations.models import Leverage
from authorizations.presenters.cached_counts import CacheStamp
from authorizations.web.register.views_offerings import usage
from tests.cast import Cast
from tests.web.register.records import FEED_DAY, make_atos, make_offerings, make_run


def total(client: Client, name: str, **query: str) -> int:
    return int(client.get(reverse(name), query).context["state"].total)


def test_agencies_that_use_a_provider_hold_live_rows(client: Client, cast: Cast) -> None:
    make_run()
    offering = make_offerings(cast.organizations["nimbus"], 1)[0]
    make_atos(offering, cast.organizations["harbors"], 1)
    make_atos(offering, cast.organizations["meadows"], 1, not_published_since=FEED_DAY)
    make_atos(offering, cast.organizations["buoys"], 1, published_since=None)
    make_atos(offering, cast.organizations["lighthouses"], 1, expires_on=FEED_DAY)
    client.force_login(cast.pmo_lead)
    assert total(client, "agencies", using=cast.organizations["nimbus"].public_id) == 2


def test_offerings_that_an_agency_uses_have_live_rows(client: Client, cast: Cast) -> None:
    make_run()
    now, left, here, past = make_offerings(cast.organizations["nimbus"], 4)
    harbors = cast.organizations["harbors"]
    make_atos(now, harbors, 1)
    make_atos(left, harbors, 1, not_published_since=FEED_DAY)
    make_atos(here, harbors, 1, published_since=None)
    make_atos(past, harbors, 1, expires_on=FEED_DAY)
    client.force_login(cast.pmo_lead)
    assert total(client, "offerings", used_within=harbors.public_id) == 2


def test_the_list_of_offerings_counts_live_rows(client: Client, cast: Cast) -> None:
    offering = make_offerings(cast.organizations["nimbus"], 1)[0]
    make_atos(offering, cast.organizations["harbors"], 7)
    make_atos(offering, cast.organizations["meadows"], 1, not_published_since=FEED_DAY)
    make_atos(offering, cast.organizations["meadows"], 1, published_since=None)
    make_run()
    client.force_login(cast.pmo_lead)
    assert '<td data-label="Live ATO rows" class="number">8</td>' in client.get(reverse("offerings")).content.decode()


def test_the_figures_of_an_offering_leave_out_what_the_person_may_not_know_of(cast: Cast) -> None:
    offering, above = make_offerings(cast.organizations["nimbus"], 2)
    Leverage.objects.create(offering=above, underlying=offering)
    make_atos(offering, cast.organizations["harbors"], 2)
    make_atos(offering, cast.organizations["harbors"], 3, published_since=None)
    asked = CacheStamp(0, None)
    people = ("stranger_agency", "stranger_csp", "liaison")
    seen = {key: usage(cast.people[key], offering, asked).total for key in people}
    assert seen == {"stranger_agency": 2, "stranger_csp": 2, "liaison": 5}
