"""docker-compose.yml by what it does: its commands, in its environments and order, as processes without containers.

Names of hosts, ports and the volume are replaced by those of this machine; nothing else is.
"""

import os
import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import pytest

from authorizations.models import AuditLogHead, Event
from tests.own_services import Program, ask, free_port, own_postgres, own_redis, running, wait_for, wait_for_web
from tests.test_deployment import OURS, ROOT, SERVICES

# Half a minute to a minute and a half: a migration, three processes, and the first sign of life of the timer.
pytestmark = pytest.mark.nightly
# All that an address of a database would have to escape.
OWNER, SERVING = "own@er/of#the:tables?", "the@one/that#serves%2F"
FILLED_IN = {
    "POSTGRES_PASSWORD": OWNER,
    "POSTGRES_APPLICATION_PASSWORD": SERVING,
    "PORTAL_SECRET_KEY": "for-the-compose-tests-0123456789-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
}


@dataclass
class Composed:
    """The services of the file, with what differs on this machine: words of the file, and what they are replaced by."""

    env_file: dict[str, str]
    here: dict[str, str]

    def placed(self, text: str) -> str:
        for there, here in self.here.items():
            text = text.replace(there, here)
        return text

    def environment(self, service: str) -> dict[str, str]:
        """As Compose makes it: of the image, of the file, and of the service, in which `${NAME:?why}` is filled in."""
        image = re.search(r"^ENV PATH=\S+ (.+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
        assert image
        own = {
            name: re.sub(r"\$\{(\w+)[^}]*\}", lambda found: self.env_file[found[1]], value)
            for name, value in SERVICES[service]["environment"].items()
        }
        made = {**dict(word.split("=", 1) for word in image[1].split()), **self.env_file, **own}
        outside = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "HOSTNAME": socket.gethostname()}
        # What Compose is told with these passwords is theirs alone.
        return {
            name: value if value in {OWNER, SERVING} else self.placed(value) for name, value in made.items()
        } | outside

    def line(self, command: str | list[str]) -> list[str]:
        words = shlex.split(command) if isinstance(command, str) else command
        return [self.placed(word).replace("$$", "$") for word in words]

    def health(self, service: str) -> int:
        """How the service's own check of its health ends."""
        how, *words = SERVICES[service]["healthcheck"]["test"]
        line = self.line(["sh", "-c", *words] if how == "CMD-SHELL" else words)
        return subprocess.run(
            line, env=self.environment(service), cwd=ROOT, check=False, capture_output=True
        ).returncode

    def connect(self, service: str, **instead: str) -> Any:
        """A connection to the database as the service has it."""
        environment = self.environment(service)
        given = {"password": environment["PGPASSWORD"], **instead}
        return psycopg2.connect(environment["DATABASE_URL"], **given)


def example() -> dict[str, str]:
    """What Compose reads of .env.example once that is filled in."""
    lines = re.findall(r"^([A-Z_0-9]+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE)
    return {**dict(lines), **FILLED_IN}


@pytest.fixture(scope="module")
def composed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Composed]:
    folder, port, health = tmp_path_factory.mktemp("compose"), free_port(), free_port()
    with own_postgres(OWNER) as postgres, own_redis() as redis, ExitStack() as stack:
        # What the image of PostgreSQL does with its variables: the owner is its superuser.
        of_postgres = SERVICES["postgres"]["environment"]
        assert of_postgres["POSTGRES_USER"] == "portal"
        with closing(psycopg2.connect(postgres.address)) as connection, connection.cursor() as cursor:
            connection.autocommit = True
            cursor.execute(f"CREATE DATABASE {of_postgres['POSTGRES_DB']}")
        here = {
            "postgres:5432": f"127.0.0.1:{postgres.port}",
            "redis:6379": f"127.0.0.1:{redis.port}",
            "0.0.0.0:8000": f"127.0.0.1:{port}",
            "8001": str(health),
            "/data": str(folder / "data"),
        }
        started = Composed(example(), here)
        (folder / "data").mkdir()
        prepare = SERVICES["prepare"]["command"]
        subprocess.run(started.line(prepare), env=started.environment("prepare"), cwd=ROOT, check=True)
        for name in OURS:
            line = started.line(SERVICES[name]["command"])
            program = Program(folder, name, line, started.environment(name))
            stack.enter_context(running(program))
        wait_for_web(port)
        yield started


def port_of(composed: Composed) -> int:
    return int(composed.here["0.0.0.0:8000"].rpartition(":")[2])


def test_the_portal_becomes_ready_and_every_check_of_health_passes(composed: Composed) -> None:
    wait_for(lambda: ask(port_of(composed), "/readyz")[0].status == 200 or None, "readiness")
    assert {name: composed.health(name) for name in OURS} == dict.fromkeys(OURS, 0)
    answer, _ = ask(port_of(composed), "/sign-in/", Host="portal.example.gov", **{"X-Forwarded-Proto": "https"})
    assert answer.status == 200


@pytest.mark.parametrize("service", OURS)
def test_the_role_that_serves_owns_no_table_and_cannot_change_the_audit_log(composed: Composed, service: str) -> None:
    with closing(composed.connect(service)) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname, rolsuper, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == ("portal_app", False, False, False)
        counts = "count(*) FILTER (WHERE tableowner = current_user), count(*)"
        cursor.execute(f"SELECT {counts} FROM pg_tables WHERE schemaname = 'public'")
        owned, tables = cursor.fetchone()
        assert owned == 0 < tables
        for model in (Event, AuditLogHead):
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute(f"DELETE FROM {model._meta.db_table}")
            connection.rollback()


def test_the_passwords_are_asked_for(composed: Composed) -> None:
    for service in ("prepare", "web"):
        with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
            composed.connect(service, password="wrong")
    assert urlsplit(composed.environment("web")["DATABASE_URL"]).password is None


def test_the_check_of_a_deployment_finds_nothing(composed: Composed) -> None:
    line = [sys.executable, str(ROOT / "manage.py"), "check", "--deploy", "--fail-level", "WARNING"]
    checked = subprocess.run(
        line, env=composed.environment("web"), cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stderr
