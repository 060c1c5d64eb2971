"""What the frame around every page shows: the menu a person may use, the search, the age of the data."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

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
    ("ATOs", "atos"),
    ("Agencies", "agencies"),
    ("Providers", "providers"),
    ("Assessors", "assessors"),
    ("Calendar", "calendar"),
    ("Reports", "reports"),
    ("Imports", "import_runs"),
    ("Record", "record"),
    ("Guide", "glossary"),
    ("Desk", "admin:index"),
)


# Addresses that belong to an entry without standing below its own: the guide has many pages.
BELOW = {"glossary": ("/guide/", "/help/", "/releases/", "/rules/")}


def frame(request: HttpRequest) -> dict[str, Any]:
    # An error page may be rendered before the session was read.
    user = getattr(request, "user", None)
    person = user if isinstance(user, User) else None
    to_enrol = person is not None and must_enrol(request)
    return {
        "to_enrol": to_enrol,
        "unread": _counted(getattr(person, "unread", 0)),
        "session_left": at_least(request) if person else None,
        "session_warning": min(60, settings.IDLE_SECONDS // 2),
        "portal_version": settings.VERSION,
        "run_by_agency": settings.RUN_BY_AGENCY,
        "menu": menu(person, request.path) if person and not to_enrol else [],
        # Asked once, and only by pages that show it.
        "data_as_of": (lambda: cache_stamp(request).feed_as_of or "") if person else None,
    }


def _counted(unread: int) -> str:
    """A number as far as it is counted; blank where there is none."""
    return f"{unread}+" if unread >= MOST_COUNTED else str(unread or "")


def menu(user: User, path: str) -> list[MenuItem]:
    """The entries this person may open, with the one that holds the present page marked."""
    items = []
    for label, name in MENU:
        if opens(user.roles, name):
            url = reverse(name)
            here = path == url if name == "home" else path.startswith((url, *BELOW.get(name, ())))
            items.append(MenuItem(label, url, here))
    return items
