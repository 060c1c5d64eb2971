"""Fields that no form shows and no operation asks for, sent along: what happens is what happens without them."""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

import pytest
from django.apps import apps
from django.db import models, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from authorizations.actions.calendar.deliverables import deliver
from authorizations.actions.cases.cases import waive_gate
from authorizations.actions.cases.comments import make_comment
from authorizations.actions.people.merge_accounts import agree_to_merge
from authorizations.notifications.mail.notification_preferences import CHOSEN
from tests.actions.documents.documents import add, continued
from tests.actions.findings.findings import draft
from tests.actions.register.accesses import granted, make_package
from tests.actions.register.accesses import make_contact as access_contact
from tests.admin.records import MAKE, registration
from tests.api.world import post
from tests.attacks.records import paths_behind
from tests.attacks.scene import ASIDE, everything_kept, signed_in
from tests.attacks.urls import Address, everywhere
from tests.cast import Cast
from tests.doors.doors import Acted
from tests.doors.world import case_at
from tests.lifecycle.cases import make_offering, make_system
from tests.lifecycle.world import LEVELS, NOW, make_ato

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]
NIGHTLY = pytest.mark.nightly

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.+]+")
# Ids, digests, and passwords that nobody has.
IDS = re.compile(r"\b[a-z0-9]{14}\b|[0-9a-f]{32,64}|^![A-Za-z0-9]{40}$")


def smuggled(world: Cast, shown: set[str]) -> dict[str, str]:
    """A value for every column of every record type, by both of its names, and what views of other portals read."""
    values: dict[str, str] = {
        "is_staff": "on",
        "is_superuser": "on",
        "actor": "1",
        "acting": "PMO lead",
        "target": "certified",
    }
    for model in apps.get_models():
        if model._meta.app_label not in {"accounts", "authorizations"} or model.__name__ in ASIDE:
            continue
        for column in model._meta.concrete_fields:
            values |= dict.fromkeys((column.name, column.attname), _value(column, world))
    return {name: value for name, value in values.items() if name not in shown and name not in OF_FORMS}


# The names by which forms carry their key, their memory and the way they were sent.
OF_FORMS = {"idempotency_key", "revision", "reason", "note", "happened_on"}


def _value(column: Any, world: Cast) -> str:
    if column.choices:
        return str(list(column.choices)[-1][0])
    if isinstance(column, models.ForeignKey):
        return {"User": world.stranger_csp.public_id}.get(
            column.related_model.__name__, world.organizations["stratus"].public_id
        )
    if isinstance(column, models.BooleanField):
        return "on"
    if isinstance(column, models.DateField):
        return "2001-02-03"
    return "7" if isinstance(column, models.IntegerField) else "smuggled"


def written(act: Callable[[], Any]) -> tuple[int, dict[str, list[Any]]]:
    """The status of an act and the rows it writes or changes, without ids and moments; it is taken back."""
    before = {name: {row[0]: row for row in rows} for name, rows in everything_kept().items()}
    with transaction.atomic():
        status = act().status_code
        after = everything_kept()
        transaction.set_rollback(True)
    changed = {
        name: [_without_ids(row) for row in rows if before[name].get(row[0]) != row] for name, rows in after.items()
    }
    return status, {
        name: rows for name, rows in changed.items() if rows and name not in {"Event", "AuditLogHead", "Message"}
    }


def _without_ids(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(_plain(value) for value in row[1:])


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return "a moment"
    if isinstance(value, dict):
        return MOMENT.sub("a moment", str(value))
    return IDS.sub("an id", value) if isinstance(value, str) else value


def same_as_without(world: Cast, client: Client, url: str, sent: dict[str, Any]) -> None:
    """The form does what it does, and no more."""
    page = client.get(url)
    assert (page.context or {}).get("form"), (url, page.status_code)
    shown = {*page.context["form"].fields, *sent}
    plain = written(lambda: client.post(url, sent))
    assert plain[0] in {200, 302}, url
    assert plain[1], client.post(url, sent).context["form"].errors
    assert written(lambda: client.post(url, {**smuggled(world, shown), **sent})) == plain, url


# --- pages ---


def pages(world: Cast) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """The address's name, who sends, where, and everything that its form asks for."""
    harbors, nimbus = world.organizations["harbors"], world.organizations["nimbus"]
    of = make_offering(world, "initial")
    reused = make_offering(world, "reuse")
    chosen = f"?offering={of.public_id}&agency={harbors.public_id}"
    facts = {
        "name": "Nimbus Sky",
        "deployment_model": "public",
        "service_models": ["SaaS"],
        "provider": nimbus.public_id,
    }
    yield "add_offering", "csp_lead", "/offerings/add/", {**facts, "description": "Sky."}
    yield "add_system", "liaison", "/systems/add/", {"agency": harbors.public_id, "name": "Cranes", **LEVELS}
    contact = {"organization": harbors.public_id, "name": "Cal", "email": "cal@example.gov", "function": "approver"}
    yield "add_contact", "liaison", "/contacts/add/", contact
    last = (timezone.localdate() + timezone.timedelta(days=9)).isoformat()
    token = {"name": "Nightly", "expires_on": last, "idempotency_key": "k1", "read_only": "on"}
    yield "make_token", "liaison", "/tokens/make/", token
    yield "make_calendar_link", "liaison", "/calendar/links/make/", {"of": "mine"}
    weekly = {"rhythm": "weekly", "weekday": "0", "format": "csv", "whom": "me", "idempotency_key": "k13"}
    yield "schedule_report", "liaison", "/reports/ato-register/schedule/", weekly
    yield "open_initial_case", "liaison", f"/cases/open/initial/{chosen}", {"idempotency_key": "k2"}
    use = {"idempotency_key": "k3", "intended_use": "Berths."}
    yield (
        "open_reuse_case",
        "liaison",
        f"/cases/open/reuse/?offering={reused.public_id}&agency={harbors.public_id}",
        use,
    )
    said = {
        "designation": "certified",
        "effective_on": "2026-11-02",
        "reason": "So.",
        "reference": "Letter.",
        "idempotency_key": "k4",
    }
    yield "set_designation", "pmo_lead", f"/offerings/{of.public_id}/designation/", said


def pages_of_steps(world: Cast) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """A step of a case and a step of an ATO."""
    case = case_at(world, "initial", "ssp")
    warned = Acted(case, "warn", {"warning_ground": "no_reply", "warning_due_on": date(2031, 12, 24)})
    yield "case_step", "pmo_reviewer", f"{case.get_absolute_url()}warn/", warned.form
    ato = make_ato(world)
    told = {"recipient": "fedramp", "notified_on": date(2026, 1, 20), "channel": "form", "reference": "Form 1"}
    yield (
        "ato_step",
        "bureau_liaison",
        f"{ato.get_absolute_url()}record_notice/",
        Acted(ato, "record_notice", told).form,
    )
    make_system(world)


def further_pages(world: Cast) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """More of the same: adopting and registering, facts and waivers, package access, and a decision about a clash."""
    harbors, day, later = world.organizations["harbors"], "2026-11-02", "2030-01-01"
    reused, case, ato = make_offering(world, "reuse"), case_at(world, "initial", "ssp"), make_ato(world)
    chosen = f"?offering={reused.public_id}&agency={harbors.public_id}"
    adopted = {"idempotency_key": "k5", "evidence": "Folder 9", "reason": "On paper.", "intended_use": "Berths."}
    yield "adopt_reuse_case", "liaison", f"/cases/adopt/reuse/{chosen}&stage=need_defined", adopted
    signed = {**registration(ato), "reason": "Signed on paper.", "offering": reused.fedramp_id}
    yield "register_ato", "bureau_liaison", f"/atos/register/?agency={ato.agency.public_id}", signed
    fact = {"revision": case.revision, "recommendation": "Authorize.", "reason": "So."}
    yield "case_facts", "liaison", f"{case.get_absolute_url()}facts/", fact
    beside = {"agency": world.organizations["meadows"].public_id}
    yield "name_co_signer", "liaison", reverse("name_co_signer", args=[case.public_id]), beside
    yield "who_takes_part", "pmo_lead", reverse("who_takes_part"), {"chosen": "one_agency", "reason": "Alone."}
    waived = {"gate": "ssp_approved_on", "until": later, "reason": "Lost."}
    yield "waive_gate", "pmo_lead", f"{case.get_absolute_url()}waive/", waived
    given = {"actor": world.pmo_lead, "now": NOW, "gate": "ssp_approved_on", "reason": "Lost."}
    waiver = waive_gate(case.public_id, until=date(2030, 1, 1), **given)
    yield "end_waiver", "pmo_lead", reverse("end_waiver", args=[case.public_id, waiver.public_id]), {"reason": "Found."}
    package = make_package(world)
    access = granted(world, package)
    yield "access_act", "liaison", f"{access.get_absolute_url()}end/", {"ended_on": "2026-11-24", "reason": "She left."}
    two = {who: access_contact(world, name).public_id for who, name in (("person", "Una"), ("approver", "Udo"))}
    grant = {**two, "asked_on": day, "granted_on": day, "until": "2026-12-01"}
    at = f"?offering={package.offering.public_id}&agency={harbors.public_id}"
    yield "grant_access", "pmo_reviewer", f"/accesses/grant/{at}", grant
    yield from pages_of_documents(world)
    item: Any = MAKE["reviewitem"](9)
    yield "review_item", "pmo_reviewer", item.get_absolute_url(), {"resolution": "kept", "note": "Ours is right."}


def pages_of_documents(world: Cast) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Adding a reference to a document of a case and of an ATO, taking one over, and withdrawing one."""
    case, ato = case_at(world, "initial", "planning"), make_ato(world)
    said = {"location": "Folder 9", "note": "So.", "idempotency_key": "k6"}
    yield "add_case_document", "liaison", reverse("add_case_document", args=[case.public_id, "ipr"]), said
    letter = {**said, "idempotency_key": "k7"}
    yield "add_ato_document", "bureau_liaison", reverse("add_ato_document", args=[ato.public_id, "ato_letter"]), letter
    _, following, ours = continued(world)
    chosen = {"versions": [ours["ssp"].public_id], "idempotency_key": "k8d"}
    yield "take_over_documents", "csp_lead", reverse("take_over_documents", args=[following.public_id]), chosen
    version = add(case, world.liaison)
    yield "document_act", "liaison", reverse("document_act", args=[version.public_id, "withdraw"]), {"reason": "So."}


def pages_of_work(world: Cast) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """What is found and said about a case, the rules it follows, and what is decided where they leave a date open."""
    case = case_at(world, "initial", "ssp")
    found = {"about": "fact:ssp_delivered_on", "severity": "major", "text": "The boundary misses the backup site."}
    yield (
        "add_finding",
        "reviewer",
        reverse("add_finding", args=[case.public_id]),
        {**found, "idempotency_key": "k" * 32},
    )
    drafted = draft(case, world.people["reviewer"])
    yield (
        "change_draft",
        "reviewer",
        reverse("change_draft", args=[drafted.public_id]),
        {**found, "severity": "minor", "act": "change"},
    )
    said = {"audience": "agency", "text": "Wait for the inventory."}
    yield "case_comments", "liaison", reverse("case_comments", args=[case.public_id]), {**said, "idempotency_key": "k8"}
    comment = make_comment(case.public_id, actor=world.liaison, now=timezone.now(), text="Wait.", shared=False)
    changed = {"text": "Wait for it.", "revision": comment.revision}
    yield "change_comment", "liaison", reverse("change_comment", args=[case.public_id, comment.public_id]), changed
    moved = {"release": "rev5-legacy", "revision": case.revision, "reason": "So.", "idempotency_key": "k9"}
    yield "move_to_release", "pmo_lead", reverse("move_to_release", args=[case.public_id]), moved
    met = {
        "duty": "L34",
        "period": "2026-01-05",
        "delivered_on": "2026-11-02",
        "reference": "Folder 7",
        "idempotency_key": "k11",
    }
    ato = make_ato(world, listing_role="initial")
    yield "deliver_ato", "csp_lead", reverse("deliver_ato", args=[ato.public_id]), met
    of_offering = reverse("deliver_offering", args=[ato.offering.public_id])
    yield "deliver_offering", "csp_lead", of_offering, {**met, "duty": "N01", "idempotency_key": "k12"}
    said = {"period": date(2026, 1, 5), "delivered_on": date(2026, 1, 5), "reference": "Folder 7"}
    for record, duty in ((ato, "L34"), (ato.offering, "N01")):
        record_type = "ato" if record is ato else "offering"
        row = deliver(type(record), record.public_id, actor=world.csp_lead, now=NOW, duty=duty, **said)
        out = reverse(f"withdraw_{record_type}_delivery", args=[record.public_id, row.public_id])
        yield f"withdraw_{record_type}_delivery", "csp_lead", out, {"reason": "So."}
    decided = {"name": "letter_days", "number": "9", "reason": "So.", "idempotency_key": "k10"}
    yield "local_policy", "pmo_lead", reverse("local_policy"), decided


def pages_about_people(world: Cast) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """More of the same: what gives, changes, ends, merges and delegates the roles of people."""
    harbors = world.organizations["harbors"]
    told = {"email": "new.reviewer@harbors.gov", "role": "agency_viewer"}
    yield "invite", "liaison", f"/people/{harbors.public_id}/invite/", told
    member = Membership.objects.get(user=world.viewer).public_id
    changed = {"role": "agency_reviewer", "seen": "agency_viewer", "reason": "So."}
    yield "change_role", "liaison", f"/people/{harbors.public_id}/members/{member}/role/", changed
    over = reverse("end_membership", args=[harbors.public_id, member])
    yield "end_membership", "liaison", over, {"reason": "So."}
    two = {"second": world.viewer.email, "first": world.people["reviewer"].email, "reason": "One person."}
    agree_to_merge(actor=world.viewer, other=two["first"], now=timezone.now())
    agree_to_merge(actor=world.people["reviewer"], other=two["second"], now=timezone.now())
    yield "merge_accounts", "pmo_lead", reverse("merge_accounts"), two
    today = timezone.localdate()
    who = {"membership": Membership.objects.get(user=world.csp_lead).public_id, "deputy": world.csp_viewer.public_id}
    days = {"starts_on": today.isoformat(), "ends_on": (today + timezone.timedelta(days=7)).isoformat()}
    delegated = {**who, **days, "reason": "On leave."}
    yield "delegate", "csp_lead", reverse("delegate"), delegated


def pages_of_preferences(world: Cast) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """How a person is told, and what they mute."""
    paces = {topic.value: "weekly" for topic in CHOSEN}
    times = {"quiet_from": "19:00", "quiet_until": "06:30", "digest_at": "08:00"}
    yield "notification_settings", "liaison", reverse("notification_settings"), {**paces, **times}
    last = (timezone.localdate() + timezone.timedelta(days=7)).isoformat()
    muted = {"what": "all", "until": last, "reason": "On leave."}
    case, ato = case_at(world, "initial", "ssp"), make_ato(world)
    for name, who, record in (
        ("mute_case", "liaison", case),
        ("mute_ato", "bureau_liaison", ato),
        ("mute_offering", "csp_lead", case.offering),
    ):
        yield name, who, reverse(name, args=[record.public_id]), muted


# Forms that write nothing, or nothing but a secret or a challenge of their own.
ATTACKED_ELSEWHERE = {
    *("sign_in", "account_login", "account_reauthenticate", "change_password", "mfa_activate_totp", "mfa_add_webauthn"),
    # What a report is about is asked for and never sent.
    *("mfa_generate_recovery_codes", "styleguide", "report"),
    # The choices before a form.
    "adopt_initial_case",
    *("case", "bring"),  # its form goes to the step; what is brought goes through the actions of documents
    *("agree_to_merge", "package_places", "locate_package"),  # an entry alone, and rows that are ticked or read
    # What a workbook or a list says is read from its cells, and dates of tasks from fields that are named by task.
    *("wbs_import", "wbs_dates", "choose_list", "list_preview"),
}


def test_each_page_writes_what_its_form_shows(world: Cast) -> None:
    for _, who, url, sent in pages(world):
        same_as_without(world, signed_in(world.people[who]), url, sent)


def test_each_page_of_a_step_writes_what_its_form_shows(world: Cast) -> None:
    for _, who, url, sent in pages_of_steps(world):
        same_as_without(world, signed_in(world.people[who]), url, sent)


def test_each_further_page_writes_what_its_form_shows(world: Cast) -> None:
    for _, who, url, sent in further_pages(world):
        same_as_without(world, signed_in(world.people[who]), url, sent)


def test_each_page_of_work_writes_what_its_form_shows(world: Cast) -> None:
    for _, who, url, sent in pages_of_work(world):
        same_as_without(world, signed_in(world.people[who]), url, sent)


def test_each_page_about_people_writes_what_its_form_shows(world: Cast) -> None:
    for _, who, url, sent in pages_about_people(world):
        same_as_without(world, signed_in(world.people[who]), url, sent)


def test_each_page_of_wishes_writes_what_its_form_shows(world: Cast) -> None:
    for _, who, url, sent in pages_of_preferences(world):
        same_as_without(world, signed_in(world.people[who]), url, sent)


def test_every_page_with_a_form_is_among_those_that_are_attacked(world: Cast) -> None:
    builders = (pages, pages_of_steps, further_pages, pages_about_people, pages_of_work, pages_of_preferences)
    attacked = {name for builder in builders for name, *_ in builder(world)}
    with_forms, paths = set(), paths_behind(world)
    for who in ("pmo_lead", "liaison", "csp_lead", "reviewer"):
        client = signed_in(world.people[who])
        for name, path in paths.items():
            answer = client.get(path)
            if answer.status_code == 200 and hasattr((answer.context or {}).get("form"), "fields"):
                with_forms.add(name)
    assert with_forms - attacked - ATTACKED_ELSEWHERE == set(), "attack it, or say why not"


# --- the API ---


def operations() -> list[Address]:
    return [each for each in everywhere() if each.is_api and each.name not in {"api_page", "api_openapi"}]


@pytest.mark.parametrize(
    "name", ["public_id", "stage", "actor", "source", "id", "agency_id", "is_staff", "no_such_thing"]
)
def test_no_operation_takes_what_it_does_not_ask_for(world: Cast, name: str) -> None:
    case = case_at(world, "initial", "ssp")
    ato = make_ato(world)
    client, refused = signed_in(world.pmo_reviewer), 0
    before = everything_kept()
    for each in operations():
        record = ato if "ato" in each.name else case
        whole = {"revision": record.revision, "reason": "Because.", "facts": {}}
        for body in ({**whole, name: "7"}, {**whole, "facts": {name: "7"}}):
            answer = post(client, each.path(record.public_id), body)
            assert answer.status_code in {400, 403, 404, 405, 409}, each.name
            refused += answer.status_code == 400
    assert refused
    assert everything_kept() == before


def test_every_body_that_the_api_reads_forbids_what_it_does_not_know(world: Cast) -> None:
    described = signed_in(world.pmo_lead).get(reverse("api_openapi")).json()
    bodies = [
        sent["schema"]
        for path in described["paths"].values()
        for operation in path.values()
        if "requestBody" in operation
        # A file comes as a form, everything else as JSON.
        for sent in operation["requestBody"]["content"].values()
    ]
    schemas = described["components"]["schemas"]
    assert bodies
    for body in bodies:
        shape = schemas[body["$ref"].rpartition("/")[2]] if "$ref" in body else body
        assert shape["additionalProperties"] is False, shape
