"""Somebody comes, somebody is away, and somebody leaves: invited, acting for the one, taking over from the other."""

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from tests.browser.conftest import HEIGHT, WIDE, Reader, environment_of, manage, serving

# A small world of its own, since nobody comes back from this one.
WORLD = """
from django.utils import timezone
from accounts.models import Membership, Organization, User
from authorizations.actions.cases.cases import open_case, record_facts
from authorizations.models import Offering, Package
places = {
    name: Organization.objects.create(kind=kind, name=name)
    for name, kind in (("Department of Harbors", "agency"), ("Nimbus Cloud", "provider"), ("FedRAMP PMO", "pmo"))
}
people = {}
for name, place, role in (
    ("Lena Liaison", "Department of Harbors", "agency_liaison"),
    ("Olu Official", "Department of Harbors", "authorizing_official"),
    ("Ona Official", "Department of Harbors", "authorizing_official"),
    ("Cleo Lead", "Nimbus Cloud", "csp_lead"),
    ("Pia Lead", "FedRAMP PMO", "pmo_lead"),
):
    people[name] = User.objects.create(name=name, email=f"{name.split()[0].lower()}@portal.example")
    Membership.objects.create(user=people[name], organization=places[place], role=role, started_on="2020-01-01")
offering = Offering.objects.create(
    name="Nimbus Desk", provider=places["Nimbus Cloud"], source="portal", designation="ready", added_by="csp",
    fedramp_id="FR1",
)
Package.objects.create(offering=offering, location="connect")
case = open_case(
    "initial", actor=people["Lena Liaison"], now=timezone.now(), agency=places["Department of Harbors"],
    offering=offering,
)
record_facts(
    case.public_id, actor=people["Lena Liaison"], now=timezone.now(), revision=case.revision,
    authorizing_official=people["Olu Official"],
)
"""
Seat = Callable[[str], Reader]


@pytest.fixture(scope="module")
def portal(axe_at: int, migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("leaving")
    shutil.copytree(migrated, folder, dirs_exist_ok=True)
    environment = environment_of(folder)
    manage(environment, "shell", "--no-imports", "-c", WORLD)
    with serving(environment) as address:
        yield address


@pytest.fixture
def seat(browser: Browser, portal: str, axe_at: int) -> Iterator[Seat]:
    """Seats a person, signed in, at a browser of their own."""
    readers: list[Reader] = []

    def sit(name: str) -> Reader:
        context = browser.new_context(viewport={"width": WIDE, "height": HEIGHT})
        readers.append(Reader(context.new_page(), portal, {}, axe_at))
        readers[-1].sign_in(name)
        return readers[-1]

    yield sit
    for reader in readers:
        reader.page.context.close()
    assert not [complaint for reader in readers for complaint in reader.complaints]


def press(reader: Reader, role: str, name: str) -> None:
    reader.follow(reader.page.get_by_role("main").get_by_role(role, name=name, exact=True))  # type: ignore[arg-type]


def newest_act(reader: Reader) -> str:
    return reader.page.get_by_role("region", name="What happened last").get_by_role("listitem").first.inner_text()


def invite(lead: Reader, browser: Browser, email: str, role: str, name: str) -> None:
    """A lead invites an address, and anyone who has it makes an account with the link, in a browser of their own."""
    lead.open("/people/")
    press(lead, "link", "Invite someone")
    lead.page.get_by_label("E-mail address").fill(email)
    lead.page.get_by_label("Role").select_option(label=role)
    press(lead, "button", "Invite")
    link = lead.page.locator("#link").inner_text()
    new = Reader(browser.new_context(viewport={"width": WIDE, "height": HEIGHT}).new_page(), lead.base, {}, lead.axe_at)
    new.page.goto(link)
    new.check(f"invites {email}")
    new.page.get_by_label("Your name").fill(name)
    for label in ("Password (required)", "Password, once more"):
        new.page.get_by_label(label).fill("seven grey herons wade upstream")
    press(new, "button", "Make the account and accept")
    new.check()
    new.page.context.close()


def test_one_is_invited_acts_for_a_colleague_and_another_takes_over_from_who_left(seat: Seat, browser: Browser) -> None:
    cleo = seat("Cleo Lead")
    invite(cleo, browser, "casey@portal.example", "CSP viewer", "Casey View")
    cleo.open("/people/")
    cleo.check("Casey View")
    casey = seat("Casey View")
    # Casey only reads, until Cleo goes on leave.
    casey.open("/cases/")
    casey.follow(casey.page.locator("tbody th a").first)
    case = casey.page.url.removeprefix(casey.base)
    expect(casey.page.get_by_role("link", name="Agree")).to_have_count(0)

    goes_on_leave(cleo)

    # With the very next page Casey acts, and the history says for whom.
    casey.open("/")
    casey.check("You act for Cleo Lead as CSP lead, Nimbus Cloud.")
    casey.open(case)
    casey.check("You act for Cleo Lead; the history names you both.")
    casey.page.get_by_label("Reason").fill("The statement of partnership follows by mail.")
    press(casey, "button", "Agree to the partnership")
    assert "Casey View for Cleo Lead" in newest_act(casey)

    switch_off(seat("Pia Lead"), "olu@portal.example")
    lena = seat("Lena Liaison")
    takes_over(lena, case)
    acts = lena.page.get_by_role("region", name="What happened last").get_by_role("listitem").all_inner_texts()
    assert "Olu has left." in acts[0]
    assert "AO vacant" in acts[1]
    assert "Casey View for Cleo Lead" in acts[2]
    lena.open("/orphaned/")
    lena.check("None. When an authorizing official")


def goes_on_leave(cleo: Reader) -> None:
    """Lends a role to a colleague for a week."""
    cleo.open("/delegations/")
    cleo.check("Nobody acts for anybody here")
    press(cleo, "link", "Let a colleague act")
    cleo.check()
    page = cleo.page
    page.get_by_label("Role").select_option(label="CSP lead, Nimbus Cloud (your role)")
    page.get_by_label("Who acts in it").select_option(label="Casey View")
    page.get_by_label("Last day").fill((timezone.localdate() + timedelta(days=7)).isoformat())
    press(cleo, "button", "Let them act")
    cleo.check("Say in a sentence why")
    page.get_by_label("Reason").fill("On leave.")
    press(cleo, "button", "Let them act")
    cleo.check("Casey View for Cleo Lead")


def switch_off(pia: Reader, email: str) -> None:
    """Takes an account out of use in the admin."""
    pia.open(f"/admin/accounts/user/?q={quote(email)}")
    pia.follow(pia.page.locator("tbody th a, tbody td a").first)
    pia.page.get_by_label("May sign in").uncheck()
    pia.page.locator("#id_why").fill("Left the department.")
    pia.follow(pia.page.get_by_role("button", name="Save", exact=True))


def takes_over(lena: Reader, case: str) -> None:
    """Finds what the official left behind, and gives it to another."""
    lena.check("Orphaned work (1)")
    news = lena.page.get_by_role("region", name="News for you")
    expect(news.get_by_role("link", name="AO vacant")).to_be_visible()
    lena.open(case)
    lena.check("AO vacant")
    expect(lena.page.get_by_role("link", name="Name another official")).to_be_visible()
    lena.open("/orphaned/")
    lena.check("Olu Official")
    lena.follow(lena.page.get_by_role("link", name="Hand over"))
    lena.check()
    press(lena, "button", "Hand it over")
    lena.check("Choose who takes it")
    lena.page.get_by_label("Hand over to").select_option(label="Ona Official")
    lena.page.get_by_label("Reason").fill("Olu has left.")
    press(lena, "button", "Hand it over")
    lena.check("Handed over to Ona Official")
    expect(lena.page.get_by_role("link", name="Name another official")).to_have_count(0)
