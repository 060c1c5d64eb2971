"""A department with its newest list beside a feed: rows of either side, made up one by one."""

from datetime import date
from typing import Any

from accounts.roles import RecordSource
from authorizations.exchange.reconciliation.classes import Entry, reconcile
from authorizations.models import AgencyList, AgencyListRow, Ato, Offering
from authorizations.vocabulary import ListingRole, ListRowState
from tests.cast import Cast
from tests.exchange.feeds import NOW

SIGNED, OTHER, LATER, PAST = date(2024, 3, 1), date(2025, 6, 1), date(2027, 3, 1), date(2026, 1, 2)
TODAY = NOW.date()
Days = tuple[date | None, date | None]
STATED: Days = (SIGNED, LATER)


class Beside:
    """The Department of Harbors with its newest list, beside a feed."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.rows = cast, 0
        self.agency = cast.organizations["harbors"]
        columns = {"offering": 1, "bureau": 2, "signed_on": 3, "expires_on": 4, "letter": 5}
        named: dict[str, Any] = {"sheet": "ATOs", "heading_row": 1, "columns": columns}
        self.list = AgencyList.objects.create(
            agency=self.agency, file_name="atos.xlsx", brought_by=cast.liaison, brought_at=NOW, **named
        )

    def offering(self, name: str) -> Offering:
        provider = self.cast.organizations["nimbus"]
        made: Offering = Offering.objects.get_or_create(name=name, provider=provider, fedramp_id=name)[0]
        return made

    def ato(self, name: str, days: Days = STATED, of: str = "harbors", **facts: Any) -> Ato:
        facts.setdefault("source", RecordSource.FEED)
        facts.setdefault("published_since", SIGNED if facts["source"] == RecordSource.FEED else None)
        named: dict[str, Any] = {"signed_on": days[0], "expires_on": days[1], "listing_role": ListingRole.REUSE}
        made: Ato = Ato.objects.create(
            agency=self.cast.organizations[of], offering=self.offering(name), **{**named, **facts}
        )
        return made

    def row(self, name: str, days: Days = STATED, ato: Ato | None = None, **facts: Any) -> AgencyListRow:
        """A row of the list; without an ATO it brings one of its own."""
        agency = self.cast.organizations[facts.pop("of", "harbors")]
        cells = {"offering": facts.pop("called", name), "letter": facts.pop("letter", "a.pdf")}
        self.rows += 1
        if ato is None and facts.get("state", ListRowState.TAKEN) == ListRowState.TAKEN:
            key = next(each for each, found in self.cast.organizations.items() if found == agency)
            ato, facts["made_ato"] = self.ato(name, days, key, source=RecordSource.LIST), True
        facts.setdefault("state", ListRowState.TAKEN)
        facts.setdefault("offering", self.offering(name) if facts["state"] != ListRowState.WAITING else None)
        made: AgencyListRow = AgencyListRow.objects.create(
            agency_list=self.list, number=self.rows + 1, agency=agency, ato=ato, signed_on=days[0], expires_on=days[1],
            cells={key: text for key, text in cells.items() if text}, **facts,
        )  # fmt: skip
        return made

    def compared(self) -> dict[str, list[Entry]]:
        """The entries by what their offering, or row, is called; each record of both lists is in one of them."""
        keys = [self.cast.organizations[name].pk for name in ("harbors", "lighthouses", "buoys")]
        found = reconcile(keys, today=TODAY)
        sides = [(each.ours, None if each.is_elsewhere else each.feed) for each in found.entries]
        assert sum(ours is not None for ours, _ in sides) == found.ours
        assert sum(feed is not None for _, feed in sides) == found.feed
        assert sum(found.counts.values()) == len(found.entries)
        by_name: dict[str, list[Entry]] = {}
        for each in found.entries:
            name = each.feed.offering.name if each.feed and each.feed.offering else ""
            by_name.setdefault(name or each.side.called.get("offering", "") or str(each.side.offering), []).append(each)
        return by_name
