"""Acts on several ATOs: the chosen ones with what would happen to each, the form, and what became of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse, QueryDict
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
from authorizations.web.desk.sheet import difference_words
from authorizations.web.lists.listing import ListState
from authorizations.web.page_access import person

# So many are done within one answer.
MOST = 400
# What of the address belongs to the act, and not to the list it came from.
OF_THE_ACT = ("row", "act", "which")
Given = Mapping[str, Mapping[str, Any]]
NOTHING: Given = {}


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
    run = run_act(user, act, chosen, records, request.POST if request.method == "POST" else None)
    return render(request, "desk/act.html", _context(request, run))


@dataclass(frozen=True, slots=True)
class ActRun:
    """An act on some ATOs: the rows before it with the form, or without one what became of each."""

    act: DeskAct
    rows: list[DeskRow]
    form: DeskForm | None

    @property
    def good(self) -> int:
        return sum(row.is_good for row in self.rows)

    @property
    def refused(self) -> int:
        return len(self.rows) - self.good

    @property
    def claimed(self) -> int:
        return len(self.form.claimed) if self.form else 0


def run_act(
    user: User,
    act: DeskAct,
    chosen: Sequence[BulkChoice],
    records: Mapping[str, Ato],
    data: Any,
    given: Given = NOTHING,
) -> ActRun:
    """What an act would do to each ATO, or what became of each where its form was sent whole.

    Args:
        given: facts that differ from ATO to ATO, by its id; the form does not ask for them.
    """
    before = [_preview(user, act, row, records.get(row.public_id), given.get(row.public_id, {})) for row in chosen]
    offered = [row.ato for row in before if row.ato is not None and row.is_good]
    known = {name for facts in given.values() for name in facts}
    form = DeskForm(data, act=act, atos=offered, user=user, known=known, prefix=act.key if given else None)
    if form.is_bound and form.is_valid():
        return ActRun(act, [_taken(user, act, row, form, given) for row in before], None)
    return ActRun(act, [_with_system(row, form) for row in before], form)


def own_atos(user: User, keys: Sequence[str]) -> dict[str, Ato]:
    """Those of these ATOs that are on the person's desk, by their ids."""
    records = Ato.objects.acting_for(user).filter(pk__in=desk_rows(user).values("pk"))
    found: dict[str, Ato] = records.in_bulk(keys, field_name="public_id")
    return found


def chosen_of(sent: QueryDict) -> list[BulkChoice]:
    """The rows that a form names, with the revision that the person saw."""
    return [row for text in sent.getlist("row")[: MOST + 1] if (row := BulkChoice.read(text))]


def _chosen(request: HttpRequest, user: User) -> tuple[list[BulkChoice], dict[str, Ato]]:
    if request.method == "POST":
        sent = chosen_of(request.POST)
        return sent, own_atos(user, [row.public_id for row in sent])
    if request.GET.get("which") == "all":
        matching = ListState(DESK, user, request.GET).ordered.values_list("public_id", flat=True)
        keys = list(matching[: MOST + 1])
    else:
        keys = list(dict.fromkeys(request.GET.getlist("row")))[: MOST + 1]
    found = own_atos(user, keys)
    return [BulkChoice(key, found[key].revision) for key in keys if key in found], found


def _preview(user: User, act: DeskAct, row: BulkChoice, ato: Ato | None, own: Mapping[str, Any]) -> DeskRow:
    if ato is None:
        return DeskRow(row, None, is_good=False, words=GONE)
    is_good, words = act.preview(user, ato, timezone.localdate())
    return DeskRow(row, ato, is_good, ". ".join([*difference_words(ato, own), words]))


def _with_system(row: DeskRow, form: DeskForm) -> DeskRow:
    system = form.system_of(row.ato) if row.ato is not None else None
    return DeskRow(row.chosen, row.ato, row.is_good, row.words, system)


def _taken(user: User, act: DeskAct, row: DeskRow, form: DeskForm, given: Given) -> DeskRow:
    """What became of one: each is an act of its own, and stops no other.

    One that was open on the page and is not now was moved meanwhile, maybe by this very form: the act itself answers.
    """
    if row.ato is None:
        return row
    try:
        _take(user, act, row, form, given.get(row.chosen.public_id, {}))
    except AlreadySo as refusal:
        return DeskRow(row.chosen, row.ato, is_good=True, words=refusal.sentence)
    except Refused as refusal:
        return DeskRow(row.chosen, row.ato, is_good=False, words=refusal.sentence)
    except ObjectDoesNotExist:
        return DeskRow(row.chosen, None, is_good=False, words=GONE)
    return DeskRow(row.chosen, row.ato, is_good=True, words=f"{act.done}.")


def _take(user: User, act: DeskAct, row: DeskRow, form: DeskForm, own: Mapping[str, Any]) -> None:
    known: dict[str, Any] = {"actor": user, "now": timezone.now(), "public_id": row.chosen.public_id}
    known["revision"] = row.chosen.revision
    said = {**form.cleaned_data, **own}
    if act.key == OWNER:
        assign_owner(owner=said["owner"], **known)
    elif not act.step:
        confirm_use(used_on=said["used_on"], reference=said["reference"], **known)
    else:
        claim = form.claim_of(row.ato) if row.ato else None
        take_step(act.step, facts={**form.facts, **own}, claim=claim, reason=said["reason"], **known)


def _back(request: HttpRequest) -> str:
    kept = [(key, values) for key, values in request.GET.lists() if key not in OF_THE_ACT]
    return f"{reverse('desk')}?{urlencode(kept, doseq=True)}" if kept else reverse("desk")


def _context(request: HttpRequest, run: ActRun) -> dict[str, Any]:
    again = [("row", row.chosen.public_id) for row in run.rows if not row.is_good and row.ato]
    return {
        "trail": [(DESK.title, _back(request))],
        "run": run,
        "form": run.form,
        "heading": f"{run.act.label}: {counted(len(run.rows), 'ATO')}",
        "rows": run.rows,
        "back": _back(request),
        "again": f"{reverse('desk_act')}?{urlencode([('act', run.act.key), *again])}" if again and not run.form else "",
    }
