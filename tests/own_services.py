"""Programs that the tests start for themselves, on free ports: PostgreSQL, Redis, and the portal's own processes.

Each can be stopped, killed, made mute and started again by its own process id; nothing else on the machine is touched.
"""

import http.client
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

import psycopg2
import pytest

ROOT = Path(__file__).resolve().parents[1]
Found = TypeVar("Found")
# Nothing takes that long, unless the machine does much else beside the tests.
PATIENCE = 180.0
# As docs/operations.md gives them; a test compares.
GUNICORN = "gunicorn fedramp_portal.wsgi --no-control-socket --worker-class gthread --workers 2 --threads 4"
WORKER = "celery -A fedramp_portal worker --queues celery,reports,timer --concurrency 2"
MAILER = "celery -A fedramp_portal worker --queues mail --concurrency 4 --hostname mail@%h"
TIMER = "celery -A fedramp_portal beat"


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


def ask(port: int, path: str, body: str | None = None, **headers: str) -> tuple[http.client.HTTPResponse, str]:
    """An answer and its text; what has a body is posted."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    with closing(connection):
        connection.request("GET" if body is None else "POST", path, body, headers)
        answer = connection.getresponse()
        return answer, answer.read().decode()


def manage(environment: dict[str, str], *words: str) -> str:
    line = [sys.executable, str(ROOT / "manage.py"), *words]
    done = subprocess.run(line, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@dataclass
class Program:
    """A program that a test starts, ends and starts again; what it prints is added to a file of its name."""

    folder: Path
    name: str
    line: list[str]
    environment: dict[str, str]
    user: str | None = None
    running: subprocess.Popen[bytes] | None = None

    @property
    def printed(self) -> str:
        return (self.folder / f"{self.name}.log").read_text()

    def start(self) -> None:
        with (self.folder / f"{self.name}.log").open("a") as printed:
            # In a group of its own, so that it can be killed together with its children.
            self.running = subprocess.Popen(
                self.line,
                cwd=ROOT,
                env=self.environment,
                stdout=printed,
                stderr=printed,
                user=self.user,
                process_group=0,
            )

    def stop(self) -> None:
        """Asks it to end, as a supervisor does, and kills it where it does not."""
        if self.running is None:
            return
        self.running.send_signal(signal.SIGCONT)
        self.running.terminate()
        try:
            self.running.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()
        self.running = None

    def kill(self) -> None:
        """Kills it and its children, without a chance to end anything."""
        if self.running is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.running.pid, signal.SIGKILL)
            self.running.wait()
            self.running = None

    def silence(self) -> None:
        """Makes it mute: it still holds its port and takes connections, and answers nothing."""
        self._tell_all(signal.SIGSTOP)

    def go_on(self) -> None:
        self._tell_all(signal.SIGCONT)

    def _tell_all(self, number: signal.Signals) -> None:
        """Signals it and its children: those of PostgreSQL, which hold the connections, have groups of their own."""
        assert self.running is not None
        os.killpg(self.running.pid, number)
        children = subprocess.run(["pgrep", "-P", str(self.running.pid)], capture_output=True, text=True, check=False)
        for child in children.stdout.split():
            with suppress(ProcessLookupError):
                os.kill(int(child), number)


@contextmanager
def running(program: Program) -> Iterator[Program]:
    """A program that is started, and stopped when the block ends."""
    program.start()
    try:
        yield program
    finally:
        program.stop()


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


@dataclass
class Postgres:
    """A PostgreSQL server of the test's own, and where it listens."""

    program: Program
    port: int
    password: str = ""

    @property
    def address(self) -> str:
        password = f":{quote(self.password, safe='')}" if self.password else ""
        return f"postgresql://portal{password}@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        self.program.start()
        wait_for(lambda: accepts(self.address), "PostgreSQL")

    def stop(self) -> None:
        """Ends it at once, as an administrator in a hurry does: every connection is lost."""
        if self.program.running is not None:
            self.program.go_on()
            self.program.running.send_signal(signal.SIGINT)
            self.program.running.wait(30)
            self.program.running = None


@contextmanager
def own_postgres(password: str = "") -> Iterator[Postgres]:
    """A new, empty PostgreSQL server; skips the test where the machine has none.

    Args:
        password: that of the role `portal`, and then everyone is asked for one; blank trusts whoever connects.
    """
    programs = postgres_programs()
    if programs is None:
        pytest.skip("install the package postgresql")
    user, port = unprivileged(), free_port()
    # Not a folder of pytest's own, which only its owner may enter.
    with tempfile.TemporaryDirectory(prefix="portal-postgres-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if user:
            shutil.chown(folder, user)
        data, auth = str(folder / "data"), ["--auth=trust"]
        if password:
            (folder / "password").write_text(password)
            auth = ["--auth=scram-sha-256", f"--pwfile={folder / 'password'}"]
        subprocess.run(
            [programs / "initdb", "-D", data, "-U", "portal", *auth, "--no-sync", "-E", "UTF8"],
            user=user, cwd="/", check=True, capture_output=True,
        )  # fmt: skip
        listens = ["-h", "127.0.0.1", "-p", str(port), "-k", name]
        line = [str(programs / "postgres"), "-D", data, *listens, "-c", "fsync=off"]
        server = Postgres(Program(folder, "printed", line, dict(os.environ), user), port, password)
        server.start()
        try:
            yield server
        finally:
            server.stop()


def accepts(address: str) -> bool:
    with suppress(psycopg2.OperationalError):
        psycopg2.connect(address).close()
        return True
    return False


@dataclass
class Redis:
    """A Redis server of the test's own, and where it listens."""

    program: Program
    port: int

    @property
    def address(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        self.program.start()
        wait_for(lambda: answers(self.port), "Redis")


@contextmanager
def own_redis() -> Iterator[Redis]:
    """A new Redis server that keeps nothing on disk; skips the test where the machine has none."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("install the package redis-server")
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="portal-redis-") as name:
        keeps_nothing = ["--save", "", "--appendonly", "no", "--dir", name]
        line = [program, "--bind", "127.0.0.1", "--port", str(port), *keeps_nothing]
        server = Redis(Program(Path(name), "printed", line, dict(os.environ)), port)
        server.start()
        try:
            yield server
        finally:
            server.program.stop()


@dataclass
class Production:
    """A running portal in the shape of production: where its web servers listen, and its processes by name."""

    ports: list[int]
    environment: dict[str, str]
    folder: Path
    programs: dict[str, Program] = field(default_factory=dict)

    @property
    def port(self) -> int:
        return self.ports[0]

    def manage(self, *words: str) -> str:
        return manage(self.environment, *words)

    def wait_for(self, process: str, pattern: str) -> str:
        """The first line of a process's log in which the pattern stands."""
        return wait_for(lambda: re.search(f".*{pattern}.*", self.programs[process].printed), pattern).group()

    def ready(self) -> tuple[int, str]:
        """What the first web process says of the portal."""
        answer, said = ask(self.port, "/readyz")
        return answer.status, said


def settings_of(folder: Path, postgres: str, redis: str) -> dict[str, str]:
    """The environment of a production whose database and broker are these."""
    return {
        **os.environ,
        "PORTAL_PRODUCTION": "yes",
        "PORTAL_SECRET_KEY": "for-the-service-tests-0123456789-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "PORTAL_HOSTS": "portal.example.gov",
        "PORTAL_DATA": str(folder),
        "DATABASE_URL": postgres,
        "REDIS_URL": redis,
    }


@contextmanager
def own_production(
    environment: dict[str, str], folder: Path, *, webs: int = 1, workers: int = 1, timers: int = 1
) -> Iterator[Production]:
    """Web servers, workers, timers and a mailer, each a process (`web`, `web2`, …); the database is migrated first."""
    manage(environment, "migrate", "--verbosity=0")
    manage(environment, "collectstatic", "--noinput", "--verbosity=0")
    ports = [free_port() for _ in range(webs)]
    lines = {_name("web", number): f"{GUNICORN} --bind 127.0.0.1:{port}" for number, port in enumerate(ports)}
    lines |= {_name("worker", number): f"{WORKER} --hostname worker{number}@%h" for number in range(workers)}
    lines["mailer"] = MAILER
    lines |= {_name("timer", number): TIMER for number in range(timers)}
    with ExitStack() as stack:
        production = Production(ports, environment, folder)
        for name, line in lines.items():
            program = Program(folder, name, [sys.executable, "-m", *line.split()], environment)
            production.programs[name] = stack.enter_context(running(program))
        for port in ports:
            wait_for_web(port)
        yield production


def wait_for_web(port: int) -> None:
    wait_for(lambda: answers(port), "gunicorn")
    # It listens before it has read the portal's code.
    ask(port, "/healthz")


def _name(kind: str, number: int) -> str:
    return f"{kind}{number + 1}" if number else kind
