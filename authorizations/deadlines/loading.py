"""What deadlines ask of records, read from the database in batches, or from a record that is at hand already.

Batches go by the primary key and hold no cursor open between them, so that a sweep over all records of the portal costs
the memory of one batch, and a worker that dies in it leaves nothing behind.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import chain
from operator import attrgetter
from typing import Any, TypeVar

from django.db import models
from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)

from accounts.models import Membership
from accounts.roles import RecordSource
from authorizations.deadlines.cases import ENDED_LISTED, IN_PROCESS
from authorizations.deadlines.deadline import (
    AccessDeadlineRow,
    AtoDeadlineRow,
    CaseDeadlineRow,
    ConditionDeadlineRow,
    ContactDeadlineRow,
    Delivered,
    OfferingDeadlineRow,
    TaskDeadlineRow,
    came_on,
    known_since,
)
from authorizations.lifecycle.gates.review import PIPELINE
from authorizations.lifecycle.stages import LISTED, OPEN_INITIAL, InitialStage
from authorizations.models import (
    Ato,
    Case,
    Condition,
    Contact,
    Deliverable,
    DesignationEvent,
    Event,
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
    Turn,
    WbsKind,
)

BATCH = 2000
KEY = attrgetter("pk")
R = TypeVar(
    "R",
    CaseDeadlineRow,
    TaskDeadlineRow,
    AtoDeadlineRow,
    ConditionDeadlineRow,
    OfferingDeadlineRow,
    AccessDeadlineRow,
    ContactDeadlineRow,
)


def batches(rows: QuerySet[Any], of: type[R], **beside: Any) -> Iterator[list[R]]:
    """Rows in the order of their keys, batch by batch; few rows cost one query.

    Many are fetched by their keys, which are asked for once: a condition beside a range of keys makes a database sort
    all that fit it for every batch.

    of: what they become; its fields without a default are read.
    beside: what is annotated, by the name of its field.
    """
    columns = [name for name in of._fields if name not in of._field_defaults]
    rest = tuple(of._field_defaults.values())

    def read(some: QuerySet[Any]) -> list[R]:
        # Some ten times as fast as calling the class.
        return [of._make(values + rest) for values in some.values_list(*columns)]

    few = read(rows.order_by().annotate(**beside)[: BATCH + 1])
    if len(few) <= BATCH:
        if few:
            yield sorted(few, key=KEY)
        return
    keys = array("q", sorted(rows.order_by().values_list("pk", flat=True).iterator(BATCH)))
    every = rows.model._base_manager.annotate(**beside)
    for start in range(0, len(keys), BATCH):
        if batch := sorted(read(every.filter(pk__in=keys[start : start + BATCH].tolist())), key=KEY):
            yield batch


# --- cases ---


def case_rows(cases: QuerySet[Case]) -> Iterator[CaseDeadlineRow]:
    """The initial cases that have deadlines: those that go on, and those that ended and are listed still.

    Two queries: a database plans one with "or" between its conditions on stages far longer than it reads.
    """
    others = Case.objects.filter(offering=OuterRef("offering"), kind=CaseKind.INITIAL, stage__in=LISTED)
    ended = Q(stage__in=ENDED_LISTED, offering__designation__in=IN_PROCESS) & ~Q(stage__in=OPEN_INITIAL)
    lost = ExpressionWrapper(Q(stage=InitialStage.PARTNER_LOST) & Q(Exists(others)), output_field=BooleanField())
    for which, listed_again in ((Q(stage__in=OPEN_INITIAL), lost), (ended, Exists(others))):
        yield from chain.from_iterable(
            batches(
                cases.filter(which, kind=CaseKind.INITIAL),
                CaseDeadlineRow,
                provider=F("offering__provider"),
                designation=F("offering__designation"),
                listed_again=listed_again,
                official=F("authorizing_official"),
            )
        )


def row_of_case(case: Case) -> CaseDeadlineRow:
    """The same of a case at hand; no query while it goes on."""
    offering = case.offering
    return CaseDeadlineRow(
        pk=case.pk,
        kind=case.kind,
        stage=case.stage,
        agency=case.agency_id,
        provider=offering.provider_id,
        assessor=case.assessor_id,
        release=case.release,
        facts=case.facts,
        stage_since=case.stage_since,
        received_at=case.received_at,
        stopped_days=case.stopped_days,
        designation=offering.designation,
        listed_again=case.stage in ENDED_LISTED and offering.designation in IN_PROCESS and case.has_listed_sibling,
        official=case.authorizing_official_id,
        adopted_at_stage=case.adopted_at_stage,
        opened_at=case.opened_at,
    )


def task_rows(tasks: QuerySet[WbsTask]) -> Iterator[TaskDeadlineRow]:
    planned = Q(planned_start__isnull=False) | Q(planned_finish__isnull=False)
    yield from chain.from_iterable(
        batches(
            tasks.filter(planned, kind=WbsKind.TASK, wbs__case__stage__in=OPEN_INITIAL),
            TaskDeadlineRow,
            agency=F("wbs__case__agency"),
            provider=F("wbs__case__offering__provider"),
            assessor=F("wbs__case__assessor"),
        )
    )


# --- ATOs ---

WITH_DEADLINES = (*LIVE_ATO_STAGES, AtoStage.REVOKED)


def ato_rows(atos: QuerySet[Ato]) -> Iterator[AtoDeadlineRow]:
    """The ATOs that have deadlines, with their notices and what was delivered: three queries more a batch."""
    for batch in batches(
        atos.filter(stage__in=WITH_DEADLINES),
        AtoDeadlineRow,
        provider=F("offering__provider"),
        official=F("authorizing_official"),
        certification=F("offering__certification_type"),
        certification_class=F("offering__certification_class"),
        letter_came_back=Exists(letters_back().filter(ato=OuterRef("pk"))),
    ):
        within = {"ato__gte": batch[0].pk, "ato__lte": batch[-1].pk}
        notices: dict[int, list[tuple[str, date]]] = defaultdict(list)
        for key, whom, on in Notice.objects.filter(**within).values_list("ato", "recipient", "notified_on"):
            notices[key].append((whom, on))
        own = _deliveries("ato", within)
        reports = _deliveries("offering", {"offering__in": {row.offering for row in batch}, "duty": "N01"})
        for row in batch:
            yield row._replace(
                notified=notices.get(row.pk, ()),
                delivered=own.get(row.pk, ()),
                of_offering=reports.get(row.offering, ()),
            )


def row_of_ato(ato: Ato) -> AtoDeadlineRow:
    """The same of an ATO at hand, its notices as they were loaded; two queries: what was delivered, and its letter."""
    offering = ato.offering
    of_either = Q(ato=ato) | Q(offering=ato.offering_id, duty="N01")
    columns = ("ato", "duty", "period", "delivered_on", "waived", "reference")
    delivered = list(Deliverable.objects.not_withdrawn().filter(of_either).values_list(*columns))
    return AtoDeadlineRow(
        pk=ato.pk,
        offering=ato.offering_id,
        agency=ato.agency_id,
        provider=offering.provider_id,
        stage=ato.stage,
        listing_role=ato.listing_role,
        source=ato.source,
        signed_on=ato.signed_on,
        expires_on=ato.expires_on,
        ended_on=ato.ended_on,
        recorded_on=ato.recorded_on,
        published_since=ato.published_since,
        registered_on=ato.registered_on,
        certification=offering.certification_type,
        certification_class=offering.certification_class,
        official=ato.authorizing_official_id,
        notified=[(each.recipient, each.notified_on) for each in ato.notices.all()],
        delivered=[Delivered(*rest) for key, *rest in delivered if key is not None],
        of_offering=[Delivered(*rest) for key, *rest in delivered if key is None],
        letter_came_back=ato.source == RecordSource.PORTAL and letters_back().filter(ato=ato.pk).exists(),
    )


def letters_back() -> QuerySet[Case]:
    """The cases that wait for a letter which FedRAMP returned."""
    waiting: QuerySet[Case] = Case.objects.filter(stage=InitialStage.ATO_ISSUED, waits_on=Turn.AGENCY)
    return waiting.exclude(came_back_step="").order_by()


def _deliveries(owner: str, of: dict[str, Any]) -> dict[int, list[Delivered]]:
    columns = (owner, "duty", "period", "delivered_on", "waived", "reference")
    found: dict[int, list[Delivered]] = defaultdict(list)
    for key, *rest in Deliverable.objects.not_withdrawn().filter(**of).values_list(*columns):
        found[key].append(Delivered(*rest))
    return found


def condition_rows(conditions: QuerySet[Condition]) -> Iterator[ConditionDeadlineRow]:
    """The conditions of live ATOs that have a day."""
    dated = conditions.filter(due_on__isnull=False, ato__stage__in=LIVE_ATO_STAGES)
    yield from chain.from_iterable(
        batches(
            dated,
            ConditionDeadlineRow,
            agency=F("ato__agency"),
            owner_side=F("owner__kind"),
            came_on=F("ato__registered_on"),
        )
    )


def conditions_of(ato: Ato) -> Iterator[ConditionDeadlineRow]:
    """The same of an ATO at hand, as they were loaded with their owners."""
    if ato.stage in LIVE_ATO_STAGES:
        for each in ato.conditions.all():
            if each.due_on:
                yield ConditionDeadlineRow(
                    pk=each.pk,
                    agency=ato.agency_id,
                    owner=each.owner_id,
                    owner_side=each.owner.kind,
                    due_on=each.due_on,
                    met_on=each.met_on,
                    came_on=ato.registered_on,
                )


# --- offerings ---


def _day_of(step: DesignationStep, **more: Any) -> Subquery:
    events = DesignationEvent.objects.filter(offering=OuterRef("pk"), step=step, **more)
    return Subquery(events.order_by("-effective_on").values("effective_on")[:1])


def _stated(column: str) -> models.Case:
    """A column of the package overview that FedRAMP publishes of an offering now."""
    return models.Case(models.When(overview__not_published_since__isnull=True, then=F(f"overview__{column}")))


IN_ERROR = "ato.rescind_in_error"


def offering_rows(offerings: QuerySet[Offering]) -> Iterator[OfferingDeadlineRow]:
    """Offerings with the days of their designations and of their ATOs, and what was delivered: two queries more."""
    live = Ato.objects.filter(offering=OuterRef("pk"), stage__in=LIVE_ATO_STAGES, agency__is_pseudo=False)
    converted = Case.objects.filter(offering=OuterRef("pk"), kind=CaseKind.INITIAL, stage=InitialStage.CONVERTED)
    for batch in batches(
        offerings,
        OfferingDeadlineRow,
        certification=F("certification_type"),
        annual_day=F("annual_assessment"),
        implementation_on=_day_of(DesignationStep.INITIAL_IMPLEMENTATION),
        ready_on=_day_of(DesignationStep.READY),
        certified_on=_day_of(DesignationStep.CERTIFIED),
        certified_here_on=_day_of(DesignationStep.CERTIFIED, source=RecordSource.PORTAL),
        in_use=Exists(live),
        in_pipeline=Exists(converted.filter(facts__target_path__0=PIPELINE)),
        next_report_on=_stated("next_report_on"),
        next_review_on=_stated("next_review_on"),
        announced=_stated("sources"),
    ):
        within = {"offering__gte": batch[0].pk, "offering__lte": batch[-1].pk}
        delivered, authorized = _deliveries("offering", within), _authorized(within)
        for row in batch:
            on, known_on = authorized.get(row.pk, (None, None))
            yield row._replace(delivered=delivered.get(row.pk, ()), authorized_on=on, known_on=known_on)


def _authorized(of: dict[str, Any]) -> dict[int, tuple[date, date | None]]:
    """When offerings were authorized by an initial ATO, and since when the register knows of that.

    The day stays when the ATO ends or another agency takes the role. Only an initial ATO that was signed after every
    earlier one had ended begins anew; one that was issued in error never counted.
    """
    mistakes = Event.objects.filter(subject_type="ato", subject_id=OuterRef("pk"), verb=IN_ERROR)
    initial = Ato.objects.filter(~Exists(mistakes), listing_role=ListingRole.INITIAL, signed_on__isnull=False, **of)
    columns = ("offering", "source", "signed_on", "published_since", "registered_on", "ended_on")
    found: dict[int, tuple[date, date | None]] = {}
    until: dict[int, date] = {}
    for key, source, signed, published, kept, ended in initial.order_by("signed_on", "pk").values_list(*columns):
        if key not in found or until[key] < signed:
            found[key] = signed, known_since(signed, came_on(source, published, kept))
        until[key] = max(until.get(key, signed), ended or date.max)
    return found


# --- package accesses, contacts ---


def access_rows(accesses: QuerySet[PackageAccess], today: date) -> Iterator[AccessDeadlineRow]:
    """Accesses that were granted and not ended, and those that were denied; each knows whether its person has left."""
    held = Membership.objects.filter(user=OuterRef("person__user"), organization=OuterRef("person__organization"))
    ended = held.filter(ended_on__isnull=False).order_by("-ended_on").values("ended_on")[:1]
    asked = accesses.filter(Q(granted_on__isnull=False, ended_on__isnull=True) | Q(denied_on__isnull=False))
    yield from chain.from_iterable(
        batches(
            asked,
            AccessDeadlineRow,
            provider=F("package__offering__provider"),
            location=F("package__location"),
            notified_on=F("fedramp_notified_on"),
            is_there=Exists(held.not_over(today)),
            last_there=Subquery(ended),
        )
    )


def contact_rows(contacts: QuerySet[Contact]) -> Iterator[ContactDeadlineRow]:
    yield from chain.from_iterable(batches(contacts, ContactDeadlineRow, side=F("organization__kind")))
