"""What the guidance says at the stage of a case, with the ticks on its tips; ticking one, and taking a tick back."""

from datetime import date

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from accounts.models import User
from authorizations.actions.cases.checklist import check_off
from authorizations.api.authentication import person
from authorizations.api.schemas import RECORD, RequestBody, acting, filled, reading
from authorizations.lifecycle.guidance import Firmness, GuidanceDuty, GuidanceSide, tip_of
from authorizations.models import Case
from authorizations.presenters.audit_log.history import acts
from authorizations.presenters.cases.guidance import Guided, TipHere, at_stage

router = Router(tags=["Cases"])


class SidesPart(Schema):
    """What one side does about a duty."""

    side: GuidanceSide
    does: str


class DutyHere(Schema):
    """One thing to do at this stage, with the part that each side has in it."""

    id: str
    what: str
    who: list[SidesPart]
    source: str
    outdated: str = Field(description="What of it is no longer so; blank for nothing.")

    @classmethod
    def of(cls, duty: GuidanceDuty) -> "DutyHere":
        return filled(cls, duty, who=[SidesPart(side=side, does=words) for side, words in duty.who.items()])


class TipRow(Schema):
    """One recommendation to a side, and whether it is ticked."""

    id: str
    side: GuidanceSide
    kinds: list[Firmness] = Field(description="How firmly its source requires it.")
    text: str
    why: str
    how: str
    source: str
    outdated: str
    checked_off: bool
    checked_off_by: str
    checked_off_on: date | None
    is_yours: bool = Field(description="Whether you may tick it, or take the tick back.")

    @classmethod
    def of(cls, row: TipHere) -> "TipRow":
        done = row.checked_off
        return filled(
            cls,
            row.tip,
            kinds=list(row.tip.kinds),
            checked_off=done is not None,
            checked_off_by=done.who if done else "",
            checked_off_on=done.on if done else None,
            is_yours=row.is_yours,
        )


class GuidanceHere(Schema):
    """The guidance at the stage of a case; the tips are for your side, or for both sides if you are of neither."""

    stage: str
    duties: list[DutyHere]
    tips: list[TipRow]


class TipCheckIn(RequestBody):
    """Ticking a tip, or taking the tick back."""

    done: bool = Field(description="true ticks it, false takes the tick back.")


@reading(
    router, RECORD + "/guidance", GuidanceHere, "api_guidance", "read_guidance", "Read the guidance at a case's stage"
)
def read_guidance(request: HttpRequest, public_id: str) -> GuidanceHere:
    """Who does what at the stage of a case, and the tips for your side with their ticks."""
    return _guidance(person(request), public_id)


@acting(router, RECORD + "/guidance/{tip}", GuidanceHere, "api_tick", "check_tip", "Tick a tip")
def check_tip(request: HttpRequest, public_id: str, tip: str, body: TipCheckIn) -> GuidanceHere:
    """Ticks a tip of your side, or takes a tick back; nothing else of the case changes."""
    user = person(request)
    get_object_or_404(Case.objects.visible_to(user), public_id=public_id)
    if tip_of(tip) is None:
        raise Case.DoesNotExist
    check_off(public_id, actor=user, now=timezone.now(), tip=tip, done=body.done)
    return _guidance(user, public_id)


def _guidance(user: User, public_id: str) -> GuidanceHere:
    case = Case.objects.acting_for(user).get(public_id=public_id)
    found: Guided | None = at_stage(user, case, acts(case, user))
    return GuidanceHere(
        stage=case.stage,
        duties=[DutyHere.of(duty) for duty in found.here.duties] if found else [],
        tips=[TipRow.of(row) for row in found.tips] if found else [],
    )
