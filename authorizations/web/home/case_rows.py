"""Cases on the homes: the acts that wait on a person, each with its button, and rows of those that one follows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from django.db.models import Case as Either
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, Value, When, Window
from django.db.models.fields.json import KT
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from authorizations.display import ANY_ID, address, ago, counted
from authorizations.lifecycle.case_facts import PMO_RECOMMENDATION
from authorizations.lifecycle.stages import InitialStage
from authorizations.lifecycle.step import Step
from authorizations.lifecycle.turns import beside_in_words, what_for
from authorizations.models import Case, Event
from authorizations.models.cases.next_step import RECOMMENDED, next_step
from authorizations.presenters.cached_counts import CacheStamp, always, cached_counts
from authorizations.presenters.cases.your_turn import answered_by_a_fact
from authorizations.tables.columns import Age, Column, Link, Record, Row, TagCell, rows_of
from authorizations.tables.html import TableView, view_of
from authorizations.vocabulary import Turn
from authorizations.web.cases.listing import stage_tone
from authorizations.web.lists.tables import Query, list_address

SHOWN = 10
# Of so many late cases the first are found among the rows that wait.
MOST_LATE = 100
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


def _act_of(case: Case, step: Step | None) -> tuple[str, str]:
    """What the button that does it says, and where it leads."""
    if step is not None and _unanswered(case):
        return "Answer", reverse("case_findings", args=[case.public_id])
    if step is None:
        by_fact = answered_by_a_fact(case)
        return (
            ("Record facts", reverse("case_facts", args=[case.public_id]))
            if by_fact
            else (
                "Open the case",
                address("case", case.public_id),
            )
        )
    before, after = _step_page(step.name)
    return step.label, f"{before}{case.public_id}{after}"


@cache
def _step_page(step: str) -> tuple[str, str]:
    """What stands before and after the case's id in the address of a step's page."""
    before, after = reverse("case_step", args=[ANY_ID, step]).split(ANY_ID)
    return before, after


def _unanswered(case: Case) -> int:
    """How many findings wait for an answer of the side whose turn it is."""
    return int(case.finding_counts.get("unanswered", {}).get(case.waits_on, 0))


def _what(case: Case, step: Step | None) -> str:
    """What is to be done, as an act in words; ``step``: the one that leads on and is this reader's."""
    if unanswered := _unanswered(case):
        words = f"answer {counted(unanswered, 'finding')}"
    elif (case.stage, case.waits_on) == (InitialStage.PMO_REVIEW, Turn.PMO):
        words = _of_the_review(case, step)
    else:
        words = what_for(case.kind, case.stage, case.waits_on, case.facts)
    words += beside_in_words(case.kind, case.stage, case.waits_on, case.fact_value)
    return f"{words[:1].upper()}{words[1:]}"


def _of_the_review(case: Case, step: Step | None) -> str:
    """What FedRAMP's review waits for: a recommendation, then somebody else's decision (machine tables, rule 10)."""
    recommended = dict(PMO_RECOMMENDATION.choices).get(case.fact_value("pmo_recommendation"), "").lower()
    if not recommended:
        return "recommend: certify, remediate, send back or reject"
    is_ready = step is not None and step.name in RECOMMENDED.values()
    return f"ready to decide: {recommended}" if is_ready else f"have another lead decide: {recommended}"


def _came_back(case: Case, user: User) -> str:
    """What was done to give it back, and why; blank where it did not come back, or where this person gave it back."""
    step = case.machine().step(case.came_back_step) if case.came_back_by_id != user.pk else None
    # Answering the findings of remediation hands it on without a step.
    if step is None or vars(case).get("handed_back") not in (None, case.waits_on):
        return ""
    owed = case.finding_counts.get("unanswered", {})
    others = sum(number for side, number in owed.items() if side != case.waits_on)
    findings = f", {counted(others, 'finding')} for others to answer" if others else ""
    why = (vars(case).get("why") or "").strip().partition("\n")[0]
    return f"{step.done}{findings}{f': {why}' if why else ''}"


def _agency_cell(row: Record) -> Link:
    agency = row["case"].agency
    return Link(agency.name, address("agency", agency.public_id))


CASE = Column("case", "Case", value=_case_cell)
SINCE = Column("since", "Since", value=lambda row: since(row["case"].waits_since, row["today"]))
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
class WaitingAct:
    """One act that waits on a person.

    Attributes:
        what: the act in words; button and url: what does it.
        case, case_url, about: the case by its offering, its page, and its kind and agency.
        since: when the turn came; due: the day of what is due first there, None for none within the time ahead.
        late: by how much that day has passed, in words; blank where it has not.
        came_back: what was given back and why; blank where it was not.
    """

    what: str
    button: str
    url: str
    case: str
    case_url: str
    about: str
    since: Age
    due: date | None
    late: str
    came_back: str


@dataclass(frozen=True, slots=True)
class Inbox:
    """The acts that wait on a person, what is late first and then the oldest; ``number`` is of all."""

    acts: list[WaitingAct]
    number: int
    url: str

    @property
    def has_more(self) -> bool:
        return self.number > len(self.acts)


def inbox(
    rows: QuerySet[Case], user: User, today: date, query: Query, asked: CacheStamp, due: Mapping[int, date]
) -> Inbox:
    """The first acts of the cases that wait on this person: two queries, and none until the next act.

    Args:
        due: the day of what the person's own organizations owe first, by the key of the case.
    """

    def find() -> tuple[list[WaitingAct], int]:
        late = sorted((on, key) for key, on in due.items() if on < today)[:MOST_LATE]
        order = Either(When(pk__in=[key for _, key in late], then=0), default=1, output_field=IntegerField())
        # Without a late one this would be a number alone, which PostgreSQL takes for the place of a column.
        first = (order, *OLDEST) if late else OLDEST
        placed = rows.annotate(in_all=Window(Count("*"))).order_by(*first)
        keys = list(placed.values_list("pk", "in_all")[:SHOWN])
        # Anyone who may act on what came back may read why.
        found = Case.objects.visible_to(user).filter(pk__in=[key for key, _ in keys])
        found = found.annotate(why=Subquery(_GIVEN_BACK.values("reason")[:1]), handed_back=_HANDED_BACK)
        found = found.select_related(*BESIDE_NEXT).only(*columns_of_cases(), *SHOWN_BESIDE, *ASKED_BESIDE)
        known = {case.pk: case for case in found}
        acts = [_waiting_act(known[key], user, today, due.get(key)) for key, _ in keys if key in known]
        return acts, keys[0][1] if keys else 0

    acts, number = cached_counts(asked, user, "inbox", find, rows=always)
    return Inbox(acts, number, cases_address(query))


def _waiting_act(case: Case, user: User, today: date, due: date | None) -> WaitingAct:
    step = next_step(case, user, today)
    button, url = _act_of(case, step)
    return WaitingAct(
        _what(case, step),
        button,
        url,
        case.offering.name,
        address("case", case.public_id),
        f"{case.get_kind_display()} · {case.agency.name}",
        since(case.waits_since, today),
        due,
        f"overdue by {counted((today - due).days, 'day')}" if due is not None and due < today else "",
        _came_back(case, user),
    )


# The step that gave a case back: the newest of its name, since it may have been given back before.
_GIVEN_BACK = Event.objects.filter(
    subject_type="case", subject_id=OuterRef("pk"), verb=Concat(Value("case."), OuterRef("came_back_step"))
).order_by("-recorded_at", "-pk")
# Whose turn it became by that; nothing where it had been theirs before.
_HANDED_BACK = Subquery(_GIVEN_BACK.annotate(party=KT("changes__waits_on__1")).values("party")[:1])


@cache
def columns_of_cases() -> list[str]:
    """Every column of a case itself: the machine may ask for any."""
    return [column.name for column in Case._meta.concrete_fields]
