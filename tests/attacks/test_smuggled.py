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

from accounts.models import JoinRequest, Membership
from accounts.roles import Role
from authorizations.actions.calendar.deliverables import deliver
from authorizations.actions.cases.comments import make_comment
from authorizations.actions.cases.waivers import waive_gate
from authorizations.actions.people.merge_accounts import agree_to_merge
from authorizations.notifications.mail.notification_preferences import CHOSEN
from authorizations.web.reconciliation.scope import reconciled
from tests.actions.cases.test_co_signers import joint
from tests.actions.cases.test_reassignment import gone, newcomer
from tests.actions.documents.documents import add, continued
from tests.actions.findings.findings import draft
from tests.actions.register.accesses import granted, make_package
from tests.actions.register.accesses import make_contact as access_contact
from tests.admin.records import MAKE, registration
from tests.api.world import post
from tests.attacks.form_samples import sample_of
from tests.attacks.records import paths_behind
from tests.attacks.scene import ASIDE, everything_kept, signed_in
from tests.attacks.urls import Address, everywhere
from tests.cast import Cast
from tests.doors.doors import Acted
from tests.doors.world import case_at
from tests.lifecycle.cases import make_offering, make_system, press
from tests.lifecycle.world import DAY, NOW, make_ato
from tests.web.register.records import make_atos, make_offerings

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


def same_as_without(world: Cast, client: Client, url: str, told: dict[str, Any]) -> None:
    """The form does what it does, and no more. What is sent is a sample of its fields, with what is told of them."""
    page = client.get(url)
    assert (page.context or {}).get("form"), (url, page.status_code)
    sent = {**sample_of(page.context["form"]), **told}
    shown = {*page.context["form"].fields, *sent}
    plain = written(lambda: client.post(url, sent))
    assert plain[0] in {200, 302}, url
    assert plain[1], client.post(url, sent).context["form"].errors
    assert written(lambda: client.post(url, {**smuggled(world, shown), **sent})) == plain, url


# --- pages ---

Builder = Callable[[Cast], Iterator[tuple[str, str, str, dict[str, Any]]]]


def pages(world: Cast) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """The address's name, who sends, where, and what a sample of the form's fields would not say."""
    harbors = world.organizations["harbors"]
    of = make_offering(world, "initial")
    reused = make_offering(world, "reuse")
    chosen = f"?offering={of.public_id}&agency={harbors.public_id}"
    yield "add_offering", "csp_lead", "/offerings/add/", {"description": "Sky."}
    yield "add_system", "liaison", "/systems/add/", {}
    yield "add_contact", "liaison", "/contacts/add/", {}
    yield "make_token", "liaison", "/tokens/make/", {"read_only": "on"}
    yield "make_calendar_link", "liaison", "/calendar/links/make/", {}
    yield "schedule_report", "liaison", "/reports/ato-register/schedule/", {"weekday": "0"}
    yield "open_initial_case", "liaison", f"/cases/open/initial/{chosen}", {}
    reuse = f"/cases/open/reuse/?offering={reused.public_id}&agency={harbors.public_id}"
    yield "open_reuse_case", "liaison", reuse, {}
    certified = {"designation": "certified", "effective_on": "2026-11-02", "reference": "Letter."}
    yield "set_designation", "pmo_lead", f"/offerings/{of.public_id}/designation/", certified


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
    harbors, day = world.organizations["harbors"], "2026-11-02"
    reused, case, ato = make_offering(world, "reuse"), case_at(world, "initial", "ssp"), make_ato(world)
    chosen = f"?offering={reused.public_id}&agency={harbors.public_id}"
    adopted = {"intended_use": "Berths."}
    yield "adopt_reuse_case", "liaison", f"/cases/adopt/reuse/{chosen}&stage=need_defined", adopted
    signed = {**registration(ato), "reason": "Signed on paper.", "offering": reused.fedramp_id}
    yield "register_ato", "bureau_liaison", f"/atos/register/?agency={ato.agency.public_id}", signed
    yield "case_facts", "liaison", f"{case.get_absolute_url()}facts/", {"recommendation": "Authorize."}
    yield "name_co_signer", "liaison", reverse("name_co_signer", args=[case.public_id]), {}
    yield "who_takes_part", "pmo_lead", reverse("who_takes_part"), {"chosen": "one_agency"}
    yield "feed_limit", "pmo_lead", reverse("feed_limit"), {"most_changes_now": "3"}
    yield "waive_gate", "pmo_lead", f"{case.get_absolute_url()}waive/", {}
    given = {"actor": world.pmo_lead, "now": NOW, "gate": "ssp_approved_on", "reason": "Lost."}
    waiver = waive_gate(case.public_id, until=date(2030, 1, 1), **given)
    yield "end_waiver", "pmo_lead", reverse("end_waiver", args=[case.public_id, waiver.public_id]), {}
    package = make_package(world)
    access = granted(world, package)
    yield "access_act", "liaison", f"{access.get_absolute_url()}end/", {"ended_on": "2026-11-24"}
    names = [access_contact(world, name).public_id for name in ("Una", "Udo")]
    grant = {"person": names[0], "approver": names[1], "asked_on": day, "granted_on": day, "until": "2026-12-01"}
    where = f"?offering={package.offering.public_id}&agency={harbors.public_id}"
    yield "grant_access", "pmo_reviewer", f"/accesses/grant/{where}", grant
    item: Any = MAKE["reviewitem"](9)
    yield "review_item", "pmo_reviewer", item.get_absolute_url(), {"resolution": "kept"}
    offered = make_offerings(world.organizations["nimbus"], 1)[0]
    said = {"value": "https://nimbus.example", "evidence": "So."}
    yield "correct_offering", "csp_lead", reverse("correct_offering", args=[offered.public_id, "website"]), said
    row = make_atos(offered, harbors, 1)[0]
    dated = {**said, "value": "2030-01-01"}
    yield "correct_ato", "liaison", reverse("correct_ato", args=[row.public_id, "expires_on"]), dated
    asked: Any = MAKE["correction"](8)
    yield "correction", "pmo_reviewer", asked.get_absolute_url(), {"accepts": "no"}
    found: Any = MAKE["foundfeed"](9)
    yield "found_feed", "pmo_lead", found.get_absolute_url(), {}


def pages_of_documents(world: Cast) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Adding a reference to a document of a case and of an ATO, taking one over, and withdrawing one."""
    case, ato = case_at(world, "initial", "planning"), make_ato(world)
    said = {"location": "Folder 9", "note": "So."}
    yield "add_case_document", "liaison", reverse("add_case_document", args=[case.public_id, "ipr"]), said
    yield "add_ato_document", "bureau_liaison", reverse("add_ato_document", args=[ato.public_id, "ato_letter"]), said
    _, following, ours = continued(world)
    chosen = {"versions": [ours["ssp"].public_id]}
    yield "take_over_documents", "csp_lead", reverse("take_over_documents", args=[following.public_id]), chosen
    version = add(case, world.liaison)
    yield "document_act", "liaison", reverse("document_act", args=[version.public_id, "withdraw"]), {}


def pages_of_work(world: Cast) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """What is found and said about a case, the rules it follows, and what is decided where they leave a date open."""
    case = case_at(world, "initial", "ssp")
    yield "add_finding", "reviewer", reverse("add_finding", args=[case.public_id]), {"about": "fact:ssp_delivered_on"}
    drafted = draft(case, world.people["reviewer"])
    changed = {"severity": "minor", "act": "change"}
    yield "change_draft", "reviewer", reverse("change_draft", args=[drafted.public_id]), changed
    yield "case_comments", "liaison", reverse("case_comments", args=[case.public_id]), {"audience": "agency"}
    comment = make_comment(case.public_id, actor=world.liaison, now=timezone.now(), text="Wait.", shared=False)
    changed = {"text": "Wait for it."}
    yield "change_comment", "liaison", reverse("change_comment", args=[case.public_id, comment.public_id]), changed
    moved = {"release": "rev5-legacy"}
    yield "move_to_release", "pmo_lead", reverse("move_to_release", args=[case.public_id]), moved
    met = {"duty": "L34", "period": "2026-01-05", "delivered_on": "2026-11-02"}
    ato = make_ato(world, listing_role="initial")
    yield "deliver_ato", "csp_lead", reverse("deliver_ato", args=[ato.public_id]), met
    of_offering = reverse("deliver_offering", args=[ato.offering.public_id])
    yield "deliver_offering", "csp_lead", of_offering, {**met, "duty": "N01"}
    said = {"period": date(2026, 1, 5), "delivered_on": date(2026, 1, 5), "reference": "Folder 7"}
    for record, duty in ((ato, "L34"), (ato.offering, "N01")):
        record_type = "ato" if record is ato else "offering"
        row = deliver(type(record), record.public_id, actor=world.csp_lead, now=NOW, duty=duty, **said)
        out = reverse(f"withdraw_{record_type}_delivery", args=[record.public_id, row.public_id])
        yield f"withdraw_{record_type}_delivery", "csp_lead", out, {}
    used = {"row": f"{ato.public_id}:{ato.revision}", "used_on": "2026-11-02", "reference": "Review 7"}
    yield "desk_act", "bureau_liaison", f"{reverse('desk_act')}?act=still-used&row={ato.public_id}", used
    mark = reconciled(ato.agency).by_ato[ato.public_id].mark
    differs = {"row": f"{ato.public_id}:{mark}", "reason": "on_its_way"}
    query = f"agency={ato.agency.public_id}&act=decide&row={ato.public_id}"
    yield "difference_act", "bureau_liaison", f"{reverse('difference_act')}?{query}", differs
    decided = {"name": "letter_days", "number": "9"}
    yield "local_policy", "pmo_lead", reverse("local_policy"), decided


def pages_about_people(world: Cast) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """More of the same: what gives, changes, ends, merges and delegates the roles of people."""
    harbors = world.organizations["harbors"]
    yield "invite", "liaison", f"/people/{harbors.public_id}/invite/", {}
    asks = MAKE["joinrequest"](897)
    JoinRequest.objects.filter(pk=asks.pk).update(organization=harbors)
    yield "decline_join_request", "liaison", reverse("decline_join_request", args=[asks.public_id]), {}
    several = {"addresses": "new@harbors.gov"}
    yield "invite_several", "liaison", f"/people/{harbors.public_id}/invite-several/", several
    member = Membership.objects.get(user=world.viewer).public_id
    changed = {"role": "agency_reviewer"}
    yield "change_role", "liaison", f"/people/{harbors.public_id}/members/{member}/role/", changed
    yield "add_role", "liaison", f"/people/{harbors.public_id}/members/{member}/another-role/", changed
    over = reverse("end_membership", args=[harbors.public_id, member])
    yield "end_membership", "liaison", over, {}
    two = {"second": world.viewer.email, "first": world.people["reviewer"].email}
    agree_to_merge(actor=world.viewer, other=two["first"], now=timezone.now())
    agree_to_merge(actor=world.people["reviewer"], other=two["second"], now=timezone.now())
    yield "merge_accounts", "pmo_lead", reverse("merge_accounts"), two
    who = {"membership": Membership.objects.get(user=world.csp_lead).public_id, "deputy": world.csp_viewer.public_id}
    yield "delegate", "csp_lead", reverse("delegate"), {**who, "starts_on": timezone.localdate().isoformat()}


def pages_of_preferences(world: Cast) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """How a person is told, and what they mute."""
    paces = {topic.value: "weekly" for topic in CHOSEN}
    yield "notification_settings", "liaison", reverse("notification_settings"), paces
    case, ato = case_at(world, "initial", "ssp"), make_ato(world)
    for name, who, record in (
        ("mute_case", "liaison", case),
        ("mute_ato", "bureau_liaison", ato),
        ("mute_offering", "csp_lead", case.offering),
    ):
        yield name, who, reverse(name, args=[record.public_id]), {}


def pages_of_signers_and_leavers(world: Cast) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """The signature of an agency beside the lead agency, and the review that somebody left."""
    signing = reverse("sign_joint_authorization", args=[joint(world).public_id])
    yield "sign_joint_authorization", "stranger_agency", signing, {"signed_on": DAY.isoformat()}
    review = press(case_at(world, "initial", "pmo_review"), "claim", world.pmo_reviewer)
    newcomer(world, Role.PMO_REVIEWER, "pmo")
    gone(world, "pmo_reviewer")
    yield "hand_over", "pmo_lead", reverse("hand_over", args=[review.public_id, "review"]), {}


BUILDERS = (
    *(pages, pages_of_steps, further_pages, pages_of_documents, pages_of_work, pages_about_people),
    *(pages_of_preferences, pages_of_signers_and_leavers),
)
# Forms that write nothing, or nothing but a secret or a challenge of their own.
ATTACKED_ELSEWHERE = {
    *("sign_in", "account_login", "account_reauthenticate", "change_password", "mfa_activate_totp", "mfa_add_webauthn"),
    # What a report is about is asked for and never sent.
    *("mfa_generate_recovery_codes", "styleguide", "report"),
    *("ask_to_join", "request_to_join"),  # an address alone, and a name behind a signed link
    # The choices before a form.
    "adopt_initial_case",
    "correct_organization",  # the view of correct_ato
    *("add_case_files", "add_ato_files"),  # each file goes through the action of its document
    *("case", "bring"),  # its form goes to the step; what is brought goes through the actions of documents
    "webhook",  # off as shipped; it reads an address and topics, and tests of its page send it
    *("agree_to_merge", "package_places", "locate_package"),  # an entry alone, and rows that are ticked or read
    # What a workbook or a list says is read from its cells, and dates of tasks from fields that are named by task.
    *("wbs_import", "wbs_dates", "choose_list", "list_preview", "desk_sheet", "desk_differences"),
    *("choose_decisions", "decisions_preview"),
}


@pytest.mark.parametrize("builder", BUILDERS)
def test_each_page_writes_what_its_form_shows(world: Cast, builder: Builder) -> None:
    for _, who, url, told in builder(world):
        same_as_without(world, signed_in(world.people[who]), url, told)


def test_every_page_with_a_form_is_among_those_that_are_attacked(world: Cast) -> None:
    attacked = {name for builder in BUILDERS for name, *_ in builder(world)}
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
