"""Keeping the register's facts: add a record, correct one. Stages are not facts; only the machines move them."""

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from accounts.models import Membership, User
from accounts.models.organization import hold_trees
from accounts.roles import RecordSource, Role
from authorizations.actions.cases.missing_officials import ending_memberships
from authorizations.actions.door import Changes, action, differences, insert, next_revision, plain, subject_type
from authorizations.actions.idempotency_key import sent_before
from authorizations.actions.people.credentials import revoke_credentials
from authorizations.actions.refusals import Blocked, NoLongerPossible, NotReady
from authorizations.lifecycle.problems import REASON
from authorizations.lifecycle.step import wrong_expiry
from authorizations.models import AgencySystem, Ato
from authorizations.models.register.ato_facts import SIGNED
from authorizations.policy import Capability

M = TypeVar("M", bound=models.Model)

NO_PMO_LEAD = "The PMO would be left without a lead who may sign in. Make someone else a lead first."
NOT_AN_OFFICIAL = "Choose an authorizing official of the ATO's agency, or of one above it."
PUBLISHED = frozenset({"source", "published_since", "not_published_since"})
AS_PUBLISHED = frozenset(
    {
        *("provider_as_published", "designation_as_published", "impact_level_as_published"),
        *("partner_agency_as_published", "published_authorizations", "published_reuse"),
    }
)


# What every feed states of the records it lists; names and parents of organizations are decided as review items.
ORGANIZATION_OF_FEEDS = frozenset({"website", "email", "accredited_on", "in_remediation"})
OFFERING_OF_FEEDS = frozenset(
    {
        *("fedramp_id", "name", "provider", "assessor", "partner_agency", "annual_assessment", "business_functions"),
        *("designation", "certification_type", "certification_path", "impact_level", "service_models"),
        *("deployment_model", "description", "notice", "website", "sales_email", "security_email", "services"),
    }
)


@dataclass(frozen=True, slots=True)
class EditPolicy:
    needs: Capability = Capability.EDIT_RECORDS
    # Columns that a machine, an import or the door writes; nobody may state them.
    by_the_portal: frozenset[str] = frozenset()
    # Columns that are stated when the record is added and never change: another value is another record.
    fixed: frozenset[str] = frozenset()
    # Columns that a lead of the PMO alone corrects; the catalog tells those whom it concerns.
    by_leads: frozenset[str] = frozenset()
    # What a feed stated, the next feed corrects: the whole record, or these columns of it.
    feed_corrects: bool = False
    stated_by_feeds: frozenset[str] = frozenset()
    # Where a verb of its own brings new records in: what that verb needs. Nothing else adds any.
    enters_with: Capability | None = None


# The models that people keep; every other one the portal writes itself.
KEPT: dict[str, EditPolicy] = {
    "organization": EditPolicy(
        by_the_portal=PUBLISHED | {"join_domain"},
        fixed=frozenset({"kind"}),
        by_leads=frozenset({"parent"}),
        stated_by_feeds=ORGANIZATION_OF_FEEDS,
    ),
    "alias": EditPolicy(),
    # Anyone who sets roles could give themselves any: accounts and memberships are for leads ("invites, sets roles").
    "user": EditPolicy(
        needs=Capability.MANAGE_PEOPLE, by_the_portal=frozenset({"password", "last_login", "created_at", "merged_into"})
    ),
    "membership": EditPolicy(needs=Capability.MANAGE_PEOPLE, fixed=frozenset({"user", "organization"})),
    "contact": EditPolicy(by_the_portal=frozenset({"confirmed_on"})),
    # A designation is set with its dated step, its reason and its reference, by a verb of its own.
    "offering": EditPolicy(
        by_the_portal=PUBLISHED | AS_PUBLISHED | {"added_by", "designation"},
        by_leads=frozenset({"provider"}),
        stated_by_feeds=OFFERING_OF_FEEDS,
    ),
    "leverage": EditPolicy(by_the_portal=PUBLISHED, feed_corrects=True),
    "agencysystem": EditPolicy(by_leads=frozenset({"confidentiality", "integrity", "availability"})),
    # The last four are written by steps of the machine alone.
    "ato": EditPolicy(
        by_the_portal=PUBLISHED
        | {"stage", "superseded_by", "import_run", "recorded_on"}
        | {"revision", "exit_criteria", "ended_on", "ended_ground", "owner", "use_confirmed_on"},
        # An expiry is the official's decision (A4), another role a change of the initial agency (A12).
        fixed=frozenset({"agency", "offering", "system", "expires_on", "listing_role"}),
        by_leads=frozenset(SIGNED),
        feed_corrects=True,
        enters_with=Capability.REGISTER_ATO,
    ),
    # A closing moves open dates: a verb of its own adds it, and its day is never another.
    "officeclosure": EditPolicy(
        by_the_portal=frozenset({"added_by", "added_at"}),
        fixed=frozenset({"day"}),
        enters_with=Capability.ADD_OFFICE_CLOSURE,
    ),
    # That a condition was met, or a notice received, is no correction of what the letter says.
    "condition": EditPolicy(fixed=frozenset({"ato"}), by_leads=frozenset({"text", "owner", "due_on"})),
    "notice": EditPolicy(
        fixed=frozenset({"ato"}), by_leads=frozenset({"recipient", "notified_on", "channel", "reference"})
    ),
    "package": EditPolicy(fixed=frozenset({"offering"})),
    "bounce": EditPolicy(fixed=frozenset({"address", "failed_on"})),
}


class Overtaken(NoLongerPossible):
    """Someone else changed the same fields in the meantime; ``now`` says what each holds by now."""

    def __init__(self, now: Mapping[str, Any]) -> None:
        super().__init__("Someone changed this record since you opened it. Nothing of yours was saved yet.")
        self.now = dict(now)


class RecordAlreadyAdded(NoLongerPossible):
    def __init__(self, key: int) -> None:
        super().__init__("This was already added. Here it is.")
        self.key = key


def capability_to_edit(record_type: type[models.Model]) -> Capability:
    """The capability that correcting records of a model needs."""
    return _edit_policy(record_type).needs


def capability_to_add(record_type: type[models.Model]) -> Capability:
    """The capability that bringing in a record of a model needs."""
    keeping = _edit_policy(record_type)
    return keeping.enters_with or keeping.needs


def closed_columns(record_type: type[models.Model], *, adding: bool) -> frozenset[str]:
    """The columns of a model that nobody may state when adding, or correcting, one of its records."""
    keeping = KEPT.get(subject_type(record_type), EditPolicy())
    never = {column.name for column in record_type._meta.concrete_fields if not column.editable or column.primary_key}
    return keeping.by_the_portal | never | (frozenset() if adding else keeping.fixed)


def columns_of_leads(record_type: type[models.Model]) -> frozenset[str]:
    """The columns that only who may `CORRECT_GROUNDS` corrects, with a reason that those concerned are told."""
    return _edit_policy(record_type).by_leads


def is_corrected_by_feed(record: models.Model) -> bool:
    """Whether the record is what a feed stated, and waits for the next feed to be corrected."""
    return _edit_policy(type(record)).feed_corrects and getattr(record, "source", None) == RecordSource.FEED


def columns_of_feeds(record: models.Model) -> frozenset[str]:
    """The columns of this record that the Marketplace states: the next import would undo a correction made here."""
    in_a_feed = (
        getattr(record, "source", "") == RecordSource.FEED or getattr(record, "published_since", None) is not None
    )
    return _edit_policy(type(record)).stated_by_feeds if in_a_feed else frozenset()


def refuse_sent_before(record_type: type[models.Model], idempotency_key: str) -> None:
    """Refuses what a form sends a second time."""
    sent = sent_before(idempotency_key, subject_type=subject_type(record_type))
    if sent is not None:
        raise RecordAlreadyAdded(sent.subject_id)


def add_record(
    record_type: type[M],
    *,
    actor: User | None,
    now: datetime,
    facts: Mapping[str, Any],
    reason: str = "",
    idempotency_key: str = "",
) -> M:
    """Adds one record of a model.

    Args:
        actor: None is anyone who runs a command.

    Raises:
        ValidationError: a fact is impossible, by field.
        IntegrityError: someone added the same in this very moment, or the same form was sent.
    """
    keeping = _edit_policy(record_type)
    if keeping.enters_with is not None:
        raise Blocked(f"{_plural(record_type)} are not simply added: they come in by an act with rules of its own.")
    _refuse_closed(record_type, facts, adding=True)
    with action(actor, keeping.needs, now=now, idempotency_key=idempotency_key) as act:
        refuse_sent_before(record_type, idempotency_key)
        facts = _held(facts)
        record = record_type(**facts)
        _refuse_of_others(actor, record, facts)
        insert(record)
        after = {name: [None, plain(value)] for name, value in facts.items() if value not in (None, "")}
        act.record(f"{subject_type(record_type)}.added", record, changes=after, reason=reason)
    return record


def correct_record(
    record: M,
    *,
    actor: User | None,
    now: datetime,
    facts: Mapping[str, Any],
    reason: str,
    seen: Mapping[str, Any] | None = None,
) -> M:
    """Corrects facts of a record; fields that are not named, or not different, stay as they are.

    Args:
        seen: what the person saw in these fields before, in the values of `plain`; None where nobody looked.

    Raises:
        ValidationError: a fact is impossible, by field.
    """
    keeping = _edit_policy(type(record))
    _refuse_closed(type(record), facts, adding=False)
    reaches_far = not keeping.by_leads.isdisjoint(facts)
    if reaches_far and not reason.strip():
        raise NotReady([REASON])
    with action(actor, Capability.CORRECT_GROUNDS if reaches_far else keeping.needs, now=now) as act:
        about_people = keeping.needs == Capability.MANAGE_PEOPLE
        if about_people:
            # The PMO's row, which this holds, also makes two leads who leave in one moment wait for each other.
            hold_trees()
        facts = _held(facts)
        _refuse_of_others(actor, record, facts)
        current = type(record)._base_manager.select_for_update().get(pk=record.pk)
        changes = differences(current, facts)
        _refuse_unfounded(current, changes, seen or {})
        had_lead = about_people and has_lasting_lead(timezone.localdate(now))
        counted = next_revision(current)
        for name, value in {**{name: facts[name] for name in changes}, **counted}.items():
            setattr(current, name, value)
        _check(current, set(changes))
        with ending_memberships(act, _people_of(current)) if about_people else nullcontext():
            current.save(update_fields=[*changes, *counted])
            changes |= {name: [value - 1, value] for name, value in counted.items()}
            act.record(f"{subject_type(record)}.corrected", current, changes=changes, reason=reason)
        if had_lead and not has_lasting_lead(timezone.localdate(now)):
            raise Blocked(NO_PMO_LEAD)
        if isinstance(current, User) and not current.is_active:
            revoke_credentials(current, act.recorded_at)
    return current


def _refuse_of_others(actor: User | None, record: models.Model, facts: Mapping[str, Any]) -> None:
    """Into organizations of others people come by their leads' invitation; the PMO only ends memberships there."""
    if not isinstance(record, Membership) or actor is None or record.organization_id in actor.led:
        return
    if facts.keys() != {"ended_on"} or facts["ended_on"] is None:
        raise Blocked(f"Only the leads of {record.organization} invite people into it, and set roles there.")


def _people_of(record: models.Model) -> set[int]:
    return {record.user_id if isinstance(record, Membership) else record.pk}


def _held(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same facts, once nobody else can change what they are checked against until this transaction ends."""
    if facts.get("parent") is not None:
        hold_trees()
    system = facts.get("system")
    if system is None:
        return facts
    return {**facts, "system": AgencySystem.objects.select_for_update(no_key=True).get(pk=system.pk)}


def _refuse_unfounded(current: models.Model, changes: Changes, seen: Mapping[str, Any]) -> None:
    if is_corrected_by_feed(current):
        raise Blocked("This was read from a feed; the next feed corrects it.")
    stated = sorted(changes.keys() & columns_of_feeds(current))
    if stated:
        names = ", ".join(name.replace("_", " ") for name in stated)
        raise Blocked(f"The Marketplace states these; have them corrected there, the next import brings them: {names}.")
    if not changes:
        raise Blocked("Nothing was changed: the record already says so.")
    overtaken = {name: before for name, (before, _) in changes.items() if before != seen.get(name, before)}
    if overtaken:
        raise Overtaken(overtaken)


def has_lasting_lead(today: date) -> bool:
    """Whether someone leads the PMO who may sign in and whose end is not set: only leads can make leads."""
    return Membership.objects.leading(today).filter(role=Role.PMO_LEAD).exists()


def _check(record: models.Model, changed: set[str]) -> None:
    """Checks the changed columns and all rules between columns: an old flaw elsewhere must not forbid a correction."""
    record.clean_fields(exclude={column.name for column in record._meta.fields} - changed)
    record.clean()
    record.validate_unique()
    record.validate_constraints()
    if (
        isinstance(record, Ato)
        and "signed_on" in changed
        and (words := wrong_expiry(record.signed_on, record.expires_on))
    ):
        raise ValidationError({"signed_on": words})
    if isinstance(record, Ato) and "authorizing_official" in changed:
        officials = record.options("authorizing_official")
        if record.authorizing_official and not officials.filter(pk=record.authorizing_official_id).exists():
            raise ValidationError({"authorizing_official": NOT_AN_OFFICIAL})


def _plural(record_type: type[models.Model]) -> str:
    words = str(record_type._meta.verbose_name_plural)
    return words[:1].upper() + words[1:]


def _edit_policy(record_type: type[models.Model]) -> EditPolicy:
    keeping = KEPT.get(subject_type(record_type))
    if keeping is None:
        raise Blocked(f"The portal keeps its {record_type._meta.verbose_name_plural} itself.")
    return keeping


def _refuse_closed(record_type: type[models.Model], facts: Mapping[str, Any], *, adding: bool) -> None:
    closed = closed_columns(record_type, adding=adding) & facts.keys()
    if closed:
        verb = "entered" if adding else "corrected"
        raise Blocked(f"These are not yours to state and cannot be {verb}: {', '.join(sorted(closed))}.")
