"""What anyone who watches over the portal asks: whether all that it is on answers, each within its own time.

Each question is asked in a thread of its own, because a server that took a connection and fell silent cannot be
interrupted. While one waits, nobody asks the same again: a mute server costs a process one thread, not one a request.
"""

import logging
import os
import shutil
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from tempfile import TemporaryFile
from threading import Lock, Thread

from django.conf import settings
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from accounts.database_patience import waiting_at_most
from authorizations import triggers
from authorizations.actions.heartbeat import last_heartbeat
from authorizations.exchange.documents import file_store
from authorizations.models import Message
from authorizations.models.messages.message import PLANNED

logger = logging.getLogger(__name__)

# The timer sends a sign of life four times a minute; a worker may be busy for a while.
SILENCE = timedelta(minutes=2)
# Whatever may be mailed is taken within the minute; what failed waits for its next try, and does not count.
UNSENT = timedelta(minutes=15)
MEGABYTE = 1024 * 1024
# Two of the largest documents and a night's database file: who is called then still has time.
LOW = 256 * MEGABYTE
PROBE = 64 * 1024


class CheckFailed(Exception):
    """Something is not as it should be; the text says what, and names no person, address or secret."""


@dataclass(frozen=True, slots=True)
class ReadinessResult:
    what: str
    is_well: bool
    words: str

    @property
    def line(self) -> str:
        return f"{'ok    ' if self.is_well else 'FAILED'} {self.what}: {self.words}"


@dataclass
class ReadinessCheck:
    """One thing to ask; ``ask`` says in words what is well, or raises."""

    what: str
    seconds: float
    ask: Callable[[], str]
    of_database: bool = True
    _lock: Lock = field(default_factory=Lock)
    _asked: "Future[str] | None" = None

    def begin(self) -> "Future[str]":
        """Asks, unless somebody's question still waits for its answer."""
        with self._lock:
            if self._asked is None or self._asked.done():
                self._asked = Future()
                Thread(target=self._run, args=(self._asked,), name=f"asks {self.what}", daemon=True).start()
            return self._asked

    def _run(self, pending: "Future[str]") -> None:
        try:
            # Else a thread would wait for a mute server for ever, and nobody would ask again when it is back.
            with waiting_at_most(self.seconds):
                pending.set_result(self.ask())
        except Exception as problem:  # noqa: BLE001  # whatever it is, it is the answer
            pending.set_exception(problem)
        finally:
            connections.close_all()

    def answer(self, pending: "Future[str]") -> ReadinessResult:
        if wait([pending], self.seconds).not_done:
            return ReadinessResult(self.what, is_well=False, words=f"did not answer within {self.seconds:.0f} seconds")
        problem = pending.exception()
        if problem is None:
            return ReadinessResult(self.what, is_well=True, words=pending.result())
        if isinstance(problem, CheckFailed):
            return ReadinessResult(self.what, is_well=False, words=str(problem))
        # Its own words may name an address or a user: they are for the log.
        logger.error("%s cannot be asked: %s", self.what, problem)
        return ReadinessResult(self.what, is_well=False, words="cannot be reached")


def look() -> list[ReadinessResult]:
    """Asks everything at once; each answer comes within its own time."""
    pending = [(question, question.begin()) for question in QUESTIONS]
    answers = [(question, question.answer(future)) for question, future in pending]
    reachable = all(answer.is_well for question, answer in answers if question.ask is _database)
    return [
        answer
        if reachable or not question.of_database or question.ask is _database
        else ReadinessResult(answer.what, is_well=False, words="not known while the database does not answer")
        for question, answer in answers
    ]


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "answers"


def _broker() -> str:
    if not settings.REDIS_URL:
        return "in this process"
    seconds = {"socket_connect_timeout": 1.0, "socket_timeout": 1.0}
    with Redis.from_url(settings.REDIS_URL, retry=Retry(NoBackoff(), 0), **seconds) as broker:
        broker.ping()
    return "answers"


@cache
def _newest_migrations() -> frozenset[tuple[str, str]]:
    """The last migration of each app, as the code has them; they do not change while a process lives."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


def _migrations() -> str:
    missing = _newest_migrations() - MigrationRecorder(connection).applied_migrations().keys()
    if missing:
        raise CheckFailed(f"not all applied, of {', '.join(sorted(app for app, _ in missing))}")
    return "all applied"


def _audit_log() -> str:
    if missing := triggers.missing(connection):
        raise CheckFailed(f"not guarded, {', '.join(sorted(missing))} is missing")
    # Said and no failure: to take the site away because of it would help nobody.
    lifted = triggers.may_be_lifted(connection)
    return f"guarded, but {lifted}" if lifted else "guarded"


def _timer() -> str:
    last = last_heartbeat()
    if last is None:
        raise CheckFailed("nothing that it sends was ever done")
    silent = timezone.now() - last
    if silent < -SILENCE:
        # Noted before the clock was set back: it would say for so long that all is well.
        raise CheckFailed(f"its last sign of life is {_minutes(-silent)} ahead of the clock")
    if silent > SILENCE:
        raise CheckFailed(f"nothing that it sends was done for {_minutes(silent)}")
    return "runs"


def _messages() -> str:
    if not settings.SMTP:
        return "nothing is mailed"
    now = timezone.now()
    unsent = Message.objects.filter(PLANNED, digest=None, not_before__lt=now - UNSENT).order_by("not_before")
    oldest = unsent.values_list("not_before", flat=True).first()
    if oldest is not None:
        raise CheckFailed(f"the oldest that may be mailed waits for {_minutes(now - oldest)}")
    return "none waits too long"


def _files() -> str:
    file_store.answers()
    return "can be asked for"


def _disk() -> str:
    """Writes a little where the portal keeps its data, because a disk may have room and still take nothing."""
    try:
        with TemporaryFile(dir=settings.DATA_DIR) as probe:
            probe.write(b"\0" * PROBE)
            probe.flush()
            os.fsync(probe.fileno())
    except OSError as problem:
        raise CheckFailed(f"nothing can be written ({os.strerror(problem.errno or 0)})") from problem
    free = shutil.disk_usage(settings.DATA_DIR).free
    if free < LOW:
        raise CheckFailed(f"only {free // MEGABYTE:,} MB are free")
    return "has room"


def _minutes(length: timedelta) -> str:
    return f"{int(length.total_seconds() // 60):,} minutes"


QUESTIONS = (
    ReadinessCheck("database", 3.0, _database),
    ReadinessCheck("migrations", 3.0, _migrations),
    ReadinessCheck("audit_log", 3.0, _audit_log),
    ReadinessCheck("broker", 2.0, _broker, of_database=False),
    ReadinessCheck("timer", 3.0, _timer),
    ReadinessCheck("messages", 3.0, _messages),
    ReadinessCheck("files", 3.0, _files, of_database=False),
    ReadinessCheck("disk", 3.0, _disk, of_database=False),
)
