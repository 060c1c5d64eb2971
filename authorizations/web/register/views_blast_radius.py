"""What falls with an offering, as a page: the picture, the tables that say the same, and what of it is the reader's."""

from collections.abc import Iterable
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from authorizations.display import day_text
from authorizations.models import Ato, Offering
from authorizations.models.querysets import user_organization_ids
from authorizations.models.register.reach import current_links, resting_on
from authorizations.presenters.blast_radius import BlastRadius, HitAgency, blast_radius
from authorizations.presenters.cached_counts import CacheStamp, always, cache_stamp, cached_counts
from authorizations.reports.register.blast_radius import (
    AGENCIES,
    DISAGREE,
    DISAGREEMENTS,
    LIVE,
    OFFERINGS,
    agency_rows,
    disagreement_rows,
    falling_rows,
    figures,
    sentences,
)
from authorizations.tables.columns import Column, ColumnKind, Link, Row
from authorizations.tables.html import TableView, view_of
from authorizations.web.answers import trail_of
from authorizations.web.lists.registry import ATOS
from authorizations.web.lists.tables import columns_of, some_rows
from authorizations.web.page_access import person
from authorizations.web.register.blast_picture import blast_picture

# So many rows are shown at once; the report has all.
SHOWN = 25
BELOW = (
    Column("offering", "Offering", "On which it builds, directly or by way of another."),
    Column("links", "Links away", "1 is built on directly.", ColumnKind.NUMBER),
)
OWN = columns_of(ATOS, "agency", "offering", "type", "stage", "expires")


def blast(request: HttpRequest, public_id: str) -> HttpResponse:
    user, today = person(request), timezone.localdate()
    offering = get_object_or_404(Offering.objects.visible_to(user), public_id=public_id)
    stamp = cache_stamp(request)
    # A name of its own: a cache may hold results that an earlier release shaped.
    what = ("blast radius and disagreements", offering.pk)
    found = cached_counts(stamp, user, what, lambda: blast_radius(user, offering, today), rows=always)
    context = {
        "offering": offering,
        "trail": [*trail_of(offering)],
        "found": found,
        "sentences": list(sentences(offering, found)),
        "figures": list(figures(offering, found)),
        "picture": blast_picture(offering.name, found) if found.offerings else "",
        "offerings": view_of("What builds on it", OFFERINGS, list(falling_rows(found))[:SHOWN]),
        "agencies": view_of("Agencies it hits", AGENCIES, list(agency_rows(found))[:SHOWN]),
        "disagreements": _disagreements(found),
        "message": message_text(offering, found, today, request.build_absolute_uri()) if found.agencies else "",
        "report": f"{reverse('report', args=['blast-radius'])}?offering={offering.public_id}",
        "live": LIVE,
        "below": _below(user, offering),
        "own": _own(user, offering, found.reach.steps),
    }
    return render(request, "register/blast_radius.html", context)


def message_text(offering: Offering, found: BlastRadius, today: date, address: str) -> str:
    """A message to the liaisons of the agencies that are hit, for a person to change and send; its subject first."""
    of_others = ", or of offerings that build on it" if any(each.through for each in found.agencies) else ""
    lines = [
        f"Subject: {offering.name}: please check the ATOs of your agency",
        "",
        "To the liaisons of the agencies below",
        "",
        f"[Say here what happened to {offering.name}, and since when.]",
        "",
        f"On {day_text(today)} these agencies have live ATO rows of {offering.name}{of_others}:",
        *(f"- {each.name}: {_hit(each)}" for each in found.agencies),
        "",
        "Please check which of your systems use them, and tell your authorizing official.",
        f"What builds on it, and whom it hits: {address}",
    ]
    return "\n".join(lines)


def _hit(agency: HitAgency) -> str:
    parts = [f"{agency.direct:,} of the offering itself"] if agency.direct else []
    parts += [f"{agency.through:,} of what builds on it"] if agency.through else []
    return ", ".join(parts)


def _disagreements(found: BlastRadius) -> TableView | None:
    rows = list(disagreement_rows(found))
    return view_of(DISAGREE, DISAGREEMENTS, rows[:SHOWN]) if rows else None


def _own(user: User, offering: Offering, falling: Iterable[int]) -> TableView | None:
    """The reader's own organizations' live rows of the offering, or of what builds on it."""
    live = Ato.objects.visible_to(user).live(timezone.localdate()).filter(agency__in=user_organization_ids(user))
    mine = live.filter(offering__in=[offering.pk, *falling]).order_by()
    rows = ATOS.with_columns(ATOS.rows(user)).filter(pk__in=mine.values("pk"))
    return some_rows(
        "Your ATO rows that rest on it", OWN, rows.order_by("agency__sort_name", "offering__sort_name"), SHOWN
    )


def rests_on(user: User, offering: Offering, asked: CacheStamp) -> int:
    """On how many other offerings this one builds, directly and by way of others."""
    what = ("rests on", offering.pk)
    return cached_counts(asked, user, what, lambda: len(resting_on(offering.pk, current_links()).steps), rows=always)


def _below(user: User, offering: Offering) -> TableView | None:
    steps = resting_on(offering.pk, current_links()).steps
    rows = Offering.objects.visible_to(user).filter(pk__in=steps).values_list("pk", "public_id", "name")
    named = {key: (public_id, name) for key, public_id, name in rows}
    lines: list[Row] = [
        [Link(name, reverse("offering", args=[public_id])), steps[key].depth]
        for key, (public_id, name) in sorted(named.items(), key=lambda each: (steps[each[0]].depth, each[1][1]))
    ]
    return view_of("What it builds on", BELOW, lines) if lines else None
