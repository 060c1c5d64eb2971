"""The page of one step, for every door: who may open it, what it shows, and what becomes of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from accounts.models import User
from authorizations.actions.acting_capacity import Subject, acting_context
from authorizations.actions.findings.returns import RETURNS
from authorizations.actions.refusals import NoLongerPossible, NotReady, Refused
from authorizations.actions.steps import NOT_YOURS, HeldStep, Offer, StaleRevision, held_step, offer_of
from authorizations.display import small
from authorizations.lifecycle.context import ActingContext
from authorizations.lifecycle.problems import Force, Problem
from authorizations.lifecycle.sources import OUR_DESIGN
from authorizations.lifecycle.step import Step, blocking_problems
from authorizations.models import Case
from authorizations.presenters.absent_parties import absent_parties
from authorizations.presenters.audit_log.history import RecordedAct, TimelineEntry, entries
from authorizations.presenters.cases import guidance
from authorizations.presenters.findings import Listed, going_out, seen_list
from authorizations.presenters.links import ProblemLink
from authorizations.presenters.machine_models import moving
from authorizations.presenters.machine_record import stage_words
from authorizations.rules import newest
from authorizations.step_pages.forms import StepForm
from authorizations.vocabulary import ABSENT_PARTY, NoticeRecipient, Turn

FROM_EVIDENCE = " You record from evidence what happened, because nobody of that side is here. It can answer later."
RECORDING = " You record what the authorizing official signed; the history names you both."
ANOTHER_LIST = "A colleague changed the list that goes out since you opened the page. Nothing of yours was done yet."
# How the names of inputs begin that are not the step's own.
NEEDED = ("document-", "needed-")
STANDING_IN = " You act for an organization that has no active member here."


@dataclass(frozen=True, slots=True)
class StepButton:
    """One step as the page of its record offers it; what is only asked about does not block it."""

    label: str
    description: str
    url: str
    problem_links: list[ProblemLink]
    asks: list[ProblemLink]
    step: Step
    basis: str = ""


def buttons(
    record: Subject,
    offered: Iterable[Offer],
    address: Callable[[str], str],
    with_problem_links: "ProblemLinker | None" = None,
) -> list[StepButton]:
    """The steps that a person is offered, blocked ones with what blocks it.

    Args:
        address: of the page of a step, by its name, at the door that shows the buttons.
        with_problem_links: where that door's pages meet problems; `problem_links` unless the record type has places
            of its own.
    """
    link_problems = with_problem_links or problem_links
    return [
        StepButton(
            label_of(offer),
            _says(offer),
            address(offer.step.name),
            link_problems(offer.context, record, blocking(offer)),
            link_problems(offer.context, record, asking(offer)),
            offer.step,
            "; ".join(name for name in offer.step.basis if name != OUR_DESIGN),
        )
        for offer in offered
    ]


def label_of(offer: Offer | HeldStep) -> str:
    """What the button of a step says: what an absent party did is recorded, not done."""
    whom = ABSENT_PARTY[Turn(offer.context.recorded_for)] if offer.context.recorded_for else ""
    return f"Record for {whom}: {small(offer.step.done)}" if whom else offer.step.label


def _says(offer: Offer) -> str:
    context = offer.context
    recording = RECORDING if context.recording else FROM_EVIDENCE if context.recorded_for else ""
    acting = f" You act for {context.acting_for}; the history names you both." if context.acting_for else ""
    return f"{offer.step.description}{recording}{STANDING_IN if context.for_unstaffed_organization else ''}{acting}"


def blocking(offer: Offer) -> list[Problem]:
    return blocking_problems(list(offer.problems))


def asking(offer: Offer) -> list[Problem]:
    return [problem for problem in offer.problems if problem.force is Force.SHOULD]


def problem_links(context: ActingContext, record: Subject, problems: Iterable[Problem]) -> list[ProblemLink]:
    return [ProblemLink(problem.sentence, _place(context.user, record, problem.where)) for problem in problems]


def _place(user: User, record: Subject, where: str) -> str:
    place = getattr(record, where, None) if where else None
    rows: Any = type(place)._default_manager if isinstance(place, models.Model) else None
    if place is None or not hasattr(rows, "visible_to") or not hasattr(place, "get_absolute_url"):
        return ""
    return str(place.get_absolute_url()) if rows.visible_to(user).filter(pk=place.pk).exists() else ""


ProblemLinker = Callable[[ActingContext, Any, Iterable[Problem]], list[ProblemLink]]


class BroughtAlong(Protocol):
    """What a door asks for on the page of a step beside the step's own facts, and files before the step is taken."""

    elsewhere: list[Problem]  # what must be met first, and not on this page

    @property
    def are_any(self) -> bool: ...

    @property
    def mistakes(self) -> int: ...

    def carry_out(self, revision: int) -> int | None:
        """Files what was sent on a record of this revision; the revision after it, None where some was refused."""


@dataclass(frozen=True)
class StepRequest:
    request: HttpRequest
    record: Any
    offer: Offer | HeldStep
    door: "StepPages"

    @property
    def user(self) -> User:
        return cast(User, self.request.user)

    @cached_property
    def returned(self) -> list[Listed] | None:
        """The findings that the step would send, where it returns work as a list; None where it does not."""
        name = self.offer.step.name
        return going_out(self.record, name, self.user) if isinstance(self.record, Case) and name in RETURNS else None

    def form(self, *typed: Any, **more: Any) -> StepForm:
        sends = "" if self.returned is None else seen_list(self.returned)
        return StepForm(*typed, record=self.record, offer=self.offer, user=self.user, sends=sends, **more)

    def fresh_form(self) -> StepForm:
        """The form before anything is typed: what is known, and today for what is done now."""
        fresh = self.form(initial={"happened_on": timezone.localdate()})
        if self.door.typed is not None:
            fresh.initial = {**fresh.initial, **self.door.typed(fresh)}
        return fresh


@dataclass(frozen=True, slots=True)
class StepPages:
    """What a door adds to the page of a step: its template, the record's page there, and what its frame needs."""

    template: str
    record_url: Callable[[Any], str]
    frame: Callable[[Any, Step], dict[str, Any]]
    with_problem_links: ProblemLinker = problem_links
    # The needs of a step, with what a request sent of them.
    needs: Callable[[User, Any, Offer, HttpRequest | None], BroughtAlong] | None = None
    # What was typed in a form before something was added elsewhere, by name.
    typed: Callable[[BaseForm], dict[str, Any]] | None = None


def step_page(
    request: HttpRequest, record_type: type[Any], public_id: str, name: str, step_pages: StepPages
) -> HttpResponse:
    """The page of one step of one record, and what became of it.

    Raises:
        Http404: no such record for this person, or no such step.
        PermissionDenied, NotPermitted: the person is nobody who may take it.
    """
    if request.method != "POST":
        hand = _in_hand(request, record_type, public_id, name, step_pages)
        return _page(hand, hand.fresh_form())
    submitted, refused = _bring(request, record_type, public_id, name, step_pages)
    if refused is not None:
        return refused
    try:
        held = _take(request, record_type, public_id, name, step_pages, submitted)
    except (NoLongerPossible, NotReady) as refusal:
        return _refused(_in_hand(request, record_type, public_id, name, step_pages), refusal, submitted)
    messages.success(request, f"{held.step.done}. It is in the history.")
    return redirect(step_pages.record_url(held.record))


def _bring(
    request: HttpRequest, record_type: type[Any], public_id: str, name: str, step_pages: StepPages
) -> tuple[QueryDict, HttpResponse | None]:
    """Files what came for the needs of the step; the form as it is sent then, and an answer where that is all."""
    submitted = request.POST.copy()
    if step_pages.needs is None or not (request.FILES or any(key.startswith(NEEDED) for key in submitted)):
        return submitted, None
    hand = _in_hand(request, record_type, public_id, name, step_pages)
    needs = step_pages.needs(hand.user, hand.record, cast(Offer, hand.offer), request)
    sent = submitted.get("revision", "")
    if not needs.are_any or sent != str(hand.record.revision):
        # Who comes too late is told what happened since; the files that came wait with the form.
        return submitted, None
    revision = needs.carry_out(hand.record.revision)
    if revision is None:
        again = _in_hand(request, record_type, public_id, name, step_pages)
        submitted["revision"] = str(again.record.revision)
        return submitted, _page(again, again.form(submitted), needs=needs)
    submitted["revision"] = str(revision)
    if "save" in submitted:
        if str(revision) == sent:
            messages.info(request, "You brought nothing, so nothing is filed. The step is still to be taken.")
        else:
            messages.success(request, "What you brought is filed. The step is still to be taken.")
        return submitted, redirect(step_pages.record_url(hand.record))
    return submitted, None


def offer_for(record: Any, name: str, user: User, *, ever: bool = False) -> Offer:
    """A step of a record for a person, with what blocks it, whether the machine offers it now or not.

    ever: for anyone who could take it where the record stood otherwise, too.

    Raises:
        Http404: the machine has no such step, or no person takes it.
        PermissionDenied: the person is nobody who may take it.
    """
    step = record.machine().step(name)
    if step is None or not step.sources or step.inside:
        raise Http404
    offer = offer_of(record, step, acting_context(record, user, timezone.localdate()), ever=ever)
    if offer is None:
        raise PermissionDenied(NOT_YOURS)
    return offer


def preview(record: Subject, offer: Offer) -> dict[str, Any]:
    """What the step would do: from which stage to which, who is told, and which notices are left on record."""
    step = offer.step
    rules = record.rules if isinstance(record, Case) else newest()
    return {
        "step": step,
        "rules": rules,
        "forms": rules.forms_at(step.row),
        "label": label_of(offer),
        "recording": offer.context.recording,
        "recorded_for": offer.context.recorded_for and ABSENT_PARTY[Turn(offer.context.recorded_for)],
        "for_unstaffed_organization": offer.context.for_unstaffed_organization,
        "acted_for": offer.context.acting_for,
        "before": stage_words(record, record.stage),
        "after": stage_words(record, step.leads_to(record.stage, record)),
        "notified_people": moving(record).notified_people,
        "absent": absent_parties(record),
        "notices": [_addressee(notice_spec.whom) for notice_spec in step.notice_specs],
    }


def happened_since(record: Any, user: User, refusal: Refused | None) -> list[TimelineEntry]:
    """What happened since the person opened the page, where that is why they are refused."""
    return entries(record, user, map(RecordedAct.of, refusal.since)) if isinstance(refusal, StaleRevision) else []


def _addressee(whom: str) -> str:
    label = str(NoticeRecipient(whom).label)
    return label if whom == NoticeRecipient.FEDRAMP else f"the {label.lower()}"


def _in_hand(
    request: HttpRequest, record_type: type[Any], public_id: str, name: str, step_pages: StepPages
) -> StepRequest:
    user = cast(User, request.user)
    record = get_object_or_404(record_type._default_manager.acting_for(user), public_id=public_id)
    # Anyone who sends a page that was theirs to open is told what happened since, with what was typed.
    return StepRequest(request, record, offer_for(record, name, user, ever=request.method == "POST"), step_pages)


def _take(
    request: HttpRequest,
    record_type: type[Any],
    public_id: str,
    name: str,
    step_pages: StepPages,
    submitted: QueryDict,
) -> HeldStep:
    """Takes the step with what was sent; the form is read against the record that is held.

    Raises:
        as `held_step()`, `let_in()` and `take()`; NotReady without a problem where the form has mistakes of its own.
    """
    now = timezone.now()
    with held_step(record_type, public_id, name, actor=cast(User, request.user), now=now) as held:
        form = StepRequest(request, held.record, held, step_pages).form(submitted)
        is_valid = form.is_valid()
        sent = form.cleaned_data
        if is_valid and sent.get("sends") and sent["sends"] != form.fields["sends"].initial:
            raise NoLongerPossible(ANOTHER_LIST)
        # Who comes too late is told so, and not that something is missing.
        if sent.get("revision") is not None:
            held.let_in(sent["revision"], form.at(now))
        if not is_valid:
            raise NotReady([])
        held.take(form.facts, sent["reason"])
    return held


def _refused(step_request: StepRequest, refusal: NoLongerPossible | NotReady, submitted: QueryDict) -> HttpResponse:
    if isinstance(refusal, NoLongerPossible):
        submitted["revision"] = str(step_request.record.revision)
        if step_request.returned is not None:
            submitted["sends"] = seen_list(step_request.returned)
        return _page(step_request, step_request.form(submitted), moved_on=refusal)
    form = step_request.form(submitted)
    if form.is_valid():
        form.refuse(refusal)
    else:
        form.ask_too(step_request.offer.step.problems(step_request.record, form.facts, step_request.offer.context))
    return _page(step_request, form)


def _page(
    step_request: StepRequest,
    form: StepForm,
    *,
    moved_on: NoLongerPossible | None = None,
    needs: BroughtAlong | None = None,
) -> HttpResponse:
    context = step_context(step_request, form, moved_on=moved_on, needs=needs)
    # A form that comes back was refused, and nothing was written.
    status = 409 if form.is_bound or not context["is_open"] else 200
    return render(step_request.request, step_request.door.template, context, status=status)


def step_context(
    step_request: StepRequest,
    form: StepForm,
    *,
    moved_on: NoLongerPossible | None = None,
    needs: BroughtAlong | None = None,
) -> dict[str, Any]:
    """What the templates of a step read, on its own page and on that of its record."""
    offer: Any = step_request.offer
    if needs is None and step_request.door.needs is not None:
        request = step_request.request if moved_on else None
        needs = step_request.door.needs(step_request.user, step_request.record, offer, request)
    blocked = needs.elsewhere if needs is not None else blocking(offer)
    return {
        **preview(step_request.record, offer),
        "record": step_request.record,
        "record_type": moving(step_request.record).word,
        "form": form,
        "needs": needs,
        "mistakes": len(form.errors) + (needs.mistakes if needs is not None else 0),
        "problem_links": step_request.door.with_problem_links(offer.context, step_request.record, blocked),
        "asks": step_request.door.with_problem_links(offer.context, step_request.record, asking(offer)),
        "is_open": offer.step.is_offered(step_request.record, offer.context),
        "moved_on": moved_on,
        "since": happened_since(step_request.record, step_request.user, moved_on),
        "back": step_request.door.record_url(step_request.record),
        "guidance": guidance.at_the_end(step_request.user, offer.step),
        "returned": step_request.returned,
        **step_request.door.frame(step_request.record, offer.step),
    }
