"""A reconciliation that comes back from a spreadsheet: each filled decision, by the ATO's id and its facts."""

from dataclasses import dataclass, field

from authorizations.actions.register.differences import LONGEST_NOTE, Wish
from authorizations.exchange.agency_lists.columns import plain
from authorizations.exchange.returned_sheets import returned_rows
from authorizations.exchange.workbook import SheetCell
from authorizations.models.register.record_classes import DifferenceReason
from authorizations.web.reconciliation.columns import FILE_COLUMNS, name_of
from authorizations.web.reconciliation.comparison import AgencyComparison

NEEDED = ("id", "mark", "decision")
NO_COLUMNS = (
    "This file has no columns “ATO id”, “Facts” and “Decision”. "
    "Export the rows here, fill them in, and bring that file back."
)
REASONS = {plain(text): reason for reason in DifferenceReason for text in (reason.label, reason.value)}
TAKE_BACK = "take back"


@dataclass(frozen=True, slots=True)
class DecisionChange:
    """One decision that the file says anew; ``before``: what stands now, blank where nothing was decided."""

    name: str
    agency: str
    record_class: str
    before: str
    after: str
    wish: Wish


@dataclass(slots=True)
class DecisionSheet:
    """What a file says: changes, rows that say what stands here, and cells that are not taken with why."""

    changes: list[DecisionChange] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    rows: int = 0
    same: int = 0


def read_sheet(content: bytes) -> list[tuple[int, dict[str, SheetCell]]]:
    """The rows of a file by the columns of the comparison; raises Unreadable."""
    return returned_rows(content, FILE_COLUMNS, needed=NEEDED, refusal=NO_COLUMNS)


def plan_sheet(comparison: AgencyComparison, content: bytes) -> DecisionSheet:
    """Compares a file with what is decided; raises Unreadable."""
    plan, read = DecisionSheet(), set[str]()
    for number, cells in read_sheet(content):
        said = {key: str(cell.value).strip() for key, cell in cells.items()}
        plan.rows += 1
        problem = _take(plan, comparison, said, read)
        if problem:
            plan.notes.append((f"Row {number}", problem))
        elif len(said.get("note", "")) > LONGEST_NOTE:
            plan.notes.append((f"Row {number}", f"Its note is cut after {LONGEST_NOTE} characters."))
    return plan


def _take(plan: DecisionSheet, comparison: AgencyComparison, said: dict[str, str], read: set[str]) -> str:
    """Notes what one row says; why it is not taken, or nothing."""
    wanted, key = plain(said.get("decision", "")), said.get("id", "")
    entry = comparison.found.by_ato.get(key)
    if not wanted:
        plan.same += 1
        return ""
    if entry is None or key in read:
        return "A row before it has this ATO already." if entry else "No row of this comparison has this id."
    read.add(key)
    if wanted != TAKE_BACK and wanted not in REASONS:
        return f"“{said['decision'][:60]}” is none of the reasons."
    reason = REASONS.get(wanted)
    decision = comparison.decision_of(entry)
    before = decision.get_reason_display() if decision else ""
    note = said.get("note", "")
    stands = (decision.reason, decision.note) if decision and comparison.holds(entry) else (None, "")
    if stands == (reason, note if reason else ""):
        plan.same += 1
        return ""
    wish = Wish(key, said.get("mark", ""), reason, note)
    if reason is not None and wish.mark != entry.mark:
        return "The facts changed since the file was made; look again."
    after = reason.label if reason else "taken back"
    words = f"{after} ({note})" if note and reason else after
    plan.changes.append(
        DecisionChange(name_of(entry), entry.side.agency.name, entry.record_class.label, before, words, wish)
    )
    return ""
