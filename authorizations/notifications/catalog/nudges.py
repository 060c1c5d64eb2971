"""The part of the catalog about nudges: the people of the side whose turn it is are asked how the case stands."""

from collections.abc import Iterator

from django.db.models import Q
from django.utils import timezone

from accounts.roles import Role
from authorizations.display import lasting
from authorizations.lifecycle.turns import ON_WHOM, what_for
from authorizations.models import Case, Event
from authorizations.notifications.catalog.message_content import (
    OF_THE_PMO,
    MessageContent,
    Words,
    acting,
    case_of,
    liaisons,
    official,
    to_each,
)
from authorizations.vocabulary import Turn


def people_who_owe(case: Case) -> Q:
    """The memberships of those who act for the party that a case waits on; nobody who may not see the case."""
    agency = liaisons(case)
    provider = Q(role__in=[Role.CSP_LEAD, Role.CSP_CONTRIBUTOR], organization=case.offering.provider_id)
    assessor = Q(role__in=[Role.ASSESSOR_LEAD, Role.ASSESSOR_MEMBER], organization=case.assessor_id)
    pmo = OF_THE_PMO
    if case.claimed_by_id is not None:
        pmo &= Q(user=case.claimed_by_id) | Q(role=Role.PMO_LEAD)
    inside: dict[str, Q] = {
        Turn.AGENCY: agency | Q(role=Role.AGENCY_REVIEWER, organization=case.agency_id),
        # The liaison records what the official signed, and names another where there is none.
        Turn.OFFICIAL: official(case, case.authorizing_official_id) | agency,
    }
    outside: dict[str, Q] = {Turn.PROVIDER: provider, Turn.ASSESSOR: assessor, Turn.PMO: pmo}
    recipients = {**inside, **outside} if case.shared_at is not None else inside
    return recipients.get(case.waits_on, Q(pk__in=[]))


def _nudged(event: Event) -> Iterator[MessageContent]:
    """Whom they are asked by, for what, and for how long it has waited."""
    case = case_of(event)
    today, since = timezone.localdate(event.at), timezone.localdate(case.waits_since)
    purpose = what_for(case.kind, case.stage, case.waits_on, case.facts.keys())
    waited = lasting((today - since).days, since)
    body = f"{event.who} asks how it stands. The case has waited on {ON_WHOM[Turn(case.waits_on)]} {waited}"
    body += f", to {purpose}." if purpose else "."
    people, link = acting(event, people_who_owe(case)), case.get_absolute_url()
    note = f"Note: {event.reason}" if event.reason else ""
    yield from to_each(people, f"A nudge: {case}", body, link, detail=note)


OF_NUDGES: dict[str, Words] = {"case.nudged": _nudged}
