"""Tabs of a case: what happened, by kind and in pages, what is recorded, and what was recorded for an absent party."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from authorizations.actions.cases.absent_party import answer_recorded
from authorizations.actions.cases.cases import recordable
from authorizations.models import Case, RecordedForAbsent
from authorizations.presenters.audit_log.history import RecordedAct, TimelineEntry, acts, entries, people_of
from authorizations.presenters.cached_counts import CacheStamp, always, cached_counts
from authorizations.presenters.cases.facts import groups
from authorizations.presenters.cases.path import path_of, spans_of
from authorizations.presenters.links import facts_address
from authorizations.step_pages.inputs import PageForm, long_text, radio
from authorizations.vocabulary import ABSENT_PARTY, RECORDED_FOR, Answer, Turn
from authorizations.web.answers import case_of, done, trail_of
from authorizations.web.cases.frame import case_frame
from authorizations.web.cases.views import read_beside
from authorizations.web.page_access import person

# No longer than three screens, also where each act recorded ten facts.
A_PAGE = 20
# The kinds by which a history is filtered: the word in the address, and its label.
KINDS = {"steps": "Steps", "documents": "Documents", "findings": "Findings", "facts": "Facts", "other": "Other"}
STEMS = {"document": "documents", "finding": "findings", "fact": "facts"}


def history(request: HttpRequest, public_id: str) -> HttpResponse:
    user, case = person(request), case_of(request, public_id)
    kind = request.GET.get("kind", "")
    # What its acts name is said by name.
    read_beside(user, case)
    all_acts = acts(case, user)
    chosen = [act for act in all_acts if kind_of(case, act) == kind] if kind in KINDS else all_acts
    page = Paginator(chosen, A_PAGE).get_page(request.GET.get("page"))
    numbers = Counter(kind_of(case, act) for act in all_acts)
    context = {
        "trail": trail_of(case),
        **case_frame(case, user, "case_history"),
        "kind": kind if kind in KINDS else "",
        "kinds": [(name, label, numbers[name]) for name, label in KINDS.items() if numbers[name]],
        "total": len(all_acts),
        "page": page,
        "entries": entries(case, user, page.object_list),
    }
    return render(request, "cases/history.html", context)


def kind_of(case: Case, act: RecordedAct) -> str:
    """One of `KINDS`: an act that moves the machine is a step, whatever it is about."""
    name = act.verb.rpartition(".")[2]
    if name in {"open", "adopt"} or case.machine().step(name) is not None:
        return "steps"
    return next((kind for stem, kind in STEMS.items() if act.verb.startswith(stem) or name.startswith(stem)), "other")


def recorded_facts(request: HttpRequest, public_id: str) -> HttpResponse:
    user, case = person(request), case_of(request, public_id)
    all_acts = acts(case, user)
    context = {
        "trail": trail_of(case),
        **case_frame(case, user, "recorded_facts"),
        "groups": groups(case, user, people_of(all_acts)),
        "path": _path(case, all_acts),
        "facts_url": facts_address(case) if recordable(case, case.parties_of(user)) else "",
        "seen": set[str](),
    }
    return render(request, "cases/recorded_facts.html", context)


def _path(case: Case, all_acts: Sequence[RecordedAct]) -> Any:
    return path_of(case, spans_of(case, all_acts, timezone.localdate()))


# --- recorded from evidence for a party without people here ---

CHOICES = ((Answer.CONFIRMED.value, "It is right"), (Answer.DISPUTED.value, "It is not right"))


class AnswerForm(PageForm):
    answer = radio("Is this right?", CHOICES, missing="Choose whether this is right.")
    statement = long_text("Your statement", "One sentence, owed where it is not right. Everyone on the case reads it.")


@dataclass(frozen=True, slots=True)
class Line:
    """One line with its entry in the history, and the form of who may answer it."""

    row: RecordedForAbsent
    whom: str
    entry: TimelineEntry | None
    form: AnswerForm | None


def recorded_lines(request: HttpRequest, public_id: str) -> HttpResponse:
    user, case = person(request), case_of(request, public_id)
    rows = RecordedForAbsent.objects.visible_to(user).filter(case=case)
    sent = get_object_or_404(rows, public_id=request.POST.get("line", "")) if request.method == "POST" else None
    form = AnswerForm(request.POST, prefix=sent.public_id) if sent else None
    if sent and form and form.is_valid() and form.carry_out(user, answer_recorded, sent.public_id, **form.cleaned_data):
        return done(request, f"{form.made.get_answer_display()}. Both stay on record.", lines_address(case))
    context = {
        "trail": trail_of(case),
        **case_frame(case, user, "recorded_lines"),
        "lines": _lines(user, case, rows, form),
        "form": form,
    }
    return render(request, "cases/recorded_lines.html", context)


def lines_address(case: Case) -> str:
    return reverse("recorded_lines", args=[case.public_id])


def _lines(user: User, case: Case, rows: Any, sent: AnswerForm | None) -> list[Line]:
    asked = set(rows.to_answer_by(user).values_list("pk", flat=True))
    told = {act.changes["revision"][1]: act for act in acts(case, user) if RECORDED_FOR in act.changes}
    found = []
    for row in rows.select_related("answered_by__merged_into").order_by("pk"):
        row.case = case
        act = told.get(row.revision)
        entry = next(iter(entries(case, user, [act])), None) if act else None
        form = sent if sent and sent.prefix == row.public_id else AnswerForm(prefix=row.public_id)
        found.append(Line(row, ABSENT_PARTY[Turn(row.side)], entry, form if row.pk in asked else None))
    return found


@dataclass(frozen=True, slots=True)
class ToConfirm:
    """A case with lines that wait for a person's answer."""

    case: str
    number: int
    url: str


def to_confirm(user: User, asked: CacheStamp) -> list[ToConfirm]:
    """The cases in which something was recorded for this person's party; one query, and none until the next act."""

    def find() -> list[ToConfirm]:
        rows = RecordedForAbsent.objects.visible_to(user).to_answer_by(user)
        cases = Counter(row.case for row in rows.select_related("case__agency", "case__offering"))
        return [ToConfirm(str(case), number, lines_address(case)) for case, number in cases.items()]

    return cached_counts(asked, user, "to confirm", find, rows=always)
