"""The lists about imports: runs, what was troublesome in their files, and the clashes a person decides."""

from typing import Any

from django.db.models import Case, Q, QuerySet, Value, When
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import User
from authorizations.display import counted, day_text, label
from authorizations.models import ImportRun, ImportTrouble, ReviewItem
from authorizations.vocabulary import ClashKind, Resolution, RunStatus
from authorizations.web.cells import Cell, Link, Tag, day, moment, text
from authorizations.web.facets import Facet, Row
from authorizations.web.listings.narrowings import OF_RUN
from authorizations.web.listings.words import count_of
from authorizations.web.lists import Column, Listing

# The words for the kinds of trouble that the reading of a feed notes.
TROUBLES = {
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


def trouble_word(kind: str) -> str:
    """The words for a kind of trouble; a new kind reads as it is written."""
    return TROUBLES.get(kind, kind.replace("_", " ").capitalize())


def summed(counts: dict[str, dict[str, int]], name: str) -> int:
    """One number of a run over all tables of its feed."""
    return sum(table.get(name, 0) for table in counts.values())


def _run_rows(user: User) -> QuerySet[Any]:
    rows: QuerySet[Any] = ImportRun.objects.visible_to(user).annotate(
        trouble_count=count_of(ImportTrouble.objects.all(), "run"),
        waiting=count_of(ReviewItem.objects.visible_to(user).filter(resolved_at__isnull=True), "run"),
    )
    return rows


class Count(Cell):
    """A number, with its thousands separated on the page."""

    @property
    def html(self) -> SafeString:
        """The number."""
        return format_html("{}", f"{int(self.text):,}")


def _summed_column(key: str, heading: str) -> Column:
    return Column(key, heading, ("counts",), lambda row: Count(str(summed(row["counts"], key))), number=True)


IMPORT_RUNS = Listing(
    name="import_runs",
    title="Imports",
    rows=_run_rows,
    search=lambda rows, words: rows.filter(Q(file_name__icontains=words) | Q(sha256__startswith=words.lower())),
    search_label="File name or hash",
    intro="Each Marketplace feed that was applied. Nothing is ever deleted by an import.",
    columns=(
        Column(
            "feed",
            "Feed of",
            ("feed_as_of", "public_id", "file_name"),
            lambda row: Link(day_text(row["feed_as_of"]), "import_run", row["public_id"], row["file_name"]),
            ("feed_as_of", "started_at"),
        ),
        Column(
            "applied",
            "Applied",
            ("finished_at",),
            lambda row: moment(row["finished_at"]),
            ("finished_at", "started_at"),
        ),
        Column("by", "By", ("actor__name",), lambda row: text(row["actor__name"] or "Command line"), ("actor__name",)),
        _summed_column("rows", "Rows"),
        _summed_column("create", "Created"),
        _summed_column("change", "Changed"),
        _summed_column("not_published", "No longer published"),
        Column(
            "troubles",
            "Troubles",
            ("trouble_count",),
            lambda row: text(row["trouble_count"]),
            ("trouble_count",),
            number=True,
        ),
        Column("waiting", "To decide", ("waiting",), lambda row: text(row["waiting"]), ("waiting",), number=True),
    ),
    facets=(Facet("status", "Status", "status", dict(RunStatus.choices)),),
    order="-feed",
    sentence=lambda rows, total: counted(total, "import"),
    empty="No feed was applied yet. A PMO lead applies one at the desk, or with ./portal import_marketplace FILE.",
)


def _trouble_rows(user: User) -> QuerySet[Any]:
    return ImportTrouble.objects.filter(run__in=ImportRun.objects.visible_to(user))


def _search_troubles(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    return rows.filter(Q(record_id__icontains=words) | Q(raw__icontains=words) | Q(sentence__icontains=words))


class Raw(Cell):
    """A value as the feed has it: spaces and odd characters must be seen."""

    @property
    def html(self) -> SafeString:
        """The value in a fixed-width face."""
        return format_html('<code class="raw">{}</code>', self.text)


TROUBLE_ROWS = Listing(
    name="import_troubles",
    title="Troubles of imports",
    rows=_trouble_rows,
    search=_search_troubles,
    search_label="Record id, value or sentence",
    intro="What could not be taken from a feed as it stood. Nothing was dropped silently.",
    columns=(
        Column("record", "Record", ("record_id",), lambda row: text(row["record_id"] or "Whole table"), ("record_id",)),
        Column("table", "Table", ("table",), lambda row: text(row["table"]), ("table", "record_id")),
        Column("field", "Field", ("field",), lambda row: text(row["field"]), ("field", "record_id")),
        Column("raw", "Value in the feed", ("raw",), lambda row: Raw(row["raw"])),
        Column("kind", "Kind", ("kind",), lambda row: text(trouble_word(row["kind"])), ("kind", "record_id")),
        Column("sentence", "What was done", ("sentence",), lambda row: text(row["sentence"])),
        Column(
            "feed",
            "Feed of",
            ("run__feed_as_of",),
            lambda row: day(row["run__feed_as_of"]),
            ("run__feed_as_of",),
            is_day=True,
        ),
    ),
    facets=(Facet("kind", "Kind", "kind", TROUBLES), Facet("table", "Table", "table")),
    narrowings=(OF_RUN,),
    order="-feed",
    sentence=lambda rows, total: (
        f"{counted(total, 'trouble')} in {counted(rows.order_by().values('run').distinct().count(), 'import')}"
    ),
    empty="No troubles. What a feed has that cannot be taken as it stands is listed here, with the value it had.",
)

ITEM_STATES = {"open": "To decide", "decided": "Decided"}


def _item_rows(user: User) -> QuerySet[Any]:
    state = Case(When(resolved_at__isnull=True, then=Value("open")), default=Value("decided"))
    rows: QuerySet[Any] = ReviewItem.objects.visible_to(user).annotate(state=state)
    return rows


def _search_items(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    return rows.filter(
        Q(sentence__icontains=words) | Q(ours__icontains=words) | Q(theirs__icontains=words) | Q(record_id=words)
    )


def _decision(row: Row) -> Cell:
    return Tag(label(Resolution, row["resolution"]), "past") if row["resolution"] else Tag("To decide", "warn")


REVIEW_ITEMS = Listing(
    name="review_items",
    title="Records to decide",
    rows=_item_rows,
    search=_search_items,
    search_label="Words, either value or record id",
    intro="Where a feed disagrees with a record that people here rely on, the import changes nothing and asks the PMO.",
    columns=(
        Column(
            "what",
            "What differs",
            ("sentence", "public_id"),
            lambda row: Link(row["sentence"], "review_item", row["public_id"]),
            ("sentence",),
        ),
        Column("kind", "Kind", ("clash",), lambda row: text(label(ClashKind, row["clash"])), ("clash", "opened_at")),
        Column("ours", "Ours", ("ours",), lambda row: text(row["ours"])),
        Column("theirs", "The feed's", ("theirs",), lambda row: text(row["theirs"])),
        Column(
            "feed",
            "Feed of",
            ("run__feed_as_of",),
            lambda row: day(row["run__feed_as_of"]),
            ("run__feed_as_of",),
            is_day=True,
        ),
        Column("decision", "Decision", ("resolution",), _decision, ("resolution", "opened_at")),
        Column("by", "By", ("resolved_by__name",), lambda row: text(row["resolved_by__name"])),
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
