"""Anchors: where each log ended at a moment, kept where nobody who can change the database can change them too.

An anchor is one line of JSON: `{"at": …, "audit_log": "acts", "hash": …, "position": 120}`.
"""

import errno
import fcntl
import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.db.models import Max

from authorizations.audit_log_format import moment
from authorizations.models import AuditLogHead, Verification
from authorizations.vocabulary import AuditLog

# Days after which an anchor is old: they are written daily, and a night may be missed.
OLD = 3


@dataclass(frozen=True, slots=True)
class Anchor:
    """The end of one log at a moment: the position and the hash of its last entry."""

    audit_log: str
    position: int
    hash: str
    at: str

    @property
    def line(self) -> str:
        return json.dumps(asdict(self), sort_keys=True)


def anchors_now(now: datetime) -> list[Anchor]:
    """Where the logs end; one that has no entry yet needs no anchor."""
    heads = AuditLogHead.objects.filter(position__gt=0).order_by("audit_log")
    return [Anchor(head.audit_log, head.position, head.hash, moment(now)) for head in heads]


def anchor_daily(file: Path, now: datetime) -> list[Anchor]:
    """Adds today's anchors to a file, which is made when it is missing; none where they are there already.

    The day is that of Greenwich. Under a lock of the file, so that of two workers at once one writes them.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a+", encoding="utf-8") as anchor_file:
        fcntl.flock(anchor_file, fcntl.LOCK_EX)
        anchor_file.seek(0)
        last = read_anchors(anchor_file.read())[-1:]
        if last and datetime.fromisoformat(last[0].at).date() == now.astimezone(UTC).date():
            return []
        new = anchors_now(now)
        _append_whole(anchor_file.fileno(), "".join(f"{anchor.line}\n" for anchor in new).encode())
    return new


def _append_whole(descriptor: int, lines: bytes) -> None:
    """All of it or nothing: half a line, as a full disk leaves it, would make the whole file unreadable."""
    end = os.fstat(descriptor).st_size
    if os.write(descriptor, lines) < len(lines):
        os.truncate(descriptor, end)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def lost_anchors(own: list[Anchor]) -> list[str]:
    """A finding where the portal's own file holds fewer anchors than a verification was compared with before."""
    knew = Verification.objects.aggregate(most=Max("anchors"))["most"] or 0
    gone = knew - len(own)
    if gone <= 0:
        return []
    anchors = "1 anchor that an earlier verification knew is" if gone == 1 else f"{gone:,} anchors that were known are"
    return [f"{anchors} gone from the portal's own file."]


def anchor_warning(given: list[Anchor], now: datetime) -> str:
    """What a reader must know of the anchors before trusting the result; blank where they are of these days."""
    if not given:
        return "There is no anchor: who can change the database can have computed every hash anew."
    days = (now - max(datetime.fromisoformat(anchor.at) for anchor in given)).days
    return f"The newest anchor is {days:,} days old: entries since then are not fixed by any." if days >= OLD else ""


def anchored_in(file: Path) -> list[Anchor]:
    return read_anchors(file.read_text(encoding="utf-8")) if file.exists() else []


def read_anchors(text: str) -> list[Anchor]:
    """The anchors in a text, such as the file or a mail: every line that begins with a brace.

    Raises:
        ValueError: such a line is no anchor, by its number.
    """
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.lstrip().startswith("{"):
            try:
                values = json.loads(line)
                anchor = Anchor(
                    AuditLog(values["audit_log"]), int(values["position"]), str(values["hash"]), str(values["at"])
                )
            except (ValueError, KeyError, TypeError) as problem:
                raise ValueError(f"Line {number} is no anchor: {problem}") from problem
            found.append(anchor)
    return found
