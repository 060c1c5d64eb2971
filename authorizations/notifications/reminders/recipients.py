"""Who is told of deadlines: those who act for the side that owes one, leads, the PMO; and whether they may know of it.

Everything about people is read once for a sweep: who holds which role, also by delegation, and what each may see.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cached_property, partial
from typing import Any

from accounts.models import Delegation, Membership, Organization, User
from accounts.roles import LEADS, OrganizationKind, Role
from authorizations.deadlines.deadline import Deadline, DeadlineSide
from authorizations.deadlines.offerings import AGENCIES
from authorizations.deadlines.queries import seen_by
from authorizations.lifecycle.turns import ON_WHOM
from authorizations.models import Ato, Case, Contact, Offering, PackageAccess
from authorizations.models.querysets import event_subject_type
from authorizations.vocabulary import LIVE_ATO_STAGES, Turn

# Those who act for a side, beside its leads.
WORK: dict[str, Role] = {
    OrganizationKind.AGENCY: Role.AGENCY_REVIEWER,
    OrganizationKind.PROVIDER: Role.CSP_CONTRIBUTOR,
    OrganizationKind.ASSESSOR: Role.ASSESSOR_MEMBER,
    OrganizationKind.PMO: Role.PMO_REVIEWER,
}
# The records on whose pages deadlines stand, as their readers see them with all that deadlines say of them.
SEEN: dict[str, Any] = {
    event_subject_type(Case): lambda user: Case.objects.visible_to(user),
    event_subject_type(Ato): lambda user: Ato.objects.visible_to(user).register_visible_to(user),
    # An offering is a Marketplace fact; what is owed about it is told to those who take part in it.
    event_subject_type(Offering): lambda user: seen_by(user).offerings,
    event_subject_type(PackageAccess): lambda user: PackageAccess.objects.visible_to(user),
    event_subject_type(Contact): lambda user: Contact.objects.visible_to(user),
}


class RoleHolders:
    """Everyone who holds a role on a day, by organization; and what of the portal each of them may see."""

    def __init__(self, today: date) -> None:
        self.today = today
        self._held: dict[int, list[Membership]] = defaultdict(list)
        self._members: dict[tuple[int, str], list[int]] = defaultdict(list)
        self._of_the_pmo: dict[str, list[int]] = defaultdict(list)
        # Who acts as an official of an organization, by the official whose role it is.
        self._officials: dict[tuple[int, int], list[int]] = defaultdict(list)
        self._parents = dict(Organization.objects.filter(parent__isnull=False).values_list("pk", "parent"))
        self._users_by_purpose: dict[tuple[DeadlineSide, str], tuple[int, ...]] = {}
        self._seen: dict[tuple[frozenset[tuple[int, str]], str], frozenset[int]] = {}
        self._memberships: dict[int, frozenset[tuple[int, str]]] = {}
        self._users: dict[int, User] = {}
        self._read()

    def _read(self) -> None:
        current = Membership.objects.current(self.today).filter(user__is_active=True)
        for held in current.select_related("user", "organization").order_by("pk"):
            self._count(held.user, held)
        delegated = Delegation.objects.running(self.today).filter(deputy__is_active=True)
        for each in delegated.select_related("deputy", "membership__organization").order_by("pk"):
            self._count(each.deputy, each.membership)

    def _count(self, user: User, held: Membership) -> None:
        self._users[user.pk] = user
        self._held[user.pk].append(held)
        self._members[held.organization_id, held.role].append(user.pk)
        if held.role == Role.AUTHORIZING_OFFICIAL:
            self._officials[held.organization_id, held.user_id].append(user.pk)
        if held.organization.kind == OrganizationKind.PMO:
            self._of_the_pmo[held.role].append(user.pk)

    @property
    def everybody(self) -> Iterable[int]:
        return self._held.keys()

    def joined(self, user: int) -> date:
        """The day since which a person has been anything here that still counts."""
        return min(held.started_on for held in self._held[user])

    # --- whom ---

    def who_act(self, side: DeadlineSide) -> tuple[int, ...]:
        """Those who act for a side and its leads; for an agency without a liaison, those of the agency above it.

        The authorizing official is one of them where it is they who act, and while they hold that role.
        """
        return self._cached(side, "act", lambda: [*self._nearest(side), *self._working(side), *self._official(side)])

    def who_wait(self, due: Deadline) -> tuple[int, ...]:
        """The leads of those who wait for something; nobody of the PMO, which has its chain.

        What is owed to the agencies that use an offering, those of each agency with a live ATO wait for.
        """
        side = due.owed_to
        if side == AGENCIES and due.subject_type == event_subject_type(Offering):
            using = [DeadlineSide(side.side, agency) for agency in self._using.get(due.subject_id, ())]
            found = (user for each in using for user in self._cached(each, "wait", partial(self._nearest, each)))
            return tuple(dict.fromkeys(found))
        return self._cached(side, "wait", lambda: () if side.side == OrganizationKind.PMO else self._nearest(side))

    @cached_property
    def _using(self) -> dict[int, list[int]]:
        """The agencies with a live ATO, by offering."""
        found: dict[int, list[int]] = defaultdict(list)
        live = Ato.objects.filter(stage__in=LIVE_ATO_STAGES, agency__is_pseudo=False).order_by("offering", "agency")
        for offering, agency in live.values_list("offering", "agency").distinct():
            found[offering].append(agency)
        return found

    def name_of(self, side: DeadlineSide) -> str:
        """The organization of a side that nobody acts for, or the side where it is no organization."""
        return self._names.get(side.organization or 0) or ON_WHOM[Turn(side.side)]

    @cached_property
    def _names(self) -> dict[int, str]:
        return dict(Organization.objects.order_by().values_list("pk", "name"))

    def leads(self, side: DeadlineSide) -> tuple[int, ...]:
        """The leads of a side; for an agency those of the agencies above it too."""
        return self._cached(side, "lead", lambda: [user for each in self._leads_up(side) for user in each])

    def _cached(self, side: DeadlineSide, purpose: str, find: Callable[[], Iterable[int]]) -> tuple[int, ...]:
        found = self._users_by_purpose.get((side, purpose))
        if found is None:
            found = self._users_by_purpose[side, purpose] = tuple(dict.fromkeys(find()))
        return found

    def _leads_up(self, side: DeadlineSide) -> Iterator[list[int]]:
        lead = LEADS[side.side]
        if side.side == OrganizationKind.PMO:
            yield self._of_the_pmo.get(lead, [])
        elif side.organization is not None:
            for key in self._line(side.organization):
                yield self._members.get((key, lead), [])

    def _nearest(self, side: DeadlineSide) -> list[int]:
        return next(filter(None, self._leads_up(side)), [])

    def _working(self, side: DeadlineSide) -> list[int]:
        role = WORK[side.side]
        if side.side == OrganizationKind.PMO:
            return self._of_the_pmo.get(role, [])
        return self._members.get((side.organization, role), []) if side.organization is not None else []

    def _official(self, side: DeadlineSide) -> Iterator[int]:
        if side.organization is not None and side.official is not None:
            for key in self._line(side.organization):
                yield from self._officials.get((key, side.official), ())

    def _line(self, organization: int) -> list[int]:
        line = [organization]
        while (above := self._parents.get(line[-1])) is not None:
            line.append(above)
        return line

    # --- whether they may know of it ---

    def user(self, key: int) -> User:
        """A person with the roles of the day, without a further query."""
        user = self._users[key]
        vars(user)["current_memberships"] = self._held[key]
        return user

    def see(self, key: int, subject_type: str) -> frozenset[int]:
        """The keys of the records of a record type that a person may see; the same for all with the same roles."""
        visible = self._memberships.get(key)
        if visible is None:
            visible = frozenset((held.organization_id, held.role) for held in self._held[key])
            self._memberships[key] = visible
        found = self._seen.get((visible, subject_type))
        if found is None:
            rows = SEEN[subject_type](self.user(key)).order_by()
            found = self._seen[visible, subject_type] = frozenset(rows.values_list("pk", flat=True))
        return found
