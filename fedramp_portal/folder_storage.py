"""Files in a folder: each is there whole or not at all, also where the disk is full or the process is killed."""

import os
import time
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp
from typing import Any

from django.core.files.storage import FileSystemStorage

# Beside the folders of what is kept: a file can only be renamed within one file system.
UNFINISHED = "unfinished"
ABANDONED_AFTER = 24 * 60 * 60


class Folder(FileSystemStorage):
    """Every name is that of a content or is used once, so what is there under it may be replaced by the same."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_overwrite=True, **options)

    def _save(self, name: str, content: Any) -> str:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, unfinished = mkstemp(dir=self._unfinished())
        try:
            with os.fdopen(descriptor, "wb") as file:
                for chunk in content.chunks():
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            if self.file_permissions_mode is not None:
                Path(unfinished).chmod(self.file_permissions_mode)
            Path(unfinished).replace(path)
        except BaseException:
            Path(unfinished).unlink(missing_ok=True)
            raise
        _flush_folder(path.parent)
        return name

    def _unfinished(self) -> Path:
        """Where files are written; what processes that were killed left there a day ago is removed."""
        folder = Path(self.path(UNFINISHED))
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.iterdir():
            # Another process may remove it at the same moment.
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < time.time() - ABANDONED_AFTER:
                    path.unlink()
        return folder


def _flush_folder(folder: Path) -> None:
    """The name of a file is on disk only when its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
