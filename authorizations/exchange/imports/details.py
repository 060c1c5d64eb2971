"""What a feed states of offerings in tables of their own: changes of status, services, functions, who assesses."""

from collections import defaultdict
from typing import Any

from authorizations.exchange.imports.draft_proposal import Draft
from authorizations.exchange.imports.feed_rows import (
    CHANGES,
    CLIENTS,
    FUNCTIONS,
    SERVICES,
    Feed,
    FeedChangeRow,
    FeedDetailRow,
)
from authorizations.exchange.imports.offerings import Offerings
from authorizations.exchange.imports.organizations import Assessors
from authorizations.exchange.imports.readers.v3_split import numbered
from authorizations.models import Offering

LISTS = {SERVICES: "services", FUNCTIONS: "business_functions"}


class Details:
    def __init__(self, draft: Draft, feed: Feed, offerings: Offerings, assessors: Assessors) -> None:
        self.draft, self.feed, self.offerings, self.assessors = draft, feed, offerings, assessors

    def take_rows(self) -> None:
        for row, field in numbered(self.feed.table(CHANGES).rows):
            offering = self._offering(CHANGES, row)
            if offering is not None:
                event = self.offerings.step(offering, field, row.on)
                self.draft.row(CHANGES, event)
        for table, column in LISTS.items():
            self._take_list(table, column)
        for row in self.feed.table(CLIENTS).rows:
            self._take_client(row)

    def finish(self) -> None:
        for name in (CHANGES, CLIENTS, *LISTS):
            table = self.feed.table(name)
            if table.present:
                self.draft.set_aside(name, table.set_aside)
                self.draft.tally(name, table)

    def _take_list(self, table: str, column: str) -> None:
        """The names of one offering together; an excerpt adds to them, a whole table replaces them."""
        rows: dict[str, list[FeedDetailRow]] = defaultdict(list)
        for row in self.feed.table(table).rows:
            rows[row.product].append(row)
        for stated in rows.values():
            offering = self._offering(table, stated[0], len(stated))
            if offering is None:
                continue
            known = [] if self.feed.table(table).is_whole else getattr(offering, column)
            gone = {row.value for row in stated if not row.is_active}
            names = dict.fromkeys([*known, *(row.value for row in stated)])
            facts: dict[str, Any] = {column: [name for name in names if name not in gone]}
            self.draft.state(offering, **facts)
            for _ in stated:
                self.draft.row(table, offering)

    def _take_client(self, row: FeedDetailRow) -> None:
        offering, assessor = self._offering(CLIENTS, row), self.assessors.directory.holder(row.value)
        if offering is None:
            return
        if assessor is None:
            sentence = "The assessor is not known here by this id. The row was set aside."
            self.draft.issue(CLIENTS, row.product, "assessor_id", row.value, "unknown_assessor", sentence)
            self.draft.set_aside(CLIENTS)
            return
        if row.is_active:
            self.draft.state(offering, assessor=assessor)
        self.draft.row(CLIENTS, offering)

    def _offering(self, table: str, row: FeedDetailRow | FeedChangeRow, rows: int = 1) -> Offering | None:
        offering = self.offerings.by_id.get(row.product)
        if offering is None:
            sentence = "The row names no offering that is known here. It was set aside."
            self.draft.issue(table, row.product, "product_id", row.product, "unknown_offering", sentence)
            self.draft.set_aside(table, rows)
        return offering
