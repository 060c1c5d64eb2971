"""Records that a machine moves, at the desk: what can happen now, and a page for each step."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from authorizations.admin.base import RecordAdmin, person
from authorizations.lifecycle.step import Step
from authorizations.policy import Capability, may
from authorizations.presenters.machine_models import moving
from authorizations.presenters.machine_record import stage_words
from authorizations.step_pages.page import StepPages, buttons, step_page
from authorizations.url_access import ADMIN_RECORD, page


class StepsAdmin(RecordAdmin):
    """A noun that a machine moves: its stage is text, and changes by the machine's steps alone."""

    def get_urls(self) -> list[Any]:
        """Adds the page of a step."""
        view = self.admin_site.admin_view(self.step_view)
        return [
            page("<public_id:object_id>/steps/<slug:step>/", view, self.step_name, ADMIN_RECORD),
            *super().get_urls(),
        ]

    @property
    def step_name(self) -> str:
        """The name of a step's address."""
        return f"{self.opts.app_label}_{self.opts.model_name}_step"

    def step_view(self, request: HttpRequest, object_id: str, step: str) -> HttpResponse:
        """The page of one step of one record, and what became of it."""
        step_pages = StepPages(
            "admin/step.html", self.record_url, lambda record, taken: self.frame(request, record, taken)
        )
        return step_page(request, moving(self.model).record_type, object_id, step, step_pages)

    def record_url(self, record: Any) -> str:
        """The record's page at the desk."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[record.public_id])

    def frame(self, request: HttpRequest, record: Any, taken: Step) -> dict[str, Any]:
        """What the frame of a step's page needs."""
        may_edit = may(person(request).roles, Capability.EDIT_RECORDS)
        return {
            **self.admin_site.each_context(request),
            "title": taken.label,
            "opts": self.opts,
            "list_url": self.list_url,
            "add_system_url": reverse("admin:authorizations_agencysystem_add") if may_edit else "",
        }

    def beside_the_form(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        """Adds every step that the person may take now."""

        def address(step: str) -> str:
            return reverse(f"admin:{self.step_name}", args=[record.public_id, step])

        offered = buttons(person(request), record, timezone.localdate(), address)
        return {
            **super().beside_the_form(request, record),
            "moves": True,
            "stage": stage_words(record, record.stage),
            "buttons": offered,
        }
