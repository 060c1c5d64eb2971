"""The deadlines of one record, of everything that a person may see, and of the whole portal."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import singledispatch
from typing import Any

from accounts.models import Organization, User
from accounts.roles import OrganizationKind
from authorizations.deadlines import kinds, rows
from authorizations.deadlines.due import Due
from authorizations.deadlines.kinds import reckon
from authorizations.lifecycle.stages import CLOCK_STOPPED
from authorizations.models import Ato, Case, Condition, Contact, Offering, PackageAccess, WbsTask
from authorizations.models.querysets import mine, reads_everything
from authorizations.vocabulary import LIVE_ATO_STAGES

# Where the PMO itself owes something about a case.
OWED_BY_THE_PMO = ("pmo_review", *CLOCK_STOPPED, *rows.ENDED_LISTED)


# --- one record ---


@singledispatch
def dues_of(noun: Any, today: date) -> list[Due]:
    """The deadlines of one record, met or not, the next one first; those without a day stand at the end.

    Of a case with the tasks of its plan, of an ATO with its conditions, of an organization those of its contacts.

    Raises:
        TypeError: nothing of this kind has deadlines.
    """
    raise TypeError(f"{type(noun).__name__} has no deadlines")


@dues_of.register
def _of_case(noun: Case, today: date) -> list[Due]:
    tasks = rows.task_rows(WbsTask.objects.filter(wbs__case=noun.pk))
    return in_order([*reckon(rows.row_of_case(noun), kinds.OF_CASES, today), *_all(tasks, kinds.OF_TASKS, today)])


@dues_of.register
def _of_ato(noun: Ato, today: date) -> list[Due]:
    conditions = rows.condition_rows(Condition.objects.filter(ato=noun.pk))
    own = reckon(rows.row_of_ato(noun), kinds.OF_ATOS, today)
    return in_order([*own, *_all(conditions, kinds.OF_CONDITIONS, today)])


@dues_of.register
def _of_offering(noun: Offering, today: date) -> list[Due]:
    found = rows.offering_rows(Offering.objects.filter(pk=noun.pk))
    return in_order(_all(found, kinds.OF_OFFERINGS, today))


@dues_of.register
def _of_access(noun: PackageAccess, today: date) -> list[Due]:
    found = rows.access_rows(PackageAccess.objects.filter(pk=noun.pk), today)
    return in_order(_all(found, kinds.OF_ACCESSES, today))


@dues_of.register
def _of_organization(noun: Organization, today: date) -> list[Due]:
    return in_order(_all(rows.contact_rows(Contact.objects.filter(organization=noun)), kinds.OF_CONTACTS, today))


# --- what a person may see ---


def dues_for(
    user: User,
    today: date,
    since: date | None = None,
    until: date | None = None,
    *,
    own: bool = False,
    offering: int | None = None,
) -> list[Due]:
    """The deadlines of everything that a person takes part in and may see, by their day.

    Args:
        since: none that is due before it. until: none that is due after it. With neither, those without a day too.
        own: only those that the person's own organizations owe; of the PMO that is little, and asked for cheaply.
        offering: only those of one offering, by its key, and of what agencies do with it.
    """
    found = _seen_by(user, today, owed_by_the_pmo=own and reads_everything(user), offering=offering)
    if since is not None or until is not None:
        first, last = since or date.min, until or date.max
        found = (due for due in found if due.on is not None and first <= due.on <= last)
    if own:
        found = (due for due in found if owes(user, due))
    return in_order(found)


def owes(user: User, due: Due) -> bool:
    """Whether one of a person's own organizations owes a deadline."""
    if due.owes.side == OrganizationKind.PMO:
        return OrganizationKind.PMO in user.sides
    return any(due.owes.organization == held.organization_id for held in user.current_memberships)


def _seen_by(user: User, today: date, *, owed_by_the_pmo: bool, offering: int | None) -> Iterator[Due]:
    if not user.is_authenticated:
        return

    def of(path: str) -> dict[str, int]:
        return {} if offering is None else {path: offering}

    cases = Case.objects.visible_to(user).filter(**of("offering"))
    tasks = WbsTask.objects.visible_to(user).filter(**of("wbs__case__offering"))
    if owed_by_the_pmo:
        cases, tasks = cases.filter(stage__in=OWED_BY_THE_PMO), tasks.filter(is_pmo=True)
    yield from _all(rows.case_rows(cases), kinds.OF_CASES, today)
    yield from _all(rows.task_rows(tasks), kinds.OF_TASKS, today)
    contacts = Contact.objects.visible_to(user) if offering is None else Contact.objects.none()
    if owed_by_the_pmo:
        contacts = contacts.filter(organization__kind=OrganizationKind.PMO)
    yield from _all(rows.contact_rows(contacts), kinds.OF_CONTACTS, today)
    if owed_by_the_pmo:
        return
    atos = Ato.objects.visible_to(user).register_visible_to(user).filter(**of("offering"))
    yield from _all(rows.ato_rows(atos), kinds.OF_ATOS, today)
    conditions = Condition.objects.filter(ato__in=atos)
    yield from _all(rows.condition_rows(conditions), kinds.OF_CONDITIONS, today)
    yield from _all(rows.offering_rows(offerings_of(user).filter(**of("pk"))), kinds.OF_OFFERINGS, today)
    accesses = PackageAccess.objects.visible_to(user).filter(**of("package__offering"))
    yield from _all(rows.access_rows(accesses, today), kinds.OF_ACCESSES, today)


def offerings_of(user: User) -> Any:
    """The offerings a person takes part in: the own provider's, and those for which the own agency has a live ATO."""
    offerings = Offering.objects.visible_to(user)
    if reads_everything(user):
        return offerings
    used = Ato.objects.visible_to(user).filter(agency__in=mine(user), stage__in=LIVE_ATO_STAGES).values("offering")
    return offerings.filter(provider__in=mine(user)) | offerings.filter(pk__in=used)


# --- the whole portal ---


def sweep(today: date, until: date) -> Iterator[Due]:
    """Every open deadline of the portal that has passed or is due until a day, record by record, batch by batch."""
    every: Iterable[Iterator[Due]] = (
        _all(rows.case_rows(Case.objects.all()), kinds.OF_CASES, today),
        _all(rows.task_rows(WbsTask.objects.all()), kinds.OF_TASKS, today),
        _all(rows.ato_rows(Ato.objects.all()), kinds.OF_ATOS, today),
        _all(rows.condition_rows(Condition.objects.all()), kinds.OF_CONDITIONS, today),
        _all(rows.offering_rows(Offering.objects.all()), kinds.OF_OFFERINGS, today),
        _all(rows.access_rows(PackageAccess.objects.all(), today), kinds.OF_ACCESSES, today),
        _all(rows.contact_rows(Contact.objects.all()), kinds.OF_CONTACTS, today),
    )
    for some in every:
        for due in some:
            if due.satisfied_on is None and due.on is not None and due.on <= until:
                yield due


def _all(found: Iterable[Any], functions: tuple[kinds.Yielding, ...], today: date) -> Iterator[Due]:
    for row in found:
        yield from reckon(row, functions, today)


def in_order(dues: Iterable[Due]) -> list[Due]:
    """By their day; those without one at the end; the same day in the order of the kinds."""
    order = {kind: place for place, kind in enumerate(kinds.KINDS)}
    return sorted(
        dues, key=lambda due: (due.on is None, due.on or date.max, order[due.kind], due.subject_id, due.detail)
    )
