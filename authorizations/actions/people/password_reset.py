"""A forgotten password: asking for a mail with a link, and setting a new password with it.

Asking takes the same time whether anybody has the address or not: it only counts, as failed sign-ins are counted, and
the timer finds out later who is to be told. The link is nowhere: it is signed from the person's present password
and last sign-in when the mail is sent, so that it opens once, and nobody reads it out of the database or off a page.
"""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils.crypto import salted_hmac

from accounts.fields import ALPHABET, LENGTH
from accounts.models import Session, User
from authorizations.actions.audit_log.security_events import tally
from authorizations.actions.door import action
from authorizations.actions.refusals import NoLongerPossible
from authorizations.models import Event, Message
from authorizations.notifications.catalog.message_content import MessageContent, message_of
from authorizations.notifications.mail.mail_trigger import trigger_delivery
from authorizations.notifications.mail.secret_links import FORGOT, GOOD_FOR, has_password_here, is_signed_for
from authorizations.vocabulary import AuditLog, Topic

SUBJECT = "Set a new password"
BODY = (
    "Somebody, probably you, has said at the sign-in page that they forgot the password of your account. The link in "
    "the mail sets a new one, once, within an hour. If that was not you, do nothing: your password stays as it is. The "
    "portal will still ask for your second factor."
)
USED_UP = "This link was used before, is older than an hour, or is not whole. Ask for another at the sign-in page."


def ask_new_password(*, email: str, now: datetime) -> None:
    """Counts that somebody forgot the password of the account with this address, if there is one. Writes no act."""
    found = User.objects.filter(email=email).first()
    key = found.public_id if found is not None and has_password_here(found) else _nobody(email)
    tally(FORGOT, actor=None, now=now, subject=("user", key))


def _nobody(email: str) -> str:
    """An id that nobody has, always the same for an address: counting it takes what counting a person's takes."""
    digest = salted_hmac("nobody", email).digest()
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:LENGTH])


def send_password_links(now: datetime) -> None:
    """Writes a message for each person whose password was said to be forgotten.

    Only of the last hour, and one for each entry of the audit log: the door at which it is asked has its own limit.
    """
    with transaction.atomic():
        asked = Event.objects.filter(verb=FORGOT, audit_log=AuditLog.SECURITY, subject_type="user", messages=None)
        recent = list(asked.filter(recorded_at__gt=now - GOOD_FOR).order_by("pk"))
        people = User.objects.in_bulk({event.subject_id for event in recent})
        messages = [
            message_of(event, MessageContent(people[event.subject_id], SUBJECT, BODY), Topic.SECURITY, mandatory=True)
            for event in recent
            if event.subject_id in people and has_password_here(people[event.subject_id])
        ]
        Message.objects.bulk_create(messages, ignore_conflicts=True)
        trigger_delivery(messages, now)


def person_of(token: str) -> User | None:
    public_id, _, signature = token.partition("-")
    person = User.objects.filter(public_id=public_id).first()
    return person if person is not None and is_signed_for(person, signature) else None


def set_new_password(*, person: User, token: str, password: str, now: datetime) -> None:
    """Sets the new password of the person whose link it is, and ends all their sessions. It signs nobody in.

    Raises:
        ValidationError: the password is too short, or would be guessed.
    """
    with action(person, now=now) as act:
        person = User.objects.select_for_update().get(pk=person.pk)
        # Asked again under the lock: of two who send the same link at once, the second finds another password.
        if not is_signed_for(person, token.partition("-")[2]):
            raise NoLongerPossible(USED_UP)
        validate_password(password, person)
        person.set_password(password)
        person.save(update_fields=["password"])
        Session.objects.filter(user=person).delete()
        act.record("user.password_changed", person, changes={"by": [None, "mail"]})
