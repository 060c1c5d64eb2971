"""A list that was brought in: beside the federal record, what waits for a decision, and taking it back."""

from collections.abc import Mapping
from typing import NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from accounts.models import User
from authorizations.actions.register.agency_lists import acted_on, decide_row, undo_list
from authorizations.actions.register.atos import agencies_of
from authorizations.exchange.agency_lists.columns import NAMING
from authorizations.models import AgencyList, AgencyListRow, Ato, Offering
from authorizations.policy import Capability, may
from authorizations.presenters.cached_counts import cache_stamp
from authorizations.vocabulary import ListRowState
from authorizations.web.agency_lists.forms import RowForm
from authorizations.web.answers import done, list_trail
from authorizations.web.desk.gaps import gaps_of
from authorizations.web.lists.tables import list_address
from authorizations.web.page_access import person
from authorizations.web.reconciliation.scope import reconciled

NONE = ("", "None of the register")
NEW, KNOWN, CHANGED = "New here", "Here already", "Here already, changed"


class TakenRow(NamedTuple):
    """A row of a list that is sure: its number, what it says, what that means here, and what became of it."""

    number: int
    says: str
    means: Ato | Offering | None
    became: str
    why: str


def said_name(cells: Mapping[str, str]) -> str:
    """How a row calls its service."""
    return next((cells[name] for name in NAMING if cells.get(name)), "")


def agency_list(request: HttpRequest, public_id: str) -> HttpResponse:
    user = person(request)
    found = _list_of(user, public_id)
    rows = list(found.rows.select_related("agency", "offering__provider", "ato__agency"))
    is_yours = agencies_of(user).filter(pk=found.agency_id).exists()
    context = {
        "trail": list_trail(Ato),
        "list": found,
        "states": [(state.label, sum(row.state == state for row in rows)) for state in ListRowState],
        "rows": len(rows),
        "gaps": [] if found.undone_at else gaps_of(user, found.agency),
        "without": [] if found.undone_at else without_ato(user, rows),
        "has_feed": cache_stamp(request).feed_as_of is not None,
        "classes": [] if found.undone_at else classes_of(found),
        "waiting": _waiting(user, rows) if is_yours and not found.undone_at else [],
        "newer": None if found.undone_at else newer_list(user, found),
        "taken": [_taken(row) for row in rows if row.state == ListRowState.TAKEN],
        "refused": [row for row in rows if row.state == ListRowState.REFUSED],
        "issues": [(row.number, *issue) for row in rows for issue in row.issues],
        "may_undo": is_yours and not found.undone_at,
        "acted": 0 if found.undone_at else acted_on(found),
        "atos_url": list_address("atos", {"within": found.agency.public_id}),
        "compared_url": list_address("reconciliation", {"agency": found.agency.public_id}),
    }
    return render(request, "agency_lists/list.html", context)


def without_ato(user: User, rows: list[AgencyListRow]) -> list[tuple[str, str, str]]:
    """The services that the list names and for which its agency has no live ATO here: each with how a case begins."""
    named = {(row.agency_id, row.offering_id): row for row in rows if row.offering_id is not None}
    held = Ato.objects.visible_to(user).live(timezone.localdate())
    held = held.filter(agency__in={agency for agency, _ in named}, offering__in={key for _, key in named})
    for pair in held.values_list("agency", "offering"):
        named.pop(pair, None)
    opens = may(user.roles, Capability.OPEN_REUSE_CASE)
    return [
        (f"{row.offering} · {row.agency}", list_address("open_reuse_case", _of_row(row)) if opens else "", row.why)
        for row in named.values()
    ]


def _of_row(row: AgencyListRow) -> dict[str, str]:
    return {"offering": row.offering.public_id, "agency": row.agency.public_id} if row.offering else {}


def _list_of(user: User, public_id: str) -> AgencyList:
    lists = AgencyList.objects.visible_to(user).select_related("agency", "brought_by")
    found: AgencyList = get_object_or_404(lists, public_id=public_id)
    return found


def newer_list(user: User, found: AgencyList) -> AgencyList | None:
    """The agency's newest list, where this one is not: that one is compared."""
    lists = AgencyList.objects.visible_to(user).filter(agency=found.agency_id, undone_at__isnull=True)
    newest: AgencyList | None = lists.first()
    return newest if newest and newest.pk != found.pk else None


def _taken(row: AgencyListRow) -> TakenRow:
    means = row.ato or row.offering
    became = CHANGED if row.changes else NEW if row.made_ato else KNOWN
    return TakenRow(row.number, said_name(row.cells), means, became, row.why)


def classes_of(found: AgencyList) -> list[tuple[str, int, str]]:
    """How the agency's records stand to the feed, class by class: words, how many, and where they are shown."""
    query = {"agency": found.agency.public_id}
    counts = reconciled(found.agency).counts.items()
    return [
        (each.label, number, list_address("reconciliation", {**query, "class": each.value}))
        for each, number in counts
        if number
    ]


def _waiting(user: User, rows: list[AgencyListRow]) -> list[tuple[AgencyListRow, RowForm]]:
    waiting = [row for row in rows if row.state == ListRowState.WAITING]
    likely = {pk for row in waiting for pk, _ in row.candidates}
    offerings = Offering.objects.visible_to(user).select_related("provider").in_bulk(likely)
    return [(row, RowForm(options=_options(row, offerings), auto_id=f"row-{row.number}-%s")) for row in waiting]


def _options(row: AgencyListRow, offerings: dict[int, Offering]) -> list[tuple[str, str]]:
    likely = [(offerings[pk], score) for pk, score in row.candidates if pk in offerings]
    # The likeliest comes first, and is what the browser proposes.
    return [*((each.public_id, f"{each.name}, {each.provider} ({score} % alike)") for each, score in likely), NONE]


def list_row(request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    """Says which offering a row means."""
    user = person(request)
    found = _list_of(user, public_id)
    row = get_object_or_404(found.rows, number=number)
    # A typed id counts before what the browser proposed.
    named, proposed = request.POST.get("named", "").strip(), request.POST.get("offering")
    if not named and proposed is None and agencies_of(user).filter(pk=found.agency_id).exists():
        messages.error(request, f"Row {number} waits still: choose its offering, or “{NONE[1]}”.")
        return redirect(found)
    chosen = named or proposed
    offering = None
    if chosen:
        offerings = Offering.objects.visible_to(user)
        offering = offerings.filter(public_id=chosen).first() or offerings.filter(fedramp_id__iexact=chosen).first()
        if offering is None:
            messages.error(request, f"No offering has the FedRAMP id “{chosen[:40]}”. Row {number} waits still.")
            return redirect(found)
    decide_row(actor=user, public_id=row.public_id, offering=offering, now=timezone.now())
    words = f"taken for {offering}" if offering else "refused: it is none of the register"
    return done(request, f"Row {number} was {words}.", found)


def undo(request: HttpRequest, public_id: str) -> HttpResponse:
    user = person(request)
    found = _list_of(user, public_id)
    undo_list(actor=user, public_id=found.public_id, now=timezone.now())
    return done(
        request, "The list was undone. The ATOs that came with it are gone, and nobody was told of them.", found
    )
