"""The pages of package access, and of the contacts that are named there."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from authorizations.models import Contact, Event, Package, PackageAccess
from authorizations.vocabulary import PackageLocation
from tests.actions.register.accesses import DAY, NOW, TODAY, granted, make_case, make_contact, make_package
from tests.admin.admin_pages import signed_in
from tests.admin.test_at_once import post_together
from tests.cast import Cast, make_cast
from tests.samples import ends, first
from tests.web.reading_pages import body_of

TRUST_CENTER = PackageLocation.TRUST_CENTER
EXTEND = {"new_end": TODAY + 30 * DAY, "seen": TODAY + 20 * DAY}
END = {"ended_on": TODAY, "reason": "She left."}


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages' clock is at the moment that the tests' days are counted from."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def url(access: PackageAccess, act: str = "") -> str:
    return access.get_absolute_url() + (f"{act}/" if act else "")


@pytest.mark.parametrize(
    ("person", "offered"),
    first(
        [
            ("pmo_reviewer", {"extend", "end", "grant"}),
            ("liaison", {"end"}),
            ("official", set()),
            ("csp_lead", set()),
            ("auditor", set()),
        ]
    ),
)
def test_the_page_offers_what_the_person_may_do(client: Client, cast: Cast, person: str, offered: set[str]) -> None:
    access = granted(cast, make_package(cast))
    client.force_login(cast.people[person])
    page = body_of(client, url(access))
    links = {"extend": url(access, "extend"), "end": url(access, "end"), "grant": reverse("grant_access")}
    assert {name for name, link in links.items() if f'href="{link}' in page} == offered


@pytest.mark.parametrize(
    ("person", "status"),
    first(
        [("stranger_agency", 404), ("bureau_liaison", 404), ("assessor_lead", 404), ("viewer", 403), ("csp_lead", 403)]
    ),
)
@pytest.mark.parametrize("act", first(["extend", "end"]))
def test_a_stranger_finds_nothing_and_a_colleague_is_told(
    client: Client, cast: Cast, person: str, status: int, act: str
) -> None:
    access = granted(cast, make_package(cast))
    client.force_login(cast.people[person])
    assert client.post(url(access, act), {**EXTEND, **END}).status_code == status
    assert Event.objects.filter(subject_type="packageaccess").count() == 1


def test_an_act_that_is_none_is_not_found(client: Client, cast: Cast) -> None:
    access = granted(cast, make_package(cast))
    client.force_login(cast.pmo_lead)
    assert client.get(url(access, "nothing")).status_code == 404


@pytest.mark.parametrize(
    ("act", "form", "verb"), first([("extend", EXTEND, "packageaccess.extended"), ("end", END, "packageaccess.ended")])
)
def test_the_second_press_of_a_button_is_refused_in_words(
    client: Client, cast: Cast, act: str, form: dict[str, object], verb: str
) -> None:
    access = granted(cast, make_package(cast), granted_on=TODAY, asked_on=TODAY)
    client.force_login(cast.pmo_reviewer)
    answers = [client.post(url(access, act), form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 409]
    assert "This cannot be done as it stands" in answers[1].content.decode()
    assert Event.objects.filter(verb=verb).count() == 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("act", "form"), [("extend", EXTEND), ("end", END)])
def test_eight_presses_of_one_button_do_one_thing(act: str, form: dict[str, object]) -> None:
    cast = make_cast()
    access = granted(cast, make_package(cast), granted_on=TODAY, asked_on=TODAY)
    clicks = [(signed_in(Client(), cast.pmo_reviewer), url(access, act), form) for _ in range(8)]
    assert post_together(clicks) == [302, *[409] * 7]
    assert Event.objects.filter(subject_type="packageaccess").count() == 2


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_eight_grants_to_one_person_make_one_access() -> None:
    cast = make_cast()
    package = make_package(cast)
    form = grant_form(make_contact(cast, "Rita").public_id, make_contact(cast, "Abe").public_id)
    clicks = [(signed_in(Client(), cast.pmo_lead), grant_url(cast, package), form) for _ in range(8)]
    assert post_together(clicks) == [302, *[409] * 7]
    assert PackageAccess.objects.count() == 1


def test_a_mistake_is_named_at_its_field_and_nothing_happens(client: Client, cast: Cast) -> None:
    access = granted(cast, make_package(cast))
    client.force_login(cast.pmo_reviewer)
    answer = client.post(url(access, "extend"), {**EXTEND, "new_end": TODAY + 90 * DAY})
    assert "Connect.gov extends by 30 days" in str(answer.context["form"].errors["new_end"])
    answer = client.post(url(access, "end"), {"ended_on": TODAY})
    assert "reason" in answer.context["form"].errors
    assert Event.objects.filter(subject_type="packageaccess").count() == 1


@pytest.mark.slow
def test_where_a_case_decides_the_page_leads_to_its_step(client: Client, cast: Cast) -> None:
    package = make_package(cast)
    access = granted(cast, package)
    case = make_case(cast, package.offering, "package_review")
    client.force_login(cast.pmo_reviewer)
    step = f'href="{case.get_absolute_url()}extend_access/"'
    assert step in body_of(client, url(access))
    refused = client.post(url(access, "extend"), EXTEND)
    assert refused.status_code == 409
    assert step in refused.content.decode()


@pytest.mark.slow
def test_where_a_case_decides_nobody_is_granted_access_here(client: Client, cast: Cast) -> None:
    package = make_package(cast)
    case = make_case(cast, package.offering, "access_requested")
    client.force_login(cast.pmo_reviewer)
    refused = client.get(grant_url(cast, package))
    assert refused.status_code == 409
    assert f'href="{case.get_absolute_url()}grant_access/"' in refused.content.decode()


@pytest.mark.slow
def test_a_providers_duty_after_a_denial_stands_on_the_page_until_it_is_met(client: Client, cast: Cast) -> None:
    package = make_package(cast, TRUST_CENTER)
    person = make_contact(cast, "Rita")
    denial = PackageAccess.objects.create(
        person=person,
        agency=person.organization,
        package=package,
        asked_on=TODAY - DAY,
        denied_on=TODAY,
        denied_reason="See the case.",
    )
    client.force_login(cast.csp_lead)
    page = body_of(client, url(denial))
    assert "within five business days" in page
    assert 'href="/rules/CDS-UTC-AAD/"' in page
    assert client.post(url(denial, "notify_fedramp"), {"fedramp_notified_on": TODAY}).status_code == 302
    assert "FedRAMP was told of the denial on" in body_of(client, url(denial))


# --- granting ---


def grant_url(cast: Cast, package: Package) -> str:
    agency = cast.organizations["harbors"].public_id
    return f"{reverse('grant_access')}?offering={package.offering.public_id}&agency={agency}"


def grant_form(person: str, approver: str) -> dict[str, object]:
    days = {"asked_on": TODAY - DAY, "granted_on": TODAY, "until": TODAY + 60 * DAY}
    return {"person": person, "approver": approver, **days}


def test_the_pmo_chooses_among_the_agencys_contacts(client: Client, cast: Cast) -> None:
    package, rita, abe = make_package(cast), make_contact(cast, "Rita"), make_contact(cast, "Abe")
    make_contact(cast, "Max", "meadows")
    client.force_login(cast.pmo_reviewer)
    page = body_of(client, grant_url(cast, package))
    assert "Rita" in page
    assert "Max" not in page
    answer = client.post(grant_url(cast, package), grant_form(rita.public_id, abe.public_id))
    assert answer.headers["Location"] == url(PackageAccess.objects.get())


@pytest.mark.slow
def test_a_provider_names_people_by_address_and_never_sees_the_agencys_list(client: Client, cast: Cast) -> None:
    package, rita, abe = make_package(cast, TRUST_CENTER), make_contact(cast, "Rita"), make_contact(cast, "Abe")
    client.force_login(cast.csp_lead)
    assert "Rita" not in body_of(client, grant_url(cast, package))
    unknown = client.post(grant_url(cast, package), grant_form("nobody@example.gov", abe.email))
    assert "no contact with this address" in str(unknown.context["form"].errors["person"])
    assert client.post(grant_url(cast, package), grant_form(rita.email.upper(), abe.email)).status_code == 302
    assert PackageAccess.objects.get().person == rita


def test_a_package_that_is_not_ones_own_to_open_is_refused(client: Client, cast: Cast) -> None:
    package = make_package(cast)
    client.force_login(cast.csp_lead)
    assert client.get(grant_url(cast, package)).status_code == 403


@pytest.mark.slow
def test_granting_begins_with_whose_package_and_which_agency(client: Client, cast: Cast) -> None:
    client.force_login(cast.pmo_reviewer)
    assert "Go on" in body_of(client, reverse("grant_access"))
    page = body_of(client, f"{reverse('grant_access')}?offering=Nothing&agency=")
    assert "Its package must have a recorded place" in page


# --- contacts ---

CAL = {"name": " Cal  Contact ", "email": "Cal@Example.gov", "function": "approver"}


@pytest.mark.slow
@pytest.mark.parametrize(("person", "organization"), [("liaison", "buoys"), ("csp_lead", "nimbus")])
def test_a_lead_names_contacts_of_the_own_organization(
    client: Client, cast: Cast, person: str, organization: str
) -> None:
    client.force_login(cast.people[person])
    found = cast.organizations[organization]
    assert reverse("add_contact") in body_of(client, found.get_absolute_url())
    answer = client.post(reverse("add_contact"), {**CAL, "organization": found.public_id})
    assert answer.headers["Location"] == found.get_absolute_url()
    contact = Contact.objects.get()
    assert (contact.name, contact.email) == ("Cal Contact", "cal@example.gov")
    changes = Event.objects.get(verb="contact.added").changes
    assert changes["name"] == changes["email"] == [None, None]


@pytest.mark.parametrize(
    ("person", "organization"),
    ends([("bureau_liaison", "harbors"), ("liaison", "meadows"), ("csp_lead", "stratus"), ("csp_lead", "harbors")]),
)
def test_nobody_names_contacts_of_another_organization(
    client: Client, cast: Cast, person: str, organization: str
) -> None:
    client.force_login(cast.people[person])
    client.post(reverse("add_contact"), {**CAL, "organization": cast.organizations[organization].public_id})
    assert not Contact.objects.exists()


def test_the_same_contact_twice_is_refused_in_words(client: Client, cast: Cast) -> None:
    client.force_login(cast.csp_lead)
    form = {**CAL, "organization": cast.organizations["nimbus"].public_id}
    answers = [client.post(reverse("add_contact"), form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 200]
    assert "already has this contact" in str(answers[1].context["form"].errors["email"])
    assert Contact.objects.count() == 1
