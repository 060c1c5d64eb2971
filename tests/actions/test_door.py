"""The door: nothing is written without the policy's yes and without a record."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Alias, Membership, Organization, User
from accounts.roles import OrganizationKind, Role
from authorizations.actions.door import UnrecordedAct, action
from authorizations.actions.people.people import add_person, found_pmo
from authorizations.actions.refusals import Blocked, NoLongerPossible, NotPermitted
from authorizations.actions.register.records import KEPT, add_record, correct_record
from authorizations.models import AgencySystem, Ato, Contact, Event, Message, Offering
from authorizations.policy import Capability
from tests.cast import PEOPLE, Cast
from tests.web.register.records import make_atos, make_offerings

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


def test_an_act_that_records_nothing_is_rolled_back(cast: Cast) -> None:
    with pytest.raises(UnrecordedAct), action(cast.pmo_lead, now=NOW):
        Organization.objects.create(kind=OrganizationKind.PROVIDER, name="Never")
    assert not Organization.objects.filter(name="Never").exists()


def test_an_act_that_fails_midway_leaves_no_record(cast: Cast) -> None:
    def fail_midway() -> None:
        with action(cast.pmo_lead, now=NOW) as act:
            act.record("organization.corrected", cast.organizations["nimbus"])
            raise Blocked("Not now.")

    with pytest.raises(Blocked):
        fail_midway()
    assert not Event.objects.exists()


@pytest.mark.parametrize("person", [key for key, *_ in PEOPLE])
def test_only_the_pmo_keeps_records(cast: Cast, person: str) -> None:
    facts = {"kind": OrganizationKind.PROVIDER, "name": "Cirrus"}
    if person in {"pmo_lead", "pmo_reviewer"}:
        assert add_record(Organization, actor=cast.people[person], now=NOW, facts=facts).pk
    else:
        with pytest.raises(NotPermitted):
            add_record(Organization, actor=cast.people[person], now=NOW, facts=facts)
        assert not Event.objects.exists()


def test_a_correction_records_before_after_and_reason_and_nothing_else(cast: Cast) -> None:
    nimbus = cast.organizations["nimbus"]
    facts = {"name": "Nimbus Cloud Company", "website": ""}
    correct_record(nimbus, actor=cast.pmo_reviewer, now=NOW, facts=facts, reason="Renamed in May.")
    event = Event.objects.get()
    assert (event.verb, event.subject_id, event.actor) == ("organization.corrected", nimbus.pk, cast.pmo_reviewer)
    assert event.changes == {"name": ["Nimbus Cloud", "Nimbus Cloud Company"]}
    assert (event.reason, event.recorded_at) == ("Renamed in May.", NOW)


def test_a_correction_that_changes_nothing_says_so(cast: Cast) -> None:
    with pytest.raises(Blocked, match="already says so"):
        correct_record(
            cast.organizations["nimbus"], actor=cast.pmo_lead, now=NOW, facts={"name": "Nimbus Cloud"}, reason="-"
        )


def test_a_correction_writes_only_the_fields_it_changes(cast: Cast) -> None:
    nimbus = cast.organizations["nimbus"]
    Organization.objects.filter(pk=nimbus.pk).update(website="https://new.example")
    correct_record(nimbus, actor=cast.pmo_lead, now=NOW, facts={"abbreviation": "NCC"}, reason="Added.")
    assert Organization.objects.get(pk=nimbus.pk).website == "https://new.example"


@pytest.mark.parametrize("column", sorted(KEPT["ato"].by_the_portal))
def test_no_form_can_set_what_the_portal_keeps(cast: Cast, column: str) -> None:
    ato = make_atos(make_offerings(cast.organizations["nimbus"], 1)[0], cast.organizations["harbors"], 1)[0]
    with pytest.raises(Blocked, match=column):
        correct_record(ato, actor=cast.pmo_lead, now=NOW, facts={column: "revoked"}, reason="-")


def test_an_impossible_fact_is_refused_by_its_field_and_leaves_nothing(cast: Cast) -> None:
    offering = Offering.objects.create(name="Ours", provider=cast.organizations["nimbus"])
    with pytest.raises(ValidationError) as refusal:
        correct_record(offering, actor=cast.pmo_lead, now=NOW, facts={"impact_level": "blessed"}, reason="-")
    assert "impact_level" in refusal.value.message_dict
    assert not Event.objects.exists()


def test_a_role_must_fit_the_kind_of_organization(cast: Cast) -> None:
    facts = {"user": cast.csp_lead, "organization": cast.organizations["pmo"], "role": Role.CSP_LEAD}
    with pytest.raises(ValidationError, match="PMO lead"):
        add_record(Membership, actor=cast.pmo_lead, now=NOW, facts=facts)


def test_the_record_never_holds_names_or_addresses_of_people(cast: Cast) -> None:
    facts = {
        "organization": cast.organizations["harbors"],
        "name": "Cal Contact",
        "email": "cal@example.gov",
        "function": "isso",
    }
    contact = add_record(Contact, actor=cast.pmo_lead, now=NOW, facts=facts)
    correct_record(contact, actor=cast.pmo_lead, now=NOW, facts={"email": "new@example.gov"}, reason="Moved.")
    add_person(actor=cast.pmo_lead, email="Nia@Example.gov", name="Nia New", now=NOW)
    text = " ".join(str(event.changes) for event in Event.objects.all())
    assert not any(word in text for word in ("Cal", "cal@", "new@", "Nia", "nia@"))
    assert User.objects.filter(email="nia@example.gov").exists()


def test_an_act_tells_nobody_unless_the_catalog_says_so(cast: Cast) -> None:
    facts = {"organization": cast.organizations["nimbus"], "name": "Nimbus Works"}
    add_record(Alias, actor=cast.pmo_lead, now=NOW, facts=facts)
    assert not Message.objects.exists()


@pytest.mark.django_db
def test_founding_the_pmo_opens_an_empty_portal_once() -> None:
    lead = found_pmo(email="First@Example.gov", name="First", password="correct horse battery", now=NOW)
    assert lead.email == "first@example.gov"
    assert lead.check_password("correct horse battery")
    assert lead.roles == {Role.PMO_LEAD}
    with pytest.raises(NoLongerPossible):
        found_pmo(email="second@example.gov", name="Second", password=None, now=NOW)


def test_ending_a_membership_takes_the_role_away_at_once(cast: Cast) -> None:
    membership = Membership.objects.get(user=cast.pmo_reviewer)
    facts = {"ended_on": date(2026, 11, 24), "started_on": date(2026, 1, 1)}
    correct_record(membership, actor=cast.pmo_lead, now=NOW, facts=facts, reason="Left.")
    gone = User.objects.get(pk=cast.pmo_reviewer.pk)
    assert not gone.roles
    with pytest.raises(NotPermitted), action(gone, Capability.EDIT_RECORDS, now=NOW):
        pass


def test_an_ato_made_here_needs_its_system(cast: Cast) -> None:
    offering = make_offerings(cast.organizations["nimbus"], 1)[0]
    facts = {"offering": offering, "agency": cast.organizations["harbors"], "listing_role": "reuse"}
    with pytest.raises(ValidationError, match="ato_made_here_has_a_system"):
        Ato(**facts).full_clean()


def test_an_ato_belongs_to_a_system_of_its_own_agency(cast: Cast) -> None:
    levels = dict.fromkeys(("confidentiality", "integrity", "availability"), "low")
    system = AgencySystem.objects.create(agency=cast.organizations["meadows"], name="Permits", **levels)
    offering = make_offerings(cast.organizations["nimbus"], 1)[0]
    facts = {"offering": offering, "agency": cast.organizations["harbors"], "system": system, "listing_role": "reuse"}
    with pytest.raises(ValidationError, match="belongs to another agency"):
        Ato(**facts).full_clean()


def test_an_ato_is_registered_never_simply_added(cast: Cast) -> None:
    offering = make_offerings(cast.organizations["nimbus"], 1)[0]
    facts = {"offering": offering, "agency": cast.organizations["harbors"], "listing_role": "reuse"}
    with pytest.raises(Blocked, match="ATOs are not simply added"):
        add_record(Ato, actor=cast.pmo_lead, now=NOW, facts=facts)
    assert not Ato.objects.exists()


def test_what_the_marketplace_states_is_corrected_there_and_not_here(cast: Cast) -> None:
    offering = make_offerings(cast.organizations["nimbus"], 1)[0]
    ato = make_atos(offering, cast.organizations["harbors"], 1)[0]
    with pytest.raises(Blocked, match=r"have them corrected there.*impact level"):
        correct_record(offering, actor=cast.pmo_lead, now=NOW, facts={"impact_level": "high"}, reason="-")
    with pytest.raises(Blocked, match="the next feed corrects it"):
        correct_record(ato, actor=cast.pmo_lead, now=NOW, facts={"signed_on": date(2024, 1, 1)}, reason="-")
    class_c = {"certification_class": "C"}
    assert correct_record(offering, actor=cast.pmo_lead, now=NOW, facts=class_c, reason="Not in the feed.")
