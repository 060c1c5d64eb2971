"""What can happen to an ATO: its buttons, the page of each step, refusals in words, history, registering."""

import re
from datetime import date

import pytest
from django.test import Client

from authorizations.models import AgencySystem, Ato, Event, Notice
from tests.cast import Cast
from tests.lifecycle.golden.ato import GOLDEN, Row
from tests.lifecycle.world import FACTS, as_entered, facts_of, make_ato, make_feed_row, make_system, ready_for, take
from tests.samples import ends, first, sample
from tests.web.reading_pages import body_of
from tests.web.register.records import make_offerings

# Of the whole table `tests/doors` asks everybody at every door.
A_FEW = sample(GOLDEN, *(row for row in GOLDEN if row.name in {"record_notice", "revoke"}))
REFUSED = "Your role does not allow this step"


def form_for(ato: Ato, name: str, cast: Cast, **changed: object) -> dict[str, object]:
    revision = Ato.objects.get(pk=ato.pk).revision
    return {**as_entered(facts_of(name, cast)), "reason": "Because.", "revision": revision, **changed}


def address(ato: Ato, name: str) -> str:
    return f"{ato.get_absolute_url()}{name}/"


def actor_of(row: Row, cast: Cast) -> object:
    people = {"AO": cast.official, "AL": cast.bureau_liaison, "PL": cast.pmo_lead}
    return next(people[letters] for letters in people if letters in row.who.split())


@pytest.mark.slow
@pytest.mark.parametrize("row", first(GOLDEN), ids=lambda row: row.name)
def test_each_step_is_taken_from_its_button_and_stands_in_the_history(client: Client, cast: Cast, row: Row) -> None:
    ato = ready_for(row.name, cast)
    client.force_login(actor_of(row, cast))  # type: ignore[arg-type]
    assert f'href="{address(ato, row.name)}"' in body_of(client, ato.get_absolute_url())
    assert "What will happen" in body_of(client, address(ato, row.name))
    page = client.post(address(ato, row.name), form_for(ato, row.name, cast), follow=True).content.decode()
    step = Ato.machine().step(row.name)
    assert step is not None
    assert f"<strong>{step.done}</strong>" in page
    assert "Reason: Because." in page
    assert Ato.objects.get(pk=ato.pk).stage == (row.target or ato.stage)


@pytest.mark.parametrize("row", A_FEW, ids=lambda row: row.name)
@pytest.mark.parametrize("person", first(["csp_lead", "viewer", "reviewer", "auditor"]))
def test_a_party_without_the_role_has_no_button_and_is_refused(
    client: Client, cast: Cast, row: Row, person: str
) -> None:
    ato = ready_for(row.name, cast)
    client.force_login(cast.people[person])
    before = Event.objects.count()
    assert address(ato, row.name) not in body_of(client, ato.get_absolute_url())
    response = client.post(address(ato, row.name), form_for(ato, row.name, cast))
    assert (response.status_code, Event.objects.count()) == (403, before)
    assert REFUSED in response.content.decode()


@pytest.mark.parametrize("row", A_FEW, ids=lambda row: row.name)
@pytest.mark.parametrize("person", first(["stranger_agency", "stranger_csp", "assessor_member"]))
def test_for_strangers_no_step_exists(client: Client, cast: Cast, row: Row, person: str) -> None:
    ato = ready_for(row.name, cast)
    Ato.objects.filter(pk=ato.pk).update(published_since=date(2026, 1, 1))
    client.force_login(cast.people[person])
    page = body_of(client, ato.get_absolute_url())
    assert [word for word in ("What can happen now", "History", "Bo Bureau", "Olu Official") if word in page] == []
    response = client.post(address(ato, row.name), form_for(ato, row.name, cast))
    assert response.status_code == 404


@pytest.mark.parametrize("name", ["supersede", "register", "nonsense"])
def test_a_step_that_nobody_takes_has_no_page(client: Client, cast: Cast, name: str) -> None:
    client.force_login(cast.pmo_lead)
    assert client.get(address(make_ato(cast), name)).status_code == 404


def test_a_step_that_is_not_open_says_so_with_409(client: Client, cast: Cast) -> None:
    ato = make_ato(cast)
    client.force_login(cast.official)
    for response in (
        client.get(address(ato, "reinstate")),
        client.post(address(ato, "reinstate"), form_for(ato, "reinstate", cast)),
    ):
        assert response.status_code == 409
        assert "This step is not open now" in response.content.decode()


@pytest.mark.slow
def test_a_stale_tab_is_told_what_happened_and_keeps_what_was_typed(client: Client, cast: Cast) -> None:
    ato = make_ato(cast)
    form = form_for(ato, "suspend", cast, exit_criteria="<b>Patch</b> it.")
    take(ato, "record_notice", cast.bureau_liaison)
    client.force_login(cast.official)
    response = client.post(address(ato, "suspend"), form)
    page = response.content.decode()
    assert response.status_code == 409
    assert "This was changed since you opened the page." in page
    assert "Notice recorded" in page
    assert "&lt;b&gt;Patch&lt;/b&gt; it." in page
    renewed = {**form, "revision": response.context["form"]["revision"].value()}
    assert client.post(address(ato, "suspend"), renewed).status_code == 302


def test_a_double_click_is_one_event(client: Client, cast: Cast) -> None:
    ato = make_ato(cast)
    form = form_for(ato, "revoke", cast)
    client.force_login(cast.official)
    assert [client.post(address(ato, "revoke"), form).status_code for _ in range(2)] == [302, 409]
    assert Event.objects.filter(verb="ato.revoke").count() == 1


def test_a_crafted_field_moves_nothing_else(client: Client, cast: Cast) -> None:
    ato = make_ato(cast)
    client.force_login(cast.official)
    form = form_for(ato, "record_notice", cast, stage="revoked", expires_on="2030-01-01", source="feed")
    client.post(address(ato, "record_notice"), form)
    after = Ato.objects.get(pk=ato.pk)
    assert (after.stage, after.expires_on, after.source) == ("active", None, "portal")


def test_each_missing_fact_is_named_at_the_top_and_at_its_field(client: Client, cast: Cast) -> None:
    ato = make_ato(cast)
    client.force_login(cast.official)
    page = client.post(address(ato, "suspend"), {"revision": ato.revision}).content.decode()
    for words in ("The provider told on: enter a date.", "Exit criteria: say it in words.", "Say in a sentence why."):
        assert page.count(words) == 2, words
    assert not Notice.objects.exists()


def test_a_gate_that_the_door_finds_unmet_stands_at_its_field(client: Client, cast: Cast) -> None:
    ato = make_ato(cast)
    client.force_login(cast.official)
    form = form_for(ato, "rescind", cast, fedramp_notified_on="2026-11-01")
    page = client.post(address(ato, "rescind"), form).content.decode()
    assert 'id="id_fedramp_notified_on_error"' in page
    assert "The provider is told first" in page


@pytest.mark.slow
def test_a_blocked_step_stands_there_with_its_reasons_and_the_place_to_meet_them(client: Client, cast: Cast) -> None:
    ato = make_ato(cast, listing_role="initial")
    take(ato, "revoke", cast.official)
    sibling = make_ato(cast, offering=ato.offering, listing_role="initial", signed_on=date(2026, 1, 4))
    client.force_login(cast.official)
    page = body_of(client, ato.get_absolute_url())
    assert "<strong>Reverse the ending</strong>" in page
    assert "Another initial ATO of this offering is active or suspended" in page
    assert f'<a href="{sibling.get_absolute_url()}">Go there</a>' in page
    assert "What must be met first" in body_of(client, address(ato, "reverse_ending"))


def test_the_place_of_a_sibling_stays_unknown_to_those_who_may_not_see_it(client: Client, cast: Cast) -> None:
    ato = make_ato(cast, listing_role="initial")
    take(ato, "revoke", cast.official)
    facts = {"listing_role": "initial", "agency": cast.organizations["meadows"], "published_since": None}
    sibling = Ato.objects.create(offering=ato.offering, source="feed", **facts)
    client.force_login(cast.official)
    page = body_of(client, ato.get_absolute_url())
    assert "Another initial ATO" in page
    assert sibling.public_id not in page


@pytest.mark.slow
def test_the_history_names_who_recorded_for_whom(client: Client, cast: Cast) -> None:
    ato = make_ato(cast)
    client.force_login(cast.bureau_liaison)
    assert "You record the signed decision of Olu Official" in body_of(client, address(ato, "revoke"))
    form = form_for(ato, "revoke", cast, decision_signed_on="2026-11-20", decision_letter="Memo 9")
    page = client.post(address(ato, "revoke"), form, follow=True).content.decode()
    assert "Bo Bureau, agency liaison of Bureau of Lighthouses, recording the signed decision of Olu Official" in page
    assert "Active → Revoked" in page
    assert "Reference of the signed letter: Memo 9" in page


@pytest.mark.slow
def test_what_is_recorded_late_shows_both_times(client: Client, cast: Cast) -> None:
    ato = make_ato(cast)
    client.force_login(cast.official)
    form = form_for(ato, "record_notice", cast, notified_on="2026-02-02", happened_on="2026-02-03")
    page = client.post(address(ato, "record_notice"), form, follow=True).content.decode()
    assert "3 Feb 2026, 12:00 p.m." in page
    assert "· recorded" in page


# --- registering ---


def registration(cast: Cast, **changed: object) -> dict[str, object]:
    offering = make_offerings(cast.organizations["nimbus"], 1)[0]
    return {
        "offering": offering.fedramp_id,
        "system": make_system(cast).public_id,
        "listing_role": "reuse",
        "ato_type": "ato",
        "signed_on": "2026-01-05",
        "letter": "Letter 3",
        "authorizing_official": cast.official.public_id,
        "reason": "Signed on paper.",
        **changed,
    }


def registering(cast: Cast) -> str:
    return f"/atos/register/?agency={cast.organizations['lighthouses'].public_id}"


@pytest.mark.slow
def test_a_liaison_registers_an_ato_that_was_signed_outside(client: Client, cast: Cast) -> None:
    client.force_login(cast.bureau_liaison)
    form = registration(cast)
    assert 'href="/atos/register/"' in body_of(client, "/atos/")
    page = client.post(registering(cast), form, follow=True).content.decode()
    ato = Ato.objects.get()
    assert (ato.stage, ato.source, ato.authorizing_official) == ("active", "portal", cast.official)
    assert "<strong>Registered</strong>" in page
    assert Event.objects.get(verb="ato.register").reason == "Signed on paper."


@pytest.mark.slow
def test_a_liaison_of_several_agencies_chooses_one_first(client: Client, cast: Cast) -> None:
    client.force_login(cast.liaison)
    assert "Choose the agency first" in body_of(client, "/atos/register/")
    bureau = cast.organizations["lighthouses"].public_id
    assert "Register an ATO of Bureau of Lighthouses" in body_of(client, f"/atos/register/?agency={bureau}")
    client.post(f"/atos/register/?agency={bureau}", registration(cast))
    assert Ato.objects.get().agency == cast.organizations["lighthouses"]


def test_a_liaison_of_one_agency_need_not_choose(client: Client, cast: Cast) -> None:
    client.force_login(cast.stranger_agency)
    assert "Register an ATO of Meadow Commission" in body_of(client, "/atos/register/")


def test_another_agency_cannot_be_chosen(client: Client, cast: Cast) -> None:
    client.force_login(cast.liaison)
    foreign = cast.organizations["meadows"].public_id
    assert "Choose one of the agencies offered." in body_of(client, f"/atos/register/?agency={foreign}")


@pytest.mark.parametrize(
    ("field", "value", "words"),
    ends(
        [
            ("offering", "Nothing", "Enter the FedRAMP id, or the exact name"),
            ("system", "", "System: choose one."),
            ("authorizing_official", "", "Authorizing official: choose one."),
            ("signed_on", "", "Signed on: enter a date."),
            ("signed_on", "2090-01-01", "Signed on: this cannot be after"),
            ("signed_on", "0001-01-01", "Signed on: this cannot be before 1 Jan 2002"),
            ("reason", "", "Say in a sentence why."),
        ]
    ),
)
def test_each_mistake_of_a_registration_stands_at_its_field(
    client: Client, cast: Cast, field: str, value: str, words: str
) -> None:
    client.force_login(cast.bureau_liaison)
    page = client.post(registering(cast), registration(cast, **{field: value})).content.decode()
    assert page.count(words) == 2
    assert not Ato.objects.exists()


def test_a_liaison_adds_a_system_of_the_own_agency_once(client: Client, cast: Cast) -> None:
    client.force_login(cast.bureau_liaison)
    bureau = cast.organizations["lighthouses"]
    form = {"agency": bureau.public_id, "name": "Lamp Records", **FULL_LEVELS}
    page = client.post("/systems/add/", form, follow=True).content.decode()
    assert "Lamp Records was added." in page
    assert "already has a system of this name" in client.post("/systems/add/", form).content.decode()
    assert AgencySystem.objects.get().agency == bureau


def test_no_system_is_added_to_another_agency(client: Client, cast: Cast) -> None:
    client.force_login(cast.bureau_liaison)
    form = {"agency": cast.organizations["harbors"].public_id, "name": "Lamp Records", **FULL_LEVELS}
    client.post("/systems/add/", form)
    assert not AgencySystem.objects.exists()


FULL_LEVELS = {"confidentiality": "low", "integrity": "low", "availability": "low"}


# --- the guide ---


def test_anybody_reads_every_step_of_the_machine(client: Client, cast: Cast) -> None:
    page = body_of(client, "/guide/ato-lifecycle/")
    for step in Ato.machine().steps:
        assert re.search(rf'<h3 id="{step.row}-\d+">{re.escape(step.label)}</h3>', page)


@pytest.mark.slow
def test_a_claimed_row_keeps_its_feed_history_and_says_who_claimed_it(client: Client, cast: Cast) -> None:
    ato = make_feed_row(cast)
    make_system(cast)
    client.force_login(cast.bureau_liaison)
    assert "Add a system" in body_of(client, address(ato, "claim_to_register"))
    page = client.post(
        address(ato, "claim_to_register"), form_for(ato, "claim_to_register", cast), follow=True
    ).content.decode()
    assert "<strong>Claimed to the register</strong>" in page
    assert set(FACTS) <= {row.name for row in GOLDEN}
