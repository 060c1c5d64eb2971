"""What a browser keeps of an invitation's link while its reader signs in: the secret, out of every address.

The link comes with a mail and carries the secret. Its page puts that into the session and leads on, so that it stands
in no history, no log and no link to another page.
"""

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import Invitation, User
from authorizations.actions.people.invitations import accept_as_new
from authorizations.actions.refusals import NotPermitted

SECRET, NAME = "invitation", "invitation name"


def secret_held(request: HttpRequest) -> str:
    """The secret of the link that was opened in this browser; blank for none."""
    return str(request.session.get(SECRET, ""))


def hold(request: HttpRequest, secret: str) -> None:
    forget(request)
    request.session[SECRET] = secret


def forget(request: HttpRequest) -> None:
    for name in (SECRET, NAME):
        request.session.pop(name, None)


def name_for_account(request: HttpRequest, name: str) -> None:
    """Keeps the name for the account that is made when the person's organization has signed them in."""
    request.session[NAME] = name


def joined(request: HttpRequest, email: str) -> User | None:
    """Makes the account of anyone who comes back from their organization with the address that was invited.

    Raises:
        Refused: the invitation was answered or taken back meanwhile.

    Returns: None where this browser was told of no invitation, or of one for another address.
    """
    secret, name = secret_held(request), str(request.session.get(NAME, ""))
    if not (secret and name):
        return None
    try:
        return accept_as_new(secret=secret, name=name, password=None, proven=email, now=timezone.now())
    except (Invitation.DoesNotExist, NotPermitted, ValidationError):
        return None
