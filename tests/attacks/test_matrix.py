"""Every address, pages, admin and API × everybody: one person of each role, two strangers, and nobody at all."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from tests.api.world import post
from tests.attacks.matrix import ROLES, answer_to_reading, refused
from tests.attacks.records import paths_behind
from tests.attacks.scene import BROWSER, everything_kept, signed_in
from tests.attacks.urls import Address, everywhere
from tests.cast import Cast
from tests.samples import sample

pytestmark = [pytest.mark.slow, pytest.mark.sqlite, pytest.mark.usefixtures("quiet")]

# Seconds each: some three hundred addresses. One of each side in the full run, everybody at night.
EVERYBODY = sample([None, *ROLES], None, "liaison", "stranger_csp", "pmo_lead", lane=pytest.mark.nightly)


# Whose a delivery is depends on the duty, which is text to the API.
PECULIAR = {"api_offering_deliveries": {"duty": "N01"}}


def least_of(shape: dict[str, Any], shapes: dict[str, Any]) -> Any:
    """The least that fits what the API says of a body: what is refused is then refused for who sends it."""
    if "$ref" in shape:
        return least_of(shapes[shape["$ref"].rpartition("/")[2]], shapes)
    if "anyOf" in shape:
        return least_of(shape["anyOf"][0], shapes)
    if shape.get("type") == "object":
        return {name: least_of(shape["properties"][name], shapes) for name in shape.get("required", [])}
    of_kind = {"boolean": True, "integer": 0, "array": [], "string": "So."}
    return shape.get("enum", ["2026-01-05" if shape.get("format") == "date" else of_kind[shape["type"]]])[0]


def bodies(paths: dict[str, str]) -> dict[str, Any]:
    """What is sent to each address of the API that reads JSON, by the address's name; the API says of itself what."""
    described = Client().get(reverse("api_openapi")).json()
    found = {}
    for template, operations in described["paths"].items():
        route = re.compile(re.sub(r"\{[^}]+\}", "[^/]+", template))
        for sent in (each.get("requestBody", {}).get("content", {}) for each in operations.values()):
            if "application/json" in sent:
                body = least_of(sent["application/json"]["schema"], described["components"]["schemas"])
                names = [name for name, path in paths.items() if route.fullmatch(path)]
                found |= {name: {**body, **PECULIAR.get(name, {})} for name in names}
    return found


@pytest.fixture(scope="module")
def paths(_module_world: Cast, django_db_blocker: DjangoDbBlocker) -> dict[str, str]:
    """Each address with a record behind it, all made once for the module."""
    with django_db_blocker.unblock():
        return paths_behind(_module_world, admin=True)


def client_of(world: Cast, key: str | None) -> Client:
    return signed_in(world.people[key]) if key else Client(headers=BROWSER)


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
    client, got, wanted, sent = client_of(world, key), {}, {}, bodies(paths)
    before = everything_kept()
    for each in everywhere():
        if (code := refused(each, key)) and takes_posts(each):
            wanted[each.name] = code
            path = paths[each.name]
            answer = (
                post(client, path, sent.get(each.name, {})) if each.is_api else client.post(path, {"revision": "0"})
            )
            got[each.name] = answer.status_code
    assert {name: (code, wanted[name]) for name, code in got.items() if code != wanted[name]} == {}
    assert everything_kept() == before
    # The PMO's lead alone may nearly everything, but not export the audit log.
    assert wanted
