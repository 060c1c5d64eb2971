"""An import whose process dies in the middle leaves nothing behind, and the next one works."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from authorizations.models import ImportRun, Offering
from tests.exchange.feeds import apply, feed, product, row_counts

ROOT = Path(__file__).resolve().parents[2]


def many(number: int) -> dict[str, Any]:
    return feed(Products=[product(n, id=f"FR{n:010}") for n in range(number)], AtoMapping=[], ReuseMapping=[])


@pytest.mark.crash
@pytest.mark.django_db(transaction=True)
def test_an_import_killed_halfway_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "feed.json"
    path.write_text(json.dumps(many(800)))
    before = row_counts()
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.crash.dying_import", str(connection.settings_dict["NAME"]), str(path)],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "fedramp_portal.settings"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    try:
        assert child.stdout.readline() == "halfway\n"
        assert row_counts() == before
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait(timeout=30)
        child.stdout.close()
    assert row_counts() == before
    apply(many(800))
    assert (ImportRun.objects.count(), Offering.objects.count()) == (1, 800)
