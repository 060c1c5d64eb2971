"""Tables that reports about one record share: documents, conditions, deadlines, acts."""

from collections.abc import Iterator, Sequence

from authorizations.actions.acting_capacity import Subject, acting_context
from authorizations.display import day_text
from authorizations.models import Condition
from authorizations.presenters.audit_log.history import TimelineEntry
from authorizations.presenters.deadlines import DeadlineRow, in_a_word
from authorizations.presenters.document_links import document_row
from authorizations.presenters.documents import DocumentPresenter, VersionPresenter, parts_of
from authorizations.tables.columns import Column, ColumnKind, Link, Row, Table
from authorizations.tables.contents import ReportSpec

DOCUMENTS = (
    Column("document", "Document", "What the document is, by the rules or by its own title."),
    Column("version", "Version", "Number of the version; a newer one follows, none is changed.", ColumnKind.NUMBER),
    Column("state", "State", "In force, replaced, withdrawn, in quarantine, or missing."),
    Column("shared", "Shared", "When the parties of the record got it.", ColumnKind.MOMENT),
    Column("by", "By", "Who added it."),
    Column("content", "Content", "The name of the file, or where the content is kept."),
    Column("states", "States", "What was stated of it, such as its signatures."),
    Column("sha256", "SHA-256", "The hash of the file; of a reference, whose content is elsewhere, none."),
)
CONDITIONS = (
    Column("condition", "Condition", "What the authorizing official asked for when signing."),
    Column("owner", "Owner", "The organization that meets it."),
    Column("due", "Due", "By when, where a day was set.", ColumnKind.DAY),
    Column("state", "State", "Met, open, overdue, or not recorded here."),
    Column("met", "Met", "The day on which it was met.", ColumnKind.DAY),
    Column("evidence", "Evidence", "Where it can be found that it is met."),
)
DEADLINES = (
    Column("what", "Duty", "What must be done."),
    Column("due", "Due", "The day; none where no source gives one and local policy none either.", ColumnKind.DAY),
    Column(
        "left", "Days left", "Days until then; below 0 once it is overdue. Blank for all others.", ColumnKind.NUMBER
    ),
    Column("state", "State", "Met, open, overdue, or not recorded here."),
    Column("owes", "Who owes it", "The organization, or the side."),
    Column("to", "To whom", "Who is to get it."),
    Column("from", "Counted from", "The event from which the day is computed, and its day."),
    Column("rule", "Rule", "Which rule it follows, and how firmly that binds."),
    Column("stated", "Stated in", "Where the day or its length is stated, and the release of the rules it follows."),
    Column("met", "Met", "The day on which it was met.", ColumnKind.DAY),
)
PLANNED = ("what", "due", "left", "state", "owes", "met")
ACTS = (
    Column("at", "When", "When it happened.", ColumnKind.MOMENT),
    Column("recorded", "Recorded", "When it was recorded, where that was on a later day.", ColumnKind.MOMENT),
    Column("who", "Who", "Who did it, and for whom."),
    Column("decided_by", "Decided by", "Who had decided it, where another recorded that."),
    Column("what", "What", "What was done."),
    Column("stages", "From → to", "The stage before and the stage after, where the act moved it."),
    Column("reason", "Why", "The reason that was given."),
    Column("stated", "Stated", "What was stated with it."),
)


def upper(words: str) -> str:
    """The words as they begin a sentence or are alone."""
    return words[:1].upper() + words[1:]


HASHED = (
    "Drafts are inside the side that writes them, and not in this report. The hash is that of the stored file: "
    "compare it with your own copy."
)
IN_FORCE, MISSING = "In force", "Missing: needed at this stage"
# Where the state is in a row of the evidence.
STATE_OF_EVIDENCE = 3
STORED_WITH = Column("kept", "Kept with", "The record on whose page the document stands.")


def from_to(before: str | None, after: str | None) -> str:
    """From which stage to which; blank where neither is said."""
    return f"{before or 'begun'} → {after or 'ended'}" if before or after else ""


def documents(record: Subject, spec: ReportSpec) -> Table:
    """The documents of a record that are shared with its parties; the record knows as whom the asker acts."""
    empty = "No document is shared yet, and none is needed at this stage."
    return Table("documents", "Documents", DOCUMENTS, lambda: _documents(record, spec), note=HASHED, empty=empty)


def evidence(records: Sequence[tuple[str, Subject]], spec: ReportSpec) -> Table:
    """The documents of several records, each under the words for its record."""

    def rows() -> Iterator[Row]:
        for words, record in records:
            # What is missing is nothing that a decision rested on.
            here = (row for row in _documents(record, spec) if row[STATE_OF_EVIDENCE - 1] != MISSING)
            yield from ((words, *row) for row in here)

    columns = (STORED_WITH, *DOCUMENTS)
    return Table("evidence", "Evidence", columns, rows, note=HASHED, empty="No document is on file yet.", group="kept")


def _documents(record: Subject, spec: ReportSpec) -> Iterator[Row]:
    for part in parts_of(record, acting_context(record, spec.user, spec.today)):
        for document in part.documents:
            yield from _of_document(record, document)


def _of_document(record: Subject, document: DocumentPresenter) -> Iterator[Row]:
    name = Link(document.label, document_row(record, document.key))
    shared = [each for each in document.versions if not each.version.is_draft]
    for each in shared:
        yield (name, *_of_version(document, each))
    if not shared and document.is_asked_now:
        yield name, None, MISSING, None, document.adders, None, None, None


def _of_version(document: DocumentPresenter, presenter: VersionPresenter) -> Row:
    version = presenter.version
    state = IN_FORCE if presenter is document.current else presenter.state[0] or "Replaced"
    content = version.name or version.location
    stated = "; ".join(presenter.stated)
    return version.number, state, version.shared_at, version.added_by.display_name, content, stated, version.sha256


def conditions(found: Sequence[tuple[Condition, str, str]], spec: ReportSpec) -> Table:
    """The conditions of an ATO whose register fields the asker sees; none without one."""

    def rows() -> Iterator[Row]:
        by_day = sorted(found, key=lambda row: (row[0].due_on is None, row[0].due_on or spec.today, row[0].pk))
        for each, state, _ in by_day:
            yield each.text, each.owner.name, each.due_on, state, each.met_on, each.evidence

    empty = "No conditions. An authorizing official sets them with the ATO."
    return Table("conditions", "Conditions of the ATO", CONDITIONS, rows, empty=empty)


def deadlines(lines: Sequence[DeadlineRow], spec: ReportSpec) -> Table:
    """Deadlines as a page shows them: the open ones first, then those that are met."""
    empty = "No deadline binds a party here."
    return Table("deadlines", "Deadlines", DEADLINES, lambda: (_of_line(line, spec) for line in lines), empty=empty)


def plan(lines: Sequence[DeadlineRow], spec: ReportSpec) -> Table:
    """The dates of a plan, which no rule makes binding."""
    columns = tuple(column for column in DEADLINES if column.key in PLANNED)
    places = [place for place, column in enumerate(DEADLINES) if column.key in PLANNED]

    def rows() -> Iterator[Row]:
        for line in lines:
            row = (upper(line.due.anchor), *_of_line(line, spec)[1:])
            yield tuple(row[place] for place in places)

    return Table("plan", "Dates of the plan", columns, rows, empty="The case has no plan with open dates.")


def _of_line(line: DeadlineRow, spec: ReportSpec) -> Row:
    due = line.due
    left = due.days_left(spec.today) if due.is_pending(spec.today) else None
    state, _ = in_a_word(line, spec.today)
    anchor = f"{due.anchor}, {day_text(due.anchored_on)}" if due.anchored_on else due.anchor
    rule = f"{due.rule} ({line.force.lower()})" if due.rule else line.force
    if due.opens_on:
        anchor = f"{anchor}; not before {day_text(due.opens_on)}"
    stated = "; ".join(filter(None, (due.source, due.release)))
    return line.label, due.on, left, state, line.who, line.to, anchor, rule, stated, due.satisfied_on


def acts(key: str, title: str, entries: Sequence[TimelineEntry], note: str, empty: str) -> Table:
    """Acts on a record in words, as its history tells them."""
    return Table(key, title, ACTS, lambda: map(_of_entry, entries), note=note, empty=empty)


def _of_entry(entry: TimelineEntry) -> Row:
    stated = "; ".join(f"{label}: {value}" for label, value in entry.facts)
    return (
        *(entry.at, entry.recorded_at, entry.who, entry.decided_by, entry.what),
        *(from_to(entry.before, entry.after), entry.reason, stated),
    )
