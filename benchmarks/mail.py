"""Mailing many messages, for the benchmark: a mail server that takes everything, and workers beside each other."""

import json
import os
import resource
import socketserver
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock, Thread
from typing import Any
from unittest.mock import patch

from django.conf import settings
from django.db import connection
from django.db.models import Max, Min
from django.utils import timezone

from accounts.models import Membership, User
from accounts.roles import Role
from authorizations.actions.messages import enter_outcomes
from authorizations.models import Case, Message
from authorizations.notifications.mail import delivery
from authorizations.vocabulary import MessageStatus, Topic

MESSAGES = 10_000
WORKERS = 4
PEOPLE = 200
# A worker of its own; what it does stands below, where the type check reads it.
WORKER = "from benchmarks.mail import work; work()"


class CountingHandler(socketserver.StreamRequestHandler):
    """One connection of a mail server that takes everything, and counts it by Message-ID."""

    server: "Server"

    def handle(self) -> None:
        """The dialog."""
        self._print("220 bench.example")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                self._print("354 go on")
                self._take()
            self._print("221 bye" if word == b"QUIT" else "250 ok")
            if word == b"QUIT":
                return

    def _print(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def _take(self) -> None:
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            if line.lower().startswith(b"message-id:"):
                with self.server.lock:
                    self.server.took[line.split(b":", 1)[1].strip()] += 1


class Server(socketserver.ThreadingTCPServer):
    """The mail server."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), CountingHandler)
        self.took: Counter[bytes] = Counter()
        self.lock = Lock()


@contextmanager
def taking_server() -> Iterator[Server]:
    """A mail server on this machine."""
    with Server() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def fill(number: int) -> None:
    """Messages that are due, to people of the agency of a case of the demo."""
    case = Case.objects.order_by("pk")[0]
    people = User.objects.bulk_create(
        [User(email=f"bench{n}@bench.example", name=f"Person {n:03}") for n in range(PEOPLE)]
    )
    today, now = timezone.localdate(), timezone.now()
    Membership.objects.bulk_create(
        Membership(user=each, organization=case.agency, role=Role.AGENCY_REVIEWER, started_on=today) for each in people
    )
    Message.objects.filter(status=MessageStatus.PLANNED).update(status=MessageStatus.SENT, sent_at=now)
    rows = (
        Message(
            key=f"bench:{n}",
            recipient=people[n % PEOPLE],
            topic=Topic.CASES,
            subject_type="case",
            subject_id=case.pk,
            subject=f"Due soon: {case}"[:200],
            body="The assessment is planned to begin on 1 Mar 2027. Your agency owes the next step.",
            link=case.get_absolute_url(),
            created_at=now,
            not_before=now,
        )
        for n in range(number)
    )
    Message.objects.bulk_create(rows, batch_size=1000)


def work() -> None:
    """Mails all there is; prints what it needed, and how long a mail was taken and not yet marked."""
    send, mark, windows = delivery.MailConnection.send, delivery._mark, list[float]()
    taken = 0.0

    def sent(*given: Any) -> Any:
        nonlocal taken
        problem = send(*given)
        taken = time.perf_counter()
        return problem

    def marked(*given: Any, **values: Any) -> Any:
        outcome = mark(*given, **values)
        windows.append(time.perf_counter() - taken)
        return outcome

    with patch.object(delivery.MailConnection, "send", sent), patch.object(delivery, "_mark", marked):
        while delivery.deliver():
            enter_outcomes(timezone.now())
    windows.sort()
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found = {"mails": len(windows), "window": windows[len(windows) // 2], "longest": windows[-1], "size": size}
    sys.stdout.write(json.dumps(found) + "\n")


def run_mail_bench(number: int, workers: int, write: Callable[[str], object]) -> bool:
    """Fills, mails all with so many workers at once, and says what it took; whether anything went wrong."""
    fill(number)
    with taking_server() as server:
        port = server.server_address[1]
        environment = {**os.environ, "PORTAL_SMTP": f"smtp://localhost:{port}", "PORTAL_MAIL_ALLOWED": "@bench.example"}
        line = [sys.executable, str(settings.BASE_DIR / "manage.py"), "shell", "--no-imports", "-c", WORKER]
        running = [
            subprocess.Popen(line, env=environment, stdout=subprocess.PIPE, text=True)  # noqa: S603  # our own command
            for _ in range(workers)
        ]
        results = [json.loads(each.communicate()[0].splitlines()[-1]) for each in running]
    mailed = Message.objects.filter(key__startswith="bench:", status=MessageStatus.SENT, attempts=1)
    sent = mailed.count()
    # From the first to the last: that workers start takes its own time.
    times = mailed.aggregate(first=Min("sent_at"), last=Max("sent_at"))
    took = (times["last"] - times["first"]).total_seconds() if sent else 0.0
    twice = sum(1 for number_of_times in server.took.values() if number_of_times > 1)
    write(
        f"{connection.vendor}: {number:,} messages by {workers} workers in {took:.1f} s, "
        f"{sent / max(took, 0.001):.0f} a second; {sent:,} marked as sent, {len(server.took):,} taken, {twice} twice"
    )
    write(
        f"{connection.vendor}: each worker at most {max(each['size'] for each in results):.0f} MiB; taken and not yet "
        f"marked for {1000 * max(each['window'] for each in results):.1f} ms (median), at most "
        f"{1000 * max(each['longest'] for each in results):.0f} ms"
    )
    return not (sent == len(server.took) == number and twice == 0)
