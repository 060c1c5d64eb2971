"""A forgotten password: asking for a mail with a link, and setting a new password with it.

Asking takes the same time whether anybody has the address or not: it only counts, as failed sign-ins are counted, and
the timer finds out later who is to be told. The link stands nowhere: it is signed from the person's present password
and last sign-in when the mail is sent, so that it opens once, and nobody reads it out of the database or off a page.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.utils.crypto import salted_hmac

from accounts.fields import ALPHABET, LENGTH
from accounts.models import Session, User
from authorizations.actions.door import entering
from authorizations.actions.refusals import MovedOn
from authorizations.actions.security import tally
from authorizations.models import Event, Message
from authorizations.notifications.telling import Telling, message_of
from authorizations.vocabulary import Chain, MessageStatus, Topic

ASKED = "user.password_forgotten"
GOOD_FOR = timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
SUBJECT = "Set a new password"
BODY = (
    "Somebody, probably you, has said at the sign-in page that they forgot the password of your account. The link in "
    "the mail sets a new one, once, within an hour. If that was not you, do nothing: your password stays as it is. The "
    "portal will still ask for your second factor."
)
USED_UP = "This link was used before, is older than an hour, or is not whole. Ask for another at the sign-in page."


class Links(PasswordResetTokenGenerator):
    """Signs links: each fits one person, one password and one last sign-in."""

    key_salt = "authorizations.actions.new_password"


_LINKS = Links()


def ask_new_password(*, email: str, now: datetime) -> None:
    """Counts that somebody forgot the password of the account with this address, if there is one. Writes no act."""
    found = User.objects.filter(email=email).first()
    key = found.public_id if found is not None and has_password_here(found) else _nobody(email)
    tally(ASKED, actor=None, now=now, subject=("user", key))


def has_password_here(person: User) -> bool:
    """Whether the person signs in with a password of the portal."""
    domain = person.email.rpartition("@")[2]
    return person.is_active and person.has_usable_password() and domain not in settings.PROVIDER_OF_DOMAIN


def _nobody(email: str) -> str:
    """An id that nobody has, always the same for an address: counting it takes what counting a person's takes."""
    digest = salted_hmac("nobody", email).digest()
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:LENGTH])


def tell_who_forgot(now: datetime) -> None:
    """Writes a message for each person whose password was said to be forgotten.

    Only of the last hour, and one for each entry of the record: the door at which it is asked has its own limit.
    """
    with transaction.atomic():
        asked = Event.objects.filter(verb=ASKED, chain=Chain.SECURITY, subject_type="user", messages=None)
        recent = list(asked.filter(recorded_at__gt=now - GOOD_FOR).order_by("pk"))
        people = User.objects.in_bulk({event.subject_id for event in recent})
        told = [
            message_of(event, Telling(people[event.subject_id], SUBJECT, BODY), Topic.SECURITY, mandatory=True)
            for event in recent
            if event.subject_id in people and has_password_here(people[event.subject_id])
        ]
        Message.objects.bulk_create(told, ignore_conflicts=True)


def take_unsent_links(now: datetime) -> Iterator[Message]:
    """The messages whose mail has to be sent yet, each marked as sent first: whoever else looks then passes it over.

    One that nobody could send for an hour is left as it is.
    """
    unsent = Message.objects.filter(event__verb=ASKED, status=MessageStatus.PLANNED, created_at__gt=now - GOOD_FOR)
    for message in unsent.select_related("recipient").order_by("pk"):
        if Message.objects.filter(pk=message.pk, status=MessageStatus.PLANNED).update(
            status=MessageStatus.SENT, sent_at=now
        ):
            yield message


def note_unsent(message: Message) -> None:
    """Marks a message whose mail could not be sent."""
    Message.objects.filter(pk=message.pk).update(status=MessageStatus.FAILED, sent_at=None)


def token_for(person: User) -> str:
    """What stands in the link: the person's id, and the signature over what it is good for."""
    return f"{person.public_id}-{_LINKS.make_token(person)}"


def person_of(token: str) -> User | None:
    """Whose link it is; None where it opens nothing."""
    public_id, _, signature = token.partition("-")
    person = User.objects.filter(public_id=public_id).first()
    return person if person is not None and _fits(person, signature) else None


def _fits(person: User, signature: str) -> bool:
    return has_password_here(person) and _LINKS.check_token(person, signature)


def set_new_password(*, person: User, token: str, password: str, now: datetime) -> None:
    """Sets the new password of the person whose link it is, and ends all their sessions. It signs nobody in.

    Raises:
        MovedOn: the link opens nothing any more.
        ValidationError: the password is too short, or would be guessed.
    """
    with entering(person, now=now) as act:
        person = User.objects.select_for_update().get(pk=person.pk)
        # Asked again under the lock: of two who send the same link at once, the second finds another password.
        if not _fits(person, token.partition("-")[2]):
            raise MovedOn(USED_UP)
        validate_password(password, person)
        person.set_password(password)
        person.save(update_fields=["password"])
        Session.objects.filter(user=person).delete()
        act.record("user.password_changed", person, changes={"by": [None, "mail"]})
