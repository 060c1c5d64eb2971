"""No menu item, link or button leads to a refusal: the demo's portal walked by one person of each role."""

from collections import Counter, deque
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from accounts.models import Membership
from accounts.roles import Role
from demo.entering import enter_demo
from tests.attacks.scene import signed_in

pytestmark = [pytest.mark.slow, pytest.mark.sqlite, pytest.mark.django_db, pytest.mark.usefixtures("quiet")]

# Of each kind of address (its name, the step or act in it, and the names in its query) so many are walked; at the
# admin, whose pages are made by one class, only one.
OF_A_KIND, IN_THE_ADMIN = 2, 1
# A walk ends with the session, and files of the design are no addresses of ours.
LEFT_ALONE = ("/sign-out/", "/static/", "/sign-in/as/")


class Page(HTMLParser):
    """The ways that lead on from a page: its links, and its forms with what they would send untouched."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[tuple[str, str, dict[str, str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if "hx-get" in given:
            self.links.append(given["hx-get"])
        if tag == "form":
            self.forms.append((given.get("method", "get").lower(), given.get("action", ""), {}))
        if tag == "input" and given.get("type") == "hidden" and self.forms and "name" in given:
            self.forms[-1][2][given["name"]] = given.get("value", "")


class Walk:
    """One person's walk from the first page on."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.walked: Counter[tuple[Any, ...]] = Counter()
        self.seen: set[tuple[str, str]] = set()
        self.refused: dict[str, tuple[int, str]] = {}
        self.todo: deque[tuple[str, str]] = deque([("/", "")])

    def all(self) -> None:
        while self.todo:
            path, came_from = self.todo.popleft()
            if self._is_new("get", path):
                self._go(path, came_from)

    def _is_new(self, method: str, path: str) -> bool:
        """Whether an address is one of ours that was not walked, nor enough of its kind."""
        parts = urlsplit(path)
        bare = (method, path.partition("#")[0])
        if parts.scheme or parts.netloc or parts.path.startswith(LEFT_ALONE) or bare in self.seen:
            return False
        self.seen.add(bare)
        kind = (method, *kind_of(parts.path), *sorted(parse_qs(parts.query, keep_blank_values=True)))
        self.walked[kind] += 1
        return self.walked[kind] <= (IN_THE_ADMIN if parts.path.startswith("/admin/") else OF_A_KIND)

    def _go(self, path: str, came_from: str) -> None:
        answer: Any = self.client.get(path)
        self._judge(path, answer, came_from)
        if answer.status_code in {301, 302}:
            self.todo.append((urljoin(path, answer.headers["Location"]), path))
        if answer.streaming or "html" not in answer.headers.get("Content-Type", ""):
            return
        page = Page(answer.content.decode())
        self.todo.extend((urljoin(path, link), path) for link in page.links)
        for method, action, hidden in page.forms:
            where = urljoin(path, action)
            if method == "get":
                self.todo.append((where, path))
            elif self._is_new("post", where):
                self._press(where, hidden, path)

    def _press(self, path: str, hidden: dict[str, str], came_from: str) -> None:
        """Presses a button; what it did is taken back."""
        with transaction.atomic():
            self._judge(f"{path} pressed", self.client.post(path, hidden), came_from)
            transaction.set_rollback(True)

    def _judge(self, path: str, answer: Any, came_from: str) -> None:
        if answer.status_code in {401, 403, 404, 405} or answer.status_code >= 500:
            self.refused[path] = (answer.status_code, came_from)


def kind_of(path: str) -> tuple[str, ...]:
    """The name of an address, and the step or act in it; a path that is none of ours is a kind of its own."""
    try:
        found = resolve(path)
    except Resolver404:
        return (path,)
    words = (str(found.kwargs[part]) for part in ("step", "act", "field") if part in found.kwargs)
    return (found.view_name, *words)


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The demo's world of today, entered once."""
    with django_db_blocker.unblock(), transaction.atomic():
        assert enter_demo(datetime.now(UTC))
        yield
        transaction.set_rollback(True)


# A minute each: every kind of page of the demo that the person comes to.
@pytest.mark.nightly
@pytest.mark.parametrize("role", [role.value for role in Role])
def test_no_link_and_no_button_of_any_page_leads_to_a_refusal(demo: None, role: str) -> None:
    held = Membership.objects.current(timezone.localdate()).filter(role=role, user__is_active=True).order_by("pk")
    walk = Walk(signed_in(held.select_related("user")[0].user))
    walk.all()
    assert walk.refused == {}
    # Else the walk ended at the door.
    assert {"cases", "offering", "ato", "permissions", "account"} <= {kind[1] for kind in walk.walked}
    assert any(method == "post" for method, _ in walk.seen)


def test_the_walk_sees_links_forms_and_what_they_send() -> None:
    page = Page('<a href="/a/">A</a><form method="post" action="/b/"><input type="hidden" name="r" value="1"></form>')
    assert page.links == ["/a/"]
    assert page.forms == [("post", "/b/", {"r": "1"})]
