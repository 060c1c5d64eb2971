"""What the steps of a case are written on: a mixin for each part of the path, and a row's cell "who" in letters.

A mixin is no model of its own, so that no migration names it; to the type checker it is a case.
"""

from typing import TYPE_CHECKING

from authorizations.lifecycle.context import CurrentAct
from authorizations.policy import Party

if TYPE_CHECKING:
    from authorizations.models.cases.case import Case

    OfACase = Case
else:
    OfACase = object

AL, AR, AO, CL, CC, AS, PL = Party.AL, Party.AR, Party.AO, Party.CL, Party.CC, Party.AS, Party.PL
PMO = frozenset({Party.PR, Party.PL})


# The recommendation of rule 10, and why it was given.
RECOMMENDATION = ("pmo_recommendation", "pmo_recommendation_why")


def who(*parties: Party) -> frozenset[Party]:
    """A row's cell "who"."""
    return frozenset(parties)


def void_recommendation_to_certify(case: OfACase, act: CurrentAct) -> None:
    """Where a case enters FedRAMP's review: who certifies goes by a recommendation that is given there (I36)."""
    if case.fact_value("pmo_recommendation") == "certify":
        for name in RECOMMENDATION:
            case.set_fact(name, None, act)
