"""Decisions that come back in a file: choose it, see what it would change, and keep that."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from authorizations.actions.register.differences import Outcome
from authorizations.display import counted
from authorizations.exchange.imports import previewed_files
from authorizations.exchange.imports.feed_file import Unreadable
from authorizations.models.register.record_classes import DifferenceReason
from authorizations.step_pages.inputs import PageForm
from authorizations.web.answers import done
from authorizations.web.lists.returned_files import FORGOTTEN, kept_file, returned_file
from authorizations.web.lists.tables import list_address
from authorizations.web.page_access import person
from authorizations.web.reconciliation.acts import carry_out
from authorizations.web.reconciliation.scope import compared
from authorizations.web.reconciliation.sheet import plan_sheet, read_sheet

SALT = "reconciliation.previewed-decisions"


class DecisionsFileForm(PageForm):
    file = returned_file(
        "filled file", "A file that you exported here (.xlsx or .csv), with its columns “ATO id” and “Facts”."
    )


def choose_decisions(request: HttpRequest) -> HttpResponse:
    user = person(request)
    comparison = compared(user, request, request.GET.get("agency", ""))
    form = DecisionsFileForm(request.POST or None, request.FILES or None)
    if form.is_valid() and (token := kept_file(form, read_sheet, SALT, user.pk, comparison.agency.pk)):
        query = {"agency": comparison.agency.public_id, "token": token}
        return redirect(list_address("decisions_preview", query))
    context = {
        "form": form,
        "comparison": comparison,
        "reasons": DifferenceReason.labels,
        "trail": [("Reconciliation", comparison.address)],
    }
    return render(request, "reconciliation/file.html", context)


def decisions_preview(request: HttpRequest) -> HttpResponse:
    user = person(request)
    comparison = compared(user, request, request.GET.get("agency", ""))
    again = list_address("choose_decisions", {"agency": comparison.agency.public_id})
    try:
        kept = previewed_files.opened_by(request.GET.get("token", ""), SALT, user.pk, comparison.agency.pk)
        plan = plan_sheet(comparison, kept.content)
    except (FileNotFoundError, Unreadable):
        messages.error(request, FORGOTTEN)
        return redirect(again)
    if request.method == "POST" and plan.changes:
        outcomes = carry_out(user, comparison, [change.wish for change in plan.changes])
        previewed_files.forget(kept.sha256)
        return done(request, _sentence(outcomes), comparison.address)
    context = {
        "plan": plan,
        "name": kept.name,
        "comparison": comparison,
        "trail": [("Reconciliation", comparison.address), ("Bring decisions back", again)],
    }
    return render(request, "reconciliation/file_preview.html", context)


def _sentence(outcomes: list[Outcome]) -> str:
    refused = [outcome for outcome in outcomes if not outcome.is_done]
    kept = f"{counted(len(outcomes) - len(refused), 'decision')} kept."
    return f"{kept} {counted(len(refused), 'row')} refused: {refused[0].words}" if refused else kept
