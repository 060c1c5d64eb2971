"""The page of one step, for every door: who may open it, what it shows, and what becomes of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from accounts.models import User
from authorizations.actions.acting_capacity import acting_context
from authorizations.actions.findings.returns import RETURNS
from authorizations.actions.refusals import MovedOn, NotReady
from authorizations.actions.steps import NOT_YOURS, HeldStep, Offer, Stale, held_step, offer_of, offers
from authorizations.lifecycle.context import ActingContext
from authorizations.lifecycle.problems import Force, Problem
from authorizations.lifecycle.sources import OUR_DESIGN
from authorizations.lifecycle.step import Step, musts
from authorizations.models import Case
from authorizations.presenters.audit_log.history import Act, entries
from authorizations.presenters.cases import guidance
from authorizations.presenters.findings import Listed, going_out, seen_list
from authorizations.presenters.links import Hindrance
from authorizations.presenters.machine_models import moving
from authorizations.presenters.machine_record import Moved, stage_words
from authorizations.rules import newest
from authorizations.step_pages.forms import StepForm
from authorizations.vocabulary import Told

RECORDING = " You record what the authorizing official signed; the history names you both."
ANOTHER_LIST = "A colleague changed the list that goes out since you opened the page. Nothing of yours was done yet."
STANDING_IN = " You stand in for an organization that has no active member here."


@dataclass(frozen=True, slots=True)
class Button:
    """One step as the page of its record offers it; what is only asked about does not block it."""

    label: str
    says: str
    url: str
    hindrances: list[Hindrance]
    asks: list[Hindrance]
    basis: str = ""


def buttons(
    user: User, record: Moved, today: date, address: Callable[[str], str], hindered: "Hindered | None" = None
) -> list[Button]:
    """Every step that this person may take now, blocked ones with what stands in the way.

    Args:
        address: of the page of a step, by its name, at the door that shows the buttons.
        hindered: where that door's pages meet problems; `hindrances` unless the noun has places of its own.
    """
    tell = hindered or hindrances
    return [
        Button(
            offer.step.label,
            _says(offer),
            address(offer.step.name),
            tell(offer.context, record, blocking(offer)),
            tell(offer.context, record, asking(offer)),
            "; ".join(name for name in offer.step.basis if name != OUR_DESIGN),
        )
        for offer in offers(cast(Any, record), user, today)
    ]


def _says(offer: Offer) -> str:
    context = offer.context
    recording = RECORDING if context.recording else ""
    acting = f" You act for {context.acting_for}; the history names you both." if context.acting_for else ""
    return f"{offer.step.says}{recording}{STANDING_IN if context.standing_in else ''}{acting}"


def blocking(offer: Offer) -> list[Problem]:
    """What must be met before the step."""
    return musts(list(offer.problems))


def asking(offer: Offer) -> list[Problem]:
    """What only asks for a reason."""
    return [problem for problem in offer.problems if problem.force is Force.SHOULD]


def hindrances(context: ActingContext, record: Moved, problems: Iterable[Problem]) -> list[Hindrance]:
    """Problems with links to where they are met, for pages that this person may open."""
    return [Hindrance(problem.sentence, _place(context.user, record, problem.where)) for problem in problems]


def _place(user: User, record: Moved, where: str) -> str:
    """The page of the record that a problem points at, by the name under which the moved record holds it."""
    place = getattr(record, where, None) if where else None
    rows: Any = type(place)._default_manager if isinstance(place, models.Model) else None
    if place is None or not hasattr(rows, "visible_to") or not hasattr(place, "get_absolute_url"):
        return ""
    return str(place.get_absolute_url()) if rows.visible_to(user).filter(pk=place.pk).exists() else ""


Hindered = Callable[[ActingContext, Any, Iterable[Problem]], list[Hindrance]]


@dataclass(frozen=True)
class InHand:
    """One step of one record in the hands of one person at one door."""

    request: HttpRequest
    record: Any
    offer: Offer | HeldStep
    door: "StepDoor"

    @property
    def user(self) -> User:
        """The person."""
        return cast(User, self.request.user)

    @cached_property
    def returned(self) -> list[Listed] | None:
        """The findings that the step would send, where it returns work as a list; None where it does not."""
        name = self.offer.step.name
        return going_out(self.record, name, self.user) if isinstance(self.record, Case) and name in RETURNS else None

    def form(self, *typed: Any, **more: Any) -> StepForm:
        """The form of the step."""
        sends = "" if self.returned is None else seen_list(self.returned)
        return StepForm(*typed, record=self.record, offer=self.offer, user=self.user, sends=sends, **more)


@dataclass(frozen=True, slots=True)
class StepDoor:
    """What a door adds to the page of a step: its template, the record's page there, and what its frame needs."""

    template: str
    record_url: Callable[[Any], str]
    frame: Callable[[Any, Step], dict[str, Any]]
    hindered: Hindered = hindrances


def step_page(request: HttpRequest, noun: type[Any], public_id: str, name: str, door: StepDoor) -> HttpResponse:
    """The page of one step of one record, and what became of it.

    Raises:
        Http404: no such record for this person, or no such step.
        PermissionDenied, NotPermitted: the person is nobody who may take it.
    """
    if request.method != "POST":
        hand = _in_hand(request, noun, public_id, name, door)
        return _page(hand, hand.form(initial={"happened_on": timezone.localdate()}))
    try:
        held = _take(request, noun, public_id, name, door)
    except noun.DoesNotExist as gone:
        raise Http404 from gone
    except (MovedOn, NotReady) as refusal:
        return _refused(_in_hand(request, noun, public_id, name, door), refusal)
    messages.success(request, f"{held.step.done}. It stands in the history.")
    return redirect(door.record_url(held.record))


def offer_for(record: Any, name: str, user: User, *, ever: bool = False) -> Offer:
    """A step of a record for a person, with what stands in its way, whether the machine offers it now or not.

    ever: for whoever could take it where the record stood otherwise, too.

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


def preview(record: Moved, offer: Offer) -> dict[str, Any]:
    """What the step would do: from which stage to which, who is told, and which notices are left on record."""
    step = offer.step
    rules = record.rules if isinstance(record, Case) else newest()
    return {
        "step": step,
        "rules": rules,
        "forms": rules.forms_at(step.row),
        "recording": offer.context.recording,
        "standing_in": offer.context.standing_in,
        "acted_for": offer.context.acting_for,
        "before": stage_words(record, record.stage),
        "after": stage_words(record, step.leads_to(record.stage, record)),
        "told": moving(record).told,
        "notices": [_addressee(tells.whom) for tells in step.tells],
    }


def _addressee(whom: str) -> str:
    label = str(Told(whom).label)
    return label if whom == Told.FEDRAMP else f"the {label.lower()}"


def _in_hand(request: HttpRequest, noun: type[Any], public_id: str, name: str, door: StepDoor) -> InHand:
    user = cast(User, request.user)
    record = get_object_or_404(noun._default_manager.acting_for(user), public_id=public_id)
    # Whoever sends a page that was theirs to open is told what happened since, with what was typed.
    return InHand(request, record, offer_for(record, name, user, ever=request.method == "POST"), door)


def _take(request: HttpRequest, noun: type[Any], public_id: str, name: str, door: StepDoor) -> HeldStep:
    """Takes the step with what was sent; the form is read against the record that is held.

    Raises:
        as `held_step()`, `let_in()` and `take()`; NotReady without a problem where the form has mistakes of its own.
    """
    now = timezone.now()
    with held_step(noun, public_id, name, actor=cast(User, request.user), now=now) as held:
        form = InHand(request, held.record, held, door).form(request.POST)
        is_valid = form.is_valid()
        sent = form.cleaned_data
        if is_valid and sent.get("sends") and sent["sends"] != form.fields["sends"].initial:
            raise MovedOn(ANOTHER_LIST)
        # Who comes too late is told so, and not that something is missing.
        if sent.get("revision") is not None:
            held.let_in(sent["revision"], form.at(now))
        if not is_valid:
            raise NotReady([])
        held.take(form.facts, sent["reason"])
    return held


def _refused(hand: InHand, refusal: MovedOn | NotReady) -> HttpResponse:
    """The same form with what was typed, on the record as it stands now."""
    typed = hand.request.POST.copy()
    if isinstance(refusal, MovedOn):
        typed["revision"] = str(hand.record.revision)
        if hand.returned is not None:
            typed["sends"] = seen_list(hand.returned)
        return _page(hand, hand.form(typed), moved_on=refusal)
    form = hand.form(typed)
    if form.is_valid():
        form.refuse(refusal)
    else:
        form.ask_too(hand.offer.step.problems(hand.record, form.facts, hand.offer.context))
    return _page(hand, form)


def _page(hand: InHand, form: StepForm, *, moved_on: MovedOn | None = None) -> HttpResponse:
    offer: Any = hand.offer
    is_open = offer.step.is_offered(hand.record, offer.context)
    context = {
        **preview(hand.record, offer),
        "record": hand.record,
        "noun": moving(hand.record).word,
        "form": form,
        "hindrances": hand.door.hindered(offer.context, hand.record, blocking(offer)),
        "asks": hand.door.hindered(offer.context, hand.record, asking(offer)),
        "is_open": is_open,
        "moved_on": moved_on,
        "since": entries(hand.record, hand.user, map(Act.of, moved_on.since)) if isinstance(moved_on, Stale) else [],
        "back": hand.door.record_url(hand.record),
        "guidance": guidance.at_the_end(hand.user, offer.step),
        "returned": hand.returned,
        **hand.door.frame(hand.record, offer.step),
    }
    # A form that comes back was refused, and nothing was written.
    status = 409 if form.is_bound or not is_open else 200
    return render(hand.request, hand.door.template, context, status=status)
