"""News on home: what happened in the last week, by case, and read once it is seen."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from authorizations.actions.cases.comments import make_comment
from authorizations.models import Case, Message
from tests.cast import Cast
from tests.lifecycle.cases import make_case
from tests.web.reading_pages import body_of


def message(person: User, case: Case | None, subject: str, key: str, *, days: int = 0) -> Message:
    about = {"subject_type": "case", "subject_id": case.pk, "link": case.get_absolute_url()} if case else {}
    moment = timezone.now() - timedelta(days=days)
    return Message.objects.create(
        recipient=person, key=key, subject=subject, body="It was.", created_at=moment, not_before=moment, **about
    )


def news(client: Client) -> list[tuple[str, list[tuple[str, bool]]]]:
    groups = client.get("/").context["news"]
    return [(group.title, [(item.words, item.is_new) for item in group.items]) for group in groups]


@pytest.mark.slow
def test_news_stand_by_case_the_newest_first_and_are_read_once_seen(client: Client, cast: Cast) -> None:
    one, other = make_case(cast, "initial", "ssp"), make_case(cast, "reuse", "risk_decision")
    Message.objects.all().delete()
    message(cast.liaison, one, f"SSP delivered: {one}", "a", days=3)
    message(cast.liaison, other, f"Your turn: decide for {other}", "b", days=2)
    message(cast.liaison, None, "A report for you", "c", days=1)
    message(cast.viewer, one, "For Vic", "d")
    make_comment(one.public_id, actor=cast.csp_lead, now=timezone.now(), text="Hm?", shared=True)
    client.force_login(cast.liaison)
    wanted = [
        (str(one), [("New comment", True), ("SSP delivered", True)]),
        ("", [("A report for you", True)]),
        (str(other), [("Your turn: decide", True)]),
    ]
    assert news(client) == wanted
    # Seen is read, and stays for the week; a comment is read where its words are.
    assert Message.objects.unread_by(cast.liaison).get().subject.startswith("New comment")
    seen = [(title, [(words, words == "New comment") for words, _ in items]) for title, items in wanted]
    assert news(client) == seen
    assert f'2 things happened on <a href="{one.get_absolute_url()}">{one}</a>' in body_of(client, "/")
    assert Message.objects.unread_by(cast.viewer).count() == 1


def test_what_is_older_than_a_week_is_no_news_and_stays_unread(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    Message.objects.all().delete()
    message(cast.liaison, case, "Old", "a", days=8)
    message(cast.liaison, case, "Twelve at once", "digest:1")
    client.force_login(cast.liaison)
    assert news(client) == []
    assert Message.objects.unread_by(cast.liaison).count() == 1
