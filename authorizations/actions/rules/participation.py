"""Deciding who takes part in this portal: one agency, several agencies, or the program office too."""

from datetime import datetime
from functools import partial

from django.db import transaction

from accounts.models import User
from authorizations.actions.door import Action, action, insert
from authorizations.actions.refusals import Blocked, refuse_unready
from authorizations.lifecycle.problems import REASON, Problem
from authorizations.models import ParticipationDecision
from authorizations.models.rules import participation, refresh_releases
from authorizations.policy import Capability
from authorizations.vocabulary import WhoTakesPart


def set_participation(*, actor: User, now: datetime, chosen: str, reason: str) -> ParticipationDecision:
    """Decides who takes part from now on: whether people of the PMO act for FedRAMP, or only administer."""
    with action(actor, Capability.SET_LOCAL_POLICY, now=now) as act:
        problems = [] if reason.strip() else [REASON]
        if chosen not in WhoTakesPart.values:
            problems.append(Problem("chosen", "Choose who takes part.", "chosen"))
        refuse_unready(problems)
        if chosen == participation():
            raise Blocked("Nothing was changed: the portal says so already.")
        return enter_participation(act, WhoTakesPart(chosen), actor, reason.strip())


def enter_participation(act: Action, chosen: WhoTakesPart, person: User, reason: str) -> ParticipationDecision:
    before = participation().value
    row = ParticipationDecision(participation=chosen, reason=reason, set_by=person, set_at=act.recorded_at)
    insert(row)
    changes = {"participation": [before, chosen.value]}
    act.record("participationdecision.set", row, changes=changes, reason=reason)
    transaction.on_commit(partial(refresh_releases, at_once=True))
    return row
