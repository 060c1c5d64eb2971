"""The Marketplace import from end to end: read a file, plan it against the register, hand the plan to the verb."""

from datetime import datetime

from django.utils import timezone

from accounts.models import User
from authorizations.actions.imports.apply import Progress, apply_import
from authorizations.exchange.imports.agencies import Agencies
from authorizations.exchange.imports.atos import Atos, anniversaries
from authorizations.exchange.imports.details import Details, Overviews
from authorizations.exchange.imports.draft_proposal import Draft
from authorizations.exchange.imports.feed_files import one_feed
from authorizations.exchange.imports.feed_rows import AGENCIES, ASSESSORS, INITIAL, PRODUCTS, TAKEN, Feed
from authorizations.exchange.imports.offerings import Offerings
from authorizations.exchange.imports.organizations import Assessors
from authorizations.exchange.imports.plan import ImportPlan
from authorizations.exchange.imports.precedence import short
from authorizations.exchange.imports.register_snapshot import read_register
from authorizations.models import ImportRun
from authorizations.models.feed_watch import FoundFeed


def feed_from_bytes(content: bytes, *, name: str, max_bytes: int, now: datetime) -> Feed:
    """Reads a feed that was uploaded or kept, or an archive. Raises Unreadable: with one sentence that says why."""
    return one_feed([(name, content)], max_bytes=max_bytes, now=now)


def plan_feed(feed: Feed, *, now: datetime) -> ImportPlan:
    """What applying the feed would do to the register as it is now; reads only, a dozen queries."""
    register = read_register(timezone.localdate(now))
    draft = Draft(
        as_of=feed.file.as_of,
        generation=short(feed.file.version),
        now=now,
        knowledge=register.knowledge,
        reviewed=register.reviewed,
    )
    for table in feed.tables:
        draft.counts(table)
    agencies = Agencies(draft, register, feed.table(AGENCIES))
    assessors = Assessors(draft, register, feed.table(ASSESSORS))
    offerings = Offerings(draft, register, feed.table(PRODUCTS), agencies, assessors)
    agencies.take_rows()
    assessors.take_rows()
    offerings.take_rows(anniversaries(feed.table(INITIAL).rows))
    atos = Atos(draft, register, feed, offerings.by_id, agencies)
    atos.take_rows()
    details = Details(draft, feed, offerings, assessors)
    details.take_rows()
    offerings.take_partners()
    overviews = Overviews(draft, register, feed, offerings)
    overviews.take_rows()
    for part in (offerings, agencies, assessors, atos, details, overviews):
        part.finish()
    for name in feed.tables.keys() - TAKEN:
        draft.set_aside(name, feed.table(name).set_aside)
        draft.tally(name, feed.table(name))
    draft.proposal.issues[:0] = feed.issues
    return ImportPlan(feed.file, draft.finished())


def apply_feed(
    feed: Feed,
    *,
    actor: User | None,
    now: datetime,
    removals_reason: str = "",
    progress: Progress | None = None,
    found: FoundFeed | None = None,
) -> tuple[ImportRun, ImportPlan]:
    """Plans inside the import's own transaction and applies that plan. Raises what `apply_import` does."""
    plans: list[ImportPlan] = []

    def propose() -> ImportPlan:
        plans.append(plan_feed(feed, now=now))
        return plans[-1]

    run = apply_import(
        actor=actor,
        now=now,
        file=feed.file,
        propose=lambda: propose().proposal,
        removals_reason=removals_reason,
        progress=progress,
        found=found,
    )
    return run, plans[-1]
