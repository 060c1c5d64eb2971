"""Feeds that come by themselves: looked for in a folder and at an address, planned, applied where little changes."""

import hashlib
import logging
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.cache import cache

from authorizations.actions.imports.apply import NothingToChange, TooManyRemovals, refuse_older
from authorizations.actions.imports.found_feeds import EnteredAlready, enter_found_feed
from authorizations.actions.refusals import Refused
from authorizations.display import counted
from authorizations.exchange.fetching import Fetcher, NotFetched
from authorizations.exchange.imports import previewed_files
from authorizations.exchange.imports.feed_file import Unreadable, content_of
from authorizations.exchange.imports.feed_files import FEEDS, Named
from authorizations.exchange.imports.marketplace import apply_feed, feed_from_bytes, plan_feed
from authorizations.exchange.imports.plan import ImportPlan
from authorizations.models import ImportRun
from authorizations.models.feed_watch import FeedOutcome, FoundFeed, most_changes

logger = logging.getLogger(__name__)
# A file that was written to a moment ago may still be half there.
SETTLED = 60.0
SECONDS = 120
# What the last look met with, for the page; nothing else follows from it.
LAST_LOOK = "feed-watch"
A_WEEK = 7 * 24 * 60 * 60


def is_watching() -> bool:
    return bool(settings.FEEDS.folder or settings.FEEDS.address)


def look_for_feeds(now: datetime) -> int:
    """Takes each feed that was not seen before, and says how many there were. What cannot be had is logged."""
    troubles: list[str] = []
    number = 0
    for name, content in [*_in_folder(troubles), *_at_address(troubles)]:
        sha256 = hashlib.sha256(content).hexdigest()
        if not _is_known(sha256):
            _take(name, content, sha256, now)
            number += 1
    for trouble in troubles:
        logger.warning("feeds looked for: %s", trouble)
    cache.set(LAST_LOOK, (now, troubles), A_WEEK)
    return number


def last_look() -> tuple[datetime, list[str]] | None:
    found: tuple[datetime, list[str]] | None = cache.get(LAST_LOOK)
    return found


def _in_folder(troubles: list[str]) -> Iterator[Named]:
    folder: Path | None = settings.FEEDS.folder
    if folder is None:
        return
    try:
        files = sorted(each for each in folder.iterdir() if each.suffix in FEEDS and each.is_file())
        settled = [each for each in files if time.time() - each.stat().st_mtime >= SETTLED]
    except OSError as problem:
        troubles.append(f"The folder of feeds cannot be read ({type(problem).__name__}). Check its path.")
        return
    for each in settled:
        try:
            yield each.name, content_of(each, max_bytes=settings.IMPORT_MAX_BYTES)
        except Unreadable as problem:
            troubles.append(problem.sentence)


def _at_address(troubles: list[str]) -> Iterator[Named]:
    sources = settings.FEEDS
    if sources.address is None:
        return
    fetcher = Fetcher(hosts={sources.host}, most_bytes=settings.IMPORT_MAX_BYTES, seconds=SECONDS)
    try:
        yield sources.address.rsplit("/", 1)[-1][:200] or sources.host, fetcher.fetch(sources.address)
    except NotFetched as problem:
        troubles.append(problem.sentence)


def _is_known(sha256: str) -> bool:
    return FoundFeed.objects.filter(sha256=sha256).exists() or ImportRun.objects.filter(sha256=sha256).exists()


def _take(name: str, content: bytes, sha256: str, now: datetime) -> None:
    found = FoundFeed(sha256=sha256, file_name=name[:200], found_at=now)
    # Another timer may be as far with the same content: who enters it first decides, and the other leaves it.
    with suppress(EnteredAlready):
        if not _is_applied(found, (name, content), now):
            if found.waits:
                previewed_files.keep(content)
            enter_found_feed(found, now=now)
        logger.info("feed found: %s, %s", sha256, found.outcome)


def _is_applied(found: FoundFeed, file: Named, now: datetime) -> bool:
    """Applies a feed that changes little, and enters it; else says on it, not yet entered, what became of it and why.

    Raises EnteredAlready.
    """
    try:
        name, content = file
        feed = feed_from_bytes(content, name=name, max_bytes=settings.IMPORT_MAX_BYTES, now=now)
        refuse_older(feed.file)
        plan = plan_feed(feed, now=now)
    except (Unreadable, Refused) as problem:
        found.outcome, found.sentence = FeedOutcome.REFUSED, problem.sentence[:400]
        return False
    found.feed_sha256, found.feed_as_of, found.changes = feed.file.sha256, feed.file.as_of, _changes(plan)
    found.outcome, found.sentence = _decided(plan, found.changes)
    if found.outcome != FeedOutcome.APPLIED:
        return False
    try:
        apply_feed(feed, actor=None, now=now, found=found)
    except EnteredAlready:
        raise
    except NothingToChange:
        # A person, or another timer, applied it since it was planned.
        found.outcome = FeedOutcome.SAME
    except TooManyRemovals:
        found.outcome, found.sentence = FeedOutcome.WAITS, "More than 5 % of a table would no longer be published."
    except Refused as problem:
        found.outcome, found.sentence = FeedOutcome.WAITS, problem.sentence[:400]
    else:
        return True
    # What was begun was undone with its key.
    found.pk = None
    return False


def _decided(plan: ImportPlan, changes: int) -> tuple[FeedOutcome, str]:
    """Whether it may be applied without a person; why it waits for one."""
    limit, waiting = most_changes(), len(plan.proposal.review)
    # That overviews were read again is no change; but only what may be applied at all is applied for their age.
    if not changes and not waiting and not (plan.proposal.fetched and limit):
        return FeedOutcome.SAME, ""
    if changes > limit:
        words = f"It would change {counted(changes, 'record')}. Without a person {limit:,} may change."
        return FeedOutcome.WAITS, words
    if waiting:
        return FeedOutcome.WAITS, f"It disagrees with our records: {counted(waiting, 'decision')} would be asked for."
    return FeedOutcome.APPLIED, ""


def _changes(plan: ImportPlan) -> int:
    return sum(each.create + each.change + each.not_published for each in plan.proposal.counts.values())
