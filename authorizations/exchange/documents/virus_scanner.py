"""Asking the daemon of ClamAV about a file: its own protocol, one answer for each file (man clamd, INSTREAM)."""

import re
import socket
import struct
from contextlib import closing
from typing import IO

from django.conf import settings

PIECE = 64 * 1024
# Connecting and each wait; a large file is scanned within it by the daemon's own limits.
PATIENCE = 60.0
LONGEST_ANSWER = 4096


class NoScanner(Exception):
    """The scanner did not answer, or not to the question: the file waits, and is asked about again."""


def is_harmless(file: IO[bytes]) -> bool:
    """Whether the scanner finds nothing in a file. Raises NoScanner: it gave no verdict."""
    try:
        with closing(_connect()) as daemon:
            daemon.sendall(b"zINSTREAM\0")
            while piece := file.read(PIECE):
                daemon.sendall(struct.pack("!L", len(piece)) + piece)
            daemon.sendall(struct.pack("!L", 0))
            answer = _answer(daemon)
    except OSError as problem:
        raise NoScanner(f"The scanner did not answer: {type(problem).__name__}.") from problem
    return verdict(answer)


def verdict(answer: str) -> bool:
    """Raises NoScanner: it says neither, such as that the file is larger than the daemon takes."""
    if answer == "stream: OK":
        return True
    if re.fullmatch(r"stream: .+ FOUND", answer):
        return False
    raise NoScanner(f"The scanner gave no verdict: {answer[:200]!r}.")


def _connect() -> socket.socket:
    where = settings.CLAMAV
    if where is None:
        raise NoScanner("No scanner is set up.")
    if isinstance(where, tuple):
        return socket.create_connection(where, timeout=PATIENCE)
    daemon = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    daemon.settimeout(PATIENCE)
    daemon.connect(where)
    return daemon


def _answer(daemon: socket.socket) -> str:
    answer = b""
    while len(answer) < LONGEST_ANSWER and (piece := daemon.recv(LONGEST_ANSWER)):
        answer += piece
        if answer.endswith(b"\0"):
            break
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")
