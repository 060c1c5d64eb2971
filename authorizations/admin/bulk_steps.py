"""One step for many records in the admin: choose rows of a list, see what would happen, read a result for each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import format_html

from accounts.models import User
from authorizations.actions.refusals import Refused
from authorizations.actions.steps import NOT_YOURS, Offer, perform
from authorizations.admin.base import person
from authorizations.admin.steps import StepsAdmin
from authorizations.display import counted
from authorizations.lifecycle.context import ActingContext
from authorizations.lifecycle.machine import Machine
from authorizations.lifecycle.step import Step
from authorizations.policy import parties
from authorizations.presenters.cases import guidance
from authorizations.presenters.machine_models import moving
from authorizations.presenters.machine_record import stage_words
from authorizations.step_pages.bulk import GONE, BulkChoice, would_be
from authorizations.step_pages.forms import StepForm

MOST = 100
NONE_CHOSEN = "Choose at least one row of the list first."


@dataclass(frozen=True, slots=True)
class BulkRow:
    chosen: BulkChoice
    words: str
    url: str
    is_good: bool
    description: str


# What would happen to a record, or what became of it: the record then, whether that is good, and in words.
Judge = Callable[[BulkChoice, Any, Any], tuple[Any, bool, str]]


class BulkForm(StepForm):
    """What a step asks for, once for all chosen records; each brings its own revision."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["revision"]
        self.fields["sure"] = forms.CharField(widget=forms.HiddenInput, initial="yes")


class BulkStepsAdmin(StepsAdmin):
    """A model whose list takes a step for several records at once. Subclasses name the steps."""

    bulk_steps: ClassVar[tuple[str, ...]] = ()

    @property
    def machines(self) -> tuple[Machine, ...]:
        """The machines of the records, several where kinds differ; steps of one name mean the same in each."""
        return (self.model.machine(),)

    def steps_in_bulk(self, user: User) -> list[Step]:
        """The steps that this person may take from the list, by role alone; each record is asked again."""
        held = ((one.role, one.organization_id) for one in user.current_memberships)
        who = parties(held, agency_line=(), provider=None, is_named_official=False)
        named = {step.name: step for machine in self.machines for step in machine.steps}
        return [named[name] for name in self.bulk_steps if not named[name].who.isdisjoint(who)]

    # --- the list ---

    def get_list_display(self, request: HttpRequest) -> Any:
        shown = super().get_list_display(request)
        return ["choice", *shown] if self.steps_in_bulk(person(request)) else shown

    def get_list_display_links(self, request: HttpRequest, list_display: Any) -> Any:
        return [name for name in list_display if name != "choice"][:1]

    @admin.display(description="choose")
    def choice(self, record: Any) -> str:
        value = BulkChoice(record.public_id, record.revision)
        return format_html(
            '<input type="checkbox" name="row" form="bulk" value="{}" aria-label="Choose {}">', value, record
        )

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return super().changelist_view(request, {"bulk": self.bulk_buttons(request), **(extra_context or {})})

    def bulk_buttons(self, request: HttpRequest) -> list[tuple[str, str]]:
        """What can be done to the chosen rows: words and address."""
        return [(step.label, self.url("bulk", step.name)) for step in self.steps_in_bulk(person(request))]

    def get_urls(self) -> list[Any]:
        return [self.page("steps/<slug:step>/", self.bulk_view, "bulk"), *super().get_urls()]

    # --- the pages ---

    def in_bulk(
        self, request: HttpRequest, title: str, make_form: Callable[[Any, Any], Any], preview: Judge, take: Judge
    ) -> dict[str, Any] | None:
        """The context of a page that shows what would happen to each chosen record, then what became of each.

        Args:
            make_form: of what was sent and one of the records, on which the choices of its fields depend.
            take: calls the verb, in a transaction of its own: what is refused stops no other row.

        Returns:
            None where no row was chosen.
        """
        chosen = [row for text in request.POST.getlist("row")[:MOST] if (row := BulkChoice.read(text))]
        found = self.model._default_manager.acting_for(person(request)).select_related(*self.beside_one)
        records = {each.public_id: each for each in found.filter(public_id__in=[row.public_id for row in chosen])}
        if not records:
            self.message_user(request, NONE_CHOSEN, "warning")
            return None
        form = make_form(request.POST if "sure" in request.POST else None, next(iter(records.values())))
        is_done = form.is_bound and form.is_valid()

        def row_of(row: BulkChoice) -> BulkRow:
            try:
                record = records[row.public_id]
                record, is_good, words = (take if is_done else preview)(row, record, form)
            except Refused as refusal:
                is_good, words = False, refusal.sentence
            except (KeyError, ObjectDoesNotExist):
                return BulkRow(row, row.public_id, "", is_good=False, description=GONE)
            return BulkRow(row, str(record), self.record_url(record), is_good, words)

        rows = [row_of(row) for row in chosen]
        names: Any = self.opts
        good = sum(row.is_good for row in rows)
        return {
            **self.frame(request, title.format(counted(len(rows), names.verbose_name, names.verbose_name_plural))),
            "rows": rows,
            "offered": [row for row in rows if row.is_good],
            "good": good,
            "bad": len(rows) - good,
            "form": None if is_done else form,
        }

    def bulk_view(self, request: HttpRequest, step: str) -> HttpResponse:
        """A step for the chosen records.

        Raises:
            Http404: no such step for several records.
            PermissionDenied: the person's role takes no such step.
        """
        if step not in self.bulk_steps:
            raise Http404
        user, today = person(request), timezone.localdate()
        taken = next((each for each in self.steps_in_bulk(user) if each.name == step), None)
        if taken is None:
            raise PermissionDenied(NOT_YOURS)

        def make_form(sent: Any, example: Any) -> BulkForm:
            offer = Offer(example.machine().step(step) or taken, ActingContext(user, today), ())
            return BulkForm(sent, initial={"happened_on": today}, record=example, offer=offer, user=user)

        def take(row: BulkChoice, record: Any, form: BulkForm) -> tuple[Any, bool, str]:
            now = timezone.now()
            given = {"at": form.at(now), "revision": row.revision, "reason": form.cleaned_data["reason"], **form.facts}
            done = perform(moving(self.model).record_type, row.public_id, step, actor=user, now=now, **given)
            return done, True, f"{taken.done}. Now: {stage_words(done, done.stage)}."

        context = self.in_bulk(
            request,
            f"{taken.label}: {{}}",
            make_form,
            lambda row, record, form: (record, *would_be(user, record, step)),
            take,
        )
        if context is None:
            return redirect(self.url("changelist"))
        about = {
            "step": taken,
            "could": "Open",
            "could_not": "Not yet",
            "notified_people": moving(self.model).notified_people,
            "guidance": guidance.at_the_end(user, taken),
        }
        return render(request, "admin/bulk_step.html", {**context, **about})
