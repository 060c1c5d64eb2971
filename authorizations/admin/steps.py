"""Records that a machine moves, in the admin: what can happen now, and a page for each step."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from authorizations.actions.steps import offers
from authorizations.admin.base import RecordAdmin, person
from authorizations.lifecycle.step import Step
from authorizations.policy import Capability, may
from authorizations.presenters.machine_models import moving
from authorizations.presenters.machine_record import stage_words
from authorizations.step_pages.page import StepPages, buttons, step_page
from authorizations.url_access import ADMIN_RECORD


class StepsAdmin(RecordAdmin):
    """A model that a machine moves: its stage is text, and changes by the machine's steps alone."""

    def get_urls(self) -> list[Any]:
        page = self.page("<public_id:object_id>/steps/<slug:step>/", self.step_view, "step", ADMIN_RECORD)
        return [page, *super().get_urls()]

    def step_view(self, request: HttpRequest, object_id: str, step: str) -> HttpResponse:
        pages = StepPages("admin/step.html", self.record_url, lambda record, taken: self.step_frame(request, taken))
        return step_page(request, moving(self.model).record_type, object_id, step, pages)

    def step_frame(self, request: HttpRequest, taken: Step) -> dict[str, Any]:
        may_edit = may(person(request).roles, Capability.EDIT_RECORDS)
        add_system_url = reverse("admin:authorizations_agencysystem_add") if may_edit else ""
        return {**self.frame(request, taken.label), "add_system_url": add_system_url}

    def beside_the_form(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        found = offers(record, person(request), timezone.localdate())
        offered = buttons(record, found, lambda step: self.url("step", record.public_id, step))
        return {
            **super().beside_the_form(request, record),
            "moves": True,
            "stage": stage_words(record, record.stage),
            "buttons": offered,
        }
