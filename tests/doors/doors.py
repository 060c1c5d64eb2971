"""The three doors to a step: the page, the admin and the API, each with the same act."""

import html
import re
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from authorizations.models import Ato, Event
from tests.api.world import post, program_of
from tests.cast import Cast
from tests.doors.world import IN_THE_ADMIN, prefilled
from tests.lifecycle.world import as_entered

PAGE, ADMIN, API = DOORS = ("page", "admin", "api")
DONE = {PAGE: 302, ADMIN: 302, API: 200}
NOTHING = "found, or you don’t have access"  # both sentences of a 404 have it
TAGS = re.compile(r"<[^>]+>")


class Doors:
    """Everybody of the cast, signed in once in a browser and once with a program."""

    def __init__(self, cast: Cast, *people: str) -> None:
        self.cast = cast
        self.browsers = {key: _browser(cast, key) for key in people or cast.people}
        self.programs = {key: program_of(cast.people[key]) for key in people or cast.people}

    def open_to(self, person: str) -> tuple[str, ...]:
        """The doors that a person has."""
        return DOORS if person in IN_THE_ADMIN else (PAGE, API)

    def send(self, door: str, person: str, act: "Acted") -> HttpResponse:
        """One act through one door."""
        return self.send_to(door, person, address(door, act.record, act.name), act)

    def send_to(self, door: str, person: str, where: str, act: "Acted") -> HttpResponse:
        if door == API:
            return post(self.programs[person], where, act.body)
        return self.browsers[person].post(where, act.form)  # type: ignore[return-value]


@dataclass(frozen=True)
class Acted:
    """One step with everything that is entered, whichever door it is sent through."""

    record: Any
    name: str
    facts: dict[str, Any]
    reason: str = "Because."
    late: int = 0  # by how many revisions the page is older than the record

    @property
    def revision(self) -> int:
        return int(self.record.revision) - self.late

    @property
    def form(self) -> dict[str, Any]:
        """As a browser sends it: with what the page had filled in."""
        shown = as_entered({**prefilled(self.record, self.name), **self.facts})
        return {**shown, "revision": self.revision, "reason": self.reason}

    @property
    def body(self) -> dict[str, Any]:
        return {"revision": self.revision, "reason": self.reason, "facts": as_entered(self.facts)}


def _browser(cast: Cast, key: str) -> Client:
    client = Client()
    client.force_login(cast.people[key])
    return client


def address(door: str, record: Any, name: str) -> str:
    """Where a step is taken."""
    record_type = "ato" if isinstance(record, Ato) else "case"
    if door == ADMIN:
        return reverse(f"admin:authorizations_{record_type}_step", args=[record.public_id, name])
    if door == API:
        return f"/api/{record_type}s/{record.public_id}/{name}"
    return f"{record.get_absolute_url()}{name}/"


def words(answer: HttpResponse) -> str:
    """What a page says, as a reader sees it."""
    return html.unescape(TAGS.sub("", answer.content.decode()))


def state(record: Any) -> tuple[Any, ...]:
    """Everything that a refused act must leave alone: the whole row, and how many entries there are."""
    return type(record)._base_manager.filter(pk=record.pk).values().get(), Event.objects.count()
