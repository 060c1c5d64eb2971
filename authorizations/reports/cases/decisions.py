"""Which acts are decisions: the steps that only those take who decide, and gates that were waived."""

from typing import Any

from authorizations.models import Ato
from authorizations.models.register.ato_steps import IMPORT, ISSUE
from authorizations.policy import Party
from authorizations.presenters.audit_log.history import RecordedAct

# All others do, deliver and review.
DECIDERS = frozenset({Party.AO, Party.PR, Party.PL})


def is_decision(record: Any, act: RecordedAct) -> bool:
    """Whether an act on an ATO or a case is the decision of its official or of the FedRAMP PMO."""
    step = record.machine().step(act.verb.partition(".")[2])
    if step is None:
        return act.verb == "case.gate_waived"
    if isinstance(record, Ato):
        # Whatever moves an ATO is its official's, no matter who records it. A feed only tells of it; a case issues it
        # itself.
        return step.name not in {IMPORT.name, ISSUE.name} and bool(step.target)
    return step.recorded or (bool(step.who) and step.who <= DECIDERS and not step.within_side)
