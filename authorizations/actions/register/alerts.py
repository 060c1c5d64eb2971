"""Alerts: what befalls an offering leaves each agency's ATO as it is, and the agency is told (machine tables, rule 4).

An alert is an entry about each live ATO, because not everyone with an ATO may read the case or the import behind it.
"""

from collections.abc import Mapping

from django.db.models import Q

from authorizations.actions.door import Action
from authorizations.lifecycle.stages import LISTED
from authorizations.models import Ato, Case
from authorizations.notifications.catalog.alerts import ATO_ALERTED, NOT_PUBLISHED
from authorizations.vocabulary import CERTIFIED_DESIGNATIONS, LIVE_ATO_STAGES, CaseKind


def alert_of_case(act: Action, case: Case, ground: str, left_stage: str) -> None:
    """Alerts of a step that ends a case or gives it back.

    Of a case that is listed, everyone with an ATO of the offering learns; of any other, its own ATO's people alone.
    """
    concerned = Q(pk=case.ato_id)
    if case.kind == CaseKind.INITIAL and left_stage in LISTED:
        concerned |= Q(offering=case.offering_id)
    _alert(act, concerned, dict.fromkeys([case.offering_id], ground))


def alert_of_offerings(act: Action, lost: Mapping[int, str]) -> None:
    """Alerts of certifications that were lost: the ground by the offering's key."""
    if lost:
        _alert(act, Q(offering__in=lost), lost)


def ground_of_loss(changes: Mapping[str, list[object]], before: str) -> str:
    """Why an offering is certified no longer, of what changed on it; blank where it still is, or never was.

    Args:
        before: the designation that it had.
    """
    if before not in CERTIFIED_DESIGNATIONS:
        return ""
    after = str(changes.get("designation", [before, before])[1])
    if after not in CERTIFIED_DESIGNATIONS:
        return after
    return NOT_PUBLISHED if changes.get("not_published_since", [None, None])[1] else ""


def _alert(act: Action, concerned: Q, grounds: Mapping[int, str]) -> None:
    for ato in Ato.objects.filter(concerned, stage__in=LIVE_ATO_STAGES).order_by("pk"):
        act.record(ATO_ALERTED, ato, changes={"alert": [None, grounds[ato.offering_id]]})
