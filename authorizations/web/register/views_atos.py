"""One ATO row: its public facts for everyone, its register fields for the parties alone."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from authorizations.display import day_text
from authorizations.models import Ato
from authorizations.presenters import deadlines
from authorizations.presenters.audit_log.history import history
from authorizations.presenters.cached_counts import cache_stamp
from authorizations.presenters.cases import guidance
from authorizations.vocabulary import LIVE_ATO_STAGES, AtoStage, AtoType
from authorizations.web.lists.labels import TONES
from authorizations.web.lists.tables import list_address
from authorizations.web.messages.mutes import mutes_of
from authorizations.web.page_access import person
from authorizations.web.register.labels import ATO_TYPES, ato_source, listing_words
from authorizations.web.register.views_blast_radius import rests_on
from authorizations.web.steps.views import buttons


def ato(request: HttpRequest, public_id: str) -> HttpResponse:
    user, today = person(request), timezone.localdate()
    rows = Ato.objects.visible_to(user).select_related("agency__parent__parent", "offering__provider", "import_run")
    found = get_object_or_404(rows.defer("signer"), public_id=public_id)
    context = {
        "trail": [("ATO register", list_address("atos", {}))],
        "ato": found,
        "mutes": mutes_of(user, found, today),
        "tone": TONES[AtoStage(found.stage)],
        "type_words": ATO_TYPES[AtoType(found.ato_type)],
        "listing": listing_words(found),
        "dates": dates(found),
        "expiry": expiry_words(found, today),
        **_for_the_parties(user, found, today),
        "today": today,
        **_succession(user, found),
        "rests_on": rests_on(user, found.offering, cache_stamp(request)),
    }
    return render(request, "register/ato.html", context)


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


def register_of(user: User, ato: Ato) -> Ato | None:
    """The same row with system, signer, conditions and notices; None for everyone but the parties."""
    rows = Ato.objects.acting_for(user).prefetch_related("conditions__owner", "notices")
    found: Ato | None = rows.filter(pk=ato.pk).first()
    return found


def _for_the_parties(user: User, ato: Ato, today: date) -> dict[str, Any]:
    register = register_of(user, ato)
    if register is None:
        return {"register": None}
    owed = deadlines.of_ato(user, register, today)
    return {
        "register": register,
        "buttons": buttons(user, register, today),
        "deadlines": owed,
        "conditions": deadlines.of_conditions(register, owed.lines, today),
        "guide": reverse("ato_lifecycle"),
        "guidance": guidance.of_an_ato(user) if register.stage in LIVE_ATO_STAGES else None,
        "entries": history(register, user),
    }


def _succession(user: User, ato: Ato) -> dict[str, Any]:
    kin = Q(pk=ato.superseded_by_id) | Q(superseded_by=ato)
    rows = list(Ato.objects.visible_to(user).filter(kin).select_related("agency", "offering").defer("signer"))
    return {
        "successors": [row for row in rows if row.pk == ato.superseded_by_id],
        "predecessors": [row for row in rows if row.pk != ato.superseded_by_id],
    }
