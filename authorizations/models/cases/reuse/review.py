"""The agency reads the package and makes its own side ready (rows U11 to U15)."""

from authorizations.lifecycle import case_facts as asked
from authorizations.lifecycle.gates import reuse as gates
from authorizations.lifecycle.stages import ReuseStage as S
from authorizations.lifecycle.step import plain_step
from authorizations.models.cases.step_mixins import AR, OfACase, who


class ReuseReview(OfACase):
    start_review = plain_step(
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

    finish_review = plain_step(
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

    review_again = plain_step(
        row="U13",
        label="Review again",
        done="Review to be done again",
        description="The package has changed; the agency reads it again.",
        sources=(S.GAP_ANALYSIS,),
        target=S.PACKAGE_REVIEW,
        who=who(AR),
        reason=True,
    )

    start_implementation = plain_step(
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

    back_to_gap = plain_step(
        row="U15",
        label="Back to the gap analysis",
        done="Back at the gap analysis",
        description="The gaps must be looked at again.",
        sources=(S.IMPLEMENTATION,),
        target=S.GAP_ANALYSIS,
        who=who(AR),
        reason=True,
    )
