"""How pages are timed: a real web server, one kept-alive connection, and in between a page of a bare Django project."""

import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection
from django.utils import timezone

from accounts.models import User
from accounts.sessions import SessionStore, begin

ROUNDS = 100


@dataclass(frozen=True, slots=True)
class Timing:
    """What a number of requests took, in milliseconds, and how large the answer was, in bytes.

    The quarter that was fastest ends at ``p25``: little else on the machine was in its way, so ratios are made of it.
    """

    p25: float
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
def gunicorn(application: str = "fedramp_portal.wsgi", **environment: str) -> Iterator[int]:
    """An application as in production (two processes of four threads), on a free port; yields the port."""
    port = free_port()
    line = [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}"]
    options = ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--no-control-socket"]
    # A connection waits for its next turn for as long as the slowest page takes.
    options += ["--keep-alive", "75"]
    environment = {**os.environ, "PORTAL_LOG_LEVEL": "ERROR", **environment}
    server = subprocess.Popen([*line, *options], env=environment, stderr=subprocess.DEVNULL, cwd=settings.BASE_DIR)  # noqa: S603  # our own interpreter
    try:
        _wait_for(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=30)


@contextmanager
def bare_project() -> Iterator["Visitor"]:
    """The bare project, served as the portal is and on its database; yields a visitor who is signed in there."""
    database = settings.DATABASES["default"]
    kept = {name: database[name] for name in database if name.isupper() and name not in {"TEST", "NAME", "OPTIONS"}}
    if connection.vendor == "postgresql":
        # Tables of its own beside the portal's: some have the same names.
        with connection.cursor() as cursor:
            cursor.execute("CREATE SCHEMA IF NOT EXISTS bare")
        own = {"NAME": database["NAME"], "OPTIONS": {**database["OPTIONS"], "options": "-c search_path=bare"}}
    else:
        own = {"NAME": f"{database['NAME']}.bare", "OPTIONS": database["OPTIONS"]}
    environment = {
        "DJANGO_SETTINGS_MODULE": "benchmarks.bare.settings",
        "BARE_DATABASE": json.dumps({**kept, **own}),
    }
    line = [sys.executable, "-m", "benchmarks.bare.prepare"]
    prepared = subprocess.run(  # noqa: S603  # our own command line
        line, env={**os.environ, **environment}, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, check=True, text=True
    )
    with gunicorn("django.core.wsgi:get_wsgi_application()", **environment) as port:
        yield Visitor(port, prepared.stdout.strip(), cookie="sessionid")


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

    def __init__(self, port: int, session: str, *, cookie: str = settings.SESSION_COOKIE_NAME) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {"Cookie": f"{cookie}={session}", "Host": "localhost"}

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


def time_in_turns(pages: Iterable[tuple[Visitor, str]], rounds: int = ROUNDS) -> list[Timing]:
    """Times pages, one request of each after the other, so that what else the machine does slows them alike."""
    pages = list(pages)
    for visitor, path in pages * 5:
        visitor.get(path)
    took = [[visitor.get(path) for visitor, path in pages] for _ in range(rounds)]
    return [_timing(answers) for answers in zip(*took, strict=True)]


def _timing(answers: Sequence[tuple[float, int]]) -> Timing:
    took = sorted(each for each, _ in answers)
    return Timing(took[len(took) // 4], statistics.median(took), took[int(len(took) * 0.95) - 1], answers[0][1])
