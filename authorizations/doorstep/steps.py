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
from authorizations.actions.refusals import MovedOn, NotReady
from authorizations.actions.returns import RETURNS
from authorizations.actions.stages import NOT_YOURS, Offer, Stale, let_in, offer_of, offers, perform
from authorizations.actions.standing import as_acting
from authorizations.doorstep import guided
from authorizations.doorstep.findings import Listed, going_out, seen_list
from authorizations.doorstep.history import Act, entries
from authorizations.doorstep.nouns import moving
from authorizations.doorstep.record import Moved, stage_words
from authorizations.doorstep.step_form import StepForm
from authorizations.lifecycle.problems import Force, Problem
from authorizations.lifecycle.sources import OUR_DESIGN
from authorizations.lifecycle.step import Step, musts
from authorizations.models import Case
from authorizations.rules import newest
from authorizations.vocabulary import Told

RECORDING = " You record what the authorizing official signed; the history names you both."
ANOTHER_LIST = "A colleague changed the list that goes out since you opened the page. Nothing of yours was done yet."
STANDING_IN = " You stand in for an organization that has no active member here."


@dataclass(frozen=True, slots=True)
class Hindrance:
    """One problem with the addresses where it is met and where it is waived; blank where this person can do neither."""

    sentence: str
    url: str
    waive_url: str = ""


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
            tell(user, record, blocking(offer)),
            tell(user, record, asking(offer)),
            "; ".join(name for name in offer.step.basis if name != OUR_DESIGN),
        )
        for offer in offers(cast(Any, record), user, today)
    ]


def _says(offer: Offer) -> str:
    recording = RECORDING if offer.recording else ""
    acting = f" You act for {offer.acted_for}; the history names you both." if offer.acted_for else ""
    return f"{offer.step.says}{recording}{STANDING_IN if offer.standing_in else ''}{acting}"


def blocking(offer: Offer) -> list[Problem]:
    """What must be met before the step."""
    return musts(list(offer.problems))


def asking(offer: Offer) -> list[Problem]:
    """What only asks for a reason."""
    return [problem for problem in offer.problems if problem.force is Force.SHOULD]


def hindrances(user: User, record: Moved, problems: Iterable[Problem]) -> list[Hindrance]:
    """Problems with links to where they are met, for pages that this person may open."""
    return [Hindrance(problem.sentence, _place(user, record, problem.where)) for problem in problems]


def _place(user: User, record: Moved, where: str) -> str:
    """The page of the record that a problem points at, by the name under which the moved record holds it."""
    place = getattr(record, where, None) if where else None
    rows: Any = type(place)._default_manager if isinstance(place, models.Model) else None
    if place is None or not hasattr(rows, "visible_to") or not hasattr(place, "get_absolute_url"):
        return ""
    return str(place.get_absolute_url()) if rows.visible_to(user).filter(pk=place.pk).exists() else ""


Hindered = Callable[[User, Any, Iterable[Problem]], list[Hindrance]]


@dataclass(frozen=True)
class InHand:
    """One step of one record in the hands of one person at one door."""

    request: HttpRequest
    user: User
    record: Any
    offer: Offer
    door: "StepDoor"

    @cached_property
    def returned(self) -> list[Listed] | None:
        """The findings that the step would send, where it returns work as a list; None where it does not."""
        name = self.offer.step.name
        return going_out(self.record, name, self.user) if isinstance(self.record, Case) and name in RETURNS else None

    def form(self, *typed: Any, **more: Any) -> StepForm:
        """The form of the step."""
        sends = "" if self.returned is None else seen_list(self.returned)
        return StepForm(*typed, record=self.record, offer=self.offer, user=self.user, sends=sends, **more)

    @property
    def is_open(self) -> bool:
        """Whether the machine offers the step now."""
        return self.offer.step.is_offered(self.record)


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
        PermissionDenied: the person is nobody who may take it.
    """
    hand = _in_hand(request, noun, public_id, name, door)
    if request.method != "POST":
        initial = {"happened_on": timezone.localdate()}
        return _page(hand, hand.form(initial=initial))
    form = hand.form(request.POST)
    return _take(hand, form) if form.is_valid() else _incomplete(hand, form)


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
    offer = offer_of(record, step, as_acting(record, user, timezone.localdate()), ever=ever)
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
        "recording": offer.recording,
        "standing_in": offer.standing_in,
        "acted_for": offer.acted_for,
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
    return InHand(request, user, record, offer_for(record, name, user, ever=request.method == "POST"), door)


def _incomplete(hand: InHand, form: StepForm) -> HttpResponse:
    """What is missing; but who comes too late is told so first, and not that something is missing."""
    revision = form.cleaned_data.get("revision")
    if revision is not None:
        try:
            let_in(hand.record, hand.offer.step, hand.user, revision, timezone.localdate())
        except MovedOn as refusal:
            return _page_of_the_newest(hand, refusal)
    form.ask_too(hand.offer.step.problems(hand.record, form.facts, recording=hand.offer.recording))
    return _page(hand, form)


def _take(hand: InHand, form: StepForm) -> HttpResponse:
    now, noun = timezone.now(), moving(hand.record).noun
    seen = form.cleaned_data.get("sends")
    if seen and seen != form.fields["sends"].initial:
        return _page_of_the_newest(hand, MovedOn(ANOTHER_LIST))
    try:
        perform(
            noun,
            hand.record.public_id,
            hand.offer.step.name,
            actor=hand.user,
            now=now,
            at=form.at(now),
            revision=form.cleaned_data["revision"],
            reason=form.cleaned_data["reason"],
            **form.facts,
        )
    except NotReady as refusal:
        form.refuse(refusal)
        return _page(hand, form)
    except MovedOn as refusal:
        return _page_of_the_newest(hand, refusal)
    except noun.DoesNotExist as gone:
        raise Http404 from gone
    messages.success(hand.request, f"{hand.offer.step.done}. It stands in the history.")
    return redirect(hand.door.record_url(hand.record))


def _page_of_the_newest(hand: InHand, refusal: MovedOn) -> HttpResponse:
    """The same form with what was typed, on the record as it stands now."""
    rows = type(hand.record)._default_manager.acting_for(hand.user)
    newest = get_object_or_404(rows, public_id=hand.record.public_id)
    offer = offer_for(newest, hand.offer.step.name, hand.user, ever=True)
    typed = hand.request.POST.copy()
    typed["revision"] = str(newest.revision)
    renewed = InHand(hand.request, hand.user, newest, offer, hand.door)
    if renewed.returned is not None:
        typed["sends"] = seen_list(renewed.returned)
    return _page(renewed, renewed.form(typed), moved_on=refusal)


def _page(hand: InHand, form: StepForm, *, moved_on: MovedOn | None = None) -> HttpResponse:
    context = {
        **preview(hand.record, hand.offer),
        "record": hand.record,
        "noun": moving(hand.record).word,
        "form": form,
        "hindrances": hand.door.hindered(hand.user, hand.record, blocking(hand.offer)),
        "asks": hand.door.hindered(hand.user, hand.record, asking(hand.offer)),
        "is_open": hand.is_open,
        "moved_on": moved_on,
        "since": entries(hand.record, hand.user, map(Act.of, moved_on.since)) if isinstance(moved_on, Stale) else [],
        "back": hand.door.record_url(hand.record),
        "guidance": guided.at_the_end(hand.user, hand.offer.step),
        "returned": hand.returned,
        **hand.door.frame(hand.record, hand.offer.step),
    }
    # A form that comes back was refused, and nothing was written.
    status = 409 if form.is_bound or not hand.is_open else 200
    return render(hand.request, hand.door.template, context, status=status)
