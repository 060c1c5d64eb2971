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
from authorizations.policy import LAST_BY_PROVIDER, ON_BEHALF, RECORDED_FOR_ABSENT, SIDES, Party, sides_of
from authorizations.rules import fedramp_takes_part
from authorizations.vocabulary import CaseKind

Subject = Ato | Case
# The leads who record from evidence what an absent side did (machine tables, rule 5a).
RECORDERS = frozenset({Party.AL, Party.CL})
# Each side agrees and signs for itself.
OF_EACH_SIDE = frozenset({"I1", "I3"})
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
    if Party.PL in parties and fedramp_takes_part():
        # A PMO lead may act for organizations of the record that have no active member (rule 5). Asked when a step is
        # theirs: most of what a lead does is the PMO's own.
        stands_in_for = cast("frozenset[Party]", SimpleLazyObject(partial(_unstaffed, subject)))
    absent: frozenset[str] = frozenset()
    if isinstance(subject, Case) and not RECORDERS.isdisjoint(parties):
        absent = cast("frozenset[str]", SimpleLazyObject(partial(_absent, subject, parties)))
    return ActingContext(user, as_of, parties, stands_in_for, absent, _delegated(subject, user))


def _unstaffed(subject: Subject) -> frozenset[Party]:
    kinds = subject.without_active_members & ON_BEHALF.keys()
    return frozenset(party for kind in kinds for party in ON_BEHALF[kind])


def _absent(case: Case, parties: frozenset[Party]) -> frozenset[str]:
    """The sides for which a person records from evidence: the provider's lead where the agency has nobody here."""
    absent = case.without_active_members
    if Party.AL in parties:
        return absent
    rows = [step.order for step in case.machine().steps if case.stage in step.sources]
    of_provider = case.kind == CaseKind.INITIAL and OrganizationKind.AGENCY in absent
    return absent if of_provider and min(rows, default=0) <= LAST_BY_PROVIDER else frozenset()


def spoken_for(context: ActingContext) -> frozenset[Party]:
    """The parties for which a person brings documents and answers from evidence; never an agency."""
    kinds = [OrganizationKind(kind) for kind in context.absent if kind != OrganizationKind.AGENCY]
    return frozenset(party for kind in kinds for party in SIDES[kind])


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
    held = context.parties
    if isinstance(subject, Case) and step.sources and not fedramp_takes_part():
        # Who administers the portal of agencies alone does not act for FedRAMP; what comes in from before, they enter.
        held -= SIDES[OrganizationKind.PMO]
    if not takers.isdisjoint(held):
        own = context.as_one_of(takers & held)
        # Where each side says its own, the liaison records the other's once the agency has said it.
        other = None if ever or step.row not in OF_EACH_SIDE else _for_absent(subject, step, takers, context)
        return other if other is not None and step.closed_by(subject, own) else own
    if step.recorded and Party.AL in context.parties:
        return context.as_one_of({Party.AL}, recording=True)
    if step.on_behalf and not takers.isdisjoint(context.stands_in_for):
        return context.as_one_of({Party.PL}, for_unstaffed_organization=True)
    if step.recorded and Party.AL in context.stands_in_for:
        return context.as_one_of({Party.PL}, recording=True, for_unstaffed_organization=True)
    if (recorded := _for_absent(subject, step, takers, context)) is not None:
        return recorded
    # Who is told why nobody can do what is the official's: the agency's liaison, and who was it.
    waits = Party.AL in context.parties or context.user.pk == subject.authorizing_official_id
    if Party.AO in takers and waits and subject.ao_is_vacant:
        return replace(context, vacant=True)
    return None


def _for_absent(subject: Subject, step: Step, takers: Iterable[Party], context: ActingContext) -> ActingContext | None:
    """As who records the step from evidence for the side that takes it; None where nobody does, or one side is here."""
    if RECORDERS.isdisjoint(context.parties):
        return None
    sides = [side for side in sides_of(takers) if step.row in RECORDED_FOR_ABSENT.get(side, frozenset())]
    if len(sides) > 1 and OrganizationKind.ASSESSOR in sides:
        # The assessor delivers what it assessed; the provider does while none is named.
        assessed = isinstance(subject, Case) and subject.assessor_id is not None
        sides = [side for side in sides if (side == OrganizationKind.ASSESSOR) == assessed]
    if Party.AL not in context.parties and step.order > LAST_BY_PROVIDER:
        return None
    whom = next((side for side in sides if side in context.absent), None)
    recorder = Party.AL if Party.AL in context.parties else Party.CL
    return context.as_one_of({recorder}, recorded_for=whom) if whom else None
