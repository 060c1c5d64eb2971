"""The comments on a case, as far as you may read them; writing one. Internal ones of another side are not there."""

from datetime import datetime
from enum import StrEnum

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from accounts.roles import OrganizationKind
from authorizations.actions.cases.comments import make_comment
from authorizations.api import schemas
from authorizations.api.authentication import person
from authorizations.api.lists.paging import page_of
from authorizations.api.schemas import RECORD, PageOut, PageQuery, Text, acting, filled, reading
from authorizations.models import Case, Comment

router = Router(tags=["Cases"])


class Audience(StrEnum):
    """Who reads a comment."""

    INTERNAL = "internal"
    SHARED = "shared"


class CommentRow(Schema):
    """One comment; of one that was withdrawn, that there was one."""

    id: str
    url: str = Field(description="Its place on the page of the case's comments.")
    side: OrganizationKind
    audience: Audience = Field(description="internal: its side and the auditor; shared: everyone who sees the case.")
    by: str = Field(description="Name of the person, and for whom by delegation.")
    text: str = Field(description="Blank once it was withdrawn.")
    made_at: datetime
    edited_at: datetime | None
    withdrawn_at: datetime | None


class CommentMade(schemas.Idempotent):
    """Writing a comment."""

    audience: Audience
    side: OrganizationKind | None = Field(None, description="For which of your sides, where you act for several.")
    text: Text
    mentions: list[str] = Field([], max_length=100, description="Ids of people who read it and are told of it.")


@reading(
    router, RECORD + "/comments", PageOut[CommentRow], "api_comments", "list_comments", "List the comments on a case"
)
def list_comments(request: HttpRequest, public_id: str, filters: Query[PageQuery]) -> PageOut[CommentRow]:
    """The comments on a case that you may read, newest first."""
    user = person(request)
    case = get_object_or_404(Case.objects.visible_to(user), public_id=public_id)
    rows = Comment.objects.visible_to(user).filter(case=case).select_related("case", "author__merged_into", "acted_for")
    return page_of(request, rows, filters, _row)


@acting(
    router, RECORD + "/comments", CommentRow, "api_comments", "make_comment", "Write a comment on a case", status=201
)
def write(request: HttpRequest, public_id: str, body: CommentMade) -> Status[CommentRow]:
    """Says something about a case: inside your side, or to everyone who may see it."""
    user = person(request)
    made = make_comment(
        public_id,
        actor=user,
        now=timezone.now(),
        text=body.text,
        shared=body.audience is Audience.SHARED,
        side=body.side or "",
        mentions=body.mentions,
        idempotency_key=body.key_of(user),
    )
    return Status(201, _row(made))


def _row(comment: Comment) -> CommentRow:
    audience = Audience.SHARED if comment.is_shared else Audience.INTERNAL
    return filled(CommentRow, comment, url=comment.get_absolute_url(), audience=audience, by=comment.who)
