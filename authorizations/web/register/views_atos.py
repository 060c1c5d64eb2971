"""One ATO row: its public facts for everyone, its register fields for the parties alone."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet, Subquery, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.prepared_query import PreparedQuery, standing_of
from authorizations.display import day_text
from authorizations.exchange.agency_lists.columns import FIELDS
from authorizations.models import AgencyList, Ato
from authorizations.models.register.agency_list import newest_row_of_ato
from authorizations.models.register.standing import ato_standing
from authorizations.presenters import deadlines
from authorizations.presenters.audit_log.history import history
from authorizations.presenters.cached_counts import cache_stamp
from authorizations.presenters.cases import guidance
from authorizations.vocabulary import LIVE_ATO_STAGES, AtoType
from authorizations.web.corrections.views import corrections_of
from authorizations.web.lists.standing import standing_tag
from authorizations.web.lists.tables import list_address
from authorizations.web.messages.mutes import mutes_of
from authorizations.web.page_access import person
from authorizations.web.register.labels import ATO_TYPES, ato_source, listing_words, value_sources
from authorizations.web.register.views_blast_radius import rests_on
from authorizations.web.steps.views import buttons


def ato(request: HttpRequest, public_id: str) -> HttpResponse:
    user, today = person(request), timezone.localdate()
    register = register_of(user, public_id, today)
    found = register or _public_row(user, public_id, today)
    context = {
        "trail": [("ATO register", list_address("atos", {}))],
        "ato": found,
        "mutes": mutes_of(user, found, today),
        "standing": standing_tag(found.stage, ato_standing(found, today)),
        "type_words": ATO_TYPES[AtoType(found.ato_type)],
        "listing": listing_words(found),
        "dates": dates(found),
        "value_sources": value_sources(found),
        "expiry": expiry_words(found, today),
        **_for_the_parties(user, register, today),
        "today": today,
        **_succession(user, found, today),
        **corrections_of(user, found, "ato"),
        "rests_on": rests_on(user, found.offering, cache_stamp(request)),
    }
    return render(request, "register/ato.html", context)


# What a list says that is shown as its words until the agency keeps the ATO here.
SAID_BY_LISTS = ("system", "system_id", "owner", "official", "status", "conditions", "letter")


@dataclass(frozen=True, slots=True)
class Dated:
    label: str
    on: date | None
    source: str
    missing: str


def dates(ato: Ato) -> list[Dated]:
    """Signed, logged and expires; an absent expiry is the normal case and is said so."""
    return [
        Dated("Signed", ato.signed_on, ato_source(ato, "signed_on"), "No date recorded"),
        Dated("Logged by FedRAMP", ato.logged_on, ato_source(ato, "logged_on"), "No date recorded"),
        Dated("Expires", ato.expires_on, ato_source(ato, "expires_on"), "No expiry recorded"),
    ]


def expiry_words(ato: Ato, today: date) -> str:
    if ato.expires_on is None or ato.expires_on >= today:
        return ""
    passed = f"Recorded expiry passed on {day_text(ato.expires_on)}"
    return f"{passed}, still published." if ato.is_published else f"{passed}."


REGISTER = PreparedQuery(lambda key, today, user: _register_rows(user).filter(public_id=key))
PUBLIC = PreparedQuery(
    lambda key, today, user: (
        Ato.objects.visible_to(user)
        .filter(public_id=key)
        .select_related("agency__parent__parent", "offering__provider", "import_run")
        .defer("signer")
    )
)
PREDECESSORS = PreparedQuery(lambda key, today, user: _named(user).filter(superseded_by=key))


def _register_rows(user: User) -> QuerySet[Ato]:
    """The rows of the parties, each with what the agency's own list last said of it: row, list and cells."""
    said = newest_row_of_ato().filter(agency_list__in=AgencyList.objects.visible_to(user))
    rows: QuerySet[Ato] = Ato.objects.acting_for(user).select_related("import_run")
    return rows.annotate(
        list_row=Subquery(said.values("number")[:1]),
        list_id=Subquery(said.values("agency_list__public_id")[:1]),
        list_cells=Subquery(said.values("cells")[:1]),
    )


def list_words(ato: Ato) -> list[tuple[str, str]]:
    """What the agency's own list says of an ATO that no column of ours holds: label and words."""
    cells: dict[str, str] = ato.list_cells or {}  # type: ignore[attr-defined]  # annotated
    return [(FIELDS[name].label, cells[name]) for name in SAID_BY_LISTS if cells.get(name)]


def register_of(user: User, public_id: str, today: date) -> Ato | None:
    """The row with system, signer, conditions and notices; None for everyone but the parties."""
    rows = REGISTER.rows(public_id, today, user, shape=standing_of(user))
    prefetch_related_objects(rows, "conditions__owner", "notices")
    return rows[0] if rows else None


def _public_row(user: User, public_id: str, today: date) -> Ato:
    """Raises Http404 where it is not there for the person."""
    rows: list[Ato] = PUBLIC.rows(public_id, today, user, shape=standing_of(user))
    if not rows:
        raise Http404
    return rows[0]


def _named(user: User) -> QuerySet[Ato]:
    rows: QuerySet[Ato] = Ato.objects.visible_to(user).select_related("agency", "offering").defer("signer")
    return rows


def _for_the_parties(user: User, register: Ato | None, today: date) -> dict[str, Any]:
    if register is None:
        return {"register": None}
    owed = deadlines.of_ato(user, register, today)
    return {
        "register": register,
        "list_words": list_words(register),
        "buttons": buttons(user, register, today),
        "deadlines": owed,
        "conditions": deadlines.of_conditions(register, owed.lines, today),
        "guide": reverse("ato_lifecycle"),
        "guidance": guidance.of_an_ato(user) if register.stage in LIVE_ATO_STAGES else None,
        "entries": history(register, user),
    }


def _succession(user: User, ato: Ato, today: date) -> dict[str, Any]:
    return {
        "successors": list(_named(user).filter(pk=ato.superseded_by_id)) if ato.superseded_by_id else [],
        "predecessors": PREDECESSORS.rows(ato.pk, today, user, shape=standing_of(user)),
    }
