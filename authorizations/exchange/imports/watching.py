"""Feeds that come by themselves: looked for in a folder and at an address, planned, applied where little changes."""

import hashlib
import logging
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.cache import cache

from authorizations.actions.imports.apply import TooManyRemovals, refuse_older
from authorizations.actions.imports.found_feeds import FoundContent, enter_found_feed
from authorizations.actions.refusals import NoLongerPossible, Refused
from authorizations.display import counted
from authorizations.exchange.fetching import Fetcher, NotFetched
from authorizations.exchange.imports import previewed_files
from authorizations.exchange.imports.feed_file import Unreadable, content_of
from authorizations.exchange.imports.feed_files import FEEDS, Named
from authorizations.exchange.imports.feed_rows import Feed
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
    try:
        feed = feed_from_bytes(content, name=name, max_bytes=settings.IMPORT_MAX_BYTES, now=now)
        refuse_older(feed.file)
        plan = plan_feed(feed, now=now)
    except (Unreadable, Refused) as problem:
        outcome, sentence, about = FeedOutcome.REFUSED, problem.sentence, FoundContent()
    else:
        outcome, sentence = _applied(feed, plan, now)
        about = FoundContent(feed.file.sha256, feed.file.as_of, _changes(plan))
    if outcome == FeedOutcome.WAITS:
        previewed_files.keep(content)
    try:
        enter_found_feed(now=now, sha256=sha256, file_name=name, outcome=outcome, sentence=sentence, about=about)
    except NoLongerPossible:
        return
    logger.info("feed found: %s, %s", sha256, outcome.value)


def _applied(feed: Feed, plan: ImportPlan, now: datetime) -> tuple[FeedOutcome, str]:
    """Applies a feed that changes little; what became of it, and why it waits."""
    changes, limit, waiting = _changes(plan), most_changes(), len(plan.proposal.review)
    # That overviews were read again is no change; but only what may be applied at all is applied for their age.
    if not changes and not waiting and not (plan.proposal.fetched and limit):
        return FeedOutcome.SAME, ""
    if changes > limit:
        return (
            FeedOutcome.WAITS,
            f"It would change {counted(changes, 'record')}. Without a person {limit:,} may change.",
        )
    if waiting:
        return FeedOutcome.WAITS, f"It disagrees with our records: {counted(waiting, 'decision')} would be asked for."
    try:
        apply_feed(feed, actor=None, now=now)
    except TooManyRemovals:
        return FeedOutcome.WAITS, "More than 5 % of a table would no longer be published."
    except Refused as problem:
        return FeedOutcome.WAITS, problem.sentence
    return FeedOutcome.APPLIED, ""


def _changes(plan: ImportPlan) -> int:
    return sum(each.create + each.change + each.not_published for each in plan.proposal.counts.values())
