"""What can happen to an ATO, in the admin: its buttons, the page of each step, and no way around the one door."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from authorizations.models import Ato, Event, Notice
from tests.admin.admin_pages import address, form_of, signed_in
from tests.admin.records import ato as make_record
from tests.admin.records import registration
from tests.admin.test_saving import errors_of
from tests.cast import Cast
from tests.lifecycle.golden.ato import GOLDEN, Row
from tests.lifecycle.world import as_entered, facts_of, make_ato, ready_for, take
from tests.samples import ends, first

# Each test fills in and sends a form of Admin.
pytestmark = pytest.mark.slow

BY_A_LEAD = [row for row in GOLDEN if "PL" in row.who.split()]
NOT_BY_A_LEAD = [row for row in GOLDEN if "PL" not in row.who.split()]


def page_of(ato: Ato) -> str:
    return address(Ato, "change", ato.public_id)


def step_of(ato: Ato, name: str) -> str:
    return reverse("admin:authorizations_ato_step", args=[ato.public_id, name])


def form_for(ato: Ato, name: str, cast: Cast, **changed: Any) -> dict[str, Any]:
    revision = Ato.objects.get(pk=ato.pk).revision
    return {**as_entered(facts_of(name, cast)), "reason": "Because.", "revision": revision, **changed}


@pytest.mark.parametrize("row", first(BY_A_LEAD), ids=lambda row: row.name)
def test_a_lead_takes_each_step_of_hers_from_its_button(client: Client, cast: Cast, row: Row) -> None:
    ato = ready_for(row.name, cast)
    signed_in(client, cast.pmo_lead)
    assert f'href="{step_of(ato, row.name)}"' in client.get(page_of(ato)).content.decode()
    assert "What will happen" in client.get(step_of(ato, row.name)).content.decode()
    answer = client.post(step_of(ato, row.name), form_for(ato, row.name, cast))
    assert answer.headers["Location"] == page_of(ato)
    event = Event.objects.get(verb=f"ato.{row.name}")
    assert (event.actor, event.reason) == (cast.pmo_lead, "Because.")
    assert Ato.objects.get(pk=ato.pk).stage == (row.target or ato.stage)


@pytest.mark.parametrize("row", first(NOT_BY_A_LEAD), ids=lambda row: row.name)
def test_what_the_agency_alone_decides_has_no_button_in_the_admin(client: Client, cast: Cast, row: Row) -> None:
    ato = ready_for(row.name, cast)
    signed_in(client, cast.pmo_lead)
    assert step_of(ato, row.name) not in client.get(page_of(ato)).content.decode()
    answer = client.post(step_of(ato, row.name), form_for(ato, row.name, cast))
    assert (answer.status_code, "Your role does not allow this step" in answer.content.decode()) == (403, True)
    assert Ato.objects.get(pk=ato.pk).stage == ato.stage


@pytest.mark.parametrize("row", first(GOLDEN), ids=lambda row: row.name)
def test_an_auditor_reads_and_takes_no_step(client: Client, cast: Cast, row: Row) -> None:
    ato = ready_for(row.name, cast)
    before = Event.objects.count()
    page = signed_in(client, cast.auditor).get(page_of(ato)).content.decode()
    assert f"{ato.public_id}/steps/" not in page
    assert client.get(step_of(ato, row.name)).status_code == 403
    assert client.post(step_of(ato, row.name), form_for(ato, row.name, cast)).status_code == 403
    assert Event.objects.count() == before


@pytest.mark.parametrize(("who", "code"), [("liaison", 403), ("official", 403), ("csp_lead", 403), (None, 302)])
def test_people_without_access_to_admin_take_their_steps_elsewhere(
    client: Client, cast: Cast, who: str | None, code: int
) -> None:
    ato = make_ato(cast)
    if who:
        client.force_login(cast.people[who])
    assert client.post(step_of(ato, "record_notice"), form_for(ato, "record_notice", cast)).status_code == code
    assert not Notice.objects.exists()


def test_the_page_of_a_step_shows_what_would_happen(client: Client, cast: Cast) -> None:
    ato = ready_for("expire", cast)
    page = signed_in(client, cast.pmo_lead).get(step_of(ato, "expire")).content.decode()
    assert "from <strong>Active</strong> to <strong>Expired</strong>" in page
    assert "Told by the portal: the agency&#x27;s liaisons" in page


@pytest.mark.parametrize("name", ["supersede", "register", "nonsense"])
def test_a_step_that_nobody_takes_has_no_page(client: Client, cast: Cast, name: str) -> None:
    assert signed_in(client, cast.pmo_lead).get(step_of(make_ato(cast), name)).status_code == 404


def test_an_ato_that_does_not_exist_has_no_steps(client: Client, cast: Cast) -> None:
    url = step_of(make_ato(cast), "record_notice")
    key = url.split("/")[4]
    assert signed_in(client, cast.pmo_lead).get(url.replace(key, "2" * 14)).status_code == 404


def test_a_step_that_is_not_open_says_so_with_409(client: Client, cast: Cast) -> None:
    ato = make_ato(cast)
    signed_in(client, cast.pmo_lead)
    form = form_for(ato, "reverse_ending", cast)
    for answer in (client.get(step_of(ato, "reverse_ending")), client.post(step_of(ato, "reverse_ending"), form)):
        assert answer.status_code == 409
        assert "This step is not open now" in answer.content.decode()


def test_a_stale_tab_is_told_what_happened_and_keeps_what_was_typed(client: Client, cast: Cast) -> None:
    ato = make_ato(cast)
    form = form_for(ato, "end_service", cast, reason="<b>Closed</b>.")
    take(ato, "record_notice", cast.bureau_liaison)
    answer = signed_in(client, cast.pmo_lead).post(step_of(ato, "end_service"), form)
    page = answer.content.decode()
    assert answer.status_code == 409
    for words in ("This was changed since you opened the page.", "Notice recorded", "&lt;b&gt;Closed&lt;/b&gt;."):
        assert words in page
    renewed = {**form, "revision": answer.context["form"]["revision"].value()}
    assert client.post(step_of(ato, "end_service"), renewed).status_code == 302


def test_a_double_click_is_one_event(client: Client, cast: Cast) -> None:
    ato = make_ato(cast)
    form = form_for(ato, "end_service", cast)
    signed_in(client, cast.pmo_lead)
    assert [client.post(step_of(ato, "end_service"), form).status_code for _ in range(2)] == [302, 409]
    assert Event.objects.filter(verb="ato.end_service").count() == 1


def test_each_missing_fact_is_named_at_the_top_and_at_its_field(client: Client, cast: Cast) -> None:
    ato = make_ato(cast)
    page = signed_in(client, cast.pmo_lead).post(step_of(ato, "end_service"), {"revision": 0}).content.decode()
    for words in ("Service end date: enter a date.", "Ground: choose one.", "Say in a sentence why."):
        assert page.count(words) == 2, words


# --- nothing can write around the door ---


@pytest.mark.parametrize("crafted", first([{"stage": "revoked"}, {"stage": "expired", "revision": "9"}]))
def test_a_crafted_stage_changes_nothing(client: Client, cast: Cast, crafted: dict[str, str]) -> None:
    ato = make_ato(cast)
    form = form_of(signed_in(client, cast.pmo_lead), page_of(ato))
    assert "stage" not in form
    assert "Nothing was changed" in errors_of(client.post(page_of(ato), {**form, **crafted, "why": "Because."}))
    client.post(step_of(ato, "record_notice"), form_for(ato, "record_notice", cast, stage="revoked"))
    now = Ato.objects.get(pk=ato.pk)
    assert (now.stage, now.revision) == (ato.stage, ato.revision + 1)


@pytest.mark.parametrize("stage", first(["revoked", "superseded", ""]))
def test_a_crafted_stage_is_nothing_to_a_registration(client: Client, cast: Cast, stage: str) -> None:
    facts = {**registration(make_record(1)), "stage": stage, "signer": "Nobody", "ended_on": "2026-11-01"}
    assert signed_in(client, cast.pmo_lead).post(address(Ato, "add"), facts).status_code == 302
    new = Ato.objects.latest("pk")
    assert (new.stage, new.signer, new.ended_on, new.revision) == ("active", "", None, 0)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    ends(
        [
            ("system", "", "System: choose one"),
            ("signed_on", "", "Signed on: enter a date"),
            ("signed_on", "2090-01-01", "Signed on: this cannot be after"),
            ("signed_on", "0001-01-01", "Signed on: this cannot be before 1 Jan 2002"),
            ("authorizing_official", "", "Authorizing official: choose one"),
            ("ato_type", "p_ato", "choose one of those offered"),
            ("why", " ", "Say in a sentence why"),
        ]
    ),
)
def test_an_ato_comes_in_only_with_what_registering_asks_for(
    client: Client, cast: Cast, field: str, value: str, words: str
) -> None:
    facts = {**registration(make_record(1)), field: value}
    answer = signed_in(client, cast.pmo_lead).post(address(Ato, "add"), facts)
    assert words in str(answer.context["form"].errors[field])
    assert Ato.objects.count() == 1


def test_anyone_who_is_no_official_of_the_agency_cannot_be_named(client: Client, cast: Cast) -> None:
    facts = {**registration(make_record(1)), "authorizing_official": cast.official.public_id}
    answer = signed_in(client, cast.pmo_lead).post(address(Ato, "add"), facts)
    assert "choose one of the agency&#x27;s own" in str(answer.context["form"].errors["authorizing_official"])


@pytest.mark.slow
def test_a_registered_ato_tells_its_history_in_words(client: Client, cast: Cast) -> None:
    facts = registration(make_record(1))
    signed_in(client, cast.pmo_lead).post(address(Ato, "add"), facts)
    new = Ato.objects.latest("pk")
    event = Event.objects.get(verb="ato.register")
    assert (event.subject_id, event.reason) == (new.pk, "Signed on paper.")
    page = client.get(address(Ato, "history", new.public_id)).content.decode()
    assert "<td>Registered</td>" in page
    assert "Authorizing official: Odile Official" in page


def test_the_history_in_the_admin_names_who_recorded_for_whom_and_when(client: Client, cast: Cast) -> None:
    ato = make_ato(cast)
    facts = {"decision_signed_on": facts_of("extend", cast)["decision_signed_on"], "decision_letter": "Memo 9"}
    take(ato, "revoke", User.objects.get(pk=cast.bureau_liaison.pk), **facts)
    page = signed_in(client, cast.auditor).get(address(Ato, "history", ato.public_id)).content.decode()
    for words in (
        "<td>Revoked</td>",
        "recording the signed decision of Olu Official",
        "Stage: Active → Revoked",
        "Channel of the notice to the provider: Letter",
        "Reference of the signed letter: Memo 9",
    ):
        assert words in page, words
