"""Links that carry a secret. No row, log or page of others holds one: each is made when its mail is sent."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import Invitation, User
from authorizations.models import Message
from authorizations.vocabulary import SkipReason

FORGOT = "user.password_forgotten"
GOOD_FOR = timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)


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


def is_secret(message: Message) -> bool:
    """Whether the mail of a message carries a link that the message itself does not."""
    event = message.event
    if event is None:
        return False
    return event.verb == FORGOT or (event.subject_type == "invitation" and message.recipient is None)


def secret_link(message: Message, now: datetime) -> str | SkipReason:
    """The path that the mail of such a message carries, or why nobody needs the mail any more."""
    event, person = message.event, message.recipient
    if event is None:
        return message.link
    if person is not None:
        if message.created_at <= now - GOOD_FOR:
            return SkipReason.LATE
        link = f"{reverse('new_password')}?{urlencode({'token': token_for(person)})}"
        return link if has_password_here(person) else SkipReason.SATISFIED
    invitation = Invitation.objects.get(pk=event.subject_id)
    if invitation.has_expired(now):
        return SkipReason.LATE
    return link_of(invitation) if invitation.ended_at is None else SkipReason.SATISFIED
