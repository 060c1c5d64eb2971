"""Archives whose bytes follow from what is in them alone, never from the clock of the machine."""

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

# The first day that the format knows.
UNDATED = (1980, 1, 1, 0, 0, 0)


class UndatedArchive(ZipFile):
    """An archive that is written, of which no member has a time."""

    def __init__(self, out: Any) -> None:
        super().__init__(out, "w", ZIP_DEFLATED, allowZip64=True)

    def writestr(self, zinfo_or_arcname: Any, data: Any, *args: Any, **kwargs: Any) -> None:
        super().writestr(_info(zinfo_or_arcname), data, *args, **kwargs)

    def write(self, filename: Any, arcname: Any = None, *args: Any, **kwargs: Any) -> None:
        info = _info(arcname or filename)
        info.file_size = Path(filename).stat().st_size
        with Path(filename).open("rb") as file, self.open(info, "w") as member:
            shutil.copyfileobj(file, member)


def _info(name: Any) -> ZipInfo:
    info = ZipInfo(str(name), UNDATED)
    info.compress_type = ZIP_DEFLATED
    return info


class _Outbox:
    """What an archive writes to, and from which its bytes are taken as they come."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing waits."""

    def take(self) -> bytes:
        found = b"".join(self._pieces)
        self._pieces.clear()
        return found


def zipped(members: Iterable[tuple[str, Iterable[bytes]]]) -> Iterator[bytes]:
    """An archive of some files, piece by piece; each member is its name and its content."""
    outbox = _Outbox()
    with UndatedArchive(outbox) as archive:
        for name, pieces in members:
            file: IO[bytes]
            with archive.open(_info(name), "w", force_zip64=True) as file:
                for piece in pieces:
                    file.write(piece)
                    yield outbox.take()
    yield outbox.take()
