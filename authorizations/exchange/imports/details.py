"""What a feed states of offerings in tables of their own: changes of status, services, who assesses, overviews."""

from collections import defaultdict
from typing import Any

from accounts.roles import RecordSource
from authorizations.exchange.imports.draft_proposal import Draft
from authorizations.exchange.imports.feed_rows import (
    CHANGES,
    CLIENTS,
    FUNCTIONS,
    OVERVIEWS,
    SERVICES,
    Feed,
    FeedChangeRow,
    FeedDetailRow,
    FeedOverviewRow,
)
from authorizations.exchange.imports.name_matching import similar
from authorizations.exchange.imports.offerings import Offerings
from authorizations.exchange.imports.organizations import Assessors
from authorizations.exchange.imports.readers.v3_split import numbered
from authorizations.exchange.imports.register_snapshot import RegisterSnapshot
from authorizations.models import Offering, PackageOverview
from authorizations.vocabulary import ClashKind

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


class Overviews:
    """Providers' package overviews, each beside the offering whose id FedRAMP assigned to it (ADR 32)."""

    def __init__(self, draft: Draft, register: RegisterSnapshot, feed: Feed, offerings: Offerings) -> None:
        self.draft, self.table, self.by_id = draft, feed.table(OVERVIEWS), offerings.by_id
        self.known = register.overviews
        self.names = {each.pk: each.name for each in register.organizations}
        self._taken: set[int] = set()

    def take_rows(self) -> None:
        for row in self.table.rows:
            offering = self._offering(row)
            if offering is None:
                self.draft.set_aside(OVERVIEWS)
            elif id(offering) in self._taken:
                self.draft.set_aside_twice(OVERVIEWS, str(offering.fedramp_id), row.name)
            else:
                self._taken.add(id(offering))
                self._take(row, offering)

    def finish(self) -> None:
        if not self.table.present:
            return
        self.draft.set_aside(OVERVIEWS, self.table.set_aside)
        self.draft.tally(OVERVIEWS, self.table)
        if self.table.is_whole:
            self.draft.withdraw(OVERVIEWS, self.known.values())

    def _take(self, row: FeedOverviewRow, offering: Offering) -> None:
        overview = self.known.get(offering.pk) if offering.pk else None
        if overview is None:
            overview = PackageOverview(offering=offering, source=RecordSource.FEED, fetched_at=row.fetched)
            self.draft.create(overview, **row.facts)
        elif row.fetched and (overview.fetched_at is None or row.fetched > overview.fetched_at):
            self.draft.proposal.fetched.append((overview, row.fetched))
        self.draft.state(overview, **row.facts)
        self.draft.publish(overview)
        self.draft.row(OVERVIEWS, overview)

    def _offering(self, row: FeedOverviewRow) -> Offering | None:
        """Whose overview it is: by the id that FedRAMP assigned; by the stated one where nothing contradicts it."""
        stated = next((self.by_id[each] for each in row.stated if each in self.by_id), None)
        found = self.by_id.get(row.assigned) if row.assigned else stated
        is_other = row.is_expected is False or (row.is_expected is None and row.assigned not in {"", *row.stated})
        if found is not None and is_other:
            self._ask(row, found)
        if found is None:
            sentence = "The overview names no offering that is known here by its FedRAMP id. It was set aside."
            self._issue(row, "unknown_offering", sentence)
        elif not row.assigned and (is_other or not self._is_of(row, found)):
            sentence = "The id that the provider states is not certain, and FedRAMP assigned none. It was set aside."
            self._issue(row, "unsure_id", sentence)
            return None
        return found

    def _ask(self, row: FeedOverviewRow, offering: Offering) -> None:
        theirs = ", ".join(row.stated)
        stated = f"states “{theirs}” as its id" if theirs else "states no id"
        became = f"FedRAMP gave it {row.assigned}, which counts here." if row.assigned else "It was set aside."
        sentence = f"The overview of “{row.name[:150]}” {stated[:120]}, which FedRAMP did not expect. {became}"
        about: dict[str, Any] = {"offering": offering, "ours": offering.fedramp_id}
        record_id = row.assigned or row.name
        self.draft.clash(OVERVIEWS, record_id, ClashKind.OVERVIEW_ID, sentence, theirs=theirs, **about)

    def _is_of(self, row: FeedOverviewRow, offering: Offering) -> bool:
        """Whether a name agrees: an id that a provider states may be somebody else's."""
        names = (self.names.get(offering.provider_id, ""), offering.provider_as_published)
        theirs = any(name and similar(row.provider, name) for name in names if row.provider)
        return theirs or bool(row.service and similar(row.service, offering.name))

    def _issue(self, row: FeedOverviewRow, kind: str, sentence: str) -> None:
        name, raw = row.assigned or row.name, ", ".join(row.stated)
        self.draft.issue(OVERVIEWS, name, "ZD_frid_retro", raw, kind, sentence)
