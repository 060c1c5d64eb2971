"""The link with which a person ends their digests without signing in (RFC 8058)."""

from urllib.parse import urlencode

from django.core import signing
from django.urls import reverse

from accounts.models import User

SALT = "digests.unsubscribe"


def unsubscribe_path(user: User | None) -> str:
    key = signing.dumps(user.public_id if user else "", salt=SALT)
    return f"{reverse('unsubscribe')}?{urlencode({'key': key})}"


def person_of(token: str) -> User:
    """Whose link it is.

    Raises:
        User.DoesNotExist: nobody's.
    """
    try:
        public_id = signing.loads(token, salt=SALT)
    except signing.BadSignature as problem:
        raise User.DoesNotExist from problem
    return User.objects.get(public_id=public_id, is_active=True)
