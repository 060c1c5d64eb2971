"""One agency, provider or assessor."""

from collections.abc import Callable, Iterator
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from accounts.models import Organization, User
from accounts.roles import OrganizationKind
from authorizations.actions.register.contacts import named_by
from authorizations.display import address
from authorizations.models import AgencySystem, Ato, Offering
from authorizations.models.register.standing import where
from authorizations.policy import Capability, may
from authorizations.presenters import deadlines
from authorizations.presenters.cached_counts import cache_stamp
from authorizations.presenters.standing import APART, apart_words
from authorizations.tables.columns import Column, link_column
from authorizations.tables.contents import Figure
from authorizations.tables.html import TableView
from authorizations.vocabulary import CERTIFIED_DESIGNATIONS, AtoStanding
from authorizations.web.corrections.views import corrections_of
from authorizations.web.lists.expiry import today_here
from authorizations.web.lists.labels import count_of
from authorizations.web.lists.registry import ATOS, CASES, OFFERINGS
from authorizations.web.lists.standing import LIVE_ROWS, ROWS_APART
from authorizations.web.lists.tables import FIRST_ROWS, columns_of, first_rows, list_address, some_rows
from authorizations.web.page_access import person
from authorizations.web.reconciliation.scope import may_compare
from authorizations.web.register.contacts import contacts_of
from authorizations.web.register.labels import accreditation_source, listing_words, safe_link, value_sources
from authorizations.web.register.listing_organizations import agencies_counted

# An agency's page has two tables of ATO rows: half the rows each.
FEW_ROWS = FIRST_ROWS // 2
BUREAUS = 200
OWN_COLUMNS = columns_of(ATOS, "offering", "role", "type", "signed", "logged", "expires", "stage")
BUREAU_ATO_COLUMNS = (
    link_column("agency", "Agency", "", "agency", "agency__"),
    *columns_of(ATOS, "offering", "role", "type", "signed", "expires", "stage"),
)
CASE_COLUMNS = columns_of(CASES, "case", "kind", "stage", "turn", "since")
OFFERING_COLUMNS = columns_of(OFFERINGS, "name", "fedramp_id", "designation", "impact", "models", "atos")
ASSESSED_COLUMNS = columns_of(OFFERINGS, "name", "provider", "fedramp_id", "designation", "impact", "atos")


def agency(request: HttpRequest, public_id: str) -> HttpResponse:
    user = person(request)
    if OrganizationKind.AGENCY in user.sides:
        user.keys_within = list(Organization.objects.visible_to(user).within(user).values_list("pk", flat=True))
    found = get_object_or_404(_organizations(user, OrganizationKind.AGENCY), public_id=public_id)
    rows = _with_bureaus(user, found)
    bureaus = [row for row in rows if row["pk"] != found.pk]
    of_bureaus = sum(row["ato_rows"] for row in bureaus)
    own = sum(row["ato_rows"] for row in rows) - of_bureaus
    below = Q(agency__in=[row["pk"] for row in bureaus])
    context = {
        **_shared(request, found),
        "trail": [("Agencies", list_address("agencies", {})), *_ancestors(found)],
        "figures": _agency_figures(found, rows, own, of_bureaus),
        "bureaus": bureaus[:BUREAUS],
        "bureaus_url": list_address("agencies", {"below": found.public_id}),
        "own": _ato_table(user, f"ATO rows of {found.name}", Q(agency=found), OWN_COLUMNS),
        "own_url": list_address("atos", {"agency": found.public_id}),
        "of_bureaus": _ato_table(user, f"ATO rows of bureaus of {found.name}", below, BUREAU_ATO_COLUMNS),
        "of_bureaus_url": list_address("atos", {"below": found.public_id}),
        "cases": some_rows(f"Cases of {found.name}", CASE_COLUMNS, CASES.rows(user).filter(agency=found), FEW_ROWS),
        "cases_url": list_address("cases", {"agency": found.public_id}),
        "systems": AgencySystem.objects.visible_to(user).filter(agency=found),
        "few_rows": FEW_ROWS,
        "compares": may_compare(user, found),
    }
    return render(request, "register/agency.html", context)


def provider(request: HttpRequest, public_id: str) -> HttpResponse:
    return _with_offerings(request, public_id, OrganizationKind.PROVIDER, "Offerings of", OFFERING_COLUMNS)


def assessor(request: HttpRequest, public_id: str) -> HttpResponse:
    return _with_offerings(request, public_id, OrganizationKind.ASSESSOR, "Offerings assessed by", ASSESSED_COLUMNS)


def _with_offerings(
    request: HttpRequest, public_id: str, kind: OrganizationKind, caption: str, columns: tuple[Column, ...]
) -> HttpResponse:
    user = person(request)
    found = get_object_or_404(_organizations(user, kind), public_id=public_id)
    rows = OFFERINGS.rows(user).filter(**{kind.value: found}).order_by("sort_name", "pk")
    context = {
        **_shared(request, found),
        "trail": [(f"{kind.value.capitalize()}s", list_address(f"{kind.value}s", {}))],
        "accreditation_source": accreditation_source(found),
        "figures": FIGURES[kind](user, found),
        "offerings": first_rows(f"{caption} {found.name}", columns, rows),
        "all_url": list_address("offerings", {kind.value: found.public_id}),
        "first_rows": FIRST_ROWS,
    }
    return render(request, f"register/{kind.value}.html", context)


def _organizations(user: User, kind: OrganizationKind) -> QuerySet[Any]:
    return Organization.objects.visible_to(user).filter(kind=kind).select_related("parent__parent")


def _shared(request: HttpRequest, found: Organization) -> dict[str, Any]:
    user, today = person(request), timezone.localdate()
    return {
        "organization": found,
        **corrections_of(user, found, "organization"),
        "listing": listing_words(found),
        "value_sources": value_sources(found),
        "website": safe_link(found.website),
        "aliases": found.aliases.all(),
        "feed_ids": found.feed_ids.all(),
        "names_contacts": may(user.roles, Capability.ADD_OWN_CONTACT) and named_by(user).filter(pk=found.pk).exists(),
        "sees_people": OrganizationKind.PMO in user.sides
        or any(each.organization_id in found.line_up for each in user.current_memberships),
        "contacts": contacts_of(user, found, today),
        "owed": deadlines.of_organization(user, found, today, cache_stamp(request))
        if deadlines.follows(user, found)
        else [],
    }


def _ancestors(agency: Organization) -> list[tuple[str, str]]:
    line: list[tuple[str, str]] = []
    above = agency.parent
    while above is not None and len(line) < 2:
        line.insert(0, (above.name, address("agency", above.public_id)))
        above = above.parent
    return line


def _ato_table(user: User, caption: str, which: Q, columns: Any) -> TableView | None:
    order = (F("not_published_since").asc(nulls_first=True), F("signed_on").desc(nulls_last=True), "pk")
    rows = ATOS.with_columns(ATOS.rows(user)).filter(which).order_by(*order)
    return some_rows(caption, columns, rows, FEW_ROWS)


def _with_bureaus(user: User, agency: Organization) -> list[dict[str, Any]]:
    """The agency itself and what lies below it."""
    standings = where(today_here())
    held = Ato.objects.visible_to(user).filter(reduce(or_, (standings[each] for each in APART)))
    rows: Any = agencies_counted(user).annotate(apart=count_of(held, "agency"))
    rows = rows.below([agency.pk]).order_by("sort_name", "pk")
    return list(rows.values("pk", "name", "public_id", "parent_id", "parent__name", "ato_rows", "apart", "listed"))


def _agency_figures(agency: Organization, rows: list[dict[str, Any]], own: int, of_bureaus: int) -> Iterator[Figure]:
    here = {"agency": agency.public_id, **LIVE_ROWS}
    yield Figure(own, "live ATO rows of its own", list_address("atos", here))
    if agency.parent_id is None or of_bureaus:
        under = {"below": agency.public_id, **LIVE_ROWS}
        yield Figure(of_bureaus, "live ATO rows of its bureaus", list_address("atos", under))
    yield from _apart(sum(row["apart"] for row in rows), {"within": agency.public_id})


def _apart(number: int, query: dict[str, str], note: str = "") -> Iterator[Figure]:
    """The rows that are not live and have not ended; nothing where there are none."""
    if number:
        yield Figure(number, "ATO rows counted apart", list_address("atos", {**query, **ROWS_APART}), note)


def _offering_figures(user: User, organization: Organization, words: str) -> Iterator[Figure]:
    rows = Offering.objects.visible_to(user).filter(**{organization.kind: organization})
    counts = rows.aggregate(n=Count("pk"), certified=Count("pk", filter=Q(designation__in=CERTIFIED_DESIGNATIONS)))
    here = {organization.kind: organization.public_id}
    yield Figure(counts["n"], words, list_address("offerings", here))
    certified = {**here, "designation": [each.value for each in CERTIFIED_DESIGNATIONS]}
    yield Figure(counts["certified"], "of them certified", list_address("offerings", certified))


def _provider_figures(user: User, provider: Organization) -> Iterator[Figure]:
    yield from _offering_figures(user, provider, "offerings")
    standings = where(today_here())
    counts = {key: Count("pk", filter=each) for key, each in standings.items()}
    agencies = Count("agency", distinct=True, filter=standings[AtoStanding.LIVE])
    held = Ato.objects.visible_to(user).filter(offering__provider=provider)
    atos = held.aggregate(**counts, agencies=agencies)
    here = {"provider": provider.public_id}
    yield Figure(atos[AtoStanding.LIVE], "live ATO rows", list_address("atos", {**here, **LIVE_ROWS}))
    yield Figure(atos["agencies"], "agencies with such rows", list_address("agencies", {"using": provider.public_id}))
    yield from _apart(sum(atos[each] for each in APART), here, apart_words(atos))


FIGURES: dict[str, Callable[[User, Organization], Iterator[Figure]]] = {
    OrganizationKind.PROVIDER: _provider_figures,
    OrganizationKind.ASSESSOR: lambda user, found: _offering_figures(user, found, "offerings assessed"),
}
