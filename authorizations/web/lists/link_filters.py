"""What links from other pages narrow a list to: one offering, an agency, a date. Exact, never fuzzy."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Organization, User
from accounts.roles import OrganizationKind
from authorizations.display import day_text
from authorizations.models import ImportRun, Leverage, Offering
from authorizations.sanitize import day_or_none
from authorizations.vocabulary import LIVE_ATO_STAGES
from authorizations.web.lists.narrowing import Narrowing
from authorizations.web.lists.standing import live_rows

UNKNOWN = "none that you can see"
NOTHING, ANY = Q(pk__in=[]), Q()


def _offering_name(user: User, value: str) -> str:
    return _first(Offering.objects.visible_to(user).filter(public_id=value), "name")


def _organization_name(user: User, value: str) -> str:
    return _first(Organization.objects.visible_to(user).filter(public_id=value), "name")


def _first(rows: QuerySet[Any], column: str) -> str:
    return str(rows.values_list(column, flat=True).first() or UNKNOWN)


def _run_words(user: User, value: str) -> str:
    run = ImportRun.objects.visible_to(user).filter(public_id=value).first()
    return f"{run.file_name}, feed of {day_text(run.feed_as_of)}" if run else UNKNOWN


def _first_day(month: str) -> date | None:
    return day_or_none(f"{month}-01")


def _day_words(user: User, value: str) -> str:
    found = day_or_none(value)
    return day_text(found) if found else "no date"


def _month_words(user: User, value: str) -> str:
    first = _first_day(value)
    return f"{first:%B %Y}" if first else "no month"


def by_day(key: str, label: str, field: str, also: Q) -> Narrowing:
    """Rows whose date is recorded and not later than the given one, and that ``also`` are so."""

    def condition(value: str) -> Q:
        found = day_or_none(value)
        return Q(**{f"{field}__lte": found}) & also if found else NOTHING

    return Narrowing(key, label, condition, _day_words, must_be="give a date as YYYY-MM-DD.", reads=day_or_none)


def in_month(key: str, label: str, field: str, also: Q = ANY) -> Narrowing:
    """Rows whose time lies in a month, such as 2026-11, of US Eastern dates, and that ``also`` are so."""

    def condition(value: str) -> Q:
        first = _first_day(value)
        if first is None:
            return NOTHING
        return Q(**{f"{field}__date__year": first.year, f"{field}__date__month": first.month}) & also

    return Narrowing(key, label, condition, _month_words, must_be="give a month as YYYY-MM.", reads=_first_day)


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
EXPIRING = by_day("expires_by", "Not ended, recorded expiry up to", "expires_on", Q(stage__in=LIVE_ATO_STAGES))
CONCERNING = Narrowing("concerns", "Concerns", _nothing, _organization_name)
OF_RUN = Narrowing("run", "Import", lambda value: Q(run__public_id=value), _run_words)


def of_provider(field: str) -> Narrowing:
    """Rows of one provider; field leads to it."""
    return organization("provider", OrganizationKind.PROVIDER.label, field)
