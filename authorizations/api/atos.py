"""ATOs: the list, one row with its register fields for its parties, its steps, and registering."""

from datetime import date
from functools import cache
from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from accounts.models import Organization, User
from accounts.roles import RecordSource
from authorizations.actions.door import refuse_unless_may
from authorizations.actions.register.atos import register_ato, registrable
from authorizations.api import schemas
from authorizations.api.authentication import person
from authorizations.api.facts import Options, asks, body_of, facts_of, listing, read
from authorizations.api.lists.paging import ListQuery, page_of
from authorizations.api.lists.times import Day
from authorizations.api.machine_operations import add_record, beside, history_of, offers_of
from authorizations.api.schemas import Entered, PageOut, RecordRef, acting, filled, reading
from authorizations.models import Ato, Offering
from authorizations.models.register.ato_steps import REGISTER
from authorizations.models.register.standing import standing
from authorizations.policy import Capability
from authorizations.presenters.search import WordSearch
from authorizations.reports.scope import within
from authorizations.vocabulary import LIVE_MEANS, AtoStage, AtoStanding, AtoType, ListingRole

router = Router(tags=["ATOs"])


class AtoRow(Schema):
    """One ATO row: what the Marketplace publishes of it."""

    id: str
    url: str = Field(description="Its page.")
    agency: RecordRef
    offering: RecordRef
    fedramp_id: str | None
    provider: RecordRef
    listing_role: ListingRole
    ato_type: AtoType
    stage: AtoStage = Field(description="Where its lifecycle stands, moved by steps of people alone.")
    standing: AtoStanding = Field(description=f"What it counts as. {LIVE_MEANS}")
    signed_on: date | None
    logged_on: date | None
    expires_on: date | None
    source: RecordSource
    published_since: date | None
    not_published_since: date | None


class System(Schema):
    """The agency's information system, with its FIPS 199 levels."""

    id: str
    name: str
    abbreviation: str
    impact_level: str
    confidentiality: str
    integrity: str
    availability: str


class AtoCondition(Schema):
    """Something that the authorizing official asked for."""

    id: str
    text: str
    owner: RecordRef
    due_on: date | None
    evidence: str
    met_on: date | None


class AtoNotice(Schema):
    """The proof that somebody was told."""

    id: str
    recipient: str
    notified_on: date
    channel: str
    reference: str
    received_on: date | None


class AtoRegisterFields(Schema):
    """What only the parties of an ATO, the PMO and the auditor see."""

    system: System | None
    authorizing_official: RecordRef | None
    owner: RecordRef | None = Field(description="Who of the agency looks after it.")
    signer: str
    exit_criteria: str
    ended_on: date | None
    ended_ground: str
    conditions: list[AtoCondition]
    notices: list[AtoNotice]


class AtoDetail(AtoRow):
    """One ATO row, with everything that you may see of it and do with it."""

    revision: int | None = Field(description="Send it with a step. Null where you are no party of the ATO.")
    register_fields: AtoRegisterFields | None = Field(description="Null where you are no party of the ATO.")
    offers: list[schemas.OfferOut]
    history: list[schemas.HistoryEntryOut] = Field(description="The newest 100 acts, for the parties.")


class AtoFilters(ListQuery):
    """What the list is narrowed to; all of it must hold."""

    stage: AtoStage | None = None
    standing: AtoStanding | None = Field(None, description="Count live ATOs by this, and not by the stage.")
    listing_role: ListingRole | None = None
    ato_type: AtoType | None = None
    source: RecordSource | None = None
    published: bool | None = Field(None, description="Whether the newest feed applied here has the row.")
    agency: str | None = Field(None, description="Id of an agency.")
    within: str | None = Field(None, description="Id of an agency; its bureaus and their offices are included.")
    offering: str | None = Field(None, description="Id of an offering.")
    provider: str | None = Field(None, description="Id of a provider.")
    signed_from: Day | None = None
    signed_to: Day | None = None
    expires_from: Day | None = None
    expires_to: Day | None = Field(None, description="Rows without a recorded expiry are left out.")


def _published(value: bool) -> Q:  # noqa: FBT001  # the value of a filter
    there = Q(published_since__isnull=False, not_published_since__isnull=True)
    return there if value else ~there


NARROWED_BY: dict[str, Any] = {
    **{name: name for name in ("stage", "standing", "listing_role", "ato_type", "source")},
    "published": _published,
    "agency": "agency__public_id",
    "within": lambda value: within(value, key="__public_id"),
    "offering": "offering__public_id",
    "provider": "offering__provider__public_id",
    "signed_from": "signed_on__gte",
    "signed_to": "signed_on__lte",
    "expires_from": "expires_on__gte",
    "expires_to": "expires_on__lte",
}


@reading(router, "", PageOut[AtoRow], "api_atos", "list_atos", "List ATOs")
def list_atos(request: HttpRequest, filters: Query[AtoFilters]) -> PageOut[AtoRow]:
    """The ATO rows that you may see, newest signing first."""
    rows = _rows(person(request)).filter(*filters.conditions(NARROWED_BY))
    newest_first = rows.order_by(F("signed_on").desc(nulls_last=True), "pk")
    return page_of(request, newest_first, filters, lambda ato: filled(AtoRow, ato, **beside(ato)), WordSearch.naming)


@acting(
    router,
    "",
    AtoDetail,
    "api_atos",
    "register_ato",
    REGISTER.label,
    status=201,
    openapi_extra=body_of(facts_of(REGISTER)),
)
def register(request: HttpRequest, body: Entered, response: HttpResponse) -> Status[AtoDetail]:
    """Brings in an ATO that was signed outside of the portal. The agency owes FedRAMP a notice with proof."""
    user = person(request)
    refuse_unless_may(user, Capability.REGISTER_ATO)
    facts = read(REGISTER.facts, body.facts, _options(user, body.facts.get("agency")))
    idempotency_key = body.key_of(user)
    ato = register_ato(actor=user, now=timezone.now(), reason=body.reason, idempotency_key=idempotency_key, **facts)
    response.headers["Location"] = reverse("api_ato", args=[ato.public_id])
    return Status(201, _detail(user, ato.public_id))


@reading(
    router, "/register", list[schemas.FactInput], "api_register_ato", "register_ato_asks", "What registering asks for"
)
def register_asks(request: HttpRequest, agency: str | None = None) -> list[schemas.FactInput]:
    """The facts, and for an agency the systems and officials that can be named."""
    user = person(request)
    refuse_unless_may(user, Capability.REGISTER_ATO)
    return asks(REGISTER.facts, listing(_options(user, agency)))


# --- from the record types ---


def _rows(user: User) -> QuerySet[Any]:
    seen = Ato.objects.visible_to(user).annotate(standing=standing(timezone.localdate()))
    rows: QuerySet[Any] = seen.select_related("agency", "offering__provider").defer("signer")
    return rows


def _detail(user: User, public_id: str) -> AtoDetail:
    ato = _rows(user).get(public_id=public_id)
    register = Ato.objects.acting_for(user).annotate(standing=standing(timezone.localdate()))
    parties = register.prefetch_related("conditions__owner", "notices").filter(pk=ato.pk).first()
    if parties is None:
        return filled(AtoDetail, ato, **beside(ato), revision=None, register_fields=None, offers=[], history=[])
    today = timezone.localdate()
    return filled(
        AtoDetail,
        parties,
        **beside(parties),
        register_fields=_register_fields(parties),
        offers=offers_of(parties, user, today, lambda step: reverse("api_ato_step", args=[public_id, step])),
        history=history_of(parties, user),
    )


def _register_fields(ato: Ato) -> AtoRegisterFields:
    return filled(
        AtoRegisterFields,
        ato,
        system=filled(System, ato.system) if ato.system else None,
        conditions=[filled(AtoCondition, condition) for condition in ato.conditions.all()],
        notices=[filled(AtoNotice, notice) for notice in ato.notices.all()],
    )


def _options(user: User, agency_id: Any) -> Options:
    @cache
    def line_holder() -> Ato | None:
        agency = registrable(user).filter(public_id=agency_id).first()
        return Ato(agency=agency) if agency else None

    def options(fact: str) -> QuerySet[Any]:
        if fact == "agency":
            agencies: QuerySet[Any] = registrable(user)
            return agencies
        if fact == "offering":
            return Offering.objects.visible_to(user)
        holder = line_holder()
        return holder.options(fact) if holder else Organization.objects.none()

    return options


add_record(
    router,
    Ato,
    AtoDetail,
    _detail,
    one="an ATO",
    description="One ATO row. Its parties also see the register fields, what they can do now, and the history.",
)
