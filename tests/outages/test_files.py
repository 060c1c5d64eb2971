"""A disk that is full: what is half-written goes, what was kept stays, and readiness says so before people do."""

import hashlib
import os
import time
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from authorizations.exchange.documents import file_store
from authorizations.exchange.documents.storage_outage import StorageOutage
from authorizations.exchange.imports import previewed_files
from authorizations.reports.jobs import files
from tests.outages.full_disk import room_for

pytestmark = pytest.mark.sqlite
LARGE = b"a plan of the harbor\n" * 10_000


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


def kept(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_an_upload_that_fills_the_disk_leaves_nothing_and_is_taken_when_there_is_room(tmp_path: Path) -> None:
    with room_for(50_000), pytest.raises(StorageOutage):
        file_store.store(BytesIO(LARGE))
    assert kept(tmp_path) == []
    sha256, _ = file_store.store(BytesIO(LARGE))
    with file_store.open_stored(sha256) as file:
        assert file.read() == LARGE


def test_a_previewed_feed_and_a_report_that_fill_the_disk_leave_nothing(tmp_path: Path) -> None:
    made = tmp_path / "made"
    made.write_bytes(LARGE)
    with room_for(50_000), pytest.raises(StorageOutage):
        previewed_files.keep(LARGE)
    with room_for(50_000), pytest.raises(OSError):  # noqa: PT011  # the system's own, whichever
        files.keep(made, "report")
    assert kept(tmp_path) == ["made"]
    assert previewed_files.reopen(previewed_files.keep(LARGE)) == LARGE


def test_a_file_of_the_right_size_and_other_content_is_written_again(tmp_path: Path) -> None:
    sha256, size = file_store.store(BytesIO(LARGE))
    path = next(tmp_path.rglob(sha256))
    path.write_bytes(b"\0" * size)
    file_store.store(BytesIO(LARGE))
    assert hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    assert kept(tmp_path) == [sha256]


def test_what_a_killed_process_left_half_written_is_removed_after_a_day(tmp_path: Path) -> None:
    file_store.store(BytesIO(b"first"))
    unfinished = tmp_path / "files" / "unfinished"
    for name, hours in (("old", 25), ("new", 1)):
        (unfinished / name).write_bytes(b"half")
        then = time.time() - hours * 3600
        os.utime(unfinished / name, (then, then))
    file_store.store(BytesIO(b"second"))
    assert kept(unfinished) == ["new"]
