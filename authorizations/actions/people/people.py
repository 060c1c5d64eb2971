"""What people do to accounts: founding the PMO, which opens the portal, adding people, and their personal tokens."""

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone

from accounts.models import AccessToken, Membership, Organization, User
from accounts.models.access_token import digest_of, new_secret
from accounts.roles import OrganizationKind, Role
from accounts.use_notes import reading_goes_on
from authorizations.actions.door import action, insert, new_values, update
from authorizations.actions.refusals import Blocked, NoLongerPossible
from authorizations.actions.register.records import add_record, refuse_sent_before
from authorizations.actions.rules.participation import enter_participation
from authorizations.display import day_text
from authorizations.policy import Capability
from authorizations.vocabulary import WhoTakesPart

# A token that is forgotten somewhere ends by itself.
LONGEST_TOKEN = timedelta(days=365)
# Noting each use of a token would make a writer of every reader.
NOTED_USE = timedelta(hours=1)

BOTH_SIDES = (
    "Where FedRAMP takes part, its first lead is nobody of an agency. Leave the agency out and invite its first lead, "
    "or say --for one-agency."
)


def found_pmo(
    *,
    email: str,
    name: str,
    password: str | None,
    now: datetime,
    participation: WhoTakesPart = WhoTakesPart.PROGRAM_OFFICE,
    agency: str = "",
) -> User:
    """Creates the PMO and its first lead, who can then add everything else. Only from the command line.

    Args:
        participation: who takes part in this portal; in one of agencies alone, the lead administers it.
        agency: the name of an agency that is made too, whose liaison the lead is; only where FedRAMP takes no part,
            else one person would decide for both sides.
        password: None leaves the account without one, for a portal whose people sign in another way.

    Raises:
        ValidationError: the address is not one.
    """
    with action(None, now=now) as act:
        if agency and participation == WhoTakesPart.PROGRAM_OFFICE:
            raise Blocked(BOTH_SIDES)
        if Organization.objects.filter(kind=OrganizationKind.PMO).exists():
            raise NoLongerPossible("This portal already has a PMO. Its leads add people in the admin.")
        pmo = Organization.objects.create(kind=OrganizationKind.PMO, name="FedRAMP PMO")
        lead = User(email=email.strip().lower(), name=name)
        lead.set_password(password)
        lead.full_clean()
        lead.save()
        Membership.objects.create(user=lead, organization=pmo, role=Role.PMO_LEAD, started_on=timezone.localdate(now))
        act.record("pmo.founded", pmo, changes={"lead": [None, lead.pk]})
        if participation != WhoTakesPart.PROGRAM_OFFICE:
            enter_participation(act, participation, lead, "Chosen at the first start.")
        if agency:
            _found_agency(agency, lead, now)
    return lead


def _found_agency(name: str, lead: User, now: datetime) -> None:
    named = {"kind": OrganizationKind.AGENCY, "name": " ".join(name.split())}
    made = add_record(Organization, actor=None, now=now, facts=named)
    member = {"user": lead, "organization": made, "role": Role.AGENCY_LIAISON, "started_on": timezone.localdate(now)}
    add_record(Membership, actor=None, now=now, facts=member)


def add_person(*, actor: User, email: str, name: str, now: datetime, idempotency_key: str = "") -> User:
    """Adds a person who has no password yet and belongs nowhere yet, until they answer an invitation.

    Raises:
        ValidationError: the address is not one, or is taken.
    """
    with action(actor, Capability.MANAGE_PEOPLE, now=now, idempotency_key=idempotency_key) as act:
        refuse_sent_before(User, idempotency_key)
        person = User(email=email.strip().lower(), name=name)
        person.set_unusable_password()
        person.full_clean()
        person.save()
        act.record("user.added", person)
    return person


def make_token(*, actor: User, name: str, expires_on: date, read_only: bool, now: datetime) -> tuple[AccessToken, str]:
    """Makes a personal token of the actor's own.

    Returns: the token, and its secret, which is kept nowhere: this is the one time that it can be shown.

    Raises:
        ValidationError: a fact is impossible, or a token of the name counts already; by field.
    """
    with action(actor, now=now) as act:
        # The lock makes a second press of the button wait, and then find the name taken.
        User.objects.select_for_update().get(pk=actor.pk)
        label = " ".join(name.split())
        _refuse_token(actor, label, expires_on, timezone.localdate(now))
        secret = new_secret()
        token = AccessToken(user=actor, name=label, digest=digest_of(secret), read_only=read_only, created_at=now)
        token.expires_on = expires_on
        insert(token)
        stated = new_values(name=label, read_only=read_only, expires_on=expires_on)
        act.record("accesstoken.made", token, changes=stated)
    return token, secret


def _refuse_token(owner: User, name: str, expires_on: date, today: date) -> None:
    mistakes = {}
    if AccessToken.objects.own(owner).filter(name=name, revoked_at__isnull=True).exists():
        mistakes["name"] = "You have a token of this name. Revoke it first, or choose another name."
    if not today <= expires_on <= today + LONGEST_TOKEN:
        last = day_text(today + LONGEST_TOKEN)
        mistakes["expires_on"] = f"The last day lies between today and {last}."
    if mistakes:
        raise ValidationError(mistakes)


def revoke_token(*, actor: User, public_id: str, now: datetime) -> AccessToken:
    """Ends one of the actor's tokens at once; it never opens anything again."""
    with action(actor, now=now) as act:
        token = AccessToken.objects.own(actor).select_for_update().get(public_id=public_id)
        if token.revoked_at is not None:
            raise NoLongerPossible("This token was revoked before.")
        update(token, revoked_at=now)
        act.record("accesstoken.revoked", token, changes={"revoked_at": [None, now.isoformat()]})
    return token


def note_use(token: AccessToken, now: datetime) -> None:
    """Notes when a token was last used, to the hour. No act of a person: the one write of a verb without an entry."""
    unnoted = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - NOTED_USE)
    if token.last_used_at is None or token.last_used_at < now - NOTED_USE:
        with reading_goes_on("the use of a token"):
            AccessToken.objects.filter(unnoted, pk=token.pk).update(last_used_at=now)
