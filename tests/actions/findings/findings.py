"""Findings for the tests: drafted, sent, answered and settled through the portal's own verbs."""

from typing import Any

from accounts.models import User
from authorizations.actions.findings.findings import (
    answer_finding,
    answer_findings,
    ask_again,
    draft_finding,
    resolve_finding,
    resolve_findings,
)
from authorizations.models import Case, Finding
from authorizations.models.finding import counts_of
from tests.cast import Cast
from tests.lifecycle.cases import NOW, make_case, press, step_facts

# The fact that a finding is about where a test does not say.
ABOUT = "ssp_delivered_on"


def draft(case: Case, actor: User, text: str = "The boundary misses the backup site.", **given: Any) -> Finding:
    """A draft of the actor's side."""
    about = {} if given.get("version") else {"fact": ABOUT}
    given = {"now": NOW, "severity": "major", "text": text, **about, **given}
    return draft_finding(case.public_id, actor=actor, **given)


def revision(case: Case) -> int:
    """The case's, as it is now."""
    return int(Case.objects.values_list("revision", flat=True).get(pk=case.pk))


def send(case: Case, cast: Cast, name: str = "return_ssp", who: str = "reviewer", **facts: Any) -> Case:
    """A return of the case as it is now."""
    return press(case, name, cast.people[who], **{**step_facts(name, cast, case.kind), **facts})


def answer(finding: Finding, actor: User, text: str = "The site is in the boundary now.", **given: Any) -> Finding:
    """One answer on the case as it is now."""
    given = {"now": NOW, "revision": revision(finding.case), "answer": text, **given}
    return answer_finding(finding.public_id, actor=actor, **given)


def answer_all(case: Case, actor: User, answers: dict[str, str], **given: Any) -> list[Finding]:
    """Several answers on the case as it is now."""
    given = {"now": NOW, "revision": revision(case), **given}
    return answer_findings(case.public_id, actor=actor, answers=answers, **given)


def resolve(finding: Finding, actor: User, **given: Any) -> Finding:
    """One finding settled on the case as it is now."""
    return resolve_finding(finding.public_id, actor=actor, **{"now": NOW, "revision": revision(finding.case), **given})


def resolve_all(case: Case, actor: User, findings: list[str], **given: Any) -> list[Finding]:
    """Several findings settled on the case as it is now."""
    given = {"now": NOW, "revision": revision(case), **given}
    return resolve_findings(case.public_id, actor=actor, findings=findings, **given)


def again(finding: Finding, actor: User, reason: str = "The diagram still lacks it.", **given: Any) -> Finding:
    """Another answer asked for, on the case as it is now."""
    given = {"now": NOW, "revision": revision(finding.case), "reason": reason, **given}
    return ask_again(finding.public_id, actor=actor, **given)


def returned(cast: Cast, *texts: str, stage: str = "ssp") -> tuple[Case, list[Finding]]:
    """A case whose SSP the agency returned with these findings."""
    case = make_case(cast, "initial", stage)
    findings = [draft(case, cast.reviewer, text) for text in texts or ("The boundary misses the backup site.",)]
    case = send(case, cast)
    return case, fresh(findings)


def fresh(findings: list[Finding]) -> list[Finding]:
    """The same as they are now."""
    return [Finding.objects.select_related("case").get(pk=finding.pk) for finding in findings]


def counted(case: Case) -> dict[str, Any]:
    """The summary that the case keeps, which must be that of its rows."""
    kept: dict[str, Any] = Case.objects.get(pk=case.pk).finding_counts
    assert kept == counts_of(Finding.objects.filter(case=case))
    return kept
