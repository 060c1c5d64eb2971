"""What bringing in an agency's list would do, row by row: made by the reading of the file, carried out by the verb."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from accounts.models import Organization
from accounts.roles import RecordSource
from authorizations.models import Ato
from authorizations.vocabulary import ListRowState


@dataclass(frozen=True, slots=True)
class CellIssue:
    """One cell that was not taken as it is: its place in the sheet, what it holds, and why not."""

    place: str
    raw: str
    sentence: str


@dataclass(slots=True)
class ListLine:
    """One row of a list, by its number in the sheet.

    Attributes:
        texts: what it says, {field: text}; the type of ATO in our own word.
        over: what its status says where this ATO is over or was never given; blank where it holds.
    """

    number: int
    texts: dict[str, str] = field(default_factory=dict)
    signed_on: date | None = None
    expires_on: date | None = None
    over: str = ""
    issues: list[CellIssue] = field(default_factory=list)
    is_hidden: bool = False

    def text(self, name: str) -> str:
        return self.texts.get(name, "")

    @property
    def facts(self) -> dict[str, Any]:
        """What it says of its ATO, by column."""
        return said_of_ato(self.texts, self.signed_on, self.expires_on)


@dataclass(frozen=True, slots=True)
class OfferingMatch:
    """The offering that a line means (None: a person decides), how sure that is, and what else it may mean."""

    offering: int | None = None
    score: int = 0
    why: str = ""
    candidates: tuple[tuple[int, int], ...] = ()  # (offering, score), the likeliest first


@dataclass(slots=True)
class ProposedRow:
    """What becomes of one row.

    Attributes:
        ato: the one that is there already; None where the row brings a new one.
        other_agency: the agency or bureau that the row names and that is not here.
    """

    line: ListLine
    agency: Organization
    match: OfferingMatch
    state: ListRowState
    why: str = ""
    ato: Ato | None = None
    changes: dict[str, list[Any]] = field(default_factory=dict)
    other_agency: str = ""


@dataclass(frozen=True, slots=True)
class ListProposal:
    """A whole list. ``columns``: {field: column}; ``signature``: the headings in plain words."""

    sheet: str
    heading_row: int
    signature: str
    columns: Mapping[str, int]
    rows: list[ProposedRow]

    def of(self, state: ListRowState) -> list[ProposedRow]:
        return [row for row in self.rows if row.state == state]

    @property
    def counts(self) -> dict[str, int]:
        counted = Counter(row.state for row in self.rows)
        return {state.value: counted[state] for state in ListRowState}


def said_of_ato(texts: Mapping[str, str], signed_on: date | None, expires_on: date | None) -> dict[str, Any]:
    """What a row says of its ATO, by column; without those of which it says nothing."""
    said = {"signed_on": signed_on, "expires_on": expires_on, "signer": texts.get("official", "")[:200]}
    said["ato_type"] = texts.get("ato_type", "")
    return {name: value for name, value in said.items() if value}


def changes_to(ato: Ato, facts: Mapping[str, Any]) -> dict[str, list[Any]]:
    """What a newer list sets on an ATO: nothing on one that a feed or a person keeps."""
    if ato.source != RecordSource.LIST:
        return {}
    return {name: [getattr(ato, name), value] for name, value in facts.items() if getattr(ato, name) != value}
