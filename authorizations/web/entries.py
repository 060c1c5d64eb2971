"""Entries of the record in a table: when, who, what in words, about which record with a link to it, and why."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import AccessToken, Alias, Delegation, Invitation, Membership, Organization, User
from authorizations.doorstep.acts import SECURITY, begun, in_words
from authorizations.models import (
    AgencySystem,
    Ato,
    Case,
    Comment,
    Condition,
    Contact,
    DesignationEvent,
    Event,
    Finding,
    ImportRun,
    Notice,
    Offering,
    PackageAccess,
    ReviewItem,
    Verification,
    Waiver,
)
from authorizations.web.cells import Cell, Link, PathLink, moment, text
from authorizations.web.lists import Column
from authorizations.web.tables import Table, table

COLUMNS = (
    Column("at", "When", (), lambda row: moment(row["at"])),
    Column("who", "Who", (), lambda row: text(row["who"])),
    Column("what", "What", (), lambda row: text(row["what"])),
    Column("subject", "Record", (), lambda row: row["subject"]),
    Column("reason", "Reason", (), lambda row: text(row["reason"])),
)
# The desk's page of one entry.
ONE = "admin:authorizations_event_change"
# Where an entry stands in its chain, leading to all that it says.
PLACE = Column("place", "Entry", (), lambda row: row["place"])


def entries_table(caption: str, user: User, entries: Iterable[Event], *more: Column) -> Table:
    """A table of entries, which have to hold their people; one query more for each noun among them that has pages."""
    events = list(entries)
    subjects = _subjects(user, events)
    return table(caption, [*COLUMNS, *more], [_event_row(event, subjects) for event in events])


def _event_row(event: Event, subjects: dict[tuple[str, int], Cell]) -> dict[str, object]:
    return {
        "at": event.recorded_at,
        "who": who(event),
        "what": begun(_what(event)),
        "subject": subjects.get((event.subject_type, event.subject_id), text("")),
        "reason": event.reason,
        "place": PathLink(f"{event.chain} {event.position}", reverse(ONE, args=[event.public_id])),
    }


def who(event: Event) -> str:
    """Who acted, and whose role or signed decision it was."""
    return event.who + (f", recording the decision of {event.decided_by.told_as}" if event.decided_by else "")


def _what(event: Event) -> str:
    """What was done to which noun, and how often where such events are counted."""
    number = (event.changes.get("count") or [None, 1])[1] if event.verb in SECURITY else 1
    return in_words(event.verb) + (f" {number:,} times in one minute" if number > 1 else "")


def _subjects(user: User, events: list[Event]) -> dict[tuple[str, int], Cell]:
    """The links to what events are about, one query for each noun among them that has pages."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for event in events:
        wanted[event.subject_type].add(event.subject_id)
    found: dict[tuple[str, int], Cell] = {}
    for noun, keys in wanted.items():
        if noun in LINKS:
            rows, link_of = LINKS[noun]
            found |= {(noun, row.pk): link_of(row) for row in rows(user).filter(pk__in=keys)}
    return found


def _of_organization(row: Any) -> Cell:
    return PathLink(row.organization.name, row.organization.get_absolute_url())


def _of_ato(ato: Ato) -> Cell:
    return Link(f"{ato.agency.name}: {ato.offering.name}", "ato", ato.public_id)


# Which records an entry may be about, and the page where the reader finds them.
LINKS: dict[str, tuple[Callable[[User], QuerySet[Any]], Callable[[Any], Cell]]] = {
    "organization": (Organization.objects.visible_to, lambda row: PathLink(row.name, row.get_absolute_url())),
    "membership": (lambda _: Membership.objects.select_related("organization"), _of_organization),
    "invitation": (lambda _: Invitation.objects.select_related("organization"), _of_organization),
    "alias": (lambda _: Alias.objects.select_related("organization"), _of_organization),
    "contact": (lambda user: Contact.objects.visible_to(user).select_related("organization"), _of_organization),
    "offering": (Offering.objects.visible_to, lambda row: Link(row.name, "offering", row.public_id)),
    "designationevent": (
        lambda _: DesignationEvent.objects.select_related("offering"),
        lambda row: Link(row.offering.name, "offering", row.offering.public_id),
    ),
    "ato": (lambda user: Ato.objects.visible_to(user).select_related("agency", "offering"), _of_ato),
    "case": (
        lambda user: Case.objects.visible_to(user).select_related("agency", "offering"),
        lambda row: Link(str(row), "case", row.public_id),
    ),
    "comment": (
        lambda user: Comment.objects.visible_to(user).select_related("case__agency", "case__offering"),
        lambda row: PathLink(str(row), row.get_absolute_url()),
    ),
    "waiver": (
        lambda user: Waiver.objects.filter(case__in=Case.objects.visible_to(user).values("pk")).select_related(
            "case__agency", "case__offering"
        ),
        lambda row: Link(str(row.case), "case", row.case.public_id),
    ),
    "finding": (
        lambda user: Finding.objects.visible_to(user).select_related("case__agency", "case__offering"),
        lambda row: PathLink(str(row.case), row.get_absolute_url()),
    ),
    "condition": (
        lambda _: Condition.objects.select_related("ato__agency", "ato__offering"),
        lambda row: _of_ato(row.ato),
    ),
    "notice": (
        lambda _: Notice.objects.select_related("ato__agency", "ato__offering"),
        lambda row: _of_ato(row.ato),
    ),
    "agencysystem": (
        lambda user: AgencySystem.objects.visible_to(user).select_related("agency"),
        lambda row: Link(row.name, "agency", row.agency.public_id),
    ),
    "packageaccess": (
        lambda user: PackageAccess.objects.visible_to(user).select_related("package__offering"),
        lambda row: Link(row.package.offering.name, "access", row.public_id),
    ),
    "delegation": (
        lambda user: Delegation.objects.visible_to(user).select_related("deputy", "membership__user"),
        lambda row: PathLink(str(row), reverse("delegations")),
    ),
    "user": (lambda _: User.objects.all(), lambda row: text(row.name)),
    "accesstoken": (lambda _: AccessToken.objects.select_related("user"), lambda row: text(row.user.name)),
    "verification": (Verification.objects.visible_to, lambda row: PathLink(str(row), row.get_absolute_url())),
    "importrun": (ImportRun.objects.visible_to, lambda row: Link(row.file_name, "import_run", row.public_id)),
    "reviewitem": (ReviewItem.objects.visible_to, lambda row: Link(row.sentence, "review_item", row.public_id)),
}
