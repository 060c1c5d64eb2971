"""Work whose person has left: to whom it appears, and that one act gives it to somebody who is there."""

import pytest
from django.utils import timezone

from accounts.models import Membership, User
from accounts.roles import Role
from authorizations.actions.cases.reassignment import Work, answered_for, hand_over, hands_over, left_on, orphaned
from authorizations.actions.refusals import NoLongerPossible, NotPermitted, NotReady
from authorizations.actions.steps import StaleRevision
from authorizations.models import Case, Event
from tests.cast import PEOPLE, Cast
from tests.lifecycle.cases import make_case, press

TODAY = timezone.localdate


@pytest.fixture
def review(cast: Cast) -> Case:
    """A review that its reviewer claimed; nobody has left yet."""
    return press(make_case(cast, "initial", "pmo_review"), "claim", cast.pmo_reviewer)


def gone(cast: Cast, *keys: str) -> None:
    User.objects.filter(pk__in=[cast.people[key].pk for key in keys]).update(is_active=False)


def seen(cast: Cast, key: str) -> dict[int, list[Work]]:
    user = User.objects.get(pk=cast.people[key].pk)
    found: dict[int, list[Work]] = {}
    for work in answered_for(user):
        for case in orphaned(user, work):
            assert work in left_on(case)
            found.setdefault(case.pk, []).append(work)
    return found


def newcomer(cast: Cast, role: Role, organization: str, name: str = "Nell New") -> User:
    user = User.objects.create(email="nell.new@example.gov", name=name)
    Membership.objects.create(
        user=user, organization=cast.organizations[organization], role=role, started_on="2020-01-01"
    )
    return user


def give(
    case: Case, work: Work, cast: Cast, by: str, to: User | None, reason: str = "Left.", revision: int = -1
) -> Case:
    at = Case.objects.values_list("revision", flat=True).get(pk=case.pk) if revision < 0 else revision
    actor = User.objects.get(pk=cast.people[by].pk)
    return hand_over(case.public_id, work, actor=actor, to=to, now=timezone.now(), revision=at, reason=reason)


@pytest.mark.slow
def test_nothing_is_orphaned_while_its_person_is_there(cast: Cast, review: Case) -> None:
    assert not any(seen(cast, key) for key, *_ in PEOPLE)


def test_each_who_answers_for_it_sees_what_is_theirs(cast: Cast, review: Case) -> None:
    gone(cast, "official", "pmo_reviewer")
    both = [Work.DECISION, Work.REVIEW]
    assert seen(cast, "liaison") == {review.pk: [Work.DECISION]}
    assert seen(cast, "pmo_lead") == {review.pk: both}
    others = {key for key, *_ in PEOPLE} - {"liaison", "pmo_lead", "pmo_reviewer"}
    assert {key for key in others if seen(cast, key)} == set()


def test_a_claim_is_orphaned_by_another_role_and_only_while_it_is_reviewed(cast: Cast, review: Case) -> None:
    Membership.objects.filter(user=cast.pmo_reviewer).update(role=Role.AUDITOR)
    assert seen(cast, "pmo_lead") == {review.pk: [Work.REVIEW]}
    assert seen(cast, "liaison") == {}
    press(review, "request_pmo_remediation", cast.pmo_lead)
    assert seen(cast, "pmo_lead") == {}


def test_an_inside_case_is_not_shown_to_the_pmo_and_a_bureaus_to_those_above(cast: Cast) -> None:
    inside = make_case(cast, "reuse", "risk_decision")
    Case.objects.filter(pk=inside.pk).update(shared_at=None, agency=cast.organizations["lighthouses"])
    gone(cast, "official")
    assert seen(cast, "pmo_lead") == {}
    assert seen(cast, "liaison") == seen(cast, "bureau_liaison") == {inside.pk: [Work.DECISION]}


def test_the_liaison_names_another_official(cast: Cast, review: Case) -> None:
    gone(cast, "official")
    new = newcomer(cast, Role.AUTHORIZING_OFFICIAL, "harbors")
    give(review, Work.DECISION, cast, "liaison", new)
    event = Event.objects.about(review).first()
    assert (event.verb, event.reason) == ("case.facts_recorded", "Left.")
    assert event.changes["authorizing_official"] == [cast.official.pk, new.pk]
    assert seen(cast, "liaison") == {}
    with pytest.raises(NoLongerPossible, match="in somebody's hands"):
        give(review, Work.DECISION, cast, "liaison", new)


def test_a_pmo_lead_gives_the_review_to_another(cast: Cast, review: Case) -> None:
    gone(cast, "pmo_reviewer")
    new = newcomer(cast, Role.PMO_REVIEWER, "pmo")
    assert give(review, Work.REVIEW, cast, "pmo_lead", new).claimed_by == new
    assert Event.objects.about(review).first().verb == "case.hand_over"
    assert seen(cast, "pmo_lead") == {}


def test_handing_over_is_refused_in_words(cast: Cast, review: Case) -> None:
    gone(cast, "official", "pmo_reviewer")
    for to, reason, words in (
        (None, "Left.", "Choose who takes it"),
        (cast.pmo_lead, " ", "Say in a sentence why"),
        (cast.csp_lead, "Left.", "choose one of those offered"),
    ):
        with pytest.raises(NotReady, match=words):
            give(review, Work.REVIEW, cast, "pmo_lead", to, reason)
    with pytest.raises(NotReady, match="choose one of those offered"):
        give(review, Work.DECISION, cast, "liaison", cast.viewer)
    with pytest.raises(StaleRevision):
        give(review, Work.REVIEW, cast, "pmo_lead", cast.pmo_lead, revision=0)
    with pytest.raises(Case.DoesNotExist):
        give(review, Work.DECISION, cast, "stranger_agency", cast.viewer)
    with pytest.raises(NotPermitted):
        give(review, Work.DECISION, cast, "viewer", newcomer(cast, Role.AUTHORIZING_OFFICIAL, "harbors"))
    with pytest.raises(NotPermitted):
        give(review, Work.REVIEW, cast, "liaison", cast.pmo_lead)


def test_only_those_who_can_are_offered_to_hand_over(cast: Cast, review: Case) -> None:
    gone(cast, "official", "pmo_reviewer")
    newcomer(cast, Role.PMO_REVIEWER, "pmo")
    held = Case.objects.acting_for(cast.liaison).with_reviewer_status().get(pk=review.pk)
    may = {
        (key, work): hands_over(held, work, User.objects.get(pk=cast.people[key].pk), TODAY())
        for key in ("liaison", "viewer", "pmo_lead", "csp_lead", "auditor")
        for work in Work
    }
    assert {pair for pair, yes in may.items() if yes} == {("liaison", Work.DECISION), ("pmo_lead", Work.REVIEW)}
