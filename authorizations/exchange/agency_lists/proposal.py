"""What bringing in an agency's list would do: each row with its agency, its offering and its ATO, nothing written."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from accounts.models import Alias, Organization
from accounts.roles import OrganizationKind
from authorizations.actions.register.list_proposal import (
    ListLine,
    ListProposal,
    OfferingMatch,
    ProposedRow,
    changes_to,
)
from authorizations.exchange.agency_lists.columns import NAMING, ListColumns, find_columns, guess
from authorizations.exchange.agency_lists.lines import lines_of
from authorizations.exchange.agency_lists.matching import KnownOffering, OfferingMatcher
from authorizations.exchange.agency_lists.sheets import sheets_of
from authorizations.exchange.imports.feed_file import Unreadable
from authorizations.exchange.imports.name_matching import key
from authorizations.models import Ato, Event, Offering
from authorizations.vocabulary import AtoStage, ListRowState

DEPARTMENT = re.compile(r"\bdept\b\.?", re.IGNORECASE)
Key = Callable[[date | None, date | None], object]
# Which of an agency's ATOs of one offering a row means: the one of both days, of the day it was signed, then the next.
PASSES: tuple[Key, ...] = (
    lambda signed, expires: (signed, expires),
    lambda signed, expires: signed,
    lambda signed, expires: None,
)


def read_columns(content: bytes, *, sheet: str = "", heading_row: int = 0) -> ListColumns:
    """The list in a file, and what its columns seem to mean; in a sheet and below a row of headings that are given.

    Raises Unreadable: the file as a whole, or there is nothing in that row.
    """
    sheets = sheets_of(content)
    chosen = [each for each in sheets if each.title == sheet] or sheets
    if not heading_row:
        return replace(find_columns(chosen), sheets=tuple(each.title for each in sheets))
    found = next((each for each in chosen if heading_row in each.rows), None)
    if found is None:
        raise Unreadable(f"The sheet “{chosen[0].title}” has nothing in row {heading_row}.")
    return ListColumns(found, heading_row, guess(found, heading_row), tuple(each.title for each in sheets))


def propose_list(
    columns: ListColumns, *, agency: Organization, agencies: Sequence[Organization], today: date
) -> ListProposal:
    """Plans what a list would bring.

    Args:
        agency: whose list it is; rows that name no other one are this agency's.
        agencies: those for which the person may bring in rows: the agency and what is below it.
    """
    names, matcher = _Agencies(agency, agencies), OfferingMatcher(read_offerings())
    rows = [_planned(line, names, matcher) for line in lines_of(columns, today)]
    _refuse_repeated(rows)
    _find_atos([row for row in rows if row.state == ListRowState.TAKEN])
    return ListProposal(columns.sheet.title, columns.heading_row, columns.signature, dict(columns.meaning), rows)


def _planned(line: ListLine, names: "_Agencies", matcher: OfferingMatcher) -> ProposedRow:
    agency, other = names.of(line)
    refused = "" if any(map(line.text, NAMING)) else "The row names no service and no system."
    if other and (elsewhere := names.elsewhere(line)):
        refused = f"The row is of {elsewhere[:80]}, which is no part of {names.agency}. Bring it in for that agency."
    if line.over:
        refused = f"The list says “{line.over[:80]}”: no ATO that holds."
    if refused:
        return ProposedRow(line, agency, OfferingMatch(), ListRowState.REFUSED, refused)
    name = line.text("offering") or line.text("system")
    why = f"“{other}” is no part of {agency} here; the row was taken for {agency}." if other else ""
    match = matcher.find(line.text("fedramp_id"), name, line.text("provider"))
    if match.offering is None:
        return ProposedRow(line, agency, match, ListRowState.WAITING, match.why, other_agency=other)
    return ProposedRow(line, agency, match, ListRowState.TAKEN, (why or match.why)[:300], other_agency=other)


def _agency_key(name: str) -> str:
    """What two spellings of an agency's name have in common; people write Dept. for Department."""
    return key(DEPARTMENT.sub("department", name))


class _Agencies:
    """The agencies that rows may name, by every name of theirs."""

    def __init__(self, agency: Organization, agencies: Sequence[Organization]) -> None:
        self.agency = agency
        by_pk = {each.pk: each for each in agencies}
        self._by_key: dict[str, Organization] = {}
        self._elsewhere: set[str] | None = None
        for alias in Alias.objects.filter(organization__in=by_pk):
            self._by_key[_agency_key(alias.name)] = by_pk[alias.organization_id]
        for each in agencies:
            for name in filter(None, (each.abbreviation, each.name)):
                self._by_key[_agency_key(name)] = each

    def elsewhere(self, line: ListLine) -> str:
        """The agency that a row names and that is here, but neither of those rows may name nor above them."""
        if self._elsewhere is None:
            agencies = Organization.objects.filter(kind=OrganizationKind.AGENCY, is_pseudo=False)
            agencies = agencies.exclude(pk__in=self.agency.line_up)
            called = agencies.values_list("name", "abbreviation")
            aliases = Alias.objects.filter(organization__in=agencies).values_list("name", flat=True)
            names = [*(each for pair in called for each in pair if each), *aliases]
            self._elsewhere = {_agency_key(name) for name in names}
        named = (line.text("bureau"), line.text("agency"))
        return next((name for name in named if name and _agency_key(name) in self._elsewhere), "")

    def of(self, line: ListLine) -> tuple[Organization, str]:
        """The agency of a row, and the name that the row gives where that one is not here."""
        for name in (line.text("bureau"), line.text("agency")):
            if name and (found := self._by_key.get(_agency_key(name))):
                return found, ""
        return self.agency, (line.text("bureau") or line.text("agency"))[:80]


def read_offerings() -> list[KnownOffering]:
    """Every offering with the names it has and had."""
    others: dict[int, list[str]] = defaultdict(list)
    aliases = Alias.objects.filter(organization__kind=OrganizationKind.PROVIDER)
    for organization, name in aliases.values_list("organization", "name"):
        others[organization].append(name)
    former: dict[int, list[str]] = defaultdict(list)
    renamed = Event.objects.acts().filter(subject_type="offering", changes__has_key="name")
    for offering, changes in renamed.values_list("subject_id", "changes"):
        if changes["name"][0]:
            former[offering].append(changes["name"][0])
    found = []
    columns = ("pk", "fedramp_id", "name", "provider", "provider__name", "provider_as_published")
    for pk, fedramp_id, name, provider, called, published in Offering.objects.values_list(*columns):
        providers = dict.fromkeys(each for each in (called, published, *others[provider]) if each)
        found.append(KnownOffering(pk, fedramp_id or "", name, tuple(providers), tuple(former[pk])))
    return found


def _refuse_repeated(rows: Iterable[ProposedRow]) -> None:
    """A row that says the same as one before it brings nothing."""
    said: dict[tuple[Any, ...], int] = {}
    for row in rows:
        if row.state != ListRowState.TAKEN:
            continue
        line = row.line
        what = (row.agency.pk, row.match.offering, line.text("system"), line.signed_on, line.expires_on)
        first = said.setdefault(what, line.number)
        if first != line.number:
            row.state, row.why = ListRowState.REFUSED, f"Row {first} says the same."


def _find_atos(rows: Iterable[ProposedRow]) -> None:
    """Each row's ATO where one is here: of one agency and offering, pass after pass, in the order of their days."""
    wanted: dict[tuple[int, int | None], list[ProposedRow]] = defaultdict(list)
    for row in rows:
        wanted[row.agency.pk, row.match.offering].append(row)
    known: dict[tuple[int, int], list[Ato]] = defaultdict(list)
    here = Ato.objects.filter(agency__in={agency for agency, _ in wanted}).exclude(stage=AtoStage.SUPERSEDED)
    for ato in here.order_by("signed_on", "pk"):
        known[ato.agency_id, ato.offering_id].append(ato)
    for group, some in wanted.items():
        free = known.get(group, [])  # type: ignore[arg-type]  # a row that is taken has an offering
        for equal in PASSES:
            for row in some:
                mine = equal(row.line.signed_on, row.line.expires_on)
                same = [ato for ato in free if equal(ato.signed_on, ato.expires_on) == mine]
                if row.ato is None and same:
                    row.ato = same[0]
                    free.remove(same[0])
                    row.changes = changes_to(same[0], row.line.facts)
                    if not row.changes and _days_differ(row.line, same[0]):
                        row.why = f"{row.why} Its days here are others; the comparison shows both.".strip()[:300]


def _days_differ(line: ListLine, ato: Ato) -> bool:
    pairs = ((line.signed_on, ato.signed_on), (line.expires_on, ato.expires_on))
    return any(said is not None and said != here for said, here in pairs)
