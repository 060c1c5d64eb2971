"""The admin asked with text that nobody types, and with lookups that no filter of a list offers."""

from datetime import date
from urllib.parse import urlencode

import pytest
from django.contrib import admin
from django.db import models
from django.test import Client
from django.urls import reverse

from accounts.models import Organization
from authorizations.admin.fields import LinesField
from authorizations.models import Ato
from tests.admin.admin_pages import READ_ONLY, RECORD_TYPES, address, form_of, signed_in
from tests.cast import Cast
from tests.hostile import HOSTILE, WORDS
from tests.lifecycle.world import make_ato

pytestmark = pytest.mark.slow
OF_AN_ALIAS = {"app_label": "accounts", "model_name": "alias", "field_name": "organization", "term": "h"}


def queries(record_type: type[models.Model], text: str | bytes) -> list[dict[str, str | bytes]]:
    """What a list of the admin reads of its query, and what Django's would: words, order and page, filters."""
    filters = admin.site.get_model_admin(record_type).list_filter
    declared = [f"{one}__exact" if isinstance(one, str) else str(one.parameter_name) for one in filters]
    return [{"q": text}, dict.fromkeys(("o", "p", "e", "all", "id__in"), text), dict.fromkeys(declared, text)]


@pytest.mark.parametrize("kind", WORDS)
def test_no_list_of_the_admin_breaks_whatever_its_parameters_hold(client: Client, cast: Cast, kind: str) -> None:
    signed_in(client, cast.pmo_lead)
    asked = [
        f"{address(record_type, 'changelist')}?{urlencode(query)}"
        for record_type in RECORD_TYPES.values()
        for query in queries(record_type, HOSTILE[kind])
    ]
    assert {client.get(each, follow=True).status_code for each in asked} == {200}


@pytest.mark.parametrize("kind", WORDS)
def test_no_choice_of_a_record_breaks_whatever_is_typed(client: Client, cast: Cast, kind: str) -> None:
    signed_in(client, cast.pmo_lead)
    asked = [
        f"{reverse('admin:autocomplete')}?{urlencode({**OF_AN_ALIAS, name: HOSTILE[kind]})}" for name in OF_AN_ALIAS
    ]
    assert {client.get(each).status_code for each in asked} <= {200, 403}


@pytest.mark.parametrize("kind", WORDS)
def test_no_form_of_the_admin_breaks_whatever_its_inputs_hold(client: Client, cast: Cast, kind: str) -> None:
    signed_in(client, cast.pmo_lead)
    for url in (
        address(RECORD_TYPES[record_type], "add") for record_type in RECORD_TYPES if record_type not in READ_ONLY
    ):
        fields = client.get(url).context["form"].fields
        # Shown again with what was typed, as Django's own admin does; a refused step answers 409 (below).
        assert client.post(url, dict.fromkeys(fields, HOSTILE[kind])).status_code == 200, url


@pytest.mark.parametrize("kind", WORDS)
def test_no_step_breaks_whatever_its_inputs_hold(client: Client, cast: Cast, kind: str) -> None:
    ato = make_ato(cast, expires_on=date(2026, 6, 30))
    signed_in(client, cast.pmo_lead)
    for step in ("record_notice", "end_service", "expire"):
        url = address(Ato, "step", ato.public_id, step)
        fields = client.get(url).context["form"].fields
        # Refused, and the form is shown again with what was typed.
        assert client.post(url, dict.fromkeys(fields, HOSTILE[kind])).status_code == 409, url
    url = address(Ato, "bulk", "expire")
    row = [f"{ato.public_id}:0", HOSTILE[kind]]
    assert client.post(url, {"row": row, "sure": "yes", "happened_on": HOSTILE[kind]}).status_code == 200
    assert client.post(url, {"row": HOSTILE[kind]}).status_code == 302


@pytest.mark.parametrize(
    "query",
    [
        "name__regex=(",
        "name__regex=%5E(.%7C.)*%00$",
        "created_at__year=99999999999999999",
        "kind__in=agency,provider",
        "kind__regex=(",
        "parent__name__regex=(",
        "pk=1",
        "nothing=1",
    ],
)
def test_a_lookup_that_no_filter_offers_is_not_asked(client: Client, cast: Cast, query: str) -> None:
    signed_in(client, cast.pmo_lead)
    list_address = address(Organization, "changelist")
    answer = client.get(f"{list_address}?{query}", follow=True)
    assert answer.status_code == 200
    assert answer.context["cl"].result_count == Organization.objects.count()
    assert not answer.context["cl"].has_active_filters


def test_the_filters_of_a_list_still_filter(client: Client, cast: Cast) -> None:
    signed_in(client, cast.pmo_lead)
    list_address = address(Organization, "changelist")
    for query, kind in (("kind__exact=agency", "agency"), ("kind__exact=provider&published=never", "provider")):
        answer = client.get(f"{list_address}?{query}&q=o&o=-1")
        assert {one.kind for one in answer.context["cl"].result_list} == {kind}
        assert answer.context["cl"].has_active_filters


def test_a_value_that_no_filter_offers_leads_to_the_plain_list(client: Client, cast: Cast) -> None:
    signed_in(client, cast.pmo_lead)
    answer = client.get(f"{address(Organization, 'changelist')}?is_pseudo__exact=perhaps&e=1", follow=True)
    assert answer.status_code == 200
    assert "cl" in answer.context


def test_nul_is_left_out_of_lines() -> None:
    assert LinesField().clean("one\x00\ntwo") == ["one", "two"]


def test_a_record_is_found_by_its_key_with_a_nul_beside_it(client: Client, cast: Cast) -> None:
    signed_in(client, cast.pmo_lead)
    harbors = cast.organizations["harbors"]
    url = address(RECORD_TYPES["alias"], "add")
    answer = client.post(url, {**form_of(client, url), "organization": f"\x00{harbors.public_id}", "name": "Ports"})
    assert answer.status_code == 302
    assert harbors.aliases.get().name == "Ports"
