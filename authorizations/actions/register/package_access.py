"""Who may open which package, beside the cases: granting, extending and ending access, and telling of a denial.

Where a reuse case of the agency is in a stage that decides about access, these verbs refuse and name the case's
step: the case must know who may open the package.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from accounts.models import Organization, User
from accounts.models.organization import line_of
from accounts.roles import Role
from authorizations.actions.door import Action, action, insert, new_values, update
from authorizations.actions.refusals import Blocked, NoLongerPossible, NotPermitted, refuse_unready
from authorizations.actions.steps import NOT_YOURS
from authorizations.display import day_text
from authorizations.lifecycle.date_arithmetic import business_days_after
from authorizations.lifecycle.problems import REASON, Problem
from authorizations.lifecycle.stages import WITH_ACCESS, ReuseStage
from authorizations.lifecycle.step import Fact, FactKind
from authorizations.models import Ato, Case, Contact, Offering, Package, PackageAccess
from authorizations.policy import OF_THE_PMO, Capability
from authorizations.rules import newest, office_closures
from authorizations.vocabulary import LIVE_ATO_STAGES, CaseKind, PackageLocation, Turn

BESIDE = ("person__organization", "person__user", "agency__parent__parent", "approver", "package__offering__provider")
OWN_AGENCY = "This is your own agency. Another person opens the package to its people."
# The step of a case that decides in its stage, instead of a verb of this file; blank where the agency moves next.
GRANTED_BY_CASE = {
    ReuseStage.ACCESS_REQUESTED.value: "grant_access",
    ReuseStage.ACCESS_DENIED.value: "",
    ReuseStage.ACCESS_EXPIRED.value: "renew_access",
}
EXTENDED_BY_CASE = {
    **dict.fromkeys(WITH_ACCESS, "extend_access"),
    ReuseStage.ACCESS_EXPIRED.value: "renew_access",
}


class ThroughCase(Blocked):
    """A case decides about this access; ``case`` and ``step`` say where, the step is blank where there is none."""

    def __init__(self, case: Case, step: str) -> None:
        taken = case.machine().step(step)
        words = f"The reuse case of {case.agency} is at “{case.stage_label}”, and decides about access."
        super().__init__(f"{words} Take the step “{taken.label}” there." if taken else f"{words} Go on there.")
        self.case, self.step = case, step


# --- what can be done with an access ---


@dataclass(frozen=True, slots=True)
class AccessAct:
    """One thing that can be done with an access: its words, what it asks for, who may, and while it makes sense."""

    name: str
    label: str
    done: str
    description: str
    facts: tuple[Fact, ...]
    may: Callable[[User, PackageAccess], bool]
    is_open: Callable[[PackageAccess], bool]
    by_case: dict[str, str]
    reason: bool = False


def opens(user: User, package: Package) -> bool:
    """Whether a person opens this package to others: the PMO at Connect.gov, else the leads of its provider."""
    if package.grantor is Turn.PMO:
        return not OF_THE_PMO.isdisjoint(map(Role, user.roles))
    provider = package.offering.provider_id
    return any(one.role == Role.CSP_LEAD and one.organization_id == provider for one in user.current_memberships)


def opens_to(user: User, package: Package, agency: Organization) -> bool:
    """Whether a person opens this package to people of an agency: nobody does so for their own."""
    line = agency.line_up
    return opens(user, package) and not any(one.organization_id in line for one in user.current_memberships)


def _ends(user: User, access: PackageAccess) -> bool:
    line = access.agency.line_up
    is_liaison = any(
        one.role == Role.AGENCY_LIAISON and one.organization_id in line for one in user.current_memberships
    )
    return is_liaison or opens(user, access.package)


def _owes_fedramp_notice(access: PackageAccess) -> bool:
    return (
        access.denied_on is not None and access.fedramp_notified_on is None and access.package.grantor is Turn.PROVIDER
    )


EXTEND = AccessAct(
    "extend",
    "Extend access",
    "Access extended",
    "The person may open the package until the new day.",
    (Fact("new_end", "New end", FactKind.DATE, help="Connect.gov: 30 days more at a time.", may_be_later=True),),
    lambda user, access: opens_to(user, access.package, access.agency),
    lambda access: access.is_granted and access.until is not None,
    EXTENDED_BY_CASE,
)
END = AccessAct(
    "end",
    "End access",
    "Access ended",
    "The person may no longer open the package. Leaving staff lose access at once.",
    (Fact("ended_on", "Ended on", FactKind.DATE),),
    _ends,
    lambda access: access.is_granted,
    {},
    reason=True,
)
NOTIFY_FEDRAMP = AccessAct(
    "notify_fedramp",
    "Record that FedRAMP was told",
    "FedRAMP told of the denial",
    "A provider that denies access tells FedRAMP within five business days.",
    (Fact("fedramp_notified_on", "FedRAMP told on", FactKind.DATE),),
    lambda user, access: opens(user, access.package),
    _owes_fedramp_notice,
    {},
)
ACTS = {act.name: act for act in (EXTEND, END, NOTIFY_FEDRAMP)}
GRANT = (
    Fact("asked_on", "Asked on", FactKind.DATE, help="When the agency asked for it."),
    Fact("granted_on", "Granted on", FactKind.DATE),
    Fact("until", "Until", FactKind.DATE, force=None, may_be_later=True),
)


def access_acts(access: PackageAccess, user: User) -> list[AccessAct]:
    return [act for act in ACTS.values() if act.is_open(access) and act.may(user, access)]


def case_in_charge(
    user: User, agency: Organization, offering: Offering, by_stage: dict[str, str]
) -> ThroughCase | None:
    """The refusal that names the case that decides instead, with its step; None where no case does."""
    cases = Case.objects.visible_to(user).filter(
        kind=CaseKind.REUSE, agency=agency, offering=offering, stage__in=by_stage
    )
    case = cases.select_related("agency", "offering").order_by("pk").first()
    return ThroughCase(case, by_stage[case.stage]) if case else None


def fedramp_due(access: PackageAccess) -> date | None:
    """By when a provider tells FedRAMP of its denial (CDS-UTC-AAD); None where nothing is owed."""
    if access.denied_on is None or access.package.grantor is not Turn.PROVIDER:
        return None
    days = newest().lengths["denial_days"]
    return business_days_after(access.denied_on, days, office_closures()) if days else None


# --- the verbs ---


def grant_access(
    *,
    actor: User,
    now: datetime,
    agency: Organization,
    package: Package,
    person: Contact,
    approver: Contact,
    asked_on: date,
    granted_on: date,
    until: date | None = None,
    at: datetime | None = None,
) -> PackageAccess:
    """Opens a package to one more person of an agency; without ``until`` it has no end.

    Raises:
        ThroughCase: a reuse case of the agency decides about access now.
    """
    given = {"asked_on": asked_on, "granted_on": granted_on, "until": until}
    with action(actor, Capability.GRANT_ACCESS, now=now, at=at) as act:
        _hold_offering(package.offering_id)
        if not opens_to(actor, package, agency):
            raise NotPermitted(NOT_YOURS if not opens(actor, package) else OWN_AGENCY)
        act.acted_for = actor.for_whom(lambda user: opens_to(user, package, agency))
        _refuse_case(actor, agency, package.offering, GRANTED_BY_CASE)
        _refuse_duplicate(person, package)
        problems = [problem for fact in GRANT for problem in fact.problems(given[fact.name], act.day)]
        problems += [*_of_people(agency, person, approver), *_of_grant(agency, package, asked_on, granted_on, until)]
        refuse_unready(problems)
        access = PackageAccess(
            person=person, agency=agency, package=package, approver=approver, permanent=until is None, **given
        )
        insert(access)
        stated = new_values(
            person=person, agency=agency, package=package, approver=approver, permanent=access.permanent, **given
        )
        act.record("packageaccess.granted", access, changes=stated)
    return access


def _refuse_duplicate(person: Contact, package: Package) -> None:
    held = PackageAccess.objects.filter(person=person, package=package, granted_on__isnull=False, ended_on__isnull=True)
    duplicate = held.first()
    if duplicate is not None:
        until = f"until {day_text(duplicate.until)}" if duplicate.until else "without an end"
        raise NoLongerPossible(f"{person} was granted access {until} already. Extend or end that one.")


def _of_people(agency: Organization, person: Contact, approver: Contact) -> list[Problem]:
    problems = []
    if agency.pk not in line_of(person.organization_id):
        problems.append(Problem("person", "Person: name a contact of the agency or of a part of it.", "person"))
    if approver.organization_id not in line_of(agency.pk):
        words = "Approver: name a contact of the agency, or of one above it."
        problems.append(Problem("approver", words, "approver"))
    return problems


def _of_grant(
    agency: Organization, package: Package, asked_on: date | None, granted_on: date | None, until: date | None
) -> list[Problem]:
    problems = []
    if granted_on and asked_on and asked_on > granted_on:
        problems.append(Problem("asked_on", "Access cannot be granted before it was asked for.", "asked_on"))
    if granted_on and until and until < granted_on:
        problems.append(Problem("until", "Access cannot end before it was granted.", "until"))
    elif granted_on and package.location == PackageLocation.CONNECT:
        problems += _of_connect(agency, package, granted_on, until)
    return problems


def _of_connect(agency: Organization, package: Package, granted_on: date, until: date | None) -> list[Problem]:
    """Connect.gov gives 60 days; access without an end comes with the agency's ATO (R9)."""
    rules = newest()
    days, mark = rules.lengths["access_days"], rules.marked("access_days")
    if days is None:
        return []
    last = granted_on + timedelta(days=days)
    if until is not None and until > last:
        return [Problem("until", f"Connect.gov grants {days} days{mark}: until {day_text(last)} at most.", "until")]
    atos = Ato.objects.filter(agency=agency, offering=package.offering_id, stage__in=LIVE_ATO_STAGES)
    if until is None and not atos.exists():
        words = f"Until: give a day, {day_text(last)} at most. Access without an end comes with the agency's ATO."
        return [Problem("until", words, "until")]
    return []


def extend_access(
    public_id: str,
    *,
    actor: User,
    now: datetime,
    new_end: date | None,
    seen: date | None,
    at: datetime | None = None,
    reason: str = "",
) -> PackageAccess:
    """Moves the last day of an access; ``seen`` is the last day that the person saw.

    Raises:
        ThroughCase: a reuse case decides.
    """
    with _held(EXTEND, public_id, actor, now, at) as (act, access):
        if access.until != seen:
            words = f"This was changed since you opened the page: {state_words(access)}."
            raise NoLongerPossible(f"{words} Nothing of yours was done yet.")
        refuse_unready(_of_extension(access, new_end, act.day))
        changes = update(access, until=new_end, extensions=access.extensions + 1)
        del changes["extensions"]
        act.record("packageaccess.extended", access, changes=changes, reason=reason.strip())
    return access


def _of_extension(access: PackageAccess, new_end: date | None, today: date) -> list[Problem]:
    problems = list(EXTEND.facts[0].problems(new_end, today))
    if problems or new_end is None or access.until is None:
        return problems
    # An access that has run out is extended from today on.
    start, rules = max(access.until, today), newest()
    days = rules.lengths["extension_days"]
    if new_end <= start:
        return [Problem("new_end", f"The new end must come after {day_text(start)}.", "new_end")]
    if access.package.location != PackageLocation.CONNECT or days is None:
        return []
    last, mark = start + timedelta(days=days), rules.marked("extension_days")
    if new_end > last:
        words = f"Connect.gov extends by {days} days{mark}: until {day_text(last)} at most."
        return [Problem("new_end", words, "new_end")]
    return []


def end_access(
    public_id: str, *, actor: User, now: datetime, ended_on: date | None, reason: str, at: datetime | None = None
) -> PackageAccess:
    """Ends an access early: by who granted it, or by a liaison of the agency."""
    with _held(END, public_id, actor, now, at) as (act, access):
        problems = list(END.facts[0].problems(ended_on, act.day))
        if ended_on and access.granted_on and ended_on < access.granted_on:
            problems.append(Problem("ended_on", "Access cannot end before it was granted.", "ended_on"))
        problems += [] if reason.strip() else [REASON]
        refuse_unready(problems)
        update(access, ended_on=ended_on, ended_reason=reason.strip()[:300])
        act.record("packageaccess.ended", access, changes=new_values(ended_on=ended_on), reason=reason.strip())
    return access


def notify_fedramp(
    public_id: str, *, actor: User, now: datetime, fedramp_notified_on: date | None, reason: str = ""
) -> PackageAccess:
    """Records when a provider told FedRAMP of its denial."""
    with _held(NOTIFY_FEDRAMP, public_id, actor, now) as (act, access):
        problems = list(NOTIFY_FEDRAMP.facts[0].problems(fedramp_notified_on, act.day))
        if fedramp_notified_on and access.denied_on and fedramp_notified_on < access.denied_on:
            words = "FedRAMP cannot have been told before access was denied."
            problems.append(Problem("fedramp_notified_on", words, "fedramp_notified_on"))
        refuse_unready(problems)
        changes = update(access, fedramp_notified_on=fedramp_notified_on)
        act.record("packageaccess.fedramp_told", access, changes=changes, reason=reason.strip())
    return access


VERBS: dict[str, Callable[..., PackageAccess]] = {
    EXTEND.name: extend_access,
    END.name: end_access,
    NOTIFY_FEDRAMP.name: notify_fedramp,
}


@contextmanager
def _held(
    wanted: AccessAct, public_id: str, actor: User, now: datetime, at: datetime | None = None
) -> Iterator[tuple[Action, PackageAccess]]:
    with action(actor, now=now, at=at) as act:
        seen = PackageAccess.objects.visible_to(actor).select_related("package").get(public_id=public_id)
        # The offering first, as the steps of cases do it: two acts on one package never wait for each other.
        _hold_offering(seen.package.offering_id)
        rows = PackageAccess.objects.visible_to(actor).select_related(*BESIDE).select_for_update(of=("self",))
        access: PackageAccess = rows.get(pk=seen.pk)
        if not wanted.may(actor, access):
            raise NotPermitted(NOT_YOURS)
        act.acted_for = actor.for_whom(lambda user: wanted.may(user, access))
        if not wanted.is_open(access):
            words = f"This has already moved on: {state_words(access)}, and “{wanted.label}” is not open now."
            raise NoLongerPossible(words)
        _refuse_case(actor, access.agency, access.package.offering, wanted.by_case)
        yield act, access


def state_words(access: PackageAccess) -> str:
    if access.denied_on:
        notification_text = (
            f", and FedRAMP was told on {day_text(access.fedramp_notified_on)}" if access.fedramp_notified_on else ""
        )
        return f"access was denied on {day_text(access.denied_on)}{notification_text}"
    if access.ended_on:
        return f"access ended on {day_text(access.ended_on)}"
    if access.granted_on is None:
        return "access was asked for"
    return f"access lasts until {day_text(access.until)}" if access.until else "access has no end"


def _hold_offering(key: Any) -> None:
    Offering.objects.select_for_update(of=("self",), no_key=True).get(pk=key)


def _refuse_case(actor: User, agency: Organization, offering: Offering, by_stage: dict[str, str]) -> None:
    in_charge = case_in_charge(actor, agency, offering, by_stage)
    if in_charge is not None:
        raise in_charge
