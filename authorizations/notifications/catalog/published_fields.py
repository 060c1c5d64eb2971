"""The part of the catalog about corrections of published fields: the PMO decides, whose proposal it was learns how."""

from collections.abc import Iterator

from django.db.models import Q

from accounts.models import Membership, User
from accounts.roles import LEADS
from authorizations.display import day_text
from authorizations.models import Correction, Event
from authorizations.notifications.catalog.imports import holders
from authorizations.notifications.catalog.message_content import MessageContent, Words, day_of, reason_of, to_each
from authorizations.policy import Capability

ENDED = {
    "correction.accepted": "Accepted",
    "correction.declined": "Declined",
    "correction.published": "The Marketplace agrees",
}


def _correction(event: Event) -> Correction:
    found: Correction = Correction.objects.select_related(
        "offering", "ato__agency", "ato__offering", "organization"
    ).get(pk=event.subject_id)
    return found


def _proposed(event: Event) -> Iterator[MessageContent]:
    made = _correction(event)
    body = f"{event.who} proposed on {day_text(event.at)} another value of a field. Decide whether it is right."
    people = holders(Capability.RESOLVE_REVIEW, day_of(event))
    yield from to_each(people, f"Correction proposed: {made}", body, made.get_absolute_url())


def _ended(event: Event) -> Iterator[MessageContent]:
    """To who proposed it, while they are of that organization, and to its leads."""
    made, today = _correction(event), day_of(event)
    theirs = Membership.objects.current(today).filter(organization=made.by_id)
    people = User.objects.acting_in(theirs.filter(Q(user=made.proposed_by_id) | Q(role__in=LEADS.values())), today)
    body = f"{event.who} recorded this on {day_text(event.at)}."
    if event.verb == "correction.published":
        body = f"A feed that was imported on {day_text(event.at)} says what was proposed. Nothing more is to be done."
    subject = f"{ENDED[event.verb]}: correction of {made}"
    yield from to_each(people, subject, body, made.get_absolute_url(), detail=reason_of(event))


OF_PUBLISHED_FIELDS: dict[str, Words] = {"correction.proposed": _proposed, **dict.fromkeys(ENDED, _ended)}
