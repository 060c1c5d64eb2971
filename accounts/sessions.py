"""The engine of sessions: Django's own on the database, with columns that say whose each is and how it began.

What a session keeps of its sign-in, by name: ``began`` and ``seen`` (seconds since 1970), ``how`` (in words),
``browser`` (in words), and ``strong``: whether the person showed more than a password, or need not.
"""

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import InternalError, OperationalError

from accounts.use_notes import reading_goes_on

BEGAN, SEEN, HOW, BROWSER, STRONG = "began", "seen", "how", "browser", "strong"


class SessionStore(DatabaseStore):
    def save(self, must_create: bool = False) -> None:  # noqa: FBT001  # Django's own signature
        """Raises what Django raises, and what the database said where it could not be written.

        Django takes every failure for a session that was ended in another window.
        """
        try:
            super().save(must_create)
        except UpdateError as ended:
            if isinstance(ended.__context__, OperationalError | InternalError):
                raise ended.__context__ from ended.__context__.__cause__
            raise

    @classmethod
    def get_model_class(cls) -> Any:
        from accounts.models import Session  # settings name this module before there are models

        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row: Any = super().create_model_instance(data)
        row.user_id = data.get(SESSION_KEY)
        row.began_at, row.seen_at = _moment(data.get(BEGAN)), _moment(data.get(SEEN))
        row.how, row.browser = data.get(HOW, ""), data.get(BROWSER, "")
        return row


def begin(session: SessionBase, now: datetime, *, how: str, browser: str, strong: bool) -> None:
    """Notes a sign-in. ``strong``: by more than a password."""
    session[BEGAN] = session[SEEN] = now.timestamp()
    session[HOW], session[BROWSER], session[STRONG] = how, browser, strong


def is_strong(session: SessionBase) -> bool:
    return session.get(STRONG) is True


def seconds_left(session: SessionBase, now: datetime, *, idle: int, longest: int) -> float:
    """Seconds until a session ends, for want of use or because it began long ago; none where it does not say."""
    since = now.timestamp()
    seen, began = float(session.get(SEEN, 0)), float(session.get(BEGAN, 0))
    return min(seen + idle, began + longest) - since


def note_use(session: SessionBase, now: datetime, every: float) -> None:
    """Notes that a session was used, unless that was noted in the last ``every`` seconds: each noting is a write.

    Reading goes on where nothing can be written: then the use is not noted.
    """
    if now.timestamp() - session.get(SEEN, 0) >= every:
        session[SEEN] = now.timestamp()
        try:
            with reading_goes_on("the use of a session"):
                session.save()
        except UpdateError:
            # It was ended in another window: Django says so when it saves once more.
            return
        session.modified = False


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
