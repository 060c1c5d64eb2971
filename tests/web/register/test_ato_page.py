"""The page of one ATO row: public facts for everyone, register fields for its parties alone."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from authorizations.lifecycle.context import ActingContext, CurrentAct
from authorizations.models import AgencySystem, Ato, Condition, Notice
from authorizations.vocabulary import AtoStage, AtoType, Channel, ListingRole, NoticeRecipient
from authorizations.web.register.labels import value_sources
from tests.cast import Cast
from tests.samples import ends, first
from tests.web.reading_pages import body_of
from tests.web.register.records import FEED_DAY, make_atos, make_offerings

SECRETS = ("Lamp Records", "Sina Signer", "Turn on the lamp.", "Photo of the lamp", "Form 2025-0630")
PARTIES = ("liaison", "reviewer", "official", "viewer", "bureau_liaison", "csp_lead", "csp_viewer")
OVERSIGHT = ("pmo_lead", "pmo_reviewer", "auditor")
STRANGERS = ("stranger_agency", "stranger_csp", "assessor_lead", "assessor_member")


@pytest.fixture
def ato(cast: Cast) -> Ato:
    """A published row of the lighthouses with every register field filled."""
    lighthouses = cast.organizations["lighthouses"]
    offering = make_offerings(cast.organizations["nimbus"], 1)[0]
    levels = {"confidentiality": "low", "integrity": "high", "availability": "low"}
    system = AgencySystem.objects.create(agency=lighthouses, name="Lamp Records", **levels)
    row = make_atos(offering, lighthouses, 1, system=system, signer="Sina Signer")[0]
    Condition.objects.create(
        ato=row, owner=lighthouses, text="Turn on the lamp.", evidence="Photo of the lamp", met_on=FEED_DAY
    )
    Notice.objects.create(
        ato=row,
        recipient=NoticeRecipient.FEDRAMP,
        notified_on=FEED_DAY,
        channel=Channel.FORM,
        reference="Form 2025-0630",
    )
    return row


@pytest.mark.parametrize("person", first([*PARTIES, *OVERSIGHT]))
def test_the_parties_and_the_pmo_read_the_register_fields(client: Client, cast: Cast, ato: Ato, person: str) -> None:
    client.force_login(cast.people[person])
    page = body_of(client, ato.get_absolute_url())
    assert [secret for secret in SECRETS if secret not in page] == []
    assert "FIPS 199" in page


@pytest.mark.parametrize("person", ends(STRANGERS))
def test_for_strangers_the_register_fields_are_not_in_the_page_at_all(
    client: Client, cast: Cast, ato: Ato, person: str
) -> None:
    client.force_login(cast.people[person])
    page = body_of(client, ato.get_absolute_url())
    assert [secret for secret in SECRETS if secret in page] == []
    assert [word for word in ("System", "Signer", "Conditions", "Notices") if f">{word}<" in page] == []
    assert "Bureau of Lighthouses" in page


@pytest.mark.parametrize("person", first(STRANGERS))
def test_strangers_find_no_condition_in_the_list_either(client: Client, cast: Cast, ato: Ato, person: str) -> None:
    client.force_login(cast.people[person])
    assert "Turn on the lamp." not in body_of(client, "/conditions/")


def test_no_recorded_expiry_is_said_neutrally(client: Client, cast: Cast, ato: Ato) -> None:
    client.force_login(cast.viewer)
    page = body_of(client, ato.get_absolute_url())
    assert "No expiry recorded" in page
    assert "Recorded expiry passed" not in page


@pytest.mark.parametrize(
    ("days", "left", "words"),
    first(
        [
            (-1, None, "Recorded expiry passed on {day}, still published."),
            (-1, FEED_DAY, "Recorded expiry passed on {day}."),
            (0, None, ""),
        ]
    ),
)
def test_a_passed_expiry_is_said_with_whether_the_row_is_still_published(
    client: Client, cast: Cast, ato: Ato, days: int, left: date | None, words: str
) -> None:
    day = timezone.localdate() + timedelta(days=days)
    Ato.objects.filter(pk=ato.pk).update(expires_on=day, not_published_since=left)
    client.force_login(cast.viewer)
    page = body_of(client, ato.get_absolute_url())
    assert words.format(day=f"{day.day} {day:%b %Y}") in page
    assert ("Recorded expiry passed" in page) is bool(words)


def test_each_date_names_the_field_of_the_feed(client: Client, cast: Cast, ato: Ato) -> None:
    client.force_login(cast.viewer)
    assert "Marketplace feed, field ato_date of table ReuseMapping" in body_of(client, ato.get_absolute_url())


def test_the_page_says_which_feed_gave_which_value_and_keeps_the_signer_to_itself(
    client: Client, cast: Cast, ato: Ato
) -> None:
    sources = {"signed_on": "v2 2025-07-01", "expires_on": "v3-split 2026-06-21", "signer": "v3-split 2026-06-21"}
    Ato.objects.filter(pk=ato.pk).update(sources=sources, ended_as_published="Agency request, 2 May 2026")
    client.force_login(cast.viewer)
    page = body_of(client, ato.get_absolute_url())
    assert value_sources(Ato.objects.get(pk=ato.pk)) == [
        ("Feed v3-split, since 21 Jun 2026", "expires on"),
        ("Feed v2, since 1 Jul 2025", "signed on"),
    ]
    assert all(words in page for words in ("Feed v3-split, since 21 Jun 2026", "Agency request, 2 May 2026"))


def test_a_p_ato_says_that_it_bound_no_agency(client: Client, cast: Cast, ato: Ato) -> None:
    Ato.objects.filter(pk=ato.pk).update(ato_type=AtoType.P_ATO)
    client.force_login(cast.stranger_agency)
    assert "bound no agency" in body_of(client, ato.get_absolute_url())


def test_former_and_present_initial_ato_lead_to_each_other(client: Client, cast: Cast, ato: Ato) -> None:
    initial = {"listing_role": ListingRole.INITIAL}
    new = make_atos(ato.offering, cast.organizations["meadows"], 1, **initial)[0]
    old = make_atos(
        ato.offering, cast.organizations["harbors"], 1, stage=AtoStage.SUPERSEDED, superseded_by=new, **initial
    )[0]
    client.force_login(cast.viewer)
    assert f'Superseded by</dt><dd><a href="{new.get_absolute_url()}"' in body_of(client, old.get_absolute_url())
    assert f'Supersedes</dt><dd><a href="{old.get_absolute_url()}"' in body_of(client, new.get_absolute_url())


def test_a_successor_that_is_not_published_stays_unknown_to_strangers(client: Client, cast: Cast, ato: Ato) -> None:
    new = make_atos(ato.offering, cast.organizations["harbors"], 1, published_since=None)[0]
    ato.supersede(CurrentAct(ActingContext(None, timezone.localdate()), timezone.now(), timezone.now()))
    ato.superseded_by = new
    ato.save()
    client.force_login(cast.stranger_agency)
    assert new.public_id not in body_of(client, ato.get_absolute_url())


def test_markup_in_register_fields_is_shown_as_text(client: Client, cast: Cast, ato: Ato) -> None:
    script = "<script>alert(1)</script>"
    Ato.objects.filter(pk=ato.pk).update(signer=script)
    Condition.objects.update(text=script, evidence=script)
    Notice.objects.update(reference=script)
    client.force_login(cast.official)
    page = body_of(client, ato.get_absolute_url())
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert") == 4


@pytest.mark.parametrize("number", first([1, 10, 100]))
def test_the_number_of_queries_does_not_grow_with_conditions_and_notices(
    client: Client, cast: Cast, ato: Ato, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Condition.objects.bulk_create(
        Condition(ato=ato, text=f"Condition {place}", owner=cast.organizations["harbors"]) for place in range(number)
    )
    Notice.objects.bulk_create(
        Notice(
            ato=ato, recipient=NoticeRecipient.PROVIDER, notified_on=FEED_DAY, channel=Channel.EMAIL, reference="Mail"
        )
        for _ in range(number)
    )
    client.force_login(cast.official)
    with django_assert_num_queries(11):
        body_of(client, ato.get_absolute_url())
