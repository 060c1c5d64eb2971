"""As whom a person acts on a record: in the own right, for a colleague, recording what others did, or standing in."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import cast

from django.utils.functional import SimpleLazyObject

from accounts.models import User
from accounts.roles import OrganizationKind
from authorizations.lifecycle.context import ActingContext
from authorizations.lifecycle.problems import Problem
from authorizations.lifecycle.step import Step
from authorizations.models import Ato, Case
from authorizations.policy import ON_BEHALF, RECORDED_FOR_ABSENT, Party, sides_of

Subject = Ato | Case
# What only the official could do waits for another one; what the former signed can still be recorded (rule 3).
VACANT = Problem(
    "ao_vacant",
    "AO vacant: the authorizing official of this case no longer holds that role here. A liaison of the agency names "
    "another, who can then do this.",
    "authorizing_official",
    waivable=False,
)


def acting_context(subject: Subject, user: User, as_of: date) -> ActingContext:
    parties = subject.parties_of(user)
    stands_in_for: frozenset[Party] = frozenset()
    if Party.PL in parties:
        # A PMO lead may act for organizations of the record that have no active member (rule 5). Asked when a step is
        # theirs: most of what a lead does is the PMO's own.
        stands_in_for = cast("frozenset[Party]", SimpleLazyObject(partial(_unstaffed, subject)))
    absent: frozenset[str] = frozenset()
    if isinstance(subject, Case) and Party.AL in parties:
        absent = cast("frozenset[str]", SimpleLazyObject(lambda: subject.without_active_members))
    return ActingContext(user, as_of, parties, stands_in_for, absent, _delegated(subject, user))


def _unstaffed(subject: Subject) -> frozenset[Party]:
    kinds = subject.without_active_members & ON_BEHALF.keys()
    return frozenset(party for kind in kinds for party in ON_BEHALF[kind])


def _delegated(subject: Subject, user: User) -> dict[Party, User]:
    delegated: dict[Party, User] = {}
    own = subject.parties_of(user.holding(user.own_memberships)) if user.delegated else frozenset()
    for membership in user.delegated:
        for party in subject.parties_of(user.holding([membership])) - own:
            delegated.setdefault(party, membership.user)
    return delegated


def acting_capacity(
    subject: Subject, step: Step, context: ActingContext, *, ever: bool = False
) -> ActingContext | None:
    """As whom the person of a context may take the step; None for nobody.

    ever: ask for every state of the record; as it is now, fewer may.
    """
    if step.inside:
        return None
    takers = step.who if ever else step.parties(subject)
    if not takers.isdisjoint(context.parties):
        return context.as_one_of(takers & context.parties)
    if step.recorded and Party.AL in context.parties:
        return context.as_one_of({Party.AL}, recording=True)
    if step.on_behalf and not takers.isdisjoint(context.stands_in_for):
        return context.as_one_of({Party.PL}, for_unstaffed_organization=True)
    if step.recorded and Party.AL in context.stands_in_for:
        return context.as_one_of({Party.PL}, recording=True, for_unstaffed_organization=True)
    if absent := _absent_taker(step, takers, context):
        return context.as_one_of({Party.AL}, recorded_for=absent)
    # Who is told why nobody can do what is the official's: the agency's liaison, and who was it.
    waits = Party.AL in context.parties or context.user.pk == subject.authorizing_official_id
    if Party.AO in takers and waits and subject.ao_is_vacant:
        return replace(context, vacant=True)
    return None


def _absent_taker(step: Step, takers: Iterable[Party], context: ActingContext) -> OrganizationKind | None:
    """Of the sides that take the step, the one for which the person records it from evidence; None for none."""
    sides = (side for side in sides_of(takers) if step.row in RECORDED_FOR_ABSENT.get(side, frozenset()))
    return next((side for side in sides if side in context.absent), None)
