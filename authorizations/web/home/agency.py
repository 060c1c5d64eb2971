"""Home of an agency's people: what their agencies hold, what ends soon, and what an authorizing official left open."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Window

from accounts.models import Organization, User
from accounts.roles import OrganizationKind, Role
from authorizations.display import of_number
from authorizations.models import Ato
from authorizations.models.register.standing import live
from authorizations.presenters.cached_counts import CacheStamp, always, cached_counts
from authorizations.tables.columns import needed
from authorizations.tables.contents import Figure
from authorizations.tables.html import TableView, table_view
from authorizations.vocabulary import LIVE_ATO_STAGES
from authorizations.web.lists.registry import AGENCIES, ATOS
from authorizations.web.lists.standing import LIVE_ROWS
from authorizations.web.lists.tables import cached_rows, columns_of, list_address, some_rows
from authorizations.web.register.listing_obligations import (
    ACCESSES,
    CONDITIONS,
    Q_OPEN_ACCESS,
    Q_OPEN_CONDITION,
    access_rows,
    condition_rows,
)

EXPIRY_DAYS = 90
ACCESS_DAYS = 60
SHOWN = 10
# So many agencies are named to the database by their keys; more it finds by itself, in every query.
FEW = 200
EXPIRING_COLUMNS = columns_of(ATOS, "offering", "agency", "type", "expires", "stage")
CONDITION_COLUMNS = columns_of(CONDITIONS, "condition", "agency", "owner", "due")
BUREAU_COLUMNS = columns_of(AGENCIES, "name", "parent", "atos")
ACCESS_COLUMNS = columns_of(ACCESSES, "person", "offering", "until", "approver")


@dataclass(frozen=True, slots=True)
class AgencySection:
    """What is on an agency's home; the tables are None where there is nothing."""

    organizations: list[Organization]
    figures: list[Figure]
    expiring: TableView | None
    conditions: TableView | None
    accesses: TableView | None
    bureaus: TableView | None
    is_official: bool


def section(user: User, today: date, asked: CacheStamp) -> AgencySection:
    organizations = [each for each in user.organizations if each.kind == OrganizationKind.AGENCY]
    work = _Work(user, organizations, today, asked)
    is_official = Role.AUTHORIZING_OFFICIAL in user.roles
    return AgencySection(
        organizations,
        work.figures(asked),
        work.expiring(asked),
        work.conditions() if is_official else None,
        work.accesses(),
        work.bureaus(),
        is_official,
    )


class _Work:
    def __init__(self, user: User, agencies: list[Organization], today: date, asked: CacheStamp) -> None:
        self.user, self.ids = user, [agency.public_id for agency in agencies]
        self.expire_by, self.end_by = today + timedelta(days=EXPIRY_DAYS), today + timedelta(days=ACCESS_DAYS)
        tops = [agency.pk for agency in agencies]

        def below() -> list[dict[str, Any]]:
            rows = AGENCIES.rows(user).filter(Q(parent__in=tops) | Q(parent__parent__in=tops))
            return list(rows.order_by("sort_name", "pk").values("pk", *needed(BUREAU_COLUMNS)))

        # Read once, because each of the queries below asks for the same few agencies.
        self.below = cached_counts(asked, user, "below", below, rows=always)
        self.mine = {*tops, *(bureau["pk"] for bureau in self.below)}
        if len(self.mine) <= FEW:
            user.keys_within = [*self.mine, *(each.pk for each in user.organizations)]
        self.q_live = live(today)
        self.q_expiring = Q(expires_on__lte=self.expire_by, stage__in=LIVE_ATO_STAGES)
        self.ending = cached_counts(asked, user, "ending", self._ending, rows=always)

    def figures(self, asked: CacheStamp) -> list[Figure]:
        """What the agencies hold, and what needs a look: two queries, and none until the next act."""
        held = cached_counts(asked, self.user, "held", self._held, rows=always)
        has_feed = asked.feed_as_of is not None
        ending = self.ending[0]["in_all"] if self.ending else 0
        soon, end_by = self.expire_by.isoformat(), self.end_by.isoformat()

        def figure(number: int, words: str, page: str, **narrowed: str) -> Figure:
            return Figure(number, words, list_address(page, {"within": self.ids, **narrowed}))

        return [
            figure(held["counted"], "live ATO rows", "atos", **LIVE_ROWS),
            *(
                [figure(held["here"], "live ATO rows made here, not yet published", "atos", **LIVE_ROWS, listed="here")]
                if has_feed
                else []
            ),
            Figure(
                held["offerings"],
                "offerings used, by live rows",
                list_address("offerings", {"used_within": self.ids}),
            ),
            figure(
                held["expiring"],
                f"recorded {of_number(held['expiring'], 'expiry', 'expiries')} passed or within 90 days",
                "atos",
                expires_by=soon,
                sort="expires",
            ),
            figure(held["conditions"], "conditions overdue or due within 90 days", "conditions", due_by=soon),
            figure(ending, "package accesses past their end or ending within 60 days", "accesses", ends_by=end_by),
        ]

    def _held(self) -> dict[str, int]:
        rows = Ato.objects.visible_to(self.user).filter(agency__in=self.mine)
        held: dict[str, int] = rows.aggregate(
            counted=Count("pk", filter=self.q_live),
            here=Count("pk", filter=self.q_live & Q(published_since__isnull=True)),
            offerings=Count("offering", distinct=True, filter=self.q_live),
            expiring=Count("pk", filter=self.q_expiring),
        )
        conditions = condition_rows(self.user).filter(
            Q_OPEN_CONDITION, due_on__lte=self.expire_by, ato__agency__in=self.mine
        )
        return {**held, "conditions": conditions.count()}

    def expiring(self, asked: CacheStamp) -> TableView | None:
        def find() -> QuerySet[Any]:
            return (
                ATOS.with_columns(ATOS.rows(self.user))
                .filter(self.q_expiring, agency__in=self.mine)
                .order_by("expires_on", "pk")
            )

        found = cached_rows(asked, self.user, "Recorded expiries", EXPIRING_COLUMNS, find, SHOWN)
        return found if found.rows else None

    def conditions(self) -> TableView | None:
        """The first of the open conditions, whatever their date; those without one come last."""
        rows = condition_rows(self.user).filter(Q_OPEN_CONDITION, ato__agency__in=self.mine)
        ordered = rows.order_by(F("due_on").asc(nulls_last=True), "pk")
        return some_rows("Open conditions", CONDITION_COLUMNS, ordered, SHOWN)

    def accesses(self) -> TableView | None:
        return table_view("Package accesses ending", ACCESS_COLUMNS, self.ending) if self.ending else None

    def bureaus(self) -> TableView | None:
        return table_view("Bureaus and offices", BUREAU_COLUMNS, self.below) if self.below else None

    def _ending(self) -> list[dict[str, Any]]:
        """The first of the package accesses that end soon; each also says how many there are in all."""
        rows = access_rows(self.user).filter(Q_OPEN_ACCESS, until__lte=self.end_by, agency__in=self.mine)
        numbered = rows.annotate(in_all=Window(Count("pk"))).order_by("until", "pk")
        return list(numbered.values(*needed(ACCESS_COLUMNS), "in_all")[:SHOWN])
