"""The part of the catalog about corrections that reach far: of an ATO's signed facts, and of whose a record is."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q

from accounts.models import Organization
from accounts.roles import LEADS
from authorizations.display import day_text
from authorizations.models import AgencySystem, Ato, Condition, Event, Notice, Offering
from authorizations.models.register.ato_facts import SIGNED
from authorizations.notifications.catalog.message_content import (
    MessageContent,
    Words,
    acting,
    liaisons,
    official,
    parties_to_notify,
    reason_of,
    to_each,
)
from authorizations.vocabulary import LIVE_ATO_STAGES


def _ato_corrected(event: Event) -> Iterator[MessageContent]:
    """The signed facts of an ATO say something else: the agency and both officials look whether it is so."""
    corrected = [name for name in SIGNED if name in event.changes]
    if not corrected:
        return
    ato = Ato.objects.select_related("agency__parent__parent", "offering__provider").get(pk=event.subject_id)
    former = official(ato, event.changes.get("authorizing_official", [None])[0])
    yield from _corrected(event, ato, corrected, parties_to_notify(ato) | former, ato)


def _beside_an_ato_corrected(event: Event) -> Iterator[MessageContent]:
    """A condition or a notice of an ATO says something else: those of the ATO look whether it is so."""
    record_type: Any = {"condition": Condition, "notice": Notice}[event.subject_type]
    beside = ("ato__agency__parent__parent", "ato__offering__provider")
    record = record_type.objects.select_related(*beside).get(pk=event.subject_id)
    yield from _corrected(event, record, event.changes, parties_to_notify(record.ato), record.ato)


def _system_corrected(event: Event) -> Iterator[MessageContent]:
    """The levels of a system are others: the agency and the officials who signed an ATO of it look whether it is so."""
    system = AgencySystem.objects.select_related("agency").get(pk=event.subject_id)
    people = Q(pk__in=[])
    for ato in system.atos.filter(stage__in=LIVE_ATO_STAGES).select_related("agency__parent__parent"):
        people |= liaisons(ato) | official(ato, ato.authorizing_official_id)
    yield from _corrected(event, system, event.changes, people, system.agency)


def _corrected(event: Event, record: Any, columns: Iterable[str], people: Q, of: Any) -> Iterator[MessageContent]:
    """A mail names the ATO or agency whose it is, and never what a condition or system is called."""
    words = ", ".join(str(record._meta.get_field(name).verbose_name) for name in columns)
    words = words if record is of else f"{record._meta.verbose_name}: {words}"
    body = f"{event.who} corrected this on {day_text(event.at)}: {words}. Look whether it is what was signed."
    yield from to_each(acting(event, people), f"Corrected: {of}", body, of.get_absolute_url(), detail=reason_of(event))


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
    **dict.fromkeys(("condition.corrected", "notice.corrected"), _beside_an_ato_corrected),
    "agencysystem.corrected": _system_corrected,
    **dict.fromkeys(("organization.corrected", "organization.moved"), _agency_moved),
    "offering.corrected": _offering_moved,
}
