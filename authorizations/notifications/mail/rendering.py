"""A message as a mail: plain text and HTML, in the thread of its case, with a link instead of what is confidential."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.fields import LENGTH
from authorizations.models import Message
from authorizations.notifications.mail.digests import digest_text
from authorizations.notifications.mail.recipient_checks import address_of
from authorizations.notifications.mail.unsubscribing import unsubscribe_path
from authorizations.notifications.reminders.reminder_keys import is_digest

LEADS_ON = "Open it in the portal"
OPENS_ONCE = "Go on with this link. It is for you alone and opens once"
MANDATORY = "You get this because it is about your work or your account; it cannot be switched off."
CHOSEN = "You get this because you take part in it."


def mail_of(message: Message, link: str, items: Sequence[Message] = ()) -> EmailMultiAlternatives:
    """The mail of a message. ``link``: the path it leads to, which may carry a secret; ``items``: what it carries."""
    context = {
        "message": message,
        "items": items,
        "digest_text": digest_text(items),
        "portal": settings.OWN_ADDRESS,
        "address": f"{settings.OWN_ADDRESS}{link}" if link else "",
        "leads": LEADS_ON if link == message.link else OPENS_ONCE,
        "why": MANDATORY if message.mandatory else CHOSEN,
        "mute": f"{settings.OWN_ADDRESS}{_mute_path(message)}" if _mute_path(message) else "",
        "notification_preferences": f"{settings.OWN_ADDRESS}{reverse('notification_settings')}",
    }
    mail = EmailMultiAlternatives(
        f"{settings.MAIL_PREFIX} {message.subject}".strip(),
        render_to_string("emails/message.txt", context),
        to=[address_of(message)],
        headers=_headers(message),
    )
    mail.attach_alternative(render_to_string("emails/message.html", context), "text/html")
    return mail


def _mute_path(message: Message) -> str:
    """Where the case of a message is muted; blank where it cannot be."""
    case = re.match(rf"/cases/(\w{{{LENGTH}}})/", message.link)
    is_of_case = message.subject_type == "case" and message.recipient_id and not message.mandatory and case
    return reverse("mute_case", args=[case.group(1)]) if is_of_case and case else ""


def _headers(message: Message) -> dict[str, str]:
    # The same at every attempt: a mailbox that has it already can tell.
    headers = {"Message-ID": _id(message.public_id), "Auto-Submitted": "auto-generated"}
    if is_digest(message):
        # One click of a mail program ends digests (RFC 8058).
        headers["List-Unsubscribe"] = f"<{settings.OWN_ADDRESS}{unsubscribe_path(message.recipient)}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if message.subject_id is not None:
        # Nothing was ever sent under this id; programs put together what names the same.
        thread = _id(f"{message.subject_type}-{message.subject_id}.thread")
        headers["In-Reply-To"] = headers["References"] = thread
    return headers


def _id(name: str) -> str:
    return f"<{name}@{urlsplit(settings.OWN_ADDRESS).hostname}>"
