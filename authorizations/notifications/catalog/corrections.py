"""The part of the catalog about what the PMO corrects and adds: an ATO's signed facts, whose a record is, new ones."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q
from django.urls import reverse

from accounts.models import Membership, Organization
from accounts.roles import LEADS, OrganizationKind, Role
from authorizations.display import day_text
from authorizations.models import (
    AgencySystem,
    Ato,
    Bounce,
    Condition,
    Contact,
    Event,
    Notice,
    Offering,
    Package,
)
from authorizations.models.register.ato_facts import SIGNED
from authorizations.notifications.catalog.message_content import (
    MessageContent,
    Words,
    acting,
    day_of,
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


# --- what the PMO adds ---


def _beside_an_ato_added(event: Event) -> Iterator[MessageContent]:
    """A condition or a notice was added to an ATO: those of the ATO look whether the letter says so."""
    record_type: Any = {"condition": Condition, "notice": Notice}[event.subject_type]
    beside = ("ato__agency__parent__parent", "ato__offering__provider")
    record = record_type.objects.select_related(*beside).get(pk=event.subject_id)
    yield from _added(event, record, parties_to_notify(record.ato), record.ato)


def _system_added(event: Event) -> Iterator[MessageContent]:
    system = AgencySystem.objects.select_related("agency__parent__parent").get(pk=event.subject_id)
    yield from _added(event, system, Q(role=Role.AGENCY_LIAISON, organization=system.agency_id), system.agency)


def _contact_added(event: Event) -> Iterator[MessageContent]:
    contact = Contact.objects.select_related("organization").get(pk=event.subject_id)
    yield from _added(event, contact, _leads_of(contact.organization_id), contact.organization)


def _offering_added(event: Event) -> Iterator[MessageContent]:
    offering = Offering.objects.get(pk=event.subject_id)
    yield from _added(event, offering, _leads_of(offering.provider_id), offering)


def _package_added(event: Event) -> Iterator[MessageContent]:
    package = Package.objects.select_related("offering").get(pk=event.subject_id)
    yield from _added(event, package, _leads_of(package.offering.provider_id), package.offering)


def _agency_added(event: Event) -> Iterator[MessageContent]:
    """The leads of the agencies above know that one belongs to them: they will see its cases."""
    agency = Organization.objects.select_related("parent__parent").get(pk=event.subject_id)
    if agency.parent is not None:
        yield from _added(event, agency, Q(role__in=LEADS.values(), organization__in=agency.parent.line_up), agency)


def _bounce_added(event: Event) -> Iterator[MessageContent]:
    """Nothing is mailed to the address from now on: whose it is and the leads there read so in the portal."""
    bounce = Bounce.objects.get(pk=event.subject_id)
    members = Membership.objects.current(day_of(event)).filter(user__email=bounce.address)
    people = Q(user__email=bounce.address) | _leads_of(*members.values_list("organization", flat=True))
    body = f"{event.who} recorded on {day_text(event.at)} that mail comes back. Nothing is mailed to this address now."
    link = reverse("own_messages")
    yield from to_each(acting(event, people), "An address fails", body, link, detail=f"It is {bounce.address}.")


def _leads_of(*organizations: int) -> Q:
    return Q(role__in=LEADS.values(), organization__in=organizations)


def _added(event: Event, record: Any, people: Q, of: Any) -> Iterator[MessageContent]:
    """A mail names the ATO, agency or offering whose it is. Nobody is told of what a colleague of theirs added."""
    if event.actor is None or OrganizationKind.PMO not in event.actor.sides:
        return
    body = f"{event.who} added this on {day_text(event.at)}: {record._meta.verbose_name}. Look whether it is right."
    yield from to_each(acting(event, people), f"Added: {of}", body, of.get_absolute_url(), detail=reason_of(event))


OF_CORRECTIONS: dict[str, Words] = {
    "ato.corrected": _ato_corrected,
    **dict.fromkeys(("condition.corrected", "notice.corrected"), _beside_an_ato_corrected),
    "agencysystem.corrected": _system_corrected,
    **dict.fromkeys(("organization.corrected", "organization.moved"), _agency_moved),
    "offering.corrected": _offering_moved,
    **dict.fromkeys(("condition.added", "notice.added"), _beside_an_ato_added),
    "agencysystem.added": _system_added,
    "contact.added": _contact_added,
    "offering.added": _offering_added,
    "package.added": _package_added,
    "organization.added": _agency_added,
    "bounce.added": _bounce_added,
}
