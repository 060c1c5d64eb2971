"""Who may open a page: every view is for signed-in people unless it says otherwise, and some need a capability."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from accounts.models import User
from authorizations.policy import Capability, may

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def person(request: HttpRequest) -> User:
    """The person who is signed in.

    Raises:
        PermissionDenied: nobody is; the middleware has sent such requests to the sign-in page long before.
    """
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def needs(capability: Capability) -> Callable[[View[P]], View[P]]:
    """Opens a view only to people whose role has the capability; everyone else gets 403 in words."""

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not may(person(request).roles, capability):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return guard
