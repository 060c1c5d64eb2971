"""The messages about one record: who sees which of them, what became of each, and sending one again."""

from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from authorizations.actions.cases.comments import make_comment
from authorizations.actions.messages import send_again
from authorizations.actions.refusals import NoLongerPossible
from authorizations.models import Bounce, Case, Event, Message
from authorizations.notifications.mail.delivery import deliver
from tests.attacks.scene import signed_in
from tests.cast import Cast
from tests.lifecycle.cases import make_case
from tests.lifecycle.test_side_effects import take
from tests.lifecycle.world import NOW
from tests.notifications.due_messages import outcome
from tests.web.sign_in.test_sign_in import words


@pytest.fixture
def case(cast: Cast) -> Case:
    return take(make_case(cast, "initial", "ssp"), "return_ssp", cast, "reviewer")


def told_to(case: Case, user: User) -> set[str]:
    """To whom the messages on a case's page are that a person sees."""
    return {each.recipient.name for each in Message.objects.about_record(case, user) if each.recipient}


@pytest.mark.slow
def test_people_see_what_was_told_to_their_colleagues_and_of_their_own_acts(cast: Cast, case: Case) -> None:
    everyone = told_to(case, cast.auditor)
    assert {"Lena Liaison", "Cleo Lead"} <= everyone
    assert told_to(case, cast.csp_viewer) == {"Cleo Lead"}
    assert "Cleo Lead" not in told_to(case, cast.viewer)
    # The person who returned it sees whom that was told to.
    assert "Cleo Lead" in told_to(case, cast.reviewer)
    assert told_to(case, cast.pmo_lead) == everyone


@pytest.mark.slow
def test_nobody_sees_in_a_message_log_what_was_said_inside_another_side(cast: Cast, case: Case) -> None:
    make_comment(
        case.public_id, actor=cast.liaison, now=NOW, text="Look.", shared=False, mentions=[cast.viewer.public_id]
    )
    told = Message.objects.get(event__verb="comment.made")
    seen = {
        who for who, user in cast.people.items() if Message.objects.about_record(case, user).filter(pk=told.pk).exists()
    }
    assert seen == {"viewer", "liaison", "auditor"}


@pytest.mark.parametrize("record_type", ["case", "organization"])
def test_the_page_says_what_became_of_each(client: Client, cast: Cast, case: Case, record_type: str) -> None:
    Message.objects.filter(recipient=cast.csp_lead).update(
        status="failed", failure="The mail server refused the address (550)."
    )
    url = reverse("case_messages", args=[case.public_id])
    if record_type == "organization":
        Message.objects.update(subject_type="organization", subject_id=cast.organizations["harbors"].pk)
        url = reverse("organization_messages", args=[cast.organizations["harbors"].public_id])
    page = words(signed_in(cast.liaison if record_type == "organization" else cast.pmo_lead).get(url))
    assert "Failed The mail server refused the address (550)." in page
    assert "Planned" in page
    assert "Send again" in page


def test_a_failed_message_is_sent_again_by_whose_act_it_was_and_that_is_recorded(
    cast: Cast, case: Case, settings: Any
) -> None:
    told = Message.objects.get(recipient=cast.csp_lead, event__verb="case.return_ssp")
    Message.objects.exclude(pk=told.pk).update(status="sent", sent_at=NOW)
    Message.objects.filter(pk=told.pk).update(status="failed", failure="Refused.", attempts=8)
    url = reverse("send_message_again", args=[told.public_id])
    assert signed_in(cast.csp_viewer).post(url).status_code == 404
    answer = signed_in(cast.reviewer).post(url, {"next": case.get_absolute_url()})
    assert answer.headers["Location"] == case.get_absolute_url()
    assert outcome(told) == ("planned", "", 0)
    entry = Event.objects.get(verb="message.sent_again")
    assert (entry.actor, entry.subject_id, entry.changes) == (cast.reviewer, told.pk, {"status": ["failed", "planned"]})
    deliver()
    assert outcome(told)[0] == "sent"
    assert len(mail.outbox) == 1
    # What was sent is not sent again.
    assert signed_in(cast.reviewer).post(url).status_code == 409
    with pytest.raises(NoLongerPossible):
        send_again(told.public_id, actor=cast.pmo_lead, now=NOW)


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_after_sending_again_nobody_is_led_elsewhere(cast: Cast, case: Case, elsewhere: str) -> None:
    told = Message.objects.get(recipient=cast.csp_lead, event__verb="case.return_ssp")
    Message.objects.filter(pk=told.pk).update(status="failed")
    answer = signed_in(cast.pmo_lead).post(reverse("send_message_again", args=[told.public_id]), {"next": elsewhere})
    assert answer.headers["Location"] == reverse("messages")


@pytest.mark.slow
def test_a_long_message_log_has_pages_and_asks_no_more_for_more(
    cast: Cast, case: Case, django_assert_max_num_queries: Any
) -> None:
    first = Message.objects.filter(subject_type="case")[0]
    rows = [
        Message(
            key=f"due:{n}",
            recipient=first.recipient,
            topic="cases",
            subject_type="case",
            subject_id=case.pk,
            subject=f"Due {n}",
            body="Due.",
            created_at=NOW,
        )
        for n in range(120)
    ]
    Message.objects.bulk_create(rows)
    client, url = signed_in(cast.pmo_lead), reverse("case_messages", args=[case.public_id])
    with django_assert_max_num_queries(8):
        page = words(client.get(url))
    assert "Due 119" in page
    assert "Older" in page
    assert "Newer" not in page
    assert "Due 69" in words(client.get(f"{url}?page=2"))
    assert client.get(f"{url}?page=99999").status_code == client.get(f"{url}?page=x").status_code == 200


# --- what a person reads in the portal ---


def unread(client: Client) -> str:
    page = client.get(reverse("own_messages")).content.decode()
    return page[page.index("<summary>") : page.index("</summary>")]


def test_the_head_of_each_page_says_how_much_is_unread_without_a_query(
    cast: Cast, case: Case, django_assert_num_queries: Any
) -> None:
    client = signed_in(cast.csp_lead)
    number = Message.objects.filter(recipient=cast.csp_lead).count()
    assert number
    assert f"({number}<" in unread(client)
    one = Message.objects.filter(recipient=cast.csp_lead)[0]
    client.post(reverse("own_messages"), {"message": one.public_id})
    assert Message.objects.filter(recipient=cast.csp_lead, read_at=None).count() == number - 1
    client.post(reverse("own_messages"))
    assert not Message.objects.filter(recipient=cast.csp_lead, read_at=None).exists()
    assert "(" not in unread(client)
    # Nobody reads for others.
    assert Message.objects.filter(recipient=cast.liaison, read_at=None).exists()
    other = Message.objects.filter(recipient=cast.liaison)[0]
    client.post(reverse("own_messages"), {"message": other.public_id})
    assert Message.objects.get(pk=other.pk).read_at is None


def test_what_is_counted_no_further_says_so(cast: Cast, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    number = Message.objects.filter(recipient=cast.csp_lead).count()
    monkeypatch.setattr("authorizations.web.context_processors.MOST_COUNTED", number)
    assert f"({number}+<" in unread(signed_in(cast.csp_lead))


@pytest.mark.slow
def test_without_a_mail_server_nothing_is_promised(cast: Cast, case: Case, settings: Any) -> None:
    pages = (reverse("case_messages", args=[case.public_id]), reverse("notification_settings"))
    client = signed_in(cast.csp_lead)
    for server, description in (("", True), ("smtp://mail.example", False)):
        settings.SMTP = server
        found = [words(client.get(page)) for page in pages]
        assert ["no mail server" in each for each in found] == [description, description]
        assert ("as soon as possible" in found[0]) is not description


# --- addresses to which mail does not get ---


def test_an_address_is_marked_and_cleared_by_a_command_and_on_record_without_it(cast: Cast) -> None:
    call_command("bounce", "VIEWER@example.gov", "--reason", "No such mailbox.", verbosity=0)
    bounce = Bounce.objects.get()
    assert (bounce.address, bounce.reason, bounce.cleared_on) == ("viewer@example.gov", "No such mailbox.", None)
    page = words(signed_in(cast.viewer).get(reverse("own_messages")))
    assert "No such mailbox. Nothing is mailed to you" in page
    people = reverse("people_of", args=[cast.organizations["harbors"].public_id])
    assert "mail to this address comes back" in words(signed_in(cast.liaison).get(people))
    assert "mail to this address comes back" not in words(signed_in(cast.reviewer).get(people))
    assert not Bounce.objects.visible_to(cast.csp_lead).exists()
    call_command("bounce", "viewer@example.gov", "--clear", "--reason", "The mailbox is back.", verbosity=0)
    bounce.refresh_from_db()
    assert bounce.cleared_on == timezone.localdate()
    entries = list(Event.objects.filter(subject_type="bounce").order_by("pk").values_list("verb", "changes__address"))
    assert entries == [("bounce.added", [None, None]), ("bounce.corrected", None)]
    assert not Event.objects.filter(text__contains="viewer@example.gov").exists()
