"""Feed files between preview and apply."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from authorizations.exchange.imports import previewed_files


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def test_a_kept_file_is_opened_again_by_its_hash() -> None:
    sha256 = previewed_files.keep(b"{}")
    assert sha256 == previewed_files.keep(b"{}")
    assert previewed_files.reopen(sha256) == b"{}"


@pytest.mark.parametrize("name", ["0" * 64, "../../settings", "", "A" * 64])
def test_what_was_never_kept_is_not_found(name: str) -> None:
    with pytest.raises(FileNotFoundError):
        previewed_files.reopen(name)


def test_only_files_kept_before_the_moment_are_forgotten() -> None:
    sha256 = previewed_files.keep(b"{}")
    assert previewed_files.forget_older_than(timezone.now() - timedelta(days=1)) == 0
    assert previewed_files.forget_older_than(timezone.now() + timedelta(minutes=1)) == 1
    with pytest.raises(FileNotFoundError):
        previewed_files.reopen(sha256)


def test_nothing_kept_is_nothing_to_forget() -> None:
    assert previewed_files.forget_older_than(timezone.now()) == 0


def test_a_file_that_was_applied_is_forgotten_at_once() -> None:
    sha256 = previewed_files.keep(b"{}")
    previewed_files.forget(sha256)
    previewed_files.forget(sha256)
    with pytest.raises(FileNotFoundError):
        previewed_files.reopen(sha256)
