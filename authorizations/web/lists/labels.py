"""What listings have in common: colours of states, words for values, and counts."""

from typing import Any

from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from authorizations.vocabulary import AtoStage, Designation
from authorizations.web.lists.filter_counts import Facet

WHO_OFFERS = "The provider of the cloud service."
TONES = {
    Designation.CERTIFIED: "good",
    Designation.IN_REMEDIATION: "warn",
    Designation.IN_PROCESS_AGENCY: "wait",
    Designation.IN_PROCESS_FEDRAMP: "wait",
    Designation.READY: "wait",
    Designation.DELISTED: "past",
    AtoStage.ACTIVE: "good",
    AtoStage.SUSPENDED: "warn",
    AtoStage.REVOKED: "bad",
    AtoStage.RESCINDED: "past",
    AtoStage.EXPIRED: "past",
    AtoStage.SUPERSEDED: "past",
    AtoStage.SERVICE_ENDED: "past",
}
LISTED = {"now": "In the newest feed", "left": "No longer published", "here": "Entered here"}

DEPARTMENT = Facet(
    "department",
    "Department",
    "department",
    words_field="department_name",
    made_of=lambda: {
        "department": Coalesce(
            F("agency__parent__parent__public_id"), F("agency__parent__public_id"), F("agency__public_id")
        ),
        "department_name": Coalesce(F("agency__parent__parent__name"), F("agency__parent__name"), F("agency__name")),
    },
)


def listed() -> Case:
    """Whether a record is in the newest feed, has left the feed, or was never in one."""
    return Case(
        When(published_since__isnull=True, then=Value("here")),
        When(not_published_since__isnull=False, then=Value("left")),
        default=Value("now"),
    )


Q_PUBLISHED_NOW = Q(published_since__isnull=False, not_published_since__isnull=True)


def count_of(rows: QuerySet[Any], link: str) -> Coalesce:
    """The number of rows that point at the outer record, by a subquery that runs only for the rows shown."""
    counted = rows.filter(**{link: OuterRef("pk")}).order_by().values(link).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)
