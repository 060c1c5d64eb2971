"""Reads `PORTAL_URL`: the address from which links in mails, files and webhooks start."""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

UNFIT = "PORTAL_URL must be a whole address such as https://portal.example.gov, without a path, not “{}”."


def read(text: str, *, https: bool) -> str:
    """The address without a slash at its end; blank where none is given.

    Raises:
        ImproperlyConfigured: links that start with it would lead nowhere, or past what protects the site.
    """
    if not text:
        return ""
    try:
        place = urlsplit(text)
        fits = place.scheme in {"http", "https"} and bool(place.hostname) and place.username is None
        place.port  # noqa: B018  # asks whether it is a number
    except ValueError:
        fits = False
    if not fits or place.path.strip("/") or place.query or place.fragment or not text.isascii() or " " in text:
        raise ImproperlyConfigured(UNFIT.format(text))
    if https and place.scheme != "https":
        raise ImproperlyConfigured("PORTAL_URL must begin with https:// where PORTAL_HTTPS is on.")
    return text.rstrip("/")
