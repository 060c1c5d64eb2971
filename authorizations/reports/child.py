"""Run as a process of its own: makes one report and says how far it is, and ends with whoever started it.

python -m authorizations.reports.child JOB FILE DESCRIPTOR BYTES_OF_MEMORY

It writes to FILE, and a line of JSON to DESCRIPTOR for each thing to tell: {"written": 2000, "total": 9000}, and last
either {"made": {…}} or {"failed": "A sentence."}. Without either it has died.
"""

import json
import os
import resource
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import django

# Said without asking for memory, when there is none left.
NO_MEMORY = b'{"failed": "Making it took more memory than a report may have. Narrow it, or take CSV."}\n'
Tell = Callable[[dict[str, Any]], None]


def main() -> None:
    key, out, descriptor, memory = int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    _heed_the_end_of_the_parent()
    with suppress(ValueError, OSError):  # not every system has this limit
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))

    def tell(said: dict[str, Any]) -> None:
        os.write(descriptor, json.dumps(said).encode() + b"\n")

    try:
        django.setup()
        # Nothing of the portal can be loaded before Django is set up.
        from authorizations.reports.rendering import render

        render(key, out, tell)
    except MemoryError:
        os.write(descriptor, NO_MEMORY)


def _heed_the_end_of_the_parent() -> None:
    """Ends this process when standard input ends: the other end is held by the worker, however that dies."""
    # A worker within `serve` blocks these, and its children inherit that.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})

    def wait() -> None:
        while os.read(0, 1):
            pass
        os._exit(os.EX_TEMPFAIL)

    threading.Thread(target=wait, daemon=True).start()


if __name__ == "__main__":
    main()
