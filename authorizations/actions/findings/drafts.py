"""Drafts of findings: inside the reviewer's side, until a return sends them. They change nothing for others."""

from datetime import datetime
from functools import partial
from typing import Any

from accounts.models import User
from authorizations.actions.acting_capacity import acting_context
from authorizations.actions.door import Action, action, update
from authorizations.actions.findings.returns import RETURNS, REVIEWERS, count, sides_of
from authorizations.actions.idempotency_key import refuse_resent
from authorizations.actions.refusals import AlreadyDone, Blocked, NoLongerPossible, NotPermitted, refuse_unready
from authorizations.lifecycle.problems import Problem
from authorizations.lifecycle.stages import InitialStage
from authorizations.models import Case, DocumentVersion, Finding
from authorizations.sanitize import LONGEST_TEXT
from authorizations.vocabulary import Severity, Turn

NOT_A_REVIEWER = "Your role reviews nothing in this case, so it drafts no findings."
OVER = "This case has ended; its findings stay as they are."
INSIDE = "About: what stays inside one side cannot be what a finding is about, since the other could not read it."


class AlreadyDrafted(AlreadyDone):
    already = "This finding was drafted already. Here it is."


def draft_finding(
    public_id: str,
    *,
    actor: User,
    now: datetime,
    severity: str,
    text: str,
    version: DocumentVersion | str | None = None,
    fact: str = "",
    idempotency_key: str = "",
) -> Finding:
    """Drafts a finding of the actor's side about one version of a document or one fact; it goes out with a return.

    Args:
        version: of a document of this case that is shared, or its public id; fact: the name of one that steps ask for.
    """
    own = Finding.objects.visible_to(actor)
    refuse_second = partial(refuse_resent, AlreadyDrafted, idempotency_key, actor, own)
    clash = "This form was sent already."
    with action(actor, now=now, idempotency_key=idempotency_key, clash=clash, refuse_resent=refuse_second) as act:
        case: Case = Case.objects.held_by(actor).get(public_id=public_id)
        side = _reviewing(act, case, actor)
        refuse_drafting(case)
        refuse_second()
        about = _about(case, actor, severity, text, version, fact)
        finding = Finding(case=case, side=side, severity=severity, text=text.strip(), version=about, fact=fact)
        finding.drafted_by, finding.drafted_at = actor, act.at
        finding.save(force_insert=True)
        _recount(case)
        act.record("finding.drafted", finding, changes={"case": [None, case.pk]})
    return finding


def change_finding(
    public_id: str,
    *,
    actor: User,
    now: datetime,
    severity: str,
    text: str,
    version: DocumentVersion | str | None = None,
    fact: str = "",
) -> Finding:
    """Changes a draft of the actor's side, no matter who of them wrote it."""
    with action(actor, now=now) as act:
        finding, case = _draft(act, public_id, actor)
        about = _about(case, actor, severity, text, version, fact)
        after = {"severity": severity, "text": text.strip(), "version": about, "fact": fact}
        if all(getattr(finding, name) == value for name, value in after.items()):
            raise Blocked("Nothing was changed: the draft already says so.")
        for name, value in after.items():
            setattr(finding, name, value)
        finding.save(update_fields=list(after))
        act.record("finding.changed", finding, changes={"case": [None, case.pk]})
    return finding


def drop_finding(public_id: str, *, actor: User, now: datetime) -> Finding:
    """Drops a draft of the actor's side: it is not sent after all."""
    with action(actor, now=now) as act:
        finding, case = _draft(act, public_id, actor)
        update(finding, dropped_at=act.at)
        _recount(case)
        act.record("finding.dropped", finding, changes={"case": [None, case.pk]})
    return finding


def may_draft(case: Case) -> bool:
    """Whether findings of the case can be drafted: it goes on, and a step of its machine returns them."""
    returned = any(case.machine().step(name) for name in RETURNS)
    return case.is_open and returned and case.stage != InitialStage.PARTNER_LOST


def refuse_drafting(case: Case) -> None:
    if not any(case.machine().step(name) for name in RETURNS):
        raise NoLongerPossible("No step of a reuse case returns work as a list of findings.")
    if not may_draft(case):
        raise NoLongerPossible(OVER)


def side_of(case: Case, user: User) -> Turn | None:
    """For whose review this person drafts findings of a case; None for nobody's."""
    return next(iter(sides_of(case.parties_of(user))), None)


def _reviewing(act: Action, case: Case, actor: User, side: str = "") -> Turn:
    context = acting_context(case, actor, act.day)
    own = [each for each in sides_of(context.parties) if side in ("", each)]
    if not own:
        raise NotPermitted(NOT_A_REVIEWER)
    act.acted_for = context.as_one_of(REVIEWERS[own[0]]).acting_for
    return own[0]


def _draft(act: Action, public_id: str, actor: User) -> tuple[Finding, Case]:
    finding, case = _held(public_id, actor)
    _reviewing(act, case, actor, finding.side)
    if not finding.is_draft:
        raise NoLongerPossible("This finding was sent or dropped meanwhile; a draft alone can be changed.")
    return finding, case


def _about(
    case: Case, actor: User, severity: str, text: str, version: DocumentVersion | str | None, fact: str
) -> DocumentVersion | None:
    problems = []
    if severity not in Severity.values:
        problems.append(Problem("severity", "Severity: choose one.", "severity", waivable=False))
    if not text.strip():
        problems.append(Problem("text", "Finding: say in words what must change.", "text", waivable=False))
    if len(text.strip()) > LONGEST_TEXT:
        words = f"Finding: this is longer than {LONGEST_TEXT:,} characters. Make two findings of it."
        problems.append(Problem("text", words, "text", waivable=False))
    found = _version(case, actor, version)
    known = case.machine().facts
    if bool(version) == bool(fact) or (version and found is None) or (fact and fact not in known):
        words = "About: choose the document or the fact that the finding is about."
        problems.append(Problem("about", words, "about", waivable=False))
    elif (found is not None and found.document.inside) or (fact and known[fact].inside):
        problems.append(Problem("about", INSIDE, "about", waivable=False))
    refuse_unready(problems)
    return found


def _version(case: Case, actor: User, version: DocumentVersion | str | None) -> DocumentVersion | None:
    public_id = version.public_id if isinstance(version, DocumentVersion) else version
    return versions_of(case, actor).filter(public_id=public_id).first() if public_id else None


def versions_of(case: Case, user: User) -> Any:
    seen = DocumentVersion.objects.visible_to(user).filter(document__case=case, shared_at__isnull=False)
    return seen.filter(withdrawn_at__isnull=True).select_related("document")


def _held(public_id: str, actor: User) -> tuple[Finding, Case]:
    """A finding that this person may know of, and its case, which is locked and by that all of its findings."""
    seen = Finding.objects.visible_to(actor)
    case: Case = Case.objects.held_by(actor).get(pk=seen.get(public_id=public_id).case_id)
    # Read once more: what came before the lock may have been written since.
    finding: Finding = seen.get(public_id=public_id)
    finding.case = case
    return finding, case


def _recount(case: Case) -> None:
    count(case)
    case.save(update_fields=["finding_counts"])
