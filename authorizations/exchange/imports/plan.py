"""A plan: what applying a feed would do, to be shown to a person before it is done."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.db import models

from authorizations.actions.door import plain
from authorizations.actions.imports.proposal import FeedFile, Proposal
from authorizations.display import day_text


@dataclass(frozen=True, slots=True)
class FieldChange:
    record_type: str
    record: str
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ImportPlan:
    file: FeedFile
    proposal: Proposal

    def field_changes(self) -> Iterator[FieldChange]:
        for change in self.proposal.change:
            record_type = str(change.record._meta.verbose_name)
            for name, after in change.facts.items():
                before = getattr(change.record, name)
                yield FieldChange(record_type, str(change.record), name, _words(before), _words(after))

    def as_json(self) -> dict[str, Any]:
        """What the command prints and other programs read; dates as ISO text."""
        stated = asdict(self.file)
        return {
            "feed": {"file": stated.pop("name"), **stated, "as_of": self.file.as_of.isoformat()},
            "counts": {table: counts.as_json() for table, counts in self.proposal.counts.items()},
            "needs_a_reason": [table for table, _ in self.proposal.removals()],
            "issues": [asdict(issue) for issue in self.proposal.issues],
            "review_items": [{name: str(getattr(item, name)) for name in ITEM} for item in self.proposal.review],
        }

    def as_text(self) -> str:
        return "\n".join([f"Marketplace feed of {day_text(self.file.as_of)} ({self.file.name})", "", *self._lines()])

    def _lines(self) -> Iterator[str]:
        yield f"{'Table':<14}" + "".join(f"{head:>14}" for head in HEADS)
        for table, counts in self.proposal.counts.items():
            yield f"{table:<14}" + "".join(f"{number:>14,}" for number in list(counts.as_json().values())[: len(HEADS)])
        for table, counts in self.proposal.removals():
            yield f"{table}: {counts.not_published:,} of {counts.published:,} published would no longer be published."
        kinds = Counter((issue.kind, issue.sentence) for issue in self.proposal.issues)
        yield f"\nTroubles: {len(self.proposal.issues):,}"
        yield from (f"{number:>7,} × {sentence}" for (_, sentence), number in kinds.most_common())
        yield f"\nReview items: {len(self.proposal.review):,}"
        yield from (f"  - {item.sentence}" for item in self.proposal.review)
        if self.proposal.is_empty:
            yield "\nNothing to change."


ITEM = ("table", "record_id", "clash", "sentence", "ours", "theirs")
HEADS = ("rows", "create", "change", "same", "set aside", "implied", "not published")


def _words(value: Any) -> str:
    if value is None:
        return ""
    return str(value) if isinstance(value, models.Model) else str(plain(value))
