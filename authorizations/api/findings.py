"""The findings of a case, as far as you may know of them: drafting, answering and settling one, asking again."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import Field

from accounts.models import User
from authorizations.actions.findings.findings import answer_finding, ask_again, draft_finding, resolve_finding
from authorizations.api import schemas
from authorizations.api.authentication import person
from authorizations.api.schemas import RECORD, Text, acting, filled, reading
from authorizations.models import Case, Finding
from authorizations.presenters.findings import Findings, Listed, Shared, findings_for
from authorizations.vocabulary import Severity, Turn

# Below a case, and below a finding.
of_cases, router = Router(tags=["Findings"]), Router(tags=["Findings"])


class FindingState(StrEnum):
    """What became of a finding."""

    DRAFT = "draft"
    UNANSWERED = "unanswered"
    ANSWERED = "answered"
    SETTLED = "settled"


class Round(Schema):
    """A round that is over: an answer that was not enough, and why."""

    step: str
    sent_at: datetime
    answer: str
    answered_by: str
    answered_at: datetime
    reason: str = Field(description="Why the answer was not enough.")
    asked_by: str
    asked_at: datetime


class NewVersion(Schema):
    """A version of the document that was shared since the finding was sent."""

    id: str
    label: str
    sha256: str
    size: int | None
    location: str
    by: str
    at: datetime


class NewFact(Schema):
    """How the fact was recorded anew since the finding was sent."""

    before: str
    after: str
    by: str
    at: datetime


class FindingRow(Schema):
    """One finding of a case."""

    id: str
    state: FindingState
    severity: Severity
    about: str = Field(description="The document or the fact, in words.")
    version: str | None = Field(description="Id of the version of a document that it is about.")
    fact: str = Field(description="Name of the fact that it is about; blank where it is about a document.")
    text: str
    side: Turn = Field(description="Whose review it is.")
    owed_by: Turn | None = Field(description="Who owes the answer; null for a draft.")
    step: str = Field(description="The return that sent it.")
    sent_at: datetime | None
    answer: str
    answered_by: str
    answered_at: datetime | None
    settled_by: str
    settled_at: datetime | None
    rounds: list[Round]
    newer_versions: list[NewVersion]
    fact_changes: list[NewFact]
    may_answer: bool
    may_settle: bool


class FindingList(Schema):
    """The findings of a case; drafts are there for their own side alone."""

    revision: int = Field(description="The case's. Send it with an act on a finding.")
    may_draft: bool
    items: list[FindingRow]


class FindingDrafted(schemas.Idempotent):
    """Drafting a finding about one version of a document, or one fact."""

    severity: Severity
    text: Text
    version: Text | None = Field(None, description="Id of the version of a document.")
    fact: Annotated[Text, Field(max_length=60, description="Name of a fact that the steps of the case ask for.")] = ""


class RevisionBody(schemas.RequestBody):
    """An act on what was sent."""

    revision: Annotated[int, Field(strict=True, ge=0, description="The case's, as you read it.")]


class Answered(RevisionBody):
    """Answering a finding, or changing the answer before the work is handed on; blank is none."""

    answer: Text = ""


class Settled(RevisionBody):
    """Settling a finding; one that was not answered needs a reason."""

    reason: Text = ""


class AskedAgain(RevisionBody):
    """Asking for another answer; the reason is owed."""

    reason: Text = ""


@reading(
    of_cases, RECORD + "/findings", FindingList, "api_case_findings", "list_findings", "List the findings of a case"
)
def list_findings(request: HttpRequest, public_id: str) -> FindingList:
    """The findings of a case that you may know of, in the order in which they were drafted."""
    user = person(request)
    case = get_object_or_404(Case.objects.acting_for(user), public_id=public_id)
    found = findings_for(case, user)
    rows = [_row(each) for each in _in_order(found)]
    return FindingList(revision=case.revision, may_draft=found.may_draft, items=rows)


@acting(of_cases, RECORD + "/findings", FindingRow, "api_case_findings", "draft_finding", "Draft a finding", status=201)
def draft(request: HttpRequest, public_id: str, body: FindingDrafted) -> Status[FindingRow]:
    """Drafts a finding inside your side; the step that returns the work sends all drafts of the side as one list."""
    user = person(request)
    values = body.model_dump(include={"severity", "text", "version", "fact"})
    made = draft_finding(public_id, actor=user, now=timezone.now(), idempotency_key=body.key_of(user), **values)
    return Status(201, one_finding(user, made))


@acting(router, RECORD + "/answer", FindingRow, "api_answer_finding", "answer_finding", "Answer a finding")
def answer(request: HttpRequest, public_id: str, body: Answered) -> FindingRow:
    """Answers a finding that your side owes an answer to; it may be changed until the work is handed on again."""
    user = person(request)
    return one_finding(user, answer_finding(public_id, actor=user, now=timezone.now(), **body.model_dump()))


@acting(router, RECORD + "/settle", FindingRow, "api_settle_finding", "settle_finding", "Settle a finding")
def settle(request: HttpRequest, public_id: str, body: Settled) -> FindingRow:
    """Settles a finding of your side's review."""
    user = person(request)
    return one_finding(user, resolve_finding(public_id, actor=user, now=timezone.now(), **body.model_dump()))


@acting(
    router, RECORD + "/ask-again", FindingRow, "api_ask_finding_again", "ask_finding_again", "Ask for another answer"
)
def again(request: HttpRequest, public_id: str, body: AskedAgain) -> FindingRow:
    """Says why an answer is not enough. It stays readable as a round, and the finding waits for another one."""
    user = person(request)
    return one_finding(user, ask_again(public_id, actor=user, now=timezone.now(), **body.model_dump()))


def _in_order(found: Findings) -> list[Listed]:
    return sorted([*found.drafts, *found.sent], key=lambda each: each.finding.pk)


def one_finding(user: User, finding: Finding) -> FindingRow:
    case = Case.objects.acting_for(user).get(pk=finding.case_id)
    return next(_row(each) for each in _in_order(findings_for(case, user)) if each.finding.pk == finding.pk)


def state_of(finding: Finding) -> FindingState:
    if finding.is_draft:
        return FindingState.DRAFT
    if finding.resolved_at:
        return FindingState.SETTLED
    return FindingState.ANSWERED if finding.answered_at else FindingState.UNANSWERED


def _row(listed: Listed) -> FindingRow:
    finding = listed.finding
    return filled(
        FindingRow,
        finding,
        state=state_of(finding),
        about=listed.about,
        version=finding.version.public_id if finding.version else None,
        owed_by=finding.owed_by or None,
        answered_by=finding.answered_by.name if finding.answered_by else "",
        settled_by=finding.resolved_by.name if finding.resolved_by else "",
        settled_at=finding.resolved_at,
        rounds=[
            filled(Round, each, answered_by=each.answered_by.name, asked_by=each.asked_by.name)
            for each in finding.rounds.all()
        ],
        newer_versions=[_version(each) for each in listed.since.versions],
        fact_changes=[filled(NewFact, each, by=each.who) for each in listed.since.facts],
        may_answer=listed.answerable,
        may_settle=listed.settleable,
    )


def _version(new: Shared) -> NewVersion:
    return filled(NewVersion, new.version, label=new.label, by=new.version.added_by.name, at=new.at)
