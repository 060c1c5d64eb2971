"""Invitations: bound to an address, open once, for a week, from a lead; each other way in is refused in words."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from accounts.models import Invitation, Membership, Organization, User
from accounts.models.access_token import digest_of
from accounts.roles import Role
from authorizations.actions.people.invitations import (
    LASTS,
    accept,
    accept_as_new,
    decline,
    found_by,
    invite,
    revoke,
    send_again,
)
from authorizations.actions.people.people import add_person
from authorizations.actions.refusals import NoLongerPossible, NotPermitted, NotReady
from authorizations.models import Event, Message
from tests.cast import PEOPLE, Cast, make_cast

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
NEW = "new.reviewer@harbors.gov"
PASSWORD = "seven otters juggle quiet lanterns"


def invited(cast: Cast, email: str = NEW, role: str = Role.AGENCY_REVIEWER, **more: object) -> Invitation:
    given = {"actor": cast.liaison, "organization": cast.organizations["harbors"], "now": NOW, **more}
    return invite(email=email, role=role, **given)  # type: ignore[arg-type]


def as_new(invitation: Invitation, **more: object) -> User:
    given = {"name": "Nia New", "password": PASSWORD, "now": NOW, **more}
    return accept_as_new(secret=invitation.secret, **given)  # type: ignore[arg-type]


# --- inviting ---


def test_only_the_digest_of_a_secret_is_kept_and_the_record_holds_no_address(cast: Cast) -> None:
    invitation = invited(cast)
    kept = repr([*Invitation.objects.values(), *Event.objects.values(), *Message.objects.values()])
    assert invitation.secret not in kept
    assert Invitation.objects.get().digest == digest_of(invitation.secret)
    event = Event.objects.get(verb="invitation.sent")
    assert (event.audit_log, event.changes["email"], NEW in event.text) == ("security", [None, None], False)


@pytest.mark.parametrize("email", [NEW, "viewer@example.gov", "csp_lead@example.gov"])
def test_the_message_goes_to_the_address_whether_or_not_somebody_here_has_it(cast: Cast, email: str) -> None:
    Membership.objects.filter(user=cast.viewer).update(ended_on=NOW.date())
    invited(cast, email)
    message = Message.objects.get()
    assert (message.recipient, message.address, message.link) == (None, email, "")
    assert "Lena Liaison invites you" in message.body


MAY_INVITE = {
    "harbors": {"liaison"},
    "nimbus": {"csp_lead"},
    "plumb": {"assessor_lead"},
    "pmo": {"pmo_lead"},
    "buoys": {"pmo_lead"},
}


@pytest.mark.parametrize("organization", MAY_INVITE)
def test_leads_invite_into_their_own_organization_and_the_pmo_where_nobody_leads(cast: Cast, organization: str) -> None:
    into = cast.organizations[organization]
    roles = {"nimbus": Role.CSP_VIEWER, "plumb": Role.ASSESSOR_MEMBER, "pmo": Role.AUDITOR}
    role = roles.get(organization, Role.AGENCY_LIAISON)
    may = set()
    for number, (key, *_) in enumerate(PEOPLE):
        try:
            invited(cast, f"p{number}@x.gov", role, actor=cast.people[key], organization=into, reason="Why.")
            may.add(key)
        except NotPermitted:
            continue
    assert may == MAY_INVITE[organization]


def first_lead(cast: Cast, **more: object) -> Invitation:
    """The PMO's lead names the first lead of the buoys, which have no members."""
    buoys = {"actor": cast.pmo_lead, "organization": cast.organizations["buoys"], "role": Role.AGENCY_LIAISON}
    return invited(cast, **{**buoys, "reason": "Named in the letter of 3 May.", **more})  # type: ignore[arg-type]


def test_the_first_lead_of_an_organization_is_named_with_a_reason_and_announced(cast: Cast) -> None:
    invitation = first_lead(cast)
    assert Event.objects.get(verb="invitation.sent").reason == "Named in the letter of 3 May."
    told = Message.objects.exclude(recipient=None)
    assert {message.recipient for message in told} == {cast.bureau_liaison, cast.liaison, cast.auditor}
    assert {message.detail for message in told} == {"Reason: Named in the letter of 3 May."}
    assert as_new(invitation).roles == {Role.AGENCY_LIAISON}


@pytest.mark.parametrize(
    ("refusal", "words", "changed"),
    [
        (NotReady, "why", {"reason": " "}),
        (ValidationError, "is its lead", {"role": Role.AUTHORIZING_OFFICIAL}),
        (ValidationError, "member of the PMO", {"email": "pmo_lead@example.gov"}),
        (ValidationError, "member of the PMO", {"email": "pmo_reviewer@example.gov"}),
        (NotPermitted, "lead of this organization", {"organization": "harbors"}),
    ],
)
def test_the_pmo_makes_neither_itself_nor_an_official_a_member_elsewhere(
    cast: Cast, refusal: type[Exception], words: str, changed: dict[str, object]
) -> None:
    if "organization" in changed:
        changed = {"organization": cast.organizations["harbors"]}
    with pytest.raises(refusal, match=words):
        first_lead(cast, **changed)
    assert not Invitation.objects.exists()


def test_who_named_the_first_lead_does_not_take_the_invitation_up(cast: Cast) -> None:
    invitation = first_lead(cast)
    User.objects.filter(pk=cast.pmo_lead.pk).update(email=NEW)
    with pytest.raises(NotPermitted, match="sent this invitation yourself"):
        accept(actor=User.objects.get(pk=cast.pmo_lead.pk), secret=invitation.secret, now=NOW)


def test_an_invitation_of_the_first_lead_is_dead_once_somebody_leads(cast: Cast) -> None:
    invitation, another = first_lead(cast), first_lead(cast, email="other@harbors.gov")
    as_new(invitation)
    with pytest.raises(NoLongerPossible, match="no longer invites"):
        as_new(another)


@pytest.mark.parametrize(
    ("email", "role", "field", "words"),
    [
        ("no address", Role.AGENCY_VIEWER, "email", "Enter an e-mail address"),
        ("a@b.gov\nBcc: c@evil.example", Role.AGENCY_VIEWER, "email", "Enter an e-mail address"),
        ("Reviewer@Example.gov", Role.AGENCY_VIEWER, "email", "a member of Department of Harbors already"),
        (NEW.upper(), Role.AGENCY_VIEWER, "email", "is invited already"),
        ("other@harbors.gov", Role.CSP_LEAD, "role", "one of the organization's roles"),
        ("other@harbors.gov", Role.PMO_LEAD, "role", "one of the organization's roles"),
    ],
)
def test_what_cannot_be_sent_is_told_at_its_field(cast: Cast, email: str, role: str, field: str, words: str) -> None:
    invited(cast)
    with pytest.raises(ValidationError, match=words) as refused:
        invited(cast, email, role)
    assert set(refused.value.message_dict) == {field}
    assert Invitation.objects.count() == 1


def test_nobody_is_invited_into_a_placeholder_of_the_feed(cast: Cast) -> None:
    Organization.objects.filter(pk=cast.organizations["harbors"].pk).update(is_pseudo=True)
    with pytest.raises(ValidationError, match="nobody belongs to it"):
        invited(cast, organization=Organization.objects.get(pk=cast.organizations["harbors"].pk))


# --- accepting ---


def test_who_is_signed_in_with_the_address_accepts_whatever_its_letters(cast: Cast) -> None:
    invitation = invited(cast, " CSP_Lead@Example.GOV ")
    accept(actor=cast.csp_lead, secret=invitation.secret, now=NOW)
    assert User.objects.get(pk=cast.csp_lead.pk).roles == {Role.CSP_LEAD, Role.AGENCY_REVIEWER}
    verbs = list(Event.objects.order_by("pk").values_list("verb", "actor__email"))
    by = "csp_lead@example.gov"
    assert verbs[1:] == [("membership.added", by), ("invitation.accepted", by)]


def test_who_has_no_account_makes_one_and_is_a_member_at_once(cast: Cast) -> None:
    person = as_new(invited(cast))
    assert (person.email, person.roles) == (NEW, {Role.AGENCY_REVIEWER})
    assert person.check_password(PASSWORD)
    added = Event.objects.get(verb="user.added")
    assert (added.actor, added.subject_id) == (person, person.pk)
    assert Message.objects.get(recipient=cast.liaison).subject == "Accepted: Nia New, Department of Harbors"


@pytest.mark.parametrize(
    ("name", "password", "words"),
    [
        ("Nia New", "short", "too short"),
        ("Nia New", "password1234567890", "would be guessed soon"),
        ("Nia New", "new.reviewer harbors Nia", "would be guessed soon"),
        (" ", PASSWORD, "cannot be blank"),
    ],
)
def test_the_rules_for_passwords_hold_for_a_new_account(cast: Cast, name: str, password: str, words: str) -> None:
    invitation = invited(cast)
    with pytest.raises(ValidationError, match=words):
        as_new(invitation, name=name, password=password)
    assert not User.objects.filter(email=NEW).exists()
    assert found_by(invitation.secret, now=NOW) == invitation


@pytest.mark.parametrize("is_active", [True, False])
def test_no_second_account_is_made_and_the_invitation_stays_open(cast: Cast, *, is_active: bool) -> None:
    User.objects.filter(pk=cast.csp_lead.pk).update(is_active=is_active)
    invitation = invited(cast, "csp_lead@example.gov")
    with pytest.raises(NoLongerPossible, match="No account was made"):
        as_new(invitation)
    assert found_by(invitation.secret, now=NOW) == invitation


@pytest.mark.parametrize("is_member", [False, True])
def test_an_account_that_nobody_could_sign_in_to_becomes_its_persons(cast: Cast, *, is_member: bool) -> None:
    made = add_person(actor=cast.pmo_lead, email=NEW, name="N. N.", now=NOW)
    if is_member:
        facts = {"user": made, "organization": cast.organizations["harbors"], "role": Role.AGENCY_VIEWER}
        Membership.objects.create(**facts, started_on=NOW.date())
    claimed = as_new(invited(cast))
    assert (claimed, claimed.name, claimed.check_password(PASSWORD)) == (made, "Nia New", True)
    assert claimed.roles == {Role.AGENCY_VIEWER if is_member else Role.AGENCY_REVIEWER}
    assert Event.objects.filter(verb="user.claimed", subject_id=made.pk, actor=made).exists()
    with pytest.raises(ValidationError, match="belongs to a member"):
        invited(cast)


def test_an_account_that_another_organization_knows_is_not_taken_up(cast: Cast) -> None:
    made = add_person(actor=cast.pmo_lead, email=NEW, name="N. N.", now=NOW)
    facts = {"user": made, "organization": cast.organizations["meadows"], "role": Role.AGENCY_VIEWER}
    Membership.objects.create(**facts, started_on=NOW.date())
    with pytest.raises(NoLongerPossible, match="No account was made"):
        as_new(invited(cast))
    assert not User.objects.get(pk=made.pk).has_usable_password()


def test_an_organizations_own_sign_in_must_have_proven_the_very_address(cast: Cast) -> None:
    invitation = invited(cast)
    with pytest.raises(NotPermitted, match="another address"):
        as_new(invitation, password=None, proven="other@harbors.gov")
    assert not as_new(invitation, password=None, proven=NEW).has_usable_password()


@pytest.mark.parametrize("who", ["stranger_agency", "reviewer", "pmo_lead"])
def test_the_link_opens_nothing_for_another_address(cast: Cast, who: str) -> None:
    invitation = invited(cast, "csp_lead@example.gov")
    for answer in (accept, decline):
        with pytest.raises(NotPermitted, match="another address"):
            answer(actor=cast.people[who], secret=invitation.secret, now=NOW)
    assert found_by(invitation.secret, now=NOW) == invitation


def expire(cast: Cast, invitation: Invitation) -> None:
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=NOW)


def use(cast: Cast, invitation: Invitation) -> None:
    accept(actor=cast.csp_lead, secret=invitation.secret, now=NOW)


def take_back(cast: Cast, invitation: Invitation) -> None:
    revoke(actor=cast.liaison, public_id=invitation.public_id, now=NOW)


def refuse(cast: Cast, invitation: Invitation) -> None:
    decline(actor=None, secret=invitation.secret, now=NOW)


def demote(cast: Cast, invitation: Invitation) -> None:
    Membership.objects.filter(user=cast.liaison).update(role=Role.AGENCY_VIEWER)


def switch_off(cast: Cast, invitation: Invitation) -> None:
    User.objects.filter(pk=cast.liaison.pk).update(is_active=False)


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (expire, "expired on 24 Nov 2026"),
        (use, "was accepted before, and opens once"),
        (take_back, "was taken back"),
        (refuse, "was declined"),
        (demote, "no longer invites for Department of Harbors"),
        (switch_off, "no longer invites for Department of Harbors"),
    ],
)
def test_what_no_longer_opens_is_refused_in_words_to_anyone_who_answers(
    cast: Cast, before: Callable[[Cast, Invitation], None], words: str
) -> None:
    invitation = invited(cast, "csp_lead@example.gov")
    before(cast, invitation)
    members = Membership.objects.count()
    tries: list[Callable[[], object]] = [
        lambda: found_by(invitation.secret, now=NOW),
        lambda: accept(actor=cast.csp_lead, secret=invitation.secret, now=NOW),
        lambda: as_new(invitation),
        lambda: decline(actor=None, secret=invitation.secret, now=NOW),
    ]
    for each in tries:
        with pytest.raises(NoLongerPossible, match=words):
            each()
    assert Membership.objects.count() == members


def test_it_opens_until_the_last_moment_of_its_week(cast: Cast) -> None:
    invitation = invited(cast)
    assert found_by(invitation.secret, now=NOW + LASTS - timedelta(seconds=1)) == invitation
    with pytest.raises(NoLongerPossible, match="expired"):
        found_by(invitation.secret, now=NOW + LASTS)


def test_sent_again_it_has_a_new_secret_and_a_new_week_and_the_old_link_is_dead(cast: Cast) -> None:
    invitation = invited(cast)
    old, later = invitation.secret, NOW + 2 * LASTS
    again = send_again(actor=cast.liaison, public_id=invitation.public_id, now=later)
    with pytest.raises(Invitation.DoesNotExist):
        found_by(old, now=later)
    assert found_by(again.secret, now=later) == invitation
    assert Message.objects.filter(address=NEW).count() == 2


def test_the_invitation_of_a_lead_who_left_opens_when_another_sends_it_again(cast: Cast) -> None:
    invitation = invited(cast, "csp_lead@example.gov")
    demote(cast, invitation)
    Membership.objects.filter(user=cast.viewer).update(role=Role.AGENCY_LIAISON)
    again = send_again(actor=cast.viewer, public_id=invitation.public_id, now=NOW)
    accept(actor=cast.csp_lead, secret=again.secret, now=NOW)
    assert Invitation.objects.get().accepted_by == cast.csp_lead


@pytest.mark.parametrize("act", [send_again, revoke])
@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        ("reviewer", Invitation.DoesNotExist),
        ("stranger_agency", Invitation.DoesNotExist),
        ("bureau_liaison", Invitation.DoesNotExist),
        ("pmo_reviewer", NotPermitted),
        ("auditor", NotPermitted),
    ],
)
def test_nobody_but_a_lead_sends_again_or_takes_back(
    cast: Cast, act: Callable[..., Invitation], who: str, refusal: type[Exception]
) -> None:
    invitation = invited(cast)
    with pytest.raises((refusal, NotPermitted)):
        act(actor=cast.people[who], public_id=invitation.public_id, now=NOW)
    assert found_by(invitation.secret, now=NOW) == invitation


@pytest.mark.django_db(transaction=True)
def test_of_two_who_accept_at_once_one_is_let_in() -> None:
    cast = make_cast()
    secret = invited(cast).secret
    start = Barrier(2)

    def join(name: str) -> bool:
        start.wait()
        try:
            accept_as_new(secret=secret, name=name, password=PASSWORD, now=NOW)
        except NoLongerPossible:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(join, ("Nia New", "Noa New"))) == [False, True]
    assert Membership.objects.filter(user__email=NEW).count() == 1
