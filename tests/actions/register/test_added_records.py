"""What a reviewer of the PMO adds in the admin is told to those whom it concerns, and mailed."""

from typing import Any

import pytest
from django.apps import apps

from accounts.roles import Role
from authorizations.actions.register.atos import add_own_system
from authorizations.actions.register.records import KEPT, add_record, capability_to_add
from authorizations.models import Event, Message
from authorizations.notifications.mail.delivery import deliver
from tests.cast import Cast
from tests.lifecycle.world import DAY, NOW, make_ato

PARTIES = {"liaison", "official", "csp_lead", "pmo_lead", "bureau_liaison"}
CSP = {"csp_lead"}
LEVELS = {"confidentiality": "low", "integrity": "low", "availability": "low"}
# What is added, by the names of columns (records by words of `world`), and who is told.
ADDED: dict[str, tuple[dict[str, Any], set[str]]] = {
    "condition": ({"ato": "ato", "text": "Turn on the lamp.", "owner": "lighthouses"}, PARTIES),
    "notice": (
        {"ato": "ato", "recipient": "fedramp", "notified_on": DAY, "channel": "form", "reference": "Form 1"},
        PARTIES,
    ),
    "agencysystem": ({"agency": "lighthouses", "name": "Tide Tables", **LEVELS}, {"bureau_liaison"}),
    "contact": (
        {"organization": "harbors", "name": "Cal", "email": "cal@example.gov", "function": "approver"},
        {"liaison"},
    ),
    "offering": ({"provider": "nimbus", "name": "Nimbus Vault"}, CSP),
    "package": ({"offering": "offering", "location": "connect"}, CSP),
    "organization": ({"kind": "agency", "name": "Bureau of Buoys", "parent": "harbors"}, {"liaison"}),
    "bounce": ({"address": "viewer", "reason": "No such mailbox."}, {"viewer", "liaison"}),
}
NOBODY = {
    "alias": "another name by which search and imports find an organization changes nothing for it",
    "leverage": "which offering builds on which is public, and changes what nobody may or must do",
    "officeclosure": "deadlines that move are told where they move",
}


def add(cast: Cast, kind: str) -> Event:
    ato = make_ato(cast)
    world = {**cast.organizations, "ato": ato, "offering": ato.offering, "viewer": cast.viewer.email}
    facts = {name: world.get(str(value), value) for name, value in ADDED[kind][0].items()}
    record_type: Any = next(each for each in apps.get_models() if each._meta.model_name == kind)
    add_record(record_type, actor=cast.pmo_reviewer, now=NOW, facts=facts)
    return Event.objects.get(verb=f"{kind}.added", actor=cast.pmo_reviewer)


@pytest.mark.parametrize("kind", ADDED)
def test_those_concerned_are_told_of_what_a_reviewer_added(cast: Cast, kind: str, settings: Any) -> None:
    settings.MAIL_ALLOWED = None
    messages = Message.objects.filter(event=add(cast, kind))
    assert {message.recipient for message in messages} == {cast.people[name] for name in ADDED[kind][1]}
    Message.objects.exclude(pk__in=messages).delete()
    # Nothing is mailed to an address that fails.
    skipped = {"skipped": 1} if kind == "bounce" else {}
    assert deliver(lambda: NOW) == {"sent": len(messages) - len(skipped), **skipped}


def test_every_form_of_a_reviewer_tells_somebody_or_says_why_not() -> None:
    kinds = {
        kind
        for kind in KEPT
        for record_type in apps.get_models()
        if record_type._meta.model_name == kind and Role.PMO_REVIEWER in capability_to_add(record_type).roles
    }
    assert kinds == ADDED.keys() | NOBODY.keys()
    assert not ADDED.keys() & NOBODY.keys()


def test_colleagues_are_not_told_of_what_one_of_them_added(cast: Cast) -> None:
    facts = {"name": "Tide Tables", **LEVELS}
    add_own_system(actor=cast.liaison, agency=cast.organizations["lighthouses"], now=NOW, facts=facts)
    assert not Message.objects.exists()
