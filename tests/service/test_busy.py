"""A portal whose threads are all busy lives, and says so to its supervisor at once."""

import os
import re
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.own_services import GUNICORN, Program, ask, free_port, manage, running, wait_for_web

pytestmark = pytest.mark.service
CONNECTIONS = 200
# The longest that a supervisor waits for its answer: the health check of docker-compose.yml.
SOON = 3.0


@contextmanager
def busy(port: int) -> Iterator[None]:
    """So many connections that each have a password compared, which takes a processor a part of a second."""
    answer, page = ask(port, "/sign-in/")
    cookie = str(answer.headers["Set-Cookie"]).partition(";")[0]
    (token,) = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[:1]
    with ExitStack() as stack:
        for number in range(CONNECTIONS):
            # A person each: the lock-out would answer at once.
            form = {"csrfmiddlewaretoken": token, "username": f"person{number}@example.gov", "password": "wrong"}
            body = urlencode(form)
            one = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            one.sendall(
                f"POST /sign-in/ HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\nContent-Length: {len(body)}\r\n"
                f"Content-Type: application/x-www-form-urlencoded\r\n\r\n{body}".encode()
            )
        yield


@pytest.mark.parametrize("server", ["serve", "gunicorn"])
def test_healthz_answers_while_two_hundred_connections_wait(tmp_path: Path, server: str) -> None:
    port, own = free_port(), free_port()
    web = f"-m {GUNICORN} --bind 127.0.0.1:{port}"
    line = f"manage.py serve --prepare --port {port}" if server == "serve" else web
    environment = {
        **os.environ,
        "PORTAL_DATA": str(tmp_path / "data"),
        "PORTAL_DEMO": "no",
        "DATABASE_URL": "",
        "PORTAL_HEALTH_PORT": str(own),
    }
    manage(environment, "migrate", "--verbosity=0")
    with running(Program(tmp_path, "web", [sys.executable, *line.split()], environment)):
        wait_for_web(port)
        with busy(port):
            time.sleep(0.5)
            for _ in range(5):
                began = time.monotonic()
                assert ask(own if server == "gunicorn" else port, "/healthz")[0].status == 200
                assert time.monotonic() - began < SOON
