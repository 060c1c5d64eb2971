"""Whose turn it is: a pure function of a case's stage and facts (machine tables, rule 8)."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, Protocol

from authorizations.lifecycle.stages import InitialStage as I
from authorizations.lifecycle.stages import ReuseStage as U
from authorizations.vocabulary import CaseKind, Turn


class TurnSubject(Protocol):
    """What the rule asks of a case."""

    kind: str
    stage: Any
    handed_to: str
    resumes_at: str
    assessor_id: int | None
    finding_counts: Mapping[str, Any]

    def fact_value(self, name: str) -> Any: ...

    @property
    def grantor(self) -> Turn: ...


# Where neither a turn nor a fact says otherwise.
INITIAL: Mapping[str, Turn] = {
    I.IN_PROCESS_REQUESTED: Turn.PMO,
    I.IN_PROCESS: Turn.PROVIDER,
    I.SSP: Turn.AGENCY,
    I.SAP: Turn.ASSESSOR,
    I.ASSESSMENT: Turn.ASSESSOR,
    I.SAR_DEBRIEF: Turn.AGENCY,
    I.AGENCY_REVIEW: Turn.AGENCY,
    I.AO_DECISION: Turn.OFFICIAL,
    I.PMO_REVIEW: Turn.PMO,
    I.PMO_REMEDIATION: Turn.PROVIDER,
    I.PARTNER_LOST: Turn.PROVIDER,
}
REUSE: Mapping[str, Turn] = {
    U.NEED_DEFINED: Turn.AGENCY,
    U.ACCESS_GRANTED: Turn.AGENCY,
    U.PACKAGE_REVIEW: Turn.AGENCY,
    U.GAP_ANALYSIS: Turn.AGENCY,
    U.IMPLEMENTATION: Turn.AGENCY,
    U.RISK_DECISION: Turn.OFFICIAL,
    U.ACCESS_DENIED: Turn.AGENCY,
}

KEEPER = "the holder of the package (the FedRAMP PMO at Connect.gov, else the provider)"
# The rules that a fact decides, in words; those above say themselves.
IN_WORDS: Mapping[tuple[str, str], str] = {
    (CaseKind.INITIAL, I.PARTNERSHIP): "the side that has not agreed; the agency once both have",
    (CaseKind.INITIAL, I.PLANNING): "the provider until it has signed the WBS, then the agency",
    (CaseKind.INITIAL, I.REMEDIATION): "the provider; the assessor once a wanted delta test is all that is left",
    (CaseKind.INITIAL, I.ATO_ISSUED): (
        "the agency until it has reported the letter, then the provider until the package is in, then the FedRAMP PMO"
    ),
    (CaseKind.REUSE, U.ACCESS_REQUESTED): KEEPER,
    (CaseKind.REUSE, U.ACCESS_EXPIRED): f"the agency until it has asked for a renewal, then {KEEPER}",
    (CaseKind.REUSE, U.ATO_ISSUED): "the agency until it has reported the letter, then the FedRAMP PMO",
}
PARTIES_IN_WORDS: Mapping[str, str] = {
    Turn.AGENCY: "the agency",
    Turn.OFFICIAL: "the authorizing official",
    Turn.PROVIDER: "the provider",
    Turn.ASSESSOR: "the assessor; the provider while none is named",
    Turn.PMO: "the FedRAMP PMO",
    Turn.NOBODY: "nobody",
}

# Inside a sentence: "It waits on …".
ON_WHOM: Mapping[Turn, str] = {
    Turn.AGENCY: "the agency",
    Turn.OFFICIAL: "the agency's AO",
    Turn.PROVIDER: "the provider",
    Turn.ASSESSOR: "the assessor",
    Turn.PMO: "the PMO",
    Turn.NOBODY: "nobody",
}


def turn_in_words(kind: str, stage: str, handed_to: str = "") -> str:
    """Whom a case at a stage waits on, in words; ``handed_to`` is the party that the step before named."""
    if not handed_to and (kind, stage) in IN_WORDS:
        return IN_WORDS[kind, stage]
    default = (INITIAL if kind == CaseKind.INITIAL else REUSE).get(stage, Turn.NOBODY)
    return PARTIES_IN_WORDS[handed_to or default]


def whose_turn(case: TurnSubject) -> Turn:
    """The one party that must act next; the one who must act first where two owe something."""
    if case.kind == CaseKind.INITIAL:
        return _initial(case)
    return _reuse(case)


def _initial(case: TurnSubject) -> Turn:
    stage = case.stage
    if stage == I.PARTNERSHIP:
        return _partnership(case)
    if stage == I.PLANNING:
        return Turn.AGENCY if case.fact_value("wbs_signed_by_provider_on") else Turn.PROVIDER
    if stage == I.REMEDIATION:
        # A test that needs no fix before it comes first.
        to_fix = case.finding_counts.get("unanswered", {}).get(Turn.PROVIDER.value)
        is_next = not to_fix and is_delta_test_open(case.fact_value)
        return _assessor_or_provider(case) if is_next else Turn.PROVIDER
    if stage == I.ATO_ISSUED:
        return _ato_issued(case)
    default = INITIAL.get(stage, Turn.NOBODY)
    handed = Turn(case.handed_to) if case.handed_to and default is not Turn.NOBODY else default
    return _assessor_or_provider(case) if handed is Turn.ASSESSOR else handed


def is_delta_test_open(fact_value: Callable[[str], Any]) -> bool:
    """Whether a delta test is wanted and not done; ``fact_value`` answers for the facts by name."""
    return fact_value("delta_test_wanted") == "yes" and not fact_value("delta_test_done_on")


def beside(kind: str, stage: str, turn: str, fact_value: Callable[[str], Any]) -> tuple[Turn, str] | None:
    """Of two parties that owe something the other one, and what it owes (rule 8); None where one owes.

    Args:
        turn: of the one that must act first; fact_value: answers for the facts by name.
    """
    where = kind, stage, turn
    if where == (CaseKind.INITIAL, I.REMEDIATION, Turn.PROVIDER) and is_delta_test_open(fact_value):
        return Turn.ASSESSOR, "the delta test"
    if where == (CaseKind.INITIAL, I.ATO_ISSUED, Turn.AGENCY) and not fact_value("package_uploaded_on"):
        return Turn.PROVIDER, "the package"
    return None


# The facts that it asks for.
OF_TWO = ("delta_test_wanted", "delta_test_done_on", "package_uploaded_on")


def beside_in_words(kind: str, stage: str, turn: str, fact_value: Callable[[str], Any]) -> str:
    """What stands behind the words for the first party, such as " (and the assessor: the delta test)"."""
    other = beside(kind, stage, turn, fact_value)
    return f" (and {ON_WHOM[other[0]]}: {other[1]})" if other else ""


def _partnership(case: TurnSubject) -> Turn:
    if not case.fact_value("agency_agreed_on"):
        return Turn.AGENCY
    return Turn.AGENCY if case.fact_value("provider_agreed_on") else Turn.PROVIDER


def _ato_issued(case: TurnSubject) -> Turn:
    if not case.fact_value("fedramp_notified_on"):
        return Turn.AGENCY
    return Turn.PMO if case.fact_value("package_uploaded_on") else Turn.PROVIDER


def _assessor_or_provider(case: TurnSubject) -> Turn:
    return Turn.ASSESSOR if case.assessor_id else Turn.PROVIDER


def _reuse(case: TurnSubject) -> Turn:
    stage = case.stage
    if stage == U.ACCESS_REQUESTED:
        return Turn(case.handed_to) if case.handed_to else case.grantor
    if stage == U.ACCESS_EXPIRED:
        return case.grantor if case.fact_value("renewal_asked_on") else Turn.AGENCY
    if stage == U.ATO_ISSUED:
        return Turn.PMO if case.fact_value("fedramp_notified_on") else Turn.AGENCY
    return REUSE.get(stage, Turn.NOBODY)


# What the party whose turn it is has to do, by stage.
OF_INITIAL: Mapping[tuple[str, Turn], str] = {
    (I.PARTNERSHIP, Turn.AGENCY): "agree to the partnership",
    (I.PARTNERSHIP, Turn.PROVIDER): "agree to the partnership",
    (I.PLANNING, Turn.AGENCY): "sign the WBS",
    (I.PLANNING, Turn.PROVIDER): "sign the WBS",
    (I.IN_PROCESS_REQUESTED, Turn.PMO): "check the request for In Process",
    (I.IN_PROCESS, Turn.PROVIDER): "deliver the SSP",
    (I.SSP, Turn.AGENCY): "review the SSP",
    (I.SSP, Turn.PROVIDER): "answer what was returned on the SSP",
    (I.SAP, Turn.ASSESSOR): "submit the SAP",
    (I.SAP, Turn.PROVIDER): "submit the SAP",
    (I.SAP, Turn.AGENCY): "review the SAP",
    (I.ASSESSMENT, Turn.ASSESSOR): "test and deliver the SAR",
    (I.ASSESSMENT, Turn.PROVIDER): "have it tested and deliver the SAR",
    (I.SAR_DEBRIEF, Turn.AGENCY): "hold and close the debrief",
    (I.AGENCY_REVIEW, Turn.AGENCY): "review and recommend to the AO",
    (I.REMEDIATION, Turn.PROVIDER): "resolve the review’s findings and resubmit",
    (I.REMEDIATION, Turn.ASSESSOR): "test the resolved findings again",
    (I.AO_DECISION, Turn.OFFICIAL): "decide on the ATO",
    (I.ATO_ISSUED, Turn.AGENCY): "send FedRAMP the signed letter",
    (I.ATO_ISSUED, Turn.PROVIDER): "submit the package to FedRAMP",
    (I.ATO_ISSUED, Turn.PMO): "check letter and package",
    (I.PMO_REVIEW, Turn.PMO): "review the package",
    (I.PMO_REMEDIATION, Turn.PROVIDER): "answer FedRAMP's findings",
    (I.PARTNER_LOST, Turn.PROVIDER): "find another agency, convert or withdraw",
}
OF_REUSE: Mapping[tuple[str, Turn], str] = {
    (U.NEED_DEFINED, Turn.AGENCY): "request access to the package",
    (U.ACCESS_REQUESTED, Turn.PMO): "grant or deny access",
    (U.ACCESS_REQUESTED, Turn.PROVIDER): "grant or deny access",
    (U.ACCESS_REQUESTED, Turn.AGENCY): "correct the request for access",
    (U.ACCESS_GRANTED, Turn.AGENCY): "start the review of the package",
    (U.PACKAGE_REVIEW, Turn.AGENCY): "review the package",
    (U.GAP_ANALYSIS, Turn.AGENCY): "compare the package with what the system needs",
    (U.IMPLEMENTATION, Turn.AGENCY): "implement and test the agency's side",
    (U.RISK_DECISION, Turn.OFFICIAL): "decide on the ATO",
    (U.ATO_ISSUED, Turn.AGENCY): "send FedRAMP the signed letter",
    (U.ATO_ISSUED, Turn.PMO): "record the letter",
    (U.ACCESS_DENIED, Turn.AGENCY): "request access again, or stop",
    (U.ACCESS_EXPIRED, Turn.AGENCY): "ask for the access to be renewed, or stop",
    (U.ACCESS_EXPIRED, Turn.PMO): "renew the access",
    (U.ACCESS_EXPIRED, Turn.PROVIDER): "renew the access",
}
FOR_WHAT: Mapping[str, Mapping[tuple[str, Turn], str]] = {CaseKind.INITIAL: OF_INITIAL, CaseKind.REUSE: OF_REUSE}
# Where the agency has stated its part, the same turn asks for the step that comes next.
STATED: Mapping[str, tuple[str, str]] = {
    I.PARTNERSHIP: ("agency_agreed_on", "start planning"),
    I.PLANNING: ("wbs_signed_by_agency_on", "have the AO request In Process"),
}


def what_for(kind: str, stage: str, turn: str, stated: Collection[str] = ()) -> str:
    """What a case waits for, in words that follow "for:"; blank where it waits on nobody.

    Args:
        stated: names of the recorded facts, or at least those of `STATED` that are recorded.
    """
    fact, next_step = STATED.get(stage, ("", "")) if turn == Turn.AGENCY and kind == CaseKind.INITIAL else ("", "")
    return next_step if fact and fact in stated else FOR_WHAT[kind].get((stage, Turn(turn)), "")
