"""The open deadlines that a report is asked about: overdue, ahead, without a day, and those held against nobody."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from accounts.models import Organization
from accounts.roles import OrganizationKind
from authorizations.deadlines import Deadline, DeadlineSide, DeadlineState, in_order, seen_by
from authorizations.display import counted
from authorizations.models.querysets import reads_everything
from authorizations.notifications.reminders.record_links import DeadlineLink, deadline_links
from authorizations.presenters.deadlines import DeadlineRow, line_of
from authorizations.reports.shared_tables import upper
from authorizations.tables.columns import Link
from authorizations.tables.contents import ReportSpec

# So far ahead, where no day is given.
AHEAD = timedelta(days=90)
# A date of the rules stands once, however many offerings it is about.
OF_THE_RULES = frozenset({"ruleset_maintain", "ruleset_grace", "rules_end", "L35_removed"})
SIDES = {
    OrganizationKind.AGENCY: "Agencies",
    OrganizationKind.PROVIDER: "Providers",
    OrganizationKind.ASSESSOR: "Assessors",
    OrganizationKind.PMO: "The FedRAMP PMO",
}


@dataclass
class DutySelection:
    """The open deadlines that are asked for: overdue, ahead, without a day, and those that are held against nobody.

    every: those that are met too.
    alike: the dates of which one stands for several in the lists that are ahead or held against nobody.
    """

    spec: ReportSpec
    every: bool = False
    alike: dict[Deadline, list[Deadline]] = field(default_factory=dict)

    @property
    def until(self) -> date:
        return self.spec.chosen.get("until") or self.spec.today + AHEAD

    @cached_property
    def deadlines(self) -> list[Deadline]:
        scope = seen_by(self.spec.user)
        if self.spec.chosen.get("side") == OrganizationKind.PMO and reads_everything(self.spec.user):
            # Little of all that there is, and asked for cheaply.
            scope = scope.owed_by_the_pmo()
        found = (due for due in scope.deadlines(self.spec.today) if self.every or due.is_open)
        return in_order(due for due in found if self._is_asked_for(due))

    @cached_property
    def overdue(self) -> list[Deadline]:
        return [due for due in self.deadlines if due.is_overdue(self.spec.today)]

    @cached_property
    def ahead(self) -> list[Deadline]:
        return self._once(due for due in self._open if due.on is not None and due.records_since is not None)

    @cached_property
    def undated(self) -> list[Deadline]:
        """Those for which no source gives a day."""
        return [due for due in self._open if due.on is None and due.records_since is not None]

    @cached_property
    def not_held(self) -> list[Deadline]:
        """Those of organizations that take no part, and those that fell due when nobody kept records of them."""
        today = self.spec.today
        return self._once(due for due in self.deadlines if due.records_since is None or not due.is_pending(today))

    def _once(self, found: Iterable[Deadline]) -> list[Deadline]:
        """The same with each date of the rules once."""
        groups: dict[object, list[Deadline]] = {}
        for due in found:
            groups.setdefault((due.kind, due.detail, due.on) if due.kind in OF_THE_RULES else due, []).append(due)
        kept = []
        for first, *others in groups.values():
            sides = {each.owed_by for each in (first, *others)}
            one = first if len(sides) == 1 else first._replace(owed_by=DeadlineSide(first.owed_by.side))
            if others:
                self.alike[one] = [first, *others]
            kept.append(one)
        return kept

    @cached_property
    def _open(self) -> list[Deadline]:
        return [due for due in self.deadlines if due.state(self.spec.today) is DeadlineState.OPEN]

    @cached_property
    def _organizations(self) -> list[tuple[int, str, str]]:
        keys = {side.organization for due in self.deadlines for side in (due.owed_by, due.owed_to)} - {None}
        rows = Organization.objects.visible_to(self.spec.user).filter(pk__in=keys)
        return list(rows.values_list("pk", "name", "public_id"))

    @cached_property
    def names(self) -> dict[int, str]:
        return {key: name for key, name, _ in self._organizations}

    @cached_property
    def ids(self) -> dict[int | None, str]:
        return {key: public_id for key, _, public_id in self._organizations}

    @cached_property
    def places(self) -> dict[tuple[str, int], DeadlineLink]:
        return deadline_links((due.subject_type, due.subject_id) for due in self.deadlines)

    @cached_property
    def _within(self) -> set[int] | None:
        chosen = self.spec.chosen.get("organization")
        return set(Organization.objects.all().below([chosen.pk]).values_list("pk", flat=True)) if chosen else None

    def _is_asked_for(self, due: Deadline) -> bool:
        since = self.spec.chosen.get("since")
        if (due.on is None and since) or (due.on is not None and not (since or date.min) <= due.on <= self.until):
            return False
        side = self.spec.chosen.get("side")
        return side in (None, _side_of(due)) and (self._within is None or due.owed_by.organization in self._within)

    def line(self, due: Deadline) -> DeadlineRow:
        return line_of(self.spec.user, due, self.spec.today, self.names)

    def whose(self, due: Deadline) -> str:
        return upper(self.line(due).who) if due.owed_by.organization or due not in self.alike else "Each provider"

    def about(self, due: Deadline) -> Link:
        """The record of a date, or of how many offerings it is."""
        if due in self.alike:
            return Link(counted(len(self.alike[due]), "offering"))
        place = self.places[due.subject_type, due.subject_id]
        return Link(place.title, place.link)

    @cached_property
    def is_wide(self) -> bool:
        """Whether it is about everyone: then paper has the sums, and the rows are in the files."""
        return reads_everything(self.spec.user) and "organization" not in self.spec.chosen


def _side_of(due: Deadline) -> str:
    """The side that owes a deadline; an official is of the agency."""
    return due.owed_by.side if due.owed_by.side in SIDES else OrganizationKind.AGENCY
