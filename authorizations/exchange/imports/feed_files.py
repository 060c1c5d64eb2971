"""Several files as one import: files, folders and archives; those of one generation and day belong together."""

import hashlib
import io
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path

from django.utils import timezone

from authorizations.actions.imports.proposal import FeedFile
from authorizations.exchange.imports.feed_file import Unreadable, content_of, read_bytes
from authorizations.exchange.imports.feed_rows import TAKEN, Feed, FeedTable
from authorizations.exchange.imports.generations import read_feed

ARCHIVE = b"PK\x03\x04"
FEEDS = frozenset({".json", ".zip"})
MOST_FILES = 100
# A feed is text that packs well: what an archive holds may be this many times what a file may have.
ARCHIVES_TIMES = 4

Named = tuple[str, bytes]


def files_at(paths: Iterable[Path], *, max_bytes: int) -> list[Named]:
    """The files, and those of folders that are named like feeds. Raises Unreadable: one is absent or cannot be read."""
    found: list[Named] = []
    for path in paths:
        try:
            inside = sorted(each for each in path.iterdir() if each.suffix in FEEDS) if path.is_dir() else [path]
        except OSError as error:
            raise Unreadable(f"The folder {path.name or path} cannot be read. Check its permissions.") from error
        if not inside:
            raise Unreadable(f"{path.name or path} is a folder without JSON files or archives.")
        found += [(each.name, content_of(each, max_bytes=max_bytes)) for each in inside]
    return found


def archive_of(files: list[Named]) -> Named:
    """Several files as one, to be kept until they are applied; one stays as it is."""
    if len(files) == 1:
        return files[0]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (name, content) in enumerate(files):
            # The same bytes give the same archive, whenever it is made.
            about = zipfile.ZipInfo(f"{number}/{name}", date_time=(1980, 1, 1, 0, 0, 0))
            archive.writestr(about, content, zipfile.ZIP_DEFLATED)
    return f"{files[0][0]} and {len(files) - 1} more", buffer.getvalue()


def feeds_of(files: Iterable[Named], *, max_bytes: int, now: datetime) -> list[Feed]:
    """One feed for each generation and day, the oldest first.

    Raises Unreadable: a file is no feed, two state one table, or nothing of them is kept here.
    """
    groups: dict[tuple[date, str], list[Feed]] = defaultdict(list)
    everything = [each for name, content in files for each in _unpacked(name, content, max_bytes)]
    for name, content in everything:
        try:
            feed = read_feed(read_bytes(content, name=name, max_bytes=max_bytes), today=timezone.localdate(now))
        except Unreadable as problem:
            if len(everything) == 1:
                raise
            raise Unreadable(f"{name}: {problem.sentence}") from problem
        groups[feed.file.as_of, feed.file.version].append(feed)
    feeds = [_merged(groups[group]) for group in sorted(groups)]
    kept = [feed for feed in feeds if not TAKEN.isdisjoint(feed.tables)]
    if not kept:
        tables = ", ".join(sorted({table for feed in feeds for table in feed.tables})) or "none"
        raise Unreadable(f"Nothing of what this holds is kept here (tables: {tables}).")
    return kept


def one_feed(files: Iterable[Named], *, max_bytes: int, now: datetime) -> Feed:
    """The files as one import. Raises Unreadable: as `feeds_of` does, or they belong to several."""
    feeds = feeds_of(files, max_bytes=max_bytes, now=now)
    if len(feeds) > 1:
        days = ", ".join(f"{feed.file.as_of} ({feed.file.version})" for feed in feeds)
        raise Unreadable(
            f"The files are of several days or generations: {days}. Import them one by one, in this order."
        )
    return feeds[0]


def _unpacked(name: str, content: bytes, max_bytes: int) -> Iterator[Named]:
    if not content.startswith(ARCHIVE):
        yield name, content
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [
                each for each in archive.infolist() if each.filename.endswith(".json") and _is_own(each.filename)
            ]
            if not members:
                raise Unreadable("The archive holds no JSON files.")
            if len(members) > MOST_FILES:
                raise Unreadable(f"The archive holds more than {MOST_FILES} files.")
            left = max_bytes * ARCHIVES_TIMES
            for member in members:
                with archive.open(member) as file:
                    unpacked = file.read(min(max_bytes, left) + 1)
                left -= len(unpacked)
                if left < 0:
                    raise Unreadable("The archive holds more than a feed may have, once it is unpacked.")
                yield Path(member.filename).name, unpacked
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, ValueError, EOFError) as error:
        raise Unreadable("The archive cannot be unpacked. Make it anew, without a password.") from error


def _is_own(name: str) -> bool:
    """Whether a member is a file of the archive's maker, and not one that a system adds."""
    return "__MACOSX" not in name and not Path(name).name.startswith(".")


def _merged(feeds: list[Feed]) -> Feed:
    """The feeds of one generation and day as one."""
    if len(feeds) == 1:
        return feeds[0]
    tables: dict[str, FeedTable] = {}
    for feed in feeds:
        twice = tables.keys() & feed.tables.keys() & TAKEN
        if twice:
            raise Unreadable(
                f"Two files state the table {sorted(twice)[0]} for {feed.file.as_of}. Leave one of them out."
            )
        tables = {**tables, **feed.tables}
    files = [feed.file for feed in feeds]
    sha256 = hashlib.sha256("".join(sorted(file.sha256 for file in files)).encode()).hexdigest()
    name = f"{files[0].name} and {len(files) - 1} more"
    size = sum(file.size for file in files)
    about = FeedFile(files[0].version, name[-200:], sha256, size, files[0].as_of, tuple(tables))
    return Feed(about, tables, [issue for feed in feeds for issue in feed.issues])
