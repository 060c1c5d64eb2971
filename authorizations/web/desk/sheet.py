"""A list of the desk that comes back from a spreadsheet: what differs from the ATOs as they are now, by their ids."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from accounts.models import User
from authorizations.actions.register.portfolio import owners_of
from authorizations.display import day_text
from authorizations.exchange.dates import day_of
from authorizations.exchange.returned_sheets import returned_rows
from authorizations.exchange.workbook import SheetCell
from authorizations.models import Ato
from authorizations.tables.columns import plain as plain_value
from authorizations.tables.columns import rows_of
from authorizations.web.desk.acts import OWNER, RENEW, USED
from authorizations.web.desk.listing import DESK, desk_rows

COLUMNS = DESK.columns + DESK.more_in_files
PLACES = {column.key: place for place, column in enumerate(COLUMNS)}
# What a changed cell means: the act, and the fact that differs from ATO to ATO.
TAKEN = {"expires": (RENEW, "expires_on"), "used": (USED, "used_on"), "owner_email": (OWNER, "owner")}
# What follows from another column, or from the day.
FOLLOWING = frozenset({"left", "days_left", "owner", "id"})
NO_ID = "This file has no column “ATO id”. Export the list here, change it, and bring that file back."


@dataclass(slots=True)
class SheetPlan:
    """What a file says.

    Attributes:
        wanted: by act, what the file says of each ATO, by its id; also where it says nothing new.
        changed: by act, the ids of the ATOs of which it says something new.
        notes: cells that are not taken, each by its place and why.
        rows: how many were read; same: those that say what is here.
    """

    wanted: dict[str, dict[str, dict[str, Any]]] = field(default_factory=lambda: defaultdict(dict))
    changed: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    notes: list[tuple[str, str]] = field(default_factory=list)
    rows: int = 0
    same: int = 0


def read_sheet(content: bytes) -> list[tuple[int, dict[str, SheetCell]]]:
    """The rows of a file by the desk's columns; raises Unreadable."""
    return returned_rows(content, COLUMNS, needed=["id"], refusal=NO_ID)


def plan_sheet(user: User, content: bytes) -> SheetPlan:
    """Compares a file with the desk; raises Unreadable."""
    lines = read_sheet(content)
    plan, people = SheetPlan(), _Owners(user)
    ids = {number: str(cells["id"].value).strip() for number, cells in lines if "id" in cells}
    now = _as_exported(user, set(ids.values()))
    read: dict[str, int] = {}
    for number, cells in lines:
        plan.rows += 1
        public_id = ids.get(number, "")
        if public_id not in now:
            plan.notes.append((f"Row {number}", "No ATO on your desk has this id."))
            continue
        if (first := read.setdefault(public_id, number)) != number:
            plan.notes.append((f"Row {number}", f"Row {first} has this ATO already, and counts."))
            continue
        differs = [
            _take(plan, people, public_id, key, cell, now[public_id])
            for key, cell in cells.items()
            if key not in FOLLOWING
        ]
        plan.same += not any(differs)
    return plan


def _as_exported(user: User, ids: set[str]) -> dict[str, list[Any]]:
    """The cells of each ATO as a file has them now, by its id."""
    rows = DESK.with_columns(desk_rows(user).filter(public_id__in=ids))
    found = ([plain_value(value) for value in row] for row in rows_of(COLUMNS, DESK.records(user, COLUMNS, rows)))
    return {str(row[PLACES["id"]]): row for row in found}


def _take(plan: SheetPlan, people: "_Owners", public_id: str, key: str, cell: SheetCell, now: list[Any]) -> bool:
    """Notes what one cell says; whether that differs from what is here."""
    before, said = now[PLACES[key]], str(cell.value).strip()
    if said in {"", "–"}:
        return False
    if key not in TAKEN:
        is_new = not _same(before, cell.value)
        if is_new:
            label = COLUMNS[PLACES[key]].label
            plan.notes.append((cell.place, f"“{label}” is not changed by a file: open the ATO to change it."))
        return is_new
    act, fact = TAKEN[key]
    value: Any = people.found(said) if key == "owner_email" else day_of(cell.value)
    if value is None:
        words = "Nobody of your agency has this address." if key == "owner_email" else "This is no date."
        plan.notes.append((cell.place, words))
        return True
    plan.wanted[act][public_id] = {fact: value}
    is_new = before != (value.email if key == "owner_email" else value)
    if is_new:
        plan.changed[act].append(public_id)
    return bool(is_new)


def _same(before: Any, said: Any) -> bool:
    if isinstance(before, date):
        return bool(day_of(said) == before)
    return " ".join(str(before or "").split()) == " ".join(str(said).split())


class _Owners:
    """The people whom a file may name as owners, by address; read once."""

    def __init__(self, user: User) -> None:
        line = {key for organization in user.organizations for key in organization.line_up}
        below = set(desk_rows(user).order_by().values_list("agency", flat=True))
        self._by_email = {each.email.lower(): each for each in owners_of(sorted(line | below))}

    def found(self, email: str) -> User | None:
        return self._by_email.get(email.lower())


def difference_words(ato: Ato, own: Mapping[str, Any]) -> Iterator[str]:
    """What is new of an ATO, before and after."""
    before = {"expires_on": ato.expires_on, "used_on": ato.use_confirmed_on, "owner": ato.owner}
    for name, value in own.items():
        yield f"{_words(before[name])} → {_words(value)}"


def _words(value: Any) -> str:
    if isinstance(value, date):
        return day_text(value)
    return value.name if isinstance(value, User) else "none"
