"""The ATO register."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from authorizations.display import address, counted
from authorizations.models import Ato
from authorizations.policy import Capability
from authorizations.presenters.search import WordSearch
from authorizations.reports.columns import ATO_EXPIRES, ATO_LOGGED, ATO_ROLE, ATO_SIGNED, ATO_TYPE
from authorizations.tables.columns import Column, Link, Record, TagCell, field_column, link_column
from authorizations.terms import terms_named
from authorizations.vocabulary import LIVE_MEANS, AtoStage, AtoStanding, AtoType, ImpactLevel, ListingRole
from authorizations.web.lists.expiry import BY_EXPIRY
from authorizations.web.lists.filter_counts import Facet
from authorizations.web.lists.labels import DEPARTMENT, LISTED, listed
from authorizations.web.lists.link_filters import (
    BELOW,
    BUILDING_ON,
    BY_AGENCIES,
    EXPIRING,
    OF_AGENCY,
    OF_OFFERING,
    WITHIN,
    of_provider,
)
from authorizations.web.lists.listing import ListAction, Listing
from authorizations.web.lists.standing import BY_STANDING, standing_tag, with_standing


def _ato_rows(user: User) -> QuerySet[Any]:
    rows: QuerySet[Any] = Ato.objects.visible_to(user)
    return rows


def _search_atos(rows: QuerySet[Any], search: WordSearch) -> QuerySet[Any]:
    types = [term.ato_type for term in terms_named(search.words) if term.ato_type]
    return rows.filter(search.naming() | Q(ato_type__in=types))


def _ato_sentence(rows: QuerySet[Any], total: int) -> str:
    numbers = rows.order_by().aggregate(
        offerings=Count("offering", distinct=True),
        # Placeholders of the feed, such as the ended JAB, are no agencies.
        agencies=Count("agency", distinct=True, filter=Q(agency__is_pseudo=False)),
    )
    return (
        f"{counted(total, 'ATO row')} of {counted(numbers['offerings'], 'offering')} "
        f"held by {counted(numbers['agencies'], 'agency', 'agencies')}"
    )


def _agency(row: Record) -> Link:
    above = row["agency__parent__parent__name"] or row["agency__parent__name"]
    department = above if above and above != row["agency__name"] else ""
    return Link(row["agency__name"], address("agency", row["agency__public_id"]), department)


def _stage(row: Record) -> TagCell:
    return standing_tag(row["stage"], row["standing"])


ATOS = Listing(
    name="atos",
    title="ATO register",
    rows=_ato_rows,
    of_agencies=True,
    search=_search_atos,
    search_label="Offering, agency, FedRAMP id or term",
    intro=f"One row is one agency's authorization that uses one offering. One letter may cover several. {LIVE_MEANS}",
    columns=(
        Column(
            "agency",
            "Agency",
            "Who authorized the use.",
            of="agency",
            needs=("agency__name", "agency__public_id", "agency__parent__name", "agency__parent__parent__name"),
            value=_agency,
            sort=("agency__sort_name", "offering__sort_name"),
        ),
        link_column(
            "offering", "Offering", "The cloud service that is used.", "offering", "offering__", "agency__sort_name"
        ),
        ATO_ROLE,
        ATO_TYPE,
        ATO_SIGNED,
        ATO_LOGGED,
        ATO_EXPIRES,
        Column(
            "stage",
            "Stage",
            "Where the authorization stands; a passed day alone ends none.",
            needs=("stage", "standing"),
            value=_stage,
            sort=("stage", "agency__sort_name"),
        ),
    ),
    facets=(
        Facet("role", "Role", "listing_role", dict(ListingRole.choices)),
        Facet("type", "Type", "ato_type", dict(AtoType.choices)),
        Facet("stage", "Stage on record", "stage", dict(AtoStage.choices)),
        BY_STANDING,
        BY_EXPIRY,
        Facet("listed", "In the feed", "listed", LISTED, made_of=lambda: {"listed": listed()}),
        Facet("impact", "Impact level of the offering", "offering__impact_level", dict(ImpactLevel.choices)),
        DEPARTMENT,
    ),
    narrowings=(
        OF_OFFERING,
        BUILDING_ON,
        OF_AGENCY,
        WITHIN,
        BELOW,
        of_provider("offering__provider"),
        EXPIRING,
        BY_AGENCIES,
    ),
    more_in_files=(
        field_column("kept_stage", "Stage on record", "Where its machine stands.", "stage", words=AtoStage),
        field_column("standing", "Counts as", "Live, or why it is counted apart.", "standing", words=AtoStanding),
    ),
    shown_with=with_standing,
    order="-signed",
    changed_by_acts=True,
    sentence=_ato_sentence,
    actions=(
        ListAction("Register an ATO", "register_ato", Capability.REGISTER_ATO),
        ListAction("Bring in a list", "choose_list", Capability.BRING_LIST),
    ),
    empty="No ATO rows yet. They come with the Marketplace feed; those your agency makes here appear at once.",
)
