"""The part of the catalog about comments: anyone who is mentioned in one is told so, and never what it says."""

from collections.abc import Iterator

from accounts.models import User
from authorizations.display import day_text
from authorizations.models import Comment, Event
from authorizations.notifications.catalog.message_content import MessageContent, Words, to_each


def _mentioned(event: Event) -> Iterator[MessageContent]:
    """Those who are mentioned now and were not before; a mail lies about where an internal comment may not be read."""
    before, after = event.changes.get("mentioned") or ([], [])
    new = set(after) - set(before)
    if not new:
        return
    comment = Comment.objects.select_related("case__agency", "case__offering").get(pk=event.subject_id)
    body = (
        f"{event.who} mentioned you in a comment on {day_text(event.at)}. What it says stands only on the page of the "
        "case's comments."
    )
    people = User.objects.filter(pk__in=new, is_active=True).order_by("pk")
    subject = f"You are mentioned: {comment.case}"
    yield from to_each(people, subject, body, comment.get_absolute_url(), about=comment.case)


OF_COMMENTS: dict[str, Words] = dict.fromkeys(("comment.made", "comment.changed"), _mentioned)
