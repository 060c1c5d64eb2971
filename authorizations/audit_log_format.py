"""The format of the audit logs: the text of an entry, and the hash that ties it to the one before. Pure.

A text is JSON without blanks, its keys in order, in ASCII alone; the hash is the SHA-256 of its bytes, in hexadecimal.
Each text holds the hash of its predecessor, so that a change of one entry shows in every later one.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from authorizations.vocabulary import AuditLog

# What the first entry of a log has in the place of a predecessor's hash.
BEGINNING = "0" * 64
# Names of what people's access follows from: an act on one of these is a security event.
OF_PERMISSIONS = frozenset(
    {"user", "membership", "accesstoken", "calendarfeed", "invitation", "joinrequest", "delegation"}
)


def audit_log_of(subject_type: str) -> AuditLog:
    """The log that an act on such a record belongs to: what access follows from is a matter of security."""
    return AuditLog.SECURITY if subject_type in OF_PERMISSIONS else AuditLog.ACTS


def text_of(facts: Mapping[str, Any]) -> str:
    """The canonical text of an entry, from its facts as `Event.facts` gives them."""
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), allow_nan=False)


def hash_of(text: str) -> str:
    """The hash of a text: 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def moment(value: datetime) -> str:
    """A time as texts have it: UTC, to the microsecond."""
    return value.astimezone(UTC).isoformat(timespec="microseconds")
