"""Five thousand requests of every demo person to a running portal: no failure of ours, no illegal step, a whole log."""

import os
import sys
from pathlib import Path

import pytest

from tests.own_services import Program, free_port, manage, running, wait_for_web
from tests.service.http_walk import HttpWalk

pytestmark = pytest.mark.nightly
# In the walked database: each entry begins where the one before ended, and each move is a row of its machine.
CHECK = """
from authorizations.models import Ato, Case, Event
from demo.random_walk_checks import check_record
moved = 0
for record in [*Case.objects.all(), *Ato.objects.exclude(recorded_on=None)]:
    check_record(record)
    machine = record.machine()
    for verb, changes in Event.objects.about(record).values_list("verb", "changes"):
        before, after = changes.get("stage") or [None, None]
        step = machine.step(verb.partition(".")[2])
        if before is None or step is None:
            continue
        moved += 1
        allowed = {step.target, *step.targets} if step.target or step.targets else {before}
        assert before in step.sources and after in allowed | {before}, (record, verb, before, after)
print(moved, "moves are legal")
"""


def test_no_request_breaks_anything(tmp_path: Path) -> None:
    environment = {**os.environ, "PORTAL_DATA": str(tmp_path), "PORTAL_LOG_LEVEL": "ERROR"}
    environment.setdefault("WALK_REQUESTS", "5000")
    port = free_port()
    manage(environment, "migrate", "--verbosity=0")
    manage(environment, "demo")
    line = [sys.executable, "manage.py", "serve", "--port", str(port)]
    with running(Program(tmp_path, "serve", line, environment)):
        wait_for_web(port)
        walk = HttpWalk(f"http://127.0.0.1:{port}", 2026)
        walk.sign_everyone_in()
        walk.go(int(environment["WALK_REQUESTS"]))

    assert not walk.failures, walk.failures[:10]
    assert walk.statuses.keys() >= {200, 302, 403, 404, 409}, walk.statuses
    assert "moves are legal" in manage(environment, "shell", "-c", CHECK)
    assert "Traceback" not in (tmp_path / "serve.log").read_text()
    manage(environment, "verify_audit_log")
