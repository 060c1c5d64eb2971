"""The pages of the steps that move records: one for each step of each noun that a machine moves."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts.models import User
from authorizations.lifecycle.step import Step
from authorizations.models import Ato, Case
from authorizations.policy import Capability, may
from authorizations.presenters import links
from authorizations.presenters.machine_models import moving
from authorizations.presenters.machine_record import Moved
from authorizations.step_pages.page import Button, Hindered, StepDoor, hindrances, step_page
from authorizations.step_pages.page import buttons as buttons_with
from authorizations.web.page_access import person


@dataclass(frozen=True, slots=True)
class Pages:
    """Where the pages of a noun are: its list with that list's name, the page of a step, and where problems are met."""

    above: str
    list_name: str
    step_name: str
    hindered: Hindered = hindrances


# One entry for each noun that a machine moves; its steps' address names the noun in web/urls.py.
PAGES: dict[type[Any], Pages] = {
    Ato: Pages("ATO register", list_name="atos", step_name="ato_step"),
    Case: Pages("Cases", list_name="cases", step_name="case_step", hindered=links.hindrances),
}


def buttons(user: User, record: Moved, today: date) -> list[Button]:
    """Every step that this person may take now, with the addresses of their pages."""
    pages = PAGES[moving(record).noun]

    def address(step: str) -> str:
        return reverse(pages.step_name, args=[record.public_id, step])

    return buttons_with(user, record, today, address, pages.hindered)


def step(request: HttpRequest, public_id: str, step: str, noun: type[Any]) -> HttpResponse:
    """The page of one step of one record, and what became of it."""
    pages, user = PAGES[noun], person(request)

    def frame(record: Any, taken: Step) -> dict[str, Any]:
        return {
            "trail": [(pages.above, reverse(pages.list_name)), (str(record), record.get_absolute_url())],
            "add_system_url": reverse("add_system") if may(user.roles, Capability.ADD_OWN_SYSTEM) else "",
        }

    door = StepDoor("steps/step.html", lambda record: record.get_absolute_url(), frame, pages.hindered)
    return step_page(request, noun, public_id, step, door)
