"""Requests that pages of others send: without the page's token, with a host or a way back of the attacker's choice."""

from urllib.parse import urlencode, urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from authorizations.models import Ato
from tests.api.world import body_for, post, program_of, step_address
from tests.attacks.scene import body_of, everything_kept, signed_in
from tests.attacks.urls import Address, everywhere, patterns
from tests.cast import Cast
from tests.lifecycle.world import make_ato
from tests.samples import first

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]

ELSEWHERE = "evil.example"
# Each leads a browser to another host, or runs; browsers read a backslash as a slash and skip line ends and tabs.
WAYS_OUT = (
    f"https://{ELSEWHERE}/",
    f"//{ELSEWHERE}/",
    f"///{ELSEWHERE}/",
    f"/\\{ELSEWHERE}/",
    f"\\\\{ELSEWHERE}/",
    f"/\t/{ELSEWHERE}/",
    f"/\r\n/{ELSEWHERE}/",
    f" //{ELSEWHERE}/",
    f"https:{ELSEWHERE}/",
    f"https:/{ELSEWHERE}/",
    f"http://testserver@{ELSEWHERE}/",
    f"http://testserver.{ELSEWHERE}/",
    f"%2f%2f{ELSEWHERE}/",
    f"%5c%5c{ELSEWHERE}/",
    "javascript:alert(1)",
    "data:text/html,x",
)
INSIDE = "/guide/words/"
PARAMETERS = ("next", "return", "back", "url", "to", "redirect", "redirect_to", "return_to", "continue", "_popup")


def host_reached(location: str, base: str = "http://testserver/") -> str:
    """The host that a browser would go to from a Location; of other schemes than the web's, the scheme."""
    read = "".join(letter for letter in location.strip() if letter not in "\t\r\n").replace("\\", "/")
    found = urlsplit(urljoin(base, read))
    return found.netloc if found.scheme in {"http", "https"} else found.scheme


# --- forged requests ---


def test_every_address_refuses_what_no_page_of_ours_sent(world: Cast) -> None:
    client, taken = signed_in(world.pmo_lead, strict=True), {}
    before = everything_kept()
    for address in everywhere():
        # A mail program that ends digests sends the signed link alone.
        if not address.is_api and address.name != "unsubscribe":
            answer = client.post(address.path(), {"name": "Changed"}, headers={"x-csrftoken": "x" * 64})
            if answer.status_code != 403 or "sent from another site" not in answer.content.decode():
                taken[address.name] = answer.status_code
    assert taken == {}
    assert everything_kept() == before


def test_a_token_in_the_address_or_of_another_browser_does_not_count(world: Cast) -> None:
    mine, other = signed_in(world.pmo_lead, strict=True), Client(enforce_csrf_checks=True)
    other.get(reverse("sign_in"))
    foreign = other.cookies["csrftoken"].value
    mine.get(reverse("home"))
    own = mine.cookies["csrftoken"].value
    where = reverse("sign_out")
    assert mine.post(f"{where}?csrfmiddlewaretoken={own}").status_code == 403
    assert mine.post(where, {"csrfmiddlewaretoken": foreign}).status_code == 403
    assert mine.post(where, {"csrfmiddlewaretoken": own}, headers={"origin": f"http://{ELSEWHERE}"}).status_code == 403
    assert mine.post(where, {"csrfmiddlewaretoken": own}).status_code == 302


def test_no_view_but_the_apis_is_out_of_the_check() -> None:
    exempt = {name for name, pattern in patterns(get_resolver()) if getattr(pattern.callback, "csrf_exempt", False)}
    of_the_api = {address.name for address in everywhere() if address.is_api}
    assert exempt <= of_the_api | {"api_nothing", "unsubscribe"}


def test_the_api_refuses_a_session_without_the_token_and_asks_none_of_a_program(world: Cast) -> None:
    client, before = signed_in(world.pmo_lead, strict=True), everything_kept()
    for address in everywhere():
        if address.is_api:
            answer = post(client, address.path(), {})
            assert answer.status_code in {403, 405}, address.name
    assert everything_kept() == before
    ato = make_ato(world)
    program = program_of(world.official)
    program.handler.enforce_csrf_checks = True
    assert post(program, step_address(ato, "revoke"), body_for(ato, "revoke", world)).status_code == 200
    assert Ato.objects.get().stage == "revoked"


def test_no_address_changes_anything_by_being_read(world: Cast) -> None:
    ato = make_ato(world)
    clients = [signed_in(world.people[who]) for who in ("pmo_lead", "liaison", "csp_lead")]
    before = everything_kept()
    for client in clients:
        for address in everywhere():
            # An export says on the record that it was taken; a record type's pages in the admin are those of every
            # other.
            is_export, is_another = (
                address.name.endswith(("_csv", "_xlsx", "_json", "_print", "_file")),
                address.is_admin and "_ato_" not in address.name,
            )
            if not is_export and not is_another:
                client.get(address.path(ato.public_id) + "?confirm=yes&sure=yes&idempotency_key=x&name=x&reason=x")
    assert everything_kept() == before


# --- ways out ---


def led_to(client: Client, path: str, way: str) -> set[str]:
    """Where an address leads that is told a way, read and sent."""
    query = dict.fromkeys(PARAMETERS, way)
    answers = (client.get(f"{path}?{urlencode(query)}"), client.post(path, query))
    return {answer.headers.get("Location", "") for answer in answers}


def leading_out(client: Client, path: str) -> set[str]:
    """The ways out that an address follows; one that follows none on the portal is asked for the plainest alone."""
    ways = WAYS_OUT if INSIDE in led_to(client, path, INSIDE) else WAYS_OUT[:1]
    return {way for way in ways if {host_reached(each) for each in led_to(client, path, way)} != {"testserver"}}


# Many seconds: some three hundred addresses, each sent every way out that it may follow.
@pytest.mark.parametrize("who", first([None, "pmo_lead"], lane=pytest.mark.nightly))
def test_no_address_leads_off_the_portal(world: Cast, who: str | None) -> None:
    world.liaison.email = "liaison@harbors.example"
    world.liaison.save()
    out = {}
    for address in everywhere():
        if address.is_admin and address.name not in {"admin:index", "admin:login", "admin:accounts_user_changelist"}:
            continue  # made by one class: one record type stands for all
        client = signed_in(world.people[who]) if who else Client()
        if followed := leading_out(client, address.path(world.liaison.public_id)):
            out[address.name] = followed
    assert out == {}


@pytest.mark.parametrize("way", WAYS_OUT)
def test_signing_in_leads_home_where_it_was_asked_to_lead_out(world: Cast, way: str) -> None:
    world.liaison.email = "liaison@harbors.example"
    world.liaison.save()
    client, where = Client(), reverse("sign_in_as", args=[world.liaison.public_id])
    answer = client.post(where, {"next": way})
    assert answer.status_code == 302
    assert host_reached(answer.headers["Location"]) == "testserver"
    # The sign-in page sends on people who are signed in already.
    again = client.get(f"{reverse('sign_in')}?{urlencode({'next': way})}")
    assert host_reached(again.headers.get("Location", "/")) == "testserver"


@pytest.mark.parametrize(
    "path", [f"//{ELSEWHERE}", f"//{ELSEWHERE}/", f"/\\{ELSEWHERE}", f"/admin//{ELSEWHERE}", "//%2e"]
)
def test_no_path_is_taken_for_a_host(world: Cast, path: str) -> None:
    for client in (Client(), signed_in(world.pmo_lead)):
        answer = client.get("/", PATH_INFO=path)
        assert host_reached(answer.headers.get("Location", "/")) == "testserver"
        assert answer.status_code in {302, 301, 404}


# --- hosts ---


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_HOST": ELSEWHERE},
        {"HTTP_HOST": f"testserver.{ELSEWHERE}"},
        {"HTTP_HOST": f"testserver@{ELSEWHERE}"},
        {"HTTP_HOST": f"testserver:80@{ELSEWHERE}"},
        {"HTTP_HOST": "testserver:evil"},
        {"HTTP_HOST": "testserver\r\nX-Evil: 1"},
    ],
)
def test_a_host_that_is_not_ours_is_refused_everywhere(world: Cast, headers: dict[str, str]) -> None:
    client = signed_in(world.pmo_lead)
    for path in ("/", "/admin/", "/api/atos", "/sign-in/", "/nowhere", "/.well-known/security.txt"):
        answer = client.get(path, **headers)  # type: ignore[arg-type]
        assert answer.status_code == 400, path
        assert ELSEWHERE not in answer.content.decode()


def test_no_forwarded_header_gets_into_an_answer(world: Cast) -> None:
    names = ("HOST", "SERVER", "PORT", "PREFIX", "SCHEME", "PROTO", "PATH")
    forged = {f"HTTP_X_FORWARDED_{name}": ELSEWHERE for name in names}
    forged |= {"HTTP_FORWARDED": f"host={ELSEWHERE};proto=https", "HTTP_REFERER": f"https://{ELSEWHERE}/"}
    forged |= {"HTTP_X_ORIGINAL_URL": "/admin/", "HTTP_X_REWRITE_URL": "/admin/", "HTTP_X_HTTP_METHOD_OVERRIDE": "PUT"}
    client = signed_in(world.liaison)
    for address in everywhere():
        if address.is_admin and address.name != "admin:index":
            continue
        answer = client.get(address.path(), **forged)  # type: ignore[arg-type]
        plain = client.get(address.path())
        assert answer.status_code == plain.status_code, address.name
        assert ELSEWHERE.encode() not in body_of(answer) + str(answer.headers).encode(), address.name


def test_a_forged_address_of_a_client_opens_no_further_tries(world: Cast) -> None:
    """Else each try to sign in would come from a new address, and none would be the eleventh."""
    form = {"username": "nobody@example.gov", "login": "nobody@example.gov", "password": "wrong wrong wrong"}
    codes = [
        Client().post(reverse("sign_in"), form, HTTP_X_FORWARDED_FOR=f"198.51.100.{number}").status_code
        for number in range(11)
    ]
    assert codes[-1] == 429


def test_the_names_for_the_attacks_are_all_of_them() -> None:
    names = {address.name for address in everywhere()}
    assert {"home", "case_step", "api_case_step", "admin:login", "admin:authorizations_case_change"} <= names
    assert all(isinstance(address, Address) and address.path().startswith("/") for address in everywhere())
