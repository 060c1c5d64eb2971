"""Every address, pages, admin and API × everybody: one person of each role, two strangers, and nobody at all."""

import pytest
from django.test import Client
from pytest_django import DjangoDbBlocker

from tests.api.world import post
from tests.attacks.matrix import ROLES, answer_to_reading, refused
from tests.attacks.records import paths_behind
from tests.attacks.scene import everything_kept, signed_in
from tests.attacks.urls import Address, everywhere
from tests.cast import Cast
from tests.samples import sample

pytestmark = [pytest.mark.slow, pytest.mark.sqlite, pytest.mark.usefixtures("quiet")]

# Seconds each: some three hundred addresses. One of each side in the full run, everybody at night.
EVERYBODY = sample([None, *ROLES], None, "liaison", "stranger_csp", "pmo_lead", lane=pytest.mark.nightly)
# What programs send to what asks for no revision: of the wrong shape, it would be refused for that.
DELIVERY = {"period": "2026-01-05", "delivered_on": "2026-01-05", "reference": "Folder 7"}
SENT: dict[str, dict[str, object]] = {
    "api_tick": {"done": True},
    "api_co_signer": {"facts": {}},
    "api_ato_deliveries": {**DELIVERY, "duty": "L34"},
    "api_offering_deliveries": {**DELIVERY, "duty": "N01"},
    **{f"api_withdraw_{record_type}_delivery": {"reason": "So."} for record_type in ("ato", "offering")},
}


@pytest.fixture(scope="module")
def paths(_module_world: Cast, django_db_blocker: DjangoDbBlocker) -> dict[str, str]:
    """Each address with a record behind it, all made once for the module."""
    with django_db_blocker.unblock():
        return paths_behind(_module_world, admin=True)


def client_of(world: Cast, key: str | None) -> Client:
    return signed_in(world.people[key]) if key else Client()


@pytest.mark.parametrize("key", EVERYBODY)
def test_each_address_answers_each_person_as_its_rule_says(world: Cast, paths: dict[str, str], key: str | None) -> None:
    client = client_of(world, key)
    got = {each.name: client.get(paths[each.name]).status_code for each in everywhere()}
    wanted = {each.name: answer_to_reading(each, key) for each in everywhere()}
    assert {name: (code, wanted[name]) for name, code in got.items() if code != wanted[name]} == {}


def takes_posts(address: Address) -> bool:
    """Whether the address can be sent something at all; the API answers 405 where it only reads, no matter who asks."""
    return address.rule.post_only or not address.is_api


@pytest.mark.parametrize("key", EVERYBODY)
def test_who_is_refused_an_address_is_refused_what_they_send_to_it(
    world: Cast, paths: dict[str, str], key: str | None
) -> None:
    client, got, wanted = client_of(world, key), {}, {}
    before = everything_kept()
    for each in everywhere():
        if (code := refused(each, key)) and takes_posts(each):
            wanted[each.name] = code
            send = SENT.get(each.name, {"revision": 0}) if each.is_api else {"revision": "0"}
            answer = post(client, paths[each.name], send) if each.is_api else client.post(paths[each.name], send)
            got[each.name] = answer.status_code
    assert {name: (code, wanted[name]) for name, code in got.items() if code != wanted[name]} == {}
    assert everything_kept() == before
    # The PMO's lead alone may nearly everything, but not export the audit log.
    assert wanted
