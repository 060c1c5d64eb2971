"""ATO rows in a plan. They have no id: three passes match them with the register's (MAPPING of the feeds, 5)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.models import Organization
from accounts.roles import RecordSource
from authorizations.display import day_text
from authorizations.exchange.imports.agencies import Agencies
from authorizations.exchange.imports.draft_proposal import Draft
from authorizations.exchange.imports.feed_rows import INITIAL, PRODUCTS, REUSE, Feed, FeedAtoRow
from authorizations.exchange.imports.register_snapshot import RegisterSnapshot
from authorizations.models import Ato, Offering
from authorizations.models.register.ato_facts import PUBLISHED_FACTS
from authorizations.vocabulary import LIVE_ATO_STAGES, AtoStage, AtoType, ClashKind, ListingRole

TABLES = {INITIAL: ListingRole.INITIAL, REUSE: ListingRole.REUSE}
JAB = "22-001"


@dataclass(slots=True)
class AtoMatch:
    """One row that is to be an ATO, and the ATO it was matched with."""

    table: str
    row: FeedAtoRow
    offering: Offering
    agency: Organization
    ato: Ato | None = None


Key = Callable[[date | None, date | None, date | None], object]

# Signed, expires, logged → what must be equal; whether ATOs that an earlier feed dropped may come back. The first is
# no pass of its own: among rows alike in date and expiry it only prefers the one logged on the same day.
PASSES: list[tuple[Key, bool]] = [
    (lambda signed, expires, logged: (signed, expires, logged), False),
    (lambda signed, expires, logged: (signed, expires), False),
    (lambda signed, expires, logged: (signed, expires), True),
    (lambda signed, expires, logged: signed, False),
    (lambda signed, expires, logged: None, False),
]


class Atos:
    def __init__(
        self,
        draft: Draft,
        register: RegisterSnapshot,
        feed: Feed,
        offerings: dict[str, Offering],
        agencies: Agencies,
    ) -> None:
        self.draft, self.register = draft, register
        self.tables = {table: feed.table(table) for table in TABLES}
        self.offerings, self.agencies = offerings, agencies
        self.has_offerings = feed.table(PRODUCTS).present
        self._organizations = {each.pk: each for each in register.organizations}
        self._known = [ato for ato in register.atos if _from_feeds(ato)]
        self._live_initial = {
            ato.offering_id: ato
            for ato in register.atos
            if ato.listing_role == ListingRole.INITIAL and ato.stage in LIVE_ATO_STAGES
        }
        self._matched: set[int] = set()
        # Offerings, by identity, that have an initial ATO which lives, here or in this feed.
        self._with_initial: set[int] = set()

    def take_rows(self) -> None:
        """Both tables: matched first, since an initial row may be a reuse that became the initial authorization."""
        wanted = {table: self._wanted(table) for table in TABLES}
        for rows in wanted.values():
            self._match_uuids(rows)
        for table, rows in wanted.items():
            self._match(TABLES[table], [want for want in rows if want.ato is None])
            self._match_made_here(TABLES[table], [want for want in rows if want.ato is None])
        self._with_initial = {id(want.offering) for want in wanted[INITIAL] if want.row.is_active is not False}
        self._with_initial |= {id(each) for each in self.offerings.values() if each.pk in self._live_initial}
        for rows in wanted.values():
            for want in rows:
                self._write(want)
        for table in TABLES:
            self.draft.set_aside(table, self.tables[table].set_aside)

    def finish(self) -> None:
        for table, role in TABLES.items():
            if not self.tables[table].present:
                continue
            self.draft.tally(table, self.tables[table])
            if self.tables[table].is_whole:
                self.draft.withdraw(table, (ato for ato in self._known if ato.listing_role == role))

    def _wanted(self, table: str) -> list[AtoMatch]:
        wanted: list[AtoMatch] = []
        initial: set[str] = set()
        for row in self.tables[table].rows:
            offering = self.offerings.get(row.product)
            if offering is None or self._came_later(offering):
                self._aside(table, row, "unknown_offering", "The row names no offering that is known here.")
            elif table == INITIAL and row.is_active is not False and row.product in initial:
                self._aside(table, row, "second_initial", "The offering has an initial row already; the first counts.")
            else:
                if row.is_active is not False:
                    initial.add(row.product)
                self._note_unlisted(table, row, offering)
                wanted.append(AtoMatch(table, row, offering, self.agencies.meant_by(table, row)))
        return wanted

    def _came_later(self, offering: Offering) -> bool:
        """Whether a newer feed brought the offering, and this one does not list it: no row of its day can mean it."""
        since = offering.published_since
        return since is not None and since > self.draft.as_of and not self.draft.is_published(offering)

    def _note_unlisted(self, table: str, row: FeedAtoRow, offering: Offering) -> None:
        if self.has_offerings and not self.draft.is_published(offering):
            sentence = "The offering is known here but not in this feed; the row was taken."
            self.draft.issue(table, row.product, "id", row.product, "unlisted_offering", sentence)

    def _aside(self, table: str, row: FeedAtoRow, kind: str, why: str) -> None:
        raw = f"{row.product} {row.sub or row.parent or row.agency_id}"
        self.draft.issue(table, row.product, "id", raw, kind, f"{why} It was set aside.")
        self.draft.set_aside(table)

    def _match(self, role: ListingRole, rows: list[AtoMatch]) -> None:
        free: dict[tuple[int, int], list[Ato]] = defaultdict(list)
        for ato in self._known:
            if ato.listing_role == role:
                free[ato.offering_id, ato.agency_id].append(ato)
        groups: dict[tuple[int, int], list[AtoMatch]] = defaultdict(list)
        for want in rows:
            if want.offering.pk and want.agency.pk:
                groups[want.offering.pk, want.agency.pk].append(want)
        for group, wanted in groups.items():
            if group in free:
                # Superseded ones are over for good: only a row that says so may mean them.
                live = [ato for ato in free[group] if ato.stage != AtoStage.SUPERSEDED]
                self._match_group([want for want in wanted if want.row.is_active is not False], live)
                self._match_group([want for want in wanted if want.row.is_active is False], free[group], ended=True)

    def _match_made_here(self, role: ListingRole, rows: list[AtoMatch]) -> None:
        """What was recorded here before FedRAMP published it: the same agency's letter of that day for the offering.

        An offering has one initial ATO that lives, so of the same agency it is the same whatever the day.
        """
        free: dict[tuple[int, int], list[Ato]] = defaultdict(list)
        for ato in self.register.atos:
            if not _from_feeds(ato) and ato.listing_role == role and ato.stage in LIVE_ATO_STAGES:
                free[ato.offering_id, ato.agency_id].append(ato)
        for want in rows:
            if want.row.is_active is False or not (want.offering.pk and want.agency.pk):
                continue
            ours = free.get((want.offering.pk, want.agency.pk), [])
            of_the_day = [ato for ato in ours if ato.signed_on and ato.signed_on == want.row.signed.on]
            same = of_the_day or (ours if role == ListingRole.INITIAL else [])
            if same:
                want.ato = same[0]
                ours.remove(want.ato)
                self._matched.add(want.ato.pk)

    def _match_uuids(self, rows: list[AtoMatch]) -> None:
        by_uuid = {ato.feed_uuid: ato for ato in self._known if ato.feed_uuid and ato.pk not in self._matched}
        for want in rows:
            want.ato = by_uuid.pop(want.row.uuid, None)
            if want.ato is not None:
                self._matched.add(want.ato.pk)

    def _match_group(self, wanted: list[AtoMatch], atos: list[Ato], *, ended: bool = False) -> None:
        """One offering, one agency, one role: pass after pass, each in date order."""
        if not wanted:
            return
        wanted = sorted(wanted, key=lambda want: _order(want.row.signed.on, want.row.expires.on, want.row.logged.on))
        atos = sorted(atos, key=lambda ato: _order(ato.signed_on, ato.expires_on, ato.logged_on))
        # Without a date in common, only a whole list says which letter follows which.
        returns = ended or self.draft.newer_list(wanted[0].table) is not None
        is_whole = self.tables[wanted[0].table].is_whole
        for equal, returning in PASSES if is_whole else PASSES[:-1]:
            waiting: dict[object, list[Ato]] = defaultdict(list)
            for ato in atos:
                if ato.pk not in self._matched and (returning or returns or ato.is_published):
                    waiting[equal(ato.signed_on, ato.expires_on, ato.logged_on)].append(ato)
            for want in wanted:
                same = waiting.get(equal(want.row.signed.on, want.row.expires.on, want.row.logged.on))
                if want.ato is None and same:
                    want.ato = same.pop(0)
                    self._matched.add(want.ato.pk)

    def _write(self, want: AtoMatch) -> None:
        if want.table == INITIAL and not self._may_be_initial(want):
            return
        ato = want.ato or self._of_other_list(want)
        if ato is None:
            role, stage = TABLES[want.table], self._stage(want)
            ato = Ato(offering=want.offering, agency=want.agency, listing_role=role, stage=stage)
            ato.source = RecordSource.FEED
            self.draft.create(ato)
        if ato.source == RecordSource.FEED:
            self.draft.state(ato, blanks=True, **self._facts(want))
        elif want.row.is_active is not False and self.draft.newer_list(want.table) is None:
            self._note_said(ato, self._facts(want))
        if want.row.is_active is not False:
            self.draft.publish(ato)
            self._supersede(want, ato)
        elif self.draft.is_new(ato):
            ato.published_since = ato.not_published_since = self.draft.as_of
        elif not self.draft.newer_list(want.table):
            self.draft.unpublish(ato)
        self.draft.row(want.table, ato)

    def _note_said(self, ato: Ato, facts: Mapping[str, Any]) -> None:
        """What the feed says of an ATO that others keep, for whoever compares the two."""
        texts = {name: facts[name] or "" for name in PUBLISHED_FACTS if name in facts}
        stated = {name: value.isoformat() if isinstance(value, date) else str(value) for name, value in texts.items()}
        if (said := {**ato.as_published, **stated}) != ato.as_published:
            self.draft.proposal.said.append((ato, said))

    def _stage(self, want: AtoMatch) -> AtoStage:
        """Of a new ATO: a former initial one is superseded, since an offering has one that lives."""
        if want.table != INITIAL or want.row.is_active is not False:
            return AtoStage.ACTIVE
        is_former = id(want.offering) in self._with_initial
        self._with_initial.add(id(want.offering))
        return AtoStage.SUPERSEDED if is_former else AtoStage.ACTIVE

    def _facts(self, want: AtoMatch) -> dict[str, Any]:
        """What the row states; a date that cannot be read leaves ours as it is."""
        days = {"signed_on": want.row.signed, "logged_on": want.row.logged, "expires_on": want.row.expires}
        of_the_jab = JAB in {want.row.agency_id, want.row.sub_id}
        return {
            # What is over takes no live one's place.
            **({} if want.row.is_active is False else {"listing_role": TABLES[want.table]}),
            "ato_type": AtoType.P_ATO if of_the_jab else AtoType.ATO,
            **{name: day.on for name, day in days.items() if day.readable},
            **({"feed_uuid": want.row.uuid} if want.row.uuid else {}),
            **({"signer": want.row.official} if want.row.official else {}),
            **({} if want.row.is_active is None else {"ended_as_published": _ending(want.row)}),
        }

    def _may_be_initial(self, want: AtoMatch) -> bool:
        """Against an initial ATO made here, or a newer feed's, the row stands aside; of ours, a person is asked."""
        if want.row.is_active is False:
            return True
        ours = self._live_initial.get(want.offering.pk)
        if ours is None or ours is want.ato:
            return True
        if ours.source == RecordSource.FEED:
            if not self.draft.knows_better(ours, "listing_role"):
                return True
            why = "A newer feed names another initial ATO of the offering."
            self._aside(want.table, want.row, "older_initial", why)
            return False
        agency = self._organizations[ours.agency_id]
        theirs = want.agency.name
        sentence = f"The feed names {theirs} as the initial agency; here {agency.name}'s initial ATO is recorded."
        about = {"organization": agency, "other_organization": want.agency, "offering": want.offering}
        self.draft.clash(want.table, want.row.product, ClashKind.INITIAL_MADE_HERE, sentence, theirs=theirs, **about)
        self._aside(want.table, want.row, "initial_made_here", "An initial ATO of the offering was made here.")
        return False

    def _of_other_list(self, want: AtoMatch) -> Ato | None:
        """The agency's ATO of that date in the other list: a reuse that became the initial one.

        An older feed may list as a reuse what a newer one lists as the initial ATO.
        """
        is_older = self.draft.newer_list(want.table) is not None
        if not want.row.signed.on:
            return None
        other = ListingRole.REUSE if want.table == INITIAL else ListingRole.INITIAL
        for ato in self._known:
            if (
                (ato.offering_id, ato.agency_id) == (want.offering.pk, want.agency.pk)
                and ato.listing_role == other
                and (ato.source, ato.stage, ato.signed_on) == (RecordSource.FEED, AtoStage.ACTIVE, want.row.signed.on)
                and (is_older or ato.is_published)
                and (want.table == INITIAL or self.draft.knows_better(ato, "listing_role"))
                and ato.pk not in self._matched
            ):
                self._matched.add(ato.pk)
                return ato
        return None

    def _supersede(self, want: AtoMatch, ato: Ato) -> None:
        """Ends the feed's former initial ATO; the database knows one live initial ATO per offering."""
        former = self._live_initial.get(want.offering.pk)
        if want.table != INITIAL or former is None or former is ato or ato.stage not in LIVE_ATO_STAGES:
            return
        self.draft.proposal.succession.append((former, ato))
        self.draft.unpublish(former)


def _from_feeds(ato: Ato) -> bool:
    return ato.source != RecordSource.PORTAL or ato.published_since is not None


def _ending(row: FeedAtoRow) -> str:
    """Why and when the row says that the ATO ended; blank where it says that it did not."""
    if row.is_active is not False:
        return ""
    why = row.ended_why or "Not active"
    return f"{why}, {day_text(row.ended.on)}" if row.ended.on else why


def _order(*days: date | None) -> tuple[date, ...]:
    return tuple(day or date.min for day in days)


def anniversaries(rows: Iterable[FeedAtoRow]) -> dict[str, str]:
    """The month and day of the yearly assessment by offering, from its first initial row that states one."""
    stated: dict[str, str] = {}
    for row in rows:
        if row.anniversary:
            stated.setdefault(row.product, row.anniversary)
    return stated
