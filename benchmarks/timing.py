"""How pages are timed: a real web server, one kept-alive connection, and the empty page measured in between."""

import http.client
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone

from accounts.models import User
from accounts.sessions import SessionStore, begin

ROUNDS = 100


@dataclass(frozen=True, slots=True)
class Timing:
    """What a number of requests took, in milliseconds, and how large the answer was, in bytes."""

    p50: float
    p95: float
    size: int

    @property
    def spread(self) -> float:
        """How far the slow requests lie above the usual one."""
        return self.p95 / self.p50


def session_of(user: User) -> str:
    """The key of a new session in which the person is signed in."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    begin(session, timezone.now(), how="for measuring", browser="", strong=True)
    session.create()
    return str(session.session_key)


def free_port() -> int:
    """A port of this machine that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def seconds_to_first_page(environment: dict[str, str]) -> float:
    """Starts the whole portal with `./portal run` and asks for its sign-in page until it answers."""
    port = free_port()
    line = [str(settings.BASE_DIR / "portal"), "run", "--port", str(port)]
    began = time.perf_counter()
    server = subprocess.Popen(line, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603  # our own entry
    try:
        _wait_for(port, server)
        answer = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        answer.request("GET", "/sign-in/")
        if answer.getresponse().status != http.client.OK:
            raise RuntimeError("the sign-in page did not answer 200")
        return time.perf_counter() - began
    finally:
        server.terminate()
        server.wait(timeout=30)


@contextmanager
def gunicorn() -> Iterator[int]:
    """The portal as in production (two processes of four threads), on a free port; yields the port."""
    port = free_port()
    line = [sys.executable, "-m", "gunicorn", "fedramp_portal.wsgi", "--bind", f"127.0.0.1:{port}"]
    options = ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--no-control-socket"]
    environment = {**os.environ, "PORTAL_LOG_LEVEL": "ERROR"}
    server = subprocess.Popen([*line, *options], env=environment, stderr=subprocess.DEVNULL, cwd=settings.BASE_DIR)  # noqa: S603  # our own interpreter
    try:
        _wait_for(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(200):
        if server.poll() is not None:
            raise RuntimeError(f"the web server stopped at once, with exit code {server.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the web server did not answer within ten seconds")


class Visitor:
    """One person's browser: a connection that stays open, with their session."""

    def __init__(self, port: int, session: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}", "Host": "localhost"}

    def get(self, path: str) -> tuple[float, int]:
        """Asks for a page; returns the milliseconds until its last byte, and its size.

        Raises:
            RuntimeError: the answer is not 200, so there is nothing to time.
        """
        start = time.perf_counter()
        self.connection.request("GET", path, headers=self.headers)
        response = self.connection.getresponse()
        body = response.read()
        took = (time.perf_counter() - start) * 1000
        if response.status != http.client.OK:
            raise RuntimeError(f"{path} answered {response.status}")
        return took, len(body)


def time_against(visitor: Visitor, path: str, empty: str, rounds: int = ROUNDS) -> tuple[Timing, Timing]:
    """Times a page, each request followed by one of the empty page; returns the timings of both."""
    for _ in range(5):
        visitor.get(path)
        visitor.get(empty)
    pairs = [(visitor.get(path), visitor.get(empty)) for _ in range(rounds)]
    return _timing([page for page, _ in pairs]), _timing([other for _, other in pairs])


def _timing(answers: list[tuple[float, int]]) -> Timing:
    took = sorted(each for each, _ in answers)
    return Timing(statistics.median(took), took[int(len(took) * 0.95) - 1], answers[0][1])
