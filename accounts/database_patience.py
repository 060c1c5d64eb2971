"""How long a page waits for PostgreSQL: a server that takes a connection and falls silent would hold it for ever.

libpq's own limits notice a machine that is gone, and none that is there and says nothing.
"""

import select
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from psycopg2 import OperationalError, extensions  # type: ignore[import-untyped]  # publishes no types

CONNECTING, ANSWERING = 5.0, 8.0
READY = {extensions.STATUS_READY, extensions.STATUS_BEGIN, extensions.STATUS_PREPARED}


@dataclass(slots=True)
class _Patience:
    """Seconds of silence that are left; none once the server let them pass, so that nothing after it waits again."""

    seconds: float


# None where nobody waits for the answer, as in the background.
PATIENCE: ContextVar[_Patience | None] = ContextVar("patience", default=None)


@contextmanager
def waiting_at_most(seconds: float) -> Iterator[None]:
    before = PATIENCE.set(_Patience(seconds))
    try:
        yield
    finally:
        PATIENCE.reset(before)


def impatient(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: what a request asks of the database is answered within seconds, or fails."""

    def respond(request: HttpRequest) -> HttpResponse:
        with waiting_at_most(ANSWERING):
            return get_response(request)

    return respond


def install() -> None:
    """Has this process wait with patience; to be called once, by what serves pages."""
    if "postgresql" in settings.DATABASES["default"]["ENGINE"]:
        extensions.set_wait_callback(_wait)


def _wait(connection: Any) -> None:
    """Waits until the server has answered. Raises OperationalError; the library then closes the connection."""
    patience = PATIENCE.get()
    seconds = patience.seconds if patience else None
    if connection.status not in READY:
        seconds = CONNECTING if seconds is None else min(CONNECTING, seconds)
    while (state := connection.poll()) != extensions.POLL_OK:
        poller = select.poll()
        poller.register(connection.fileno(), select.POLLIN if state == extensions.POLL_READ else select.POLLOUT)
        if not poller.poll(None if seconds is None else seconds * 1000):
            if patience:
                patience.seconds = 0.0
            raise OperationalError(f"the server said nothing for {seconds:.0f} seconds")
