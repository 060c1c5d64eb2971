"""Run as a process of its own: makes one report and tells how far it is, and ends with the process that started it.

python -m authorizations.reports.jobs.child_process JOB FOLDER BYTES_OF_MEMORY

It writes the report to FOLDER/report. FOLDER/state.json holds what it has told: {"progress": 2000, "total": 9000}, and
last "made" or "failed" too. Without either it has died; for lack of memory it ends with a code of its own.
"""

import json
import os
import resource
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import django

OUT, STATE = "report", "state.json"
NO_MEMORY = os.EX_OSERR


def main() -> None:
    key, folder, memory = int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    _end_with_the_parent()
    with suppress(ValueError, OSError):  # not every system has this limit
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    state: dict[str, Any] = {}

    def report_progress(progress: dict[str, Any]) -> None:
        state.update(progress)
        draft = folder / "state.draft"
        draft.write_text(json.dumps(state))
        # The process that reads it finds it whole.
        draft.replace(folder / STATE)

    try:
        django.setup()
        # Nothing of the portal can be loaded before Django is set up.
        from authorizations.reports.jobs.render_job import render

        render(key, folder / OUT, report_progress)
    except MemoryError:
        os._exit(NO_MEMORY)


def _end_with_the_parent() -> None:
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
