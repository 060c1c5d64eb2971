"""Offerings in a plan, with the dated steps of their designation and what they build on."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from accounts.models import Organization
from accounts.roles import RecordSource
from authorizations.exchange.imports.agencies import Agencies
from authorizations.exchange.imports.draft_proposal import Draft
from authorizations.exchange.imports.feed_rows import PRODUCTS, FeedProductRow, FeedTable
from authorizations.exchange.imports.name_matching import key
from authorizations.exchange.imports.organizations import Assessors, Providers
from authorizations.exchange.imports.precedence import LINKS, STATES_LINKS
from authorizations.exchange.imports.readers.words import LATER_STEPS, STEPS
from authorizations.exchange.imports.register_snapshot import RegisterSnapshot
from authorizations.models import DesignationEvent, Leverage, Offering
from authorizations.vocabulary import AddedBy, ClashKind

TABLE = PRODUCTS


class Offerings:
    def __init__(
        self, draft: Draft, register: RegisterSnapshot, table: FeedTable, agencies: Agencies, assessors: Assessors
    ) -> None:
        self.draft, self.register, self.table = draft, register, table
        self.agencies, self.assessors = agencies, assessors
        self.providers = Providers(draft, register)
        self.by_id: dict[str, Offering] = dict(register.offerings)
        self._organizations = {each.pk: each for each in register.organizations}
        self._taken: dict[str, FeedProductRow] = {}
        self._new_steps: dict[tuple[int, str], DesignationEvent] = {}
        self._new_links: dict[tuple[str, str], Leverage] = {}
        self.states_links = draft.generation in STATES_LINKS

    def take_rows(self, anniversaries: Mapping[str, str]) -> None:
        """Every row; ``anniversaries`` (id → MM-DD, of initial ATO rows) fill in for an absent annual assessment."""
        for row in self.table.rows:
            if row.id in self._taken:
                self.draft.set_aside_twice(TABLE, row.id, str(row.facts.get("name", "")))
                continue
            self._taken[row.id] = row
            self._take(row, anniversaries.get(row.id, ""))
        self.draft.set_aside(TABLE, self.table.set_aside)
        links = self._links()
        for row in self._taken.values():
            offering = self.by_id[row.id]
            self.draft.row(TABLE, offering, *self._steps(row, offering), *links.get(row.id, ()))

    def take_partners(self) -> None:
        """The agencies that rows name as partners: after ATO rows, which may be all that names an agency."""
        for row in self._taken.values():
            offering = self.by_id[row.id]
            if row.partner or (row.partner == "" and offering.source == RecordSource.FEED):
                facts = {"partner_agency": self._partner(row, row.partner), "partner_agency_as_published": row.partner}
                # Without a partner it is no longer in process.
                self.draft.state(offering, blanks=True, **facts)

    def finish(self) -> None:
        self.providers.finish(self.table)
        if not self.table.present:
            return
        self.draft.tally(TABLE, self.table)
        if self.table.is_whole:
            self._unpublish_links()
            self.draft.withdraw(TABLE, self.register.offerings.values())

    def _unpublish_links(self) -> None:
        if not self.states_links or self.draft.newer_list(LINKS):
            return
        for link in self.register.leverages.values():
            if not self.draft.is_published(link):
                self.draft.unpublish(link)

    def _take(self, row: FeedProductRow, anniversary: str) -> None:
        offering = self.by_id.get(row.id)
        current = self._organizations.get(offering.provider_id) if offering else None
        provider = self.providers.of(row, current)
        facts = dict(row.facts)
        if row.assessor is not None:
            facts["assessor"] = self.assessors.of(row)
        if anniversary and not facts.get("annual_assessment"):
            facts["annual_assessment"] = anniversary
        if offering is None:
            offering = Offering(fedramp_id=row.id, source=RecordSource.FEED, added_by=AddedBy.FEED)
            self.by_id[row.id] = offering
            self.draft.create(offering, provider=provider, **facts)
        else:
            self._state(row, offering, facts)
            self._provider(row, offering, current, provider)
        if row.is_listed:
            self.draft.publish(offering)
        elif self.draft.is_new(offering):
            offering.published_since = offering.not_published_since = self.draft.as_of

    def _state(self, row: FeedProductRow, offering: Offering, facts: dict[str, Any]) -> None:
        """What the feed says; of an offering entered here its name is kept, and nothing is emptied."""
        if offering.source == RecordSource.PORTAL:
            facts = {name: value for name, value in facts.items() if value not in ("", None, [])}
            theirs = str(facts.pop("name"))
            if key(theirs) != key(offering.name):
                sentence = f"The feed calls the offering “{offering.name}” “{theirs}”. Our name was kept."
                self.draft.clash(TABLE, row.id, ClashKind.NAME_CHANGED, sentence, theirs=theirs, offering=offering)
        self.draft.state(offering, **facts)

    def _provider(
        self, row: FeedProductRow, offering: Offering, current: Organization | None, provider: Organization
    ) -> None:
        """The offering moves to the provider the feed names, unless people work here under the present one."""
        if current is None or current is provider or self.draft.knows_better(offering, "provider"):
            return
        if offering.source == RecordSource.FEED and current.pk not in self.register.kept:
            self.draft.state(offering, provider=provider)
            return
        theirs, name = row.provider, offering.name
        sentence = f"The feed gives “{name}” to “{theirs}”; here it is “{current.name}”'s, which was kept."
        about = {"organization": current, "other_organization": provider, "offering": offering}
        self.draft.clash(TABLE, row.id, ClashKind.PROVIDER_CHANGED, sentence, theirs=theirs, **about)

    def _partner(self, row: FeedProductRow, name: str) -> Organization | None:
        partner = self.agencies.named(name)
        if name and partner is None:
            sentence = "The partnering agency is not known here; its name is kept as published."
            self.draft.issue(TABLE, row.id, "partnering_agency", name, "unknown_agency", sentence)
        return partner

    def _steps(self, row: FeedProductRow, offering: Offering) -> list[DesignationEvent]:
        """One step per dated field; a later feed corrects the date in place, an unreadable one changes nothing."""
        events = []
        for field, day in row.steps.items():
            event = self.register.steps.get((offering.pk, field))
            if day.on is not None:
                event = self.step(offering, field, day.on)
            elif event is not None and day.readable and not self.draft.knows_better(event, "effective_on"):
                self.draft.unpublish(event)
            if event is not None:
                events.append(event)
        return events

    def step(self, offering: Offering, field: str, on: date) -> DesignationEvent:
        """The step that a field dates, from that day on; a second one of its kind has a number after the field."""
        known = self.register.steps.get((offering.pk, field)) or self._new_steps.get((id(offering), field))
        event = known or DesignationEvent(offering=offering, source_field=field, recorded_at=self.draft.now)
        if known is None:
            event.step, event.source = {**STEPS, **LATER_STEPS}[field.split()[0]], RecordSource.FEED
            self._new_steps[id(offering), field] = event
            self.draft.create(event)
        self.draft.state(event, effective_on=on)
        self.draft.publish(event)
        return event

    def _links(self) -> dict[str, list[Leverage]]:
        """Who builds on whom, by the id of the underlying offering, in whose row the feed states it."""
        ids = {offering.pk: fedramp_id for fedramp_id, offering in self.register.offerings.items()}
        links: dict[str, list[Leverage]] = {}
        for (_, underlying), link in self.register.leverages.items():
            if underlying in ids:
                links.setdefault(ids[underlying], []).append(link)
        for row in self._taken.values():
            pairs = [(row.id, dependent) for dependent in row.carries] + [(base, row.id) for base in row.builds_on]
            for below, above in pairs:
                link_or_none = self._link(row, below, above)
                if link_or_none is not None and self.draft.is_new(link_or_none):
                    links.setdefault(row.id, []).append(link_or_none)
        return links

    def _link(self, row: FeedProductRow, below: str, above: str) -> Leverage | None:
        underlying, offering = self.by_id.get(below), self.by_id.get(above)
        if underlying is None or offering is None or offering is underlying:
            other = above if below == row.id else below
            sentence = "The offering is not known here, or is the row's own; the link was left out."
            self.draft.issue(TABLE, row.id, "leveraged_systems", other, "unknown_offering", sentence)
            return None
        link = self._new_links.get((above, below)) or self.register.leverages.get((offering.pk, underlying.pk))
        if link is None:
            link = Leverage(offering=offering, underlying=underlying, source=RecordSource.FEED)
            self._new_links[above, below] = link
            self.draft.create(link)
        self.draft.publish(link)
        return link
