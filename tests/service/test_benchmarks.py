"""Each benchmark still runs: a few rows of everything, so that a rename is found before a measurement is needed."""

import os
from pathlib import Path

import pytest

from tests.own_services import manage

# Each fills a database of its own: mail alone runs with the services, as its workers are programs of their own.
SMALL = {
    "mail": (("--messages", "20", "--workers", "1"), "20 marked as sent, 20 taken, 0 twice"),
    "sweep": (("--cases", "20", "--notices", "100"), "0 written"),
    "audit_log": (("--entries", "2000", "--rounds", "1"), "entries"),
}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.service if name == "mail" else pytest.mark.nightly) for name in SMALL]
)
def test_a_benchmark_runs(name: str, tmp_path: Path) -> None:
    options, words = SMALL[name]
    assert words in manage({**os.environ, "PORTAL_DATA": str(tmp_path)}, "bench", name, *options)
