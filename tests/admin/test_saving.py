"""Saving in the admin: through the verbs, with a reason, and never over a colleague's change."""

from datetime import date
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from accounts.models import Alias, Invitation, Membership, Organization, User
from accounts.roles import RecordSource, Role
from authorizations.actions.people.invitations import accept_as_new
from authorizations.models import Ato, Condition, DesignationEvent, Event, Offering
from authorizations.vocabulary import AtoStage, Designation
from tests.admin.admin_pages import READ_ONLY, RECORD_TYPES, address, autocomplete, form_of, signed_in
from tests.admin.records import MAKE, ato, offering, registration
from tests.cast import Cast
from tests.exchange.feeds import apply, feed
from tests.samples import first

# Each test fills in and sends a form of Admin.
pytestmark = pytest.mark.slow


def errors_of(answer: Any) -> str:
    return str(answer.context["form"].errors)


def test_a_correction_leaves_an_entry_with_before_after_and_reason(client: Client, cast: Cast) -> None:
    agency = cast.organizations["meadows"]
    url = address(Organization, "change", agency.public_id)
    form = form_of(signed_in(client, cast.pmo_lead), url)
    answer = client.post(url, {**form, "name": "Meadow Board", "why": "Renamed by law."})
    assert answer.status_code == 302
    event = Event.objects.get(verb="organization.corrected")
    assert event.changes == {"name": ["Meadow Commission", "Meadow Board"]}
    assert (event.actor, event.reason) == (cast.pmo_lead, "Renamed by law.")
    assert not LogEntry.objects.exists()


# Members of an organization come and change by its own leads.
ELSEWHERE = {"membership"}


@pytest.mark.parametrize("record_type", first(sorted(RECORD_TYPES.keys() - READ_ONLY - ELSEWHERE)))
def test_a_form_that_is_sent_untouched_changes_nothing(client: Client, cast: Cast, record_type: str) -> None:
    record = MAKE[record_type](1)
    before = RECORD_TYPES[record_type]._default_manager.filter(pk=record.pk).values().get()
    url = address(RECORD_TYPES[record_type], "change", record.public_id)
    answer = client.post(url, {**form_of(signed_in(client, cast.pmo_lead), url), "why": "Nothing to see."})
    assert "Nothing was changed" in errors_of(answer)
    assert RECORD_TYPES[record_type]._default_manager.filter(pk=record.pk).values().get() == before


@pytest.mark.parametrize("text", ["", "   "])
def test_a_correction_without_a_reason_is_refused(client: Client, cast: Cast, text: str) -> None:
    url = address(Organization, "change", cast.organizations["meadows"].public_id)
    form = form_of(signed_in(client, cast.pmo_lead), url)
    answer = client.post(url, {**form, "name": "Changed", "why": text})
    assert "why" in answer.context["form"].errors
    assert not Organization.objects.filter(name="Changed").exists()


def test_what_the_portal_keeps_cannot_be_smuggled_in(client: Client, cast: Cast) -> None:
    record = ato(1)
    url = address(Ato, "change", record.public_id)
    form = form_of(signed_in(client, cast.pmo_lead), url)
    smuggled = {
        "stage": AtoStage.REVOKED,
        "public_id": "x" * 14,
        "source": RecordSource.FEED,
        "published_since": "2020-01-01",
    }
    client.post(url, {**form, **smuggled, "signer": "Ada", "why": "The letter says so."})
    now = Ato.objects.get()
    assert now.signer == "Ada"
    assert (now.stage, now.public_id, now.source) == (AtoStage.ACTIVE, record.public_id, RecordSource.PORTAL)
    assert now.published_since is None


def test_what_the_portal_keeps_cannot_be_smuggled_into_a_new_record(client: Client, cast: Cast) -> None:
    facts = {"kind": "agency", "name": "New Agency", "source": "feed", "public_id": "x" * 14}
    signed_in(client, cast.pmo_lead).post(address(Organization, "add"), facts)
    new = Organization.objects.get(name="New Agency")
    assert new.source == RecordSource.PORTAL
    assert new.public_id != "x" * 14


def test_two_people_who_correct_different_fields_keep_both_changes(client: Client, cast: Cast) -> None:
    record = offering(1)
    url = address(Offering, "change", record.public_id)
    stale = form_of(signed_in(client, cast.pmo_lead), url)
    client.post(url, {**stale, "website": "https://one.example", "why": "First."})
    answer = client.post(url, {**stale, "description": "Two", "why": "Second."})
    assert answer.status_code == 302
    record.refresh_from_db()
    assert (record.website, record.description) == ("https://one.example", "Two")


def test_a_stale_tab_does_not_write_over_a_colleagues_change(client: Client, cast: Cast) -> None:
    record = offering(1)
    url = address(Offering, "change", record.public_id)
    stale = form_of(signed_in(client, cast.pmo_lead), url)
    client.post(url, {**stale, "name": "Theirs", "why": "First."})
    answer = client.post(url, {**stale, "name": "Mine", "why": "Second."})
    assert "Someone else changed this to “Theirs”" in errors_of(answer)
    assert Offering.objects.get().name == "Theirs"


@pytest.mark.slow
def test_saving_again_after_the_warning_replaces_only_the_field_that_was_warned_of(client: Client, cast: Cast) -> None:
    record = offering(1)
    url = address(Offering, "change", record.public_id)
    stale = form_of(signed_in(client, cast.pmo_lead), url)
    client.post(url, {**stale, "name": "Theirs", "website": "https://theirs.example", "why": "First."})
    warned = client.post(url, {**stale, "name": "Mine", "why": "Second."}).context["form"]
    client.post(url, {**stale, "name": "Mine", "seen": warned["seen"].value(), "why": "Second, knowingly."})
    now = Offering.objects.get()
    assert (now.name, now.website) == ("Mine", "https://theirs.example")


@pytest.mark.parametrize("seen", first(["", "forged", "{other}"]))
def test_a_form_without_its_memory_is_refused_in_words(client: Client, cast: Cast, seen: str) -> None:
    mine, other = offering(1), offering(2)
    url = address(Offering, "change", mine.public_id)
    of_another = form_of(signed_in(client, cast.pmo_lead), address(Offering, "change", other.public_id))["seen"]
    form = {**form_of(client, url), "name": "Changed", "why": "x", "seen": seen.format(other=of_another)}
    assert "Open the record again" in errors_of(client.post(url, form))
    assert not Offering.objects.filter(name="Changed").exists()


def test_line_ends_and_blanks_that_a_browser_adds_are_no_change(client: Client, cast: Cast) -> None:
    record = offering(1)
    Offering.objects.filter(pk=record.pk).update(description="One \nTwo\n", name="Blank ")
    url = address(Offering, "change", record.public_id)
    form = form_of(signed_in(client, cast.pmo_lead), url)
    answer = client.post(url, {**form, "description": "One \r\nTwo\r\n", "why": "Nothing."})
    assert "Nothing was changed" in errors_of(answer)


def test_sending_the_same_new_record_twice_adds_one_and_says_so(client: Client, cast: Cast) -> None:
    facts = {"organization": cast.organizations["meadows"].public_id, "name": "MC"}
    answers = [signed_in(client, cast.pmo_lead).post(address(Alias, "add"), facts) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 200]
    assert "already exists" in errors_of(answers[1])
    assert Alias.objects.count() == 1


def test_a_rule_of_the_database_is_told_in_a_sentence(client: Client, cast: Cast) -> None:
    record = ato(1)
    facts = {"ato": record.public_id, "text": "Do it", "owner": record.agency.public_id, "met_on": "2026-11-01"}
    answer = signed_in(client, cast.pmo_lead).post(address(Condition, "add"), facts)
    assert "A condition that is met needs its evidence" in errors_of(answer)


def test_a_gate_of_registering_is_told_in_its_sentence(client: Client, cast: Cast) -> None:
    facts = {**registration(ato(1)), "listing_role": "initial"}
    answer = signed_in(client, cast.pmo_lead).post(address(Ato, "add"), facts)
    assert "Another initial ATO of this offering is active or suspended" in errors_of(answer)
    assert Ato.objects.count() == 1


def test_a_rule_about_a_column_that_the_form_does_not_show_is_told_at_the_top(client: Client, cast: Cast) -> None:
    facts = {"kind": "provider", "name": "New", "parent": cast.organizations["harbors"].public_id}
    answer = signed_in(client, cast.pmo_lead).post(address(Organization, "add"), facts)
    assert "Only agencies have a parent" in errors_of(answer)


def test_an_address_is_kept_in_lower_case_when_it_is_corrected(client: Client, cast: Cast) -> None:
    url = address(User, "change", cast.viewer.public_id)
    form = form_of(signed_in(client, cast.pmo_lead), url)
    answer = client.post(url, {**form, "email": "Vic@Example.gov", "why": "New address."})
    assert answer.status_code == 302, errors_of(answer)
    assert User.objects.get(pk=cast.viewer.pk).email == "vic@example.gov"
    event = Event.objects.get(verb="user.corrected")
    assert event.changes == {"email": [None, None]}


def test_a_reviewer_cannot_make_anyone_a_lead(client: Client, cast: Cast) -> None:
    facts = {"user": cast.viewer.public_id, "organization": cast.organizations["pmo"].public_id, "role": Role.PMO_LEAD}
    signed_in(client, cast.pmo_reviewer)
    assert client.post(address(Membership, "add"), {**facts, "started_on": "2026-11-01"}).status_code == 403
    assert not Membership.objects.filter(user=cast.viewer, role=Role.PMO_LEAD).exists()


def test_a_membership_is_ended_not_deleted(client: Client, cast: Cast) -> None:
    member = Membership.objects.get(user=cast.viewer)
    url = address(Membership, "change", member.public_id)
    form = form_of(signed_in(client, cast.pmo_lead), url)
    client.post(url, {**form, "ended_on": "2030-11-24", "why": "Left the agency."})
    member.refresh_from_db()
    assert member.ended_on == date(2030, 11, 24)
    assert Event.objects.get(verb="membership.corrected").changes == {"ended_on": [None, "2030-11-24"]}


@pytest.mark.slow
def test_a_role_that_the_organization_does_not_know_is_refused_at_its_field(client: Client, cast: Cast) -> None:
    facts = {"user": cast.viewer.public_id, "organization": cast.organizations["pmo"].public_id}
    facts |= {"role": Role.AGENCY_VIEWER, "started_on": "2026-11-01"}
    answer = signed_in(client, cast.pmo_lead).post(address(Membership, "add"), facts)
    assert "role" in answer.context["form"].errors


def test_what_a_feed_says_an_offering_builds_on_cannot_be_corrected(client: Client, cast: Cast) -> None:
    link: Any = MAKE["leverage"](1)
    type(link).objects.update(source=RecordSource.FEED)
    signed_in(client, cast.pmo_lead)
    url = address(type(link), "change", link.public_id)
    assert client.get(url).status_code == 200
    assert client.post(url, {"why": "No."}).status_code == 403


def test_a_record_that_is_not_there_cannot_be_named(client: Client, cast: Cast) -> None:
    facts = {"organization": "2" * 14, "name": "MC"}
    answer = signed_in(client, cast.pmo_lead).post(address(Alias, "add"), facts)
    assert "organization" in answer.context["form"].errors


@pytest.mark.slow
def test_a_record_of_the_wrong_kind_cannot_be_named(client: Client, cast: Cast) -> None:
    facts = {"provider": cast.organizations["harbors"].public_id, "name": "Odd", "designation": "unknown"}
    answer = signed_in(client, cast.pmo_lead).post(address(Offering, "add"), facts)
    assert "provider" in answer.context["form"].errors


def test_the_records_to_choose_from_follow_the_typing_and_keep_to_the_kind(client: Client, cast: Cast) -> None:
    found = signed_in(client, cast.pmo_lead).get(autocomplete(Offering, "provider", "s")).json()["results"]
    nimbus = Organization.objects.get(name="Stratus Works")
    assert {"id": nimbus.public_id, "text": f"Stratus Works · {nimbus.public_id}"} in found
    assert not any("Bureau of Lighthouses" in each["text"] for each in found)


@pytest.mark.parametrize("field", ["name", "nothing", "password", "atos"])
def test_there_are_records_to_choose_from_for_relations_only(client: Client, cast: Cast, field: str) -> None:
    assert signed_in(client, cast.pmo_lead).get(autocomplete(Offering, field)).status_code == 403


def test_the_history_tells_who_changed_what_and_why(client: Client, cast: Cast) -> None:
    agency = cast.organizations["lighthouses"]
    url = address(Organization, "change", agency.public_id)
    form = form_of(signed_in(client, cast.pmo_lead), url)
    new_parent = cast.organizations["meadows"].public_id
    moved = {**form, "parent": new_parent, "why": "Moved by order 7."}
    asked = client.post(url, moved).context["form"]
    client.post(url, {**moved, "seen": asked["seen"].value()})
    page = client.get(address(Organization, "history", agency.public_id)).content.decode()
    for words in ("Pia Lead", "Parent: Department of Harbors → Meadow Commission", "Moved by order 7."):
        assert words in page


def test_the_history_of_an_imported_ato_tells_what_the_feed_said(client: Client, cast: Cast) -> None:
    apply(feed())
    signed_in(client, cast.pmo_lead)
    for record in (*Ato.objects.all(), *Offering.objects.all(), *Organization.objects.filter(source="feed")):
        assert client.get(address(type(record), "history", record.public_id)).status_code == 200


@pytest.mark.parametrize("part", ["change", "history"])
def test_a_record_that_is_not_there_answers_404(client: Client, cast: Cast, part: str) -> None:
    signed_in(client, cast.pmo_lead)
    there = address(Offering, part, "2" * 14)
    for key in ("2" * 14, "999999", "none", "9" * 40):
        assert client.get(there.replace("2" * 14, key)).status_code == 404


@pytest.mark.slow
def test_a_designation_is_not_a_correction_to_make_in_the_admin(client: Client, cast: Cast) -> None:
    record: Any = MAKE["designationevent"](1)
    signed_in(client, cast.pmo_lead)
    assert client.post(address(DesignationEvent, "change", record.public_id), {"why": "No."}).status_code == 403
    assert client.post(address(DesignationEvent, "add"), {"step": "ready"}).status_code == 403
    url = address(Offering, "change", record.offering.public_id)
    form = form_of(client, url)
    assert "designation" not in form
    client.post(url, {**form, "designation": "certified", "description": "Mail.", "why": "It was missing."})
    assert Offering.objects.get(pk=record.offering.pk).designation == Designation.UNKNOWN


def test_dates_in_the_admin_are_written_as_everywhere_and_times_name_their_zone(client: Client, cast: Cast) -> None:
    record: Any = MAKE["designationevent"](1)
    assert "1 Nov 2026" in signed_in(client, cast.auditor).get(address(DesignationEvent, "changelist")).content.decode()
    page = client.get(address(DesignationEvent, "change", record.public_id)).content.decode()
    assert "24 Nov 2026, 10:00 a.m. EST" in page


def test_adding_a_user_invites_them_into_an_organization(client: Client, cast: Cast) -> None:
    add = address(User, "add")
    signed_in(client, cast.pmo_lead)
    Membership.objects.filter(organization=cast.organizations["meadows"]).update(ended_on=date(2026, 1, 1))
    meadows = cast.organizations["meadows"]
    given = {"email": "Nia@Meadows.gov", "organization": meadows.public_id, "role": Role.AGENCY_LIAISON}
    # Who is named first by the PMO is named with a reason.
    assert "reason" in client.post(add, {**form_of(client, add), **given}).context["form"].errors
    given["reason"] = "Named by the commission's letter."
    answer = client.post(add, {**form_of(client, add), **given})
    assert answer.headers["Location"] == f"/people/{meadows.public_id}/"
    assert not User.objects.filter(email="nia@meadows.gov").exists()
    invitation = Invitation.objects.get(email="nia@meadows.gov")
    assert invitation.invited_by == cast.pmo_lead
    assert accept_as_new(
        secret=invitation.secret, name="Nia", password="seven otters juggle quiet lanterns", now=timezone.now()
    ).roles == {Role.AGENCY_LIAISON}
    # Who may not manage people invites nobody here.
    assert signed_in(Client(), cast.pmo_reviewer).post(add, given).status_code == 403
