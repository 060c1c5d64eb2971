"""What an ATO counts as: live, or why it is counted apart. The one rule behind every count, tag, filter and figure.

Who may act on an ATO, and what falls due for it, follows from its stage and not from this: no passed day ends an ATO.
"""

from datetime import date
from typing import Any

from django.db.models import Case, CharField, Q, Value, When

from authorizations.vocabulary import LIVE_ATO_STAGES, AtoStage, AtoStanding, AtoType

ENDED_STAGES = tuple(stage for stage in AtoStage if stage not in LIVE_ATO_STAGES)
OF_AGENCIES = tuple(each for each in AtoType if each != AtoType.P_ATO)
# Agencies that a feed does not name hold ATOs too, of which an offering can hang; a P-ATO of the JAB bound nobody.
VOUCHING = (AtoStanding.LIVE, AtoStanding.UNNAMED)


def where(today: date, prefix: str = "") -> dict[str, Q]:
    """The condition of each standing, of which every row meets one; prefix leads to the ATO, such as ``atos__``.

    Nothing is negated, so that a condition means the same inside a count over a link to many.
    """

    def each(**conditions: Any) -> Q:
        return Q(**{f"{prefix}{name}": value for name, value in conditions.items()})

    running = each(stage__in=LIVE_ATO_STAGES)
    of_an_agency = running & each(ato_type__in=OF_AGENCIES)
    there = of_an_agency & each(not_published_since__isnull=True)
    unexpired = there & (each(expires_on__isnull=True) | each(expires_on__gte=today))
    return {
        AtoStanding.LIVE: unexpired & each(agency__is_pseudo=False),
        AtoStanding.PASSED: there & each(expires_on__lt=today),
        AtoStanding.LEFT: of_an_agency & each(not_published_since__isnull=False),
        AtoStanding.UNNAMED: unexpired & each(agency__is_pseudo=True),
        AtoStanding.JAB: running & each(ato_type=AtoType.P_ATO),
        AtoStanding.ENDED: each(stage__in=ENDED_STAGES),
    }


def live(today: date, prefix: str = "") -> Q:
    return where(today, prefix)[AtoStanding.LIVE]


def vouching(today: date, prefix: str = "") -> Q:
    """Rows by which some agency vouches for the offering: live ones, and those of agencies that no feed names."""
    conditions = where(today, prefix)
    return conditions[AtoStanding.LIVE] | conditions[AtoStanding.UNNAMED]


def standing(today: date) -> Case:
    """The standing of each row, as an annotation: the first of these that it meets."""
    return Case(
        When(stage__in=ENDED_STAGES, then=Value(AtoStanding.ENDED.value)),
        When(ato_type=AtoType.P_ATO, then=Value(AtoStanding.JAB.value)),
        When(not_published_since__isnull=False, then=Value(AtoStanding.LEFT.value)),
        When(expires_on__lt=today, then=Value(AtoStanding.PASSED.value)),
        When(agency__is_pseudo=True, then=Value(AtoStanding.UNNAMED.value)),
        default=Value(AtoStanding.LIVE.value),
        output_field=CharField(),
    )


def ato_standing(ato: Any, today: date) -> AtoStanding:
    """The same of one ATO that was read with its agency."""
    if ato.stage not in LIVE_ATO_STAGES:
        return AtoStanding.ENDED
    if ato.ato_type == AtoType.P_ATO:
        return AtoStanding.JAB
    if ato.not_published_since is not None:
        return AtoStanding.LEFT
    if ato.expires_on is not None and ato.expires_on < today:
        return AtoStanding.PASSED
    return AtoStanding.UNNAMED if ato.agency.is_pseudo else AtoStanding.LIVE
