"""Home of a provider's people: their offerings, who uses them, and the next annual assessments."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Organization, User
from accounts.roles import OrganizationKind
from authorizations.lifecycle.stages import ReuseStage
from authorizations.models import Case, Offering
from authorizations.policy import Capability, may
from authorizations.presenters.cached_counts import CacheStamp, always, cached_counts
from authorizations.tables.columns import Column, number_column
from authorizations.tables.contents import Figure
from authorizations.tables.html import TableView
from authorizations.vocabulary import CaseKind, Turn
from authorizations.web.home.case_rows import DEADLINE_COLUMNS, Some, some_cases
from authorizations.web.lists.registry import OFFERINGS
from authorizations.web.lists.standing import LIVE_ROWS, live_rows
from authorizations.web.lists.tables import cached_rows, columns_of, list_address
from authorizations.web.register.labels import next_yearly

SHOWN = 50
ASKING = [ReuseStage.ACCESS_REQUESTED.value, ReuseStage.ACCESS_EXPIRED.value]


@dataclass(frozen=True, slots=True)
class CspSection:
    organizations: list[Organization]
    figures: list[Figure]
    offerings: TableView
    may_add: bool
    requests: Some


def section(user: User, today: date, asked: CacheStamp) -> CspSection:
    organizations = [each for each in user.organizations if each.kind == OrganizationKind.PROVIDER]
    return CspSection(
        organizations,
        list(_figures(user, organizations, asked)),
        _offerings(user, organizations, today, asked),
        may(user.roles, Capability.ADD_OWN_OFFERING),
        _requests(user, organizations, today, asked),
    )


def _requests(user: User, organizations: list[Organization], today: date, asked: CacheStamp) -> Some:
    query = {"kind": CaseKind.REUSE.value, "stage": ASKING, "turn": Turn.PROVIDER.value, "state": "open"}
    rows = Case.objects.visible_to(user).filter(
        kind=CaseKind.REUSE, stage__in=ASKING, waits_on=Turn.PROVIDER, offering__provider__in=organizations
    )
    return some_cases("Requests for access", DEADLINE_COLUMNS, rows, user, today, query, asked)


def _figures(user: User, organizations: list[Organization], asked: CacheStamp) -> Iterator[Figure]:
    ids = [organization.public_id for organization in organizations]
    counts = cached_counts(asked, user, "provider", lambda: _counts(user, organizations), rows=always)
    yield Figure(counts["offerings"], "offerings", list_address("offerings", {"provider": ids}))
    yield Figure(counts["n"], "live ATO rows", list_address("atos", {"provider": ids, **LIVE_ROWS}))
    yield Figure(counts["agencies"], "agencies using them", list_address("agencies", {"using": ids}))


def _counts(user: User, organizations: list[Organization]) -> dict[str, int]:
    held = live_rows(user).filter(offering__provider__in=organizations)
    counts: dict[str, int] = held.aggregate(n=Count("pk"), agencies=Count("agency", distinct=True))
    return {**counts, "offerings": Offering.objects.visible_to(user).filter(provider__in=organizations).count()}


def _agencies_using(user: User) -> Coalesce:
    rows = live_rows(user).filter(offering=OuterRef("pk")).order_by().values("offering")
    return Coalesce(Subquery(rows.annotate(n=Count("agency", distinct=True)).values("n")), 0)


def _offerings(user: User, organizations: list[Organization], today: date, asked: CacheStamp) -> TableView:
    columns = (
        *columns_of(OFFERINGS, "name", "designation", "atos"),
        number_column("agencies", "Agencies", "", "agencies"),
        Column(
            "annual",
            "Next annual assessment",
            needs=("annual_assessment",),
            value=lambda row: next_yearly(row["annual_assessment"], today),
        ),
    )

    def find() -> QuerySet[Any]:
        rows = OFFERINGS.rows(user).filter(provider__in=organizations).order_by("sort_name", "pk")
        counted: QuerySet[Any] = rows.annotate(agencies=_agencies_using(user))
        return counted

    return cached_rows(asked, user, "Your offerings", columns, find, SHOWN)
