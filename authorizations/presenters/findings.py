"""The findings of a case for one reader: own drafts, what waits for whom, and what changed since each return."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from authorizations.actions.acting_capacity import acting_context, spoken_for
from authorizations.actions.findings.drafts import may_draft, side_of
from authorizations.actions.findings.findings import is_answerable
from authorizations.actions.findings.returns import ANSWERERS, REVIEWERS, goes_out
from authorizations.lifecycle.step import Fact, FactKind
from authorizations.lifecycle.turns import ON_WHOM
from authorizations.models import Case, DocumentVersion, Finding
from authorizations.notifications.catalog.findings import about_words, document_words
from authorizations.policy import Party
from authorizations.presenters.audit_log.history import RecordedAct, acts, value_words, with_past_roles
from authorizations.presenters.machine_record import hidden_from
from authorizations.vocabulary import Severity, Turn

TONES = {Severity.BLOCKING: "bad", Severity.MAJOR: "warn", Severity.MINOR: "plain"}
BESIDE = ("version__document", "drafted_by", "answered_by", "resolved_by")


@dataclass(frozen=True, slots=True)
class FactChange:
    name: str
    label: str
    before: str
    after: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Shared:
    label: str
    version: DocumentVersion
    at: datetime


@dataclass(frozen=True, slots=True)
class Since:
    versions: list[Shared] = field(default_factory=list)
    facts: list[FactChange] = field(default_factory=list)

    def about(self, finding: Finding) -> "Since":
        sent = finding.sent_at
        if sent is None:
            return Since()
        document = finding.version.document_id if finding.version else None
        return Since(
            [each for each in self.versions if each.version.document_id == document and each.at > sent],
            [each for each in self.facts if finding.fact and each.name == finding.fact and each.at > sent],
        )

    def __bool__(self) -> bool:
        return bool(self.versions or self.facts)


@dataclass(frozen=True, slots=True)
class Listed:
    finding: Finding
    about: str
    about_url: str  # the documents of the case, at this one; blank for a fact
    tone: str
    state: str
    state_tone: str
    since: Since
    answerable: bool = False
    settleable: bool = False


@dataclass(frozen=True, slots=True)
class SentReturn:
    label: str
    at: datetime
    side: str
    owed_by: str
    listed: list[Listed]


@dataclass(frozen=True, slots=True)
class Findings:
    drafts: list[Listed]
    to_answer: list[SentReturn]
    to_settle: list[SentReturn]
    open: list[SentReturn]
    settled: list[SentReturn]
    since: Since
    returned_at: datetime | None
    drafts_for: Turn | None  # the side for whose review the reader drafts
    may_draft: bool

    @property
    def sent(self) -> list[Listed]:
        parts = (self.to_answer, self.to_settle, self.open, self.settled)
        return [listed for part in parts for sent in part for listed in sent.listed]

    @property
    def number_open(self) -> int:
        return sum(listed.finding.is_open for listed in self.sent)

    @property
    def number_answered(self) -> int:
        return sum(each.finding.answered_at is not None for sent in self.to_settle for each in sent.listed)

    @property
    def number_unanswered(self) -> int:
        return sum(listed.finding.is_unanswered for listed in self.sent)


def rows_for(case: Case, user: User) -> Any:
    """The findings that a reader may know of, without drafts that were dropped."""
    seen = Finding.objects.visible_to(user).filter(case=case, dropped_at__isnull=True)
    return seen.select_related(*BESIDE).prefetch_related("rounds__answered_by", "rounds__asked_by").order_by("pk")


def findings_for(case: Case, user: User) -> Findings:
    who = case.parties_of(user)
    rows = list(rows_for(case, user))
    sent = [row for row in rows if row.sent_at is not None]
    changed = since(case, user, min((row.sent_at for row in sent if row.sent_at), default=None))
    answering = who
    if any(row.is_unanswered for row in sent):
        # A lead of the case's own side writes down what a side answered that has nobody here.
        answering = who | spoken_for(acting_context(case, user, timezone.localdate()))
    listed = [_listed(case, row, who, changed, answering) for row in rows]
    last = max((row.sent_at for row in sent if row.sent_at), default=None)
    side = side_of(case, user)
    return Findings(
        drafts=[each for each in listed if each.finding.is_draft],
        to_answer=_by_return(case, (each for each in listed if each.answerable)),
        to_settle=_by_return(case, (each for each in listed if each.settleable and not each.answerable)),
        open=_by_return(
            case, (each for each in listed if each.finding.is_open and not (each.answerable or each.settleable))
        ),
        settled=_by_return(case, (each for each in listed if each.finding.resolved_at)),
        since=_after(changed, last),
        returned_at=last,
        drafts_for=side,
        may_draft=side is not None and may_draft(case),
    )


def going_out(case: Case, name: str, user: User) -> list[Listed]:
    """What a return would send now, for anyone who may take it: their own side's findings."""
    rows = goes_out(case, name, user).select_related(*BESIDE).prefetch_related("rounds")
    return [_listed(case, row, frozenset(), Since()) for row in rows]


def seen_list(listed: Iterable[Listed]) -> str:
    """A list of findings in a few letters, which differ as soon as one of them is another or says something else."""
    values = [(each.finding.public_id, each.finding.severity, each.about, each.finding.text) for each in listed]
    return sha256(repr(values).encode()).hexdigest()[:16]


def _listed(
    case: Case,
    finding: Finding,
    who: frozenset[Party],
    changed: Since,
    answering: frozenset[Party] = frozenset(),
) -> Listed:
    state, tone = _state(finding)
    owing = ANSWERERS.get(Turn(finding.owed_by), frozenset()) if finding.owed_by else frozenset()
    return Listed(
        finding,
        about_words(case, finding),
        _about_url(case, finding),
        TONES[Severity(finding.severity)],
        state,
        tone,
        changed.about(finding),
        answerable=not owing.isdisjoint(answering) and is_answerable(case, finding),
        settleable=not REVIEWERS[Turn(finding.side)].isdisjoint(who) and finding.is_open and case.is_open,
    )


def _about_url(case: Case, finding: Finding) -> str:
    if finding.version is None:
        return ""
    return f"{reverse('case_documents', args=[case.public_id])}#document-{finding.version.document.key}"


def _state(finding: Finding) -> tuple[str, str]:
    if finding.is_draft:
        return "Draft", "past"
    if finding.resolved_at:
        return "Settled", "good"
    if finding.answered_at:
        return "Answered", "plain"
    return ("Another answer asked for", "warn") if finding.rounds.all() else ("Waits for an answer", "wait")


def _by_return(case: Case, listed: Iterable[Listed]) -> list[SentReturn]:
    def key(each: Listed) -> tuple[Any, ...]:
        return (each.finding.sent_at, each.finding.step, each.finding.side, each.finding.owed_by)

    found = []
    for (at, name, side, owed_by), members in groupby(sorted(listed, key=key, reverse=True), key=key):
        step = case.machine().step(name)
        own = sorted(members, key=lambda each: each.finding.pk)
        found.append(SentReturn(step.done if step else name, at, ON_WHOM[Turn(side)], ON_WHOM[Turn(owed_by)], own))
    return found


# --- what changed since ---


def since(case: Case, user: User, moment: datetime | None) -> Since:
    """What was shared and recorded on a case after a moment, as far as this person may read it."""
    if moment is None:
        return Since()
    versions = DocumentVersion.objects.visible_to(user).filter(document__case=case, shared_at__gt=moment)
    newest_first = versions.filter(withdrawn_at__isnull=True).select_related("document", "added_by")
    # The returns themselves state facts too; what they state is not what was mended.
    later = [act for act in acts(case, user, after=moment) if "findings" not in act.changes]
    shared = [
        Shared(document_words(case, each), each, each.shared_at) for each in newest_first.order_by("-shared_at", "-pk")
    ]
    return Since(shared, _changes(case, user, with_past_roles(later)))


def _after(changed: Since, moment: datetime | None) -> Since:
    if moment is None:
        return Since()
    return Since(
        [each for each in changed.versions if each.at > moment],
        [each for each in changed.facts if each.at > moment],
    )


def _changes(case: Case, user: User, later: Sequence[RecordedAct]) -> list[FactChange]:
    known, hidden = case.machine().facts, hidden_from(case, user)
    stood: dict[str, Any] = {}
    found: list[FactChange] = []
    for act in reversed(later):
        own = []
        for name, (listed_before, after) in act.changes.items():
            if name not in known or name in hidden:
                continue
            # A step states what it asks for as if nothing stood before: what stood already is no change of it.
            before = stood.get(name, listed_before)
            stood[name] = after
            if before != after:
                own.append(_change(case, known[name], before, after, act))
        found = [*own, *found]
    return found


def _change(case: Case, fact: Fact, before: Any, after: Any, act: RecordedAct) -> FactChange:
    words = _words(case, fact, before) or "nothing", _words(case, fact, after) or "taken back"
    return FactChange(fact.name, fact.label, *words, act.who, act.recorded_at)


def _words(case: Case, fact: Fact, value: Any) -> str:
    """A value in words; of records, entries hold keys, and only the one that the case names now has a name here."""
    if fact.kind is not FactKind.RECORD or value is None:
        return value_words(fact, value)
    named = getattr(case, fact.name, None)
    return str(named) if named is not None and named.pk == value else "another"
