"""Who asks: a program with a personal token, or a page of ours within a session."""

from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from accounts.models import AccessToken, User
from accounts.sessions import is_strong
from authorizations import throttle
from authorizations.actions.refusals import NotPermitted
from authorizations.api.errors import SignInRequired, TooManyTries

READING = ("GET", "HEAD")
ONLY_READS = "This token may only read. Make one at /tokens/ that may also act."
NOT_FROM_OUR_PAGES = (
    "Within a session the header X-CSRFToken must hold the value that the portal's pages hold. "
    "Programs send a personal token instead."
)
ENROL_FIRST = "Your account needs a second factor first. Open the portal in a browser to add one."


def person(request: HttpRequest) -> User:
    """Who asks; the API lets nobody else come this far."""
    return cast(Any, request).auth  # type: ignore[no-any-return]  # set by the library, from what is returned below


class TokenAuth(AuthBase):
    """`Authorization: Bearer TOKEN`. Anyone who sends this header is not asked for a session any more."""

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __call__(self, request: HttpRequest) -> User | None:
        """The token's person; None without the header.

        Raises:
            SignInRequired: the token opens nothing.
            TooManyTries: that happened too often.
            NotPermitted: the token may only read.
        """
        shown = request.headers.get("Authorization")
        if shown is None:
            return None
        scheme, _, secret = shown.partition(" ")
        if scheme.lower() != "bearer":
            raise SignInRequired
        token = _token(request, secret.strip())
        if token.read_only and request.method not in READING:
            raise NotPermitted(ONLY_READS)
        return token.user


def _token(request: HttpRequest, secret: str) -> AccessToken:
    try:
        return throttle.shown_token(request, secret)
    except throttle.UnfitToken as why:
        raise (TooManyTries(str(why), why.seconds) if why.seconds else SignInRequired(str(why))) from why


class SessionAuth(AuthBase):
    """The cookie of a signed-in person's session; what changes something also shows that a page of ours sent it."""

    openapi_type = "apiKey"
    openapi_in = "cookie"
    openapi_name = settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> User | None:
        """The session's person.

        Raises:
            NotPermitted: the request does not come from a page of ours.
        """
        if not isinstance(request.user, User):
            return None
        # The library takes its views out of Django's own check, because a token needs none.
        if check_csrf(request) is not None:
            raise NotPermitted(NOT_FROM_OUR_PAGES)
        if settings.SECOND_FACTOR and not is_strong(request.session):
            raise NotPermitted(ENROL_FIRST)
        return request.user
