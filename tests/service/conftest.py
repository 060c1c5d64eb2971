"""The production shape: PostgreSQL, Redis, gunicorn, a worker and the timer, each a process started for these tests."""

import http.client
import os
import pwd
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import psycopg2
import pytest

ROOT = Path(__file__).resolve().parents[2]
Found = TypeVar("Found")
# Nothing takes that long, unless the machine does much else beside the tests.
PATIENCE = 60.0


@dataclass(frozen=True)
class Production:
    """A running portal: its port, the environment of its processes, and what each has printed."""

    port: int
    environment: dict[str, str]
    folder: Path

    def manage(self, *words: str) -> str:
        return manage(self.environment, *words)

    def wait_for(self, process: str, pattern: str) -> str:
        """The first line of a process's log in which the pattern stands."""
        return wait_for(
            lambda: re.search(f".*{pattern}.*", (self.folder / f"{process}.log").read_text()), pattern
        ).group()


def wait_for(look: Callable[[], Found | None], what: str, seconds: float = PATIENCE) -> Found:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.1)
    pytest.fail(f"{what}: not there within {seconds} s")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def ask(port: int, path: str, **headers: str) -> tuple[http.client.HTTPResponse, str]:
    """An answer and its text."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    with closing(connection):
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer, answer.read().decode()


def manage(environment: dict[str, str], *words: str) -> str:
    line = [sys.executable, str(ROOT / "manage.py"), *words]
    done = subprocess.run(line, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def process(
    folder: Path, name: str, line: list[str], environment: dict[str, str], user: str | None = None
) -> Iterator[None]:
    """Runs a program until the block ends; what it prints goes to a file of its name."""
    with (folder / f"{name}.log").open("w") as printed:
        started = subprocess.Popen(line, cwd=ROOT, env=environment, stdout=printed, stderr=printed, user=user)
    try:
        yield
    finally:
        started.terminate()
        try:
            started.wait(10)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


def postgres_programs() -> Path | None:
    """The folder of PostgreSQL's server programs; Debian keeps them out of the path."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    in_path = shutil.which("initdb")
    return max(found, default=Path(in_path).parent if in_path else None)


def unprivileged() -> str | None:
    """Who runs PostgreSQL, which refuses to run as root; None when we are not root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    programs = postgres_programs()
    if programs is None:
        pytest.skip("install the package postgresql")
    user, port = unprivileged(), free_port()
    # Not a folder of pytest's own, which only its owner may enter.
    with tempfile.TemporaryDirectory(prefix="portal-postgres-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if user:
            shutil.chown(folder, user)
        data = str(folder / "data")
        subprocess.run(
            [programs / "initdb", "-D", data, "-U", "portal", "--auth=trust", "--no-sync", "-E", "UTF8"],
            user=user, cwd="/", check=True, capture_output=True,
        )  # fmt: skip
        line = [
            str(programs / "postgres"),
            "-D",
            data,
            "-h",
            "127.0.0.1",
            "-p",
            str(port),
            "-k",
            name,
            "-c",
            "fsync=off",
        ]
        with process(folder, "printed", line, dict(os.environ), user):
            address = f"postgresql://portal@127.0.0.1:{port}/postgres"
            wait_for(lambda: accepts(address), "PostgreSQL")
            yield address


def accepts(address: str) -> bool:
    with suppress(psycopg2.OperationalError):
        psycopg2.connect(address).close()
        return True
    return False


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("install the package redis-server")
    folder, port = tmp_path_factory.mktemp("redis"), free_port()
    keeps_nothing = ["--save", "", "--appendonly", "no", "--dir", str(folder)]
    line = [program, "--bind", "127.0.0.1", "--port", str(port), *keeps_nothing]
    with process(folder, "printed", line, dict(os.environ)):
        wait_for(lambda: answers(port), "Redis")
        yield f"redis://127.0.0.1:{port}/0"


@pytest.fixture(scope="session")
def production(postgres: str, redis: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Production]:
    folder, port = tmp_path_factory.mktemp("production"), free_port()
    environment = {
        **os.environ,
        "PORTAL_PRODUCTION": "yes",
        "PORTAL_SECRET_KEY": "for-the-service-tests-0123456789-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "PORTAL_HOSTS": "portal.example.gov",
        "PORTAL_DATA": str(folder),
        "DATABASE_URL": postgres,
        "REDIS_URL": redis,
    }
    manage(environment, "migrate", "--verbosity=0")
    manage(environment, "collectstatic", "--noinput", "--verbosity=0")
    gunicorn = ["gunicorn", "fedramp_portal.wsgi", "--no-control-socket", "--bind", f"127.0.0.1:{port}"]
    threads = ["--worker-class", "gthread", "--workers", "2", "--threads", "4"]
    celery = ["celery", "-A", "fedramp_portal"]
    with (
        process(folder, "web", [sys.executable, "-m", *gunicorn, *threads], environment),
        process(folder, "worker", [sys.executable, "-m", *celery, "worker", "--concurrency", "1"], environment),
        process(folder, "timer", [sys.executable, "-m", *celery, "beat"], environment),
    ):
        wait_for(lambda: answers(port), "gunicorn")
        # It listens before it has read the portal's code.
        ask(port, "/sign-in/")
        yield Production(port, environment, folder)
