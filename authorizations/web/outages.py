"""What is said when the database or a disk does not do its part: 503 in words, where a failure of ours would be 500."""

import errno
from dataclasses import dataclass

from django.db import DatabaseError, InterfaceError, OperationalError

from authorizations.exchange.documents.storage_outage import SENTENCE as FILES

# Low bytes of SQLite's result codes (sqlite.org/rescode.html) and PostgreSQL's SQLSTATE (its manual, appendix A).
SQLITE_FULL = {8: "read-only", 13: "full"}
SQLITE_AWAY = {5: "busy", 6: "locked", 10: "i/o error", 14: "cannot open"}
POSTGRES_FULL = {"25006": "read only", "53100": "disk full"}
DISK_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG}


@dataclass(frozen=True, slots=True)
class Outage:
    heading: str
    sentence: str


READ_ONLY = Outage(
    "Nothing can be saved right now",
    "The portal has no room to save, or may only read. You can go on reading. Nothing was changed.",
)
FILES_AWAY = Outage("Files are out of reach", FILES)
AWAY = Outage(
    "The database does not answer",
    "The portal cannot reach its data right now. If you were saving something, look whether it was saved before you "
    "send it again.",
)


def outage_of(problem: BaseException | None) -> Outage | None:
    """What an exception means to a person, where a server or a disk is to blame and not the portal's code."""
    if isinstance(problem, OSError) and problem.errno in DISK_FULL:
        return FILES_AWAY
    if not isinstance(problem, DatabaseError | InterfaceError):
        return None
    cause = problem.__cause__
    sqlite: int | None = getattr(cause, "sqlite_errorcode", None)
    if sqlite is not None:
        # What else SQLite calls an operational error is a mistake in a query.
        return READ_ONLY if sqlite & 0xFF in SQLITE_FULL else AWAY if sqlite & 0xFF in SQLITE_AWAY else None
    if getattr(cause, "pgcode", None) in POSTGRES_FULL:
        return READ_ONLY
    return AWAY if isinstance(problem, OperationalError | InterfaceError) else None
