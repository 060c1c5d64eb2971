"""What the frame around every page shows: the menu a person may use, the search, the age of the data."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from accounts.models import User
from authorizations.presenters.cached_counts import cache_stamp
from authorizations.url_access import opens
from authorizations.web.sign_in.auth_backend import MOST_COUNTED
from authorizations.web.sign_in.sessions import at_least, must_enrol


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One entry of the menu; `section` is the beginning of the addresses it stands for."""

    label: str
    url: str
    current: bool


# In the order of the menu: words and address, whose rule says who has the entry.
MENU: tuple[tuple[str, str], ...] = (
    ("Home", "home"),
    ("Cases", "cases"),
    ("Offerings", "offerings"),
    ("Your ATOs", "desk"),
    ("ATOs", "atos"),
    ("Agencies", "agencies"),
    ("Providers", "providers"),
    ("Assessors", "assessors"),
    ("Calendar", "calendar"),
    ("Reports", "reports"),
    ("Imports", "import_runs"),
    ("Audit log", "audit_log"),
    ("Guide", "glossary"),
    ("Admin", "admin:index"),
)


# Addresses that belong to an entry without being below its own: the guide has many pages.
BELOW = {"glossary": ("/guide/", "/help/", "/releases/", "/rules/")}
# Stands in the markup that is kept where the token of a form belongs; nobody can guess it and type it.
TOKEN = secrets.token_hex(32)


class FrameParts:
    """The markup of the frame, which is drawn once for all that it shows: only the token of its forms is new."""

    def __init__(self, request: HttpRequest, shown: dict[str, Any], data_as_of: Callable[[], object]) -> None:
        self._request, self._shown, self._data_as_of = request, shown, data_as_of

    def header(self) -> SafeString:
        request, user = self._request, getattr(self._request, "user", None)
        person = user if isinstance(user, User) else None
        match = request.resolver_match
        return self._part(
            "header",
            is_signed_in=person is not None,
            name=person.name if person else "",
            memberships=_memberships(person) if person else (),
            sought=request.GET.get("q", "") if match is not None and match.url_name == "search" else "",
            **{name: self._shown[name] for name in ("to_enrol", "unread", "menu")},
        )

    def footer(self) -> SafeString:
        return self._part("footer", portal_version=settings.VERSION, data_as_of=self._data_as_of())

    def session_end(self) -> SafeString:
        names = ("session_left", "session_warning")
        user = self._request.user
        key = user.public_id if isinstance(user, User) else ""
        return self._part("session_end", public_id=key, **{name: self._shown[name] for name in names})

    def _part(self, part: str, **shown: Any) -> SafeString:
        markup = _drawn(f"components/frame/{part}.html", tuple(shown.items()))
        if TOKEN in markup:
            markup = markup.replace(TOKEN, get_token(self._request))
        return mark_safe(markup)  # noqa: S308  # a template escaped what is in it, and a token is letters and digits


@lru_cache(maxsize=1000)
def _drawn(template: str, shown: tuple[tuple[str, Any], ...]) -> str:
    """A part of the frame; it is the same for anyone who is shown the same."""
    return render_to_string(template, {**dict(shown), "csrf_token": TOKEN})


def _memberships(person: User) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (each.get_role_display(), each.organization.name, each.user.name if each.user_id != person.pk else "")
        for each in person.current_memberships
    )


def frame(request: HttpRequest) -> dict[str, Any]:
    # An error page may be rendered before the session was read.
    user = getattr(request, "user", None)
    person = user if isinstance(user, User) else None
    to_enrol = person is not None and must_enrol(request)
    unread = getattr(person, "unread", 0)
    shown = {
        "to_enrol": to_enrol,
        "unread": f"{unread}+" if unread >= MOST_COUNTED else str(unread or ""),
        "session_left": at_least(request) if person else None,
        "session_warning": min(60, settings.IDLE_SECONDS // 2),
        "portal_version": settings.VERSION,
        "run_by_agency": settings.RUN_BY_AGENCY,
        "menu": menu(person, request.path) if person and not to_enrol else (),
    }
    # Asked only by pages that show it.
    data_as_of = (lambda: cache_stamp(request).feed_as_of or "") if person else str
    return {**shown, "frame_parts": FrameParts(request, shown, data_as_of)}


def menu(user: User, path: str) -> tuple[MenuItem, ...]:
    """The entries this person may open, with the one that holds the present page marked."""
    return tuple(
        MenuItem(label, url, path == url if name == "home" else path.startswith((url, *BELOW.get(name, ()))))
        for label, name, url in _entries(user.roles)
    )


@lru_cache(maxsize=200)
def _entries(roles: frozenset[str]) -> tuple[tuple[str, str, str], ...]:
    return tuple((label, name, reverse(name)) for label, name in MENU if opens(roles, name))
