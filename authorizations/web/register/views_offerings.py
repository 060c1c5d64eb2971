"""One offering: what the Marketplace says of it, who uses it, and what it builds on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import RecordSource
from authorizations.display import counted
from authorizations.models import Ato, Offering
from authorizations.models.register.standing import where
from authorizations.policy import Capability, may
from authorizations.presenters import deadlines
from authorizations.presenters.cached_counts import CacheStamp, cache_stamp, cached_counts
from authorizations.presenters.standing import counted_apart
from authorizations.tables.columns import link_column
from authorizations.tables.contents import Figure
from authorizations.tables.html import TableView
from authorizations.terms import TERMS
from authorizations.vocabulary import AtoStanding, AtoType, ListingRole
from authorizations.web.cases.views_opening import entries_for
from authorizations.web.corrections.views import corrections_of
from authorizations.web.lists.expiry import today_here
from authorizations.web.lists.labels import Q_PUBLISHED_NOW, TONES
from authorizations.web.lists.link_filters import building_on, carrying
from authorizations.web.lists.registry import ATOS, CASES, OFFERINGS
from authorizations.web.lists.standing import LIVE_ROWS, ROWS_APART
from authorizations.web.lists.tables import FIRST_ROWS, columns_of, first_rows, list_address, some_rows
from authorizations.web.messages.mutes import mutes_of
from authorizations.web.page_access import person
from authorizations.web.register.contacts import contacts_of, may_see_contacts
from authorizations.web.register.labels import listing_words, safe_link, step_source, value_sources, yearly_words
from authorizations.web.register.overviews import overview_of

ATO_COLUMNS = columns_of(ATOS, "agency", "role", "type", "signed", "logged", "expires", "stage")
CASE_COLUMNS = (
    link_column("agency", "Case of", "", "case", "agency__", public_id="public_id"),
    *columns_of(CASES, "kind", "stage", "turn", "since"),
)
RELATIVE_COLUMNS = columns_of(OFFERINGS, "name", "provider", "designation")
RELATIVES = {"carrying": "Offerings it builds on", "building_on": "Offerings that build on it"}
FEW_ROWS = 20
Q_INITIAL = Q(listing_role=ListingRole.INITIAL)


def offering(request: HttpRequest, public_id: str) -> HttpResponse:
    user = person(request)
    rows = Offering.objects.visible_to(user).select_related(
        "provider", "assessor", "partner_agency", "package", "overview__import_run"
    )
    found = get_object_or_404(rows, public_id=public_id)
    today, stamp = timezone.localdate(), cache_stamp(request)
    numbers = usage(user, found, stamp)
    context = {
        "offering": found,
        "trail": [("Offerings", list_address("offerings", {}))],
        "listing": listing_words(found),
        "value_sources": value_sources(found),
        "yearly": yearly_words(found.annual_assessment),
        "tone": TONES.get(found.designation, "plain"),
        "formerly": formerly(found),
        "history": steps(found),
        "seen": set[str](),
        "website": safe_link(found.website),
        "usage": numbers,
        "atos": first_rows(f"ATO rows of {found.name}", ATO_COLUMNS, _ato_rows(user, found)),
        "atos_url": list_address("atos", {"offering": found.public_id}),
        "first_rows": FIRST_ROWS,
        "cases": some_rows(f"Cases of {found.name}", CASE_COLUMNS, CASES.rows(user).filter(offering=found)),
        "cases_url": list_address("cases", {"offering": found.public_id}),
        "mutes": mutes_of(user, found, today),
        "deadlines": deadlines.of_offering(user, found, today, stamp),
        "overview": overview_of(user, found, today),
        "buttons": list(_buttons(user, found)),
        # The provider's own people and the PMO alone see them; nobody else's page asks.
        "contacts": contacts_of(user, found.provider, today) if may_see_contacts(user, found.provider) else [],
        "builds_on": _side(user, "carrying", carrying(found.public_id), found),
        **corrections_of(user, found, "offering"),
        "carries": _side(user, "building_on", building_on(found.public_id, "pk"), found),
    }
    return render(request, "register/offering.html", context)


def _buttons(user: User, offering: Offering) -> Iterator[tuple[str, str]]:
    yield from entries_for(user, offering)
    if may(user.roles, Capability.SET_DESIGNATION):
        yield "Set the designation", reverse("set_designation", args=[offering.public_id])
    if may(user.roles, Capability.EDIT_RECORDS) and getattr(offering, "package", None) is None:
        yield "Record where the package is", f"{reverse('package_places')}?offering={offering.public_id}"


@dataclass(frozen=True, slots=True)
class DesignationRow:
    label: str
    on: date
    source: str
    left_on: date | None
    reason: str
    reference: str = ""


def steps(offering: Offering) -> list[DesignationRow]:
    """The dated steps; one that was entered here and that a feed dates alike stands once, with its reason."""
    events = list(offering.designation_events.select_related("import_run"))
    here = {(each.step, each.effective_on) for each in events if each.source == RecordSource.PORTAL}
    return [
        DesignationRow(
            event.get_step_display(),
            event.effective_on,
            step_source(event),
            event.not_published_since,
            event.reason,
            event.reference,
        )
        for event in events
        if event.source == RecordSource.PORTAL or (event.step, event.effective_on) not in here
    ]


def formerly(offering: Offering) -> str:
    """What the designation was called until 2026; blank where it was not renamed."""
    return next((term.formerly[0] for term in TERMS if term.designation == offering.designation), "")


def _ato_rows(user: User, offering: Offering) -> QuerySet[Any]:
    # What is published now comes first, and the initial row before the reuse rows.
    return (
        ATOS.with_columns(ATOS.rows(user))
        .filter(offering=offering)
        .order_by(
            F("not_published_since").asc(nulls_first=True), "listing_role", F("signed_on").desc(nulls_last=True), "pk"
        )
    )


@dataclass(frozen=True, slots=True)
class Usage:
    figures: list[Figure]
    total: int
    live: int
    apart: str  # what is counted apart, in words, and the address of those rows
    apart_url: str
    p_atos: int
    indirect: int
    differences: list[str]


def usage(user: User, offering: Offering, asked: CacheStamp) -> Usage:
    """The figures of who uses an offering; each leads to exactly its rows."""
    what = ("usage", offering.pk)
    counts = cached_counts(
        asked,
        user,
        what,
        lambda: _counts(user, offering),
        rows=lambda found: found["total"] + found["published_indirect"],
    )
    return Usage(
        _figures(offering, counts),
        counts["total"],
        counts[AtoStanding.LIVE],
        counted_apart(counts),
        list_address("atos", {"offering": offering.public_id, **ROWS_APART}),
        counts["p_atos"],
        counts["indirect"],
        list(_differences(offering, counts)),
    )


def _counts(user: User, offering: Offering) -> dict[str, int]:
    standings, rows = where(today_here()), Ato.objects.visible_to(user)
    live = standings[AtoStanding.LIVE]
    counts: dict[str, int] = rows.filter(offering=offering).aggregate(
        total=Count("pk"),
        initial=Count("pk", filter=live & Q_INITIAL),
        published=Count("pk", filter=Q_PUBLISHED_NOW),
        published_reuse=Count("pk", filter=Q_PUBLISHED_NOW & ~Q_INITIAL),
        p_atos=Count("pk", filter=Q(ato_type=AtoType.P_ATO)),
        **{key: Count("pk", filter=each) for key, each in standings.items()},
    )
    counts |= rows.filter(building_on(offering.public_id)).aggregate(
        indirect=Count("pk", filter=live),
        offerings=Count("offering", distinct=True, filter=live),
        published_indirect=Count("pk", filter=Q_PUBLISHED_NOW),
    )
    return {**counts, "reuse": counts[AtoStanding.LIVE] - counts["initial"]}


def _figures(offering: Offering, counts: dict[str, int]) -> list[Figure]:
    here = {"offering": offering.public_id, **LIVE_ROWS}
    beyond = {"building_on": offering.public_id, **LIVE_ROWS}
    through = f"through {counted(counts['offerings'], 'offering')} that build on it"
    if counts["offerings"] == 1:
        through = "through 1 offering that builds on it"
    return [
        Figure(counts["initial"], "initial", list_address("atos", {**here, "role": "initial"})),
        Figure(counts["reuse"], "direct reuse", list_address("atos", {**here, "role": "reuse"})),
        Figure(counts["indirect"], "indirect reuse", list_address("atos", beyond), through),
    ]


def _differences(offering: Offering, counts: dict[str, int]) -> list[str]:
    ours, theirs = counts["published"], offering.published_authorizations
    if offering.not_published_since is not None:
        return (
            [f"The feed that listed it last counted {counted(theirs, 'authorization')}."] if theirs is not None else []
        )
    sentences = []
    if theirs is not None and theirs != ours:
        sentences.append(
            f"The feed counts {counted(theirs, 'authorization')}; {ours:,} of its rows are shown here. Exact copies "
            "of a row are counted once here, and rows whose id had blanks around it are included."
        )
    both, reuse = counts["published_reuse"] + counts["published_indirect"], offering.published_reuse
    if reuse is not None and reuse != both:
        sentences.append(
            f"The feed counts {reuse:,} reuses, direct and indirect in one number; of its rows, {both:,} are "
            "shown here. Those that are live are told apart above."
        )
    return sentences


@dataclass(frozen=True, slots=True)
class Relatives:
    table: TableView
    url: str
    is_cut: bool


def _side(user: User, narrowing: str, which: Q, offering: Offering) -> Relatives | None:
    # Without what the list counts of each: its columns are not among these.
    rows = Offering.objects.visible_to(user).filter(which).order_by("sort_name", "pk")
    found = first_rows(RELATIVES[narrowing], RELATIVE_COLUMNS, rows, FEW_ROWS)
    if not found.rows:
        return None
    return Relatives(found, list_address("offerings", {narrowing: offering.public_id}), len(found.rows) == FEW_ROWS)
