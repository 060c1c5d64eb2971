"""Acts on several ATOs: the chosen ones with what would happen to each, the form, and what became of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts.models import User
from authorizations.actions.refusals import Refused
from authorizations.actions.register.portfolio import AlreadySo, assign_owner, confirm_use, take_step
from authorizations.display import counted
from authorizations.models import Ato
from authorizations.step_pages.bulk import GONE, BulkChoice
from authorizations.web.desk.acts import OWNER, DeskAct, acts_of
from authorizations.web.desk.forms import DeskForm
from authorizations.web.desk.listing import DESK, desk_rows
from authorizations.web.lists.listing import ListState
from authorizations.web.page_access import person

# So many are done within one answer.
MOST = 400
# What of the address belongs to the act, and not to the list it came from.
OF_THE_ACT = ("row", "act", "which")


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One chosen ATO: whether the act is open, or was done, and what it does or why not."""

    chosen: BulkChoice
    ato: Ato | None
    is_good: bool
    words: str
    system: BoundField | None = None


def desk_act(request: HttpRequest) -> HttpResponse:
    user = person(request)
    act = next((each for each in acts_of(user) if each.key == request.GET.get("act")), None)
    if act is None:
        messages.warning(request, "Choose what to do, and the rows, in the list.")
        return redirect(_back(request))
    chosen, records = _chosen(request, user)
    if not records or len(chosen) > MOST:
        few, many = "Choose at least one row of the list first.", f"Narrow the list to at most {MOST} ATOs first."
        messages.warning(request, many if records else few)
        return redirect(_back(request))
    before = [_preview(user, act, row, records.get(row.public_id)) for row in chosen]
    offered = [row.ato for row in before if row.ato is not None and row.is_good]
    form = DeskForm(request.POST if request.method == "POST" else None, act=act, atos=offered, user=user)
    is_done = form.is_bound and form.is_valid()
    become = partial(_taken, user, act) if is_done else _with_system
    rows = [become(row, form) for row in before]
    return render(request, "desk/act.html", _context(request, act, rows, None if is_done else form))


def _chosen(request: HttpRequest, user: User) -> tuple[list[BulkChoice], dict[str, Ato]]:
    """The chosen rows, with the revision that the person saw, and those of them that are here."""
    records = Ato.objects.acting_for(user).filter(pk__in=desk_rows(user).values("pk"))
    if request.method == "POST":
        sent = [row for text in request.POST.getlist("row") if (row := BulkChoice.read(text))][: MOST + 1]
        found = records.in_bulk([row.public_id for row in sent], field_name="public_id")
        return sent, found
    if request.GET.get("which") == "all":
        matching = ListState(DESK, user, request.GET).ordered.values_list("public_id", flat=True)
        keys = list(matching[: MOST + 1])
    else:
        keys = list(dict.fromkeys(request.GET.getlist("row")))[: MOST + 1]
    found = records.in_bulk(keys, field_name="public_id")
    return [BulkChoice(key, found[key].revision) for key in keys if key in found], found


def _preview(user: User, act: DeskAct, row: BulkChoice, ato: Ato | None) -> DeskRow:
    if ato is None:
        return DeskRow(row, None, is_good=False, words=GONE)
    is_good, words = act.preview(user, ato, timezone.localdate())
    return DeskRow(row, ato, is_good, words)


def _with_system(row: DeskRow, form: DeskForm) -> DeskRow:
    system = form.system_of(row.ato) if row.ato is not None else None
    return DeskRow(row.chosen, row.ato, row.is_good, row.words, system)


def _taken(user: User, act: DeskAct, row: DeskRow, form: DeskForm) -> DeskRow:
    """What became of one: each is an act of its own, and stops no other.

    One that was open on the page and is not now was moved meanwhile, maybe by this very form: the act itself answers.
    """
    if row.ato is None:
        return row
    try:
        _take(user, act, row, form)
    except AlreadySo as refusal:
        return DeskRow(row.chosen, row.ato, is_good=True, words=refusal.sentence)
    except Refused as refusal:
        return DeskRow(row.chosen, row.ato, is_good=False, words=refusal.sentence)
    except ObjectDoesNotExist:
        return DeskRow(row.chosen, None, is_good=False, words=GONE)
    return DeskRow(row.chosen, row.ato, is_good=True, words=f"{act.done}.")


def _take(user: User, act: DeskAct, row: DeskRow, form: DeskForm) -> None:
    given: dict[str, Any] = {"actor": user, "now": timezone.now(), "public_id": row.chosen.public_id}
    given["revision"] = row.chosen.revision
    sent = form.cleaned_data
    if act.key == OWNER:
        assign_owner(owner=sent["owner"], **given)
    elif not act.step:
        confirm_use(used_on=sent["used_on"], reference=sent["reference"], **given)
    else:
        claim = form.claim_of(row.ato) if row.ato else None
        take_step(act.step, facts=form.facts, claim=claim, reason=sent["reason"], **given)


def _back(request: HttpRequest) -> str:
    kept = [(key, values) for key, values in request.GET.lists() if key not in OF_THE_ACT]
    return f"{reverse('desk')}?{urlencode(kept, doseq=True)}" if kept else reverse("desk")


def _context(request: HttpRequest, act: DeskAct, rows: Sequence[DeskRow], form: DeskForm | None) -> dict[str, Any]:
    good = sum(row.is_good for row in rows)
    again = [("row", row.chosen.public_id) for row in rows if not row.is_good and row.ato]
    return {
        "trail": [(DESK.title, _back(request))],
        "act": act,
        "heading": f"{act.label}: {counted(len(rows), 'ATO')}",
        "rows": rows,
        "good": good,
        "refused": len(rows) - good,
        "claimed": len(form.claimed) if form else 0,
        "form": form,
        "back": _back(request),
        "again": f"{reverse('desk_act')}?{urlencode([('act', act.key), *again])}" if again and not form else "",
    }
