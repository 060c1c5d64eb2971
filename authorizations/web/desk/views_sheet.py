"""A list of the desk, changed in a spreadsheet: choose the file, see the differences, take them in by their acts."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from authorizations.exchange.imports import previewed_files
from authorizations.exchange.imports.feed_file import Unreadable
from authorizations.step_pages.bulk import BulkChoice
from authorizations.step_pages.inputs import PageForm
from authorizations.web.desk.acts import acts_of
from authorizations.web.desk.listing import DESK
from authorizations.web.desk.sheet import plan_sheet, read_sheet
from authorizations.web.desk.views import ActRun, chosen_of, own_atos, run_act
from authorizations.web.lists.returned_files import FORGOTTEN, kept_file, returned_file
from authorizations.web.lists.tables import list_address
from authorizations.web.page_access import person

SALT = "desk.previewed-sheet"


class SheetFileForm(PageForm):
    file = returned_file(
        "changed file", "A file that you exported from the list here (.xlsx or .csv), with the column “ATO id”."
    )


def choose_sheet(request: HttpRequest) -> HttpResponse:
    user = person(request)
    form = SheetFileForm(request.POST or None, request.FILES or None)
    if form.is_valid() and (token := kept_file(form, read_sheet, SALT, user.pk)):
        return redirect(list_address("desk_differences", {"token": token}))
    return render(request, "desk/sheet.html", {"form": form, "trail": [(DESK.title, reverse("desk"))]})


def differences(request: HttpRequest) -> HttpResponse:
    """What the file says anew, an act after the other; each is taken in by a form of its own."""
    user, sent = person(request), request.POST.get("act", "")
    try:
        kept = previewed_files.opened_by(request.GET.get("token", ""), SALT, user.pk)
        plan = plan_sheet(user, kept.content)
    except (FileNotFoundError, Unreadable):
        messages.error(request, FORGOTTEN)
        return redirect("desk_sheet")
    runs: list[ActRun] = []
    for act in acts_of(user):
        is_sent = request.method == "POST" and sent == act.key
        records = own_atos(user, [*plan.changed[act.key], *(row.public_id for row in chosen_of(request.POST))])
        changed = [BulkChoice(key, records[key].revision) for key in plan.changed[act.key] if key in records]
        chosen = [row for row in chosen_of(request.POST) if row.public_id in plan.wanted[act.key]]
        if rows := chosen if is_sent else changed:
            runs.append(run_act(user, act, rows, records, request.POST if is_sent else None, plan.wanted[act.key]))
    context = {
        "trail": [(DESK.title, reverse("desk")), ("Bring a changed file back", reverse("desk_sheet"))],
        "name": kept.name,
        "plan": plan,
        "runs": runs,
    }
    return render(request, "desk/differences.html", context)
