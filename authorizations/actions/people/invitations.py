"""How people come in: a lead invites an address into the own organization, and anyone who has it accepts or declines.

The link is the invitation. An account with the address is not enough to accept, because the first organization that
invited an address is all that vouched for it (docs/adr/0008); and the link alone is not enough either, where somebody
is signed in with another address.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q
from django.utils import timezone

from accounts.models import Invitation, Membership, Organization, User
from accounts.models.access_token import digest_of
from accounts.models.invitation import InvitationAnswer
from accounts.roles import LEADS, ROLES_OF, OrganizationKind
from authorizations.actions.door import Action, Changes, action, insert, new_values
from authorizations.actions.people.join_requests import answer_by_invitation
from authorizations.actions.people.memberships import hold, hold_people, invites, leads, oversees
from authorizations.actions.refusals import NoLongerPossible, NotPermitted, NotReady
from authorizations.display import day_text
from authorizations.lifecycle.problems import REASON
from authorizations.policy import Capability

# A week: who is away for some days finds it open, and a link that lies forgotten in a mailbox opens nothing.
LASTS = timedelta(days=7)
OTHER_ADDRESS = (
    "This invitation is for another address than the one you are signed in with. Sign out, and open its link again."
)
NO_NEW_ACCOUNT = (
    "No account was made with this link. If you have an account here, sign in with it, and you can accept. Otherwise "
    "ask the person who invited you."
)
INVITER_GONE = "The person who invited you no longer invites for {}. Ask one of its leads to send it again."
EXPIRED = "This invitation expired on {}. Ask the person who invited you to send it again."
MEMBER = "You are a member of {} already. Its leads can change your role."
ENDED = {
    InvitationAnswer.ACCEPTED: (
        "This invitation was accepted before, and opens once. If that was you, sign in. If it was not, tell the person "
        "who invited you at once."
    ),
    InvitationAnswer.DECLINED: "This invitation was declined. Ask the person who invited you for a new one.",
    InvitationAnswer.REVOKED: "This invitation was taken back. Ask the person who invited you.",
}

_IN_THE_PMO = Q(organization__kind=OrganizationKind.PMO)


# --- inviting ---


def invite(
    *, actor: User, organization: Organization, email: str, role: str, now: datetime, reason: str = ""
) -> Invitation:
    """Invites an address into an organization; `link_of` says where it is answered.

    It says nothing about whether anybody has an account with the address.

    Args:
        reason: why this person is the first lead, where a lead of the PMO invites one; the PMO's leads, the auditor
            and the leads above the organization are told.

    Raises:
        ValidationError: the address is none, is invited or belongs to a member, or the role does not fit; by field.
    """
    with action(actor, Capability.LEAD_PEOPLE, now=now) as act:
        hold_people(actor, organization, partial(invites, today=act.day))
        address, why = email.strip().lower(), ""
        _refuse_invitation(act, organization, address, role)
        if not leads(actor, organization):
            _refuse_as_first(organization, address, role)
            why = reason.strip()
            if not why:
                raise NotReady([REASON])
        invitation = Invitation(
            organization=organization,
            email=address,
            role=role,
            invited_by=actor,
            sent_at=now,
            expires_at=now + LASTS,
        )
        invitation.digest = digest_of(invitation.secret)
        insert(invitation)
        until = invitation.expires_at.isoformat()
        stated = new_values(organization=organization, email=address, role=role, expires_at=until)
        act.record("invitation.sent", invitation, changes=stated, reason=why)
        answer_by_invitation(act, organization, address)
    return invitation


def _refuse_invitation(act: Action, organization: Organization, email: str, role: str) -> None:
    mistakes = {}
    try:
        validate_email(email)
    except ValidationError:
        mistakes["email"] = "Enter an e-mail address, such as name@example.gov."
    members = Membership.objects.not_over(act.day).filter(organization=organization, user__email=email)
    if any(not each.user.is_unclaimed for each in members.select_related("user")):
        mistakes["email"] = f"This address belongs to a member of {organization} already."
    elif Invitation.objects.unanswered().filter(organization=organization, email=email).exists():
        mistakes["email"] = "This address is invited already. Send that invitation again, or take it back first."
    if organization.is_pseudo:
        mistakes["email"] = f"{organization} is a placeholder that feeds use: nobody belongs to it."
    if role not in ROLES_OF[organization.kind]:
        mistakes["role"] = "Choose one of the organization's roles."
    if mistakes:
        raise ValidationError(mistakes)


def _refuse_as_first(organization: Organization, email: str, role: str) -> None:
    """A lead of the PMO names the first lead, and nobody of the PMO: it would decide for both sides."""
    mistakes = {}
    if role != LEADS[organization.kind]:
        mistakes["role"] = f"The first person is its lead, who then invites the others of {organization}."
    if Membership.objects.current(timezone.localdate()).filter(_IN_THE_PMO, user__email=email).exists():
        mistakes["email"] = "This address belongs to a member of the PMO. Name a person of the organization."
    if mistakes:
        raise ValidationError(mistakes)


def send_again(*, actor: User, public_id: str, now: datetime) -> Invitation:
    """Sends an invitation once more, with a new secret and from this lead: the last link is dead."""
    with action(actor, Capability.LEAD_PEOPLE, now=now) as act:
        invitation = _held(public_id, actor, partial(invites, today=act.day))
        invitation.sendings += 1
        invitation.invited_by, invitation.sent_at, invitation.expires_at = actor, now, now + LASTS
        invitation.digest = digest_of(invitation.secret)
        invitation.save(update_fields=["sendings", "invited_by", "sent_at", "expires_at", "digest"])
        sendings: Changes = {"sendings": [invitation.sendings - 1, invitation.sendings]}
        until = new_values(expires_at=invitation.expires_at.isoformat())
        act.record("invitation.sent_again", invitation, changes={**sendings, **until})
    return invitation


def revoke(*, actor: User, public_id: str, now: datetime) -> Invitation:
    with action(actor, Capability.LEAD_PEOPLE, now=now) as act:
        invitation = _held(public_id, actor, oversees)
        _end(act, invitation, InvitationAnswer.REVOKED)
    return invitation


def _held(public_id: str, actor: User, may: Callable[[User, Organization], bool]) -> Invitation:
    seen = Invitation.objects.visible_to(actor).select_related("organization").get(public_id=public_id)
    hold_people(actor, seen.organization, may)
    invitation = Invitation.objects.select_for_update(of=("self",)).select_related("organization").get(pk=seen.pk)
    if invitation.ended_at is not None:
        raise NoLongerPossible(f"This invitation has ended meanwhile: {invitation.get_answer_display().lower()}.")
    return invitation


def _end(act: Action, invitation: Invitation, answer: InvitationAnswer) -> None:
    invitation.ended_at, invitation.answer = act.recorded_at, answer
    invitation.save(update_fields=["ended_at", "answer", "accepted_by"])
    changes: Changes = {"answer": [None, answer.value]}
    if invitation.accepted_by_id is not None:
        changes["accepted_by"] = [None, invitation.accepted_by_id]
    act.record(f"invitation.{answer.value}", invitation, changes=changes)


# --- answering ---


def found_by(secret: str, *, now: datetime) -> Invitation:
    beside = Invitation.objects.select_related("organization", "invited_by")
    invitation = beside.get(digest=digest_of(secret))
    _refuse_over(invitation, now)
    return invitation


def _refuse_over(invitation: Invitation, now: datetime) -> None:
    if invitation.ended_at is not None:
        raise NoLongerPossible(ENDED[InvitationAnswer(invitation.answer)])
    if invitation.has_expired(now):
        raise NoLongerPossible(EXPIRED.format(day_text(invitation.expires_at)))
    # Who is let go leaves no key behind: what they sent opens nothing more.
    inviter = User.objects.get(pk=invitation.invited_by_id)
    if not inviter.is_active or not invites(inviter, invitation.organization, timezone.localdate(now)):
        raise NoLongerPossible(INVITER_GONE.format(invitation.organization))


def _taken_up(secret: str, now: datetime) -> Invitation:
    seen = Invitation.objects.get(digest=digest_of(secret))
    hold(seen.organization_id)
    beside = Invitation.objects.select_for_update(of=("self",)).select_related("organization")
    # By the digest again: it may have been sent anew meanwhile.
    invitation = beside.get(digest=seen.digest)
    _refuse_over(invitation, now)
    return invitation


def accept(*, actor: User, secret: str, now: datetime) -> Membership:
    """Makes the actor, who is signed in with the address that was invited, a member."""
    with action(actor, now=now) as act:
        invitation = _taken_up(secret, now)
        if invitation.email != actor.email:
            raise NotPermitted(OTHER_ADDRESS)
        return _join(act, invitation, actor)


def accept_as_new(*, secret: str, name: str, password: str | None, now: datetime, proven: str = "") -> User:
    """Makes an account for the address that was invited, and its person a member.

    An account that others made for the address, and nobody could ever sign in to, becomes its person's.

    Args:
        password: None where the person's organization signs them in; then it has ``proven`` the address.

    Raises:
        ValidationError: the name is missing, or the password too short or easily guessed; by field.
    """
    # The clash: someone made an account with the address in this very moment.
    with action(None, now=now, clash=NO_NEW_ACCOUNT) as act:
        invitation = _taken_up(secret, now)
        if password is None and proven != invitation.email:
            raise NotPermitted(OTHER_ADDRESS)
        there = User.objects.select_for_update().filter(email=invitation.email).first()
        person = _new_account(there, invitation, name, password)
        act.actor = person
        act.record("user.claimed" if there else "user.added", person)
        held = Membership.objects.not_over(act.day).filter(user=person, organization=invitation.organization)
        if there and held.exists():
            _accepted(act, invitation, person)
        else:
            _join(act, invitation, person)
    return person


def _new_account(there: User | None, invitation: Invitation, name: str, password: str | None) -> User:
    """The account of the address. ``there``: the one that has it already."""
    person = there or User(email=invitation.email)
    is_free = there is None or (there.is_unclaimed and _is_known_nowhere_else(there, invitation.organization))
    person.name = " ".join(name.split())
    if password is not None:
        try:
            validate_password(password, person)
        except ValidationError as mistakes:
            raise ValidationError({"password": mistakes.messages}) from mistakes
    person.set_password(password)
    person.full_clean(validate_unique=False, validate_constraints=False)
    # Only once everything else was right: else a mistake would tell whether somebody has the address.
    if not is_free:
        raise NoLongerPossible(NO_NEW_ACCOUNT)
    person.save()
    return person


def _is_known_nowhere_else(person: User, organization: Organization) -> bool:
    """Whether no other organization ever had the person: this one's link must not open what others gave them."""
    return not Membership.objects.filter(user=person).exclude(organization=organization).exists()


def _join(act: Action, invitation: Invitation, person: User) -> Membership:
    organization = invitation.organization
    if person.pk == invitation.invited_by_id:
        raise NotPermitted("You sent this invitation yourself. Another person must be the one who accepts it.")
    if Membership.objects.not_over(act.day).filter(user=person, organization=organization).exists():
        raise NoLongerPossible(MEMBER.format(organization))
    membership = Membership(user=person, organization=organization, role=invitation.role, started_on=act.day)
    insert(membership)
    stated = new_values(user=person, organization=organization, role=str(membership.role), started_on=act.day)
    act.record("membership.added", membership, changes=stated)
    _accepted(act, invitation, person)
    return membership


def _accepted(act: Action, invitation: Invitation, person: User) -> None:
    invitation.accepted_by = person
    _end(act, invitation, InvitationAnswer.ACCEPTED)


def decline(*, actor: User | None, secret: str, now: datetime) -> Invitation:
    """Declines an invitation; anyone who has its link may, signed in with the address or not at all."""
    with action(actor, now=now) as act:
        invitation = _taken_up(secret, now)
        if actor is not None and invitation.email != actor.email:
            raise NotPermitted(OTHER_ADDRESS)
        _end(act, invitation, InvitationAnswer.DECLINED)
    return invitation
