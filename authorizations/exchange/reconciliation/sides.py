"""The two lists that are compared: what an agency with its bureaus has, and what the feed publishes of it.

Ours is what is kept here (entered, issued, claimed) and what the agency's own list says; the newest list of each agency
counts, and a row of it speaks for the ATO that it was joined to. The feed is every row that is published now.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q

from accounts.models import Organization
from accounts.roles import RecordSource
from authorizations.exchange.agency_lists.lines import SIGNED_LATER
from authorizations.exchange.dates import day_of
from authorizations.models import AgencyList, AgencyListRow, Ato, Case, Correction, Offering
from authorizations.models.register.correction import CorrectionState, is_corrected
from authorizations.sanitize import day_or_none
from authorizations.vocabulary import LIVE_ATO_STAGES, AtoStage, ListRowState

LETTER = "ato_letter"
PUBLISHED = Q(published_since__isnull=False, not_published_since__isnull=True)
COLUMNS = ("agency__parent__parent", "offering__provider", "system")


@dataclass(slots=True, eq=False)
class Side:
    """One record of one list.

    Attributes:
        ato: None for a row of a list that waits for a person to say which offering it means (then it has none of these
            either), or that says the same as one before it.
        stated: of which facts it says anything, also that there is none; a list without a column says nothing of it.
        called: the names that a list uses, {"offering" | "agency": text}.
        has_letter: None where nothing says whether there is one.
        where: where it stands, in words.
    """

    ato: Ato | None
    agency: Organization
    offering: Offering | None
    signed_on: date | None = None
    expires_on: date | None = None
    official: str = ""
    role: str = ""
    stated: frozenset[str] = frozenset()
    called: Mapping[str, str] = field(default_factory=dict)
    has_letter: bool | None = None
    where: str = ""
    row: AgencyListRow | None = None

    @property
    def group(self) -> tuple[int, int | None]:
        return self.agency.pk, self.offering.pk if self.offering else None

    @property
    def days(self) -> tuple[date | None, date | None]:
        return self.signed_on, self.expires_on

    @property
    def order(self) -> tuple[date, date, int]:
        """By which the records of one group come: the order in which letters follow each other."""
        return self.signed_on or date.min, self.expires_on or date.min, self.ato.pk if self.ato else 0


@dataclass(frozen=True, slots=True)
class TwoLists:
    """Both lists of one agency, with what was left out of ours.

    Attributes:
        elsewhere: rows that the feed publishes for other agencies, of offerings that are ours.
        lists: the agency lists that count, the newest of each agency.
        refused: rows of these lists that name no ATO that holds.
    """

    ours: list[Side]
    feed: list[Side]
    elsewhere: list[Side] = field(default_factory=list)
    lists: list[AgencyList] = field(default_factory=list)
    refused: int = 0

    def split(self, groups: Mapping[int, Collection[int]]) -> "dict[int, TwoLists]":
        """The lists of several agencies apart: what one has and the feed publishes for another is elsewhere to it."""
        top_of = {key: top for top, keys in groups.items() for key in keys}
        parts = {top: TwoLists([], []) for top in groups}
        by_days: dict[object, list[Side]] = defaultdict(list)
        for side in self.feed:
            parts[top_of[side.agency.pk]].feed.append(side)
            if side.ato is not None and side.ato.source == RecordSource.FEED and not side.agency.is_pseudo:
                by_days[_what(side)].append(side)
        for side in self.ours:
            part = parts[top_of[side.agency.pk]]
            part.ours.append(side)
            if side.offering and all(side.days):
                apart = (each for each in by_days[_what(side)] if top_of[each.agency.pk] != top_of[side.agency.pk])
                part.elsewhere.extend(each for each in apart if each not in part.elsewhere)
        for each in self.lists:
            if each.agency_id in top_of:
                parts[top_of[each.agency_id]].lists.append(each)
        return parts


def _what(side: Side) -> tuple[int | None, date | None, date | None]:
    return side.group[1], *side.days


def two_lists(agencies: Collection[int]) -> TwoLists:
    """Reads both lists of some agencies, such as one with its bureaus; by their keys."""
    lists = _newest_lists()
    rows = list(
        AgencyListRow.objects.filter(agency_list__in=lists, agency__in=agencies)
        .select_related("agency_list", "agency__parent__parent", "offering__provider")
        .order_by("-agency_list__brought_at", "number")
    )
    atos = list(_atos(agencies))
    taken = [row for row in rows if row.state != ListRowState.REFUSED]
    # A row that says the same as one before it brings no ATO, and is a row of the list all the same.
    alone = [row for row in rows if row.ato_id is None and (row in taken or row.offering_id is not None)]
    ours = [*_ours(atos, taken), *(_without_ato(row) for row in alone)]
    corrected = _before_correction(atos)
    feed = [_published(ato, corrected[ato.pk]) for ato in atos if ato.is_published]
    named = {row.agency_list_id for row in rows}
    counted = [each for each in lists if each.pk in named]
    return TwoLists(
        ours,
        feed,
        _elsewhere(agencies, ours),
        counted,
        len(rows) - len(taken) - sum(row.state == ListRowState.REFUSED for row in alone),
    )


def _newest_lists() -> list[AgencyList]:
    """Of each agency the list that it brought in last."""
    newest: dict[int, AgencyList] = {}
    for each in AgencyList.objects.filter(undone_at__isnull=True).select_related("agency"):
        newest.setdefault(each.agency_id, each)
    return list(newest.values())


def _atos(agencies: Collection[int]) -> Any:
    """All that may be on one of the lists, with whether a letter is on record here."""
    of_its_case = Case.objects.filter(ato=OuterRef("pk"), document_summary__has_key=LETTER)
    live = Q(stage__in=LIVE_ATO_STAGES)
    return (
        Ato.objects.filter(live | PUBLISHED, agency__in=agencies)
        .annotate(case_letter=Exists(of_its_case))
        .select_related(*COLUMNS)
        .order_by("pk")
    )


def _ours(atos: Iterable[Any], rows: Iterable[AgencyListRow]) -> Iterator[Side]:
    by_ato: dict[int, AgencyListRow] = {}
    for row in rows:
        if row.ato_id is not None:
            by_ato.setdefault(row.ato_id, row)
    for ato in atos:
        found, letter = by_ato.get(ato.pk), LETTER in ato.document_summary or ato.case_letter
        if ato.stage not in LIVE_ATO_STAGES:
            continue
        if ato.source == RecordSource.PORTAL:
            yield _kept_here(ato, letter=letter)
        elif found is not None:
            yield _listed(ato, found, letter=letter)
        elif ato.source == RecordSource.LIST:
            yield _of_earlier_list(ato, letter=letter)


def _kept_here(ato: Any, *, letter: bool) -> Side:
    stated = {"signed_on", "expires_on", "role"}
    where = f"kept here, {ato.system.name}" if ato.system else "kept here"
    return _side(ato, stated=frozenset(stated), has_letter=letter, where=where)


def _listed(ato: Any, row: AgencyListRow, *, letter: bool) -> Side:
    """What a row of a list says of its ATO."""
    columns, cells = row.agency_list.columns, row.cells
    named = bool(cells.get("letter"))
    return Side(
        ato,
        ato.agency,
        ato.offering,
        _signed(row),
        row.expires_on,
        official=cells.get("official", ""),
        stated=frozenset({"signed_on", "expires_on"} & set(columns)),
        called=_called(row),
        has_letter=letter or named or (False if "letter" in columns else None),
        where=f"row {row.number} of {row.agency_list.file_name}",
        row=row,
    )


def _of_earlier_list(ato: Any, *, letter: bool) -> Side:
    return _side(ato, has_letter=letter or None, where="on an earlier list, no more on the newest")


def _without_ato(row: AgencyListRow) -> Side:
    """A row that waits, or says the same as one before it."""
    columns = row.agency_list.columns
    return Side(
        None,
        row.agency,
        row.offering,
        _signed(row),
        row.expires_on,
        official=row.cells.get("official", ""),
        stated=frozenset({"signed_on", "expires_on"} & set(columns)),
        called=_called(row),
        has_letter=bool(row.cells.get("letter")) if "letter" in columns else None,
        where=f"row {row.number} of {row.agency_list.file_name}",
        row=row,
    )


def _signed(row: AgencyListRow) -> date | None:
    """The day of signing as the list has it; also one to come, which no ATO gets and which feeds publish."""
    to_come = (day_of(raw) for _, raw, sentence in row.issues if sentence == SIGNED_LATER)
    return row.signed_on or next((day for day in to_come if day is not None), None)


def _called(row: AgencyListRow) -> dict[str, str]:
    names = {
        "offering": row.cells.get("offering") or "",
        "agency": row.cells.get("bureau") or row.cells.get("agency") or "",
    }
    return {key: name for key, name in names.items() if name}


def _side(ato: Any, **more: Any) -> Side:
    """An ATO by its own columns."""
    official = ato.signer
    return Side(
        ato,
        ato.agency,
        ato.offering,
        ato.signed_on,
        ato.expires_on,
        official=official,
        role=ato.listing_role,
        **more,
    )


def _before_correction(atos: Collection[Any]) -> Mapping[int, Mapping[str, date | None]]:
    """By ATO the days that its feed says and that are corrected here, which no feed has followed yet."""
    ours = [ato.pk for ato in atos if any(is_corrected(ato, name) for name in ("signed_on", "expires_on"))]
    accepted = Correction.objects.filter(ato__in=ours, state=CorrectionState.ACCEPTED) if ours else ()
    found: dict[int, dict[str, date | None]] = defaultdict(dict)
    for each in accepted:
        found[each.ato_id][each.field] = day_or_none(each.published)
    return found


def _published(ato: Any, corrected: Mapping[str, date | None] | None = None) -> Side:
    """What the feed says of an ATO: by its columns where they are the feed's, else by what is kept beside them."""
    if ato.source == RecordSource.FEED:
        side = _side(ato, stated=frozenset({"signed_on", "expires_on", "role"}), where=_ended(ato))
        days = corrected or {}
        return replace(
            side,
            signed_on=days.get("signed_on", side.signed_on),
            expires_on=days.get("expires_on", side.expires_on),
        )
    said, columns = ato.as_published, {"signed_on": "signed_on", "expires_on": "expires_on", "listing_role": "role"}
    return Side(
        ato,
        ato.agency,
        ato.offering,
        day_or_none(said.get("signed_on", "")),
        day_or_none(said.get("expires_on", "")),
        official=said.get("signer", ""),
        role=said.get("listing_role", ""),
        stated=frozenset(columns[name] for name in columns if name in said),
        where=_ended(ato),
    )


def _ended(ato: Any) -> str:
    return "" if ato.stage in LIVE_ATO_STAGES else f"{AtoStage(ato.stage).label.lower()} here"


def _elsewhere(agencies: Collection[int], ours: Iterable[Side]) -> list[Side]:
    """The feed's rows of other agencies that may be ours: of the same offering, with both days the same.

    One day in common is chance: popular offerings have a hundred rows.
    """
    wanted = {_what(side): side.offering.pk for side in ours if side.offering and all(side.days)}
    signed, expires = {each[1] for each in wanted}, {each[2] for each in wanted}
    rows = Ato.objects.filter(PUBLISHED, source=RecordSource.FEED, signed_on__in=signed, expires_on__in=expires)
    rows = rows.filter(offering__in=set(wanted.values()))
    found = rows.exclude(agency__in=agencies).exclude(agency__is_pseudo=True).select_related(*COLUMNS).order_by("pk")
    return [_published(ato) for ato in found if (ato.offering_id, ato.signed_on, ato.expires_on) in wanted]
