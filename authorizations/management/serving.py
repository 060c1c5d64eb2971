"""The parts of the one-process portal: the bound port, the worker, the timer, the web server, and how they stop."""

import errno
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NoReturn

from celery import Celery, current_app
from celery.beat import Scheduler, Service
from celery.worker import WorkController
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer, create_server
from waitress.task import ThreadedTaskDispatcher

from accounts import database_patience

logger = logging.getLogger(__name__)

# One may make a report for minutes, and another verify the audit log: the timer needs one too. Mail has its own.
WORKER_THREADS = 3
MAIL_THREADS = 2
MAIL_QUEUE = "mail"
WEB_THREADS = 4
HEALTH = "/healthz"
# Whoever begins a request and falls silent holds up nobody: far more connections than people, each for half a minute.
CONNECTIONS = {"connection_limit": 1000, "channel_timeout": 30, "cleanup_interval": 10, "asyncore_use_poll": True}
SIGNALS = {signal.SIGINT, signal.SIGTERM}
# A supervisor that sends SIGTERM usually kills after five or ten seconds: be gone by then. First the requests in hand
# are answered, then the worker ends what it is doing; the last number is for all of it, should something hang.
SECONDS_TO_ANSWER = 2.0
SECONDS_TO_FINISH = 2.0
SECONDS_AT_MOST = 5


class PortTaken(Exception):
    """The port cannot be had; the text is one sentence for the person who started the portal."""


def bind(host: str, port: int) -> socket.socket:
    """A listening socket. Raises PortTaken.

    It listens at once: two sockets that are only bound can share a port, and the second start would notice too late.
    """
    if not 0 <= port <= 65_535:
        # The system would take the rest of a division, and the portal would be found nowhere.
        raise PortTaken(f"There is no port {port}; choose one from 1 to 65535 with --port.")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, kind, protocol)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.listen()
    except OSError as problem:
        if problem.errno == errno.EADDRINUSE:
            raise PortTaken(f"Port {port} is in use; choose another with --port.") from problem
        raise PortTaken(f"Cannot listen on {host} port {port}: {problem}.") from problem
    return bound


@dataclass
class Portal:
    """What runs in the one process, and the only way in which it ends once `heed_signals` was called."""

    # Stopped before, it has not done what it was started for, and says so as a shell would.
    prepared: bool = False
    server: BaseWSGIServer | None = None
    workers: list[WorkController] = field(default_factory=list)

    def heed_signals(self) -> None:
        """From now on SIGINT and SIGTERM end the process. To be called before any other thread starts.

        A handler could only raise an exception wherever the main thread happens to be, and whatever catches everything
        there would swallow it. A signal that every thread blocks waits for the one that asks for it. Children inherit
        the mask: anyone who starts one here has to unblock the signals in it.
        """
        for number in SIGNALS:
            # A shell that starts a program in the background leaves SIGINT ignored.
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        threading.Thread(target=self._end_on_signal, name="signals", daemon=True).start()

    def serve(self, bound: socket.socket, fill: Callable[[], None] | None = None) -> NoReturn:
        """Serves pages from this thread; fills the database, then works and keeps time, in others. Never returns."""
        try:
            database_patience.install()
            threading.Thread(target=self._fill_and_work, args=[fill], name="filling", daemon=True).start()
            self.server = create_server(
                WSGIHandler(), sockets=[bound], ident=None, _dispatcher=WebThreads(), **CONNECTIONS
            )
            self.server.run()
            logger.critical("the web server has stopped by itself")
        except BaseException:
            logger.critical("the web server has failed", exc_info=True)
        finally:
            _leave(os.EX_SOFTWARE)

    def _fill_and_work(self, fill: Callable[[], None] | None) -> None:
        try:
            if fill:
                fill()
            self.prepared = True
            self.workers = start_background()
        except BaseException:
            logger.critical("the portal could not be started", exc_info=True)
            _leave(os.EX_SOFTWARE)

    def _end_on_signal(self) -> None:
        number = signal.sigwait(SIGNALS)
        # Whatever hangs from here on, even a line that nobody reads from a full pipe: the system ends the process.
        signal.alarm(SECONDS_AT_MOST)
        code = os.EX_OK if self.prepared else 128 + number
        try:
            if self.server:
                drain_requests(self.server)
            if not finish(self.workers):
                logger.warning("a background task was still running and has been left")
        finally:
            _leave(code)


class WebThreads(ThreadedTaskDispatcher):  # type: ignore[misc]  # the library says no types
    """The threads that answer requests, and one for `/healthz` alone: a busy portal lives, and says so at once."""

    def __init__(self) -> None:
        super().__init__()
        self.set_thread_count(WEB_THREADS)
        self.of_health = ThreadedTaskDispatcher()
        self.of_health.set_thread_count(1)

    def add_task(self, task: HTTPChannel) -> None:
        """Takes a connection whose next request was read."""
        if task.requests[0].path == HEALTH:
            self.of_health.add_task(task)
        else:
            super().add_task(task)


def drain_requests(server: BaseWSGIServer) -> None:
    """Takes no new connection, and waits a little for the requests in hand and for the last byte of their answers."""
    server.accepting = False
    deadline = time.monotonic() + SECONDS_TO_ANSWER
    while any(channel.requests or channel.total_outbufs_len for channel in list(server.active_channels.values())):
        if time.monotonic() > deadline:
            logger.warning("a page was still being made and has been left")
            break
        time.sleep(0.02)


def start_background() -> list[WorkController]:
    """Starts worker and timer in threads; `finish` ends the workers, the timer ends with the process.

    Mail servers that take minutes over each mail keep the second worker busy, and nobody else.
    """
    # An application of its own: which queues are taken from is a matter of an application.
    for_mail = Celery(MAIL_QUEUE, set_as_current=False)
    for_mail.config_from_object("django.conf:settings", namespace="CELERY")
    others = [queue.name for queue in settings.CELERY_TASK_QUEUES if queue.name != MAIL_QUEUE]
    workers = [_worker(for_mail, [MAIL_QUEUE], MAIL_THREADS), _worker(current_app, others, WORKER_THREADS)]
    # Its memory of what ran last is in this process, because nothing else needs it.
    timer = Service(current_app, scheduler_cls=Scheduler)
    for each in workers:
        threading.Thread(target=each.start, name="worker", daemon=True).start()
    threading.Thread(target=timer.start, name="timer", daemon=True).start()
    return workers


def _worker(app: Celery, queues: list[str], threads: int) -> WorkController:
    quiet: dict[str, Any] = {"without_gossip": True, "without_mingle": True, "without_heartbeat": True}
    # Not the one of celery's command line, which would install signal handlers of its own.
    return WorkController(app=app, queues=queues, pool="threads", concurrency=threads, **quiet)


def finish(workers: list[WorkController]) -> bool:
    """Lets the workers end what they are doing, for a few seconds; whether they did."""
    stopping = [threading.Thread(target=each.stop, name="stopping", daemon=True) for each in workers]
    for each in stopping:
        each.start()
    deadline = time.monotonic() + SECONDS_TO_FINISH
    for each in stopping:
        each.join(max(0.0, deadline - time.monotonic()))
    return not any(each.is_alive() for each in stopping)


def _leave(code: int) -> NoReturn:
    """Ends the process without waiting for its threads, as Python would: a thread cannot be ended from outside."""
    with suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)
