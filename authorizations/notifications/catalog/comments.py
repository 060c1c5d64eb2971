"""The part of the catalog about comments: the other sides are told of one for everyone, and who is mentioned in one.

What it says stands in the comment alone.
"""

from collections.abc import Iterator

from django.db.models import Q

from accounts.models import Membership, User
from accounts.roles import Role
from authorizations.display import day_text
from authorizations.models import Comment, Event
from authorizations.models.querysets import BESIDE_A_CASE
from authorizations.notifications.catalog.message_content import (
    OF_THE_PMO,
    MessageContent,
    Words,
    day_of,
    parties_of,
    to_each,
)

ELSEWHERE = "What it says stands only on the page of the case's comments."


def _said(event: Event) -> Iterator[MessageContent]:
    """Those who are mentioned now and were not before; of a new one for everyone, the other sides too.

    A mail lies about where a comment may not be read, so it has a link and no text.
    """
    before, after = event.changes.get("mentioned") or ([], [])
    new = set(after) - set(before)
    is_for_everyone = event.changes.get("is_shared") == [None, True]
    if not new and not is_for_everyone:
        return
    beside = [f"case__{name}" for name in BESIDE_A_CASE]
    comment = Comment.objects.select_related(*beside).get(pk=event.subject_id)
    subject, day = f"You are mentioned: {comment.case}", day_text(event.at)
    body = f"{event.who} mentioned you in a comment on {day}. {ELSEWHERE}"
    people = User.objects.filter(pk__in=new, is_active=True).order_by("pk")
    yield from to_each(people, subject, body, comment.get_absolute_url(), about=comment.case)
    if is_for_everyone:
        others = [person for person in _other_sides(event, comment) if person.pk not in new]
        body = f"{event.who} wrote a comment on {day} that everyone on the case may read. {ELSEWHERE}"
        subject = f"New comment: {comment.case}"
        yield from to_each(others, subject, body, comment.get_absolute_url(), about=comment.case)


def _other_sides(event: Event, comment: Comment) -> list[User]:
    """The people of the case on the other sides: those who are told of its acts, and who took part in what is said."""
    case = comment.case
    on_it = Q(organization__in=[*case.agency_line, case.offering.provider_id, case.assessor_id]) | OF_THE_PMO
    spoke = Comment.objects.filter(case=case, is_shared=True).order_by().values("author")
    claimed = OF_THE_PMO & Q(user=case.claimed_by_id)
    memberships = (
        Membership.objects.current(day_of(event))
        .filter(parties_of(case) | claimed | on_it & Q(user__in=spoke))
        .exclude(Q(organization__kind=comment.side) | Q(role=Role.AUDITOR))
    )
    return User.objects.acting_in(memberships, day_of(event))


OF_COMMENTS: dict[str, Words] = dict.fromkeys(("comment.made", "comment.changed"), _said)
