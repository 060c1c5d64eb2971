"""Two tabs of a case: what happened, by kind and in pages, and what is recorded."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from authorizations.actions.cases.cases import recordable
from authorizations.models import Case
from authorizations.presenters.audit_log.history import RecordedAct, acts, entries, people_of
from authorizations.presenters.cases.facts import groups
from authorizations.presenters.cases.path import path_of, spans_of
from authorizations.presenters.links import facts_address
from authorizations.web.answers import case_of, trail_of
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
