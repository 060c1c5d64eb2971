"""A proposal while it is drawn up: what is new, what changes, which row led to what, what is still published."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import models

from accounts.models import Published
from authorizations.actions.door import differences
from authorizations.actions.imports.proposal import Change, Counts, Proposal, RowIssue
from authorizations.exchange.imports.feed_rows import FeedTable
from authorizations.exchange.imports.precedence import Knowledge, is_spoiled, list_of, rank
from authorizations.exchange.imports.register_snapshot import ReviewKey
from authorizations.models import ReviewItem
from authorizations.models.register.correction import is_corrected
from authorizations.vocabulary import ClashKind

# Providers have no list of their own: they are named by offerings.
PROVIDED_BY = {"Providers": "Products"}


class Draft:
    """Collects one import's proposal; records of the register are compared with, never altered."""

    def __init__(
        self, *, as_of: date, generation: str, now: datetime, knowledge: Knowledge, reviewed: Iterable[ReviewKey]
    ) -> None:
        self.as_of = as_of
        self.now = now
        self.generation, self._knowledge = generation, knowledge
        self._age = (as_of, rank(generation))
        self._sources: dict[int, tuple[Published, dict[str, str]]] = {}
        self.proposal = Proposal()
        self._reviewed = set(reviewed)
        self._changes: dict[int, Change] = {}
        self._new: set[int] = set()
        self._claimed: set[int] = set()
        self._published: set[int] = set()
        self._rows: dict[str, list[Sequence[models.Model]]] = defaultdict(list)

    def counts(self, table: str) -> Counts:
        return self.proposal.counts.setdefault(table, Counts())

    def issue(self, table: str, record_id: str, field: str, raw: str, kind: str, sentence: str) -> None:
        self.proposal.issues.append(RowIssue(table, record_id[:100], field, raw[:500], kind, sentence[:300]))

    def set_aside_twice(self, table: str, record_id: str, name: str) -> None:
        """Sets a row aside whose id a row of the same table had before."""
        self.issue(table, record_id, "id", name, "id_twice", "The id came before; the row was set aside.")
        self.set_aside(table)

    def create(self, record: models.Model, **facts: Any) -> None:
        """A new record, with the facts that the feed states of it."""
        self._new.add(id(record))
        self.proposal.create.append(record)
        if isinstance(record, Published):
            self.state(record, **facts)

    def newer_list(self, record_list: str) -> date | None:
        """The day of a feed that was applied before and knows better than this one what is on a list."""
        return self._knowledge.newer_list(record_list, self._age)

    def knows_better(self, record: Published, field: str) -> bool:
        """Whether what we have was stated by a newer source than this feed."""
        return not self.is_new(record) and self._knowledge.age_of(record, field) > self._age

    def state(self, record: Published, *, blanks: bool = False, **facts: Any) -> bool:
        """Sets what the feed says, but for fields that another source knows better; says whether any differed.

        blanks: whether an empty cell is a statement; otherwise that of another generation says that it does not know.
        """
        taken = {
            name: value
            for name, value in facts.items()
            if self._is_better(record, name, value) and (blanks or not self._is_ignorant(record, name, value))
        }
        different = self.change(record, **taken)
        self._note_sources(record, taken)
        return different

    def _is_better(self, record: Published, field: str, value: Any) -> bool:
        if self.is_new(record):
            return True
        ours = getattr(record, record._meta.get_field(field).attname)  # type: ignore[union-attr]
        if is_corrected(record, field):
            # It is ours until a feed that is no older says the same (ADR 31).
            return bool(value == ours) and not self.knows_better(record, field)
        if is_spoiled(value, ours):
            name = str(getattr(record, "fedramp_id", None) or record)
            sentence = "The text holds question marks for characters that were lost; ours was kept."
            self.issue(list_of(record), name, field, value, "spoiled_text", sentence)
            return False
        return not self.knows_better(record, field) or is_spoiled(ours, value)

    def _is_ignorant(self, record: Published, field: str, value: Any) -> bool:
        mark = self._knowledge.mark_of(record, field)
        return value in ("", None, []) and mark != "" and not mark.startswith(f"{self.generation} ")

    def _note_sources(self, record: Published, facts: Mapping[str, Any]) -> None:
        """Names this feed as the source of what it changed, and of what another generation said before it."""
        mark, changed = f"{self.generation} {self.as_of}", self._changes.get(id(record))
        known = self._sources.get(id(record), (record, record.sources))[1]
        fresh = {
            name
            for name in facts
            if not known.get(name, "").startswith(f"{self.generation} ") or (changed and name in changed.facts)
        }
        if self.is_new(record):
            record.sources = {**record.sources, **dict.fromkeys(facts, mark)}
        elif fresh:
            self._sources[id(record)] = (record, {**known, **dict.fromkeys(fresh, mark)})

    def change(self, record: models.Model, **facts: Any) -> bool:
        """Sets facts on a record where they differ, and says whether any did."""
        if id(record) in self._new:
            for name, value in facts.items():
                setattr(record, name, value)
            return False
        different = set(differences(record, facts))
        # A new record has no key yet, and looks like none to the comparison.
        different |= {name for name, value in facts.items() if isinstance(value, models.Model) and value.pk is None}
        pending = self._changes.setdefault(id(record), Change(record, {})).facts
        for name, value in facts.items():
            # Two rows may speak of one record: the last one counts, also when it says what we have.
            if name in different:
                pending[name] = value
            else:
                pending.pop(name, None)
        return bool(different)

    def finished(self) -> Proposal:
        """The proposal; nothing is to be added after it."""
        self.proposal.change = [change for change in self._changes.values() if change.facts]
        self.proposal.sources = list(self._sources.values())
        return self.proposal

    def is_new(self, record: models.Model) -> bool:
        return id(record) in self._new

    def publish(self, record: Published) -> None:
        """The feed has the record: it is published from now on, or again, unless a newer list lacks it."""
        self._published.add(id(record))
        newer = self.newer_list(list_of(record))
        if newer is not None or (record.not_published_since or self.as_of) > self.as_of:
            if self.is_new(record):
                self.change(record, published_since=self.as_of, not_published_since=newer)
            return
        if record.published_since is None:
            self.change(record, published_since=self.as_of)
        if record.not_published_since is not None:
            self.change(record, not_published_since=None)

    def is_published(self, record: Published) -> bool:
        return id(record) in self._published

    def withdraw(self, table: str, records: Iterable[Published]) -> None:
        """Of the register's records, marks those records that were published and are no longer; counts both.

        Where a newer feed has stated the list, an older one says nothing of who left it.
        """
        counts = self.counts(table)
        for record in () if self.newer_list(PROVIDED_BY.get(table, table)) else records:
            if self.is_new(record) or not record.is_published:
                continue
            counts.published += 1
            if id(record) not in self._published and self.unpublish(record):
                counts.not_published += 1

    def unpublish(self, record: Published) -> bool:
        """Marks one record as not published; what was recorded here after the feed's date is not yet expected in it."""
        if not record.is_published or (record.published_since or self.as_of) > self.as_of:
            return False
        if any(self.knows_better(record, field) for field in record.sources):
            # An excerpt of a newer day has it.
            return False
        return self.change(record, not_published_since=self.as_of)

    def clash(self, table: str, record_id: str, kind: ClashKind, sentence: str, *, theirs: str, **about: Any) -> None:
        """Opens a review item, once: what a person was asked, or has decided, is not asked again.

        about: the records it is about; ``ours`` where that is not the name of the first of them.
        """
        mark = (table, record_id[:100], str(kind), theirs[:300])
        if mark not in self._reviewed:
            self._reviewed.add(mark)
            ours = str(about.pop("ours", "") or about.get("organization") or about["offering"])[:300]
            item = ReviewItem(table=table, record_id=mark[1], clash=kind, theirs=mark[3], ours=ours, **about)
            item.sentence, item.opened_at = sentence[:400], self.now
            self.proposal.review.append(item)

    def row(self, table: str, *records: models.Model) -> None:
        self._rows[table].append(records)

    def set_aside(self, table: str, number: int = 1) -> None:
        if number:
            self.counts(table).set_aside += number

    def _is_touched(self, record: models.Model) -> bool:
        change = self._changes.get(id(record))
        return id(record) in self._new or bool(change and change.facts)

    def tally(self, table: str, read: FeedTable) -> None:
        """Sorts the rows of a table into create, change and same; call it when everything is drawn up."""
        counts = self.counts(table)
        counts.rows, counts.whole = read.records, int(read.present and read.is_whole)
        for first, *others in self._rows[table]:
            if id(first) in self._new and id(first) not in self._claimed:
                counts.create += 1
            elif any(self._is_touched(record) for record in (first, *others)):
                counts.change += 1
            else:
                counts.same += 1
            self._claimed.add(id(first))
