"""The part of the catalog about feeds that came by themselves: one waits for a person, or could not be taken."""

from collections.abc import Iterator

from accounts.models import Membership, User
from authorizations.display import day_text
from authorizations.models import Event, FoundFeed
from authorizations.notifications.catalog.message_content import MessageContent, Words, day_of, to_each
from authorizations.policy import Capability


def _asked_about(event: Event) -> Iterator[MessageContent]:
    """Those who may import a feed decide; what went by itself is told by the import alone."""
    found, today = FoundFeed.objects.get(pk=event.subject_id), day_of(event)
    held = Membership.objects.current(today).filter(role__in=list(Capability.APPLY_IMPORT.roles))
    of = f" of {day_text(found.feed_as_of)}" if found.feed_as_of else ""
    subject = f"A Marketplace feed{of} waits for you" if found.waits else f"A Marketplace feed{of} could not be taken"
    body = f"The file {found.file_name} was found. Nothing of it was applied."
    people = User.objects.acting_in(held, today)
    yield from to_each(people, subject, body, found.get_absolute_url(), detail=found.sentence)


OF_FEEDS: dict[str, Words] = {"foundfeed.waits": _asked_about, "foundfeed.refused": _asked_about}
