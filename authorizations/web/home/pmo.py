"""Home of the PMO's people: what waits for a decision, what the last import left; and of the auditor: the record."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, Sum, Value

from accounts.models import Organization, User
from authorizations.lifecycle.stages import InitialStage
from authorizations.models import Ato, Case, Event, FoundFeed, Message, Offering, ReviewItem
from authorizations.models.feed_watch import FeedOutcome
from authorizations.presenters.cached_counts import CacheStamp, always, cached_counts
from authorizations.tables.columns import Record, needed
from authorizations.tables.contents import Figure
from authorizations.tables.html import TableView, table_view
from authorizations.vocabulary import MessageStatus, Turn
from authorizations.web.audit_log.entries import entries_table
from authorizations.web.cases.views_review_queue import Queue, queue
from authorizations.web.home.case_rows import DEADLINE_COLUMNS, Some, some_cases
from authorizations.web.imports.listings import IMPORT_RUNS
from authorizations.web.lists.tables import columns_of, list_address

RUN_COLUMNS = columns_of(IMPORT_RUNS, "feed", "applied", "create", "change", "not_published", "issues")
RUNS = 5
EVENTS = 20
TO_DECIDE, FOUND = "to decide", "found"
LEFT = Q(not_published_since__isnull=False)


@dataclass(frozen=True, slots=True)
class PmoSection:
    figures: list[Figure]
    left: list[Figure]
    runs: TableView
    queue: Queue
    letters: Some


def pmo_section(user: User, today: date, which: str, asked: CacheStamp) -> PmoSection:
    """What waits at the PMO; ``which`` part of the review queue is shown."""
    newest = _newest_runs(user, asked)
    return PmoSection(
        list(_waiting(user, newest, asked)),
        list(_left(user, asked)),
        _runs(newest),
        queue(user, which, today, asked),
        _letters(user, today, asked),
    )


def _letters(user: User, today: date, asked: CacheStamp) -> Some:
    rows = Case.objects.visible_to(user).filter(stage=InitialStage.ATO_ISSUED, waits_on=Turn.AGENCY)
    query = {"stage": InitialStage.ATO_ISSUED.value, "turn": Turn.AGENCY.value}
    return some_cases("Letters owed to FedRAMP", DEADLINE_COLUMNS, rows, user, today, query, asked)


def _newest_runs(user: User, asked: CacheStamp) -> list[Record]:
    rows = IMPORT_RUNS.rows(user).order_by("-feed_as_of", "-started_at", "-pk").values(*needed(RUN_COLUMNS))[:RUNS]
    return cached_counts(asked, user, "runs", lambda: list(rows), rows=always)


def _runs(newest: list[Record]) -> TableView:
    return table_view("Newest imports", RUN_COLUMNS, newest)


def _waiting(user: User, runs: list[Record], asked: CacheStamp) -> Iterator[Figure]:
    counts = _open_counts(user, asked)
    yield Figure(counts[TO_DECIDE], "records to decide", list_address("review_items", {"state": "open"}))
    if waiting := counts[FOUND]:
        yield Figure(waiting, "feeds found", list_address("found_feeds", {"outcome": FeedOutcome.WAITS.value}))
    for newest in runs[:1]:
        url = list_address("import_issues", {"run": newest["public_id"]})
        yield Figure(newest["issue_count"], "troubles in the newest import", url)
    yield Figure(counts["failed"], "messages failed", list_address("messages", {"status": "failed"}))
    yield Figure(counts["planned"], "messages planned", list_address("messages", {"status": "planned"}))


def _open_counts(user: User, asked: CacheStamp) -> dict[str, int]:
    """How many records are to be decided, and how many messages failed or are still to be sent, as far as one may know.

    Delivery is no act of the record, so what is counted follows from which messages there are as well: their number
    and the sum of their keys. Asking that costs little; saying which of them are hidden costs much.
    """
    states = {"failed": MessageStatus.FAILED, "planned": MessageStatus.PLANNED}
    there = Message.objects.filter(status__in=states.values()).order_by()
    these = sorted(there.values_list("status").annotate(n=Count("pk"), keys=Sum("pk")))

    def count() -> dict[str, int]:
        seen = Message.objects.visible_to(user).filter(status__in=states.values())
        return seen.aggregate(**{name: Count("pk", filter=Q(status=status)) for name, status in states.items()})

    left = _left_counts(user, asked)
    return {each: left.get(each, 0) for each in (TO_DECIDE, FOUND)} | cached_counts(
        asked, user, ("messages", these), count, rows=always
    )


# What may leave the feed, by kind, as figures name it.
LEAVERS = {
    "offering": "offerings",
    "ato": "ATO rows",
    "agency": "agencies",
    "provider": "providers",
    "assessor": "assessors",
}


def _left_counts(user: User, asked: CacheStamp) -> dict[str, int]:
    """How many records of each kind have left the feed, and how many records are to be decided; until the next act."""
    return cached_counts(asked, user, "left", lambda: _count_left(user), rows=always)


def _count_left(user: User) -> dict[str, int]:
    organizations = Organization.objects.visible_to(user).filter(LEFT).order_by().values("kind").annotate(n=Count("pk"))
    offerings = Offering.objects.visible_to(user).filter(LEFT).order_by().annotate(kind=Value("offering"))
    atos = Ato.objects.visible_to(user).filter(LEFT).order_by().annotate(kind=Value("ato"))
    items = ReviewItem.objects.visible_to(user).filter(resolved_at__isnull=True).order_by()
    to_decide = items.annotate(kind=Value(TO_DECIDE))
    found = FoundFeed.objects.visible_to(user).filter(outcome=FeedOutcome.WAITS).order_by().annotate(kind=Value(FOUND))
    others = (rows.values("kind").annotate(n=Count("pk")) for rows in (offerings, atos, to_decide, found))
    counts = organizations.union(*others, all=True)
    return {row["kind"]: row["n"] for row in counts}


def _left(user: User, asked: CacheStamp) -> Iterator[Figure]:
    by_kind = _left_counts(user, asked)
    for kind, words in LEAVERS.items():
        if number := by_kind.get(kind):
            yield Figure(number, words, list_address("atos" if kind == "ato" else words, {"listed": "left"}))


@dataclass(frozen=True, slots=True)
class AuditorSection:
    events: TableView
    runs: TableView


def auditor_section(user: User, asked: CacheStamp) -> AuditorSection:
    # An import records thousands of entries at once; they would hide what people did.
    acts = Event.objects.visible_to(user).acts().exclude(verb__endswith=".imported").with_people()
    newest = entries_table("Newest entries of the audit log", user, acts[:EVENTS], asked=asked)
    return AuditorSection(newest, _runs(_newest_runs(user, asked)))
