"""Who can reach the portal under a host name: this machine alone, a private network, or anyone."""

import ipaddress
import re

# Its own names, and those that can never belong to anyone (RFC 6761).
_THIS_MACHINE = re.compile(r"localhost|127(\.\d+){3}|\[?::1\]?|testserver|.*\.(localhost|test)")
# Names without a dot are known in one network only, and so are those of RFC 6762, RFC 8375 and ICANN's own (2024).
_PRIVATE = re.compile(r"[\w-]+|[\w.-]*\w\.(local|internal|home\.arpa)")


def is_this_machine(host: str) -> bool:
    """Whether nobody else can reach this machine by the name."""
    return bool(_THIS_MACHINE.fullmatch(host.lower()))


def is_private(host: str) -> bool:
    """Whether a name or an address means nothing outside of a private network; a wildcard always does."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_private
    except ValueError:
        return is_this_machine(host) or bool(_PRIVATE.fullmatch(host.lower()))


def why_only_production(host: str, *, for_one_machine: bool) -> str:
    """Why others may not reach the portal there unless it is set up for production, as a sentence; blank if they may.

    Args:
        for_one_machine: whether it runs with what only this machine's own people may reach: a demo, a known key.
    """
    if not is_private(host):
        return (
            f"anyone may reach “{host}”; set PORTAL_PRODUCTION to yes, or name this machine (localhost) "
            "or a private network (192.168.1.7, portal.local)."
        )
    if for_one_machine and not is_this_machine(host):
        return (
            f"others can reach “{host}”; set PORTAL_SECRET_KEY to a random text of 50 characters or more "
            "(an old key, too), and PORTAL_DEMO and PORTAL_DEBUG to no."
        )
    return ""
