"""One step for many records at the desk: choose rows of a list, see what would happen, read a result for each."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from accounts.models import User
from authorizations.actions.acting_capacity import acting_context
from authorizations.actions.refusals import Refused
from authorizations.actions.steps import NOT_YOURS, Offer, offer_of, perform
from authorizations.admin.base import person
from authorizations.admin.steps import StepsAdmin
from authorizations.lifecycle.context import ActingContext
from authorizations.lifecycle.machine import Machine
from authorizations.lifecycle.problems import Problem
from authorizations.lifecycle.step import Step, blocking_problems
from authorizations.policy import parties
from authorizations.presenters.cases import guidance
from authorizations.presenters.machine_models import moving
from authorizations.presenters.machine_record import stage_words
from authorizations.step_pages.forms import StepForm
from authorizations.url_access import ADMIN_LIST, page

MOST = 100
SEPARATOR = ":"
NONE_CHOSEN = "Choose at least one row of the list first."
GONE = "There is no such record any more, or it is not one of yours."


@dataclass(frozen=True, slots=True)
class BulkChoice:
    """A row of the list as the person saw it: the record and the revision it had."""

    public_id: str
    revision: int

    @classmethod
    def read(cls, text: str) -> "BulkChoice | None":
        """The row of a checkbox's value; None for anything else."""
        public_id, _, revision = text.partition(SEPARATOR)
        is_read = text.isascii() and public_id.isalnum() and revision.isdigit() and len(revision) < 10
        return cls(public_id, int(revision)) if is_read else None

    def __str__(self) -> str:
        """The value of its checkbox."""
        return f"{self.public_id}{SEPARATOR}{self.revision}"


@dataclass(frozen=True, slots=True)
class BulkRow:
    """One chosen record with what would happen to it, or what became of it."""

    chosen: BulkChoice
    words: str
    url: str
    is_good: bool
    description: str


class BulkForm(StepForm):
    """What a step asks for, once for all chosen records; each brings its own revision."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["revision"]
        self.fields["sure"] = forms.CharField(widget=forms.HiddenInput, initial="yes")


class BulkStepsAdmin(StepsAdmin):
    """A noun whose list takes a step for several records at once. Subclasses name the steps."""

    bulk_steps: ClassVar[tuple[str, ...]] = ()

    @property
    def machines(self) -> tuple[Machine, ...]:
        """The machines of the noun's records, several where kinds differ; steps of one name mean the same in each."""
        return (self.model.machine(),)

    def steps_in_bulk(self, user: User) -> list[Step]:
        """The steps that this person may take from the list, by role alone; each record is asked again."""
        held = ((one.role, one.organization_id) for one in user.current_memberships)
        who = parties(held, agency_line=(), provider=None, is_named_official=False)
        named = {step.name: step for machine in self.machines for step in machine.steps}
        return [named[name] for name in self.bulk_steps if not named[name].who.isdisjoint(who)]

    # --- the list ---

    def get_list_display(self, request: HttpRequest) -> Any:
        """A checkbox in front of each row, for those who may do something with it."""
        shown = super().get_list_display(request)
        return ["choice", *shown] if self.steps_in_bulk(person(request)) else shown

    def get_list_display_links(self, request: HttpRequest, list_display: Any) -> Any:
        """The first column that says something leads to the record."""
        return [name for name in list_display if name != "choice"][:1]

    def choice(self, record: Any) -> str:
        """The checkbox of a row; it belongs to the form below the table."""
        value = BulkChoice(record.public_id, record.revision)
        return format_html(
            '<input type="checkbox" name="row" form="bulk" value="{}" aria-label="Choose {}">', value, record
        )

    choice.short_description = "choose"  # type: ignore[attr-defined]  # how Django reads a column's heading

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Adds the buttons of the steps below the table."""
        offered = [(step.label, self.bulk_url(step.name)) for step in self.steps_in_bulk(person(request))]
        offered += self.more_in_bulk(request)
        return super().changelist_view(request, {"bulk": offered, **(extra_context or {})})

    def more_in_bulk(self, request: HttpRequest) -> list[tuple[str, str]]:
        """What else can be done to the chosen rows, beside steps: words and address."""
        return []

    def get_urls(self) -> list[Any]:
        """Adds the page of a step for several records."""
        view = self.admin_site.admin_view(self.bulk_view)
        return [page("steps/<slug:step>/", view, self.bulk_name, ADMIN_LIST), *super().get_urls()]

    @property
    def bulk_name(self) -> str:
        """The name of the address of a step for several records."""
        return f"{self.opts.app_label}_{self.opts.model_name}_bulk"

    def bulk_url(self, step: str) -> str:
        """The address of a step for several records."""
        return reverse(f"admin:{self.bulk_name}", args=[step])

    # --- the step ---

    def bulk_view(self, request: HttpRequest, step: str) -> HttpResponse:
        """What the step would do to each chosen record; then what became of each.

        Raises:
            Http404: no such step for several records.
            PermissionDenied: the person's role takes no such step.
        """
        if step not in self.bulk_steps:
            raise Http404
        taken = next((each for each in self.steps_in_bulk(person(request)) if each.name == step), None)
        if taken is None:
            raise PermissionDenied(NOT_YOURS)
        chosen = [row for text in request.POST.getlist("row")[:MOST] if (row := BulkChoice.read(text))]
        records = self._records(request, chosen)
        if request.method != "POST" or not records:
            self.message_user(request, NONE_CHOSEN, "warning")
            return redirect(self.list_url)
        form = self._form(request, next(iter(records.values())), taken)
        if form.is_bound and form.is_valid():
            return self._show(request, taken, [self._take(request, taken, row, records, form) for row in chosen])
        return self._show(request, taken, [self._preview(request, taken, row, records) for row in chosen], form)

    def _records(self, request: HttpRequest, chosen: Iterable[BulkChoice]) -> dict[str, Any]:
        """The chosen records on which this person may act, by public id."""
        rows = self.model._default_manager.acting_for(person(request))
        return {each.public_id: each for each in rows.filter(public_id__in=[row.public_id for row in chosen])}

    def _form(self, request: HttpRequest, example: Any, taken: Step) -> BulkForm:
        """The form of the step; the records that a fact may name are those of the first chosen record."""
        user = person(request)
        step = example.machine().step(taken.name) or taken
        offer = Offer(step, ActingContext(user, timezone.localdate()), ())
        if "sure" in request.POST:
            return BulkForm(request.POST, record=example, offer=offer, user=user)
        return BulkForm(initial={"happened_on": timezone.localdate()}, record=example, offer=offer, user=user)

    def _preview(self, request: HttpRequest, taken: Step, row: BulkChoice, records: dict[str, Any]) -> BulkRow:
        record = records.get(row.public_id)
        if record is None:
            return BulkRow(row, row.public_id, "", is_good=False, description=GONE)
        context = acting_context(record, person(request), timezone.localdate())
        step: Step | None = record.machine().step(taken.name)
        offer = offer_of(record, step, context) if step else None
        if step is None or not step.is_offered(record, offer.context if offer else context):
            return self._row(row, record, is_good=False, description=_why_not_open(record, step, context))
        if offer is None:
            return self._row(row, record, is_good=False, description=NOT_YOURS)
        if problems := blocking_problems(list(offer.problems)):
            return self._row(row, record, is_good=False, description=_sentences(problems))
        before, after = stage_words(record, record.stage), stage_words(record, step.leads_to(record.stage, record))
        return self._row(
            row, record, is_good=True, description=f"{before} → {after}" if before != after else f"Stays {before}"
        )

    def _take(
        self, request: HttpRequest, taken: Step, row: BulkChoice, records: dict[str, Any], form: BulkForm
    ) -> BulkRow:
        """One call of the one door, in a transaction of its own: what is refused stops no other row."""
        now, record_type, record = timezone.now(), moving(self.model).record_type, records.get(row.public_id)
        try:
            done = perform(
                record_type,
                row.public_id,
                taken.name,
                actor=person(request),
                now=now,
                at=form.at(now),
                revision=row.revision,
                reason=form.cleaned_data["reason"],
                **form.facts,
            )
        except Refused as refusal:
            return self._row(row, record, is_good=False, description=refusal.sentence)
        except record_type.DoesNotExist:
            return BulkRow(row, row.public_id, "", is_good=False, description=GONE)
        return self._row(row, done, is_good=True, description=f"{taken.done}. Now: {stage_words(done, done.stage)}.")

    def _row(self, row: BulkChoice, record: Any, *, is_good: bool, description: str) -> BulkRow:
        return BulkRow(row, str(record), self.record_url(record), is_good, description)

    def _show(
        self, request: HttpRequest, taken: Step, rows: list[BulkRow], form: BulkForm | None = None
    ) -> HttpResponse:
        good = sum(row.is_good for row in rows)
        context = {
            **self.frame(request, None, taken),
            "title": f"{taken.label}: {_counted(len(rows), self.opts)}",
            "step": taken,
            "rows": rows,
            "offered": [row for row in rows if row.is_good],
            "could": "Open",
            "could_not": "Not yet",
            "good": good,
            "bad": len(rows) - good,
            "form": form,
            "notified_people": moving(self.model).notified_people,
            "guidance": guidance.at_the_end(person(request), taken),
        }
        return render(request, "admin/bulk_step.html", context)


def _counted(count: int, opts: Any) -> str:
    return f"{count} {opts.verbose_name if count == 1 else opts.verbose_name_plural}"


def _why_not_open(record: Any, step: Step | None, context: ActingContext) -> str:
    """The stage, or the conditions of the offer that do not hold."""
    closed = step.closed_by(record, context) if step and record.stage in step.sources else None
    if closed is None:
        return f"Not open now: the stage is {stage_words(record, record.stage)}."
    return f"Open only when this holds: {closed.words}"


def _sentences(problems: Iterable[Problem]) -> str:
    return " ".join(problem.sentence for problem in problems)
