"""Work whose person has left: the list, and the form that gives it to somebody else."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from authorizations.actions.cases.reassignment import (
    POSTS,
    Work,
    answered_for,
    hand_over,
    hands_over,
    left_on,
    orphaned,
)
from authorizations.actions.refusals import NoLongerPossible, Refused
from authorizations.display import counted
from authorizations.models import Case
from authorizations.policy import Capability, may
from authorizations.presenters.cached_counts import CacheStamp, always, cache_stamp, cached_counts
from authorizations.step_pages.inputs import PageForm, hidden, reason_field, record, tick
from authorizations.tables.columns import Button, Column, TagCell, Value
from authorizations.tables.html import table_view
from authorizations.web.home.case_rows import CASE, OLDEST, SINCE, TURN, Some
from authorizations.web.page_access import person

BESIDE = ("agency__parent__parent", "offering", "authorizing_official", "claimed_by")
SHOWN = 200
ON_HOME = 5
NOT_YOURS = (
    "Your role does not hand this over. What an official left is the agency's liaison to give, and a review the PMO's."
)


class HandOverForm(PageForm):
    revision = hidden(forms.IntegerField, required=True)
    to = record("Hand over to", missing="Choose who takes it.")

    def __init__(self, *args: Any, case: Case, work: Work, others: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.set_rows("to", case.options(POSTS[work].fact))
        self.fields["reason"] = reason_field("case", required=True)
        if others:
            whose = getattr(case, POSTS[work].names)
            self.fields["others_too"] = tick(
                f"Also everything else that was with {whose}: {counted(others, 'case')} more",
                "To the same person, with the same reason. Each is handed over by itself.",
            )

    @property
    def arguments(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("to", "revision", "reason")}

    def place_of(self, where: str) -> str:
        """The person who takes it is asked for under one name, whatever the work."""
        return "to" if where in {post.fact for post in POSTS.values()} else where


def _act_cell(row: Any) -> Value:
    if not row["hands_over"]:
        return "By the agency’s liaison" if row["work"] is Work.DECISION else "By a PMO lead"
    return Button("Hand over", reverse("hand_over", args=[row["case"].public_id, row["work"]]), str(row["case"]))


COLUMNS = (
    CASE,
    Column("what", "Work", value=lambda row: TagCell(POSTS[row["work"]].label, "warn")),
    Column("who", "Was with", value=lambda row: str(getattr(row["case"], POSTS[row["work"]].names))),
    TURN,
    SINCE,
    Column("act", "Act", value=_act_cell),
)


def first_orphans(user: User, today: date, asked: CacheStamp, number: int = ON_HOME) -> Some:
    """The orphaned work that a person answers for, that which waits longest first; where it is is remembered."""
    keys, in_all = cached_counts(asked, user, f"orphans {number}", lambda: _left_keys(user, number), rows=always)
    rows = [
        {"case": case, "work": work, "today": today, "hands_over": hands_over(case, work, user, today)}
        for case in (_with_person_status(user).filter(pk__in=keys).order_by(*OLDEST) if keys else ())
        for work in left_on(case)
        if work in answered_for(user)
    ]
    return Some(table_view("Orphaned work", COLUMNS, rows[:number]), in_all, reverse("orphaned"))


def _left_keys(user: User, number: int) -> tuple[set[int], int]:
    """Keys of the first cases of each orphaned work, and how much there is in all; a query for each work."""
    keys: set[int] = set()
    in_all = 0
    for work in answered_for(user):
        left = list(orphaned(user, work).order_by(*OLDEST).values_list("pk", flat=True)[: SHOWN + 1])
        keys |= {*left[:number]}
        in_all += len(left)
    return keys, in_all


def _with_person_status(user: User) -> Any:
    """The cases that a person may see, each of which knows whether anyone who it names still is there."""
    return Case.objects.visible_to(user).with_ao_status().with_reviewer_status().select_related(*BESIDE)


def orphans(request: HttpRequest) -> HttpResponse:
    some = first_orphans(person(request), timezone.localdate(), cache_stamp(request), SHOWN)
    return render(request, "cases/reassignment.html", {"some": some, "shown": SHOWN})


def give(request: HttpRequest, public_id: str, work: str) -> HttpResponse:
    user, today = person(request), timezone.localdate()
    case = get_object_or_404(Case.objects.acting_for(user).with_reviewer_status(), public_id=public_id)
    if work not in list(Work):
        raise Http404
    which = Work(work)
    if not (may(user.roles, Capability.SEE_ORPHANED) and hands_over(case, which, user, today, ever=True)):
        raise PermissionDenied(NOT_YOURS)
    if which not in left_on(case):
        raise NoLongerPossible("This is in somebody's hands: it was handed over, or its person is back.")
    others = _others(user, case, which, today)
    given = {"case": case, "work": which, "others": len(others)}
    form = HandOverForm(request.POST or None, initial={"revision": case.revision}, **given)
    if form.is_valid() and form.carry_out(user, hand_over, case.public_id, which, **form.arguments):
        messages.success(request, f"Handed over to {form.cleaned_data['to']}. It is in the history below.")
        if form.cleaned_data.get("others_too"):
            _give_others(request, user, others, which, form)
        return redirect(case)
    context = {
        "trail": [("Orphaned work", reverse("orphaned"))],
        "case": case,
        "form": form,
        "what": POSTS[which].label,
        "who": getattr(case, POSTS[which].names),
    }
    return render(request, "cases/reassign.html", context, status=409 if form.errors else 200)


def _others(user: User, case: Case, work: Work, today: date) -> list[Case]:
    """The other cases whose work of this kind was with the same person, as far as this person hands it over."""
    column = POSTS[work].names
    rows = (
        orphaned(user, work)
        .filter(**{column: getattr(case, f"{column}_id")})
        .exclude(pk=case.pk)
        .select_related(*BESIDE)
    )
    left = (each for each in rows.order_by(*OLDEST)[:SHOWN] if work in left_on(each))
    return [each for each in left if hands_over(each, work, user, today)]


def _give_others(request: HttpRequest, user: User, others: list[Case], work: Work, form: HandOverForm) -> None:
    """Hands the others over, each by itself: one that is refused stays on the list."""
    to, reason, left = form.cleaned_data["to"], form.cleaned_data["reason"], 0
    for case in others:
        arguments = {"actor": user, "to": to, "now": timezone.now(), "revision": case.revision, "reason": reason}
        try:
            hand_over(case.public_id, work, **arguments)
        except (Refused, Case.DoesNotExist):
            left += 1
    messages.success(request, f"{counted(len(others) - left, 'other case')} handed over too.")
    if left:
        messages.warning(request, f"{counted(left, 'case')} could not go to {to}, and are still on the list.")
