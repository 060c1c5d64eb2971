"""A mail server that answers as a test says: it takes, puts off, refuses, is slow, or hangs up in the middle."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, syntax

from tests.own_services import free_port

TAKES, HANGS_UP, IS_SLOW = "250 OK", "hangs up in mid-data", "is slow"
TAKES_SLOWLY = "takes its time"


@dataclass
class Peer:
    """What it answers to mail for an address, in turn and then the last answer for good; and what it took.

    An answer to DATA is its line, or one of the words above; one that begins with RCPT answers that.
    """

    answers: dict[str, list[str]] = field(default_factory=dict)
    took: list[EmailMessage] = field(default_factory=list)
    connections: int = 0
    slow: float = 1.0
    port: int = 0
    # Called with each mail that was taken, before its sender is told so.
    on_taken: Callable[[EmailMessage], object] = lambda mail: None

    def turn(self, address: str) -> str:
        """The answer that stands now."""
        return self.answers.get(address, [TAKES])[0]

    def answered(self, address: str) -> None:
        """Goes on to the next answer."""
        if len(self.answers.get(address, [])) > 1:
            self.answers[address].pop(0)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        answer = self.turn(address)
        if answer.startswith("RCPT "):
            self.answered(address)
            return answer.removeprefix("RCPT ")
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        [address] = envelope.rcpt_tos
        answer = self.turn(address)
        self.answered(address)
        if answer == IS_SLOW:
            await asyncio.sleep(self.slow)
            return "451 too late"
        if answer == TAKES_SLOWLY:
            await asyncio.sleep(self.slow)
            answer = TAKES
        if answer == TAKES:
            mail = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(mail, EmailMessage)
            self.took.append(mail)
            self.on_taken(mail)
        return answer

    def to(self) -> list[str]:
        """To whom it took mail, in order."""
        return [str(mail["To"]) for mail in self.took]


class Dialog(SMTP):
    """One connection."""

    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        [address] = self.envelope.rcpt_tos or [""]
        if self.event_handler.turn(address) != HANGS_UP:
            await super().smtp_DATA(arg)
            return
        self.event_handler.answered(address)
        await self.push("354 go on")
        await self._reader.readline()
        self.transport.abort()


class Doorkeeper(Controller):
    def factory(self) -> SMTP:
        self.handler.connections += 1
        return Dialog(self.handler, hostname="peer.test")


@contextmanager
def running(peer: Peer) -> Iterator[Peer]:
    """The peer, listening on this machine."""
    peer.port = free_port()
    keeper = Doorkeeper(peer, hostname="127.0.0.1", port=peer.port)
    keeper.start()
    # The library itself looks whether it listens.
    peer.connections = 0
    try:
        yield peer
    finally:
        keeper.stop()
