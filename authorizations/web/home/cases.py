"""What cases ask of a person: what waits on them, and their portfolio in one line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from accounts.models import User
from accounts.roles import OrganizationKind, Role
from authorizations.models import Case
from authorizations.policy import may
from authorizations.presenters.cached_counts import CacheStamp, always, cached_counts
from authorizations.presenters.cases.your_turn import YOURS, yours
from authorizations.vocabulary import Turn
from authorizations.web.cases.listing import OPENING, Q_OPEN
from authorizations.web.home.case_rows import Inbox, cases_address, inbox
from authorizations.web.lists.listing import ListAction

TURN_OF_SIDE = {
    OrganizationKind.AGENCY: Turn.AGENCY,
    OrganizationKind.PROVIDER: Turn.PROVIDER,
    OrganizationKind.ASSESSOR: Turn.ASSESSOR,
    OrganizationKind.PMO: Turn.PMO,
}
PARTIES = {
    Turn.AGENCY: "agency",
    Turn.OFFICIAL: "agency AO",
    Turn.PROVIDER: "provider",
    Turn.ASSESSOR: "assessor",
    Turn.PMO: "PMO",
    Turn.NOBODY: "nobody",
}
# Both are the side of an agency: neither alone is “your side”.
OF_AN_AGENCY = {Turn.AGENCY: "your agency", Turn.OFFICIAL: "your agency's AO"}
ACTING = frozenset(YOURS)


@dataclass(frozen=True, slots=True)
class PartyShare:
    """How many of a person's open cases wait on one party, for how many days (the median), and where they are."""

    label: str
    party: str
    number: int
    days: int
    url: str


@dataclass(frozen=True, slots=True)
class CaseWork:
    acts: bool
    signs_only: bool
    waiting: Inbox
    number: int
    url: str
    shares: list[PartyShare]
    begins: list[ListAction]


def work(user: User, today: date, asked: CacheStamp, due: Mapping[int, date]) -> CaseWork:
    """The cases of a person; three queries, whatever their number. ``due``: the day of what is owed first, by case."""
    shares = list(_shares(user, today, asked))
    acts = not ACTING.isdisjoint(map(Role, user.roles))
    return CaseWork(
        acts,
        acts and ACTING & set(map(Role, user.roles)) == {Role.AUTHORIZING_OFFICIAL},
        _waiting(user, today, asked, due),
        sum(share.number for share in shares),
        cases_address({"state": "open"}),
        shares,
        [action for action in OPENING if may(user.roles, action.capability)],
    )


def _turns(user: User) -> set[str]:
    turns = {str(TURN_OF_SIDE[OrganizationKind(side)]) for side in user.sides}
    return turns | ({str(Turn.OFFICIAL)} if Role.AUTHORIZING_OFFICIAL in user.roles else set())


# --- what waits ---


def _waiting(user: User, today: date, asked: CacheStamp, due: Mapping[int, date]) -> Inbox:
    rows = Case.objects.visible_to(user).filter(yours(user))
    return inbox(rows, user, today, {"state": "open", "turn": sorted(_turns(user))}, asked, due)


# --- the portfolio in one line ---


def _shares(user: User, today: date, asked: CacheStamp) -> Iterator[PartyShare]:
    middle = cached_counts(asked, user, "shares", lambda: _medians(user), rows=always)
    found = {turn: (number, moment) for turn, number, moment in middle}
    own = {TURN_OF_SIDE[OrganizationKind(side)] for side in user.sides if Role.AUDITOR not in user.roles}
    for turn, party in PARTIES.items():
        if turn in found:
            number, moment = found[turn]
            words = OF_AN_AGENCY.get(turn, party) if own == {Turn.AGENCY} else "your side" if {turn} == own else party
            days = (today - timezone.localdate(moment)).days
            yield PartyShare(turn.label, words, number, days, cases_address({"state": "open", "turn": turn.value}))


def _medians(user: User) -> list[tuple[str, int, datetime]]:
    """Whom open cases wait on, how many, and since when the middle one of them does; the database finds it."""
    numbered = (
        Case.objects.visible_to(user)
        .filter(Q_OPEN)
        .order_by()
        .annotate(
            # Nothing but what one index holds.
            place=Window(RowNumber(), partition_by=F("waits_on"), order_by="waits_since"),
            in_all=Window(Count("*"), partition_by=F("waits_on")),
        )
    )
    return list(numbered.filter(place=(F("in_all") + 1) / 2).values_list("waits_on", "in_all", "waits_since"))
