"""Recording where packages are kept: of one offering as a step asks for it, or of many that a feed brought at once."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from accounts.models import User
from authorizations.actions.acting_capacity import acting_context
from authorizations.actions.door import Action, action, insert, new_values, plain
from authorizations.actions.refusals import Blocked, NotPermitted, refuse_unready
from authorizations.lifecycle.stages import ReuseStage
from authorizations.lifecycle.step import FROM_EVIDENCE
from authorizations.models import Case, Offering, Package
from authorizations.policy import Capability, Party
from authorizations.vocabulary import RECORDED_FOR

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


def locate_from_evidence(
    public_id: str, *, actor: User, now: datetime, location: str, address: str = "", **evidence: Any
) -> Package:
    """Records where the package of a case's offering is, from evidence, while who opens it there has nobody here.

    Args:
        evidence: the facts of `FROM_EVIDENCE`, by name.

    Raises:
        NotPermitted: the actor leads no side of the case that records for an absent one, or the holder has people.
    """
    with action(actor, now=now, clash=TOO_LATE) as act:
        case: Case = Case.objects.acting_for(actor).get(public_id=public_id)
        Offering.objects.select_for_update(of=("self",), no_key=True).get(pk=case.offering_id)
        context = acting_context(case, actor, act.day)
        package = Package(offering=case.offering, location=location, address=address)
        if package.grantor not in context.absent:
            raise NotPermitted("The party that opens the package there has people here, and records its place.")
        refuse_unready([each for fact in FROM_EVIDENCE for each in fact.problems(evidence.get(fact.name), act.day)])
        if Package.objects.filter(offering=case.offering_id).exists():
            raise Blocked("Nothing was changed: the place of this package is on record already.")
        act.acted_for = context.as_one_of({Party.AL}).acting_for
        told = {RECORDED_FOR: package.grantor, **{fact.name: evidence[fact.name] for fact in FROM_EVIDENCE}}
        _located(act, package, **told)
        _hand_on(act, [case.offering_id])
    return package


def _located(act: Action, package: Package, **told: Any) -> Package:
    insert(package)
    facts = {name: getattr(package, name) for name in ("offering", "location", "address", "verified_on")}
    stated = {name: value for name, value in facts.items() if value}
    act.record("package.added", package, changes=new_values(**stated, **told))
    return package


def _hand_on(act: Action, offerings: list[int]) -> None:
    """Makes requests for access wait on who opens the package there."""
    waiting = Case.objects.filter(offering__in=offerings, stage=ReuseStage.ACCESS_REQUESTED)
    for case in waiting.select_for_update(of=("self",)).select_related("offering__package"):
        before = case.waits_on, case.waits_since
        case.settle(case.stage, act.at)
        if case.waits_on != before[0]:
            case.save(update_fields=["waits_on", "waits_since"])
            after = case.waits_on, case.waits_since
            pairs = zip(("waits_on", "waits_since"), before, after, strict=True)
            act.record("case.turn_moved", case, changes={name: [plain(was), plain(now)] for name, was, now in pairs})
