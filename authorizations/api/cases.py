"""Cases: the list, one case with what can happen to it, its steps, opening one and adopting one."""

from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Annotated, Any

from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import AfterValidator, Field

from accounts.models import Organization, User
from accounts.roles import OrganizationKind
from authorizations.actions.acting_capacity import acting_context
from authorizations.actions.cases.cases import ADOPT, MAY_ADOPT, MAY_OPEN, OPEN, adopt_case, open_case, refuse_foreign
from authorizations.actions.door import refuse_unless_may
from authorizations.actions.refusals import NotReady
from authorizations.actions.steps import offers
from authorizations.api import schemas
from authorizations.api.authentication import person
from authorizations.api.facts import Options, body_of, facts_of, read
from authorizations.api.lists.paging import ListQuery, page_of
from authorizations.api.machine_operations import add_record, beside, history_of, offers_of
from authorizations.api.schemas import Entered, PageOut, RecordRef, acting, filled, reading
from authorizations.api.wbs import add_plan
from authorizations.lifecycle.stages import OPEN_INITIAL, OPEN_REUSE, InitialStage, ReuseStage
from authorizations.lifecycle.step import STANDING_IN, Fact, Step
from authorizations.models import Ato, Case, Offering
from authorizations.models.register.ato_steps import REGISTER
from authorizations.presenters import deadlines
from authorizations.presenters.audit_log.history import acts
from authorizations.presenters.cases.labels import NOTED, second_party
from authorizations.presenters.cases.summary import CaseSummary, summary_of
from authorizations.presenters.search import WordSearch
from authorizations.reports.scope import within
from authorizations.vocabulary import CaseKind, CaseState, Turn

router = Router(tags=["Cases"])
STAGES = frozenset(str(stage) for stage in (*InitialStage, *ReuseStage))


class EntryMode(StrEnum):
    """How a case comes in."""

    OPEN = "open"
    ADOPT = "adopt"


def _a_stage(text: str) -> str:
    if text not in STAGES:
        raise ValueError("choose a stage of one of the two machines.")
    return text


Stage = Annotated[str, AfterValidator(_a_stage)]


class CaseRow(Schema):
    """One case: whose it is, where it is, and whose turn it is since when."""

    id: str
    url: str = Field(description="Its page.")
    kind: CaseKind
    stage: str
    stage_label: str
    stage_since: datetime
    is_open: bool
    waits_on: Turn
    waits_since: datetime
    also_waits_on: Turn | None = Field(description="Where two parties owe something, the one that need not act first.")
    also_for: str = Field(description="What that one owes.")
    agency: RecordRef
    offering: RecordRef
    fedramp_id: str | None
    provider: RecordRef
    assessor: RecordRef | None
    opened_at: datetime
    release: str = Field(description="The release of the rules that it follows, whose page is /releases/ID/.")


class RecordedFactOut(Schema):
    """A fact that was recorded."""

    name: str
    label: str
    value: Any
    recorded_at: datetime


class CaseWaiver(Schema):
    """A gate that a PMO lead waived until a day."""

    gate: str
    until: date
    reason: str
    granted_by: str


class CaseDate(Schema):
    """Something with a day, and who owes it."""

    what: str
    who: str
    on: date


class CaseReturn(Schema):
    """What gave the work back, or refused it."""

    what: str
    on: date
    who: str
    reason: str
    is_open: bool = Field(description="Nothing was handed on since.")


class CaseUsual(Schema):
    """Days of the stays at this stage that are over, of like cases that you may see."""

    stays: int
    median: int
    least: int
    most: int


class CaseAsked(Schema):
    """What is asked of somebody."""

    who: str
    what: str


class CaseSummaryOut(Schema):
    """How the case stands today, in the words of its page and of its status report."""

    state: CaseState
    why: str
    facts: dict[str, str]
    turn: str
    stage_days: int
    usual: CaseUsual | None = Field(description="Null where like cases are too few to say.")
    last_return: CaseReturn | None
    late: list[CaseDate]
    coming: list[CaseDate] = Field(description="What falls due within 30 days.")
    next_step: str
    blocks: list[str] = Field(description="The unmet gates of the next step that your side is told.")
    blocked: str
    planned_on: date | None
    planned: str = Field(description="The planned end against the cut-off and the In Process year.")
    asked: list[CaseAsked]


class CaseDetail(CaseRow):
    """One case, with everything that you may see of it and do with it."""

    summary: CaseSummaryOut
    revision: int = Field(description="Send it with a step.")
    system: RecordRef | None
    authorizing_official: RecordRef | None
    ato: str | None = Field(description="Id of the ATO it led to.")
    claimed_by: str
    adopted_at_stage: str = Field(description="Where it was adopted: gates before this stage were not checked here.")
    send_backs: int
    facts: list[RecordedFactOut]
    waivers: list[CaseWaiver]
    offers: list[schemas.OfferOut]
    history: list[schemas.HistoryEntryOut] = Field(description="The newest 100 acts.")


class CaseFilters(ListQuery):
    """What the list is narrowed to; all of it must hold."""

    kind: CaseKind | None = None
    stage: Stage | None = None
    is_open: bool | None = None
    waits_on: Turn | None = None
    agency: str | None = Field(None, description="Id of an agency.")
    within: str | None = Field(None, description="Id of an agency; its bureaus and their offices are included.")
    offering: str | None = Field(None, description="Id of an offering.")
    provider: str | None = Field(None, description="Id of a provider.")
    assessor: str | None = Field(None, description="Id of an assessor.")


def _open(value: bool) -> Q:  # noqa: FBT001  # the value of a filter
    going_on = Q(kind=CaseKind.INITIAL, stage__in=OPEN_INITIAL) | Q(kind=CaseKind.REUSE, stage__in=OPEN_REUSE)
    return going_on if value else ~going_on


NARROWED_BY: dict[str, Any] = {
    **{name: name for name in ("kind", "stage", "waits_on")},
    "is_open": _open,
    "agency": "agency__public_id",
    "within": lambda value: within(value, key="__public_id"),
    "offering": "offering__public_id",
    "provider": "offering__provider__public_id",
    "assessor": "assessor__public_id",
}


class CaseEntered(Entered):
    """Opening a case, or adopting one that is already under way."""

    idempotency_key: Annotated[
        str, Field(min_length=8, max_length=100, description="A key of your own making, such as a UUID.")
    ]
    step: EntryMode
    kind: CaseKind
    stage: Stage = Field("", validate_default=False, description="With adopt: the stage at which the case stands.")
    resumes_at: Stage = Field(
        "", validate_default=False, description="With adopt, where access has ended: the stage at which it goes on."
    )
    ato: schemas.Text | dict[str, Any] | None = Field(
        None, description="With adopt, from ATO issued on: the ATO's id, or the facts that register it."
    )


@reading(router, "", PageOut[CaseRow], "api_cases", "list_cases", "List cases")
def list_cases(request: HttpRequest, filters: Query[CaseFilters]) -> PageOut[CaseRow]:
    """The cases that you may see, the one that has waited longest first; those that wait on nobody come last."""
    rows = Case.objects.visible_to(person(request)).select_related("agency", "offering__provider", "assessor")
    oldest_first = rows.filter(*filters.conditions(NARROWED_BY)).order_by(F("turn_since").asc(nulls_last=True), "pk")
    return page_of(request, oldest_first, filters, lambda case: filled(CaseRow, case, **_row(case)), WordSearch.naming)


def _row(case: Case) -> dict[str, Any]:
    also, owing = second_party(case) or (None, "")
    return {**beside(case), "also_waits_on": also, "also_for": owing}


def _entries() -> list[dict[str, Any]]:
    ways: list[tuple[EntryMode, Step, tuple[Fact, ...], CaseKind]]
    ways = [(EntryMode.OPEN, OPEN[kind], (STANDING_IN,), kind) for kind in CaseKind]
    ways += [(EntryMode.ADOPT, ADOPT[kind], _known_before(kind), kind) for kind in CaseKind]
    return [
        facts_of(step, more, title=step.label, beside={"step": entry.value, "kind": kind.value})
        for entry, step, more, kind in ways
    ]


def _known_before(kind: str) -> tuple[Fact, ...]:
    requested_facts = {fact.name for fact in ADOPT[kind].facts}
    return tuple(fact for name, fact in Case.machines[kind].machine().facts.items() if name not in requested_facts)


@acting(
    router,
    "",
    CaseDetail,
    "api_cases",
    "enter_case",
    "Open or adopt a case",
    status=201,
    openapi_extra=body_of(*_entries()),
)
def enter(request: HttpRequest, body: CaseEntered, response: HttpResponse) -> Status[CaseDetail]:
    """Opens a case, or brings one in that is already under way."""
    user = person(request)
    case = _opened(user, body) if body.step is EntryMode.OPEN else _adopted(user, body)
    response.headers["Location"] = reverse("api_case", args=[case.public_id])
    return Status(201, _detail(user, case.public_id))


# --- coming in ---


def _opened(user: User, body: CaseEntered) -> Case:
    step = OPEN[body.kind]
    refuse_unless_may(user, MAY_OPEN[body.kind])
    options = _options(user, body, step)
    return open_case(body.kind, **_given(user, body, (*step.facts, STANDING_IN), STANDING_IN.name, options))


def _adopted(user: User, body: CaseEntered) -> Case:
    step = ADOPT[body.kind]
    refuse_unless_may(user, MAY_ADOPT[body.kind])
    options = _options(user, body, step)
    given = _given(user, body, (*step.facts, *_known_before(body.kind)), "evidence", options)
    ato = _ato_of(user, body, options)
    return adopt_case(body.kind, stage=body.stage, resumes_at=body.resumes_at, ato=ato, **given)


def _given(
    user: User, body: CaseEntered, requested_facts: tuple[Fact, ...], evidence: str, options: Options
) -> dict[str, Any]:
    """What both ways in hand to their verb; ``evidence`` is the fact that says where the evidence is."""
    facts = read(requested_facts, body.facts, options)
    found = facts.pop(evidence, "")
    given = {
        "actor": user,
        "now": timezone.now(),
        "idempotency_key": body.key_of(user),
        "reason": body.reason,
        "evidence": found,
    }
    return {**given, **_whole(facts)}


def _whole(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts, of which no case can do without agency and offering.

    Raises:
        NotReady: one of the two is missing.
    """
    of_all = OPEN[CaseKind.INITIAL].facts
    missing = [each for fact in of_all for each in fact.problems(facts.get(fact.name), timezone.localdate())]
    if missing:
        raise NotReady(missing)
    return facts


def _options(user: User, body: CaseEntered, step: Step) -> Options:
    first: dict[str, QuerySet[Any]] = {
        "agency": Organization.objects.visible_to(user).filter(kind=OrganizationKind.AGENCY, is_pseudo=False),
        "offering": Offering.objects.visible_to(user),
    }

    @cache
    def candidate() -> Case | None:
        named = {name: rows.filter(public_id=body.facts.get(name)).first() for name, rows in first.items()}
        if None in named.values():
            return None
        case: Case = Case.machines[body.kind](kind=body.kind, **named)
        # Before its systems and people are looked for: to others they are not there.
        refuse_foreign(case, step, acting_context(case, user, timezone.localdate()))
        return case

    def options(fact: str) -> QuerySet[Any]:
        if fact in first:
            return first[fact]
        case = candidate()
        return case.options(fact) if case else Organization.objects.none()

    return options


def _ato_of(user: User, body: CaseEntered, options: Options) -> Any:
    if isinstance(body.ato, dict):
        return read(REGISTER.facts[2:], body.ato, options)
    return Ato.objects.visible_to(user).filter(public_id=body.ato).first() if body.ato else None


# --- from the record type ---


def _detail(user: User, public_id: str) -> CaseDetail:
    case = Case.objects.acting_for(user).get(public_id=public_id)
    today = timezone.localdate()
    own, history = offers(case, user, today), acts(case, user)
    owed = deadlines.of_case(user, case, today)
    return filled(
        CaseDetail,
        case,
        **_row(case),
        summary=_summary(summary_of(case, user, today, acts=history, owed=owed, own=own)),
        ato=case.ato.public_id if case.ato else None,
        claimed_by=case.claimed_by.name if case.claimed_by else "",
        facts=_facts(case, user),
        waivers=[
            filled(CaseWaiver, each, granted_by=each.granted_by.name) for each in case.waivers if each.until >= today
        ],
        offers=offers_of(case, user, today, lambda step: reverse("api_case_step", args=[public_id, step]), own),
        history=history_of(case, user, history),
    )


def _summary(found: CaseSummary) -> CaseSummaryOut:
    return filled(
        CaseSummaryOut,
        found,
        facts=dict(found.facts),
        usual=filled(CaseUsual, found.usual) if found.usual else None,
        last_return=filled(CaseReturn, found.last_return) if found.last_return else None,
        late=[filled(CaseDate, each) for each in found.late],
        coming=[filled(CaseDate, each) for each in found.coming],
        asked=[filled(CaseAsked, each) for each in found.asked],
    )


def _facts(case: Case, user: User) -> list[RecordedFactOut]:
    known = {**case.machine().facts, **{fact.name: fact for fact, _ in NOTED[case.kind]}}
    return [
        RecordedFactOut(name=name, label=known[name].label if name in known else name, value=value, recorded_at=when)
        for name, (value, _, when, *_) in case.readable_facts(user).items()
    ]


add_plan(router)
add_record(
    router,
    Case,
    CaseDetail,
    _detail,
    one="a case",
    description="One case, with what you can do now and its history.",
)
