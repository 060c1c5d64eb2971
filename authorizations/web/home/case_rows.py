"""Rows of cases on the homes: the case, its stage, since when it waits, and the button of the next step."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db.models import Case as Either
from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Value, When, Window
from django.db.models.functions import Concat, RowNumber
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from authorizations.display import ANY_ID, address, ago, counted
from authorizations.lifecycle.turns import beside_in_words, what_for
from authorizations.models import Case, Event
from authorizations.models.cases.next_step import next_step
from authorizations.presenters.cached_counts import CacheStamp, always, cached_counts
from authorizations.presenters.cases.your_turn import answered_by_a_fact
from authorizations.tables.columns import Age, Button, Column, Link, Record, Row, TagCell, rows_of
from authorizations.tables.html import TableView, view_of
from authorizations.vocabulary import Turn
from authorizations.web.cases.listing import stage_tone
from authorizations.web.lists.tables import Query, list_address

SHOWN = 10
OLDEST = ("waits_since", "pk")
# What a row of a case shows.
BESIDE = ("agency", "offering")
SHOWN_BESIDE = ("agency__name", "agency__public_id", "agency__parent", "offering__name")
# What tells which step its reader takes next; joins and columns that no row shows cost more than the rows.
BESIDE_NEXT = ("agency__parent__parent", "offering__package")
ASKED_BESIDE = ("agency__parent__parent__parent", "offering__provider", "offering__package__location")


def cases_address(query: Query) -> str:
    return list_address("cases", query)


@dataclass(frozen=True, slots=True)
class Some:
    table: TableView
    number: int
    url: str

    @property
    def has_more(self) -> bool:
        return self.number > len(self.table.rows)


def since(moment: datetime, today: date) -> Age:
    day = timezone.localdate(moment)
    return Age(ago((today - day).days), day)


def _case_cell(row: Record) -> Link:
    case: Case = row["case"]
    return Link(case.offering.name, address("case", case.public_id), f"{case.get_kind_display()} · {case.agency.name}")


def _act_cell(row: Record) -> Button:
    case, step = row["case"], row["step"]
    if step is None and answered_by_a_fact(case):
        return Button("Record facts", reverse("case_facts", args=[case.public_id]), str(case))
    if step is None:
        return Button("Open the case", address("case", case.public_id), str(case))
    before, after = _step_page(step.name)
    return Button(step.label, f"{before}{case.public_id}{after}", str(case))


@cache
def _step_page(step: str) -> tuple[str, str]:
    """What stands before and after the case's id in the address of a step's page."""
    before, after = reverse("case_step", args=[ANY_ID, step]).split(ANY_ID)
    return before, after


def _what_cell(row: Record) -> str:
    case: Case = row["case"]
    words = what_for(case.kind, case.stage, case.waits_on, case.facts)
    if case.waits_on == Turn.OFFICIAL:
        words = f"needs your signature: {words}"
    words += beside_in_words(case.kind, case.stage, case.waits_on, case.fact_value)
    return f"{words[:1].upper()}{words[1:]}"


def _reason_cell(row: Record) -> Link:
    case = row["case"]
    step = case.machine().step(case.came_back_step)
    owed = case.finding_counts.get("unanswered", {})
    others = sum(number for side, number in owed.items() if side != case.waits_on)
    parts = ((owed.get(case.waits_on, 0), "to answer"), (others, "for others to answer"))
    findings = "".join(f", {counted(number, 'finding')} {words}" for number, words in parts if number)
    return Link(f"{step.done}{findings}" if step else "", "", (case.why or "").strip().partition("\n")[0])


def _agency_cell(row: Record) -> Link:
    agency = row["case"].agency
    return Link(agency.name, address("agency", agency.public_id))


CASE = Column("case", "Case", value=_case_cell)
SINCE = Column("since", "Since", value=lambda row: since(row["case"].waits_since, row["today"]))
NEXT = Column("next", "Next step", value=_act_cell)
WAITING_COLUMNS = (CASE, Column("what", "What", value=_what_cell), SINCE, NEXT)
RETURNED_COLUMNS = (CASE, Column("why", "What came back", value=_reason_cell), SINCE, NEXT)
TURN = Column("turn", "Waits on", value=lambda row: row["case"].get_waits_on_display())
STAGE = Column("stage", "Stage", value=lambda row: TagCell(row["case"].stage_label, stage_tone(row["case"].stage)))
FOLLOWED_COLUMNS = (CASE, STAGE, TURN, SINCE)
DEADLINE_COLUMNS = (CASE, Column("agency", "Agency", value=_agency_cell), SINCE)


def some_cases(
    caption: str,
    columns: tuple[Column, ...],
    rows: QuerySet[Case],
    user: User,
    today: date,
    query: Query,
    asked: CacheStamp,
) -> Some:
    """The first cases of some, oldest turn first: two queries, and none until the next act."""

    def find() -> tuple[list[Row], int]:
        found = list(rows.annotate(in_all=Window(Count("*"))).order_by(*OLDEST).values_list("pk", "in_all")[:SHOWN])
        first = rows.filter(pk__in=[key for key, _ in found]).select_related(*BESIDE).order_by(*OLDEST)
        shown = ({"case": case, "today": today} for case in first.only(*columns_of_cases(), *SHOWN_BESIDE))
        return list(rows_of(columns, shown)), found[0][1] if found else 0

    shown, number = cached_counts(asked, user, caption, find, rows=always)
    return Some(view_of(caption, columns, shown), number, cases_address(query))


@dataclass(frozen=True, slots=True)
class WaitingOrder:
    """Which cases stand first among all that wait, which among those that came back, and how many there are of each."""

    waiting: list[int]
    number: int
    came_back: list[int]
    number_back: int


def _places(rows: QuerySet[Any]) -> WaitingOrder:
    """The places of cases of which each knows whether it ``came_back``; one query."""
    placed = rows.annotate(
        place=Window(RowNumber(), order_by=OLDEST),
        in_all=Window(Count("*")),
        place_in_like=Window(RowNumber(), partition_by=F("came_back"), order_by=OLDEST),
        like=Window(Count("*"), partition_by=F("came_back")),
    ).order_by(Either(When(came_back=True, then=F("place_in_like")), default=F("place")))
    # Anyone who is among the first of all or among the first of what came back is among the first twice as many.
    found = list(placed.values_list("pk", "came_back", "place", "in_all", "place_in_like", "like")[: 2 * SHOWN])
    waiting = sorted((place, key) for key, _, place, *_ in found if place <= SHOWN)
    back = [(key, like) for key, came_back, _, _, place, like in found if came_back and place <= SHOWN]
    return WaitingOrder(
        [key for _, key in waiting],
        found[0][3] if found else 0,
        [key for key, _ in back],
        back[0][1] if back else 0,
    )


def your_cases(rows: QuerySet[Any], user: User, today: date, query: Query, asked: CacheStamp) -> tuple[Some, Some]:
    """The first cases that wait on this person, and the first of them that ``came_back``, each with the next step.

    Two queries for both, and none until the next act.
    """

    def find() -> tuple[list[Row], int, list[Row], int]:
        places = _places(rows)
        found = Case.objects.visible_to(user).filter(pk__in={*places.waiting, *places.came_back})
        # Anyone who may act on what came back may read why.
        found = found.annotate(why=_REASON).select_related(*BESIDE_NEXT)
        known = {case.pk: case for case in found.only(*columns_of_cases(), *SHOWN_BESIDE, *ASKED_BESIDE)}
        row = {key: {"case": case, "step": next_step(case, user, today), "today": today} for key, case in known.items()}
        waiting = rows_of(WAITING_COLUMNS, (row[key] for key in places.waiting if key in row))
        came_back = rows_of(RETURNED_COLUMNS, (row[key] for key in places.came_back if key in row))
        return list(waiting), places.number, list(came_back), places.number_back

    waiting, number, came_back, number_back = cached_counts(asked, user, "yours", find, rows=always)
    url = cases_address(query)
    return (
        Some(view_of("Waiting on you", WAITING_COLUMNS, waiting), number, url),
        Some(view_of("Came back", RETURNED_COLUMNS, came_back), number_back, url),
    )


# Why the step that gave a case back was taken: the newest of its name, since it may have been given back before.
_REASON = Subquery(
    Event.objects.filter(
        subject_type="case", subject_id=OuterRef("pk"), verb=Concat(Value("case."), OuterRef("came_back_step"))
    )
    .order_by("-recorded_at", "-pk")
    .values("reason")[:1]
)


@cache
def columns_of_cases() -> list[str]:
    """Every column of a case itself: the machine may ask for any."""
    return [column.name for column in Case._meta.concrete_fields]
