"""What a mail says and what it does not, and for whom it is still meant when it is sent."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse
from django.utils.html import escape

from accounts.models import Membership, User
from authorizations.actions.cases.comments import make_comment
from authorizations.actions.people.invitations import invite
from authorizations.actions.people.memberships import end_membership
from authorizations.models import Case, Event, Message
from authorizations.notifications.mail.delivery import deliver
from authorizations.notifications.mail.secret_links import link_of
from tests.cast import Cast
from tests.lifecycle.cases import make_case
from tests.lifecycle.test_side_effects import take
from tests.lifecycle.world import NOW
from tests.notifications.due_messages import message, outcome

OWN = "https://portal.example.gov"


def sent_to(person: User) -> Any:
    deliver(lambda: NOW)
    [found] = [each for each in mail.outbox if each.to == [person.email]]
    return found


def html_of(sent: Any) -> str:
    [alternative] = sent.alternatives
    assert alternative.mimetype == "text/html"
    return str(alternative.content)


def test_a_mail_says_what_was_done_in_text_and_html_and_leads_on(cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    Message.objects.update(status="sent", sent_at=NOW)
    take(case, "return_ssp", cast, "reviewer")
    told = Message.objects.get(recipient=cast.csp_lead, event__verb="case.return_ssp")
    sent = sent_to(cast.csp_lead)
    assert sent.subject == f"[Not production] {told.subject}"
    for text in (str(sent.body), html_of(sent)):
        assert told.body.split(".")[0] in text
        assert f"{OWN}{told.link}" in text
        # The reason, and whatever else people typed, stays in the portal.
        assert told.detail
        assert told.detail not in text
        assert "There is more to it in the portal" in text
    assert '<html lang="en">' in html_of(sent)
    assert "<title>" in html_of(sent)
    assert f"<h1>{escape(told.subject)}</h1>" in html_of(sent)


@pytest.mark.slow
def test_all_mails_about_a_case_are_one_thread(cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    deliver(lambda: NOW)
    take(case, "return_ssp", cast, "reviewer")
    deliver(lambda: NOW)
    mails = [each.message() for each in mail.outbox if each.to == [cast.csp_lead.email]]
    assert len(mails) > 1
    assert {each["References"] for each in mails} == {f"<case-{case.pk}.thread@portal.example.gov>"}
    assert {each["In-Reply-To"] for each in mails} == {each["References"] for each in mails}
    assert len({each["Message-ID"] for each in mails}) == len(mails)
    assert {each["Auto-Submitted"] for each in mails} == {"auto-generated"}


def test_what_people_called_things_does_no_harm_in_html(cast: Cast) -> None:
    message(cast.viewer, subject="<script>alert(1)</script>", body="<b>Bold</b> & more")
    sent = sent_to(cast.viewer)
    assert "<script>" not in html_of(sent)
    assert "&lt;b&gt;Bold&lt;/b&gt; &amp; more" in html_of(sent)
    assert "<b>Bold</b> & more" in sent.body


@pytest.mark.parametrize("mandatory", [True, False])
def test_a_mail_says_whether_it_can_be_switched_off(cast: Cast, *, mandatory: bool) -> None:
    message(cast.viewer, mandatory=mandatory)
    assert ("it cannot be switched off" in sent_to(cast.viewer).body) is mandatory


def test_an_invitation_is_mailed_with_its_link_which_stands_in_no_row(cast: Cast) -> None:
    invitation = invite(
        actor=cast.liaison,
        organization=cast.organizations["harbors"],
        email="nia@new.example",
        role="agency_viewer",
        now=NOW,
    )
    deliver(lambda: NOW)
    [sent] = [each for each in mail.outbox if each.to == ["nia@new.example"]]
    assert f"{OWN}{link_of(invitation)}" in sent.body
    assert "opens once" in sent.body
    assert invitation.secret not in repr([*Message.objects.values(), *Event.objects.values()])


@pytest.mark.parametrize(
    ("change", "reason"), [({"ended_at": NOW, "answer": "revoked"}, "satisfied"), ({"expires_at": NOW}, "late")]
)
def test_an_invitation_that_opens_nothing_any_more_is_not_mailed(
    cast: Cast, change: dict[str, Any], reason: str
) -> None:
    invitation = invite(
        actor=cast.liaison,
        organization=cast.organizations["harbors"],
        email="nia@new.example",
        role="agency_viewer",
        now=NOW,
    )
    type(invitation).objects.filter(pk=invitation.pk).update(**change)
    deliver(lambda: NOW)
    assert mail.outbox == []
    assert outcome(Message.objects.get(address="nia@new.example"))[:2] == ("skipped", reason)


# --- whether it is still meant for its person ---


def test_who_left_meanwhile_is_mailed_nothing_of_a_case_and_is_told_of_leaving(cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    Message.objects.update(status="sent", sent_at=NOW)
    take(case, "return_ssp", cast, "reviewer")
    held = Membership.objects.get(user=cast.csp_lead)
    Membership.objects.filter(pk=held.pk).update(
        started_on=NOW.date() - timedelta(days=9), ended_on=NOW.date() - timedelta(days=1)
    )
    told = Message.objects.get(recipient=cast.csp_lead, event__verb="case.return_ssp")
    assert deliver(lambda: NOW)["skipped"] == 1
    assert outcome(told)[:2] == ("skipped", "not_permitted")
    # Nor does the portal show what they were not mailed.
    assert not Message.objects.addressed_to(cast.csp_lead).filter(pk=told.pk).exists()
    assert not Message.objects.visible_to(cast.csp_lead).filter(pk=told.pk).exists()


def test_the_person_whose_membership_ended_is_mailed_so(cast: Cast) -> None:
    held = Membership.objects.get(user=cast.viewer)
    end_membership(actor=cast.liaison, public_id=held.public_id, now=NOW, reason="The project is over.")
    later = NOW + timedelta(days=1)
    deliver(lambda: later)
    told = Message.objects.get(recipient=cast.viewer, event__verb="membership.ended")
    assert outcome(told)[0] == "sent"
    assert "The project is over." not in str(mail.outbox[0].body)


def test_anyone_who_is_mentioned_inside_is_mailed_nothing_once_they_changed_sides(cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    Message.objects.update(status="sent", sent_at=NOW)
    make_comment(
        case.public_id, actor=cast.liaison, now=NOW, text="Look.", shared=False, mentions=[cast.reviewer.public_id]
    )
    told = Message.objects.get(event__verb="comment.made")
    Membership.objects.filter(user=cast.reviewer).update(
        organization=cast.organizations["nimbus"], role="csp_contributor"
    )
    # The case is there for them still, and the comment is not.
    assert Case.objects.visible_to(User.objects.get(pk=cast.reviewer.pk)).filter(pk=case.pk).exists()
    deliver(lambda: NOW)
    assert outcome(told)[:2] == ("skipped", "not_permitted")


@pytest.mark.slow
def test_every_message_of_a_case_from_first_to_last_stage_is_mailed(cast: Cast) -> None:
    make_case(cast, "initial", "certified")
    make_case(cast, "reuse", "recorded")
    number = Message.objects.count()
    assert number > 50
    found = deliver(lambda: NOW)
    assert found == {"sent": number}, list(
        Message.objects.filter(status="skipped").values_list("event__verb", "recipient__name")
    )
    assert reverse("home") == "/"
