"""Who belongs where from when to when, and that the PMO is never left without a lead."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import Membership, Organization, User
from accounts.roles import Role
from authorizations.actions.refusals import Blocked, NotPermitted
from authorizations.actions.register.offerings import add_own_offering
from authorizations.actions.register.records import add_record, correct_record
from authorizations.models import Event, Message
from authorizations.notifications.catalog.imports import holders
from authorizations.policy import Capability
from tests.cast import Cast

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)


def of(user: User) -> Membership:
    return Membership.objects.get(user=user)


@pytest.mark.parametrize(
    ("started_on", "ended_on", "counts"),
    [
        (TODAY - DAY, None, True),
        (TODAY, None, True),
        (TODAY + DAY, None, False),
        (TODAY - DAY, TODAY + DAY, True),
        (TODAY - DAY, TODAY, False),
        (TODAY, TODAY, False),
    ],
)
def test_a_membership_counts_from_its_first_day_to_before_its_last(
    cast: Cast, started_on: date, ended_on: date | None, *, counts: bool
) -> None:
    Membership.objects.filter(user=cast.csp_lead).update(started_on=started_on, ended_on=ended_on)
    assert Membership.objects.current(TODAY).filter(user=cast.csp_lead).exists() is counts


def test_a_role_that_begins_tomorrow_gives_nothing_today(cast: Cast) -> None:
    tomorrow = timezone.localdate() + DAY
    Membership.objects.filter(user__in=[cast.csp_lead, cast.pmo_reviewer]).update(started_on=tomorrow)
    assert not User.objects.get(pk=cast.csp_lead.pk).roles
    assert cast.pmo_reviewer not in holders(Capability.RESOLVE_REVIEW, timezone.localdate())


def test_a_lead_whose_membership_is_over_adds_no_offering(cast: Cast) -> None:
    assert cast.csp_lead.roles
    Membership.objects.filter(user=cast.csp_lead).update(ended_on=TODAY)
    with pytest.raises(NotPermitted):
        add_own_offering(
            actor=cast.csp_lead, provider=cast.organizations["nimbus"], now=NOW, facts={"name": "Nimbus Late"}
        )


@pytest.mark.parametrize("facts", [{"role": Role.PMO_REVIEWER}, {"ended_on": TODAY}, {"ended_on": TODAY + DAY}])
def test_the_last_lead_of_the_pmo_cannot_leave(cast: Cast, facts: dict[str, object]) -> None:
    with pytest.raises(Blocked, match="without a lead"):
        correct_record(of(cast.pmo_lead), actor=cast.pmo_lead, now=NOW, facts=facts, reason="-")
    assert of(cast.pmo_lead).role == Role.PMO_LEAD
    assert of(cast.pmo_lead).ended_on is None
    assert not Event.objects.exists()


def test_the_last_lead_who_may_sign_in_cannot_be_locked_out(cast: Cast) -> None:
    locked_out = User.objects.create(email="out@example.gov", name="Out", is_active=False)
    pmo = Organization.objects.get(kind="pmo")
    Membership.objects.create(user=locked_out, organization=pmo, role=Role.PMO_LEAD, started_on=TODAY)
    with pytest.raises(Blocked, match="without a lead"):
        correct_record(cast.pmo_lead, actor=cast.pmo_lead, now=NOW, facts={"is_active": False}, reason="-")


@pytest.mark.parametrize(
    "facts", [{"role": Role.AUTHORIZING_OFFICIAL}, {"ended_on": None}, {"ended_on": TODAY, "started_on": TODAY}]
)
def test_the_pmo_gives_nobody_a_role_in_another_organization(cast: Cast, facts: dict[str, object]) -> None:
    """Not by adding a membership, nor by correcting one; it can end one."""
    Membership.objects.filter(user=cast.viewer).update(ended_on=TODAY + DAY)
    with pytest.raises(Blocked, match="Only the leads of Department of Harbors"):
        correct_record(of(cast.viewer), actor=cast.pmo_lead, now=NOW, facts=facts, reason="-")
    new = {"user": cast.pmo_lead, "organization": cast.organizations["harbors"], "role": Role.AGENCY_LIAISON}
    with pytest.raises(Blocked, match="Only the leads of Department of Harbors"):
        add_record(Membership, actor=cast.pmo_lead, now=NOW, facts={**new, "started_on": TODAY})
    ended = correct_record(of(cast.viewer), actor=cast.pmo_lead, now=NOW, facts={"ended_on": TODAY}, reason="Left.")
    assert ended.ended_on == TODAY


def test_another_address_is_told_to_the_person_and_to_who_leads_them(cast: Cast) -> None:
    """Whoever reads mail there could set a new password."""
    correct_record(cast.official, actor=cast.pmo_lead, now=NOW, facts={"email": "olu@new.example.gov"}, reason="Moved.")
    told = Message.objects.filter(event__verb="user.corrected")
    assert {message.recipient for message in told} == {cast.official, cast.liaison}
    assert {message.detail for message in told} == {"Reason: Moved."}


def test_one_of_two_leads_may_leave(cast: Cast) -> None:
    Membership.objects.filter(user=cast.pmo_reviewer).update(role=Role.PMO_LEAD)
    facts = {"role": Role.PMO_REVIEWER}
    assert (
        correct_record(of(cast.pmo_lead), actor=cast.pmo_lead, now=NOW, facts=facts, reason="-").role == facts["role"]
    )
