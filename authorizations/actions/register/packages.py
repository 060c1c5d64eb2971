"""Recording where packages are kept: of one offering as a step asks for it, or of many that a feed brought at once."""

from collections.abc import Collection
from datetime import date, datetime

from accounts.models import User
from authorizations.actions.door import Action, action, insert, new_values
from authorizations.actions.refusals import Blocked
from authorizations.lifecycle.stages import ReuseStage
from authorizations.models import Case, Offering, Package
from authorizations.policy import Capability

TOO_LATE = "Someone recorded the place of one of these packages at this moment. Open the page again."


def locate_packages(
    *,
    actor: User,
    now: datetime,
    offerings: Collection[Offering],
    location: str,
    address: str = "",
    verified_on: date | None = None,
) -> list[Package]:
    """Records one place for the packages of offerings that have none on record; requests for access go to its holder.

    Raises:
        ValidationError: a fact is impossible; by field.
    """
    with action(actor, Capability.EDIT_RECORDS, now=now, clash=TOO_LATE) as act:
        found = Offering.objects.select_for_update(of=("self",), no_key=True).filter(
            pk__in=[each.pk for each in offerings], package__isnull=True
        )
        stated = {"location": location, "address": address, "verified_on": verified_on}
        made = [_located(act, Package(offering=each, **stated)) for each in found.order_by("pk")]
        if not made:
            raise Blocked("Nothing was changed: the place of these packages is on record already.")
        _hand_on(act, [each.offering_id for each in made])
    return made


def _located(act: Action, package: Package) -> Package:
    insert(package)
    facts = {name: getattr(package, name) for name in ("offering", "location", "address", "verified_on")}
    act.record("package.added", package, changes=new_values(**{name: value for name, value in facts.items() if value}))
    return package


def _hand_on(act: Action, offerings: list[int]) -> None:
    """Makes requests for access wait on who opens the package there."""
    waiting = Case.objects.filter(offering__in=offerings, stage=ReuseStage.ACCESS_REQUESTED)
    for case in waiting.select_for_update(of=("self",)).select_related("offering__package"):
        case.settle(case.stage, act.at)
        case.save(update_fields=["waits_on", "waits_since"])
