"""Connections that begin a request and never end it: they cost the site some seconds, and never stop it."""

import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.own_services import GUNICORN, Program, ask, free_port, running, wait_for_web

pytestmark = pytest.mark.service
# One process alone, so that it is known who reads what is half there.
WEB = f"-m {GUNICORN.replace('--workers 2', '--workers 1')} --bind 127.0.0.1:"
SERVE = "manage.py serve --prepare --port "


@contextmanager
def half_open(port: int, number: int) -> Iterator[list[socket.socket]]:
    """Requests of which only the beginning comes."""
    with ExitStack() as stack:
        opened = []
        for _ in range(number):
            one = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            one.sendall(b"GET /sign-in/ HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
            opened.append(one)
        yield opened


@pytest.mark.parametrize(("line", "number"), [(WEB, 12), (SERVE, 200)])
def test_half_open_connections_stop_nobody(tmp_path: Path, line: str, number: int) -> None:
    port = free_port()
    environment = {**os.environ, "PORTAL_DATA": str(tmp_path / "data"), "DATABASE_URL": ""}
    with running(Program(tmp_path, "web", [sys.executable, *f"{line}{port}".split()], environment)):
        wait_for_web(port)
        with half_open(port, number):
            time.sleep(0.5)
            began = time.monotonic()
            assert ask(port, "/healthz")[0].status == 200
            # Three rounds of gunicorn's four threads, five seconds each; waitress reads all requests in one thread.
            assert time.monotonic() - began < 25
