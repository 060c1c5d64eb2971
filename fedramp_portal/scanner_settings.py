"""Reads `PORTAL_CLAMAV`: where the daemon that scans documents listens."""

import re

from django.core.exceptions import ImproperlyConfigured

# A socket of this machine by its path, or a host with its port.
Where = str | tuple[str, int]


def read(text: str) -> Where | None:
    """A path or a (host, port); None where nothing is scanned. Raises ImproperlyConfigured."""
    if not text:
        return None
    if text.startswith("/"):
        return text
    found = re.fullmatch(r"\[?([\w.:-]+?)\]?:([0-9]{1,5})", text)
    if found is None:
        raise ImproperlyConfigured("PORTAL_CLAMAV must be host:port, such as 127.0.0.1:3310, or the path of a socket.")
    return found[1], int(found[2])
