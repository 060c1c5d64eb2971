"""Organizations of one kind, found by feed id and name; feed ids alone are no keys (MAPPING of the feeds, 3)."""

from collections import defaultdict
from dataclasses import dataclass, field

from accounts.models import Alias, FeedId, Organization
from accounts.models.organization import DEEPEST
from accounts.roles import FeedList, OrganizationKind, RecordSource
from authorizations.exchange.imports.draft_proposal import Draft
from authorizations.exchange.imports.feed_rows import FeedTable
from authorizations.exchange.imports.name_matching import key, similar
from authorizations.exchange.imports.register_snapshot import RegisterSnapshot
from authorizations.vocabulary import ClashKind


@dataclass(slots=True)
class Found:
    organization: Organization
    additions: list[Alias | FeedId] = field(default_factory=list)


class Directory:
    """One kind of organization: the register's, and those the draft adds."""

    def __init__(
        self, draft: Draft, register: RegisterSnapshot, kind: OrganizationKind, table: str, feed: FeedList | None = None
    ) -> None:
        self.draft, self.kind, self.table, self.feed = draft, kind, table, feed
        # Published ones first: a name finds them before one that was joined to another or left the feed.
        of_kind = [each for each in register.organizations if each.kind == kind]
        self.organizations = sorted(of_kind, key=lambda each: (not each.is_published, each.pk))
        by_pk = {each.pk: each for each in self.organizations}
        self._parents: dict[int, Organization | None] = {
            id(each): by_pk[each.parent_id] for each in self.organizations if each.parent_id in by_pk
        }
        self._by_key: dict[str, list[Organization]] = defaultdict(list)
        self._spellings: dict[int, set[str]] = defaultdict(set)
        # Those that have a row in the list; the others are but named elsewhere.
        self.with_row: set[int] = set()
        for each in self.organizations:
            for name in (each.name, *register.aliases.get(each.pk, ())):
                self._know(each, name)
        self._ids = {each.feed_id: each for each in register.feed_ids if each.feed == feed}
        # An id that names an organization of another kind has no holder here: the next row that gives it takes it over.
        self._holders = {
            each.feed_id: by_pk[each.organization_id] for each in self._ids.values() if each.organization_id in by_pk
        }

    def finish(self, table: FeedTable) -> None:
        """The numbers of the list, when everything is drawn up."""
        published = [each for each in self.organizations if self.draft.is_published(each)]
        implied = sum(id(each) not in self.with_row for each in published)
        if table.present or implied:
            self.draft.counts(self.table).implied = implied
            self.draft.tally(self.table, table)
        if table.present and table.is_whole:
            self.draft.withdraw(self.table, self.organizations)

    def named(self, name: str, parent: Organization | None = None) -> Organization | None:
        """The organization of that name or alias; bureaus of one name are told apart by their parent."""
        known = self._by_key.get(key(name), [])
        if parent is not None:
            under = [each for each in known if self.parent_of(each) is parent]
            known = under or [each for each in known if self.parent_of(each) is None and each is not parent]
        return known[0] if known else None

    def holder(self, feed_id: str) -> Organization | None:
        return self._holders.get(feed_id)

    def knows(self, organization: Organization, name: str) -> bool:
        """Whether this is a name of the organization, whatever its case, blanks and punctuation."""
        return any(key(name) == key(known) for known in self._spellings[id(organization)])

    def parent_of(self, organization: Organization) -> Organization | None:
        return self._parents.get(id(organization))

    def add(self, name: str, *, parent: Organization | None = None, is_pseudo: bool = False) -> Organization:
        """A new organization of this kind, from the feed; where its parent stands too deep, under that one's parent."""
        parent = self._within_length(parent)
        organization = Organization(
            kind=self.kind, name=name, parent=parent, is_pseudo=is_pseudo, source=RecordSource.FEED
        )
        self.draft.create(organization)
        self.organizations.append(organization)
        self._parents[id(organization)] = parent
        self._know(organization, name)
        return organization

    def spell(self, found: Found, name: str) -> None:
        if name in self._spellings[id(found.organization)] or not name:
            return
        alias = Alias(organization=found.organization, name=name)
        self.draft.create(alias)
        self._know(found.organization, name)
        found.additions.append(alias)

    def give_id(self, found: Found, feed_id: str, name: str) -> None:
        """The feed id names this organization from the feed's date on; its former holder keeps the time until then."""
        if not feed_id or self.feed is None or self._holders.get(feed_id) is found.organization:
            return
        former = self._ids.get(feed_id)
        if former is not None and self.draft.newer_list(self.table):
            return
        as_of = self.draft.as_of
        if former is not None:
            self.draft.change(former, valid_to=max(as_of, former.valid_from))
        start = as_of if former is None else max(as_of, former.valid_from)
        new = FeedId(organization=found.organization, feed=self.feed, feed_id=feed_id, name=name, valid_from=start)
        self.draft.create(new)
        self._ids[feed_id], self._holders[feed_id] = new, found.organization
        found.additions.append(new)

    def identify(self, feed_id: str, name: str, parent: Organization | None = None, *, pseudo: bool = False) -> Found:
        """The organization that a row with this id and name means; a new one where neither says it is known.

        Same id and another name is a clash, and a person is asked: the id may have moved to an organization known by
        that name, the organization may have been renamed (ours is kept, theirs becomes an alias), or another
        organization has got the id.
        """
        holder, known = self.holder(feed_id), self.named(name, parent)
        if holder is None:
            found = Found(known or self.add(name, parent=parent, is_pseudo=pseudo))
        elif self.knows(holder, name):
            found = Found(holder)
        elif known is not None:
            found = Found(known)
            self._ask_of_reuse(feed_id, holder, name, known)
        elif similar(holder.name, name):
            found = Found(holder)
            self._ask_of_name(feed_id, holder, name)
        else:
            found = Found(self.add(name, parent=parent, is_pseudo=pseudo))
            self._ask_of_reuse(feed_id, holder, name, found.organization)
        self.give_id(found, feed_id, name)
        self.spell(found, name)
        return found

    def _within_length(self, parent: Organization | None) -> Organization | None:
        line: list[Organization] = []
        above = parent
        while above is not None and above not in line:
            line.append(above)
            above = self.parent_of(above)
        return parent if len(line) < DEEPEST else line[1 - DEEPEST]

    def _know(self, organization: Organization, name: str) -> None:
        if organization not in self._by_key[key(name)]:
            self._by_key[key(name)].append(organization)
        self._spellings[id(organization)].add(name)

    def _ask_of_reuse(self, feed_id: str, ours: Organization, theirs: str, now: Organization) -> None:
        if self.draft.newer_list(self.table):
            return
        sentence = f"The id {feed_id} named “{ours.name}” and now names “{theirs}”."
        both = {"organization": ours, "other_organization": now}
        self.draft.clash(self.table, feed_id, ClashKind.ID_REUSED, sentence, theirs=theirs, **both)

    def _ask_of_name(self, feed_id: str, ours: Organization, theirs: str) -> None:
        if self.draft.newer_list(self.table):
            return
        sentence = f"The feed calls “{ours.name}” “{theirs}”. Our name was kept, theirs became an alias."
        self.draft.clash(self.table, feed_id, ClashKind.NAME_CHANGED, sentence, theirs=theirs, organization=ours)
