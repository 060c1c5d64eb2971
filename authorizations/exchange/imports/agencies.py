"""Agencies and their bureaus in a plan: the feed's list, and those that other rows name without listing them."""

import re

from accounts.models import Organization
from accounts.roles import FeedList, OrganizationKind
from authorizations.exchange.imports.draft_proposal import Draft
from authorizations.exchange.imports.feed_rows import AGENCIES, FeedAgencyRow, FeedAtoRow, FeedTable
from authorizations.exchange.imports.name_matching import similar
from authorizations.exchange.imports.organization_matching import Directory, Found
from authorizations.exchange.imports.organizations import state
from authorizations.exchange.imports.register_snapshot import RegisterSnapshot
from authorizations.vocabulary import ClashKind

TABLE = AGENCIES
# Rows that stand for no agency: the JAB, a row without a name, “other” and the 20x program (MAPPING of the feeds, 3).
PSEUDO = frozenset({"22-000", "22-001", "22-055", "22-092"})
NOBODY, NOBODYS_NAME = "22-000", "No agency named"
PARENT_ID = re.compile(r"\d+-\d+")


class Agencies:
    def __init__(self, draft: Draft, register: RegisterSnapshot, table: FeedTable) -> None:
        self.draft, self.table = draft, table
        self.directory = Directory(draft, register, OrganizationKind.AGENCY, TABLE, FeedList.AGENCIES)
        self._listed: dict[str, Organization] = {}
        self._meant: dict[tuple[str, str, str, str], Organization] = {}

    def take_rows(self) -> None:
        """The list itself; parents first, since a bureau may stand before its parent."""
        for row in sorted(self.table.rows, key=lambda row: bool(row.sub)):
            if row.id and row.id in self._listed:
                self.draft.set_aside_twice(TABLE, row.id, row.name)
            else:
                self._take(row)
        self.draft.set_aside(TABLE, self.table.set_aside)

    def meant_by(self, table: str, row: FeedAtoRow) -> Organization:
        """The agency that an ATO row means: by its ids in this feed, by ids known before, by name, or a new one."""
        mark = (row.agency_id, row.sub_id, row.parent, row.sub)
        if mark not in self._meant:
            self._meant[mark] = (
                self._nobody(table, row) or self._by_id(row) or self._by_name(row) or self._implied(table, row)
            )
            self._note_other_name(table, row, self._meant[mark])
        self.draft.publish(self._meant[mark])
        return self._meant[mark]

    def named(self, name: str) -> Organization | None:
        return self.directory.named(name) if name else None

    def finish(self) -> None:
        """What others name stays published, its parents too; then the numbers."""
        for organization in list(self.directory.organizations):
            if self.draft.is_published(organization):
                self._publish_above(organization)
        self.directory.finish(self.table)

    def _take(self, row: FeedAgencyRow) -> None:
        parent = self._parent(row) if row.sub and row.parent else None
        name = row.name or NOBODYS_NAME
        found = self.directory.identify(row.id, name, parent, pseudo=row.id in PSEUDO)
        organization = found.organization
        if row.id:
            self._listed[row.id] = organization
        self.directory.with_row.add(id(organization))
        self.draft.publish(organization)
        contact = {"website": row.website, "email": row.email}
        state(self.draft, organization, **{name: value for name, value in contact.items() if value is not None})
        if not self.draft.is_new(organization) and (row.parent or not row.sub):
            self._ask_of_parent(row, organization, parent)
        self.draft.row(TABLE, organization, *found.additions)

    def _ask_of_parent(self, row: FeedAgencyRow, organization: Organization, parent: Organization | None) -> None:
        ours = self.directory.parent_of(organization)
        if ours is parent or self.draft.newer_list(TABLE):
            return
        ours_name, theirs = (ours.name if ours else "no parent"), (parent.name if parent else "no parent")
        sentence = f"The feed puts “{organization.name}” under {theirs}; here it is under {ours_name}, which was kept."
        both = {"organization": organization, "other_organization": parent}
        self.draft.clash(TABLE, row.id, ClashKind.PARENT_CHANGED, sentence, ours=ours_name, theirs=theirs, **both)

    def _parent(self, row: FeedAgencyRow) -> Organization:
        """The parent of a bureau: listed, known from before, or implied by the bureau itself."""
        feed_id = "-".join(row.id.split("-")[:2])
        listed = self._listed.get(feed_id)
        if listed is not None and self.directory.knows(listed, row.parent):
            return listed
        known = self._top(row.parent)
        if known is not None and id(known) in self.directory.with_row:
            return known
        sentence = "The parent has no row of its own; its bureaus name it."
        self.draft.issue(TABLE, feed_id, "parent", row.parent, "missing_parent", sentence)
        return self._add_above(feed_id, row.parent, known)

    def _add_above(self, feed_id: str, name: str, known: Organization | None) -> Organization:
        found = Found(known or self.directory.add(name))
        if PARENT_ID.fullmatch(feed_id) and feed_id not in self._listed and self.directory.holder(feed_id) is None:
            self.directory.give_id(found, feed_id, name)
        # From here on it counts as found, so that its other bureaus note no second issue.
        self._listed.setdefault(feed_id, found.organization)
        self.draft.publish(found.organization)
        return found.organization

    def _top(self, name: str) -> Organization | None:
        known = self.directory.named(name) if name else None
        return known if known is None or self.directory.parent_of(known) is None else None

    def _nobody(self, table: str, row: FeedAtoRow) -> Organization | None:
        if row.sub or row.parent or {row.sub_id, row.agency_id} - {"", NOBODY}:
            return None
        sentence = "The row names no agency; it stands under “No agency named”."
        self.draft.issue(table, row.product, "agency_id", row.agency_id, "no_agency", sentence)
        return self.directory.identify(NOBODY, NOBODYS_NAME, pseudo=True).organization

    def _note_other_name(self, table: str, row: FeedAtoRow, meant: Organization) -> None:
        """The ids count, but a name that is neither the agency's nor its parent's is worth a look."""
        names = [each for each in (meant, self.directory.parent_of(meant)) if each is not None and not each.is_pseudo]
        stated = row.sub or row.parent
        if stated and names and not any(self.directory.knows(each, stated) for each in names):
            sentence = "The agency's id and name disagree; the id counts."
            self.draft.issue(table, row.product, "agency_id", stated, "name_differs", sentence)

    def _by_id(self, row: FeedAtoRow) -> Organization | None:
        name = row.sub or row.parent
        for feed_id in filter(None, (row.sub_id, row.agency_id)):
            listed = self._listed.get(feed_id)
            if listed is not None:
                # The id of the parent beside a bureau's name means the bureau, whose own id is missing.
                is_parents = row.sub and feed_id == row.agency_id and not self.directory.knows(listed, row.sub)
                return self.directory.named(row.sub, listed) if is_parents else listed
            holder = self.directory.holder(feed_id)
            if holder is not None and (not name or self.directory.knows(holder, name) or similar(holder.name, name)):
                return holder
        return None

    def _by_name(self, row: FeedAtoRow) -> Organization | None:
        if not row.sub:
            return self._top(row.parent) or self.named(row.parent)
        return self.directory.named(row.sub, self._top(row.parent)) or (None if row.parent else self.named(row.sub))

    def _implied(self, table: str, row: FeedAtoRow) -> Organization:
        name = row.sub or row.parent
        ids = [each for each in (row.sub_id, row.agency_id) if each]
        sentence = "The agency is not in the feed's list; it was taken from this row."
        self.draft.issue(table, row.product, "agency_id", name or ids[0], "unlisted_agency", sentence)
        parent = self._above(row) if row.sub and row.parent else None
        found = Found(self.directory.add(name or f"Agency {ids[0]}", parent=parent, is_pseudo=row.agency_id in PSEUDO))
        for feed_id in ids[:1]:
            # A bureau without an id of its own must not get its parent's.
            if self.directory.holder(feed_id) is None and not (row.sub and PARENT_ID.fullmatch(feed_id)):
                self.directory.give_id(found, feed_id, name or found.organization.name)
        return found.organization

    def _above(self, row: FeedAtoRow) -> Organization:
        return self._listed.get(row.agency_id) or self._top(row.parent) or self.directory.add(row.parent)

    def _publish_above(self, organization: Organization) -> None:
        seen = {id(organization)}
        above = self.directory.parent_of(organization)
        # Rings are refused wherever a parent is written; should one be there all the same, an import must still end.
        while above is not None and id(above) not in seen:
            seen.add(id(above))
            self.draft.publish(above)
            above = self.directory.parent_of(above)
