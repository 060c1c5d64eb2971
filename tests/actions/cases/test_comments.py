"""Commenting on a case: who reads what, who writes, who is told, and what becomes of it when it is taken back."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Membership, User
from accounts.roles import Role
from authorizations.actions.cases.comments import (
    AlreadyCommented,
    change_comment,
    make_comment,
    readers,
    withdraw_comment,
)
from authorizations.actions.refusals import Blocked, NoLongerPossible, NotPermitted, NotReady
from authorizations.models import Case, Comment, Event, Message
from authorizations.policy import SIDES, Party
from authorizations.vocabulary import Topic
from tests.actions.people.test_delegations import again, lend
from tests.cast import Cast
from tests.lifecycle.cases import make_case, press, step_facts
from tests.lifecycle.world import DAY, NOW

AGENCY = {"liaison", "reviewer", "official", "viewer"}
PROVIDER = {"csp_lead", "csp_contributor", "csp_viewer"}
ASSESSOR = {"assessor_lead", "assessor_member"}
PMO = {"pmo_lead", "pmo_reviewer"}
EVERYONE = AGENCY | PROVIDER | ASSESSOR | PMO | {"auditor"}
# Who writes for each side, and who reads what stays inside it; written by hand from "Who sees what", c and d.
INSIDE = {
    "agency": ("reviewer", AGENCY | {"auditor"}),
    "provider": ("csp_contributor", PROVIDER | {"auditor"}),
    "assessor": ("assessor_member", ASSESSOR | {"auditor"}),
    "pmo": ("pmo_reviewer", PMO | {"auditor"}),
}


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast, "initial", "ssp")


def say(case: Case, actor: User, *, shared: bool = False, **given: Any) -> Comment:
    return make_comment(case.public_id, **{"actor": actor, "now": NOW, "text": "Berths?", "shared": shared, **given})


def reading(cast: Cast, comment: Comment) -> set[str]:
    """Everyone to whom the comment is there."""
    return {key for key, user in cast.people.items() if Comment.objects.visible_to(user).filter(pk=comment.pk)}


@pytest.mark.slow
@pytest.mark.parametrize("side", INSIDE)
def test_an_internal_comment_is_there_for_its_side_and_the_auditor(cast: Cast, case: Case, side: str) -> None:
    writer, wanted = INSIDE[side]
    comment = say(case, cast.people[writer])
    assert (comment.side, comment.is_shared) == (side, False)
    assert reading(cast, comment) == wanted
    unseen = {key for key, user in cast.people.items() if Comment.objects.all().unseen_by(user).filter(pk=comment.pk)}
    assert unseen == set(cast.people) - wanted


@pytest.mark.parametrize("side", INSIDE)
def test_a_shared_comment_is_there_for_anyone_who_sees_the_case(cast: Cast, case: Case, side: str) -> None:
    assert reading(cast, say(case, cast.people[INSIDE[side][0]], shared=True)) == EVERYONE


@pytest.mark.slow
def test_an_agency_above_reads_inside_comments_of_its_bureau_and_a_bureau_below_does_not(
    cast: Cast, case: Case
) -> None:
    of_harbors = say(case, cast.liaison)
    assert "bureau_liaison" not in reading(cast, of_harbors)
    Case.objects.filter(pk=case.pk).update(agency=cast.organizations["lighthouses"])
    of_the_bureau = say(case, cast.bureau_liaison)
    assert reading(cast, of_the_bureau) == AGENCY | {"bureau_liaison", "auditor"}


def test_the_next_assessor_does_not_read_what_the_former_one_said_inside(cast: Cast, case: Case) -> None:
    comment = say(case, cast.assessor_lead)
    Case.objects.filter(pk=case.pk).update(assessor=None)
    assert reading(cast, comment) == {"auditor"}


@pytest.mark.parametrize("person", ["viewer", "csp_viewer", "auditor"])
def test_who_only_reads_writes_nothing(cast: Cast, case: Case, person: str) -> None:
    for shared in (True, False):
        with pytest.raises(NotPermitted):
            say(case, cast.people[person], shared=shared)
    assert not Comment.objects.exists()


@pytest.mark.parametrize("person", ["stranger_agency", "stranger_csp", "bureau_liaison"])
def test_for_strangers_there_is_no_such_case(cast: Cast, case: Case, person: str) -> None:
    with pytest.raises(Case.DoesNotExist):
        say(case, cast.people[person])


def test_nobody_speaks_for_a_side_that_is_not_theirs(cast: Cast, case: Case) -> None:
    with pytest.raises(NotPermitted):
        say(case, cast.liaison, side="provider")


@pytest.mark.slow
def test_nothing_is_shared_of_a_case_that_is_not(cast: Cast) -> None:
    case = make_case(cast, "reuse", "need_defined")
    with pytest.raises(Blocked):
        say(case, cast.liaison, shared=True)
    inside = say(case, cast.liaison)
    press(case, "request_access", cast.liaison, **step_facts("request_access", cast, "reuse"))
    assert reading(cast, inside) == AGENCY | {"auditor"}
    assert say(case, cast.liaison, shared=True).is_shared


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 2001])
def test_a_comment_says_something_and_not_too_much(cast: Cast, case: Case, text: str) -> None:
    with pytest.raises(NotReady):
        say(case, cast.liaison, text=text)


# --- mentions ---


def chosen(case: Case, actor: User) -> set[str]:
    return {each.user.name for each in readers(case, actor, DAY)}


def test_only_colleagues_and_who_is_named_on_the_case_can_be_mentioned(cast: Cast, case: Case) -> None:
    # The provider delivered the SSP and agreed, the agency's liaison opened, the PMO listed.
    assert chosen(case, cast.reviewer) == {
        *("Lena Liaison", "Olu Official", "Vic Viewer"),
        *("Cleo Lead", "Con Tributor", "Per Reviewer"),
    }
    assert {"Casey View", "Con Tributor"} <= chosen(case, cast.csp_lead)
    assert not {"Vic Viewer", "Rae Reviewer", "Sam Stranger"} & chosen(case, cast.csp_lead)
    everyone = chosen(case, cast.pmo_lead)
    assert {"Vic Viewer", "Casey View", "Amy Member", "Audrey Auditor"} <= everyone
    assert not {"Sam Stranger", "Stan Stratus", "Bo Bureau", "Pia Lead"} & everyone


def test_a_mentioned_person_gets_a_message_that_says_nothing_of_it(cast: Cast, case: Case) -> None:
    before = Message.objects.count()
    comment = say(case, cast.liaison, text="The vault is empty.", mentions=[cast.reviewer.public_id])
    told = list(Message.objects.all()[: Message.objects.count() - before])
    assert [(each.recipient, each.link) for each in told] == [(cast.reviewer, comment.get_absolute_url())]
    assert "vault" not in told[0].subject + told[0].body
    assert told[0].body.startswith("Lena Liaison mentioned you in a comment on 24 Nov 2026.")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@Rae Reviewer, look.", ["Rae Reviewer"]),
        ("Ask @rae reviewer and @Vic Viewer!", ["Rae Reviewer", "Vic Viewer"]),
        ("@Casey View @Sam Stranger @Rae Reviewers rae@Rae Reviewer", []),
        ("@Cleo Lead", []),
    ],
)
def test_a_name_after_an_at_sign_mentions_readers_alone(cast: Cast, case: Case, text: str, names: list[str]) -> None:
    # What is inside the agency Cleo Lead of the provider does not read.
    comment = say(case, cast.liaison, text=text)
    assert sorted(each.name for each in comment.mentioned.all()) == names


def test_shared_comments_may_mention_who_is_named_on_another_side(cast: Cast, case: Case) -> None:
    comment = say(case, cast.liaison, shared=True, text="@Cleo Lead: see the diagram.")
    assert [each.name for each in comment.mentioned.all()] == ["Cleo Lead"]


@pytest.mark.parametrize("person", ["csp_lead", "csp_viewer", "stranger_agency", "liaison"])
def test_anyone_who_does_not_read_a_comment_cannot_be_chosen(cast: Cast, case: Case, person: str) -> None:
    with pytest.raises(NotReady) as refused:
        say(case, cast.liaison, mentions=[cast.people[person].public_id])
    assert refused.value.problems[0].where == "mentions"
    # A name that the writer may not know is in no refusal either.
    assert ("Casey" in refused.value.sentence, "Sam" in refused.value.sentence) == (False, False)


def test_who_signs_in_no_more_is_not_mentioned(cast: Cast, case: Case) -> None:
    User.objects.filter(pk=cast.reviewer.pk).update(is_active=False)
    assert "Rae Reviewer" not in chosen(case, cast.liaison)


# --- changing and withdrawing ---


def change(comment: Comment, actor: User, minutes: int = 1, **given: Any) -> Comment:
    now = NOW + timedelta(minutes=minutes)
    said = {"actor": actor, "now": now, "revision": comment.revision, "text": "Piers?", **given}
    return change_comment(comment.case.public_id, comment.public_id, **said)


def take_back(comment: Comment, actor: User) -> Comment:
    return withdraw_comment(comment.case.public_id, comment.public_id, actor=actor, now=NOW + timedelta(days=3))


def test_an_own_comment_is_changed_for_fifteen_minutes(cast: Cast, case: Case) -> None:
    comment = change(say(case, cast.liaison), cast.liaison, 15, mentions=[cast.viewer.public_id])
    assert (comment.text, comment.edited_at) == ("Piers?", NOW + timedelta(minutes=15))
    assert Message.objects.filter(recipient=cast.viewer, event__verb="comment.changed").count() == 1
    with pytest.raises(NoLongerPossible):
        change(comment, cast.liaison, 16)
    # Who was told before is not told again.
    change(comment, cast.liaison, 15, text="Quays?", mentions=[cast.viewer.public_id])
    assert Message.objects.filter(recipient=cast.viewer, event__verb="comment.changed").count() == 1


def test_a_change_that_changes_nothing_and_one_of_an_older_text_are_refused(cast: Cast, case: Case) -> None:
    comment = say(case, cast.liaison)
    with pytest.raises(Blocked):
        change(comment, cast.liaison, text="Berths?")
    change(comment, cast.liaison)
    with pytest.raises(NoLongerPossible):
        change(comment, cast.liaison, revision=0, text="Quays?")


def test_a_withdrawn_comment_says_nothing_any_more(cast: Cast, case: Case) -> None:
    comment = take_back(say(case, cast.liaison, mentions=[cast.viewer.public_id]), cast.liaison)
    kept = Comment.objects.get(pk=comment.pk)
    assert (kept.text, kept.withdrawn_at, kept.mentioned.count()) == ("", NOW + timedelta(days=3), 0)
    with pytest.raises(NoLongerPossible):
        take_back(comment, cast.liaison)
    with pytest.raises(NoLongerPossible):
        change(comment, cast.liaison)


@pytest.mark.parametrize(("person", "refusal"), [("reviewer", NotPermitted), ("csp_lead", Comment.DoesNotExist)])
def test_nobody_changes_or_withdraws_what_another_said(
    cast: Cast, case: Case, person: str, refusal: type[Exception]
) -> None:
    comment = say(case, cast.liaison)
    for attempt in (change, take_back):
        with pytest.raises(refusal):
            attempt(comment, cast.people[person])
    assert Comment.objects.get(pk=comment.pk).text == "Berths?"


def test_who_acts_for_the_side_no_more_leaves_the_comment_as_it_is(cast: Cast, case: Case) -> None:
    comment = say(case, cast.reviewer)
    Membership.objects.filter(user=cast.reviewer).update(role=Role.AGENCY_VIEWER)
    for attempt in (change, take_back):
        with pytest.raises(NotPermitted):
            attempt(comment, again(cast.reviewer))


# --- the audit log ---


def test_the_record_holds_ids_and_no_words(cast: Cast, case: Case) -> None:
    comment = say(case, cast.liaison, text="The vault is empty.", mentions=[cast.reviewer.public_id])
    change(comment, cast.liaison, text="The vault is full.")
    take_back(Comment.objects.get(pk=comment.pk), cast.liaison)
    events = Event.objects.filter(subject_type="comment", subject_id=comment.pk).order_by("pk")
    assert [event.verb for event in events] == ["comment.made", "comment.changed", "comment.withdrawn"]
    assert events[0].changes["mentioned"] == [[], [cast.reviewer.pk]]
    assert not [event for event in events if "vault" in event.text or "Rae" in event.text]
    assert Case.objects.get(pk=case.pk).revision == case.revision


@pytest.mark.slow
@pytest.mark.parametrize(("person", "reads"), [("pmo_lead", False), ("pmo_reviewer", False), ("auditor", True)])
def test_the_pmo_does_not_learn_from_record_or_messages_of_what_others_said_inside(
    cast: Cast, case: Case, person: str, *, reads: bool
) -> None:
    reader = cast.people[person]
    known = [say(case, cast.liaison, shared=True, mentions=[cast.reviewer.public_id]), say(case, cast.pmo_lead)]
    inside = [
        say(case, cast.liaison, mentions=[cast.reviewer.public_id]),
        say(case, cast.csp_lead, mentions=[cast.people["csp_viewer"].public_id]),
        say(case, cast.assessor_lead, mentions=[cast.people["assessor_member"].public_id]),
    ]
    entries = Event.objects.visible_to(reader).filter(subject_type="comment")
    messages = Message.objects.visible_to(reader).filter(event__subject_type="comment")
    wanted = {each.pk for each in (*known, *inside)} if reads else {each.pk for each in known}
    assert set(entries.values_list("subject_id", flat=True)) == wanted
    assert messages.filter(subject__startswith="You are mentioned").count() == (4 if reads else 1)
    # What is said to everyone tells the provider's lead and the assessor's.
    assert messages.filter(subject__startswith="New comment").count() == 2


def test_who_acts_for_a_colleague_speaks_in_that_colleagues_role(cast: Cast, case: Case) -> None:
    lend(cast.csp_lead, cast.csp_viewer)
    comment = say(case, again(cast.csp_viewer))
    assert (comment.author, comment.acted_for, comment.side) == (cast.csp_viewer, cast.csp_lead, "provider")


def test_a_form_that_is_sent_twice_says_it_once(cast: Cast, case: Case) -> None:
    first = say(case, cast.liaison, idempotency_key="k" * 32)
    with pytest.raises(AlreadyCommented) as again_sent:
        say(case, cast.liaison, idempotency_key="k" * 32)
    assert again_sent.value.record == first
    with pytest.raises(NoLongerPossible) as refused:
        say(case, cast.reviewer, idempotency_key="k" * 32)
    assert not isinstance(refused.value, AlreadyCommented)
    assert Comment.objects.count() == 1


def test_every_party_acts_for_one_side() -> None:
    assert sorted(party for parties in SIDES.values() for party in parties) == sorted(Party)


# --- who is told of what is said to everyone ---


def told_of(cast: Cast, comment: Comment) -> set[str]:
    keys = {user.pk: key for key, user in cast.people.items()}
    events = Event.objects.filter(subject_type="comment", subject_id=comment.pk)
    return {keys[each.recipient_id or 0] for each in Message.objects.filter(event__in=events)}


def test_a_shared_comment_is_told_to_the_people_of_the_other_sides_without_what_it_says(cast: Cast, case: Case) -> None:
    comment = say(case, cast.csp_lead, shared=True)
    assert told_of(cast, comment) == {"liaison", "assessor_lead"}
    message = Message.objects.filter(recipient=cast.liaison).latest("pk")
    assert (message.subject, message.topic) == (f"New comment: {case}", Topic.COMMENTS)
    assert (message.link, message.subject_type, message.subject_id) == (comment.get_absolute_url(), "case", case.pk)
    assert "Berths" not in message.subject + message.body + message.detail
    assert told_of(cast, say(case, cast.liaison, shared=True)) == {"csp_lead", "assessor_lead"}


def test_who_took_part_in_the_conversation_hears_the_answer(cast: Cast, case: Case) -> None:
    say(case, cast.people["csp_contributor"], shared=True)
    say(case, cast.pmo_reviewer, shared=True)
    answer = say(case, cast.reviewer, shared=True)
    assert told_of(cast, answer) == {"csp_lead", "csp_contributor", "assessor_lead", "pmo_reviewer"}
    Membership.objects.filter(user=cast.people["csp_contributor"]).update(ended_on=NOW.date())
    assert "csp_contributor" not in told_of(cast, say(case, cast.reviewer, shared=True))


def test_an_internal_comment_tells_nobody_but_who_is_mentioned(cast: Cast, case: Case) -> None:
    assert told_of(cast, say(case, cast.csp_lead)) == set()
    mentioned = say(case, cast.csp_lead, mentions=[cast.people["csp_contributor"].public_id])
    assert told_of(cast, mentioned) == {"csp_contributor"}


def test_who_is_mentioned_in_a_shared_comment_is_told_once_and_that_they_are(cast: Cast, case: Case) -> None:
    comment = say(case, cast.pmo_reviewer, shared=True, mentions=[cast.liaison.public_id])
    subjects = Message.objects.filter(
        event__subject_id=comment.pk, event__subject_type="comment", recipient=cast.liaison
    )
    assert [each.subject for each in subjects] == [f"You are mentioned: {case}"]
    assert told_of(cast, comment) == {"liaison", "csp_lead", "assessor_lead"}
