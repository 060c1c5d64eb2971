"""The agency reads the package and makes its own side ready (rows U11 to U15)."""

from authorizations.lifecycle import case_facts as asked
from authorizations.lifecycle.gates import reuse as gates
from authorizations.lifecycle.stages import ReuseStage as S
from authorizations.lifecycle.step import step
from authorizations.models.cases.step_mixins import AR, OfACase, who


class ReuseReview(OfACase):
    # fmt: off
    start_review = step(
        "U11", "Start the review", "Review started", "The agency reads the package.",
        basis=("QG",), sources=(S.ACCESS_GRANTED,), target=S.PACKAGE_REVIEW, who=who(AR), gates=(gates.valid_access,),
    )
    finish_review = step(
        "U12", "Finish the review", "Review finished",
        "The review is on record; the agency compares the package with what its system needs.",
        basis=("QG",), sources=(S.PACKAGE_REVIEW,), target=S.GAP_ANALYSIS, who=who(AR), facts=asked.REVIEWED,
    )
    review_again = step(
        "U13", "Review again", "Review to be done again", "The package has changed; the agency reads it again.",
        sources=(S.GAP_ANALYSIS,), target=S.PACKAGE_REVIEW, who=who(AR), reason=True,
    )
    start_implementation = step(
        "U14", "Start the implementation", "Implementation started", "The agency configures and tests its own side.",
        basis=("AGU-USE-RSG", "M-24-15 IV"), sources=(S.GAP_ANALYSIS,), target=S.IMPLEMENTATION, who=who(AR),
        facts=asked.GAPS, gates=(gates.level_not_above,),
    )
    back_to_gap = step(
        "U15", "Back to the gap analysis", "Back at the gap analysis", "The gaps must be looked at again.",
        sources=(S.IMPLEMENTATION,), target=S.GAP_ANALYSIS, who=who(AR), reason=True,
    )
