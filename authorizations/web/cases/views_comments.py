"""The comments on a case: reading them, writing one, changing and withdrawing one's own."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import OrganizationKind
from authorizations.actions.cases.comments import (
    MINUTES,
    NOT_SHARED,
    NOT_YOURS,
    READERS_ONLY,
    Reader,
    change_comment,
    make_comment,
    may_write,
    readers,
    withdraw_comment,
)
from authorizations.actions.messages import mark_read
from authorizations.actions.refusals import NoLongerPossible, Refused
from authorizations.models import Case, Comment
from authorizations.step_pages.inputs import KeyedForm, checkboxes, hidden, long_text, radio
from authorizations.web.answers import carried_out, case_of, done, trail_of
from authorizations.web.cases.frame import case_frame
from authorizations.web.cases.new_comments import new_comments
from authorizations.web.page_access import person

SHOWN = 50
SHARED = "shared"
# How an internal comment of each side is called, and who else reads it.
INSIDE: dict[str, tuple[str, str]] = {
    OrganizationKind.AGENCY: ("Inside the agency", "the agency, the agencies above it and the auditor"),
    OrganizationKind.PROVIDER: ("Inside the provider", "the provider and the auditor"),
    OrganizationKind.ASSESSOR: ("Inside the assessor", "the assessor and the auditor"),
    OrganizationKind.PMO: ("Inside the PMO", "the PMO and the auditor"),
}


@dataclass(frozen=True, slots=True)
class CommentPresenter:
    """One comment as a person sees it: who reads it, in words, and whether this person may change or withdraw it.

    mentioned_names: on another side's comment no more than the reader's own, whose colleagues the others are not.
    is_new: whether this reader was told of it and had not opened the comments since.
    """

    comment: Comment
    audience: str
    mentioned_names: list[str]
    may_change: bool
    may_withdraw: bool
    is_new: bool = False


class CommentForm(KeyedForm):
    """What is said, to whom, and who is to be told of it. Of one that stands, to whom is settled."""

    revision = hidden(forms.IntegerField)
    audience = radio("Who reads it", missing="Choose who reads it.")
    text = long_text(
        "Comment",
        "Plain text. Line breaks stay, and addresses that begin with https:// become links.",
        missing="Write what you want to say.",
    )
    mentions = checkboxes(
        "Tell these people",
        help_text="They get a message that they are mentioned, without what you write. Typing @ and a name from this "
        "list in the comment does the same.",
        invalid="Choose among those offered.",
    )

    def __init__(
        self,
        *args: Any,
        case: Case,
        sides: list[OrganizationKind],
        known: list[Reader],
        stands: Comment | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        mentions: Any = self.fields["mentions"]
        mentions.choices = list({each.user.public_id: (each.user.public_id, each.label) for each in known}.values())
        if not mentions.choices:
            del self.fields["mentions"]
        if stands is not None:
            del self.fields["audience"]
            del self.fields["idempotency_key"]
            return
        del self.fields["revision"]
        audience: Any = self.fields["audience"]
        audience.choices = [(side.value, f"{INSIDE[side][0]}: {INSIDE[side][1]}") for side in sides]
        if case.shared_at is None:
            audience.help_text = NOT_SHARED
        else:
            audience.choices += [(SHARED, "Shared: everyone who may see this case, on every side")]
        self.initial = {"audience": sides[0].value, **self.initial}

    @property
    def arguments(self) -> dict[str, Any]:
        return {"text": self.cleaned_data["text"], "mentions": self.cleaned_data.get("mentions", ())}


class CommentChangeForm(CommentForm):
    # What was typed stays, whatever it is that came between.
    shows = (Refused,)


def comments(request: HttpRequest, public_id: str) -> HttpResponse:
    user = person(request)
    case = case_of(request, public_id)
    sides = may_write(case, user)
    if request.method == "POST" and not sides:
        raise PermissionDenied(READERS_ONLY)
    form = None
    if sides:
        known = readers(case, user, timezone.localdate())
        form = CommentForm(request.POST if request.method == "POST" else None, case=case, sides=sides, known=known)
        if form.is_valid() and (answer := _make(request, case, form)):
            return answer
    rows = Comment.objects.visible_to(user).filter(case=case).select_related("author__merged_into", "acted_for")
    newest = list(rows.prefetch_related("mentioned")[: None if request.GET.get("comments") == "all" else SHOWN + 1])
    shown = newest if request.GET.get("comments") == "all" else newest[:SHOWN]
    new = new_comments(case, user)
    if new:
        mark_read(new.values(), actor=user, now=timezone.now())
    context = {
        "trail": trail_of(case),
        **case_frame(case, user, "case_comments", new),
        "form": form,
        "shown": [_shown(each, user, case, sides, is_new=each.pk in new) for each in shown],
        "more": len(newest) > len(shown),
        "minutes": MINUTES,
    }
    return render(request, "cases/comments.html", context, status=409 if form and form.errors else 200)


def _make(request: HttpRequest, case: Case, form: CommentForm) -> HttpResponse | None:
    audience, key = form.cleaned_data["audience"], form.cleaned_data["idempotency_key"]
    to = {"shared": audience == SHARED, "side": "" if audience == SHARED else audience, "idempotency_key": key}
    is_made = form.carry_out(person(request), make_comment, case.public_id, **to, **form.arguments)
    return carried_out(request, form, "Your comment is below.") if is_made else None


def _shown(
    comment: Comment, user: User, case: Case, sides: list[OrganizationKind], *, is_new: bool = False
) -> CommentPresenter:
    comment.case = case
    audience = "Shared" if comment.is_shared else INSIDE[comment.side][0]
    is_own = comment.author_id == user.pk and comment.side in sides and comment.withdrawn_at is None
    knows = not user.sides.isdisjoint({comment.side, OrganizationKind.PMO})
    names = [each.name for each in comment.mentioned.all() if knows or each.pk == user.pk]
    return CommentPresenter(comment, audience, names, is_own and comment.may_change(timezone.now()), is_own, is_new)


def change(request: HttpRequest, public_id: str, comment_id: str) -> HttpResponse:
    user, case = person(request), case_of(request, public_id)
    rows = Comment.objects.visible_to(user).filter(case=case)
    comment = get_object_or_404(rows, public_id=comment_id)
    sides = may_write(case, user)
    if comment.author_id != user.pk or comment.side not in sides:
        raise PermissionDenied(NOT_YOURS)
    if request.method != "POST" and not comment.may_change(timezone.now()):
        raise NoLongerPossible(f"A comment can be changed for {MINUTES} minutes. Withdraw it, or write another.")
    known = [
        each
        for each in readers(case, user, timezone.localdate())
        if each.reads(None if comment.is_shared else OrganizationKind(comment.side))
    ]
    before = {
        "text": comment.text,
        "revision": comment.revision,
        "mentions": [each.public_id for each in comment.mentioned.all()],
    }
    form = CommentChangeForm(request.POST or None, case=case, sides=sides, known=known, stands=comment, initial=before)
    if form.is_valid():
        facts = {"revision": form.cleaned_data["revision"] or 0, **form.arguments}
        if form.carry_out(user, change_comment, case.public_id, comment_id, **facts):
            return done(request, "Changed. The record keeps that it was.", form.made)
    trail = trail_of(case, ("Comments", reverse("case_comments", args=[case.public_id])))
    context = {"trail": trail, "case": case, "form": form, "comment": _shown(comment, user, case, sides)}
    return render(request, "cases/comment.html", context, status=409 if form.errors else 200)


def withdraw(request: HttpRequest, public_id: str, comment_id: str) -> HttpResponse:
    case = case_of(request, public_id)
    gone = withdraw_comment(case.public_id, comment_id, actor=person(request), now=timezone.now())
    return done(request, "Withdrawn. What it said is gone.", gone)
