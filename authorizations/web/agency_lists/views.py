"""A list that was brought in: beside the federal record, what waits for a decision, and taking it back."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from accounts.models import User
from accounts.roles import RecordSource
from authorizations.actions.register.agency_lists import acted_on, decide_row, undo_list
from authorizations.actions.register.atos import agencies_of
from authorizations.display import day_text
from authorizations.models import AgencyList, AgencyListRow, Ato, Offering
from authorizations.policy import Capability, may
from authorizations.presenters.cached_counts import cache_stamp
from authorizations.vocabulary import AtoStage, ListRowState
from authorizations.web.agency_lists.forms import RowForm
from authorizations.web.answers import done, list_trail
from authorizations.web.desk.gaps import gaps_of
from authorizations.web.lists.labels import Q_PUBLISHED_NOW
from authorizations.web.lists.tables import list_address
from authorizations.web.page_access import person

NONE = ("", "None of the register")
# So many rows of a class are shown at once; the rest unfolds.
FIRST = 25


@dataclass(frozen=True, slots=True)
class RecordClass:
    """One class of the comparison of a list with the federal record: every ATO of both is in exactly one."""

    key: str
    title: str
    about: str
    rows: list[tuple[str, str, str]]  # words, address, note


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
        "classes": [] if found.undone_at else classes_of(user, found, rows),
        "waiting": _waiting(user, rows) if is_yours and not found.undone_at else [],
        "refused": [row for row in rows if row.state == ListRowState.REFUSED],
        "issues": [(row.number, *issue) for row in rows for issue in row.issues],
        "may_undo": is_yours and not found.undone_at,
        "acted": 0 if found.undone_at else acted_on(found),
        "atos_url": list_address("atos", {"within": found.agency.public_id}),
        "first": FIRST,
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


def classes_of(user: User, found: AgencyList, rows: list[AgencyListRow]) -> list[RecordClass]:
    """The list beside the federal record: same, differs, ours only, feed only, and several letters for one offering."""
    taken = [row for row in rows if row.ato is not None]
    listed = [row for row in taken if row.ato.is_published]  # type: ignore[union-attr]  # those with one
    differing = [(row, _differences(row)) for row in listed]
    line = [found.agency_id, *{row.agency_id for row in rows}]
    missing = (
        Ato.objects.visible_to(user)
        .filter(Q_PUBLISHED_NOW, agency__in=line, stage=AtoStage.ACTIVE)
        .exclude(pk__in=[row.ato_id for row in taken])
    )
    return [
        RecordClass("same", "The same in both", "", [_line(row) for row, other in differing if not other]),
        RecordClass(
            "differs",
            "They differ",
            "The Marketplace gives another day. Compare the letter; where yours is right, ask FedRAMP to correct it.",
            [_line(row, "; ".join(other)) for row, other in differing if other],
        ),
        RecordClass(
            "ours",
            "On your list alone",
            "The Marketplace does not list them. FedRAMP may never have had the letter.",
            [_line(row, _dates(row)) for row in taken if not row.ato.is_published],  # type: ignore[union-attr]
        ),
        RecordClass(
            "theirs",
            "In the Marketplace alone",
            "The Marketplace lists them for your agency, and your list does not.",
            [
                (f"{ato.offering.name} · {ato.agency.name}", ato.get_absolute_url(), _signed(ato.signed_on))
                for ato in missing.select_related("offering", "agency").order_by("offering__sort_name", "pk")
            ],
        ),
    ]


def _differences(row: AgencyListRow) -> list[str]:
    ato: Any = row.ato
    if ato.source == RecordSource.LIST:
        return []
    days = (("signed", row.signed_on, ato.signed_on), ("expires", row.expires_on, ato.expires_on))
    return [
        f"{words}: {day_text(ours)} on your list, {day_text(theirs) if theirs else 'nothing'} there"
        for words, ours, theirs in days
        if ours and ours != theirs
    ]


def _line(row: AgencyListRow, note: str = "") -> tuple[str, str, str]:
    ato: Any = row.ato
    return f"{row.offering} · {row.agency}", ato.get_absolute_url(), note or f"row {row.number}"


def _dates(row: AgencyListRow) -> str:
    expires = f", expires {day_text(row.expires_on)}" if row.expires_on else ""
    return f"row {row.number}, {_signed(row.signed_on)}{expires}"


def _signed(day: Any) -> str:
    return f"signed {day_text(day)}" if day else "day of signing not stated"


def _waiting(user: User, rows: list[AgencyListRow]) -> list[tuple[AgencyListRow, RowForm]]:
    waiting = [row for row in rows if row.state == ListRowState.WAITING]
    likely = {pk for row in waiting for pk, _ in row.candidates}
    offerings = Offering.objects.visible_to(user).select_related("provider").in_bulk(likely)
    return [(row, RowForm(options=_options(row, offerings), prefix=row.public_id)) for row in waiting]


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
    chosen = request.POST.get("named", "").strip() or request.POST.get(f"{row.public_id}-offering", "")
    offering = None
    if chosen:
        offerings = Offering.objects.visible_to(user)
        offering = offerings.filter(public_id=chosen).first() or offerings.filter(fedramp_id__iexact=chosen).first()
        if offering is None:
            return done(request, f"No offering has the FedRAMP id “{chosen[:40]}”. Row {number} waits still.", found)
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
