"""The initial machine: from first interest to FedRAMP's certification, row by row (machine tables 2.1).

Its steps are in one file for each part of the path; `InitialCase` puts them together.
"""

from datetime import date
from functools import lru_cache
from typing import Any

from authorizations.lifecycle import case_facts as asked
from authorizations.lifecycle.gates import cases as gates
from authorizations.lifecycle.machine import Machine, steps_of
from authorizations.lifecycle.stages import OPEN_INITIAL
from authorizations.lifecycle.stages import InitialStage as S
from authorizations.lifecycle.step import Step
from authorizations.models.cases.case import Case
from authorizations.models.cases.initial.decision import InitialDecision
from authorizations.models.cases.initial.endings import Endings
from authorizations.models.cases.initial.package import PackageAndAssessment
from authorizations.models.cases.initial.preparation import Preparation
from authorizations.models.cases.initial.review import InitialReview
from authorizations.models.cases.step_mixins import AL, CL, PL, who
from authorizations.rules import Release, newest
from authorizations.vocabulary import CaseKind, CertificationPath, CertificationType


class InitialCase(
    Preparation, PackageAndAssessment, InitialDecision, InitialReview, Endings, Case, kind=CaseKind.INITIAL
):
    """A case of the agency that sponsors the offering's initial authorization."""

    class Meta:
        proxy = True

    @classmethod
    def machine(cls) -> Machine:
        return _machine(newest())

    def suggestions(self, day: date) -> dict[str, Any]:
        """A sponsored case is Rev5 by the agency path (row I36); the class is the offering's own, where it has one."""
        return {
            "certification_type": CertificationType.REV5,
            "certification_path": CertificationPath.AGENCY,
            "certification_class": self.offering.certification_class or None,
        }


OPEN = Step(
    "open", "I0", "Open an initial case", "Opened",
    "An agency and a provider set out for the offering's initial authorization. Who opens it invites the other.",
    basis=("PB4 §10.1",), target=S.PARTNERSHIP, who=who(AL, CL), facts=asked.OF_A_NEW_CASE,
    gates=(gates.no_private_cloud, gates.before_cutoff),
)  # fmt: skip
ADOPT = Step(
    "adopt", "I0a", "Adopt an initial case", "Adopted",
    "A case that is already under way comes in, at its stage and with the known dates of what came before.",
    who=who(PL), reason=True, facts=(*asked.OF_A_NEW_CASE, asked.EVIDENCE), gates=(gates.no_other_listed,),
    locks_offering=True,
)  # fmt: skip
ADOPTED_AT = tuple(stage for stage in OPEN_INITIAL if stage != S.PARTNER_LOST)


@lru_cache(maxsize=4)
def _machine(rules: Release) -> Machine:
    return Machine(
        name=CaseKind.INITIAL,
        title="Lifecycle of an initial case",
        about=(
            "An initial case is one agency's path to the first ATO of an offering, and from there to FedRAMP's "
            "certification. It moves by these steps alone; time never moves it."
        ),
        stages={stage: named.label for stage, named in rules.stages[CaseKind.INITIAL].items()},
        live=frozenset(OPEN_INITIAL),
        steps=steps_of(InitialCase, OPEN, ADOPT),
    )
