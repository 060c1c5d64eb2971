"""Commenting on a case: saying something inside the own side or to everyone, changing it shortly after, withdrawing it.

The record says who commented on what and who was mentioned, by ids; what was said is in the comment alone.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db.models import Q

from accounts.models import Membership, Organization, User
from accounts.roles import OrganizationKind, Role
from authorizations.actions.acting_capacity import acting_context
from authorizations.actions.door import Action, Changes, action, update
from authorizations.actions.idempotency_key import refuse_resent
from authorizations.actions.refusals import AlreadyDone, Blocked, NoLongerPossible, NotPermitted, NotReady
from authorizations.lifecycle.problems import Problem
from authorizations.models import Case, Comment, Event
from authorizations.models.cases.comment import CHANGED_WITHIN
from authorizations.models.querysets import user_organization_ids
from authorizations.policy import OF_THE_PMO, SIDES, sides_of
from authorizations.sanitize import LONGEST_TEXT, storable

MADE, CHANGED, WITHDRAWN = "comment.made", "comment.changed", "comment.withdrawn"
MINUTES = int(CHANGED_WITHIN.total_seconds() // 60)
READERS_ONLY = "You read the comments of this case. Who acts for a side of it writes them."
NOT_YOURS = "Only its author changes or withdraws a comment."
NOT_SHARED = "Nobody outside the agency knows of this case yet, so its comments stay inside the agency."
WITHDRAWN_ALREADY = "This comment was withdrawn already."


class AlreadyCommented(AlreadyDone):
    already = "Your comment stands already: the form was sent twice."


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who may read comments of a case, and whom the person who asks may know by name.

    side: inside which they read internal comments; None for the auditor, who reads those of all sides.
    """

    user: User
    organization: str
    side: OrganizationKind | None

    def reads(self, inside: OrganizationKind | None) -> bool:
        """Whether they read what stays inside a side; None is what is shared."""
        return inside is None or self.side is None or self.side == inside

    @property
    def label(self) -> str:
        return f"{self.user.name}, {self.organization}"


def readers(case: Case, actor: User, today: date) -> list[Reader]:
    """Whom the actor may mention in a comment on a case: who may read it and whose name the actor may know.

    That is everyone of the own organizations and of those below, and the person who is named on the case already; for
    the PMO, which sees the people of every organization, everyone.
    """
    rows = Membership.objects.current(today).filter(_may_see(case), user__is_active=True).exclude(user=actor)
    if not any(role in OF_THE_PMO for role in actor.roles):
        rows = rows.filter(Q(organization__in=user_organization_ids(actor)) | Q(user__in=_named_on(case, actor)))
    found: dict[tuple[int, str | None], Reader] = {}
    for each in rows.select_related("user", "organization").order_by("user__name", "pk"):
        side = None if each.role == Role.AUDITOR else OrganizationKind(each.organization.kind)
        found.setdefault((each.user_id, side), Reader(each.user, each.organization.name, side))
    return list(found.values())


def _may_see(case: Case) -> Q:
    rows = Q(organization__in=case.agency_line) | Q(role=Role.AUDITOR)
    if case.shared_at is not None:
        rows |= Q(organization=case.offering.provider_id) | Q(role__in=list(OF_THE_PMO))
        if case.assessor_id is not None:
            rows |= Q(organization=case.assessor_id)
    return rows


def _named_on(case: Case, actor: User) -> set[int]:
    acts = (
        Event.objects.readable_history(case, actor)
        .order_by()
        .values_list("actor", "acted_for", "decided_by")
        .distinct()
    )
    comments = (
        Comment.objects.visible_to(actor).filter(case=case).order_by().values_list("author", "acted_for").distinct()
    )
    keys = {case.authorizing_official_id, case.claimed_by_id, *(key for row in (*acts, *comments) for key in row)}
    return {key for key in keys if key is not None}


def make_comment(
    public_id: str,
    *,
    actor: User,
    now: datetime,
    text: str,
    shared: bool,
    side: str = "",
    mentions: Iterable[str] = (),
    idempotency_key: str = "",
) -> Comment:
    """Says something about a case, inside one's own side or to everyone who may see the case.

    Args:
        shared: whether everyone reads it. side: for which of one's sides, where there is more than one.
        mentions: ids of readers who are told of it; typing their name after an @ is the same.
    """
    own = Comment.objects.visible_to(actor).select_related("case")
    refuse_second = partial(refuse_resent, AlreadyCommented, idempotency_key, actor, own)
    clash = "This form was sent before. Open the page anew."
    with action(actor, now=now, idempotency_key=idempotency_key, clash=clash, refuse_resent=refuse_second) as act:
        case: Case = Case.objects.held_by(actor).get(public_id=public_id)
        refuse_second()
        for_side = _side_of(act, case, actor, side)
        if shared and case.shared_at is None:
            raise Blocked(NOT_SHARED)
        text_value, mentioned = _checked_text(case, actor, act.day, text, mentions, None if shared else for_side)
        comment = Comment(
            case=case,
            side=for_side,
            organization=_inside(case, actor, for_side),
            is_shared=shared,
            author=actor,
            acted_for=act.acted_for,
            text=text_value,
            made_at=now,
        )
        comment.save(force_insert=True)
        comment.mentioned.set(mentioned)
        changes: Changes = {"case": [None, case.pk], "side": [None, for_side.value], "is_shared": [None, shared]}
        act.record(MADE, comment, changes={**changes, **_mentioned([], mentioned)})
    return comment


def change_comment(
    public_id: str,
    comment_id: str,
    *,
    actor: User,
    now: datetime,
    revision: int,
    text: str,
    mentions: Iterable[str] = (),
) -> Comment:
    """Changes what one's own comment says, for fifteen minutes; who reads it stays as it is."""
    with action(actor, now=now) as act:
        comment = _own(act, public_id, comment_id, actor)
        if not comment.may_change(now):
            words = f"A comment can be changed for {MINUTES} minutes. Withdraw it, or write another."
            raise NoLongerPossible(words if comment.withdrawn_at is None else WITHDRAWN_ALREADY)
        if comment.revision != revision:
            raise NoLongerPossible("You changed this comment meanwhile, in another window. Open it anew.")
        inside = None if comment.is_shared else OrganizationKind(comment.side)
        text_value, mentioned = _checked_text(comment.case, actor, act.day, text, mentions, inside)
        before = list(comment.mentioned.order_by("pk"))
        if (text_value, {each.pk for each in mentioned}) == (comment.text, {each.pk for each in before}):
            raise Blocked("Nothing was changed: the comment already says so.")
        update(comment, text=text_value, edited_at=now, revision=revision + 1)
        comment.mentioned.set(mentioned)
        # Of the text, only that it changed.
        act.record(CHANGED, comment, changes={"text": [None, None], **_mentioned(before, mentioned)})
    return comment


def withdraw_comment(public_id: str, comment_id: str, *, actor: User, now: datetime) -> Comment:
    """Takes one's own comment back: that there was one stays, what it said is gone."""
    with action(actor, now=now) as act:
        comment = _own(act, public_id, comment_id, actor)
        if comment.withdrawn_at is not None:
            raise NoLongerPossible(WITHDRAWN_ALREADY)
        update(comment, text="", withdrawn_at=now, revision=comment.revision + 1)
        comment.mentioned.clear()
        act.record(WITHDRAWN, comment, changes={"text": [None, None]})
    return comment


def _side_of(act: Action, case: Case, actor: User, named: str) -> OrganizationKind:
    context = acting_context(case, actor, act.day)
    own = sides_of(context.parties)
    if not own:
        raise NotPermitted(READERS_ONLY)
    if named and named not in own:
        raise NotPermitted("You do not act for this side of the case.")
    side = OrganizationKind(named or own[0])
    act.acted_for = context.as_one_of(SIDES[side] & context.parties).acting_for
    return side


def _inside(case: Case, actor: User, side: OrganizationKind) -> Organization:
    of_the_case: dict[OrganizationKind, Any] = {
        OrganizationKind.AGENCY: case.agency,
        OrganizationKind.PROVIDER: case.offering.provider,
        OrganizationKind.ASSESSOR: case.assessor,
    }
    own = (each.organization for each in actor.current_memberships if each.role in OF_THE_PMO)
    return of_the_case[side] if side in of_the_case else next(own)


def _checked_text(
    case: Case, actor: User, today: date, text: str, mentions: Iterable[str], inside: OrganizationKind | None
) -> tuple[str, list[User]]:
    """The text as it is kept, and who is mentioned: by choice, or by name after an @ where that is a reader."""
    cleaned = storable(text).replace("\r\n", "\n").strip()
    if not cleaned:
        raise NotReady([Problem("text", "Write what you want to say.", "text")])
    if len(cleaned) > LONGEST_TEXT:
        raise NotReady([Problem("text", f"A comment has at most {LONGEST_TEXT:,} characters.", "text")])
    known = readers(case, actor, today)
    chosen = set(mentions)
    able = [each for each in known if each.reads(inside)]
    unable = chosen - {each.user.public_id for each in able}
    if unable:
        names = sorted({each.user.name for each in known if each.user.public_id in unable}) or ["Whom you chose"]
        words = f"{', '.join(names)} could not read this comment. Take the name out, or choose other readers."
        raise NotReady([Problem("mentions", words, "mentions")])
    mentioned = {
        each.user.pk: each.user for each in able if each.user.public_id in chosen or _is_called(each.user.name, cleaned)
    }
    return cleaned, [mentioned[key] for key in sorted(mentioned)]


def _is_called(name: str, text: str) -> bool:
    return re.search(rf"(?<!\w)@{re.escape(name)}(?!\w)", text, re.IGNORECASE) is not None


def _mentioned(before: Sequence[User], after: Sequence[User]) -> Changes:
    keys = [[each.pk for each in people] for people in (before, after)]
    return {"mentioned": keys} if keys[0] != keys[1] else {}


def _own(act: Action, public_id: str, comment_id: str, actor: User) -> Comment:
    case: Case = Case.objects.held_by(actor).get(public_id=public_id)
    rows = Comment.objects.visible_to(actor).select_for_update(of=("self",))
    comment: Comment = rows.get(public_id=comment_id, case=case)
    comment.case = case
    if comment.author_id != actor.pk:
        raise NotPermitted(NOT_YOURS)
    _side_of(act, case, actor, comment.side)
    return comment


def may_write(case: Case, actor: User) -> list[OrganizationKind]:
    return sides_of(case.parties_of(actor))
