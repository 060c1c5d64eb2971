"""The documents of a record as every door tells them: which there are, who asks for each, and how each stands."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import TypeVar

from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.models import User
from authorizations.actions.acting_capacity import Subject, acting_context
from authorizations.actions.documents.documents import version_acts
from authorizations.actions.documents.requirements import SIDE_OF, adders, known_documents, may_be_added, who_adds
from authorizations.display import day_text
from authorizations.lifecycle.context import ActingContext
from authorizations.lifecycle.gates.documents import CONDITIONS, OF_THE_ACT, what_is_wrong
from authorizations.lifecycle.step import Step
from authorizations.lifecycle.turns import ON_WHOM
from authorizations.models import Ato, Case, DocumentVersion, Event
from authorizations.models.document import OTHER
from authorizations.models.querysets import event_subject_type
from authorizations.policy import Party
from authorizations.rules.documents import DocumentRequirement, DocumentRule
from authorizations.vocabulary import Scan

MUST = "must"
Seen = TypeVar("Seen", bound=Ato | Case)


def record_of(user: User, record_type: type[Seen], public_id: str) -> tuple[Seen, ActingContext]:
    """The record, and as whom the person acts on it; 404 where it is not there for them."""
    record: Seen = get_object_or_404(record_type.objects.acting_for(user), public_id=public_id)
    return record, acting_context(record, user, timezone.localdate())


def version_of(user: User, public_id: str) -> tuple[DocumentVersion, Subject, ActingContext]:
    beside = ("document__case", "document__ato", "added_by__merged_into")
    version = get_object_or_404(DocumentVersion.objects.visible_to(user).select_related(*beside), public_id=public_id)
    record_type, of = (Case, version.document.case) if version.document.case else (Ato, version.document.ato)
    return version, *record_of(user, record_type, of.public_id)


@dataclass(frozen=True, slots=True)
class VersionPresenter:
    version: DocumentVersion
    stated: list[str]
    acts: list[str]
    may_open: bool

    @classmethod
    def of(
        cls,
        subject: Subject,
        context: ActingContext,
        rule: DocumentRule | None,
        version: DocumentVersion,
        later: Mapping[tuple[str, str], str] | None = None,
    ) -> "VersionPresenter":
        """later: who stated what after the version was added, and when, by version and statement."""
        statements = rule.statements if rule else {}
        opens = version.scan in {Scan.CLEAN, Scan.UNSCANNED} and not version.withdrawn_at
        by = {each: (later or {}).get((version.public_id, each), "") for each in version.stated}
        stated = [f"{statements.get(each, each)}{f' ({who})' if who else ''}" for each, who in by.items()]
        return cls(version, stated, version_acts(subject, version, context), opens)

    @property
    def state(self) -> tuple[str, str]:
        if self.version.withdrawn_at:
            return "Withdrawn", "past"
        if self.version.scan == Scan.INFECTED:
            return "Refused by the scanner", "bad"
        if self.version.is_draft:
            return "Draft", "plain"
        return ("In quarantine", "wait") if self.version.scan == Scan.WAITING else ("", "")


@dataclass(frozen=True, slots=True)
class DocumentPresenter:
    """One named document with its versions, the newest first; ``asks``: the steps that ask for it, in a sentence."""

    key: str
    label: str
    rule: DocumentRule | None
    asks: str
    is_asked_now: bool
    wants: str  # what the steps that lead on miss of it, in a sentence
    versions: list[VersionPresenter]
    adds: bool
    adders: str
    place: int = 0  # among those that no release names, which share a key

    @property
    def anchor(self) -> str:
        """Where it is on the page; of those that no release names, which share a key, the first is found by it."""
        return f"document-{self.key}{f'-{self.place}' if self.place else ''}"

    @property
    def current(self) -> VersionPresenter | None:
        return next((each for each in self.versions if each.version.counts), None)

    @property
    def pending(self) -> list[VersionPresenter]:
        """What is newer than the one that counts and not in force: drafts, and what waits for the scanner."""
        return [each for each in self._before_current if not each.version.withdrawn_at]

    @property
    def earlier(self) -> list[VersionPresenter]:
        shown = {id(self.current), *(id(each) for each in self.pending)}
        return [each for each in self.versions if id(each) not in shown]

    @property
    def _before_current(self) -> list[VersionPresenter]:
        return self.versions[: self.versions.index(self.current)] if self.current else self.versions

    @property
    def state(self) -> tuple[str, str]:
        if self.current:
            return ("Here, not complete", "warn") if self.wants else ("Here", "good")
        states = [each.state for each in self.pending]
        if states:
            return states[0]
        return ("Missing", "warn") if self.is_asked_now else ("Not here yet", "past")


@dataclass(frozen=True, slots=True)
class StageDocuments:
    label: str
    is_open: bool  # whether it is shown at once: that of the present stage is
    is_present: bool
    documents: list[DocumentPresenter]

    @property
    def here(self) -> int:
        return sum(document.current is not None for document in self.documents)


def parts_of(subject: Subject, context: ActingContext, wanted: str = "") -> list[StageDocuments]:
    """Every document that this reader may know of, by stage: the present stage first, then along the path.

    wanted: the key of a document that is to be shown at once, wherever it stands.

    One query, however many documents there are, and one more where something was stated of them.
    """
    documents = _documents(subject, context)
    named = [document for document in documents if document.key != OTHER]
    parts = _by_stage(subject, named, wanted)
    others = [document for document in documents if document.key == OTHER]
    others = [replace(document, place=place) for place, document in enumerate(others)]
    return (
        [*parts, StageDocuments("Other documents", is_open=True, is_present=False, documents=others)]
        if others
        else parts
    )


def summary(subject: Subject, user: User, today: date) -> tuple[int, int]:
    """Of the documents that steps of the present stage must have, how many are here as asked, and how many they are.

    From the record's own summary, without a query.
    """
    asked = [_wants(subject, rule, today) for rule in asked_now(subject, user, today).values()]
    return sum(not wants for wants in asked), len(asked)


def asked_now(subject: Subject, user: User, today: date) -> dict[str, DocumentRule]:
    """The documents that a step which leads on from here must have, of those that the reader may know of."""
    return {key: rule for key, rule in readable(subject, user).items() if _is_needed(subject, rule, today)}


def readable(subject: Subject, user: User) -> dict[str, DocumentRule]:
    """The documents of the record's rules without those that stay inside a side that is not the reader's."""
    rules = known_documents(subject)
    inside = not isinstance(subject, Case) or subject.reads_inside_agency(user)
    return rules if inside else {key: rule for key, rule in rules.items() if not rule.inside}


def _documents(subject: Subject, context: ActingContext) -> list[DocumentPresenter]:
    of = {"document__case" if isinstance(subject, Case) else "document__ato": subject}
    rows = DocumentVersion.objects.visible_to(context.user).filter(**of)
    rows = rows.select_related("document", "added_by__merged_into", "withdrawn_by__merged_into")
    versions: dict[tuple[str, str], list[DocumentVersion]] = {}
    for row in rows.order_by("document__key", "document__title", "-number"):
        versions.setdefault((row.document.key, row.document.title), []).append(row)
    rules = readable(subject, context.user)
    later = (
        _stated_later(subject, context.user) if any(each.stated for some in versions.values() for each in some) else {}
    )
    names = [(key, "") for key in rules] + [name for name in versions if name[0] not in rules]
    return [
        _document(subject, context, rules.get(key), key, title, versions.get((key, title), []), later)
        for key, title in names
    ]


def _stated_later(subject: Subject, user: User) -> dict[tuple[str, str], str]:
    """Who stated what of a version after it was added, and of which day, by version and statement; one query."""
    found = Event.objects.readable_history(subject, user).filter(verb=f"{event_subject_type(subject)}.document_stated")
    return {
        (
            event.changes["version"][1],
            word,
        ): f"{event.who}, {day_text(date.fromisoformat(event.changes['stated_on'][1]))}"
        for event in found.select_related("actor__merged_into", "acted_for__merged_into").order_by("pk")
        for word in event.changes["stated"][1]
    }


def _document(
    subject: Subject,
    context: ActingContext,
    rule: DocumentRule | None,
    key: str,
    title: str,
    versions: Sequence[DocumentVersion],
    later: Mapping[tuple[str, str], str],
) -> DocumentPresenter:
    adds = (rule is not None or key == OTHER) and bool(adders(subject, key, context)) and may_be_added(subject, key)
    return DocumentPresenter(
        key=key,
        label=title or (rule.label if rule else key),
        rule=rule,
        asks=_asks(_asking(subject, rule)) if rule else "",
        is_asked_now=_is_needed(subject, rule, context.as_of),
        wants=_wants(subject, rule, context.as_of) if rule else "",
        versions=[VersionPresenter.of(subject, context, rule, version, later) for version in versions],
        adds=adds,
        adders=_in_words(who_adds(subject, key)) if rule else "",
    )


def _is_needed(subject: Subject, rule: DocumentRule | None, today: date) -> bool:
    """Whether a step that leads on from here must have it, as the record is; not what the act itself decides."""
    return rule is not None and any(True for _ in _blocking(subject, rule, today))


def _wants(subject: Subject, rule: DocumentRule, today: date) -> str:
    """What those steps miss of it, by their own gates: the documents are complete where no document holds them up."""
    missed = (what_is_wrong(subject, rule, how) for how in _blocking(subject, rule, today))
    return next((words for words in missed if words), "")


def _blocking(subject: Subject, rule: DocumentRule, today: date) -> Iterator[DocumentRequirement]:
    for _, how in _asking(subject, rule, now=True):
        if how.force == MUST and how.when not in OF_THE_ACT and CONDITIONS[how.when][0](subject, {}, today):
            yield how


def _in_words(parties: frozenset[Party]) -> str:
    sides = {SIDE_OF[party] for party in parties}
    return " or ".join(words for side, words in ON_WHOM.items() if side in sides)


def _asking(subject: Subject, rule: DocumentRule, *, now: bool = False) -> list[tuple[Step, DocumentRequirement]]:
    """The steps that ask for a document, in the order of the table; now: those that lead on from the present stage."""
    ahead = _ahead(subject.kind, str(subject.stage)) if now and isinstance(subject, Case) else frozenset()
    steps = (step for step in subject.machine().steps if step.row in rule.asked)
    return [(step, rule.asked[step.row]) for step in steps if not now or step.row in ahead]


@cache
def _ahead(kind: str, stage: str) -> frozenset[str]:
    """The rows of the steps that lead on from a stage: not back, out or aside, nor past stages that are to come."""
    machine = Case.machines[kind].machine()
    order = list(machine.stages)
    steps = [step for step in machine.steps if stage in step.sources and not step.reason and not step.is_aside]
    turns = {step.row for step in steps if step.leads_to(stage) == stage}
    onward = {step.row: order.index(step.target) for step in steps if step.target and step.target != stage}
    # From a remediation the way on leads back to the review.
    forward = {row: place for row, place in onward.items() if place > order.index(stage)} or onward
    nearest = min(forward.values(), default=0)
    return frozenset(turns | {row for row, place in forward.items() if place == nearest})


def _asks(asking: Sequence[tuple[Step, DocumentRequirement]]) -> str:
    needed = [f"“{step.label}”" for step, how in asking if how.force == MUST and not how.when]
    sometimes = [f"“{step.label}”" for step, how in asking if how.force == MUST and how.when]
    wanted = [f"“{step.label}”" for step, how in asking if how.force != MUST]
    parts = (("needed by", needed), ("in some cases needed by", sometimes), ("asked for by", wanted))
    words = "; ".join(f"{how} {', '.join(labels)}" for how, labels in parts if labels)
    return f"{words[:1].upper()}{words[1:]}." if words else ""


def _by_stage(subject: Subject, documents: Sequence[DocumentPresenter], wanted: str) -> list[StageDocuments]:
    stages = dict(subject.machine().stages)
    labels = {stage: subject.rules.label(subject.kind, stage) for stage in stages} if isinstance(subject, Case) else {}
    found: dict[str, list[DocumentPresenter]] = {}
    for document in documents:
        found.setdefault(_stage_of(subject, document, list(stages)), []).append(document)
    order = sorted(found, key=lambda stage: (stage != subject.stage, list(stages).index(stage) if stage else -1))
    return [
        StageDocuments(
            labels.get(stage) or "Documents of this ATO",
            is_open=stage in {"", subject.stage} or wanted in {document.key for document in found[stage]},
            is_present=stage == subject.stage,
            documents=found[stage],
        )
        for stage in order
    ]


def _stage_of(subject: Subject, document: DocumentPresenter, stages: list[str]) -> str:
    if not isinstance(subject, Case):
        return ""
    placed = document.rule.stages if document.rule else ()
    own = [stage for stage in stages if stage in placed]
    if subject.stage in own or document.is_asked_now or not own:
        return str(subject.stage)
    return own[0]
