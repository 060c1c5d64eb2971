"""Roles, the end of memberships, and leaving: who may, what follows at once, and who must be named to follow."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from accounts.models import Membership, Session, User
from accounts.roles import Role
from authorizations.actions.people.memberships import change_role, end_membership, leave
from authorizations.actions.refusals import Blocked, NoLongerPossible, NotPermitted, NotReady
from authorizations.actions.register.records import correct_record
from authorizations.models import Case, Event, Message
from tests.cast import PEOPLE, Cast, make_cast
from tests.conftest import sign_in
from tests.lifecycle.cases import make_case, press, step_facts

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


def of(user: User) -> Membership:
    return Membership.objects.get(user=user)


def set_role(actor: User, member: Membership, role: str, **more: str) -> Membership:
    given = {"seen": member.role, "reason": "So.", **more}
    return change_role(actor=actor, public_id=member.public_id, role=role, now=NOW, **given)


def end(actor: User, member: Membership, reason: str = "Left.") -> Membership:
    return end_membership(actor=actor, public_id=member.public_id, reason=reason, now=NOW)


def go(actor: User, successor: User | None = None) -> Membership:
    return leave(actor=actor, public_id=of(actor).public_id, now=NOW, successor=successor)


def roles_of(user: User) -> frozenset[str]:
    return User.objects.get(pk=user.pk).roles


def told() -> set[str]:
    return {message.recipient.email.partition("@")[0] for message in Message.objects.all() if message.recipient}


# --- who may ---


@pytest.mark.parametrize("act", ["role", "end"])
def test_the_own_lead_and_the_pmos_set_roles_and_end_memberships(cast: Cast, act: str) -> None:
    member, may = of(cast.viewer), set()
    for key, *_ in PEOPLE:
        if key == "viewer":
            continue
        try:
            if act == "role":
                set_role(cast.people[key], member, Role.AGENCY_REVIEWER)
            else:
                end(cast.people[key], member)
            may.add(key)
            Membership.objects.filter(pk=member.pk).update(role=Role.AGENCY_VIEWER, ended_on=None)
        except (NotPermitted, Membership.DoesNotExist):
            continue
    assert may == ({"liaison"} if act == "role" else {"liaison", "pmo_lead"})


# --- roles ---


def test_a_role_counts_from_the_next_request_and_is_a_matter_of_security(cast: Cast) -> None:
    set_role(cast.csp_lead, of(cast.csp_viewer), Role.CSP_CONTRIBUTOR)
    assert roles_of(cast.csp_viewer) == {Role.CSP_CONTRIBUTOR}
    event = Event.objects.get()
    assert (event.audit_log, event.changes) == ("security", {"role": ["csp_viewer", "csp_contributor"]})
    assert told() == {"csp_viewer"}


@pytest.mark.parametrize(
    ("role", "more", "refusal", "words"),
    [
        (Role.AGENCY_VIEWER, {}, NotReady, "one of the organization's roles"),
        (Role.PMO_LEAD, {}, NotReady, "one of the organization's roles"),
        (Role.CSP_CONTRIBUTOR, {"reason": " "}, NotReady, "Say in a sentence why"),
        (Role.CSP_VIEWER, {}, Blocked, "Nothing was changed"),
        (Role.CSP_CONTRIBUTOR, {"seen": Role.CSP_LEAD.value}, NoLongerPossible, "changed meanwhile: CSP viewer"),
    ],
)
def test_a_role_that_cannot_be_set_is_refused_in_words(
    cast: Cast, role: str, more: dict[str, str], refusal: type[Exception], words: str
) -> None:
    with pytest.raises(refusal, match=words):
        set_role(cast.csp_lead, of(cast.csp_viewer), role, **more)
    assert of(cast.csp_viewer).role == Role.CSP_VIEWER


def test_no_change_of_a_role_leaves_an_organization_without_a_lead(cast: Cast) -> None:
    with pytest.raises(Blocked, match="Nimbus Cloud would be left without a lead"):
        set_role(cast.csp_lead, of(cast.csp_lead), Role.CSP_VIEWER)
    set_role(cast.csp_lead, of(cast.csp_viewer), Role.CSP_LEAD)
    set_role(cast.csp_lead, of(cast.csp_lead), Role.CSP_VIEWER)


def test_a_lead_who_may_not_sign_in_counts_for_none(cast: Cast) -> None:
    set_role(cast.csp_lead, of(cast.csp_viewer), Role.CSP_LEAD)
    User.objects.filter(pk=cast.csp_viewer.pk).update(is_active=False)
    with pytest.raises(Blocked, match="without a lead"):
        set_role(cast.csp_lead, of(cast.csp_lead), Role.CSP_VIEWER)


# --- the end ---


def test_an_ended_membership_takes_role_and_sessions_at_once_and_leads_and_pmo_are_told(cast: Cast) -> None:
    sign_in(Client(), cast.official)
    make_case(cast, "initial", "planning")
    Message.objects.all().delete()
    assert Case.objects.get().authorizing_official == cast.official
    end(cast.liaison, of(cast.official))
    assert roles_of(cast.official) == frozenset()
    assert not Session.objects.filter(user=cast.official).exists()
    assert {"official", "pmo_lead"} <= {person for person in told() if person != "liaison"}


def test_the_last_lead_is_let_go_by_the_pmo_at_once(cast: Cast) -> None:
    end(cast.pmo_lead, of(cast.csp_lead))
    assert roles_of(cast.csp_lead) == frozenset()


def test_a_membership_that_begins_later_never_counts_once_it_was_ended(cast: Cast) -> None:
    later = NOW.date().replace(year=2027)
    Membership.objects.filter(user=cast.csp_viewer).update(started_on=later)
    end(cast.csp_lead, of(cast.csp_viewer))
    assert of(cast.csp_viewer).ended_on == later


def test_ones_own_membership_is_left_and_one_that_is_over_does_not_end_again(cast: Cast) -> None:
    with pytest.raises(Blocked, match="your own membership"):
        end(cast.csp_lead, of(cast.csp_lead))
    with pytest.raises(NotReady, match="why"):
        end(cast.csp_lead, of(cast.csp_viewer), " ")
    end(cast.csp_lead, of(cast.csp_viewer))
    with pytest.raises(NoLongerPossible, match="ended already"):
        end(cast.csp_lead, of(cast.csp_viewer))


def test_an_account_that_the_admin_switches_off_loses_its_sessions_and_leads_and_pmo_are_told(cast: Cast) -> None:
    sign_in(Client(), cast.csp_viewer)
    correct_record(cast.csp_viewer, actor=cast.pmo_lead, now=NOW, facts={"is_active": False}, reason="Gone.")
    assert not Session.objects.filter(user=cast.csp_viewer).exists()
    assert told() == {"csp_lead"}
    assert "Casey View was switched off" in Message.objects.get().body


@pytest.mark.django_db(transaction=True)
def test_two_leads_who_end_each_other_at_once_do_not_both_succeed() -> None:
    cast = make_cast()
    Membership.objects.filter(user=cast.csp_viewer).update(role=Role.CSP_LEAD)
    start = Barrier(2)

    def let_go(pair: tuple[User, User]) -> bool:
        start.wait()
        try:
            end(pair[0], of(pair[1]))
        except (NotPermitted, Membership.DoesNotExist):
            return False
        finally:
            connection.close()
        return True

    pairs = [(cast.csp_lead, cast.csp_viewer), (cast.csp_viewer, cast.csp_lead)]
    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(let_go, pairs)) == [False, True]


# --- leaving ---


def test_who_owes_nobody_leaves_at_once(cast: Cast) -> None:
    go(cast.csp_contributor)
    assert roles_of(cast.csp_contributor) == frozenset()
    assert Event.objects.get().verb == "membership.left"
    assert told() == {"csp_lead", "pmo_lead"}


def test_the_last_lead_names_who_becomes_lead(cast: Cast) -> None:
    with pytest.raises(NotReady, match="last lead of Nimbus Cloud"):
        go(cast.csp_lead)
    with pytest.raises(NotReady, match="last lead"):
        go(cast.csp_lead, cast.stranger_csp)
    go(cast.csp_lead, cast.csp_viewer)
    assert (roles_of(cast.csp_viewer), roles_of(cast.csp_lead)) == ({Role.CSP_LEAD}, frozenset())
    verbs = list(Event.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["membership.role_changed", "membership.left"]


def test_one_of_two_leads_leaves_at_once(cast: Cast) -> None:
    Membership.objects.filter(user=cast.csp_viewer).update(role=Role.CSP_LEAD)
    go(cast.csp_lead)
    assert roles_of(cast.csp_lead) == frozenset()


@pytest.mark.parametrize(("leaver", "others"), [("liaison", ["official"]), ("pmo_lead", ["auditor"]), ("csp_lead", [])])
def test_where_nobody_can_follow_the_last_lead_is_told_what_to_do(cast: Cast, leaver: str, others: list[str]) -> None:
    """An official and an auditor keep their role: as lead they would lose it."""
    mine = of(cast.people[leaver])
    stays = [cast.people[leaver].pk, *(cast.people[key].pk for key in others)]
    Membership.objects.filter(organization=mine.organization).exclude(user__in=stays).update(ended_on=NOW.date())
    for successor in [None, *(cast.people[key] for key in others)]:
        with pytest.raises(NotReady, match="Nobody can follow you yet"):
            go(cast.people[leaver], successor)


def test_the_official_of_an_open_case_names_who_decides_and_that_stands_in_the_cases_history(cast: Cast) -> None:
    case = make_case(cast, "initial", "planning")
    with pytest.raises(NotReady, match="Nobody can follow you yet"):
        go(cast.official)
    Membership.objects.filter(user=cast.reviewer).update(role=Role.AUTHORIZING_OFFICIAL)
    with pytest.raises(NotReady, match="authorizing official of one open case"):
        go(cast.official)
    go(cast.official, cast.reviewer)
    now = Case.objects.get(pk=case.pk)
    assert (now.authorizing_official, now.revision) == (cast.reviewer, case.revision + 1)
    event = Event.objects.filter(verb="case.facts_recorded").latest("pk")
    assert event.changes["authorizing_official"] == [cast.official.pk, cast.reviewer.pk]
    assert {"reviewer", "liaison", "pmo_lead"} <= told()


def test_the_official_of_cases_that_have_ended_leaves_at_once(cast: Cast) -> None:
    press(make_case(cast, "initial", "planning"), "withdraw", cast.official, **step_facts("withdraw", cast))
    go(cast.official)
    assert roles_of(cast.official) == frozenset()


def test_nobody_leaves_for_another(cast: Cast) -> None:
    with pytest.raises(Membership.DoesNotExist):
        leave(actor=cast.csp_lead, public_id=of(cast.csp_viewer).public_id, now=NOW)
