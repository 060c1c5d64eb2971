"""Acting for a colleague for a time: what it gives, to whom, from when to when, and that it makes no second person."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Delegation, Membership, User
from accounts.roles import Role
from authorizations.actions.people.delegations import delegable_memberships, delegate, end_delegation
from authorizations.actions.people.memberships import change_role, end_membership
from authorizations.actions.people.merge_accounts import agree_to_merge, merge_accounts
from authorizations.actions.refusals import NoLongerPossible, NotPermitted, NotReady
from authorizations.actions.register.contacts import add_own_contact
from authorizations.actions.register.package_access import opens
from authorizations.actions.register.records import correct_record
from authorizations.models import Case, Event, Message
from authorizations.notifications.catalog.catalog import people_to_notify
from authorizations.vocabulary import PackageLocation
from tests.admin.admin_pages import signed_in
from tests.cast import Cast
from tests.lifecycle.cases import make_case, press, record, step_facts
from tests.samples import first, sample

DAY = timedelta(days=1)


def now() -> datetime:
    return timezone.now()


def today() -> date:
    return timezone.localdate()


def of(user: User) -> Membership:
    return Membership.objects.get(user=user)


def lend(owner: User, deputy: User, by: User | None = None, **changed: Any) -> Delegation:
    """A colleague acts in the role of the owner, from today on for a week."""
    days = {"starts_on": today(), "ends_on": today() + 7 * DAY, "reason": "On leave.", "now": now()}
    return delegate(actor=again(by or owner), membership=of(owner).public_id, deputy=deputy, **{**days, **changed})


def again(user: User) -> User:
    """The person at the very next request."""
    return User.objects.get(pk=user.pk)


def of_the_pmo(cast: Cast, name: str, role: Role) -> User:
    """One more member of the PMO."""
    user = User.objects.create(email=f"{name.split()[0].lower()}.{role}@example.gov", name=name)
    Membership.objects.create(user=user, organization=cast.organizations["pmo"], role=role)
    return user


# --- what it gives ---


def test_a_deputy_has_the_role_at_the_very_next_request_and_loses_it_so(cast: Cast) -> None:
    assert again(cast.csp_viewer).roles == {Role.CSP_VIEWER}
    delegated = lend(cast.csp_lead, cast.csp_viewer)
    deputy = again(cast.csp_viewer)
    assert deputy.roles == {Role.CSP_VIEWER, Role.CSP_LEAD}
    assert (deputy.stands_for, deputy.led) == ([deputy.pk, cast.csp_lead.pk], [])
    assert [each.name for each in deputy.organizations] == ["Nimbus Cloud"]
    end_delegation(actor=again(cast.csp_lead), public_id=delegated.public_id, now=now())
    assert again(cast.csp_viewer).roles == {Role.CSP_VIEWER}


def test_roles_are_read_in_one_query_with_what_was_delegated(cast: Cast, django_assert_num_queries: Any) -> None:
    lend(cast.csp_lead, cast.csp_viewer)
    for key in ("csp_lead", "csp_viewer"):
        user = again(cast.people[key])
        with django_assert_num_queries(1):
            assert user.roles
            assert user.for_whom(lambda _: True) is None
            assert user.organizations


def gone(cast: Cast) -> None:
    Membership.objects.filter(user=cast.csp_viewer).update(ended_on=today())


# What happens beside the delegation, and ends what it gives.
ENDS = {
    "the owner's membership ends": lambda cast: Membership.objects.filter(user=cast.csp_lead).update(ended_on=today()),
    "the owner gets another role": lambda cast: Membership.objects.filter(user=cast.csp_lead).update(role="csp_viewer"),
    "the owner may not sign in": lambda cast: User.objects.filter(pk=cast.csp_lead.pk).update(is_active=False),
    "the deputy leaves the organization": gone,
    "its last day was yesterday": lambda cast: Delegation.objects.update(
        starts_on=today() - DAY, ends_on=today() - DAY
    ),
    "its first day is tomorrow": lambda cast: Delegation.objects.update(starts_on=today() + DAY),
    "it was ended": lambda cast: Delegation.objects.update(ended_at=now()),
}


@pytest.mark.parametrize("what", ENDS)
def test_nothing_is_delegated_when(cast: Cast, what: str) -> None:
    lend(cast.csp_lead, cast.csp_viewer)
    assert Role.CSP_LEAD in again(cast.csp_viewer).roles
    ENDS[what](cast)
    assert not again(cast.csp_viewer).delegated


@pytest.mark.slow
def test_the_record_says_for_whom_and_both_are_told(cast: Cast) -> None:
    lend(cast.reviewer, cast.viewer)
    case = make_case(cast, "initial", "ssp")
    press(case, "approve_ssp", cast.viewer, **step_facts("approve_ssp", cast))
    event = Event.objects.about(case).first()
    assert (event.actor, event.acted_for) == (cast.viewer, cast.reviewer)
    assert event.who == "Vic Viewer for Rae Reviewer"
    stated = Case.objects.get(pk=case.pk).facts["ssp_approved_on"]
    assert (stated[1], stated[3]) == (cast.viewer.pk, cast.reviewer.pk)


@pytest.mark.slow
def test_what_a_deputy_may_do_by_themselves_is_their_own_act(cast: Cast) -> None:
    lend(cast.liaison, cast.reviewer)
    case = make_case(cast, "initial", "ssp")
    press(case, "approve_ssp", cast.reviewer, **step_facts("approve_ssp", cast))
    assert Event.objects.about(case).first().acted_for is None
    # Only the liaison may do this.
    press(case, "withdraw", cast.reviewer, **step_facts("withdraw", cast))
    assert Event.objects.about(case).first().acted_for == cast.liaison


def test_an_act_beside_the_machines_says_for_whom_too(cast: Cast) -> None:
    lend(cast.csp_lead, cast.csp_viewer)
    facts = {"name": "Nia New", "email": "nia@example.com", "function": "isso"}
    contact = add_own_contact(
        actor=again(cast.csp_viewer), organization=cast.organizations["nimbus"], now=now(), facts=facts
    )
    event = Event.objects.about(contact).get()
    assert (event.actor, event.acted_for) == (cast.csp_viewer, cast.csp_lead)


def test_of_two_roles_the_one_that_the_act_needs_is_named(cast: Cast) -> None:
    """A capability in one organization is none in another."""
    Membership.objects.create(user=cast.csp_viewer, organization=cast.organizations["stratus"], role=Role.CSP_LEAD)
    lend(cast.csp_lead, cast.csp_viewer)
    facts = {"name": "Nia New", "email": "nia@example.com", "function": "isso"}
    named = {}
    for name in ("nimbus", "stratus"):
        place = cast.organizations[name]
        contact = add_own_contact(actor=again(cast.csp_viewer), organization=place, now=now(), facts=facts)
        named[name] = Event.objects.about(contact).get().acted_for
    assert named == {"nimbus": cast.csp_lead, "stratus": None}


def test_a_deputy_is_told_what_the_role_is_told(cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    assert cast.viewer not in people_to_notify(case, today())
    lend(cast.liaison, cast.viewer)
    told = list(people_to_notify(case, today()))
    assert {cast.viewer, cast.liaison} <= set(told)
    assert len(told) == len(set(told))


# --- two persons ---


def recommended(cast: Cast, by: User) -> Case:
    return record(make_case(cast, "initial", "pmo_review"), by, pmo_recommendation="certify")


def certify(case: Case, by: User, cast: Cast) -> Case:
    return press(case, "certify", by, **step_facts("certify", cast))


@pytest.mark.slow
def test_who_decides_for_the_colleague_who_recommended_is_no_second_person(cast: Cast) -> None:
    second = of_the_pmo(cast, "Lou Lead", Role.PMO_LEAD)
    lend(second, cast.pmo_reviewer)
    case = recommended(cast, second)
    with pytest.raises(NotReady, match="another lead decides"):
        certify(case, cast.pmo_reviewer, cast)
    assert certify(case, cast.pmo_lead, cast).stage == "certified"


def test_who_had_a_deputy_recommend_does_not_decide(cast: Cast) -> None:
    """Recommending is a reviewer's own; a record of an earlier loan of the whole role says for whom."""
    case = recommended(cast, cast.pmo_reviewer)
    case.facts["pmo_recommendation"].append(cast.pmo_lead.pk)
    Case.objects.filter(pk=case.pk).update(facts=case.facts)
    assert Case.objects.get(pk=case.pk).recorders_of("pmo_recommendation") == {cast.pmo_reviewer.pk, cast.pmo_lead.pk}
    with pytest.raises(NotReady, match="another lead decides"):
        certify(case, cast.pmo_lead, cast)


@pytest.mark.slow
def test_a_deputy_who_recommended_does_not_decide_for_another(cast: Cast) -> None:
    lend(cast.pmo_lead, cast.pmo_reviewer)
    case = recommended(cast, cast.pmo_reviewer)
    with pytest.raises(NotReady, match="another lead decides"):
        certify(case, cast.pmo_reviewer, cast)


@pytest.mark.slow
def test_a_deputy_decides_what_another_recommended(cast: Cast) -> None:
    second = of_the_pmo(cast, "Rob Reviewer", Role.PMO_REVIEWER)
    lend(cast.pmo_lead, second)
    case = recommended(cast, cast.pmo_reviewer)
    assert certify(case, second, cast).stage == "certified"
    assert Event.objects.about(case).first().acted_for == cast.pmo_lead


@pytest.mark.slow
@pytest.mark.parametrize("decider", sample(["pmo_lead", "pmo_reviewer"], "pmo_reviewer"))
@pytest.mark.parametrize(
    ("stage", "name"), first([("pmo_review", "certify"), ("pmo_review", "reject"), ("pmo_remediation", "reject")])
)
def test_an_account_merged_into_another_is_no_second_person(cast: Cast, stage: str, name: str, decider: str) -> None:
    """Neither its person decides with the other account, nor a colleague for them."""
    case = make_case(cast, "initial", stage)
    second, third = of_the_pmo(cast, "Pia Lead Again", Role.PMO_LEAD), of_the_pmo(cast, "Lou Lead", Role.PMO_LEAD)
    case = record(case, second, pmo_recommendation=name)
    lend(cast.pmo_lead, cast.pmo_reviewer)
    agree_to_merge(actor=second, other=cast.pmo_lead.email, now=now())
    agree_to_merge(actor=cast.pmo_lead, other=second.email, now=now())
    merge_accounts(actor=third, second=second, first=cast.pmo_lead, reason="One person.", now=now())
    with pytest.raises(NotReady, match="another lead decides"):
        press(case, name, cast.people[decider], **step_facts(name, cast))
    assert not press(case, name, third, **step_facts(name, cast)).is_open


# --- what a loan is no way to ---


def test_a_deputy_of_the_pmos_lead_keeps_no_people(cast: Cast) -> None:
    lend(cast.pmo_lead, cast.pmo_reviewer)
    deputy = again(cast.pmo_reviewer)
    given = {"facts": {"role": Role.PMO_LEAD}, "reason": "For good.", "now": now()}
    with pytest.raises(NotPermitted):
        correct_record(of(cast.pmo_reviewer), actor=deputy, **given)
    with pytest.raises(NotPermitted):
        merge_accounts(actor=deputy, second=cast.pmo_lead, first=deputy, reason="One person.", now=now())
    client = signed_in(Client(), deputy)
    assert client.get(reverse("merge_accounts")).status_code == 403
    assert (
        b'name="_save"'
        not in client.get(reverse("admin:accounts_membership_change", args=[of(deputy).public_id])).content
    )


def test_the_auditors_role_is_the_auditors_to_lend_and_the_auditor_takes_no_other(cast: Cast) -> None:
    with pytest.raises(NotPermitted, match="can delegate that role"):
        lend(cast.auditor, cast.pmo_reviewer, by=cast.pmo_lead)
    with pytest.raises(NotReady, match="checks the work of the others"):
        lend(cast.pmo_lead, cast.auditor)
    assert lend(cast.auditor, cast.pmo_reviewer).pk
    assert not delegable_memberships(again(cast.pmo_lead), today()).filter(role=Role.AUDITOR).exists()


@pytest.mark.parametrize("way", ["ended", "role", "deputy ended", "switched off"])
def test_a_loan_that_lost_its_ground_does_not_come_back(cast: Cast, way: str) -> None:
    delegated = lend(cast.reviewer, cast.viewer)
    member = of(cast.viewer if way == "deputy ended" else cast.reviewer)
    if way == "role":
        told = {"public_id": member.public_id, "reason": "Moved.", "now": now()}
        change_role(actor=cast.liaison, role="agency_viewer", seen="agency_reviewer", **told)
        change_role(actor=cast.liaison, role="agency_reviewer", seen="agency_viewer", **told)
    elif way == "switched off":
        for active in (False, True):
            given = {"facts": {"is_active": active}, "reason": "By mistake.", "now": now()}
            correct_record(cast.reviewer, actor=cast.pmo_lead, **given)
    else:
        end_membership(actor=cast.liaison, public_id=member.public_id, reason="Left.", now=now())
        Membership.objects.create(user=member.user, organization=member.organization, role=member.role)
    delegated.refresh_from_db()
    assert delegated.ended_at is not None
    assert Role.AGENCY_REVIEWER not in again(cast.viewer).roles
    assert Event.objects.filter(verb="delegation.ended").count() == 1


# --- who lets whom act ---


@pytest.mark.parametrize(
    ("owner", "deputy", "by", "refusal", "words"),
    [
        ("official", "viewer", "official", NotPermitted, "cannot be delegated"),
        ("official", "viewer", "liaison", NotPermitted, "cannot be delegated"),
        ("reviewer", "viewer", "viewer", NotPermitted, "let a colleague act for them"),
        ("reviewer", "csp_lead", "reviewer", NotReady, "Choose a colleague"),
        ("reviewer", "bureau_liaison", "reviewer", NotReady, "Choose a colleague"),
        ("reviewer", "reviewer", "liaison", NotReady, "somebody else"),
        ("reviewer", "viewer", "stranger_agency", Membership.DoesNotExist, ""),
        ("bureau_liaison", "viewer", "liaison", Membership.DoesNotExist, ""),
    ],
)
def test_a_delegation_is_refused(
    cast: Cast, owner: str, deputy: str, by: str, refusal: type[Exception], words: str
) -> None:
    with pytest.raises(refusal, match=words or None):
        lend(cast.people[owner], cast.people[deputy], cast.people[by])
    assert not Delegation.objects.exists()


def test_a_lead_lets_a_colleague_act_for_an_absent_one_and_all_three_know(cast: Cast) -> None:
    delegated = lend(cast.reviewer, cast.viewer, cast.liaison)
    event = Event.objects.about(delegated).get()
    assert (event.verb, event.actor, event.acted_for) == ("delegation.set", cast.liaison, None)
    # Who acts is not told of the own act.
    told = Message.objects.filter(event=event).values_list("recipient__name", flat=True)
    assert set(told) == {"Rae Reviewer", "Vic Viewer"}


def test_what_is_delegated_cannot_be_passed_on(cast: Cast) -> None:
    lend(cast.csp_lead, cast.csp_viewer)
    assert not delegable_memberships(again(cast.csp_viewer), today()).exclude(user=cast.csp_viewer).exists()
    for owner in (cast.csp_lead, cast.csp_contributor):
        with pytest.raises(NotPermitted):
            lend(owner, cast.csp_viewer if owner is cast.csp_contributor else cast.csp_contributor, cast.csp_viewer)


def test_nobody_acts_in_a_role_that_they_have(cast: Cast) -> None:
    Membership.objects.filter(user=cast.viewer).update(role=Role.AGENCY_REVIEWER)
    with pytest.raises(NotReady, match="in the own right"):
        lend(cast.reviewer, cast.viewer)


@pytest.mark.parametrize(
    ("first", "last", "place"), [(-1, 7, "starts_on"), (3, 2, "ends_on"), (0, 366, "ends_on"), (0, 365, None)]
)
def test_its_days_are_today_or_later_in_order_and_a_year_at_most(
    cast: Cast, first: int, last: int, place: str | None
) -> None:
    days = {"starts_on": today() + first * DAY, "ends_on": today() + last * DAY}
    if place is None:
        assert lend(cast.csp_lead, cast.csp_viewer, **days).pk
        return
    with pytest.raises(NotReady) as refusal:
        lend(cast.csp_lead, cast.csp_viewer, **days)
    assert [problem.where for problem in refusal.value.problems] == [place]


def test_a_second_press_finds_it_there_and_other_days_are_free(cast: Cast) -> None:
    lend(cast.csp_lead, cast.csp_viewer)
    with pytest.raises(NotReady, match="already, from"):
        lend(cast.csp_lead, cast.csp_viewer)
    with pytest.raises(NotReady, match="Say in a sentence why"):
        lend(cast.csp_lead, cast.csp_contributor, reason=" ")
    lend(cast.csp_lead, cast.csp_viewer, starts_on=today() + 8 * DAY, ends_on=today() + 9 * DAY)
    assert Delegation.objects.count() == 2
    # Until then it is asked with every request what is delegated; a shorter one takes nothing of that away.
    lend(cast.csp_contributor, cast.csp_viewer)
    assert again(cast.csp_viewer).deputy_until == today() + 9 * DAY


def test_the_database_knows_that_officials_lend_nothing_and_that_days_are_in_order(cast: Cast) -> None:
    facts = {"membership": of(cast.official), "deputy": cast.viewer, "set_by": cast.liaison, "set_at": now()}
    days = {"starts_on": today(), "ends_on": today()}
    for wrong in (
        {**days, "role": Role.AUTHORIZING_OFFICIAL},
        {"role": Role.AGENCY_VIEWER, "starts_on": today(), "ends_on": today() - DAY},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Delegation.objects.create(**facts, **wrong)


@pytest.mark.parametrize("by", ["reviewer", "viewer", "liaison"])
def test_either_of_the_two_and_their_lead_end_it_once(cast: Cast, by: str) -> None:
    delegated = lend(cast.reviewer, cast.viewer)
    ended = end_delegation(actor=again(cast.people[by]), public_id=delegated.public_id, now=now())
    assert ended.ended_at is not None
    with pytest.raises(NoLongerPossible):
        end_delegation(actor=again(cast.people[by]), public_id=delegated.public_id, now=now())


@pytest.mark.parametrize(
    ("by", "refusal"),
    [
        ("auditor", NotPermitted),
        ("pmo_lead", NotPermitted),
        ("bureau_liaison", Delegation.DoesNotExist),
        ("csp_lead", Delegation.DoesNotExist),
        ("official", Delegation.DoesNotExist),
    ],
)
def test_nobody_else_ends_it(cast: Cast, by: str, refusal: type[Exception]) -> None:
    delegated = lend(cast.reviewer, cast.viewer)
    with pytest.raises(refusal):
        end_delegation(actor=again(cast.people[by]), public_id=delegated.public_id, now=now())
    assert Delegation.objects.get().ended_at is None


def test_a_package_is_opened_for_the_lead_by_the_deputy(cast: Cast) -> None:
    package = make_case(cast, "initial", "partnership").offering.package
    package.location = PackageLocation.TRUST_CENTER
    assert not opens(again(cast.csp_viewer), package)
    lend(cast.csp_lead, cast.csp_viewer)
    assert opens(again(cast.csp_viewer), package)
