"""An authorizing official who is none any more: what waits, what does not, who is told, and how it ends."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Membership, User
from accounts.roles import Role
from authorizations.actions.cases.missing_officials import note_unnoted_vacancies
from authorizations.actions.people.memberships import change_role, end_membership
from authorizations.actions.people.merge_accounts import agree_to_merge, merge_accounts
from authorizations.actions.refusals import NoLongerPossible, NotPermitted, NotReady
from authorizations.actions.register.records import correct_record
from authorizations.actions.steps import offers
from authorizations.models import Case, Event, Message
from tests.cast import Cast
from tests.lifecycle.cases import make_case, press, record, step_facts

LETTER = {"decision_letter": "Memo 9"}
TOMORROW = timezone.localdate() + timedelta(days=1)


def deactivate(cast: Cast, key: str = "official") -> None:
    correct(cast, cast.people[key], is_active=False)


def leave(cast: Cast, key: str = "official", on: date | None = None) -> None:
    correct(cast, Membership.objects.get(user=cast.people[key]), ended_on=on or timezone.localdate())


def correct(cast: Cast, record_type: Any, **facts: Any) -> None:
    correct_record(record_type, actor=cast.pmo_lead, now=timezone.now(), facts=facts, reason="Left.")


def lose_role(cast: Cast) -> None:
    held = Membership.objects.get(user=cast.official)
    said = {"role": Role.AGENCY_VIEWER, "seen": held.role, "reason": "Left.", "now": timezone.now()}
    change_role(actor=cast.liaison, public_id=held.public_id, **said)


def asked(case: Case, user: User) -> dict[str, list[str]]:
    """What is offered to a person on the page of the case: the gates in the way of each step."""
    found = Case.objects.acting_for(user).get(pk=case.pk)
    fresh = User.objects.get(pk=user.pk)
    return {each.step.name: [one.gate for one in each.problems] for each in offers(found, fresh, timezone.localdate())}


def another(cast: Cast, organization: str = "harbors") -> User:
    """A second authorizing official."""
    user = User.objects.create(email="o2@example.gov", name="Ona Official")
    place = cast.organizations[organization]
    Membership.objects.create(user=user, organization=place, role=Role.AUTHORIZING_OFFICIAL, started_on="2020-01-01")
    return user


def by_the_lead(cast: Cast) -> None:
    held = Membership.objects.get(user=cast.official)
    end_membership(actor=cast.liaison, public_id=held.public_id, reason="Left.", now=timezone.now())


def merged(cast: Cast) -> None:
    first = User.objects.create(email="olu2@example.gov", name="Olu Official")
    agree_to_merge(actor=first, other=cast.official.email, now=timezone.now())
    agree_to_merge(actor=cast.official, other=first.email, now=timezone.now())
    merge_accounts(actor=cast.pmo_lead, second=cast.official, first=first, reason="One person.", now=timezone.now())


@pytest.mark.parametrize("how", [by_the_lead, lose_role, merged])
def test_every_verb_that_takes_a_role_away_notes_what_is_vacant_by_it(cast: Cast, how: Any) -> None:
    case = make_case(cast, "initial", "ao_decision")
    how(cast)
    assert Event.objects.about(case).filter(verb="case.ao_vacant").count() == 1
    assert "Per Reviewer" in told(case)
    assert note_unnoted_vacancies(timezone.now()) == 0


@pytest.mark.parametrize("how", [deactivate, leave, lose_role])
def test_the_case_knows_that_its_official_is_none_any_more(cast: Cast, how: Any) -> None:
    case = make_case(cast, "initial", "ao_decision")
    assert not Case.objects.acting_for(cast.liaison).get(pk=case.pk).ao_is_vacant
    how(cast)
    assert Case.objects.acting_for(cast.liaison).get(pk=case.pk).ao_is_vacant


def test_an_official_of_an_agency_above_serves_and_one_of_a_sibling_does_not(cast: Cast) -> None:
    case = make_case(cast, "initial", "ao_decision")
    for place, is_vacant in (("harbors", False), ("lighthouses", True), ("meadows", True)):
        Membership.objects.filter(user=cast.official).update(organization=cast.organizations[place])
        assert Case.objects.filter(pk=case.pk).with_ao_status().get().ao_is_vacant is is_vacant, place


@pytest.mark.slow
def test_an_ended_case_and_one_that_names_nobody_is_not_vacant(cast: Cast) -> None:
    unnamed, ended = make_case(cast, "initial", "partnership"), make_case(cast, "initial", "withdrawn")
    deactivate(cast)
    rows = Case.objects.with_ao_status().in_bulk([unnamed.pk, ended.pk])
    assert not any(case.ao_is_vacant for case in rows.values())


def test_what_the_official_alone_does_is_blocked_by_that_sentence(cast: Cast) -> None:
    case = make_case(cast, "initial", "ato_issued")
    assert "revise_decision" not in asked(case, cast.liaison)
    deactivate(cast)
    assert asked(case, cast.liaison)["revise_decision"] == ["ao_vacant"]
    assert "revise_decision" not in asked(case, cast.reviewer)
    assert "revise_decision" not in asked(case, cast.pmo_lead)
    assert "revise_decision" not in asked(case, cast.csp_lead)
    with pytest.raises(NotReady, match="AO vacant: "):
        press(case, "revise_decision", cast.liaison, in_error=True)
    with pytest.raises(NotPermitted):
        press(case, "revise_decision", cast.csp_lead, in_error=True)


def test_who_was_the_official_and_still_belongs_there_is_told_why(cast: Cast) -> None:
    case = make_case(cast, "initial", "ao_decision")
    lose_role(cast)
    assert asked(case, cast.official)["issue_ato"] == ["ao_vacant"]
    with pytest.raises(NotReady, match="AO vacant: "):
        press(case, "issue_ato", cast.official, **step_facts("issue_ato", cast))


def test_what_was_signed_before_can_still_be_recorded(cast: Cast) -> None:
    case = make_case(cast, "initial", "ao_decision")
    leave(cast)
    assert "ao_vacant" not in asked(case, cast.liaison)["issue_ato"]
    # Neither does the entry about the vacancy ask why this comes after it.
    moved = press(case, "issue_ato", cast.liaison, reason="", **step_facts("issue_ato", cast), **LETTER)
    assert moved.stage == "ato_issued"
    assert Event.objects.about(case).get(verb="case.issue_ato").decided_by == cast.official


def test_naming_another_official_ends_it(cast: Cast) -> None:
    case = make_case(cast, "initial", "ao_decision")
    deactivate(cast)
    new = another(cast)
    record(case, cast.liaison, authorizing_official=new)
    assert not Case.objects.acting_for(cast.liaison).get(pk=case.pk).ao_is_vacant
    assert press(case, "issue_ato", new, **step_facts("issue_ato", cast)).stage == "ato_issued"


# --- who is told ---


def told(case: Case) -> set[str]:
    rows = Message.objects.filter(event__verb="case.ao_vacant", event__subject_id=case.pk)
    assert rows.filter(subject__startswith="AO vacant: ").count() == rows.count()
    return set(rows.values_list("recipient__name", flat=True))


def test_liaison_and_pmo_are_told_in_the_same_act(cast: Cast) -> None:
    case = make_case(cast, "initial", "ao_decision")
    deactivate(cast)
    # Who acts is not told of the own act.
    assert told(case) == {"Lena Liaison", "Per Reviewer"}
    both = Event.objects.filter(verb__in=["case.ao_vacant", "user.corrected"])
    assert len({event.recorded_at for event in both}) == 1
    assert [event.changes for event in both.filter(subject_type="case")] == [
        {"official_left": [None, cast.official.pk]}
    ]


def test_the_pmo_is_not_told_of_a_case_that_is_not_there_for_it(cast: Cast) -> None:
    case = make_case(cast, "reuse", "need_defined")
    record(case, cast.liaison, authorizing_official=cast.official)
    deactivate(cast)
    assert told(case) == {"Lena Liaison"}


def test_nobody_is_told_twice_or_of_others(cast: Cast) -> None:
    case = make_case(cast, "initial", "ao_decision")
    deactivate(cast)
    leave(cast)
    deactivate(cast, "viewer")
    assert Event.objects.about(case).filter(verb="case.ao_vacant").count() == 1
    assert note_unnoted_vacancies(timezone.now()) == 0


def test_an_end_that_was_set_ahead_is_noted_on_its_day_once(cast: Cast) -> None:
    case = make_case(cast, "initial", "ao_decision")
    leave(cast, on=TOMORROW)
    assert note_unnoted_vacancies(timezone.now()) == 0
    # The day comes.
    Membership.objects.filter(user=cast.official).update(ended_on=timezone.localdate())
    assert note_unnoted_vacancies(timezone.now()) == 1
    assert note_unnoted_vacancies(timezone.now()) == 0
    event = Event.objects.about(case).first()
    assert (event.verb, event.actor) == ("case.ao_vacant", None)
    assert {"Lena Liaison", "Pia Lead", "Per Reviewer"} == told(case)


def test_who_comes_too_late_is_told_so_before(cast: Cast) -> None:
    case = make_case(cast, "initial", "ato_issued")
    deactivate(cast)
    with pytest.raises(NoLongerPossible):
        press(case, "revise_decision", cast.liaison, in_error=True, revision=0)
