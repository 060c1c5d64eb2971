"""What FedRAMP's review asks of the PMO's people on home: a recommendation, then the decision of somebody else."""

import pytest
from django.utils import timezone

from accounts.models import User
from authorizations.actions.steps import perform
from authorizations.models import Case
from tests.cast import Cast
from tests.web.test_home_cases import home_work, review


def recommended(cast: Cast, who: str, what: str = "certify") -> Case:
    """A review with a recommendation by one of the PMO's people."""
    said = {"pmo_recommendation": what, "pmo_recommendation_why": "Nothing High is open."}
    found = Case.objects.get(pk=review(cast, 3, claimed_by=cast.pmo_reviewer).pk)
    given = {"now": timezone.now(), "revision": found.revision, **said}
    return perform(Case, found.public_id, "recommend_to_lead", actor=cast.people[who], **given)


def acts_of(user: User) -> list[tuple[str, str, str]]:
    return [(act.what, act.button, act.url.split("/")[-2]) for act in home_work(user).waiting.acts]


def test_whoever_claimed_a_review_is_asked_for_a_recommendation_and_led_to_it(cast: Cast) -> None:
    review(cast, 3, claimed_by=cast.pmo_reviewer)
    what = "Recommend: certify, remediate, send back or reject"
    assert acts_of(cast.pmo_reviewer) == [(what, "Recommend", "recommend_to_lead")]


@pytest.mark.parametrize(
    ("what", "words", "step"),
    [
        ("certify", "certify", "certify"),
        ("remediate", "remediate", "request_pmo_remediation"),
        ("send_back", "send back", "send_back"),
        ("reject", "reject", "reject"),
    ],
)
def test_a_lead_is_led_to_decide_on_what_another_recommends(cast: Cast, what: str, words: str, step: str) -> None:
    recommended(cast, "pmo_reviewer", what)
    [(told, _, led)] = acts_of(cast.pmo_lead)
    assert (told, led) == (f"Ready to decide: {words}", step)
    assert acts_of(cast.pmo_reviewer) == []


def test_a_lead_who_recommended_it_is_not_asked_to_decide(cast: Cast) -> None:
    recommended(cast, "pmo_lead")
    assert acts_of(cast.pmo_lead) == []


def test_whoever_recommends_the_same_again_answers_for_it(cast: Cast) -> None:
    found = recommended(cast, "pmo_lead")
    given = {"pmo_recommendation": "certify", "pmo_recommendation_why": "I looked too."}
    actor = cast.pmo_reviewer
    perform(
        Case, found.public_id, "recommend_to_lead", actor=actor, now=timezone.now(), revision=found.revision, **given
    )
    assert [told for told, *_ in acts_of(cast.pmo_lead)] == ["Ready to decide: certify"]
