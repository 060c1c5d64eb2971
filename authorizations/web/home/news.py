"""News on home: what a person was told of in the last week, by case, newest first. It is read once it was shown."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Case as Either
from django.db.models import CharField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Concat
from django.utils import timezone

from accounts.models import User
from accounts.prepared_query import PreparedQuery, standing_of
from authorizations.actions.messages import mark_read
from authorizations.models import Case, Message
from authorizations.vocabulary import Topic

DAYS = timedelta(days=7)
# So much is read; what is older is on the page of notifications.
SHOWN = 40
# So much of one case is there at once; the rest unfolds.
FIRST = 3


@dataclass(frozen=True, slots=True)
class NewsItem:
    """``words``: what happened, without the name of the case, which is above."""

    words: str
    link: str
    text: str
    at: datetime
    is_new: bool


@dataclass(frozen=True, slots=True)
class NewsGroup:
    """What happened on one case; of no case, what has the same words, without ``title`` and ``url``."""

    title: str
    url: str
    items: list[NewsItem]

    @property
    def first(self) -> list[NewsItem]:
        return self.items[: self._shown]

    @property
    def more(self) -> list[NewsItem]:
        return self.items[self._shown :]

    @property
    def _shown(self) -> int:
        # The same words again say nothing more.
        return FIRST if self.title else 1


def news(user: User, now: datetime) -> list[NewsGroup]:
    """The news of a person, who reads them by this: one query, and one more where any is new."""
    found: list[Any] = LATEST.rows(user.pk, timezone.localdate(now), user, shape=standing_of(user))
    # A comment is read where its words are: on the page of comments.
    unread = [each.public_id for each in found if each.read_at is None and each.topic != Topic.COMMENTS]
    if unread:
        mark_read(unread, actor=user, now=now)
    groups: dict[object, NewsGroup] = {}
    for each in found:
        key = each.subject_id if each.about else each.subject
        group = groups.setdefault(key, NewsGroup(each.about, _page_of(each) if each.about else "", []))
        words = each.subject.removesuffix(f": {each.about}").removesuffix(f" for {each.about}")
        group.items.append(NewsItem(words, each.link, each.text, each.created_at, each.read_at is None))
    return list(groups.values())


def _latest(key: int, today: date, user: User) -> QuerySet[Message]:
    since = timezone.make_aware(datetime.combine(today - DAYS, time()))
    rows = Message.objects.addressed_to(user).filter(created_at__gte=since)
    # What is due stands beside, and is news only until it is seen; a digest carries what is here one by one.
    rows = rows.exclude(key__startswith="digest:").exclude(key__startswith="due:", read_at__isnull=False)
    found: QuerySet[Message] = rows.annotate(about=_about(user)).order_by("-created_at", "-pk")[:SHOWN]
    return found


LATEST = PreparedQuery(_latest)


def _about(user: User) -> Either:
    """The case that a message is about, as its name reads; blank for no case, or none that the person may see."""
    name = Concat("offering__name", Value(" for "), "agency__name")
    case = Case.objects.visible_to(user).filter(pk=OuterRef("subject_id")).order_by().values(name=name)
    return Either(When(subject_type="case", then=Subquery(case[:1])), default=Value(""), output_field=CharField())


def _page_of(message: Message) -> str:
    """The page of the case, below which every page is that a message about it leads to."""
    return "/".join([*message.link.split("/")[:3], ""])
