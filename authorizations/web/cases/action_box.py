"""The box on top of a case: the one step that leads on, done in the box where it is short, and quietly the others."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from accounts.models import User
from authorizations.actions.steps import Offer
from authorizations.lifecycle.context import ActingContext
from authorizations.lifecycle.stages import PATH_INITIAL, PATH_REUSE
from authorizations.lifecycle.step import FactKind, Step
from authorizations.models import Case
from authorizations.models.cases.next_step import due_now, next_step, ready_to_decide
from authorizations.policy import Party
from authorizations.presenters.cases.evidence import EVIDENCE
from authorizations.presenters.cases.labels import second_party
from authorizations.presenters.cases.your_turn import SIDES
from authorizations.step_pages.page import StepButton, StepRequest, step_context
from authorizations.web.steps.needs import Needs
from authorizations.web.steps.views import buttons_of, step_pages_of

# A form of so many fields and documents is filled in where one stands; a longer one has its page.
SHORT = 5
ON_THE_PATH = {stage for path in (PATH_INITIAL, PATH_REUSE) for _, stages in path for stage in stages}


@dataclass(frozen=True, slots=True)
class ActionBox:
    """What a person can do on a case now.

    Attributes:
        primary: the step that leads on, None where it is not this person's.
        is_yours: whether the case waits on this person's side for it. Who may take it while the case waits on another,
            or only records it, reads whom it waits on instead.
        step: what the templates of its form read, where it is done in the box; else empty.
        meanwhile: what this person can bring for the step of another; None for nothing.
        more: other steps on the path; ends: those that end the case, or change how it goes on.
        from_evidence: whether the step that leads on is an absent party's, and recorded for it.
        is_recorded: whether it is the authorizing official's, and recorded for that person.
    """

    primary: StepButton | None
    is_yours: bool
    step: dict[str, Any]
    meanwhile: Needs | None
    more: list[StepButton]
    ends: list[StepButton]
    from_evidence: bool = False
    is_recorded: bool = False


def action_box(request: HttpRequest, user: User, case: Case, context: ActingContext, found: list[Offer]) -> ActionBox:
    """``found``: what `offers()` gives this person."""
    leads = _leading(found, case, context)
    rows = buttons_of(case, found)
    others = [row for row in rows if leads is None or row.step is not leads.step]
    return ActionBox(
        next((row for row in rows if leads is not None and row.step is leads.step), None),
        leads is not None and _is_due(case, leads),
        _in_the_box(request, user, case, leads) if leads is not None else {},
        needs_of_others(user, case, context) if leads is None else None,
        [row for row in others if not ends(row.step)],
        [row for row in others if ends(row.step)],
        leads is not None and bool(leads.context.recorded_for),
        leads is not None and leads.context.recording,
    )


def _is_due(case: Case, offer: Offer) -> bool:
    if offer.context.recording or offer.context.recorded_for:
        return False
    beside = second_party(case)
    turns = (case.waits_on, beside[0] if beside else "")
    due = frozenset[Party]().union(*(SIDES.get(turn, frozenset()) for turn in turns))
    return not due.isdisjoint(offer.step.who & offer.context.parties)


def needs_of_others(user: User, case: Case, context: ActingContext, request: HttpRequest | None = None) -> Needs | None:
    """What a person can bring for the step that the case waits for, although another takes it; None for nothing."""
    due = due_now(case, context) if case.is_open else []
    if not due:
        return None
    needs = Needs(user, case, Offer(due[0], context, tuple(due[0].unmet(case, context))), request)
    return needs if needs.are_any else None


def ends(step: Step) -> bool:
    """Whether a step is an exit or a warning that is open in many stages, rather than one on the path."""
    if len(step.sources) < 2 or step.within_side:
        return False
    return step.is_aside or step.target not in ON_THE_PATH


def _leading(found: list[Offer], case: Case, context: ActingContext) -> Offer | None:
    """What another recommended; else the first step that is not blocked, or the first, of what the case waits for.

    What is the person's own comes after what the case waits for, where they record that for an absent party.
    """
    if (decision := ready_to_decide(case, context)) is not None:
        return next((offer for offer in found if offer.step is decision), None)
    due = {step.name for step in due_now(case, context)}
    own = next_step(case, context.user, context.as_of)
    ahead = due if own is None else due | {own.name}
    leading = [offer for offer in found if offer.step.name in ahead and not offer.context.for_unstaffed_organization]
    leading.sort(key=lambda offer: offer.step.name not in due)
    return next((offer for offer in leading if not offer.is_blocked), leading[0] if leading else None)


def _in_the_box(request: HttpRequest, user: User, case: Case, offer: Offer) -> dict[str, Any]:
    # A decision has its evidence beside it, and to offer records costs a query each.
    if offer.step.name in EVIDENCE or any(fact.kind is FactKind.RECORD for fact in offer.requested_facts):
        return {}
    asked = StepRequest(request, case, offer, step_pages_of(Case, user))
    form = asked.fresh_form()
    context = step_context(asked, form)
    needed = len(form.needed_fields) + len(context["needs"].documents) + len(context["needs"].statements)
    return context if needed <= SHORT and not asked.returned else {}
