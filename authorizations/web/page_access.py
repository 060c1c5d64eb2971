"""Who may open a page: what the rule of its address asks (`addresses.py`), before a view is called."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from accounts.models import User
from authorizations.policy import allows
from authorizations.url_access import SENTENCES, UrlRule


def person(request: HttpRequest) -> User:
    """The person who is signed in.

    Raises:
        PermissionDenied: nobody is; the middleware has sent such requests to the sign-in page long before.
    """
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def refuse_by_role(user: User, rule: UrlRule) -> None:
    if rule.capability is not None and not allows(user, rule.capability):
        raise PermissionDenied(SENTENCES.get(rule.capability, ""))
