"""Looking after many ATOs: who does so, that each is still used, and a step that an ATO which is only known takes too.

Each is an act on one ATO. Whoever takes many calls it for each: what one refuses stops no other, and what was done
already is answered so, whichever of two presses came first.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership, User
from accounts.roles import RecordSource
from authorizations.actions.door import Action, action, plain, update
from authorizations.actions.refusals import AlreadyDone, Blocked, NoLongerPossible, NotPermitted, refuse_unready
from authorizations.actions.steps import StaleRevision, perform, refuse_stale
from authorizations.lifecycle.problems import Problem
from authorizations.lifecycle.step import wrong_day
from authorizations.models import Ato
from authorizations.models.rules import refresh_releases
from authorizations.policy import Capability, Party
from authorizations.vocabulary import LIVE_ATO_STAGES

CLAIM = "claim_to_register"
TENDING = frozenset({Party.AL, Party.AR})


class AlreadySo(AlreadyDone):
    already = "This was recorded already."


@contextmanager
def _tended(actor: User, public_id: str, now: datetime) -> Iterator[tuple[Action, Ato]]:
    """The door to an ATO for those of its agency who look after it."""
    with action(actor, Capability.TEND_ATOS, now=now) as act:
        ato: Ato = Ato.objects.held_by(actor).get(public_id=public_id)
        if TENDING.isdisjoint(ato.parties_of(actor)):
            raise NotPermitted("Only a liaison or a reviewer of this agency may do this.")
        act.acted_for = actor.for_whom(lambda user: not TENDING.isdisjoint(ato.parties_of(user)))
        yield act, ato


def owners_of(agency_line: list[int]) -> Any:
    """The people who may look after an ATO: those of its agency, or of one above it, who see it."""
    held = Membership.objects.current(timezone.localdate()).filter(organization__in=agency_line)
    return User.objects.filter(is_active=True, pk__in=held.values("user")).order_by("name", "pk")


def assign_owner(*, actor: User, public_id: str, revision: int, owner: User | None, now: datetime) -> Ato:
    """Says who of the agency looks after an ATO; None: nobody.

    Raises:
        AlreadySo: that person does so already.
        Blocked: the person is nobody who sees the ATO.
    """
    with _tended(actor, public_id, now) as (act, ato):
        if ato.owner_id == (owner.pk if owner else None):
            raise AlreadySo(ato)
        refuse_stale(ato, revision, actor)
        if owner is not None and not owners_of(ato.agency_line).filter(pk=owner.pk).exists():
            raise Blocked(f"{owner.name} belongs to neither {ato.agency} nor an agency above it.")
        act.record("ato.owner_assigned", ato, changes=update(ato, owner=owner, revision=ato.revision + 1))
    return ato


def confirm_use(*, actor: User, public_id: str, revision: int, used_on: date, reference: str, now: datetime) -> Ato:
    """Says that the agency still used the offering under this ATO on a day, and where that can be read.

    Raises:
        AlreadySo: this was said already.
        NoLongerPossible: the ATO has ended, or a later day is on record.
    """
    with _tended(actor, public_id, now) as (act, ato):
        if ato.use_confirmed_on == used_on:
            raise AlreadySo(ato)
        refuse_stale(ato, revision, actor)
        if ato.stage not in LIVE_ATO_STAGES:
            raise NoLongerPossible("This ATO has ended, so nothing is used under it.")
        if ato.use_confirmed_on is not None and ato.use_confirmed_on > used_on:
            raise NoLongerPossible("A later day is on record already.")
        problems = [] if reference.strip() else [Problem("reference", "Say where this can be read.", "reference")]
        if words := wrong_day(used_on, act.day, may_be_later=False):
            problems.append(Problem("used_on", f"Used on: {words}", "used_on"))
        refuse_unready(problems)
        changes = update(ato, use_confirmed_on=used_on, revision=ato.revision + 1)
        act.record("ato.use_confirmed", ato, changes={**changes, "reference": [None, reference.strip()]})
    return ato


def take_step(
    name: str,
    *,
    actor: User,
    public_id: str,
    revision: int,
    facts: Mapping[str, Any],
    claim: Mapping[str, Any] | None,
    reason: str,
    now: datetime,
) -> Ato:
    """One step of an ATO's machine; one that is known alone is claimed to the register first, or neither happens.

    Args:
        claim: what claiming asks for; None where the ATO is kept here.

    Raises:
        AlreadySo: the actor did this very thing to the ATO as it was seen.
    """
    given: dict[str, Any] = {"actor": actor, "now": now, "reason": reason}
    refresh_releases()
    try:
        with transaction.atomic():
            if claim is not None:
                held: Ato = perform(Ato, public_id, CLAIM, revision=revision, **given, **claim)
                if name == CLAIM:
                    return held
                revision = held.revision
            done: Ato = perform(Ato, public_id, name, revision=revision, **given, **facts)
    except StaleRevision as refusal:
        _answer_twice(refusal, actor, name, (claim or {}) if name == CLAIM else facts)
        raise
    return done


def _answer_twice(refusal: StaleRevision, actor: User, name: str, facts: Mapping[str, Any]) -> None:
    """Raises AlreadySo where the last that happened since was this very act."""
    newest = refusal.since[0] if refusal.since else None
    if newest is None or newest.actor_id != actor.pk or newest.verb != f"ato.{name}":
        return
    said = {key: plain(value) for key, value in facts.items() if value not in (None, "")}
    if all((newest.changes.get(key) or [None, None])[1] == value for key, value in said.items()):
        raise AlreadySo(newest)


def is_known_alone(ato: Ato) -> bool:
    """Whether an ATO is known from a feed or a list, so that it is claimed before anything else happens to it."""
    return ato.source != RecordSource.PORTAL
