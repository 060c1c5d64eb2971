"""The part of the catalog about corrections that reach far: of an ATO's signed facts, and of whose a record is."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from accounts.models import Organization
from accounts.roles import LEADS
from authorizations.display import day_text
from authorizations.models import Ato, Event, Offering
from authorizations.models.register.ato_facts import SIGNED
from authorizations.notifications.catalog.message_content import (
    MessageContent,
    Words,
    acting,
    official,
    parties_to_notify,
    reason_of,
    to_each,
)


def _ato_corrected(event: Event) -> Iterator[MessageContent]:
    """The signed facts of an ATO say something else: the agency and both officials look whether it is so."""
    corrected = [name for name in SIGNED if name in event.changes]
    if not corrected:
        return
    ato = Ato.objects.select_related("agency__parent__parent", "offering__provider").get(pk=event.subject_id)
    words = ", ".join(str(Ato._meta.get_field(name).verbose_name) for name in corrected)
    body = f"{event.who} corrected this on {day_text(event.at)}: {words}. Look whether it is what was signed."
    former = official(ato, event.changes.get("authorizing_official", [None])[0])
    people = acting(event, parties_to_notify(ato) | former)
    yield from to_each(people, f"Corrected: {ato}", body, ato.get_absolute_url(), detail=reason_of(event))


def _agency_moved(event: Event) -> Iterator[MessageContent]:
    """The leads of the agency and of both lines above it know who reads its cases from now on."""
    if "parent" in event.changes:
        agency = Organization.objects.get(pk=event.subject_id)
        names, keys = _both(event.changes["parent"])
        words = f"{agency} is now part of {names[1]}, and was part of {names[0]}."
        words += " Who is above an agency sees its cases and ATOs."
        yield from _moved_messages(event, agency, words, [agency.pk, *keys])


def _offering_moved(event: Event) -> Iterator[MessageContent]:
    """The leads of both providers know whose the offering is from now on."""
    if "provider" in event.changes:
        offering = Offering.objects.get(pk=event.subject_id)
        names, keys = _both(event.changes["provider"])
        words = f"{offering} now belongs to {names[1]}, and belonged to {names[0]}. Its shared cases and ATOs go along."
        yield from _moved_messages(event, offering, words, keys)


def _moved_messages(event: Event, record: Any, words: str, organizations: list[int]) -> Iterator[MessageContent]:
    body = f"{event.who} recorded this on {day_text(event.at)}. {words}"
    people = acting(event, Q(role__in=LEADS.values(), organization__in=organizations))
    yield from to_each(people, f"Moved: {record}", body, record.get_absolute_url(), detail=reason_of(event))


def _both(changed: list[int | None]) -> tuple[list[str], list[int]]:
    """What the organizations before and after are called, and their keys with all above them."""
    known = Organization.objects.select_related("parent__parent").in_bulk([key for key in changed if key])
    names = [known[key].name if key else "no other agency" for key in changed]
    return names, [above for each in known.values() for above in each.line_up]


OF_CORRECTIONS: dict[str, Words] = {
    "ato.corrected": _ato_corrected,
    **dict.fromkeys(("organization.corrected", "organization.moved"), _agency_moved),
    "offering.corrected": _offering_moved,
}
