"""What gunicorn reads by itself where it is started: how long a connection may say nothing in mid-request."""

import socket
import struct
from typing import Any

# Each thread reads one request; without a limit, as many connections as there are threads stop the site by silence.
SILENT_SECONDS = 5


def when_ready(server: Any) -> None:
    """Connections inherit it from the socket that takes them; the worker's own class resets what Python sets."""
    for listener in server.LISTENERS:
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", SILENT_SECONDS, 0))
