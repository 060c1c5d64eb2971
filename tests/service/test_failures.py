"""Processes and servers that die, fall silent and come back: nothing is lost or done twice, and readiness knows.

Two of each process run throughout, on a PostgreSQL and a Redis of their own.
"""

import json
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from email import message_from_bytes
from typing import Any

import psycopg2
import pytest
from aiosmtpd.controller import Controller

from tests.own_services import (
    Postgres,
    Production,
    Redis,
    ask,
    free_port,
    own_postgres,
    own_production,
    own_redis,
    settings_of,
    wait_for,
    wait_for_web,
)

pytestmark = pytest.mark.service
MAKE = """
from tests.api.world import token_of
from tests.cast import make_cast
from tests.lifecycle.cases import make_case
cast = make_cast()
case = make_case(cast, "initial", "planning")
# Its documents and findings are none: what a shortcut of the tests says of them is not.
type(case).objects.filter(pk=case.pk).update(document_summary={}, finding_counts={})
print(case.public_id, token_of(cast.liaison), cast.official.public_id, cast.pmo_lead.pk)
"""
OFTEN = """
from authorizations import tasks
for number in range(8):
    for task in (tasks.anchor_record, tasks.ask_for_file_check, tasks.note_vacancies, tasks.find_waiting_jobs):
        task.apply_async(queue="timer")
"""
# Longer than any answer may take although a server is mute: the limits of readiness, and a slow machine.
SOON = 8.0


@dataclass
class Mailbox:
    """Everybody's mail: how often each message came, by its Message-ID."""

    came: Counter[str] = field(default_factory=Counter)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # the library's name
        self.came[str(message_from_bytes(envelope.content)["Message-ID"])] += 1
        return "250 kept"


@dataclass
class World:
    """The running portal, what it is on, and a case on which a program of the liaison comments."""

    portal: Production
    postgres: Postgres
    redis: Redis
    case: str
    token: str
    mentioned: str
    lead: int
    mailbox: Mailbox

    def comment(self, text: str, port: int | None = None) -> int:
        """Comments over HTTP, as a program does; returns the status of the answer."""
        answer, _ = ask(
            port or self.portal.port,
            f"/api/cases/{self.case}/comments",
            json.dumps({"audience": "shared", "text": text, "mentions": [self.mentioned]}),
            **{
                "Host": "portal.example.gov",
                "X-Forwarded-Proto": "https",
                "Authorization": f"Bearer {self.token}",
                "Content-Type": "application/json",
            },
        )
        return answer.status

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with closing(psycopg2.connect(self.postgres.address)) as connection, connection.cursor() as cursor:
            connection.autocommit = True
            cursor.execute(query, values)
            return list(cursor.fetchall()) if cursor.description else []

    def comments(self, text: str) -> int:
        return int(self.rows("SELECT COUNT(*) FROM authorizations_comment WHERE text = %s", text)[0][0])

    def job(self) -> int:
        """A verification that somebody asked for, which the timer has to find."""
        ((key,),) = self.rows(
            "INSERT INTO authorizations_verification"
            " (public_id, asked_by_id, asked_at, not_before, status, attempts, failure, progress, total, anchors, ends,"
            " findings)"
            " VALUES (substr(md5(random()::text), 1, 14), %s, now(), now(), 'waiting', 0, '', 0, 0, 0, '{}', '[]')"
            " RETURNING id",
            self.lead,
        )
        return int(key)

    def wait_for_job(self, key: int) -> None:
        """Until it is done, once and with nothing found."""
        done = "SELECT findings FROM authorizations_verification WHERE id = %s AND status = 'done'"
        wait_for(lambda: self.rows(done, key), "a verification that is done")
        assert self.rows(done, key) == [([],)]
        finished = "SELECT 1 FROM authorizations_event WHERE verb = 'verification.finished' AND subject_id = %s"
        assert len(self.rows(finished, key)) == 1

    def wait_for_mail(self) -> None:
        """Until nothing is left to be mailed, and everything that is marked as sent came once."""
        left = "SELECT 1 FROM authorizations_message WHERE status = 'planned' AND not_before <= now()"
        # What a worker had claimed when its database went is free after five minutes: here they pass in some seconds.
        pass_on = (
            "UPDATE authorizations_message SET heartbeat_at = heartbeat_at - interval '5 minutes'"
            " WHERE status = 'planned' AND heartbeat_at < now() - interval '15 seconds'"
        )
        wait_for(lambda: not (self.rows(pass_on) or self.rows(left)), "the last mail")
        sent = {key for (key,) in self.rows("SELECT public_id FROM authorizations_message WHERE status = 'sent'")}
        assert {
            name.strip("<>").partition("@")[0]: number for name, number in self.mailbox.came.items()
        } == dict.fromkeys(sent, 1)

    def wait_until_ready(self) -> None:
        for port in self.portal.ports:
            wait_for(lambda port=port: ask(port, "/readyz")[0].status == 200, "readiness")  # type: ignore[misc]

    def failing(self) -> set[str]:
        """What readiness names, and that it says so soon."""
        began = time.monotonic()
        status, said = self.portal.ready()
        assert time.monotonic() - began < SOON
        found = {line.split()[1].rstrip(":") for line in said.splitlines() if line.startswith("FAILED")}
        assert status == (503 if found else 200)
        return found


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("failures")
    mailbox = Mailbox()
    mail = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    mail.start()
    with own_postgres() as postgres, own_redis() as redis:
        environment = {
            **settings_of(folder, postgres.address, redis.address),
            "PORTAL_SMTP": f"smtp://127.0.0.1:{mail.port}",
            "DJANGO_SETTINGS_MODULE": "tests.service.quick_settings",
        }
        with own_production(environment, folder, webs=2, workers=2, timers=2) as portal:
            case, token, mentioned, lead = portal.manage("shell", "--no-imports", "-c", MAKE).splitlines()[-1].split()
            made = World(portal, postgres, redis, case, token, mentioned, int(lead), mailbox)
            made.wait_until_ready()
            yield made
    mail.stop()


def test_replicas_of_web_worker_and_timer_do_everything_once(world: World) -> None:
    with ThreadPoolExecutor(8) as people:
        ports = world.portal.ports * 20
        statuses = list(people.map(lambda number: world.comment(f"Word {number}", ports[number]), range(40)))
    assert statuses == [201] * 40
    assert world.rows("SELECT COUNT(*) FROM authorizations_comment WHERE text LIKE 'Word %%'") == [(40,)]
    job = world.job()
    world.portal.manage("shell", "--no-imports", "-c", OFTEN)
    world.wait_for_job(job)
    wait_for(lambda: world.rows("SELECT 1 FROM authorizations_filecheck"), "the check of files")
    anchored = (world.portal.folder / "anchors.jsonl").read_text().splitlines()
    assert len({json.loads(line)["audit_log"] for line in anchored}) == len(anchored) > 0
    assert world.rows("SELECT COUNT(*) FROM authorizations_filecheck") == [(1,)]
    world.wait_for_mail()
    # Each comment was told to whom it mentions.
    assert len(world.mailbox.came) >= 40
    assert "The audit log is complete" in world.portal.manage("verify_audit_log")


def test_a_web_process_killed_after_the_commit_loses_nothing(world: World) -> None:
    # Whatever the act does beside the database waits for a Redis that is mute, and there the process dies.
    world.redis.program.silence()
    try:
        with ThreadPoolExecutor() as pool:
            sent = pool.submit(world.comment, "Last words")
            wait_for(lambda: world.comments("Last words"), "the comment")
            world.portal.programs["web"].kill()
            sent.exception()
    finally:
        world.redis.program.go_on()
    # The other web server never noticed.
    assert world.comment("Still here", world.portal.ports[1]) == 201
    world.portal.programs["web"].start()
    wait_for_web(world.portal.port)
    world.wait_until_ready()
    assert world.comments("Last words") == 1
    # Whoever is mentioned, and the other sides' people on the case, each once.
    told = (
        "SELECT COUNT(*), COUNT(DISTINCT recipient_id) FROM authorizations_message"
        " JOIN authorizations_event event ON event.id = event_id"
        " JOIN authorizations_comment comment ON event.subject_type = 'comment' AND comment.id = event.subject_id"
        " WHERE comment.text = 'Last words'"
    )
    ((messages, people),) = world.rows(told)
    assert messages == people > 0
    world.wait_for_mail()
    assert "The audit log is complete" in world.portal.manage("verify_audit_log")


@pytest.mark.parametrize("how", ["stopped", "mute"])
def test_while_redis_is_away_people_go_on_and_the_work_is_done_when_it_is_back(world: World, how: str) -> None:
    if how == "stopped":
        world.redis.program.kill()
    else:
        world.redis.program.silence()
    try:
        assert world.failing() == {"broker"}
        began = time.monotonic()
        assert world.comment(f"Redis is {how}") == 201
        assert time.monotonic() - began < SOON
        job = world.job()
    finally:
        if how == "stopped":
            world.redis.start()
        else:
            world.redis.program.go_on()
    world.wait_for_job(job)
    world.wait_until_ready()
    assert world.comments(f"Redis is {how}") == 1
    world.wait_for_mail()


def test_while_postgresql_is_away_nothing_is_promised_and_everybody_finds_it_again(world: World) -> None:
    world.postgres.stop()
    assert world.failing() == {"database", "migrations", "audit_log", "timer", "messages"}
    assert ask(world.portal.port, "/healthz")[0].status == 200
    assert world.comment("Lost?") == 503
    world.postgres.start()
    assert world.comments("Lost?") == 0
    world.wait_until_ready()
    job = world.job()
    for port in world.portal.ports * 4:
        assert world.comment("Found again", port) == 201
    assert world.comments("Found again") == 8
    world.wait_for_job(job)
    world.wait_for_mail()
    assert "The audit log is complete" in world.portal.manage("verify_audit_log")


def test_a_mute_postgresql_is_named_in_time(world: World) -> None:
    world.postgres.program.silence()
    try:
        assert world.failing() == {"database", "migrations", "audit_log", "timer", "messages"}
        assert ask(world.portal.port, "/healthz")[0].status == 200
        began = time.monotonic()
        assert world.comment("Lost?") == 503
        assert time.monotonic() - began < 1.5 * SOON, time.monotonic() - began
    finally:
        world.postgres.program.go_on()
    world.wait_until_ready()


def test_a_worker_that_is_gone_is_noticed_although_everything_else_answers(world: World) -> None:
    world.rows("UPDATE authorizations_heartbeat SET at = at - interval '10 minutes'")
    for name in ("worker", "worker2"):
        world.portal.programs[name].kill()
    world.rows("UPDATE authorizations_heartbeat SET at = at - interval '10 minutes'")
    assert world.failing() == {"timer"}
    job = world.job()
    for name in ("worker", "worker2"):
        world.portal.programs[name].start()
    world.wait_for_job(job)
    world.wait_until_ready()
