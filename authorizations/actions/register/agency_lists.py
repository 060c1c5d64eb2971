"""How an agency's own list comes in: rows that are sure become ATOs that are known, the others wait for a person.

Nobody is told: what a list says was known to the agency before, and makes nothing due.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from accounts.models import Organization, User
from accounts.roles import RecordSource
from authorizations.actions.door import Action, action, new_values, plain, update
from authorizations.actions.refusals import Blocked, NoLongerPossible, NotPermitted
from authorizations.actions.register.atos import agencies_of
from authorizations.actions.register.list_proposal import ListProposal, ProposedRow, changes_to, said_of_ato
from authorizations.display import counted
from authorizations.models import AgencyList, AgencyListRow, Ato, DifferenceDecision, Event, Offering
from authorizations.policy import Capability
from authorizations.vocabulary import AtoStage, ListingRole, ListRowState

NOT_YOURS = "Only a liaison of this agency, or of one above it, may bring in its list."
UNDONE = "This list was undone already."
# What of an entry about an ATO came with a list, and is no act of a person on it.
OF_LISTS = ("ato.listed", "ato.unlisted")


def bring_list(
    *,
    actor: User,
    agency: Organization,
    file_name: str,
    sha256: str,
    propose: Callable[[], ListProposal],
    now: datetime,
) -> AgencyList:
    """Brings in a list: one transaction, an entry for each ATO that is new or changed.

    Args:
        propose: plans; called inside the transaction, so that it is about what is there now.

    Raises:
        NotPermitted: the actor is no liaison of the agency.
        Blocked: the list has no row.
        NoLongerPossible: the same file was brought in, and is not undone.
    """
    with action(actor, Capability.BRING_LIST, now=now) as act:
        if not agencies_of(actor).filter(pk=agency.pk).exists():
            raise NotPermitted(NOT_YOURS)
        act.acted_for = actor.for_whom(lambda user: agencies_of(user).filter(pk=agency.pk).exists())
        # The lock makes a second press of the button wait, and then find the list.
        Organization.objects.select_for_update().get(pk=agency.pk)
        if AgencyList.objects.filter(agency=agency, sha256=sha256, undone_at__isnull=True).exists():
            raise NoLongerPossible("This very file was brought in already. Undo that list first to read it anew.")
        plan = propose()
        if not plan.rows:
            raise Blocked("The list has no row below its headings.")
        made = _insert_list(act, actor, plan, agency=agency, file_name=file_name[-200:], sha256=sha256)
        act.record("agencylist.brought", made, changes=new_values(agency=agency, sha256=sha256, **plan.counts))
        _insert_rows(act, made, plan)
    return made


def _insert_list(act: Action, actor: User, plan: ListProposal, **named: Any) -> AgencyList:
    made: AgencyList = AgencyList.objects.create(
        sheet=plan.sheet[:100],
        heading_row=plan.heading_row,
        signature=plan.signature,
        columns=dict(plan.columns),
        brought_by=actor,
        brought_at=act.recorded_at,
        **named,
    )
    return made


def _insert_rows(act: Action, made: AgencyList, plan: ListProposal) -> None:
    fresh = [row for row in plan.of(ListRowState.TAKEN) if row.ato is None]
    new = {
        row.line.number: _listed_ato(act, agency=row.agency, offering_id=row.match.offering, **row.line.facts)
        for row in fresh
    }
    Ato.objects.bulk_create(new.values())
    AgencyListRow.objects.bulk_create([_stored(made, row, new.get(row.line.number)) for row in plan.rows])
    for row in plan.of(ListRowState.TAKEN):
        if row.ato is None:
            _record_new(act, new[row.line.number])
        elif row.changes:
            _change(act, row.ato, {name: after for name, (_, after) in row.changes.items()})


def _listed_ato(act: Action, **facts: Any) -> Ato:
    """An ATO that is known from a list alone; the Marketplace says which one is an offering's initial."""
    ato: Ato = Ato(
        listing_role=ListingRole.REUSE,
        source=RecordSource.LIST,
        registered_on=timezone.localdate(act.recorded_at),
        **facts,
    )
    return ato


def _stored(made: AgencyList, row: ProposedRow, new: Ato | None) -> AgencyListRow:
    line = row.line
    return AgencyListRow(
        agency_list=made,
        number=line.number,
        state=row.state,
        agency=row.agency,
        offering_id=row.match.offering,
        ato=new or row.ato,
        made_ato=new is not None,
        cells=line.texts,
        signed_on=line.signed_on,
        expires_on=line.expires_on,
        why=row.why[:300],
        candidates=[list(each) for each in row.match.candidates],
        issues=[[issue.place, issue.raw, issue.sentence] for issue in line.issues],
        changes={name: [plain(before), plain(after)] for name, (before, after) in row.changes.items()},
    )


def _record_new(act: Action, ato: Ato) -> None:
    named = ("agency", "offering", "source", "listing_role", "ato_type", "signed_on", "expires_on", "stage", "signer")
    values = {name: getattr(ato, name) for name in (*named, "registered_on") if getattr(ato, name)}
    act.record("ato.listed", ato, changes=new_values(**values))


def _change(act: Action, ato: Ato, values: Mapping[str, Any]) -> None:
    held = Ato.objects.select_for_update().get(pk=ato.pk)
    act.record("ato.listed", held, changes=update(held, **values))


def decide_row(*, actor: User, public_id: str, offering: Offering | None, now: datetime) -> AgencyListRow:
    """Says which offering a waiting row means; None: it is none of the register, and the row is refused.

    Raises:
        NotPermitted: the actor is no liaison of the row's agency.
        NoLongerPossible: the row waits no more, or its list was undone.
    """
    with action(actor, Capability.BRING_LIST, now=now) as act:
        row, made = _held_row(act, actor, public_id)
        row.offering, row.decided_by = offering, actor
        row.state = ListRowState.TAKEN if offering else ListRowState.REFUSED
        row.why = "as a person decided" if offering else "A person decided: no offering of the register."
        if offering:
            _take(act, row)
        row.save()
        decided = new_values(row=row.number, offering=offering) if offering else new_values(row=row.number)
        act.record("agencylist.decided", made, changes=decided)
    return row


def _held_row(act: Action, actor: User, public_id: str) -> tuple[AgencyListRow, AgencyList]:
    found = AgencyListRow.objects.get(public_id=public_id)
    made = held_list(act, actor, found.agency_list.public_id)
    row = AgencyListRow.objects.select_for_update().get(pk=found.pk)
    if row.state != ListRowState.WAITING:
        raise NoLongerPossible("This row was decided already.")
    return row, made


def _take(act: Action, row: AgencyListRow) -> None:
    facts = said_of_ato(row.cells, row.signed_on, row.expires_on)
    here = Ato.objects.filter(agency=row.agency, offering=row.offering).exclude(stage=AtoStage.SUPERSEDED)
    here = here.exclude(list_rows__agency_list=row.agency_list)
    row.ato = here.filter(signed_on=row.signed_on).first() or here.first()
    if row.ato is None:
        row.ato, row.made_ato = _listed_ato(act, agency=row.agency, offering=row.offering, **facts), True
        row.ato.save(force_insert=True)
        _record_new(act, row.ato)
    elif changes := changes_to(row.ato, facts):
        row.changes = {name: [plain(before), plain(after)] for name, (before, after) in changes.items()}
        _change(act, row.ato, {name: after for name, (_, after) in changes.items()})


def held_list(act: Action, actor: User, public_id: str) -> AgencyList:
    """A list that this person may change, locked. Raises NotPermitted, NoLongerPossible."""
    made: AgencyList = AgencyList.objects.visible_to(actor).select_for_update(of=("self",)).get(public_id=public_id)
    if not agencies_of(actor).filter(pk=made.agency_id).exists():
        raise NotPermitted(NOT_YOURS)
    act.acted_for = actor.for_whom(lambda user: agencies_of(user).filter(pk=made.agency_id).exists())
    if made.undone_at:
        raise NoLongerPossible(UNDONE)
    return made


def undo_list(*, actor: User, public_id: str, now: datetime) -> AgencyList:
    """Takes a list back as a whole: ATOs that came with it go, what it changed is as it was.

    Raises:
        Blocked: somebody acted on one of its ATOs since, or a later list or feed did.
    """
    with action(actor, Capability.BRING_LIST, now=now) as act:
        made = held_list(act, actor, public_id)
        rows = list(made.rows.filter(Q(made_ato=True) | ~Q(changes={})).select_related("ato"))
        if acted := acted_on(made):
            raise Blocked(f"{counted(acted, 'ATO')} of this list changed since: it can no longer be undone as a whole.")
        update(made, undone_at=now)
        act.record("agencylist.undone", made, changes={"undone_at": [None, plain(now)]})
        for row in rows:
            _take_back(act, row)
    return made


def acted_on(made: AgencyList) -> int:
    """How many ATOs of a list somebody acted on or decided about since, or another list changed."""
    atos = made.rows.filter(Q(made_ato=True) | ~Q(changes={})).values("ato")
    entries = Event.objects.acts().filter(subject_type="ato", subject_id__in=atos, recorded_at__gte=made.brought_at)
    acted = set(entries.exclude(verb__in=OF_LISTS).values_list("subject_id", flat=True))
    others = AgencyListRow.objects.filter(ato__in=atos).exclude(agency_list=made)
    later = others.filter(agency_list__undone_at__isnull=True, agency_list__brought_at__gte=made.brought_at)
    acted |= set(later.values_list("ato", flat=True))
    acted |= set(DifferenceDecision.objects.filter(ato__in=atos).values_list("ato", flat=True))
    return len(acted)


def _take_back(act: Action, row: AgencyListRow) -> None:
    ato = row.ato
    if ato is None:
        return
    if not row.made_ato:
        before = {name: _stored_value(ato, name, values[0]) for name, values in row.changes.items()}
        act.record("ato.unlisted", ato, changes=update(ato, **before))
        return
    # The row goes, its entries stay: the last one says so, and `verify` asks it.
    act.record("ato.unlisted", ato, changes={"gone": [False, True]})
    AgencyListRow.objects.filter(ato=ato).update(ato=None)
    ato.delete()


def _stored_value(ato: Ato, name: str, value: Any) -> Any:
    is_day = name.endswith("_on") and isinstance(value, str)
    return date.fromisoformat(value) if is_day else value
