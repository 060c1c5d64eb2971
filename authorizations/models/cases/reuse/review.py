"""The agency reads the package and makes its own side ready (rows U11 to U15)."""

from typing import Any

from authorizations.lifecycle import case_facts as asked
from authorizations.lifecycle.context import CurrentAct
from authorizations.lifecycle.gates import reuse as gates
from authorizations.lifecycle.stages import ReuseStage as S
from authorizations.lifecycle.step import step
from authorizations.models.cases.step_mixins import AR, OfACase, who


class ReuseReview(OfACase):
    """The agency reads the package and makes its own side ready (rows U11 to U15)."""

    @step(
        row="U11",
        basis=("QG",),
        label="Start the review",
        done="Review started",
        description="The agency reads the package.",
        sources=(S.ACCESS_GRANTED,),
        target=S.PACKAGE_REVIEW,
        who=who(AR),
        gates=(gates.valid_access,),
    )
    def start_review(self, act: CurrentAct, **said: Any) -> None:
        """U11."""

    @step(
        row="U12",
        basis=("QG",),
        label="Finish the review",
        done="Review finished",
        description="The review is on record; the agency compares the package with what its system needs.",
        sources=(S.PACKAGE_REVIEW,),
        target=S.GAP_ANALYSIS,
        who=who(AR),
        facts=asked.REVIEWED,
    )
    def finish_review(self, act: CurrentAct, **said: Any) -> None:
        """U12."""

    @step(
        row="U13",
        basis=("our design",),
        label="Review again",
        done="Review to be done again",
        description="The package has changed; the agency reads it again.",
        sources=(S.GAP_ANALYSIS,),
        target=S.PACKAGE_REVIEW,
        who=who(AR),
        reason=True,
    )
    def review_again(self, act: CurrentAct, **said: Any) -> None:
        """U13."""

    @step(
        row="U14",
        basis=("AGU-USE-RSG", "M-24-15 IV"),
        label="Start the implementation",
        done="Implementation started",
        description="The agency configures and tests its own side.",
        sources=(S.GAP_ANALYSIS,),
        target=S.IMPLEMENTATION,
        who=who(AR),
        facts=asked.GAPS,
        gates=(gates.level_not_above,),
    )
    def start_implementation(self, act: CurrentAct, **said: Any) -> None:
        """U14."""

    @step(
        row="U15",
        basis=("our design",),
        label="Back to the gap analysis",
        done="Back at the gap analysis",
        description="The gaps must be looked at again.",
        sources=(S.IMPLEMENTATION,),
        target=S.GAP_ANALYSIS,
        who=who(AR),
        reason=True,
    )
    def back_to_gap(self, act: CurrentAct, **said: Any) -> None:
        """U15."""
