"""Who will see what when an agency comes under another one, or an offering goes to another provider: said before."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from accounts.models import Membership, Organization, User
from authorizations.display import counted
from authorizations.models import Ato, Case, Offering

# What stays inside an agency is in no number for the PMO: its own people and those above them read it.
UNSHARED = ", with every reuse case that it has not shared"


def who_will_see(record: Any, changes: Mapping[str, Any], reader: User, today: date) -> str:
    """What a correction does to who sees which cases, in sentences; blank where it changes nothing of that.

    Args:
        changes: by column; ``parent`` of an agency and ``provider`` of an offering say who sees.
    """
    organizations, more = Organization.objects.visible_to(reader), ""
    of: dict[str, Any] = {}
    if isinstance(record, Organization) and "parent" in changes:
        before = organizations.select_related("parent__parent__parent").get(pk=record.pk).line_up[1:]
        after = changes["parent"].line_up if changes["parent"] else []
        of, more = {"agency__in": organizations.below([record.pk])}, UNSHARED
    elif isinstance(record, Offering) and "provider" in changes:
        before = [*Offering.objects.visible_to(reader).filter(pk=record.pk).values_list("provider", flat=True)]
        after, of = [changes["provider"].pk], {"offering": record}
    else:
        return ""
    cases, atos = (rows.objects.visible_to(reader).filter(**of).count() for rows in (Case, Ato))
    gain, lose = (
        counted(_people({*these} - {*those}, today), "person", "people")
        for these, those in ((after, before), (before, after))
    )
    numbers = f"{counted(cases, 'case')} and {counted(atos, 'ATO')}{more}"
    seen = f"{gain} will see {numbers}. {lose} will no longer see them."
    return f"{seen} The leads of both sides are told, if they are here."


def _people(organizations: set[int], today: date) -> int:
    current = Membership.objects.current(today).filter(organization__in=organizations, user__is_active=True)
    return current.order_by().values("user").distinct().count()
