"""What deadlines ask of records, read from the database in batches, or from a record that is at hand already.

Batches go by the primary key and hold no cursor open between them, so that a sweep over all records of the portal costs
the memory of one batch, and a worker that dies in it leaves nothing behind.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from operator import itemgetter
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from accounts.models import Membership
from accounts.roles import Source
from authorizations.deadlines.due import (
    AccessRow,
    AtoRow,
    CaseRow,
    ConditionRow,
    ContactRow,
    Delivered,
    OfferingRow,
    TaskRow,
)
from authorizations.deadlines.of_cases import IN_PROCESS
from authorizations.lifecycle.stages import LISTED, OPEN_INITIAL
from authorizations.models import (
    Ato,
    Case,
    Condition,
    Contact,
    Deliverable,
    DesignationEvent,
    Notice,
    Offering,
    PackageAccess,
    WbsTask,
)
from authorizations.vocabulary import (
    LIVE_ATO_STAGES,
    AtoStage,
    CaseKind,
    DesignationStep,
    ListingRole,
    PackageLocation,
    WbsKind,
)

BATCH = 2000
Raw = tuple[Any, ...]


def batches(rows: QuerySet[Any], *columns: str, **beside: Any) -> Iterator[list[Raw]]:
    """Rows as values, the key first, in the order of their keys, batch by batch; few rows cost one query.

    Many are fetched by their keys, which are asked for once: a condition beside a range of keys makes a database sort
    all that fit it for every batch.

    beside: what is annotated to each row, by the name of its column.
    """
    few = list(rows.order_by().annotate(**beside).values_list("pk", *columns)[: BATCH + 1])
    if len(few) <= BATCH:
        if few:
            yield sorted(few, key=itemgetter(0))
        return
    keys = array("q", sorted(rows.order_by().values_list("pk", flat=True).iterator(BATCH)))
    every = rows.model._base_manager.annotate(**beside)
    for start in range(0, len(keys), BATCH):
        some = every.filter(pk__in=keys[start : start + BATCH].tolist()).values_list("pk", *columns)
        if batch := sorted(some, key=itemgetter(0)):
            yield batch


# --- cases ---

CASE_COLUMNS = (
    *("kind", "stage", "agency", "offering__provider", "assessor", "release", "facts", "stage_since", "received_at"),
    *("stopped_days", "offering__designation", "listed_again", "authorizing_official"),
)
ENDED_LISTED = ("withdrawn", "removed")


def case_rows(cases: QuerySet[Case]) -> Iterator[CaseRow]:
    """The initial cases that have deadlines: those that go on, and those that ended and are listed still."""
    others = Case.objects.filter(offering=OuterRef("offering"), kind=CaseKind.INITIAL, stage__in=LISTED)
    listed = Q(stage__in=ENDED_LISTED, offering__designation__in=IN_PROCESS)
    with_deadlines = cases.filter(Q(stage__in=OPEN_INITIAL) | listed, kind=CaseKind.INITIAL)
    for batch in batches(with_deadlines, *CASE_COLUMNS, listed_again=Exists(others)):
        yield from map(CaseRow._make, batch)


def row_of_case(case: Case) -> CaseRow:
    """The same of a case at hand; no query while it goes on."""
    return CaseRow(
        case.pk,
        case.kind,
        case.stage,
        case.agency_id,
        case.offering.provider_id,
        case.assessor_id,
        case.release,
        case.facts,
        case.stage_since,
        case.received_at,
        case.stopped_days,
        case.offering.designation,
        case.stage in ENDED_LISTED and case.offering.designation in IN_PROCESS and case.has_listed_rival,
        case.authorizing_official_id,
    )


TASK_COLUMNS = (
    *("number", "owner", "is_pmo", "planned_start", "planned_finish", "actual_start", "actual_finish"),
    *("wbs__case__agency", "wbs__case__offering__provider", "wbs__case__assessor"),
)


def task_rows(tasks: QuerySet[WbsTask]) -> Iterator[TaskRow]:
    """The tasks with planned dates, of cases that go on."""
    planned = Q(planned_start__isnull=False) | Q(planned_finish__isnull=False)
    for batch in batches(tasks.filter(planned, kind=WbsKind.TASK, wbs__case__stage__in=OPEN_INITIAL), *TASK_COLUMNS):
        yield from map(TaskRow._make, batch)


# --- ATOs ---

ATO_COLUMNS = (
    *("offering", "agency", "offering__provider", "stage", "listing_role", "source", "signed_on", "expires_on"),
    *("ended_on", "recorded_on", "published_since", "authorizing_official"),
    *("offering__certification_type", "offering__certification_class", "offering__annual_assessment"),
)
WITH_DEADLINES = (*LIVE_ATO_STAGES, AtoStage.REVOKED)


def ato_rows(atos: QuerySet[Ato]) -> Iterator[AtoRow]:
    """The ATOs that have deadlines, with their notices and what was delivered: three queries more a batch."""
    for batch in batches(atos.filter(stage__in=WITH_DEADLINES), *ATO_COLUMNS):
        within = {"ato__gte": batch[0][0], "ato__lte": batch[-1][0]}
        told = _grouped(Notice.objects.filter(**within).values_list("ato", "told", "told_on"))
        own = _deliveries("ato", within)
        of_offering = _deliveries("offering", {"offering__in": {raw[1] for raw in batch}, "duty": "N01"})
        for raw in batch:
            yield _ato_row(raw, told.get(raw[0], ()), own.get(raw[0], ()), of_offering.get(raw[1], ()))


def _ato_row(raw: Raw, told: Any, own: Any, of_offering: Any) -> AtoRow:
    pk, _, agency, provider, stage, role, source, signed, expires, ended, recorded, since, official, *certification = (
        raw
    )
    here = source != Source.FEED
    known = signed if here else max(filter(None, (signed, since)), default=None)
    columns = (
        *(pk, agency, provider, stage, role == ListingRole.INITIAL, here, signed, expires, ended, recorded, known),
        *certification,
        told,
        own,
        of_offering,
        official,
    )
    return AtoRow._make(columns)


def row_of_ato(ato: Ato) -> AtoRow:
    """The same of an ATO at hand: its notices as they were loaded, and one query for what was delivered."""
    offering = ato.offering
    raw = (
        *(ato.pk, ato.offering_id, ato.agency_id, offering.provider_id, ato.stage, ato.listing_role, ato.source),
        *(
            ato.signed_on,
            ato.expires_on,
            ato.ended_on,
            ato.recorded_on,
            ato.published_since,
            ato.authorizing_official_id,
        ),
        *(offering.certification_type, offering.certification_class, offering.annual_assessment),
    )
    told = [(each.told, each.told_on) for each in ato.notices.all()]
    of_either = Q(ato=ato) | Q(offering=ato.offering_id, duty="N01")
    columns = ("ato", "duty", "period", "delivered_on", "waived", "reference")
    delivered = list(Deliverable.objects.standing().filter(of_either).values_list(*columns))
    own = [Delivered(*rest) for key, *rest in delivered if key is not None]
    return _ato_row(raw, told, own, [Delivered(*rest) for key, *rest in delivered if key is None])


def _grouped(rows: Any) -> dict[int, list[tuple[Any, ...]]]:
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for key, *rest in rows:
        found[key].append(tuple(rest))
    return found


def _deliveries(owner: str, of: dict[str, Any]) -> dict[int, list[Delivered]]:
    columns = (owner, "duty", "period", "delivered_on", "waived", "reference")
    found: dict[int, list[Delivered]] = defaultdict(list)
    for key, *rest in Deliverable.objects.standing().filter(**of).values_list(*columns):
        found[key].append(Delivered(*rest))
    return found


CONDITION_COLUMNS = ("ato__agency", "owner", "owner__kind", "due_on", "met_on")


def condition_rows(conditions: QuerySet[Condition]) -> Iterator[ConditionRow]:
    """The conditions of live ATOs that have a day."""
    dated = conditions.filter(due_on__isnull=False, ato__stage__in=LIVE_ATO_STAGES)
    for batch in batches(dated, *CONDITION_COLUMNS):
        yield from map(ConditionRow._make, batch)


def conditions_of(ato: Ato) -> Iterator[ConditionRow]:
    """The same of an ATO at hand, as they were loaded with their owners."""
    if ato.stage in LIVE_ATO_STAGES:
        for each in ato.conditions.all():
            if each.due_on:
                yield ConditionRow(each.pk, ato.agency_id, each.owner_id, each.owner.kind, each.due_on, each.met_on)


# --- offerings ---

OFFERING_COLUMNS = (
    *("provider", "designation", "certification_type", "certification_class", "annual_assessment"),
    *("ready_on", "certified_on", "certified_here_on"),
)


def _day_of(step: DesignationStep, **more: Any) -> Subquery:
    events = DesignationEvent.objects.filter(offering=OuterRef("pk"), step=step, **more)
    return Subquery(events.order_by("-effective_on").values("effective_on")[:1])


def offering_rows(offerings: QuerySet[Offering]) -> Iterator[OfferingRow]:
    """Offerings with the days of their designations and what was delivered: one query more a batch."""
    dated = {
        "ready_on": _day_of(DesignationStep.READY),
        "certified_on": _day_of(DesignationStep.CERTIFIED),
        "certified_here_on": _day_of(DesignationStep.CERTIFIED, source=Source.PORTAL),
    }
    for batch in batches(offerings, *OFFERING_COLUMNS, **dated):
        delivered = _deliveries("offering", {"offering__gte": batch[0][0], "offering__lte": batch[-1][0]})
        for raw in batch:
            yield OfferingRow._make((*raw, delivered.get(raw[0], ())))


# --- package accesses, contacts ---

ACCESS_COLUMNS = (
    *("agency", "package__offering__provider", "package__location", "granted_on", "until", "extensions", "ended_on"),
    *("denied_on", "fedramp_told_on", "is_there", "last_there"),
)


def access_rows(accesses: QuerySet[PackageAccess], today: date) -> Iterator[AccessRow]:
    """Accesses that were granted and not ended, and those that were denied; each knows whether its person has left."""
    held = Membership.objects.filter(user=OuterRef("person__user"), organization=OuterRef("person__organization"))
    ended = held.filter(ended_on__isnull=False).order_by("-ended_on").values("ended_on")[:1]
    asked = accesses.filter(Q(granted_on__isnull=False, ended_on__isnull=True) | Q(denied_on__isnull=False))
    person = {"is_there": Exists(held.not_over(today)), "last_there": Subquery(ended)}
    for batch in batches(asked, *ACCESS_COLUMNS, **person):
        for pk, agency, provider, location, *dates, is_there, last_there in batch:
            left = None if is_there else last_there
            yield AccessRow._make((pk, agency, provider, location == PackageLocation.CONNECT, *dates, left))


def contact_rows(contacts: QuerySet[Contact]) -> Iterator[ContactRow]:
    """Contacts with the kind of their organization."""
    for batch in batches(contacts, "organization", "organization__kind", "confirmed_on"):
        yield from map(ContactRow._make, batch)
