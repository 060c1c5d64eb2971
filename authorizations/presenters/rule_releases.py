"""What a release of the rules would change: beside another one, at once for every case, and for open cases if moved."""

from dataclasses import dataclass
from datetime import date

from accounts.models import User
from authorizations.actions.rules.case_release import Effect, effects_of_move
from authorizations.models import Case
from authorizations.models.cases.case import OPEN
from authorizations.models.machines import MACHINES
from authorizations.models.querysets import BESIDE_A_CASE
from authorizations.rules import RELEASE_REGISTRY, Release, newest
from authorizations.rules.comparison import FOR_EVERY_CASE, Difference, differences

# So many cases are looked at one by one; the page says how many there are.
MOST_CASES = 100


@dataclass(frozen=True, slots=True)
class CaseEffects:
    case: Case
    effects: list[Effect]


@dataclass(frozen=True, slots=True)
class ReleasePreview:
    against: Release
    sections: list[tuple[str, list[Difference]]]
    # For every case, whichever release it follows; from which day, where that lies ahead.
    at_once: list[Difference]
    begins: date | None
    cases: list[CaseEffects]
    compared_cases: int
    open_cases: int


def row_labels() -> dict[str, str]:
    return {step.row: step.label for record_type in MACHINES.values() for step in record_type.machine().steps}


def prospect(candidate: Release, against: Release, *, user: User | None, today: date) -> ReleasePreview:
    """What importing a release would change.

    Args:
        user: whose cases are looked at; None looks at none.
    """
    now = newest(today)
    would_be = candidate.active_from <= today and candidate.active_from >= now.active_from
    later = candidate.active_from if candidate.active_from > today else None
    every = dict(differences(RELEASE_REGISTRY.as_stated(now.id), candidate, row_labels())) if would_be or later else {}
    cases, number = (_open_cases(user, today), Case.objects.visible_to(user).filter(OPEN).count()) if user else ([], 0)
    found = [CaseEffects(case, effects_of_move(case, candidate, user, today)) for case in cases] if user else []
    return ReleasePreview(
        against,
        differences(against, candidate, row_labels()),
        [each for section, some in every.items() if section in FOR_EVERY_CASE for each in some],
        later,
        [each for each in found if each.effects],
        len(cases),
        number,
    )


def _open_cases(user: User, today: date) -> list[Case]:
    rows = Case.objects.visible_to(user).filter(OPEN).with_ao_status().select_related(*BESIDE_A_CASE)
    return list(rows.order_by("pk")[:MOST_CASES])
