"""Verifying the audit log: entry by entry, against heads and anchors that others kept, and beside what rows say."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from django.db.models import Max

from authorizations.audit_log.anchors import Anchor
from authorizations.audit_log.findings_and_documents import differing_findings_and_documents
from authorizations.audit_log.mail_outcomes import differing_messages
from authorizations.audit_log.rows import differing_rows
from authorizations.audit_log_format import BEGINNING, hash_of
from authorizations.models import AuditLogHead, Event
from authorizations.vocabulary import AuditLog

BATCH = 2000
AT_ONCE = 500
Progress = Callable[[int, int], None]


@dataclass
class VerificationResult:
    """What was found: how many entries were checked, where the chains ended, and a sentence for each that is wrong."""

    checked: int = 0
    ends: dict[str, int] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not self.findings


def verify(anchors: Iterable[Anchor] = (), progress: Progress | None = None) -> VerificationResult:
    """Checks both chains from their beginning; people may go on working meanwhile.

    Of each chain the first broken entry is named, and how many are missing at its end. From a broken entry on nothing
    of its chain is proven. Then rows are compared with what was last entered of them.

    Args:
        progress: called with (checked, in all) after each batch.
    """
    result, given = VerificationResult(), list(anchors)
    total = sum(AuditLogHead.objects.values_list("position", flat=True))

    def advance(number: int) -> None:
        result.checked += number
        if progress is not None:
            progress(result.checked, max(total, result.checked))

    for audit_log in AuditLog:
        # What is entered from here on is checked as far as it is met, but not missed.
        head = AuditLogHead.objects.filter(audit_log=audit_log).first() or AuditLogHead(audit_log=audit_log)
        walk = _LogReader(audit_log, head)
        broken = walk.first_broken(advance)
        result.ends[audit_log] = walk.last
        result.findings += [f"{audit_log.label}, {broken}."] if broken else []
        result.findings += [f"{audit_log.label}: {sentence}." for sentence in walk.end(whole=broken is None)]
        ours = [anchor for anchor in given if anchor.audit_log == audit_log]
        result.findings += [f"{audit_log.label}: {sentence}." for sentence in _against(ours, walk.last)]
    every = chain(differing_rows(), differing_findings_and_documents(), differing_messages())
    result.findings += [f"Rows: {sentence}." for sentence in every]
    return result


class _LogReader:
    def __init__(self, audit_log: AuditLog, head: AuditLogHead) -> None:
        self.audit_log, self.head = audit_log, head
        self.last, self.hash = 0, BEGINNING
        self.head_hash = BEGINNING

    def first_broken(self, advance: Callable[[int], None]) -> str | None:
        """The first entry that is not as it was recorded, and why; `last` is then the last one there is."""
        of_audit_log = Event.objects.filter(audit_log=self.audit_log)
        while entries := list(of_audit_log.filter(position__gt=self.last).order_by("position")[:BATCH]):
            for event in entries:
                if wrong := self._wrong(event):
                    self.last = of_audit_log.aggregate(Max("position"))["position__max"]
                    return wrong
                self.last, self.hash = event.position, event.hash
                if event.position == self.head.position:
                    self.head_hash = event.hash
            advance(len(entries))
        return None

    def _wrong(self, event: Event) -> str | None:
        expected = self.last + 1
        name = f"entry {event.position:,} ({event.public_id})"
        if event.position != expected:
            number = event.position - expected
            return f"entry {expected:,} is missing" + (f", and {number - 1:,} after it" if number > 1 else "")
        if hash_of(event.text) != event.hash:
            return f"{name}: its text is not the one that was hashed"
        if event.previous != self.hash:
            return f"{name}: it does not follow the entry before it"
        if differing := ", ".join(_differing(event)):
            return f"{name}: its columns say something else than its text: {differing}"
        return None

    def end(self, *, whole: bool) -> Iterator[str]:
        """What is wrong with the end of the chain."""
        if self.last < self.head.position:
            yield _missing(self.head.position, self.last, "the head is")
        elif whole and self.head_hash != self.head.hash:
            yield f"the head does not fit entry {self.head.position:,}"
        now = AuditLogHead.objects.filter(audit_log=self.audit_log).values_list("position", flat=True).first() or 0
        if self.last > now:
            yield f"the head is at {now:,}, but the last entry is {self.last:,}"


def _differing(event: Event) -> list[str]:
    try:
        recorded: Any = json.loads(event.text)
    except ValueError:
        return ["all of it"]
    if not isinstance(recorded, dict):
        return ["all of it"]
    facts = event.facts()
    return sorted(name for name in facts.keys() | recorded.keys() if facts.get(name) != recorded.get(name))


def _missing(position: int, last: int, whose: str) -> str:
    number = position - last
    entries = "1 entry is" if number == 1 else f"{number:,} entries are"
    return f"{entries} missing at the end: {whose} at {position:,}, the last entry is {last:,}"


def _against(anchors: list[Anchor], last: int) -> Iterator[str]:
    """Every anchor is compared; the earliest that does not fit is named, and the one that knows of most entries."""
    beyond = max((anchor for anchor in anchors if anchor.position > last), key=lambda each: each.position, default=None)
    if beyond is not None:
        yield _missing(beyond.position, last, f"the anchor of {beyond.at} is")
    within = sorted((anchor for anchor in anchors if anchor.position <= last), key=lambda each: each.position)
    for start in range(0, len(within), AT_ONCE):
        some = within[start : start + AT_ONCE]
        rows = Event.objects.filter(audit_log=some[0].audit_log, position__in={anchor.position for anchor in some})
        hashes = dict(rows.values_list("position", "hash"))
        for anchor in some:
            if hashes.get(anchor.position) != anchor.hash:
                yield f"the anchor of {anchor.at} names another entry {anchor.position:,} than the audit log has"
                return
