"""The lists about imports: runs, what was troublesome in their files, and the clashes a person decides."""

from typing import Any

from django.db.models import Case, Q, QuerySet, Value, When

from accounts.models import User
from authorizations.display import address, counted, day_text, label
from authorizations.models import FoundFeed, ImportIssue, ImportRun, ReviewItem
from authorizations.models.feed_watch import FeedOutcome
from authorizations.policy import Capability
from authorizations.tables.columns import Code, Column, ColumnKind, Link, Record, TagCell, field_column
from authorizations.vocabulary import ClashKind, Resolution, RunStatus
from authorizations.web.lists.filter_counts import Facet
from authorizations.web.lists.labels import count_of
from authorizations.web.lists.link_filters import OF_RUN
from authorizations.web.lists.listing import ListAction, Listing

# The words for the kinds of issue that the reading of a feed notes.
ISSUES = {
    "copy": "Exact copy",
    "blank": "Blank",
    "blanks": "Blanks around an id",
    "characters": "Impossible characters",
    "date": "Impossible date",
    "id_twice": "Id given twice",
    "missing_table": "Missing table",
    "no_agency": "No agency",
    "no_key": "No id or provider",
    "odd_dates": "Odd dates",
    "spreadsheet_error": "Spreadsheet error",
    "test_row": "Test row",
    "too_long": "Too long",
    "unknown_agency": "Unknown agency",
    "unknown_offering": "Unknown offering",
    "unknown_word": "Unknown word",
    "unlisted_agency": "Agency not in the list",
    "unlisted_assessor": "Assessor not in the list",
    "unlisted_offering": "Offering not in the list",
    "wrong_type": "Wrong type",
}


def issue_label(kind: str) -> str:
    return ISSUES.get(kind, kind.replace("_", " ").capitalize())


def summed(counts: dict[str, dict[str, int]], name: str) -> int:
    return sum(table.get(name, 0) for table in counts.values())


def _run_rows(user: User) -> QuerySet[Any]:
    rows: QuerySet[Any] = ImportRun.objects.visible_to(user).annotate(
        issue_count=count_of(ImportIssue.objects.all(), "run"),
        waiting=count_of(ReviewItem.objects.visible_to(user).filter(resolved_at__isnull=True), "run"),
    )
    return rows


def _summed_column(key: str, heading: str, meaning: str) -> Column:
    return Column(
        key, heading, meaning, ColumnKind.NUMBER, needs=("counts",), value=lambda row: summed(row["counts"], key)
    )


TABS = (("Imports", "import_runs"), ("Feeds found", "found_feeds"))

IMPORT_RUNS = Listing(
    name="import_runs",
    title="Imports",
    tabs=TABS,
    rows=_run_rows,
    search=lambda rows, search: rows.filter(
        Q(file_name__icontains=search.words) | Q(sha256__startswith=search.words.lower())
    ),
    search_label="File name or hash",
    intro="Each Marketplace feed that was applied. Nothing is ever deleted by an import.",
    columns=(
        Column(
            "feed",
            "Feed of",
            "The date of the feed.",
            of="import_run",
            needs=("feed_as_of", "public_id", "file_name"),
            value=lambda row: Link(
                day_text(row["feed_as_of"]), address("import_run", row["public_id"]), row["file_name"]
            ),
            sort=("feed_as_of", "started_at"),
        ),
        field_column("applied", "Applied", "When it was applied.", "finished_at", "started_at", kind=ColumnKind.MOMENT),
        field_column("by", "By", "Who imported it.", "actor__name", words={None: "Command line", "": "Command line"}),
        _summed_column("rows", "Rows", "Rows of the feed."),
        _summed_column("create", "Created", "Records that were made."),
        _summed_column("change", "Changed", "Records that were changed."),
        _summed_column("not_published", "No longer published", "Records that left the feed."),
        field_column(
            "issues", "Issues", "Cells that were not as they should be.", "issue_count", kind=ColumnKind.NUMBER
        ),
        field_column("waiting", "To decide", "Clashes that wait for a decision.", "waiting", kind=ColumnKind.NUMBER),
    ),
    facets=(Facet("status", "Status", "status", dict(RunStatus.choices)),),
    actions=(
        ListAction("What changed between two feeds", "feed_changes", Capability.SEE_REGISTER),
        ListAction("Corrections", "corrections", Capability.SEE_REGISTER),
    ),
    order="-feed",
    sentence=lambda rows, total: counted(total, "import"),
    empty="No feed was applied yet. A PMO lead applies one in the admin, or with ./portal import_marketplace FILE.",
)


FOUND_TONES = {
    FeedOutcome.WAITS: "wait",
    FeedOutcome.APPLIED: "good",
    FeedOutcome.SAME: "plain",
    FeedOutcome.REFUSED: "bad",
    FeedOutcome.LEFT: "past",
}

FOUND_FEEDS = Listing(
    name="found_feeds",
    title="Feeds found",
    tabs=TABS,
    rows=FoundFeed.objects.visible_to,
    search=lambda rows, search: rows.filter(
        Q(file_name__icontains=search.words) | Q(sha256__startswith=search.words.lower())
    ),
    search_label="File name or hash",
    columns=(
        Column(
            "file",
            "File",
            "What was found.",
            of="found_feed",
            needs=("file_name", "public_id"),
            value=lambda row: Link(row["file_name"], address("found_feed", row["public_id"])),
            sort=("file_name",),
        ),
        field_column("feed", "Feed of", "The date of the feed.", "feed_as_of", kind=ColumnKind.DAY),
        field_column("changes", "Changes", "Records that it would change.", "changes", kind=ColumnKind.NUMBER),
        Column(
            "outcome",
            "Outcome",
            "What became of it.",
            needs=("outcome",),
            value=lambda row: TagCell(label(FeedOutcome, row["outcome"]), FOUND_TONES[FeedOutcome(row["outcome"])]),
            sort=("outcome", "found_at"),
        ),
        field_column("found", "Found", "When it was found.", "found_at", kind=ColumnKind.MOMENT),
    ),
    facets=(Facet("outcome", "Outcome", "outcome", dict(FeedOutcome.choices)),),
    order="-found",
    sentence=lambda rows, total: counted(total, "feed"),
    empty="No feed was found yet. A file that comes to the watched place is listed here within an hour.",
)

FEED = field_column("feed", "Feed of", "The date of the feed.", "run__feed_as_of", kind=ColumnKind.DAY)

ISSUE_ROWS = Listing(
    name="import_issues",
    title="Issues of imports",
    rows=lambda user: ImportIssue.objects.filter(run__in=ImportRun.objects.visible_to(user)),
    search=lambda rows, search: rows.filter(
        Q(record_id__icontains=search.words) | Q(raw__icontains=search.words) | Q(sentence__icontains=search.words)
    ),
    search_label="Record id, value or sentence",
    intro="What could not be taken from a feed as it stood. Nothing was dropped silently.",
    columns=(
        field_column("record", "Record", "The record of the row.", "record_id", words={"": "Whole table"}),
        field_column("table", "Table", "The list of the feed.", "table", "record_id"),
        field_column("field", "Field", "The cell's field.", "field", "record_id"),
        Column(
            "raw", "Value in the feed", "What the feed holds there.", needs=("raw",), value=lambda row: Code(row["raw"])
        ),
        Column(
            "kind",
            "Kind",
            "What kind of issue it is.",
            needs=("kind",),
            value=lambda row: issue_label(row["kind"]),
            sort=("kind", "record_id"),
        ),
        field_column("sentence", "What was done", "What was done about it.", "sentence", sorts=False),
        FEED,
    ),
    facets=(Facet("kind", "Kind", "kind", ISSUES), Facet("table", "Table", "table")),
    narrowings=(OF_RUN,),
    order="-feed",
    sentence=lambda rows, total: (
        f"{counted(total, 'issue')} in {counted(rows.order_by().values('run').distinct().count(), 'import')}"
    ),
    empty="No issues. Values of a feed that cannot be taken over are listed here, as they were.",
)

ITEM_STATES = {"open": "To decide", "decided": "Decided"}


def _item_rows(user: User) -> QuerySet[Any]:
    state = Case(When(resolved_at__isnull=True, then=Value("open")), default=Value("decided"))
    rows: QuerySet[Any] = ReviewItem.objects.visible_to(user).annotate(state=state)
    return rows


def _decision(row: Record) -> TagCell:
    return TagCell(label(Resolution, row["resolution"]), "past") if row["resolution"] else TagCell("To decide", "warn")


REVIEW_ITEMS = Listing(
    name="review_items",
    title="Records to decide",
    rows=_item_rows,
    search=lambda rows, search: rows.filter(
        Q(sentence__icontains=search.words)
        | Q(ours__icontains=search.words)
        | Q(theirs__icontains=search.words)
        | Q(record_id=search.words)
    ),
    search_label="Words, either value or record id",
    intro="Where a feed disagrees with a record that people here rely on, the import changes nothing and asks the PMO.",
    columns=(
        Column(
            "what",
            "What differs",
            "The record and the field that clash.",
            of="review_item",
            needs=("sentence", "public_id"),
            value=lambda row: Link(row["sentence"], address("review_item", row["public_id"])),
            sort=("sentence",),
        ),
        field_column("kind", "Kind", "What kind of clash it is.", "clash", "opened_at", words=ClashKind),
        field_column("ours", "Ours", "What the portal has.", "ours", sorts=False),
        field_column("theirs", "The feed's", "What the feed has.", "theirs", sorts=False),
        FEED,
        Column(
            "decision",
            "Decision",
            "What was decided.",
            needs=("resolution",),
            value=_decision,
            sort=("resolution", "opened_at"),
        ),
        field_column("by", "By", "Who decided it.", "resolved_by__name", sorts=False),
    ),
    facets=(
        Facet("state", "State", "state", ITEM_STATES),
        Facet("clash", "Kind", "clash", dict(ClashKind.choices)),
        Facet("decision", "Decision", "resolution", dict(Resolution.choices)),
    ),
    narrowings=(OF_RUN,),
    order="-feed",
    sentence=lambda rows, total: counted(total, "record"),
    empty="Nothing to decide. When a feed disagrees with a record that has members or ATOs made here, it waits here.",
)
