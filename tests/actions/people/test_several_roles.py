"""A person holds several roles in one organization, each given and ended by itself; who decides or checks holds one."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organization, User
from accounts.roles import Role
from authorizations.actions.people.memberships import add_role, change_role, leave
from authorizations.actions.refusals import Blocked, NotPermitted, NotReady, Refused
from authorizations.actions.register.records import add_record
from authorizations.models import Event, Message
from authorizations.policy import Party
from tests.cast import Cast
from tests.lifecycle.cases import make_case
from tests.web.reading_pages import body_of


def of(cast: Cast, name: str) -> Membership:
    return Membership.objects.get(user=cast.people[name])


def give(cast: Cast, name: str, role: Role, by: str = "liaison", reason: str = "We are few.") -> Membership:
    held = of(cast, name)
    return add_role(actor=cast.people[by], public_id=held.public_id, role=role, reason=reason, now=timezone.now())


def again(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_a_member_has_one_more_role_and_acts_in_both(cast: Cast) -> None:
    case = make_case(cast, "reuse", "access_granted")
    added = give(cast, "liaison", Role.AGENCY_REVIEWER)
    assert again(cast.liaison).roles == {Role.AGENCY_LIAISON, Role.AGENCY_REVIEWER}
    assert case.parties_of(again(cast.liaison)) == {Party.AL, Party.AR}
    entry = Event.objects.get(verb="membership.added")
    assert (entry.subject_id, entry.reason) == (added.pk, "We are few.")
    leave(actor=again(cast.liaison), public_id=added.public_id, now=timezone.now())
    assert again(cast.liaison).roles == {Role.AGENCY_LIAISON}


@pytest.mark.parametrize(
    ("name", "role", "by", "refusal"),
    [
        ("official", Role.AGENCY_REVIEWER, "liaison", Blocked),
        ("liaison", Role.AUTHORIZING_OFFICIAL, "liaison", Blocked),
        ("auditor", Role.PMO_REVIEWER, "pmo_lead", Blocked),
        ("pmo_reviewer", Role.AUDITOR, "pmo_lead", Blocked),
        ("reviewer", Role.AGENCY_REVIEWER, "liaison", Blocked),
        ("reviewer", Role.CSP_LEAD, "liaison", NotReady),
        ("viewer", Role.AGENCY_REVIEWER, "pmo_lead", NotPermitted),
        ("viewer", Role.AGENCY_REVIEWER, "reviewer", NotPermitted),
    ],
)
def test_who_decides_or_checks_holds_no_other_role_and_leads_alone_give_them(
    cast: Cast, name: str, role: Role, by: str, refusal: type[Refused]
) -> None:
    with pytest.raises(refusal):
        give(cast, name, role, by)
    assert Membership.objects.filter(user=cast.people[name]).count() == 1


@pytest.mark.parametrize("role", [Role.AGENCY_REVIEWER, Role.AUTHORIZING_OFFICIAL])
def test_a_role_is_not_changed_to_one_that_is_held_or_goes_with_none(cast: Cast, role: Role) -> None:
    give(cast, "reviewer", Role.AGENCY_VIEWER)
    viewing = Membership.objects.get(user=cast.reviewer, role=Role.AGENCY_VIEWER)
    with pytest.raises(Blocked):
        change_role(
            actor=cast.liaison, public_id=viewing.public_id, role=role, seen=viewing.role, reason="So.",
            now=timezone.now(),
        )  # fmt: skip


def test_the_last_lead_hands_over_to_somebody_of_several_roles(cast: Cast) -> None:
    give(cast, "reviewer", Role.AGENCY_VIEWER)
    leave(actor=cast.liaison, public_id=of(cast, "liaison").public_id, now=timezone.now(), successor=cast.reviewer)
    assert again(cast.reviewer).roles == {Role.AGENCY_LIAISON, Role.AGENCY_VIEWER}


def test_the_page_of_people_gives_the_role_and_counts_people(client: Client, cast: Cast) -> None:
    client.force_login(cast.liaison)
    harbors = Organization.objects.get(name="Department of Harbors")
    at: Any = [harbors.public_id, of(cast, "liaison").public_id]
    assert "Authorizing official" not in body_of(client, reverse("add_role", args=at)).partition("<select")[2]
    sent = {"role": "agency_reviewer", "reason": "We are few."}
    assert client.post(reverse("add_role", args=at), sent).status_code == 302
    assert client.post(reverse("add_role", args=at), sent).status_code == 409
    page = body_of(client, reverse("people_of", args=[harbors.public_id]))
    assert "4 members" in page
    assert "Give up your role as Agency reviewer" in page


def test_one_more_role_and_its_end_are_told_for_what_they_are(client: Client, cast: Cast) -> None:
    added = give(cast, "reviewer", Role.AGENCY_VIEWER)
    told = Message.objects.filter(recipient=cast.reviewer)
    assert told.get().body.startswith("Rae Reviewer is now also Agency viewer of Department of Harbors.")
    client.force_login(cast.liaison)
    at = reverse("end_membership", args=[added.organization.public_id, added.public_id])
    assert "End the role of Rae Reviewer" in body_of(client, at)
    page = client.post(at, {"reason": "Enough."}, follow=True).content.decode()
    assert "is no longer Agency viewer of" in page
    assert "is no longer Agency viewer, and stays a member of" in told.latest("pk").body


@pytest.mark.parametrize(("name", "role"), [("auditor", Role.PMO_REVIEWER), ("pmo_reviewer", Role.AUDITOR)])
def test_the_admin_gives_who_checks_no_other_role_either(cast: Cast, name: str, role: Role) -> None:
    pmo, today = of(cast, name).organization, timezone.localdate()
    facts = {"user": cast.people[name], "organization": pmo, "role": role, "started_on": today}
    with pytest.raises(ValidationError, match="holds no other role"):
        add_record(Membership, actor=cast.pmo_lead, now=timezone.now(), facts=facts)
    assert Membership.objects.filter(user=cast.people[name]).count() == 1
    of(cast, name).full_clean()
