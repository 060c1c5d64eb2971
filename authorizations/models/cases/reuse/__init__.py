"""The reuse machine: from an agency's need to its own ATO on record, row by row (machine tables 2.2).

Its steps are in one file for each part of the path; `ReuseCase` puts them together.
"""

from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from authorizations.lifecycle import case_facts as asked
from authorizations.lifecycle.gates import reuse as gates
from authorizations.lifecycle.machine import Machine, steps_of
from authorizations.lifecycle.stages import OPEN_REUSE
from authorizations.lifecycle.stages import ReuseStage as S
from authorizations.lifecycle.step import Step
from authorizations.models.cases.case import Case
from authorizations.models.cases.reuse.access import Access
from authorizations.models.cases.reuse.decision import ReuseDecision
from authorizations.models.cases.reuse.review import ReuseReview
from authorizations.models.cases.step_mixins import AL, AR, PL, who
from authorizations.rules import Release, newest
from authorizations.vocabulary import CaseKind, Turn


class ReuseCase(Access, ReuseReview, ReuseDecision, Case, kind=CaseKind.REUSE):
    """A case of a later agency that uses the package of a certified offering."""

    class Meta:
        proxy = True

    @classmethod
    def machine(cls) -> Machine:
        return _machine(newest())

    def suggestions(self, day: date) -> dict[str, Any]:
        """Connect.gov grants access for so many days (row U3)."""
        days = self.rules.lengths["access_days"]
        is_limited = self.grantor is Turn.PMO and days is not None
        return {"access_until": day + timedelta(days=days)} if is_limited and days else {}


OPEN = Step(
    "open", "U0", "Open a reuse case", "Opened",
    "The agency sets out to use the offering. The case stays inside the agency until it asks for access.",
    basis=("MD26 use/initial",), target=S.NEED_DEFINED, who=who(AL, AR), facts=(*asked.OF_A_NEW_CASE, asked.USE),
)  # fmt: skip
ADOPT = Step(
    "adopt", "U0a", "Adopt a reuse case", "Adopted",
    "A case that is already under way comes in, at its stage and with the known dates of what came before.",
    who=who(AL, PL), reason=True, facts=(*asked.OF_A_NEW_CASE, asked.EVIDENCE), gates=(gates.no_duplicate_case,),
    locks_offering=True,
)  # fmt: skip
ADOPTED_AT = (*OPEN_REUSE, S.RECORDED.value)


@lru_cache(maxsize=4)
def _machine(rules: Release) -> Machine:
    return Machine(
        name=CaseKind.REUSE,
        title="Lifecycle of a reuse case",
        about=(
            "A reuse case is the path of a later agency to its own ATO, on the package of an offering that is "
            "certified already. It moves by these steps alone; time never moves it."
        ),
        stages={stage: named.label for stage, named in rules.stages[CaseKind.REUSE].items()},
        live=frozenset(OPEN_REUSE),
        steps=steps_of(ReuseCase, OPEN, ADOPT),
    )
