"""What links from other pages narrow a list to: one offering, an agency, a date. Exact, never fuzzy."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Organization, User
from accounts.roles import OrganizationKind
from authorizations.display import day_text
from authorizations.models import ImportRun, Leverage, Offering
from authorizations.sanitize import day_or_none
from authorizations.vocabulary import LIVE_ATO_STAGES
from authorizations.web.lists.listing import Narrowing
from authorizations.web.lists.standing import live_rows

UNKNOWN = "none that you can see"
NOTHING = Q(pk__in=[])


def _offering_name(user: User, value: str) -> str:
    return _first(Offering.objects.visible_to(user).filter(public_id=value), "name")


def _organization_name(user: User, value: str) -> str:
    return _first(Organization.objects.visible_to(user).filter(public_id=value), "name")


def _first(rows: QuerySet[Any], column: str) -> str:
    return str(rows.values_list(column, flat=True).first() or UNKNOWN)


def _run_words(user: User, value: str) -> str:
    run = ImportRun.objects.visible_to(user).filter(public_id=value).first()
    return f"{run.file_name}, feed of {day_text(run.feed_as_of)}" if run else UNKNOWN


def day_words(user: User, value: str) -> str:
    found = day_or_none(value)
    return day_text(found) if found else "no date"


def on_or_before(field: str, value: str) -> Q:
    """Rows whose date is recorded and not later than the given one."""
    found = day_or_none(value)
    return Q(**{f"{field}__lte": found}) if found else NOTHING


def in_month(field: str, value: str) -> Q:
    """Rows whose time lies in a month, such as 2026-11, of US Eastern dates."""
    first = day_or_none(f"{value}-01")
    return Q(**{f"{field}__date__year": first.year, f"{field}__date__month": first.month}) if first else NOTHING


def month_words(user: User, value: str) -> str:
    first = day_or_none(f"{value}-01")
    return f"{first:%B %Y}" if first else "no month"


def below(value: str, prefix: str = "agency__") -> Q:
    """Rows of what lies below an agency: its bureaus and their offices, not the agency itself."""
    return Q(**{f"{prefix}parent__public_id": value}) | Q(**{f"{prefix}parent__parent__public_id": value})


def within(value: str, prefix: str = "agency__") -> Q:
    return Q(**{f"{prefix}public_id": value}) | below(value, prefix)


def building_on(value: str, offering: str = "offering") -> Q:
    """Rows of the offerings that build on one now; offering leads to the row's offering."""
    links = Leverage.objects.filter(underlying__public_id=value, not_published_since__isnull=True)
    return Q(**{f"{offering}__in": links.values("offering")})


def carrying(value: str) -> Q:
    links = Leverage.objects.filter(offering__public_id=value, not_published_since__isnull=True)
    return Q(pk__in=links.values("underlying"))


def using(user: User, value: str) -> Q:
    held = live_rows(user).filter(agency=OuterRef("pk"))
    return Q(Exists(held.filter(offering__provider__public_id=value)))


def used_within(user: User, value: str) -> Q:
    return Q(Exists(live_rows(user).filter(within(value), offering=OuterRef("pk"))))


def _nothing(value: str) -> Q:
    return NOTHING


def _expiring(value: str) -> Q:
    return on_or_before("expires_on", value) & Q(stage__in=LIVE_ATO_STAGES)


def organization(key: str, label: str, field: str) -> Narrowing:
    """Rows of one organization; field leads to it."""
    return Narrowing(key, label, lambda value: Q(**{f"{field}__public_id": value}), _organization_name)


OF_OFFERING = Narrowing("offering", "Offering", lambda value: Q(offering__public_id=value), _offering_name)
BUILDING_ON = Narrowing("building_on", "Of offerings that build on", building_on, _offering_name)
OFFERINGS_ON = Narrowing("building_on", "Building on", lambda value: building_on(value, "pk"), _offering_name)
CARRYING = Narrowing("carrying", "Carrying", carrying, _offering_name)
OF_AGENCY = organization("agency", "Agency", "agency")
WITHIN = Narrowing("within", "Agency with its bureaus", within, _organization_name)
BELOW = Narrowing("below", "Bureaus of", below, _organization_name)
AGENCIES_BELOW = Narrowing("below", "Bureaus of", lambda value: below(value, ""), _organization_name)
USING = Narrowing("using", "With live ATO rows of", _nothing, _organization_name, using)
USED_WITHIN = Narrowing("used_within", "Used by agency with its bureaus", _nothing, _organization_name, used_within)
# What feeds write of a placeholder, such as the JAB, says of no agency that it uses the offering.
BY_AGENCIES = Narrowing("by", "Of", lambda value: Q(agency__is_pseudo=False), lambda user, value: "agencies alone")
EXPIRING = Narrowing("expires_by", "Not ended, recorded expiry up to", _expiring, day_words)
CONCERNING = Narrowing("concerns", "Concerns", _nothing, _organization_name)
OF_RUN = Narrowing("run", "Import", lambda value: Q(run__public_id=value), _run_words)


def of_provider(field: str) -> Narrowing:
    """Rows of one provider; field leads to it."""
    return organization("provider", OrganizationKind.PROVIDER.label, field)
