"""People who wander through a running portal over HTTP: where pages lead, as themselves and others, twice, at once."""

import random
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date

import httpx
from lxml import html

# What would end the walk for a person, or their account; and what answers for minutes.
AVOIDED = re.compile(r"/(sign-(in|out|up)|account/(password|sessions|two-factor|passkeys|email)|mfa|static|session)\b")
STARTS = ("/", "/cases/", "/offerings/", "/atos/", "/calendar/", "/reports/", "/messages/", "/audit-log/", "/admin/")
# Addresses of one kind differ in these: ids, keys, days and what follows the question mark.
OWN = re.compile(r"(?<=/)([0-9a-z]{14}|\d[\d-]*)(?=/|$)|\?.*")
API = re.compile(r"/(cases|atos|offerings|documents|findings)/([0-9a-z]{14})/")
WAYS = ("once", "once", "once", "twice", "stale", "at once", "as another", "unproved")
TEXTS = ("Checked with both sides.", "Later than planned.", "", "x" * 5000, "<b>bold</b> & \u202e \x00", "=1+1")


@dataclass
class Post:
    """A form as it would be sent: where to, with what, and the files beside it."""

    address: str
    values: dict[str, str | list[str]]
    files: dict[str, tuple[str, bytes]]


@dataclass
class Wanderer:
    """One person, signed in, with the pages that they were last shown."""

    name: str
    client: httpx.Client
    forms: list[Post] = field(default_factory=list)


@dataclass
class HttpWalk:
    """Requests of several people in a fixed order of chances; every answer is counted by its status."""

    base: str
    seed: int
    statuses: Counter[int] = field(default_factory=Counter)
    ways: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    known: dict[str, list[str]] = field(default_factory=dict)
    people: list[Wanderer] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)  # noqa: S311  # a walk that can be walked again
        for address in STARTS:
            self._learn(address)

    def sign_everyone_in(self) -> None:
        """Each demo person, by the button of the sign-in page."""
        page = html.fromstring(httpx.get(f"{self.base}/sign-in/").text)
        for form in page.xpath("//form[contains(@action, '/sign-in/as/')]"):
            client = httpx.Client(base_url=self.base, timeout=60)
            client.get("/sign-in/")
            token = {"csrfmiddlewaretoken": client.cookies["csrftoken"]}
            # Not an address of the page, where each would have a token of its own.
            answer = client.post(form.get("action"), data=token, headers={"Referer": self.base})
            assert answer.status_code == httpx.codes.FOUND, answer.text[:200]
            self.people.append(Wanderer(" ".join(form.text_content().split()), client))

    def go(self, requests: int) -> None:
        """Sends so many requests, a third of them forms."""
        while self.statuses.total() < requests:
            person = self.chance.choice(self.people)
            if person.forms and self.chance.random() < 0.4:
                self._send(person, person.forms.pop(self.chance.randrange(len(person.forms))))
            else:
                self._look(person, self.chance.choice(self.chance.choice(list(self.known.values()))))

    def _look(self, person: Wanderer, address: str) -> None:
        answer = self._ask(person, "GET", address)
        if answer.is_success and "html" in answer.headers.get("content-type", ""):
            self._read(person, answer)

    def _learn(self, address: str) -> None:
        """Keeps an address with those of its kind, so that a page of which there are few is asked for as often."""
        alike = self.known.setdefault(OWN.sub("", address), [])
        if address not in alike and len(alike) < 200:
            alike.append(address)

    def _ask(self, person: Wanderer, method: str, address: str, post: Post | None = None) -> httpx.Response:
        more = {"data": post.values, "files": post.files or None} if post else {}
        answer = person.client.request(method, address, headers={"Referer": f"{self.base}{address}"}, **more)  # type: ignore[arg-type]  # what httpx takes
        self.statuses[answer.status_code] += 1
        if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            sent = f" with {post.values}" if post else ""
            self.failures.append(f"{answer.status_code} {method} {address} as {person.name}{sent}"[:600])
        return answer

    def _read(self, person: Wanderer, answer: httpx.Response) -> None:
        page = html.fromstring(answer.content)
        page.make_links_absolute(str(answer.url))
        for link in page.xpath("//a/@href"):
            path = link.removeprefix(self.base)
            if link.startswith(self.base) and not AVOIDED.search(path):
                self._learn(path.partition("#")[0])
                if found := API.match(path):
                    self._learn(f"/api/{found[1]}/{found[2]}")
        for form in page.forms:
            # One without an address of its own goes back to its page.
            form.action = form.action or str(answer.url)
            if form.method == "POST" and not AVOIDED.search(form.action):
                person.forms = [*person.forms[-11:], self._filled(form)]

    def _filled(self, form: html.FormElement) -> Post:
        post = Post(form.action.removeprefix(self.base), {}, {})
        for element in form.inputs:
            name, kind = element.get("name"), element.get("type", element.tag)
            if not name or element.get("disabled") is not None:
                continue
            value = self._value(element, kind)
            if kind == "file":
                post.files[name] = ("note.txt", b"What both sides agreed on.\n")
            elif value is not None:
                post.values.setdefault(name, value)
        return post

    def _value(self, element: html.HtmlElement, kind: str) -> str | list[str] | None:
        if kind == "select":
            choices = element.value_options
            return self.chance.choice(choices) if choices else None
        if kind in ("checkbox", "radio"):
            return element.get("value", "on") if self.chance.random() < 0.6 else None
        if kind == "date":
            return self.chance.choice([date.today().isoformat(), element.get("value", ""), "2026-02-30"])  # noqa: DTZ011  # as a browser has it
        if kind in ("hidden", "submit", "number"):
            return element.get("value", "1")
        return str(self.chance.choice([element.get("value") or element.text or "", *TEXTS]))

    def _send(self, person: Wanderer, post: Post) -> None:
        way = self.chance.choice(WAYS)
        self.ways[way] += 1
        if way == "stale" and str(post.values.get("revision", "")).isdigit():
            post.values["revision"] = str(int(str(post.values["revision"])) - 1)
        if way == "unproved":
            post.values["csrfmiddlewaretoken"] = "0" * 64
        if way == "as another":
            person = self.chance.choice(self.people)
            post.values["csrfmiddlewaretoken"] = person.client.cookies["csrftoken"]
        times = 2 if way in ("twice", "at once") else 1
        with ThreadPoolExecutor(times if way == "at once" else 1) as pool:
            answers = list(pool.map(lambda _: self._ask(person, "POST", post.address, post), range(times)))
        if answers[0].is_redirect and answers[0].headers["location"].startswith("/"):
            self._look(person, answers[0].headers["location"])
