"""What a person decides where a feed and the register disagree. The import only asks; here the answer is written."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Alias, Membership, Organization, User
from accounts.models.organization import hold_trees, misplaced
from accounts.roles import RecordSource
from authorizations.actions.door import Action, action, differences, refuse_unless_may, subject_type
from authorizations.actions.refusals import Blocked, NoLongerPossible
from authorizations.models import ReviewItem
from authorizations.policy import Capability, allows
from authorizations.vocabulary import ClashKind, Resolution


def resolve_review_item(
    *, actor: User, item: ReviewItem, resolution: Resolution, note: str, now: datetime
) -> ReviewItem:
    """Writes one decision: adopt what the feed says, keep ours, or join two records of one organization.

    Members do not block it: the import left the record alone because a person is to decide, and this is that
    person.
    """
    with action(actor, Capability.RESOLVE_REVIEW, now=now) as act:
        current = ReviewItem.objects.visible_to(actor).select_for_update().get(pk=item.pk)
        if current.resolved_at is not None:
            raise NoLongerPossible("This was decided already. Open it again to see by whom and how.")
        carry_out = DECISIONS[ClashKind(current.clash)].get(resolution)
        if carry_out is None:
            raise Blocked(f"“{resolution.label}” does not fit this clash. Choose another decision.")
        if carry_out in MOVES:
            refuse_unless_may(actor, Capability.CORRECT_GROUNDS)
        carry_out(act, current)
        facts = {"resolution": resolution, "resolution_note": note.strip(), "resolved_by": actor, "resolved_at": now}
        _set(act, current, "resolved", facts)
        for entry in act.events:
            entry.reason = note.strip()
    return current


def decisions(item: ReviewItem, actor: User) -> list[Resolution]:
    """The decisions that this person may make: what changes who sees whose cases is for a lead of the PMO."""
    moves = () if allows(actor, Capability.CORRECT_GROUNDS) else MOVES
    return [resolution for resolution, how in DECISIONS[ClashKind(item.clash)].items() if how not in moves]


def _store(act: Action, item: ReviewItem) -> None:
    """Ours stays; what the import did around it (an alias, an id that moved) stays too."""


def _adopt_name(act: Action, item: ReviewItem) -> None:
    if item.offering_id and not item.organization_id:
        _set(act, _locked(item.offering), "corrected", {"name": item.theirs})
        return
    organization = _locked(item.organization)
    former = organization.name
    if former == item.theirs:
        return
    _set(act, organization, "corrected", {"name": item.theirs})
    _add_alias(act, organization, former)
    for alias in organization.aliases.filter(name=item.theirs):
        act.record("alias.removed", alias, changes={"name": [alias.name, None]})
        alias.delete()


def _adopt_parent(act: Action, item: ReviewItem) -> None:
    hold_trees()
    organization, parent = _locked(item.organization), item.other_organization
    _refuse_misplaced(organization, parent)
    _set(act, organization, "corrected", {"parent": parent})


def _adopt_provider(act: Action, item: ReviewItem) -> None:
    _set(act, _locked(item.offering), "corrected", {"provider": item.other_organization})


def _merge(act: Action, item: ReviewItem) -> None:
    """All that feeds said of the newer organization becomes the older one's; the emptied one keeps its row.

    Both are told apart by the item: ours is the older, the one that got its id is the newer.
    """
    hold_trees()
    older, newer = _locked_both(item)
    _refuse_lived_in(newer, timezone.localdate(act.recorded_at))
    is_published = newer.is_published
    bureaus = newer.bureaus.exclude(pk=older.pk)
    for bureau in bureaus:
        _refuse_misplaced(bureau, older)
    _move(act, bureaus, "parent", older)
    _move(act, newer.feed_ids.all(), "organization", older)
    known = {older.name, *older.aliases.values_list("name", flat=True)}
    _move(act, newer.aliases.exclude(name__in=known), "organization", older)
    _add_alias(act, older, newer.name)
    _move(act, newer.partnered_offerings.all(), "partner_agency", older)
    _move(act, newer.assessed_offerings.all(), "assessor", older)
    _move(act, newer.atos.all(), "agency", older)
    if is_published:
        _set(act, newer, "emptied", {"not_published_since": item.run.feed_as_of})
        _set(act, older, "joined", {"not_published_since": None})


DECISIONS: dict[ClashKind, dict[Resolution, Callable[[Action, ReviewItem], None]]] = {
    ClashKind.NAME_CHANGED: {Resolution.ADOPTED: _adopt_name, Resolution.KEPT: _store},
    ClashKind.ID_REUSED: {Resolution.KEPT: _store, Resolution.MERGED: _merge},
    ClashKind.PARENT_CHANGED: {Resolution.ADOPTED: _adopt_parent, Resolution.KEPT: _store},
    ClashKind.PROVIDER_CHANGED: {Resolution.ADOPTED: _adopt_provider, Resolution.KEPT: _store},
    # An ATO made here is ended by its agency alone: an official decides risk, no feed and no office.
    ClashKind.INITIAL_MADE_HERE: {Resolution.KEPT: _store},
    # The provider corrects what it states; until then FedRAMP's id counts.
    ClashKind.OVERVIEW_ID: {Resolution.KEPT: _store},
}


MOVES = (_adopt_parent, _adopt_provider, _merge)


def _locked(record: Any) -> Any:
    return type(record)._base_manager.select_for_update().get(pk=record.pk)


def _locked_both(item: ReviewItem) -> tuple[Organization, Organization]:
    keys = item.organization_id or 0, item.other_organization_id or 0
    # With the newer one's bureaus, which move too: anyone who locks organizations takes them in this order.
    concerned = Organization.objects.filter(Q(pk__in=keys) | Q(parent=keys[1]))
    locked = {each.pk: each for each in concerned.order_by("pk").select_for_update()}
    if not set(keys) <= locked.keys():
        raise Blocked("There are no two records to join: the id came back to the organization it named before.")
    return locked[keys[0]], locked[keys[1]]


def _refuse_misplaced(organization: Organization, parent: Organization | None) -> None:
    sentence = misplaced(organization, parent)
    if sentence:
        raise Blocked(sentence)


def _refuse_lived_in(newer: Organization, today: date) -> None:
    lived_in = (
        Membership.objects.not_over(today).filter(organization=newer),
        newer.contacts.all(),
        newer.systems.all(),
        newer.package_accesses.all(),
        newer.atos.filter(source=RecordSource.PORTAL),
    )
    if any(records.exists() for records in lived_in):
        raise Blocked(
            f"{newer} has people, contacts, systems or ATOs of its own here, so the two records cannot be joined."
        )


def _set(act: Action, record: Any, what: str, facts: dict[str, Any]) -> None:
    changes = differences(record, facts)
    for name, value in facts.items():
        setattr(record, name, value)
    record.save(update_fields=list(facts))
    if changes:
        act.record(f"{subject_type(record)}.{what}", record, changes=changes)


def _move(act: Action, records: "models.QuerySet[Any, Any]", field: str, to: Organization) -> None:
    for record in list(records.order_by("pk").select_for_update()):
        _set(act, record, "moved", {field: to})


def _add_alias(act: Action, organization: Organization, name: str) -> None:
    if name == organization.name:
        return
    alias, is_new = Alias.objects.get_or_create(organization=organization, name=name)
    if is_new:
        act.record("alias.added", alias, changes={"name": [None, name]})
