"""What people do with calendar feeds: making a link, revoking it; and what the portal notes when one is fetched."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Organization, User
from accounts.models.access_token import digest_of, new_secret
from accounts.roles import OrganizationKind
from accounts.use_notes import reading_goes_on
from authorizations.actions.door import action, insert, update
from authorizations.actions.refusals import Blocked, NoLongerPossible, NotPermitted
from authorizations.models import CalendarFeed, Offering

# More calendars than anybody follows; each is asked for every hour or so.
MOST = 20
# Noting each fetch would make a writer of every reader.
NOTED_FETCH = timedelta(hours=1)


def make_feed(
    *, actor: User, organization: Organization | None = None, offering: Offering | None = None, now: datetime
) -> tuple[CalendarFeed, str]:
    """Makes a feed of the actor's own: of what their side owes, or of one organization or offering.

    Returns: the feed, and the secret of its link, which is kept nowhere: this is the one time that it can be shown.
    """
    with action(actor, now=now) as act:
        # The lock makes a second press of the button wait, and then find the first one's link.
        User.objects.select_for_update().get(pk=actor.pk)
        _refuse_scope(actor, organization, offering)
        active = CalendarFeed.objects.own(actor).not_revoked()
        if active.filter(organization=organization, offering=offering).exists():
            raise Blocked("You have a link to this calendar. If you have lost it, revoke it and make another.")
        if active.count() >= MOST:
            raise Blocked(f"You have {MOST} links. Revoke one that you no longer use.")
        secret = new_secret()
        feed = CalendarFeed(
            owner=actor, organization=organization, offering=offering, digest=digest_of(secret), created_at=now
        )
        insert(feed)
        of = {"organization": organization, "offering": offering}
        act.record("calendarfeed.made", feed, changes={name: [None, each.pk] for name, each in of.items() if each})
    return feed, secret


def _refuse_scope(actor: User, organization: Organization | None, offering: Offering | None) -> None:
    own = [each.organization_id for each in actor.own_memberships]
    if organization is not None and organization.pk not in own:
        raise NotPermitted("A calendar of an organization is for its members.")
    if organization is not None and organization.kind == OrganizationKind.PMO:
        # Nearly everything is owed to the PMO: that is no calendar any more.
        raise Blocked("The PMO follows what it owes itself, or one offering.")
    if offering is not None and not Offering.objects.visible_to(actor).filter(pk=offering.pk).exists():
        raise NotPermitted("You may not see this offering.")


def revoke_feed(*, actor: User, public_id: str, now: datetime) -> CalendarFeed:
    """Ends one of the actor's links at once; it never opens anything again."""
    with action(actor, now=now) as act:
        feed: CalendarFeed = CalendarFeed.objects.own(actor).select_for_update().get(public_id=public_id)
        if feed.revoked_at is not None:
            raise NoLongerPossible("This link was revoked before.")
        update(feed, revoked_at=now, published={})
        act.record("calendarfeed.revoked", feed, changes={"revoked_at": [None, now.isoformat()]})
    return feed


# --- the portal's own notes: no act of a person, so without an entry ---


def opened_by(secret: str, now: datetime) -> CalendarFeed | None:
    """The feed that a secret opens now; None, after the very same query, for every secret that opens nothing."""
    rows = CalendarFeed.objects.opening(timezone.localdate(now)).filter(digest=digest_of(secret))
    found: CalendarFeed | None = rows.select_related("owner", "organization", "offering").first()
    return found


def note_fetch(feed: CalendarFeed, now: datetime) -> None:
    unnoted = Q(last_fetched_at__isnull=True) | Q(last_fetched_at__lt=now - NOTED_FETCH)
    if feed.last_fetched_at is None or feed.last_fetched_at < now - NOTED_FETCH:
        with reading_goes_on("the use of a calendar feed"):
            CalendarFeed.objects.filter(unnoted, pk=feed.pk).update(last_fetched_at=now)


def store_published(feed: CalendarFeed, revised: Callable[[Any], Any]) -> Any:
    """Keeps what a feed publishes from now on, and returns it; ``revised`` makes it of what was published before.

    Nothing is written or locked while nothing has changed. Two fetches at once agree: the second revises what the
    first one kept.
    """
    published = revised(feed.published)
    if published == feed.published:
        return published
    with transaction.atomic():
        row = CalendarFeed.objects.select_for_update().get(pk=feed.pk)
        published = revised(row.published)
        CalendarFeed.objects.not_revoked().filter(pk=feed.pk).update(published=published)
    return published
