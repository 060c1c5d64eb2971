"""Home of an assessor's people: the offerings they assess."""

from dataclasses import dataclass
from datetime import date

from accounts.models import Organization, User
from accounts.roles import OrganizationKind
from authorizations.models import Case, Offering
from authorizations.presenters.cached_counts import CacheStamp, always, cached_counts
from authorizations.tables.contents import Figure
from authorizations.tables.html import TableView
from authorizations.web.cases.listing import Q_OPEN
from authorizations.web.home.case_rows import FOLLOWED_COLUMNS, Some, some_cases
from authorizations.web.lists.registry import OFFERINGS
from authorizations.web.lists.tables import cached_rows, columns_of, list_address

COLUMNS = columns_of(OFFERINGS, "name", "provider", "designation", "impact", "atos")


@dataclass(frozen=True, slots=True)
class AssessorSection:
    organizations: list[Organization]
    figures: list[Figure]
    offerings: TableView
    cases: Some


def section(user: User, today: date, asked: CacheStamp) -> AssessorSection:
    organizations = [each for each in user.organizations if each.kind == OrganizationKind.ASSESSOR]
    assessed = Offering.objects.visible_to(user).filter(assessor__in=organizations)
    number = cached_counts(asked, user, "assessed", assessed.count, rows=always)
    url = list_address("offerings", {"assessor": [organization.public_id for organization in organizations]})
    figures = [Figure(number, "offerings assessed", url)]
    return AssessorSection(
        organizations,
        figures,
        cached_rows(
            asked,
            user,
            "Offerings you assess",
            COLUMNS,
            lambda: OFFERINGS.rows(user).filter(assessor__in=organizations).order_by("sort_name", "pk"),
        ),
        _assigned(user, organizations, today, asked),
    )


def _assigned(user: User, organizations: list[Organization], today: date, asked: CacheStamp) -> Some:
    rows = Case.objects.visible_to(user).filter(Q_OPEN, assessor__in=organizations)
    return some_cases("Cases you are assigned to", FOLLOWED_COLUMNS, rows, user, today, {"state": "open"}, asked)
