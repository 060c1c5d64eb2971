"""The part of the catalog about imports: the PMO decides clashes, each organization learns what changed of its own."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import Membership, Organization, User
from accounts.roles import LEADS
from authorizations.display import counted, day_text
from authorizations.models import Event, ImportRun, Mute
from authorizations.models.feed_changes.facts import VERBS, ChangeKind, ImportEntry
from authorizations.models.feed_changes.lines import FeedChange, applied_runs, changes_of
from authorizations.notifications.catalog.message_content import MessageContent, Words, acting, day_of, to_each
from authorizations.policy import Capability
from authorizations.vocabulary import Topic

# Facts that a digest says; all of them are in the portal. Characters of a value.
SAID, LONGEST = 10, 60
KIND_ORDER = {kind: place for place, kind in enumerate(ChangeKind)}


def holders(capability: Capability, today: date) -> list[User]:
    """Everyone whose role has a capability on a day."""
    return User.objects.acting_in(Membership.objects.current(today).filter(role__in=list(capability.roles)), today)


def _feed_applied(event: Event) -> Iterator[MessageContent]:
    held = vars(event).get("about")
    run = held if isinstance(held, ImportRun) else ImportRun.objects.get(pk=event.subject_id)
    yield from _clashes(event, run)
    yield from _changes(event, run)


def _clashes(event: Event, run: ImportRun) -> Iterator[MessageContent]:
    waiting = run.review_items.filter(resolved_at__isnull=True).count()
    if not waiting:
        return
    subject = f"{waiting} records of the Marketplace feed need a decision"
    if waiting == 1:
        subject = "1 record of the Marketplace feed needs a decision"
    body = f"The feed of {day_text(run.feed_as_of)} disagrees with our records. Nothing was changed where it does."
    yield from to_each(holders(Capability.RESOLVE_REVIEW, day_of(event)), subject, body, reverse("review_items"))


def _changes(event: Event, run: ImportRun) -> Iterator[MessageContent]:
    """To the leads of each organization with people here: which facts of its own the feed changed, all in one message.

    The first feed of all changes nothing: there was none before it. Nobody hears of a record that they mute.
    """
    if not run.entries or not applied_runs().exclude(pk=run.pk).exists():
        return
    entries = (
        ImportEntry(each.subject_type, each.subject_id, each.changes, each.recorded_at)
        for each in run.entries
        if each.verb in VERBS
    )
    by_organization: dict[int, list[FeedChange]] = defaultdict(list)
    for line in changes_of(None, entries):
        for key in line.concerns:
            by_organization[key].append(line)
    today = day_of(event)
    led = Membership.objects.current(today).filter(role__in=LEADS.values(), organization__in=by_organization)
    here = Organization.objects.filter(pk__in=led.order_by().values("organization")).order_by("pk")
    for organization in here:
        people = acting(event, Q(role__in=LEADS.values(), organization=organization))
        yield from _told(run, organization, by_organization[organization.pk], people, today)


def _told(
    run: ImportRun, organization: Organization, lines: Sequence[FeedChange], people: Iterable[User], today: date
) -> Iterator[MessageContent]:
    muted: dict[int, set[tuple[str, int]]] = defaultdict(set)
    mutes = Mute.objects.in_effect(today).filter(user__in=people, kind="")
    for user, *subject in mutes.values_list("user_id", "subject_type", "subject_id"):
        muted[user].add((subject[0], subject[1]))
    asked = {"to": run.public_id, "concerns": organization.public_id}
    link = f"{reverse('feed_changes')}?{urlencode(asked)}"
    for person in people:
        told = [line for line in lines if line.subject not in muted[person.pk]]
        if told:
            subject = f"Marketplace feed of {day_text(run.feed_as_of)}: {counted(len(told), 'changed fact')}"
            subject += f" of {organization.name}"
            yield MessageContent(person, subject, _body(told), link, about=organization, topic=Topic.FEED)


def _body(lines: Sequence[FeedChange]) -> str:
    """The first facts, those that matter most first, and how many more there are."""
    order = sorted(lines, key=lambda line: (KIND_ORDER[line.kind], line.record))
    said = [f"{line.record}: {line.fact}, {_short(line.before)} → {_short(line.after)}" for line in order[:SAID]]
    more = len(lines) - SAID
    return "\n".join([*said, *([f"{counted(more, 'more fact')} in the portal."] if more > 0 else [])])


def _short(value: str) -> str:
    return f"{value[:LONGEST]}…" if len(value) > LONGEST else value or "nothing"


OF_IMPORTS: dict[str, Words] = {"import.applied": _feed_applied}
