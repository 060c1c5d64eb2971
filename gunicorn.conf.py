"""What gunicorn reads by itself: how long a connection may say nothing in mid-request, and a port for `/healthz`."""

import os
import socket
import struct
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

# Each thread reads one request; without a limit, as many connections as there are threads stop the site by silence.
SILENT_SECONDS = 5


def when_ready(server: Any) -> None:
    """Connections inherit it from the socket that takes them; the worker's own class resets what Python sets."""
    for listener in server.LISTENERS:
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", SILENT_SECONDS, 0))


class Health(BaseHTTPRequestHandler):
    """Answers that the process lives, apart from the threads that answer pages: those may all be busy."""

    timeout = SILENT_SECONDS

    def do_GET(self) -> None:  # the library's name
        self.send_response(200 if self.path == "/healthz" else 404)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Probes are no news."""


class HealthServer(ThreadingHTTPServer):
    # Every worker listens there, and the system chooses one that lives.
    allow_reuse_port = True
    daemon_threads = True


def post_worker_init(worker: Any) -> None:
    """Listens on this machine alone, on the port in `PORTAL_HEALTH_PORT`, where that is set."""
    if port := os.environ.get("PORTAL_HEALTH_PORT"):
        server = HealthServer(("127.0.0.1", int(port)), Health)
        Thread(target=server.serve_forever, name="health", daemon=True).start()
