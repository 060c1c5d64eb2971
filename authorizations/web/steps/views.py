"""The pages of the steps that move records: one for each step of each record type that a machine moves."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.models import User
from authorizations.actions.acting_capacity import Subject
from authorizations.actions.steps import Offer, offers
from authorizations.lifecycle.step import Step
from authorizations.models import Ato, Case
from authorizations.presenters import links
from authorizations.presenters.cases.evidence import evidence_for
from authorizations.presenters.machine_models import moving
from authorizations.step_pages.page import (
    ProblemLinker,
    StepButton,
    StepPages,
    offer_for,
    problem_links,
    step_page,
)
from authorizations.step_pages.page import buttons as buttons_with
from authorizations.web.answers import trail_of
from authorizations.web.page_access import person
from authorizations.web.steps.detours import detours, forget, initial_of, leave, typed_before
from authorizations.web.steps.needs import Needs


@dataclass(frozen=True, slots=True)
class RecordPages:
    step_name: str
    with_problem_links: ProblemLinker = problem_links


# One entry for each record type that a machine moves; its steps' address names the record type in web/urls.py.
PAGES: dict[type[Any], RecordPages] = {
    Ato: RecordPages("ato_step"),
    Case: RecordPages("case_step", links.problem_links),
}


def buttons(user: User, record: Subject, today: date) -> list[StepButton]:
    return buttons_of(record, offers(cast(Any, record), user, today))


def buttons_of(record: Subject, offered: Iterable[Offer]) -> list[StepButton]:
    pages = PAGES[moving(record).record_type]

    def address(step: str) -> str:
        return reverse(pages.step_name, args=[record.public_id, step])

    return buttons_with(record, offered, address, pages.with_problem_links)


def step(request: HttpRequest, public_id: str, step: str, record_type: type[Any]) -> HttpResponse:
    user = person(request)
    if "detour" in request.POST:
        return _leave(request, get_object_or_404(record_type.objects.acting_for(user), public_id=public_id), step)
    if request.method == "POST":
        forget(request)
    return step_page(request, record_type, public_id, step, step_pages_of(record_type, user, typed_before(request)))


def _leave(request: HttpRequest, record: Subject, step: str) -> HttpResponse:
    """Keeps what was typed, and the files that came, while something is added that the step lacks."""
    user = person(request)
    needs = Needs(user, record, offer_for(record, step, user, ever=True), request)
    typed = request.POST.copy()
    for document in needs.documents:
        for name, value in document.ticket.items():
            typed[name] = value
    return leave(request, detours(user, record).get(request.POST["detour"], ""), typed)


def step_pages_of(record_type: type[Any], user: User, typed: QueryDict | None = None) -> StepPages:
    """How the portal draws the steps of a record type for a person; typed: what waits since a detour."""
    pages = PAGES[record_type]

    def frame(record: Any, taken: Step) -> dict[str, Any]:
        return {
            "trail": trail_of(record),
            "evidence": evidence_for(record, taken.name, user) if isinstance(record, Case) else None,
            "detours": detours(user, record),
        }

    return StepPages(
        "steps/step.html",
        lambda record: record.get_absolute_url(),
        frame,
        pages.with_problem_links,
        partial(Needs, typed=typed),
        partial(initial_of, typed=typed) if typed is not None else None,
    )
