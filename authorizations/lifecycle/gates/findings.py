"""The gates on what reviewers found: a return has something to say, and what it said is answered and settled.

They read the counts that the verbs keep on the case. That a side answers before it hands work in again holds for every
return (docs/adr/0012-documents-and-findings-as-gates.md).
"""

from typing import Any, Protocol

from authorizations.lifecycle.context import ActingContext
from authorizations.lifecycle.problems import Unmet
from authorizations.lifecycle.step import Facts
from authorizations.policy import Party
from authorizations.vocabulary import Turn

WHERE = "findings"


class FindingSubject(Protocol):
    """What these gates ask of a case."""

    finding_counts: dict[str, Any]


def _of(case: FindingSubject, what: str, side: Turn) -> int:
    return int(case.finding_counts.get(what, {}).get(side.value, 0))


def _nothing_to_send(case: FindingSubject, context: ActingContext, side: Turn, *others: Turn) -> Unmet:
    # A lead of the PMO who acts for an agency without members sends what the PMO found.
    # Who records a return of FedRAMP from evidence writes its findings down for it.
    sides = (side, Turn.PMO) if Party.PL in context.acting else (side,)
    sides = (side, Turn.AGENCY) if context.recorded_for else sides
    # A finding that was asked again goes out once more with the next return.
    asked_again = any(_of(case, "unanswered", other) for other in others)
    if not asked_again and not any(_of(case, "drafts", each) for each in sides):
        yield "No finding is drafted: write down under Findings what must change, one by one.", WHERE


def agency_has_findings(case: FindingSubject, facts: Facts, context: ActingContext) -> Unmet:
    """The agency has drafted a finding; it goes out with the return."""
    yield from _nothing_to_send(case, context, Turn.AGENCY, Turn.PROVIDER, Turn.ASSESSOR)


def pmo_has_findings(case: FindingSubject, facts: Facts, context: ActingContext) -> Unmet:
    """The PMO has drafted a finding; it goes out with the return."""
    yield from _nothing_to_send(case, context, Turn.PMO, Turn.AGENCY, Turn.PROVIDER)


def _unanswered(case: FindingSubject, side: Turn, who: str) -> Unmet:
    if count := _of(case, "unanswered", side):
        words = "1 finding is" if count == 1 else f"{count} findings are"
        yield f"{words} not answered: {who} answers each under Findings.", WHERE


def agency_has_answered(case: FindingSubject, facts: Facts, context: ActingContext) -> Unmet:
    """The agency has answered each finding that was sent to it."""
    yield from _unanswered(case, Turn.AGENCY, "the agency")


def provider_has_answered(case: FindingSubject, facts: Facts, context: ActingContext) -> Unmet:
    """The provider has answered each finding that was sent to it."""
    yield from _unanswered(case, Turn.PROVIDER, "the provider")


def assessor_has_answered(case: FindingSubject, facts: Facts, context: ActingContext) -> Unmet:
    """The assessor has answered each finding that was sent to it."""
    yield from _unanswered(case, Turn.ASSESSOR, "the assessor")


def no_open_finding(case: FindingSubject, facts: Facts, context: ActingContext) -> Unmet:
    """Each finding that the agency sent is settled by it; those of the PMO hold up no decision of an AO."""
    yield from _still_open(case, Turn.AGENCY)


def no_open_pmo_finding(case: FindingSubject, facts: Facts, context: ActingContext) -> Unmet:
    """Each finding that the PMO sent is settled by it."""
    yield from _still_open(case, Turn.PMO)


def _still_open(case: FindingSubject, side: Turn) -> Unmet:
    if count := _of(case, "open_of", side):
        words = "1 finding is" if count == 1 else f"{count} findings are"
        yield f"{words} open. The side that found it settles it under Findings.", WHERE
