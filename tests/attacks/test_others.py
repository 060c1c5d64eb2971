"""Records of others by their id, in path, query, form and JSON; and whether these checks see a hole in any rule."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.urls import reverse

from accounts.models import Membership, User
from authorizations.actions.cases.cases import open_case
from authorizations.models import (
    Case,
    Comment,
    Deliverable,
    Event,
    Message,
    Mute,
    SavedView,
    Wbs,
    Webhook,
    WebhookDelivery,
)
from authorizations.models import querysets as rules
from tests.actions.documents.documents import add
from tests.actions.people.test_delegations import lend
from tests.actions.register.accesses import granted, make_package
from tests.admin.records import MAKE
from tests.api.world import post
from tests.attacks.scene import body_of, everything_kept, signed_in
from tests.attacks.urls import MISSING, everywhere
from tests.cast import Cast
from tests.isolation.fetching import DIFFERING, NEVER_TWICE_THE_SAME, recorders_of
from tests.lifecycle.cases import make_case, make_contact, make_offering, make_system, press, record
from tests.lifecycle.world import NOW, make_ato
from tests.reports.asking import report_of, schedule_of
from tests.samples import first, sample
from tests.web.test_hostile_input import parameters

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]
NIGHTLY = pytest.mark.nightly

STRANGERS = ("stranger_agency", "stranger_csp")
# Every person who is signed in sees them.
IN_THE_OPEN = {"offering", "organization"}
# What has no row in MAKE.
MADE_BY_HAND = {"mute", "reportjob", "reportschedule", "savedview", "webhook", "webhookdelivery"}


def webhook_of(world: Cast) -> dict[str, models.Model]:
    """The webhook of the harbors, with a delivery."""
    address = "https://tickets.example/"
    given = {"set_by": world.liaison, "set_at": NOW, "secret_since": NOW, "address": address, "topics": ["ato"]}
    webhook = Webhook.objects.create(organization=world.organizations["harbors"], **given)
    named = {"record_type": "case", "record_id": MISSING, "path": "/"}
    delivery = WebhookDelivery.objects.create(webhook=webhook, event=Event.objects.all()[0], asked_at=NOW, **named)
    return {"webhook": webhook, "webhookdelivery": delivery}


@pytest.fixture
def hidden(world: Cast) -> dict[str, models.Model]:
    """A record of each record type that only the harbors and whom they work with may know of."""
    case = make_case(world, "initial", "planning")
    access = granted(world, make_package(world))
    ato = make_ato(world)
    met = {"duty": "L34", "period": NOW, "delivered_on": NOW, "reference": "Folder 7", "recorded_by": world.csp_lead}
    by_hand = {
        "case": case,
        "wbs": Wbs.objects.create(case=case, file_name="wbs.xlsx", imported_by=world.liaison, imported_at=NOW),
        "ato": ato,
        "deliverable": Deliverable.objects.create(ato=ato, by=ato.offering.provider, recorded_at=NOW, **met),
        "packageaccess": access,
        "contact": make_contact(world.organizations["harbors"], "Ama Approver", "approver"),
        "agencysystem": make_system(world),
        "delegation": lend(world.csp_lead, world.csp_viewer),
        "event": Event.objects.about(case)[0],
        "message": Message.objects.filter(recipient=world.csp_lead)[0],
        "membership": Membership.objects.get(user=world.reviewer),
        "invitation": MAKE["invitation"](899),
        "bounce": MAKE["bounce"](899),
        "calendarfeed": MAKE["calendarfeed"](898),
        "mute": Mute.objects.create(
            user=world.liaison, subject_type="case", subject_id=case.pk, until=NOW, reason="Away.", made_at=NOW
        ),
        "savedview": SavedView.objects.create(user=world.liaison, listing="desk", name="Soon"),
        "reportjob": report_of(world.liaison),
        "reportschedule": schedule_of(world.liaison),
        **webhook_of(world),
    }
    # Of the others any record will do: its organizations are nobody's here.
    others = [each for each in MAKE if each not in {*by_hand, *IN_THE_OPEN} and hasattr(_rows(each), "visible_to")]
    return {**by_hand, **{each: MAKE[each](place) for place, each in enumerate(others, 900)}}


@pytest.fixture
def inside(world: Cast) -> dict[str, models.Model]:
    """What stays inside the harbors, also before the PMO: a reuse case without a request, its entries and messages.

    And, of a case that the PMO knows, what a side has not shared.
    """
    case = make_case(world, "reuse", "need_defined", offering=make_offering(world, "reuse"))
    record(case, world.liaison, authorizing_official=world.official)
    press(case, "withdraw", world.official)
    entry = Event.objects.about(case)[0]
    message = Message.objects.filter(event__subject_type="case")[0]
    known = make_case(world, "initial", "planning")
    within = {"side": "agency", "organization": known.agency, "author": world.liaison, "is_shared": False}
    return {
        "case": case,
        "event": entry,
        "message": message,
        "documentversion": add(known, world.liaison, draft=True),
        "comment": Comment.objects.create(case=known, text="Ours.", made_at=NOW, **within),
    }


# --- the core of isolation, as a list of leaks ---


def public_id(record: models.Model) -> str:
    return str(record.public_id)  # type: ignore[attr-defined]  # every record type has one


def rows_leaking(user: Any, records: dict[str, models.Model]) -> Iterator[str]:
    """The record types whose rule shows the record to the person."""
    for record_type, each in records.items():
        if type(each)._default_manager.visible_to(user).filter(pk=each.pk).exists():  # type: ignore[attr-defined]
            yield f"rows of {record_type}"


def pages_leaking(user: User, records: dict[str, models.Model], names: dict[str, str]) -> Iterator[str]:
    """The addresses that answer with the record."""
    client = signed_in(user)
    for name, record_type in names.items():
        address = next(each for each in everywhere() if each.name == name)
        path = address.path(public_id(records[record_type])) if address.ids else address.path()
        answer = client.get(path)
        if answer.status_code == 200 and (address.ids or public_id(records[record_type]).encode() in body_of(answer)):
            yield name


OF_STRANGERS = {
    "case": "case",
    "api_case": "case",
    "cases": "case",
    "api_cases": "case",
    "ato": "ato",
    "api_ato": "ato",
    "ato_step": "ato",
    "atos": "ato",
    "access": "packageaccess",
    "accesses": "packageaccess",
}
OF_THE_PMO = {
    "case": "case",
    "cases": "case",
    "admin:authorizations_case_change": "case",
    "admin:authorizations_event_change": "event",
    "admin:authorizations_event_changelist": "event",
    "admin:authorizations_message_change": "message",
}


def leaks(world: Cast, hidden: dict[str, models.Model], inside: dict[str, models.Model]) -> set[str]:
    """Everything that anyone learns who must not: in the rows, and on pages of every door."""
    strangers = [User.objects.get(pk=world.people[who].pk) for who in STRANGERS]
    lead = User.objects.get(pk=world.pmo_lead.pk)
    record_types = {
        record_type: model
        for record_type in ("organization", "offering")
        if (model := _model(record_type)._default_manager.first())
    }
    found = {leak for user in strangers for leak in rows_leaking(user, hidden)}
    found |= {leak for user in strangers for leak in pages_leaking(user, hidden, OF_STRANGERS)}
    found |= {*rows_leaking(lead, inside), *pages_leaking(lead, inside, OF_THE_PMO)}
    return found | {*rows_leaking(AnonymousUser(), {**hidden, **record_types})}


def _rows(record_type: str) -> Any:
    return _model(record_type)._default_manager.all()


def _model(record_type: str) -> type[models.Model]:
    return next(model for model in apps.get_models() if model._meta.model_name == record_type)


def test_nobody_learns_what_is_not_theirs(
    world: Cast, hidden: dict[str, models.Model], inside: dict[str, models.Model]
) -> None:
    assert leaks(world, hidden, inside) == set()


# --- every rule, opened one after the other ---


def rule_classes() -> list[type[Any]]:
    """Every class that the rows of a record type have a rule from, its own or what it inherits."""
    lines = (type(model._default_manager.all()).__mro__ for model in apps.get_models())
    found = {
        each for line in lines for each in line if issubclass(each, rules.Scoped) or OPENED.keys() & vars(each).keys()
    }
    return sorted(found, key=lambda each: each.__name__)


# What each method answers once it lets everything through.
OPENED: dict[str, Callable[..., Any]] = {
    "visible_to": lambda rows, user: rows.all(),
    "party": lambda rows, user: models.Q(),
}
# Marketplace facts: every person who is signed in sees them all, so only the rule for nobody can be opened.
FOR_EVERYONE = rules.OfferingQuerySet
MUTATIONS = [
    (each, method)
    for each in rule_classes()
    for method in OPENED
    if method == "visible_to" or (method in each.__dict__ and each is not FOR_EVERYONE)
]
# Rows of these are read at the doors of these strangers and of the PMO.
WITH_PAGES = {
    rules.AtoQuerySet,
    rules.CaseQuerySet,
    rules.PackageAccessQuerySet,
    rules.EventQuerySet,
    rules.MessageQuerySet,
}


@pytest.mark.parametrize(
    ("rules_of", "method"),
    sample(MUTATIONS, *((each, "visible_to") for each in rule_classes() if each in WITH_PAGES), lane=NIGHTLY),
    ids=lambda value: getattr(value, "__name__", value),
)
def test_opening_any_rule_is_seen(
    world: Cast,
    hidden: dict[str, models.Model],
    inside: dict[str, models.Model],
    monkeypatch: pytest.MonkeyPatch,
    rules_of: type[Any],
    method: str,
) -> None:
    monkeypatch.setattr(rules_of, method, OPENED[method])
    found = leaks(world, hidden, inside)
    assert found
    if method == "visible_to" and rules_of in WITH_PAGES:
        assert any(not each.startswith("rows") for each in found), "only the rule itself was asked"


# --- ids of others in whatever is sent ---


def plain(answer: Any, *ids: str) -> tuple[int, str, bytes]:
    """An answer without what differs anyway and without the ids that were sent."""
    body, location = recorders_of(answer), answer.headers.get("Location", "")
    for pattern in DIFFERING:
        body = pattern.sub(b"", body)
    for each in ids:
        body, location = body.replace(each.encode(), b""), location.replace(each, "")
    return answer.status_code, location, body


# Minutes: every address with an id of every record type. `tests/isolation/test_missing.py` asks those of a few record
# types before.
@NIGHTLY
@pytest.mark.parametrize("who", STRANGERS)
def test_a_path_with_the_id_of_others_answers_as_for_what_does_not_exist(
    world: Cast, hidden: dict[str, models.Model], who: str
) -> None:
    client, told = signed_in(world.people[who]), {}
    before = everything_kept()
    for address in everywhere():
        if not address.ids or address.is_admin:
            continue
        for method in (client.get, client.post):
            missing = plain(method(address.path()), MISSING)
            for record_type, each in hidden.items():
                if plain(method(address.path(public_id(each))), public_id(each)) != missing:
                    told[address.name] = record_type
    assert told == {}
    assert everything_kept() == before


# The style guide reads no record, and counts its tooltips on; the files of the audit log are the auditor's, and say on
# the audit log that they were asked for.
NOT_COMPARED = {*NEVER_TWICE_THE_SAME, "styleguide", "audit_log_acts_file", "audit_log_security_file"}


@pytest.mark.parametrize("who", first(STRANGERS, lane=NIGHTLY))
def test_a_query_with_the_id_of_others_answers_as_with_one_that_does_not_exist(
    world: Cast, hidden: dict[str, models.Model], who: str
) -> None:
    client, told = signed_in(world.people[who]), {}
    keys = ("agency", "within", "offering", "provider", "assessor", "system", "organization", "person", "approver")
    for address in everywhere():
        if address.ids or address.is_admin or address.name in NOT_COMPARED:
            continue
        names = {*parameters(address.name), *keys} - {"q", "sort", "page", "next"}
        sent = [
            MISSING,
            *(public_id(hidden[record_type]) for record_type in ("case", "ato", "contact", "agencysystem")),
        ]
        answers = [
            plain(client.get(f"{address.path()}?{urlencode(dict.fromkeys(sorted(names), each))}"), each)
            for each in sent
        ]
        if any(each != answers[0] for each in answers):
            told[address.name] = names
        if answers[0][0] == 302:
            client.get(reverse("accessibility"))  # what was said on the way is shown once
    assert told == {}


def own_of(world: Cast, who: str) -> Case:
    """A case of the meadows for an offering of Stratus Works, which both strangers are parties of."""
    offering = make_offering(world, "initial", name="Strata")
    type(offering).objects.filter(pk=offering.pk).update(provider=world.organizations["stratus"])
    offering.refresh_from_db()
    given = {"offering": offering, "agency": world.organizations["meadows"], "now": NOW}
    return open_case("initial", actor=world.people[who], **given)


@pytest.mark.parametrize("who", first(STRANGERS, lane=NIGHTLY))
def test_a_form_takes_no_record_of_others(world: Cast, hidden: dict[str, models.Model], who: str) -> None:
    case, client = own_of(world, who), signed_in(world.people[who])
    query = f"?offering={case.offering.public_id}&agency={case.agency.public_id}"
    before, told, fields = rows_of(hidden), {}, 0
    for address in everywhere():
        path = address.path(case.public_id) + ("" if address.ids else query)
        given = client.get(path)
        form = (given.context or {}).get("form") if given.status_code == 200 else None
        # Words come back as they were typed; what names a record is a choice among records.
        for name in [name for name, field in getattr(form, "fields", {}).items() if hasattr(field, "queryset")]:
            fields += 1
            missing = plain(client.post(path, {name: MISSING}), MISSING)
            for record_type, each in hidden.items():
                if plain(client.post(path, {name: public_id(each)}), public_id(each)) != missing:
                    told[address.name, name] = record_type
    assert told == {}
    assert fields > FIELDS_WITH_RECORDS[who]
    assert rows_of(hidden) == before


# At least so many were attacked: assessor and official among the facts, provider, agency, organization, system.
FIELDS_WITH_RECORDS = {"stranger_agency": 4, "stranger_csp": 1}


def rows_of(records: dict[str, models.Model]) -> list[Any]:
    """The records as they are, and how much the audit log says of them."""
    stand = [type(each)._base_manager.filter(pk=each.pk).values().get() for each in records.values()]
    return [*stand, *(Event.objects.about(each).count() for each in records.values())]


# Minutes: every operation with an id of every record type in each of its facts.
@NIGHTLY
@pytest.mark.parametrize("who", STRANGERS)
def test_json_names_no_record_of_others(world: Cast, hidden: dict[str, models.Model], who: str) -> None:
    case, client = own_of(world, who), signed_in(world.people[who])
    before = everything_kept()
    facts = {fact.name for record_type in Case.machines.values() for fact in record_type.machine().facts.values()}
    for address in everywhere():
        if not address.is_api:
            continue
        for record_type, each in hidden.items():
            said = [
                plain(
                    post(
                        client,
                        address.path(case.public_id),
                        {"kind": "initial", "revision": case.revision, "facts": dict.fromkeys(sorted(facts), sent)},
                    ),
                    sent,
                )
                for sent in (public_id(each), MISSING)
            ]
            assert said[0] == said[1], (address.name, record_type)
    assert everything_kept() == before
