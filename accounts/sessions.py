"""The engine of sessions: Django's own on the database, with columns that say whose each is and how it began.

What a session keeps of its sign-in, by name: ``began`` and ``seen`` (seconds since 1970), ``how`` (in words),
``browser`` (in words), and ``strong``: whether the person showed more than a password, or need not.
"""

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

BEGAN, SEEN, HOW, BROWSER, STRONG = "began", "seen", "how", "browser", "strong"


class SessionStore(DatabaseStore):
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
    """Notes that a session was used, unless that was noted in the last ``every`` seconds: each noting is a write."""
    if now.timestamp() - session.get(SEEN, 0) >= every:
        session[SEEN] = now.timestamp()


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
