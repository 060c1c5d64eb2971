"""Bringing in an agency's list: choose the file, look at what it would bring, take it in."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organization, User
from authorizations.actions.register.agency_lists import bring_list
from authorizations.actions.register.atos import agencies_of
from authorizations.actions.register.list_proposal import ListProposal, ProposedRow
from authorizations.display import counted
from authorizations.exchange.agency_lists.columns import ListColumns
from authorizations.exchange.agency_lists.proposal import propose_list, read_columns
from authorizations.exchange.imports import previewed_files
from authorizations.exchange.imports.feed_file import Unreadable
from authorizations.exchange.imports.previewed_files import PreviewedFile
from authorizations.models import AgencyList, Ato, Offering
from authorizations.vocabulary import ListRowState
from authorizations.web.agency_lists.forms import ColumnsForm, ListFileForm
from authorizations.web.agency_lists.views import CHANGED, KNOWN, NEW, TakenRow, said_name
from authorizations.web.answers import done, list_trail
from authorizations.web.lists.returned_files import kept_file
from authorizations.web.lists.tables import list_address
from authorizations.web.page_access import person

SALT = "agency.previewed-list"
FORGOTTEN = "This preview was taken in already, is too old, or was made by someone else. Choose the file again."
# So many rows of each kind are shown before they are taken in; all of them stand on the list's own page.
SHOWN = 20
MOST_LISTED = 1_000


def choose_list(request: HttpRequest) -> HttpResponse:
    user = person(request)
    agencies = agencies_of(user)
    is_one = agencies.count() == 1
    first = agencies.get().public_id if is_one else request.GET.get("agency", "")
    form = ListFileForm(request.POST or None, request.FILES or None, agencies=agencies, initial={"agency": first})
    if form.is_valid():
        agency = form.cleaned_data["agency"]
        if token := kept_file(form, read_columns, SALT, user.pk, agency.pk):
            return redirect(list_address("list_preview", {"agency": agency.public_id, "token": token}))
    lists = AgencyList.objects.visible_to(user).select_related("agency", "brought_by")[:10]
    context = {"form": form, "trail": list_trail(Ato), "lists": lists, "is_one": is_one}
    return render(request, "agency_lists/choose.html", context)


def list_preview(request: HttpRequest) -> HttpResponse:
    user, asked = person(request), request.POST if request.method == "POST" else request.GET
    agency = get_object_or_404(agencies_of(user), public_id=asked.get("agency", ""))
    try:
        kept = previewed_files.opened_by(asked.get("token", ""), SALT, user.pk, agency.pk)
        columns = _columns(user, kept.content, asked, agency)
    except (FileNotFoundError, Unreadable):
        messages.error(request, FORGOTTEN)
        return redirect("choose_list")
    form = _columns_form(columns, asked)
    chosen = (
        ListColumns(columns.sheet, columns.heading_row, form.meaning) if form.is_bound and form.is_valid() else columns
    )
    if request.method == "POST" and not form.errors:
        return _bring(request, user, agency, kept, chosen)
    return _preview_page(request, agency, form, _plan(user, agency, chosen))


def _columns(user: User, content: bytes, asked: Mapping[str, str], agency: Organization) -> ListColumns:
    """The list as it is found, with what its columns meant the last time."""
    row = asked.get("heading_row", "")
    columns = read_columns(content, sheet=asked.get("sheet", ""), heading_row=int(row) if row.isdigit() else 0)
    known = AgencyList.objects.visible_to(user).filter(agency=agency, signature=columns.signature).first()
    return replace(columns, meaning=known.columns) if known else columns


def _columns_form(columns: ListColumns, asked: Mapping[str, str]) -> ColumnsForm:
    is_sent = any(name.startswith("column-") for name in asked)
    initial = {"token": asked.get("token", ""), "sheet": columns.sheet.title, "heading_row": columns.heading_row}
    return ColumnsForm(asked if is_sent else None, columns=columns, initial=initial)


def _plan(user: User, agency: Organization, columns: ListColumns) -> ListProposal:
    agencies = [agency, *agencies_of(user).below([agency.pk]).exclude(pk=agency.pk)]
    return propose_list(columns, agency=agency, agencies=agencies, today=timezone.localdate())


def _bring(
    request: HttpRequest, user: User, agency: Organization, kept: PreviewedFile, columns: ListColumns
) -> HttpResponse:
    made = bring_list(
        actor=user,
        agency=agency,
        file_name=kept.name,
        sha256=kept.sha256,
        propose=lambda: _plan(user, agency, columns),
        now=timezone.now(),
    )
    previewed_files.forget(kept.sha256)
    rows = counted(made.rows.exclude(state=ListRowState.REFUSED).count(), "row")
    refused = made.rows.filter(state=ListRowState.REFUSED).count()
    left_out = f", {refused:,} refused" if refused else ""
    words = f"The list was brought in: {rows}{left_out}. Nobody was told, and nothing is due because of it."
    return done(request, words, made)


def _taken(user: User, rows: list[ProposedRow]) -> list[TakenRow]:
    offerings = Offering.objects.visible_to(user).in_bulk({row.match.offering for row in rows})
    return [
        TakenRow(
            row.line.number,
            said_name(row.line.texts),
            row.ato or offerings.get(row.match.offering),
            NEW if row.ato is None else CHANGED if row.changes else KNOWN,
            row.why,
        )
        for row in rows[:MOST_LISTED]
    ]


def _preview_page(request: HttpRequest, agency: Organization, form: ColumnsForm, plan: ListProposal) -> HttpResponse:
    taken = plan.of(ListRowState.TAKEN)
    new = [row for row in taken if row.ato is None]
    elsewhere = Counter(row.other_agency for row in plan.rows if row.other_agency and row.state != ListRowState.REFUSED)
    context: dict[str, Any] = {
        "trail": [*list_trail(Ato), ("Bring in a list", reverse("choose_list"))],
        "agency": agency,
        "form": form,
        "plan": plan,
        "counts": plan.counts,
        "coming": len(plan.rows) - plan.counts[ListRowState.REFUSED],
        "new": len(new),
        "known": len(taken) - len(new),
        "taken": _taken(person(request), taken),
        "elsewhere": elsewhere.most_common(),
        "waiting": plan.of(ListRowState.WAITING)[:SHOWN],
        "refused": plan.of(ListRowState.REFUSED)[:SHOWN],
        "issues": [(row.line.number, issue) for row in plan.rows for issue in row.line.issues][:SHOWN],
        "hidden": sum(row.line.is_hidden for row in plan.rows),
    }
    return render(request, "agency_lists/preview.html", context)
