"""The comments that are new to a person: told, and not read yet. It costs nothing where everything is read."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from django.db.models import OuterRef, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.prepared_query import PreparedQuery
from authorizations.display import counted
from authorizations.models import Case, Message
from authorizations.web.sign_in.auth_backend import MOST_COUNTED, CountOf


def with_new_comments(rows: QuerySet[Case], user: User) -> QuerySet[Case]:
    """The same cases, each with how many of its comments are new to a person: no query more than for the case."""
    if not getattr(user, "unread", 0):
        return rows
    unread = _unread(user).filter(subject_id=OuterRef("pk")).order_by().values("pk")
    return rows.annotate(new_comments=CountOf(unread))


def new_comments(case: Case, user: User) -> dict[int, str]:
    """The comments of which a person was told and has not read it: the id of the message by their keys.

    No query for the person who has read everything, which came with the person of the session.
    """
    if not getattr(user, "unread", 0):
        return {}
    return dict(_unread(user).filter(subject_id=case.pk).values_list("event__subject_id", "public_id"))


def new_comments_in_words(user: User, cases: Sequence[int]) -> Mapping[int, str]:
    """How many comments of these cases are new, in words, by the key of the case; one query at most."""
    unread = getattr(user, "unread", 0)
    if not unread:
        return {}
    if unread < MOST_COUNTED:
        of_cases = [each.subject_id for each in UNREAD.rows(user.pk, timezone.localdate())]
    else:
        of_cases = list(_unread(user).filter(subject_id__in=cases).values_list("subject_id", flat=True))
    return {case: counted(number, "new comment") for case, number in Counter(of_cases).items() if case}


def _unread(user: User | int) -> QuerySet[Message]:
    return Message.objects.unread_by(user).filter(subject_type="case", event__subject_type="comment").order_by()


def _few_unread(key: int, today: date) -> QuerySet[Message]:
    return _unread(key).only("subject_id")


# Of who has little unread all of it: to name the cases of a page anew takes longer than to read that.
UNREAD = PreparedQuery(_few_unread)
