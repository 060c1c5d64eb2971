"""The deadlines of one record, of everything that a person may see, and of the whole portal."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import singledispatch
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Organization, User
from accounts.roles import OrganizationKind
from authorizations.deadlines import kinds, loading
from authorizations.deadlines.cases import ENDED_LISTED
from authorizations.deadlines.deadline import Deadline
from authorizations.deadlines.kinds import compute
from authorizations.deadlines.participation import Participation
from authorizations.lifecycle.stages import CLOCK_STOPPED
from authorizations.models import Ato, Case, Condition, Contact, Offering, PackageAccess, WbsTask
from authorizations.models.querysets import reads_everything, user_organization_ids
from authorizations.vocabulary import LIVE_ATO_STAGES, CaseKind

# Where the PMO itself owes something about a case.
OWED_BY_THE_PMO = ("pmo_review", *CLOCK_STOPPED, *ENDED_LISTED)
# Where organizations of each kind are in a record. A condition on several places at once is not found by an index.
IN_ATOS: dict[str, str] = {OrganizationKind.AGENCY: "agency", OrganizationKind.PROVIDER: "offering__provider"}
IN_CASES = {**IN_ATOS, OrganizationKind.ASSESSOR: "assessor"}
IN_ACCESSES: dict[str, str] = {**IN_ATOS, OrganizationKind.PROVIDER: "package__offering__provider"}


# --- one record ---


@singledispatch
def deadlines_of(record_type: Any, today: date, among: Participation | None = None) -> list[Deadline]:
    """The deadlines of one record, met or not, the next one first; those without a day are at the end.

    Of a case with the tasks of its plan, of an ATO with its conditions, of an organization those of all records in
    which it takes part.

    among: who takes part, where it was read for many records.

    Raises:
        TypeError: nothing of this kind has deadlines.
    """
    raise TypeError(f"{type(record_type).__name__} has no deadlines")


@deadlines_of.register
def _of_case(record_type: Case, today: date, among: Participation | None = None) -> list[Deadline]:
    who = among or Participation.of(
        (record_type.agency, record_type.offering.provider, record_type.assessor), today, record_type.members
    )
    with_plan = record_type.kind == CaseKind.INITIAL and record_type.is_open
    tasks = loading.task_rows(WbsTask.objects.filter(wbs__case=record_type.pk)) if with_plan else ()
    return in_order(
        [
            *compute(loading.row_of_case(record_type), kinds.OF_CASES, today, who),
            *_all(tasks, kinds.OF_TASKS, today, who),
        ]
    )


@deadlines_of.register
def _of_ato(record_type: Ato, today: date, among: Participation | None = None) -> list[Deadline]:
    conditions = list(loading.conditions_of(record_type))
    owners = [each.owner for each in record_type.conditions.all()] if conditions else []
    members = None if owners else record_type.members
    who = among or Participation.of((record_type.agency, record_type.offering.provider, *owners), today, members)
    own = compute(loading.row_of_ato(record_type), kinds.OF_ATOS, today, who)
    return in_order([*own, *_all(conditions, kinds.OF_CONDITIONS, today, who)])


@deadlines_of.register
def _of_offering(record_type: Offering, today: date, among: Participation | None = None) -> list[Deadline]:
    found = loading.offering_rows(Offering.objects.filter(pk=record_type.pk))
    who = among or Participation.of((record_type.provider,), today)
    return in_order(_all(found, kinds.OF_OFFERINGS, today, who))


@deadlines_of.register
def _of_access(record_type: PackageAccess, today: date, among: Participation | None = None) -> list[Deadline]:
    found = loading.access_rows(PackageAccess.objects.filter(pk=record_type.pk), today)
    who = among or Participation.of((record_type.agency, record_type.package.offering.provider), today)
    return in_order(_all(found, kinds.OF_ACCESSES, today, who))


@deadlines_of.register
def _of_organization(record_type: Organization, today: date, among: Participation | None = None) -> list[Deadline]:
    return in_order(everything().of(record_type).deadlines(today))


def deadlines_seen(user: User, record_type: Any, today: date) -> list[Deadline]:
    """The deadlines of a record that this person sees anyway.

    Of an offering, who takes no part in it is told what follows from public facts alone.
    """
    deadlines = deadlines_of(record_type, today)
    if isinstance(record_type, Offering) and not takes_part(user, record_type):
        return [due for due in deadlines if kinds.KINDS[due.kind].is_public and due.is_open]
    return deadlines


def takes_part(user: User, offering: Offering) -> bool:
    """Whether a person is of the provider, of an agency that uses the offering, of the PMO, or the auditor."""
    if reads_everything(user) or any(one.organization_id == offering.provider_id for one in user.current_memberships):
        return True
    if OrganizationKind.AGENCY not in user.sides:
        return False
    # An agency may see all of its own rows, so nothing more is asked.
    used = Ato.objects.filter(agency__in=user_organization_ids(user), offering=offering, stage__in=LIVE_ATO_STAGES)
    return bool(used.exists())


# --- many records ---


@dataclass(frozen=True, slots=True)
class DeadlineScope:
    cases: QuerySet[Any]
    tasks: QuerySet[Any]
    atos: QuerySet[Any]
    conditions: QuerySet[Any]
    offerings: QuerySet[Any]
    accesses: QuerySet[Any]
    contacts: QuerySet[Any]

    def of(self, organization: Organization) -> "DeadlineScope":
        """Those of them in which an organization takes part, asked for at the place of its kind alone."""
        own = organization.pk

        def theirs(rows: QuerySet[Any], places: dict[str, str], prefix: str = "") -> QuerySet[Any]:
            place = places.get(organization.kind)
            return rows.filter(**{f"{prefix}{place}": own}) if place else rows.none()

        of_atos = theirs(Ato.objects.all(), IN_ATOS).values("pk")
        return DeadlineScope(
            cases=theirs(self.cases, IN_CASES),
            tasks=theirs(self.tasks, IN_CASES, "wbs__case__"),
            atos=theirs(self.atos, IN_ATOS),
            conditions=self.conditions.filter(Q(owner=own) | Q(ato__in=of_atos)),
            offerings=theirs(self.offerings, {OrganizationKind.PROVIDER: "provider"}),
            accesses=theirs(self.accesses, IN_ACCESSES),
            contacts=self.contacts.filter(organization=own),
        )

    def of_offering(self, key: int) -> "DeadlineScope":
        """Those of them that are about one offering, and about what agencies do with it."""
        atos = self.atos.filter(offering=key)
        return DeadlineScope(
            cases=self.cases.filter(offering=key),
            tasks=self.tasks.filter(wbs__case__offering=key),
            atos=atos,
            conditions=self.conditions.filter(ato__in=atos.values("pk")),
            offerings=self.offerings.filter(pk=key),
            accesses=self.accesses.filter(package__offering=key),
            contacts=self.contacts.none(),
        )

    def owed_by_the_pmo(self) -> "DeadlineScope":
        """Those of them about which the PMO itself may owe something."""
        return DeadlineScope(
            cases=self.cases.filter(stage__in=OWED_BY_THE_PMO),
            tasks=self.tasks.filter(is_pmo=True),
            atos=self.atos.none(),
            conditions=self.conditions.filter(owner__kind=OrganizationKind.PMO),
            offerings=self.offerings.none(),
            accesses=self.accesses.none(),
            contacts=self.contacts.filter(organization__kind=OrganizationKind.PMO),
        )

    def deadlines(self, today: date) -> Iterator[Deadline]:
        """Their deadlines, met or not, record by record, batch by batch."""
        who = Participation.read(today)
        yield from _all(loading.case_rows(self.cases), kinds.OF_CASES, today, who)
        yield from _all(loading.task_rows(self.tasks), kinds.OF_TASKS, today, who)
        yield from _all(loading.ato_rows(self.atos), kinds.OF_ATOS, today, who)
        yield from _all(loading.condition_rows(self.conditions), kinds.OF_CONDITIONS, today, who)
        yield from _all(loading.offering_rows(self.offerings), kinds.OF_OFFERINGS, today, who)
        yield from _all(loading.access_rows(self.accesses, today), kinds.OF_ACCESSES, today, who)
        yield from _all(loading.contact_rows(self.contacts), kinds.OF_CONTACTS, today, who)


def everything() -> DeadlineScope:
    models: tuple[Any, ...] = (Case, WbsTask, Ato, Condition, Offering, PackageAccess, Contact)
    return DeadlineScope(*(record_type.objects.all() for record_type in models))


def seen_by(user: User) -> DeadlineScope:
    """The records in which a person takes part and which they may see."""
    atos = Ato.objects.visible_to(user).register_visible_to(user)
    return DeadlineScope(
        cases=Case.objects.visible_to(user),
        tasks=WbsTask.objects.visible_to(user),
        atos=atos,
        conditions=Condition.objects.all()
        if reads_everything(user)
        else Condition.objects.filter(ato__in=atos.values("pk")),
        offerings=_offerings_of(user),
        accesses=PackageAccess.objects.visible_to(user),
        contacts=Contact.objects.visible_to(user),
    )


def _offerings_of(user: User) -> QuerySet[Any]:
    """The offerings a person takes part in: the own provider's, and those for which the own agency has a live ATO."""
    offerings = Offering.objects.visible_to(user)
    if reads_everything(user):
        return offerings
    used = (
        Ato.objects.visible_to(user)
        .filter(agency__in=user_organization_ids(user), stage__in=LIVE_ATO_STAGES)
        .values("offering")
    )
    return offerings.filter(Q(provider__in=user_organization_ids(user)) | Q(pk__in=used))


def deadlines_for(
    user: User,
    today: date,
    since: date | None = None,
    until: date | None = None,
    *,
    own: bool = False,
    offering: int | None = None,
) -> list[Deadline]:
    """The deadlines of everything that a person takes part in and may see, by their day.

    Args:
        since: none that is due before it. until: none that is due after it. With neither, those without a day too.
        own: only those that the person's own organizations owe; of the PMO that is little, and asked for cheaply.
        offering: only those of one offering, by its key, and of what agencies do with it.
    """
    if not user.is_authenticated:
        return []
    scope = seen_by(user) if offering is None else seen_by(user).of_offering(offering)
    found = (scope.owed_by_the_pmo() if own and reads_everything(user) else scope).deadlines(today)
    if since is not None or until is not None:
        first, last = since or date.min, until or date.max
        found = (due for due in found if due.on is not None and first <= due.on <= last)
    return in_order(due for due in found if not own or is_owed_by(user, due))


def is_owed_by(user: User, due: Deadline) -> bool:
    if due.owed_by.side == OrganizationKind.PMO:
        return OrganizationKind.PMO in user.sides
    return any(due.owed_by.organization == held.organization_id for held in user.current_memberships)


def sweep(today: date, until: date) -> Iterator[Deadline]:
    """Every open deadline of the portal that has passed or is due until a day, record by record, batch by batch."""
    for due in everything().deadlines(today):
        if due.satisfied_on is None and due.on is not None and due.on <= until:
            yield due


def _all(
    found: Iterable[Any], functions: tuple[kinds.Yielding, ...], today: date, participation: Participation
) -> Iterator[Deadline]:
    for row in found:
        yield from compute(row, functions, today, participation)


def in_order(deadlines: Iterable[Deadline]) -> list[Deadline]:
    """By their day; those without one at the end; the same day in the order of the kinds."""
    order = {kind: place for place, kind in enumerate(kinds.KINDS)}
    return sorted(
        deadlines, key=lambda due: (due.on is None, due.on or date.max, order[due.kind], due.subject_id, due.detail)
    )
