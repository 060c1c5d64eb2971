"""Returns: the steps that give work back with a list of findings, and what their sending does to the findings."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Q

from accounts.models import User
from authorizations.actions.door import Action, plain, update
from authorizations.models import Case, Finding, FindingRound
from authorizations.models.finding import counts_of
from authorizations.policy import Party
from authorizations.vocabulary import Turn

Facts = Mapping[str, Any]

# Who finds, and who answers, by side: the roles of the rows that return work, and of those that bring it back.
REVIEWERS: Mapping[Turn, frozenset[Party]] = {
    Turn.AGENCY: frozenset({Party.AR, Party.AL}),
    Turn.PMO: frozenset({Party.PR, Party.PL}),
}
ANSWERERS: Mapping[Turn, frozenset[Party]] = {
    Turn.PROVIDER: frozenset({Party.CL, Party.CC}),
    Turn.ASSESSOR: frozenset({Party.AS}),
    Turn.AGENCY: frozenset({Party.AR, Party.AL}),
}

# By this name an entry holds what each finding was when it was sent.
SENT = "sent"
ANSWER = ("answer", "answered_by", "answered_at")


def _provider(case: Case, facts: Facts) -> Turn:
    return Turn.PROVIDER


def _agency(case: Case, facts: Facts) -> Turn:
    return Turn.AGENCY


def _of_the_sap(case: Case, facts: Facts) -> Turn:
    """The assessor mends its plan; the provider does while none is named."""
    return Turn.ASSESSOR if case.assessor_id else Turn.PROVIDER


def _named(case: Case, facts: Facts) -> Turn:
    return Turn(facts["side"])


# The rows that return work as a list, each with the side whose review it is and the side that owes the answers. At
# I21 it is the provider also where a delta test is wanted: the provider resubmits, and the test is a fact of its own.
RETURNS: Mapping[str, tuple[Turn, Callable[[Case, Facts], Turn]]] = {
    "return_request": (Turn.PMO, _agency),  # I5
    "return_ssp": (Turn.AGENCY, _provider),  # I10
    "return_sap": (Turn.AGENCY, _of_the_sap),  # I14
    "send_to_remediation": (Turn.AGENCY, _provider),  # I21
    "return_package": (Turn.PMO, _named),  # I30
    "request_pmo_remediation": (Turn.PMO, _provider),  # I33
}


def sides_of(parties: frozenset[Party]) -> list[Turn]:
    return [side for side, roles in REVIEWERS.items() if not roles.isdisjoint(parties)]


def side_that_sends(case: Case, name: str, user: User) -> Turn | None:
    """Whose findings a person sends who takes a step: those of the row's side, else of the own; None for no return."""
    if name not in RETURNS:
        return None
    own, (side, _) = sides_of(case.parties_of(user)), RETURNS[name]
    # A lead of the PMO who acts for an agency without members sends what the PMO found.
    return side if side in own or not own else own[0]


def goes_out(case: Case, name: str, user: User) -> Any:
    """The findings that a return would send now: the drafts of the side, and what it sent that waits for an answer."""
    side = side_that_sends(case, name, user)
    if side is None:
        return Finding.objects.none()
    own = Finding.objects.filter(case=case, side=side, dropped_at__isnull=True)
    return own.filter(Q(sent_at__isnull=True) | Q(resolved_at__isnull=True, answered_at__isnull=True)).order_by("pk")


def sends(name: str) -> Callable[[Action, Case, Facts], None]:
    """What follows from a return of this name: its findings go out as one list, to the side that owes the answers."""

    def send(act: Action, case: Case, facts: Facts) -> None:
        actor: Any = act.actor
        to = RETURNS[name][1](case, facts)
        # What another side has not answered yet stays with that side.
        sent = list(goes_out(case, name, actor).filter(owed_by__in=["", to]))
        for finding in sent:
            # What the agency wrote down for FedRAMP, from evidence, are FedRAMP's findings.
            is_written_for_it = RETURNS[name][0] is Turn.PMO and finding.sent_at is None
            side = Turn.PMO.value if is_written_for_it else finding.side
            update(finding, side=side, owed_by=to.value, step=name, sent_at=act.at)
        if sent:
            count(case)
            act.beside["findings"] = [None, [finding.pk for finding in sent]]
            act.beside[SENT] = [None, [_as_sent(finding) for finding in sent]]

    return send


def _as_sent(finding: Finding) -> dict[str, Any]:
    """Its columns without its words, which stay out of the audit log."""
    columns = {name: plain(getattr(finding, name)) for name in ("side", "owed_by", "severity", "fact")}
    return {"id": finding.pk, **columns, "version": finding.version_id}


def count(case: Case) -> None:
    """Sets the summary of the case's findings anew; the verb that holds the case saves it."""
    case.finding_counts = counts_of(Finding.objects.filter(case=case))


def close_round(finding: Finding, act: Action, reason: str) -> None:
    """Keeps a round of a finding whose answer is not enough; the finding waits for another answer."""
    kept: dict[str, Any] = {name: getattr(finding, name) for name in ("step", "sent_at", *ANSWER)}
    kept |= {"reason": reason, "asked_by": act.actor, "asked_at": act.at}
    FindingRound.objects.create(finding=finding, **kept)
    finding.answer, finding.answered_by, finding.answered_at = "", None, None
    finding.save(update_fields=ANSWER)
