"""The ATO register."""

from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import Organization, User
from authorizations.display import counted, label
from authorizations.models import Ato, Offering
from authorizations.policy import Capability
from authorizations.vocabulary import AtoStage, AtoType, ImpactLevel, ListingRole, terms_named
from authorizations.web.cells import Cell, Link, Tag, day, text
from authorizations.web.facets import Facet, Row
from authorizations.web.listings.narrowings import (
    BELOW,
    BUILDING_ON,
    EXPIRING,
    OF_AGENCY,
    OF_OFFERING,
    WITHIN,
    of_provider,
)
from authorizations.web.listings.search import named, offering_named
from authorizations.web.listings.words import LISTED, TONES, listed
from authorizations.web.lists import Action, Column, Listing


def _ato_rows(user: User) -> QuerySet[Any]:
    rows: QuerySet[Any] = Ato.objects.visible_to(user).annotate(
        listed=listed(),
        department=Coalesce(
            F("agency__parent__parent__public_id"), F("agency__parent__public_id"), F("agency__public_id")
        ),
        department_name=Coalesce(F("agency__parent__parent__name"), F("agency__parent__name"), F("agency__name")),
        expiry_passed=Case(When(expires_on__lt=timezone.localdate(), then=Value(True)), default=Value(False)),
    )
    return rows


def _search_atos(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    types = [term.ato_type for term in terms_named(words) if term.ato_type]
    # Offerings and agencies are few beside ATO rows: they are searched once, and the rows that name them taken.
    offerings = Offering.objects.filter(offering_named("", words)).values("pk")
    agencies = Organization.objects.filter(named("", words)).values("pk")
    return rows.filter(Q(offering__in=offerings) | Q(agency__in=agencies) | Q(ato_type__in=types))


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


ATOS = Listing(
    name="atos",
    title="ATO register",
    rows=_ato_rows,
    search=_search_atos,
    search_label="Offering, agency, FedRAMP id or term",
    intro="One row is one agency's authorization that uses one offering. One letter may cover several rows.",
    columns=(
        Column(
            "agency",
            "Agency",
            ("agency__name", "agency__public_id", "department_name"),
            lambda row: Link(
                row["agency__name"],
                "agency",
                row["agency__public_id"],
                row["department_name"] if row["department_name"] != row["agency__name"] else "",
            ),
            ("agency__sort_name", "offering__sort_name"),
        ),
        Column(
            "offering",
            "Offering",
            ("offering__name", "offering__public_id"),
            lambda row: Link(row["offering__name"], "offering", row["offering__public_id"]),
            ("offering__sort_name", "agency__sort_name"),
        ),
        Column(
            "role",
            "Role",
            ("listing_role", "public_id"),
            lambda row: Link(label(ListingRole, row["listing_role"]), "ato", row["public_id"]),
            ("listing_role", "agency__sort_name"),
        ),
        Column(
            "type",
            "Type",
            ("ato_type",),
            lambda row: text(label(AtoType, row["ato_type"])),
            ("ato_type", "agency__sort_name"),
        ),
        Column("signed", "Signed", ("signed_on",), lambda row: day(row["signed_on"]), ("signed_on",), is_day=True),
        Column("logged", "Logged", ("logged_on",), lambda row: day(row["logged_on"]), ("logged_on",), is_day=True),
        Column("expires", "Expires", ("expires_on",), lambda row: day(row["expires_on"]), ("expires_on",), is_day=True),
        Column(
            "stage",
            "Stage",
            ("stage", "listed", "expiry_passed"),
            lambda row: _stage_tag(row),
            ("stage", "agency__sort_name"),
        ),
    ),
    facets=(
        Facet("role", "Role", "listing_role", dict(ListingRole.choices)),
        Facet("type", "Type", "ato_type", dict(AtoType.choices)),
        Facet("stage", "Stage", "stage", dict(AtoStage.choices)),
        Facet("listed", "In the feed", "listed", LISTED),
        Facet("impact", "Impact level of the offering", "offering__impact_level", dict(ImpactLevel.choices)),
        Facet("department", "Department", "department", words_field="department_name"),
    ),
    narrowings=(OF_OFFERING, BUILDING_ON, OF_AGENCY, WITHIN, BELOW, of_provider("offering__provider"), EXPIRING),
    order="-signed",
    changed_by_acts=True,
    sentence=_ato_sentence,
    actions=(Action("Register an ATO", "register_ato", Capability.REGISTER_ATO),),
    empty="No ATO rows yet. They come with the Marketplace feed; those your agency makes here appear at once.",
)


def _stage_tag(row: Row) -> Cell:
    """The stage; an active row says what else is to be known of it. A passed expiry moves no stage by itself."""
    if row["stage"] != AtoStage.ACTIVE:
        return Tag(label(AtoStage, row["stage"]), TONES[AtoStage(row["stage"])])
    notes = ["no longer published"] if row["listed"] == "left" else []
    notes += ["recorded expiry passed"] if row["expiry_passed"] else []
    tone = "past" if row["listed"] == "left" else "warn" if row["expiry_passed"] else "good"
    return Tag(", ".join(["Active", *notes]), tone)
