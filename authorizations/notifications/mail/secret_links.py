"""Links that carry a secret. No row, log or page of others holds one: each is made when its mail is sent."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core import signing
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import Invitation, User
from accounts.models.join_request import organization_to_ask
from authorizations.models import Message
from authorizations.vocabulary import SkipReason

FORGOT = "user.password_forgotten"
GOOD_FOR = timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
# The beginning of the key of a message to who asks to join, whose link is good for a day.
JOIN, JOIN_GOOD_FOR = "join:", timedelta(days=1)


class Links(PasswordResetTokenGenerator):
    """Signs links for a new password: each fits one person, one password and one last sign-in."""

    key_salt = "authorizations.actions.people.password_reset"


_LINKS = Links()


def has_password_here(person: User) -> bool:
    domain = person.email.rpartition("@")[2]
    return person.is_active and person.has_usable_password() and domain not in settings.PROVIDER_OF_DOMAIN


def token_for(person: User) -> str:
    """What is in the link for a new password: the person's id, and the signature over what it is good for."""
    return f"{person.public_id}-{_LINKS.make_token(person)}"


def is_signed_for(person: User, signature: str) -> bool:
    return has_password_here(person) and _LINKS.check_token(person, signature)


def link_of(invitation: Invitation) -> str:
    """The path of the page on which an invitation is answered: for the one who is invited, and no row or log."""
    return f"{reverse('open_invitation')}?{urlencode({'key': invitation.secret})}"


def join_link_of(email: str) -> str:
    """The path of the page on which the owner of an address asks to join: for that mailbox alone."""
    return f"{reverse('request_to_join')}?{urlencode({'token': signing.dumps(email, salt=JOIN)})}"


def address_shown(token: str) -> str:
    """The address that the owner of such a link has; blank where it was forged, cut short or is too old."""
    try:
        return str(signing.loads(token, salt=JOIN, max_age=JOIN_GOOD_FOR))
    except signing.BadSignature:
        return ""


def is_secret(message: Message) -> bool:
    """Whether the mail of a message carries a link that the message itself does not."""
    event = message.event
    if event is None:
        return _is_of_join(message)
    return event.verb == FORGOT or (event.subject_type == "invitation" and message.recipient is None)


def secret_link(message: Message, now: datetime) -> str | SkipReason:
    """The path that the mail of such a message carries, or why nobody needs the mail any more."""
    event, person = message.event, message.recipient
    if event is None:
        return _join_link(message, now)
    if person is not None:
        if message.created_at <= now - GOOD_FOR:
            return SkipReason.LATE
        link = f"{reverse('new_password')}?{urlencode({'token': token_for(person)})}"
        return link if has_password_here(person) else SkipReason.SATISFIED
    invitation = Invitation.objects.get(pk=event.subject_id)
    if invitation.has_expired(now):
        return SkipReason.LATE
    return link_of(invitation) if invitation.ended_at is None else SkipReason.SATISFIED


def _is_of_join(message: Message) -> bool:
    return message.recipient is None and str(message.key).startswith(JOIN)


def _join_link(message: Message, now: datetime) -> str | SkipReason:
    """Only here, where nobody waits for an answer, is it found out whether there is anybody to ask."""
    if message.created_at <= now - JOIN_GOOD_FOR:
        return SkipReason.LATE
    return join_link_of(message.address) if organization_to_ask(message.address, now) else SkipReason.NOT_PERMITTED
