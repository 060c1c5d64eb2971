"""Who may see which records: every list and every lookup starts at `visible_to(user)`.

The rules are the letters of "Who sees what": Marketplace facts for everyone who is signed in (a), the register fields
of an ATO for its agency, that agency's ancestors, the provider, the PMO and the auditor (b).
"""

from collections.abc import Iterable
from datetime import date
from functools import reduce
from operator import or_
from typing import Any, Self, TypeVar

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import Membership, Organization, User
from accounts.roles import OrganizationKind, Role
from authorizations.audit_log_format import audit_log_of
from authorizations.lifecycle.stages import BEFORE_THE_REQUEST, LISTED
from authorizations.models.register import standing
from authorizations.policy import PMO, Capability, may
from authorizations.vocabulary import LIVE_ATO_STAGES, AuditLog, CaseKind, SkipReason

M = TypeVar("M", bound=models.Model, covariant=True)


def reads_everything(user: User) -> bool:
    """The PMO and the auditor (who is appointed by the PMO) read every record of the register."""
    return OrganizationKind.PMO in user.sides


class Scoped(models.QuerySet[M]):
    """A queryset that knows what a person may see; `party` names the records in which the person's side takes part."""

    def visible_to(self, user: User) -> Self:
        if not user.is_authenticated:
            return self.none()
        return self.all() if reads_everything(user) else self.filter(self.party(user))

    def party(self, user: User) -> Q:
        """The condition for everyone who does not read everything. Closed unless a record type says otherwise."""
        return Q(pk__in=[])


def event_subject_type(record_type: models.Model | type[models.Model]) -> str:
    """The name under which events speak of a record type: its table's model in lower case, also for a proxy of it."""
    concrete: Any = record_type._meta.concrete_model
    return str(concrete._meta.model_name)


# Whom an entry names, each with the first account of the same person where two were merged.
ENTRY_PEOPLE = ("actor__merged_into", "acted_for__merged_into", "decided_by__merged_into")
# The act that records facts of a case beside its steps.
RECORDED = "case.facts_recorded"
# What an entry about a case says where it is about something that stays inside the agency (rule c).
INSIDE = "inside"
# What an entry is about that is there for one side alone until it is shared (rule d).
DRAFTED = "documentversion"


# What a person does for themselves, about records that others may not know: it concerns nobody else, nor the PMO.
FOR_ONESELF = ("message", "mute", "reportjob", "reportschedule", "savedview")


class EventQuerySet(Scoped[Any]):
    """The audit log: the auditor reads all of it, the PMO all but what stays inside an agency (rule c)."""

    def visible_to(self, user: User) -> Self:
        """The entries this person may know of: of a case only where the case is there for them."""
        rows = super().visible_to(user)
        if not user.is_authenticated or Role.AUDITOR in user.roles:
            return rows
        if not may(user.roles, Capability.SEE_SECURITY_EVENTS):
            rows = rows.acts()
        cases, inside = rows_of("Case"), Q(pk__in=[])
        for kind, record_type in cases.model.machines.items():
            closed = cases.filter(kind=kind).closed_to(user).values("pk")
            only_inside = only_about(record_type.inside_facts(), record_type.machine().facts) | Q(
                changes__has_key=INSIDE
            )
            # Asked last: a database then reads which cases are closed only where an entry may say what is inside.
            inside |= only_inside & Q(subject_id__in=closed)
        unseen = Q(subject_id__in=cases.unseen_by(user).values("pk")) | inside
        drafts = Q(subject_type=DRAFTED) & ~Q(subject_id__in=rows_of("DocumentVersion").visible_to(user).values("pk"))
        findings = rows_of("Finding").unseen_by(user)
        drafts |= Q(subject_type="finding", subject_id__in=findings.values("pk"))
        # Asked of each such entry alone: comments of others may be many, and the entries about them on a page are few.
        unread = Q(Exists(rows_of("Comment").unseen_by(user).filter(pk=OuterRef("subject_id"))), subject_type="comment")
        of_the_pmo = Membership.objects.filter(organization__kind=OrganizationKind.PMO).values("user")
        private = Q(subject_type__in=FOR_ONESELF, audit_log=AuditLog.ACTS) & ~Q(actor__in=of_the_pmo)
        return rows.exclude(Q(subject_type="case") & unseen).exclude(drafts).exclude(unread).exclude(private)

    def with_people(self) -> Self:
        """The entries with the people they name, and without the texts of the log, which no page shows."""
        return self.select_related(*ENTRY_PEOPLE).defer("text")

    def acts(self) -> Self:
        return self.filter(audit_log=AuditLog.ACTS)

    def about(self, record: models.Model) -> Self:
        """The acts on one record, for a page that shows the whole record to its reader anyway.

        Refusals and exports name the record too, but are entries of the security log: nothing was done to it.
        """
        named = event_subject_type(record)
        return self.filter(audit_log=audit_log_of(named), subject_type=named, subject_id=record.pk)

    def readable_history(self, record: Any, user: User | None) -> Self:
        """The entries about one record without those that say nothing but facts which this person may not read."""
        rows = self.about(record)
        hides = getattr(record, "hidden_facts", None)
        hidden = hides(user) if hides and user else frozenset()
        if not hidden:
            return rows
        return rows.exclude(only_about(hidden, record.machine().facts) | Q(changes__has_key=INSIDE))


def only_about(some: Iterable[str], known: Iterable[str]) -> Q:
    """Entries that recorded nothing but some of the known facts."""
    chosen = set(some)
    others = sorted(set(known) - chosen)
    return Q(verb=RECORDED, changes__has_any_keys=sorted(chosen)) & ~Q(changes__has_any_keys=others)


def rows_of(record_type: str) -> Any:
    """All rows of a model whose module reads this one."""
    return apps.get_model("authorizations", record_type)._default_manager.all()


class Staged(Scoped[M]):
    """Records that a machine moves: nothing that writes many rows at once may set a stage."""

    def update(self, **values: Any) -> int:
        _refuse_stage(values)
        return super().update(**values)

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], batch_size: int | None = None) -> int:
        names = list(fields)
        _refuse_stage(names)
        return super().bulk_update(objs, names, batch_size=batch_size)

    def update_or_create(self, defaults: Any = None, create_defaults: Any = None, **values: Any) -> Any:
        _refuse_stage({**(defaults or {}), **(create_defaults or {})})
        return super().update_or_create(defaults, create_defaults, **values)


def _refuse_stage(names: Iterable[str]) -> None:
    if "stage" in names:
        raise AttributeError("A stage changes by the machine's transitions alone: call perform().")


def user_organization_ids(user: User) -> Any:
    """The organizations of a person for a condition. Only agencies have parts, so without one the keys are at hand."""
    if user.keys_within is not None:
        return user.keys_within
    if OrganizationKind.AGENCY in user.sides:
        return Organization.objects.within(user).values("pk")
    return [membership.organization_id for membership in user.current_memberships]


def by_side(user: User, **conditions: Q) -> Q:
    """The condition of each side that the person is on, by its kind; none holds for anyone who is on none of them."""
    return reduce(or_, (where for kind, where in conditions.items() if kind in user.sides), Q(pk__in=[]))


class OfferingQuerySet(Scoped[Any]):
    def party(self, user: User) -> Q:
        return Q()


class AtoQuerySet(Staged[Any]):
    """ATO rows: published ones are Marketplace facts; the rest, and every register field, belong to the parties."""

    def party(self, user: User) -> Q:
        return Q(published_since__isnull=False) | Q(recorded_on__isnull=False) | self.own(user)

    def own(self, user: User) -> Q:
        """Rows whose register fields the person may see: as the agency, or as the provider."""
        theirs = user_organization_ids(user)
        return by_side(user, agency=Q(agency__in=theirs), provider=Q(offering__provider__in=theirs))

    def live(self, today: date) -> Self:
        """Those on which an agency relies: `standing.py` has the rule."""
        return self.filter(standing.live(today))

    def register_visible_to(self, user: User) -> Self:
        """The rows of which this person may see system, conditions, signer and notices too."""
        return self if reads_everything(user) else self.filter(self.own(user))

    def acting_for(self, user: User) -> Self:
        """The rows on which this person may see what can happen, with what the gates ask for beside them."""
        beside = ("agency__parent__parent", "offering__provider", "authorizing_official", "system", "owner")
        return self.visible_to(user).register_visible_to(user).select_related(*beside)

    def held_by(self, user: User) -> Self:
        return self.acting_for(user).select_for_update(of=("self",))


class CaseQuerySet(Staged[Any]):
    """Cases: their agency and those above it, the provider, the assessor, the PMO, the auditor (rules b and c)."""

    def visible_to(self, user: User) -> Self:
        """The cases this person may know of; a reuse case stays inside its agency until it is shared."""
        if not user.is_authenticated:
            return self.none()
        if Role.AUDITOR in user.roles:
            return self.all()
        return self.filter(self.party(user))

    def unseen_by(self, user: User) -> Self:
        if not user.is_authenticated:
            return self.all()
        # Said outright and not as all but those seen: for the PMO these are few, and an index has them.
        return self.none() if Role.AUDITOR in user.roles else self.exclude(self.party(user))

    def closed_to(self, user: User) -> Self:
        """Of these cases, those of which this person may not read what stays inside the agency (rule c)."""
        if Role.AUDITOR in user.roles:
            return self.none()
        closed = self.exclude(agency__in=user_organization_ids(user))
        return closed.exclude(TURNED_TO_THE_PMO) if OrganizationKind.PMO in user.sides else closed

    def party(self, user: User) -> Q:
        theirs, shared = user_organization_ids(user), Q(shared_at__isnull=False)
        return by_side(
            user,
            agency=Q(agency__in=theirs),
            provider=shared & Q(offering__provider__in=theirs),
            assessor=shared & Q(assessor__in=theirs),
            pmo=shared,
        )

    def acting_for(self, user: User) -> Self:
        """The cases on which this person may see what can happen; whoever reads many asks for more beside them."""
        return self.visible_to(user).select_related(*BESIDE_EVERY_ACT, "offering__provider")

    def held_by(self, user: User) -> Self:
        """The cases that this person may act on, to be locked: with what every act asks for beside them."""
        return self.visible_to(user).select_related(*BESIDE_EVERY_ACT).select_for_update(of=("self",))

    def with_reviewer_status(self) -> Self:
        """The same cases with whether the person who claimed the review still reviews for the PMO."""
        holds = Membership.objects.current(timezone.localdate()).filter(
            user=OuterRef("claimed_by"), role__in=list(PMO), user__is_active=True
        )
        return self.annotate(reviewer_serves=Exists(holds))

    def with_listed_sibling(self) -> Self:
        others = rows_of("Case").filter(offering=OuterRef("offering"), kind=CaseKind.INITIAL, stage__in=LISTED)
        return self.annotate(has_listed_sibling=Exists(others.exclude(pk=OuterRef("pk"))))

    def with_ao_status(self) -> Self:
        """The same cases with whether the official who is named still is one of the agency, or above."""
        line = Q(pk__in=[])
        for place in ("agency", "agency__parent", "agency__parent__parent"):
            line |= Q(organization=OuterRef(place))
        holds = Membership.objects.current(timezone.localdate()).filter(
            line,
            user=OuterRef("authorizing_official"),
            role=Role.AUTHORIZING_OFFICIAL,
            user__is_active=True,
        )
        return self.annotate(official_serves=Exists(holds))


# From the request for In Process on, or the ATO: `Case.has_turned_to_the_pmo` asks one case the same.
TURNED_TO_THE_PMO = Q(kind=CaseKind.REUSE, ato__isnull=False) | Q(kind=CaseKind.INITIAL) & (
    Q(facts__has_key="requested_on") | ~Q(adopted_at_stage__in=["", *BEFORE_THE_REQUEST])
)
# Joins cost more than the odd act that needs one more record.
BESIDE_EVERY_ACT = ("agency__parent__parent", "offering__package")
BESIDE_A_CASE = (
    "agency__parent__parent",
    "offering__provider",
    "offering__package",
    "authorizing_official",
    "system",
    "assessor",
    "ato__authorizing_official",
    "claimed_by",
    "access_person",
    "access_approver",
)


class PlanQuerySet(Scoped[Any]):
    """The plans of cases, which stay inside no side of them."""

    case = "case"

    def visible_to(self, user: User) -> Self:
        return self.filter(**{f"{self.case}__in": rows_of("Case").visible_to(user)})


class PlannedQuerySet(PlanQuerySet):
    case = "wbs__case"


class DeliverableQuerySet(Scoped[Any]):
    """What was delivered: of ATOs whose register fields a person sees; of offerings, the provider and its agencies."""

    def not_withdrawn(self) -> Self:
        return self.filter(withdrawn_at__isnull=True)

    def party(self, user: User) -> Q:
        """The parties of the ATO; of an offering, its provider and anyone who has a live ATO for it."""
        theirs = user_organization_ids(user)
        used = rows_of("Ato").filter(agency__in=theirs, offering=OuterRef("offering"), stage__in=LIVE_ATO_STAGES)
        of_atos = Q(ato__agency__in=theirs) | Q(ato__offering__provider__in=theirs)
        return of_atos | Q(offering__provider__in=theirs) | Q(Exists(used), offering__isnull=False)


class OfAgencyQuerySet(Scoped[Any]):
    def party(self, user: User) -> Q:
        return Q(agency__in=user_organization_ids(user))


class PackageAccessQuerySet(OfAgencyQuerySet):
    """Package accesses: the agency asks, the provider may have to grant."""

    def party(self, user: User) -> Q:
        theirs = user_organization_ids(user)
        return super().party(user) | Q(package__offering__provider__in=theirs)


class ContactQuerySet(Scoped[Any]):
    def party(self, user: User) -> Q:
        return Q(organization__in=user_organization_ids(user))


class MessageQuerySet(Scoped[Any]):
    """Messages: everyone's own; the PMO and the auditor all, to find those that failed."""

    def visible_to(self, user: User) -> Self:
        """The messages this person may know of: of a case only where the case is there for them."""
        rows = super().visible_to(user)
        if not user.is_authenticated or not reads_everything(user) or Role.AUDITOR in user.roles:
            return rows
        # Asked of each message's own act: joined, PostgreSQL reads the whole record beside the messages.
        its_case = rows_of("Case").unseen_by(user).filter(pk=OuterRef("subject_id"))
        its_comment = rows_of("Comment").unseen_by(user).filter(pk=OuterRef("subject_id"))
        # A message names the document that it is about, and says why one was withdrawn.
        inside = rows_of("Case").closed_to(user).filter(pk=OuterRef("subject_id"))
        its_draft = rows_of("DocumentVersion").visible_to(user).filter(pk=OuterRef("subject_id"))
        its_act = apps.get_model("authorizations", "Event")._base_manager.filter(pk=OuterRef("event"))
        unread = its_act.filter(
            Q(Exists(its_case), subject_type="case")
            | Q(Exists(inside), subject_type="case", changes__has_key=INSIDE)
            | Q(Exists(its_comment), subject_type="comment")
            | Q(~Exists(its_draft), subject_type=DRAFTED)
        )
        # A reminder has no act: it is about a record, and says that this is there.
        return rows.filter(self.party(user) | ~Exists(unread) & ~Q(Exists(its_case), subject_type="case"))

    def unread_by(self, user: Any) -> Self:
        """A person's own that they have not read. A digest carries what is here one by one."""
        rows = self.filter(recipient=user, read_at__isnull=True)
        return rows.exclude(skipped=SkipReason.NOT_PERMITTED).exclude(key__startswith="digest:")

    def about_record(self, record: Any, user: User) -> Self:
        """The messages on a record's page that a person may know of: to colleagues, and of the person's own acts.

        Of an act that says only what the person may not read nothing is told, nor of what is addressed to other sides.
        """
        rows = self.filter(subject_type=event_subject_type(record), subject_id=record.pk)
        if reads_everything(user):
            return rows.visible_to(user)
        current = Membership.objects.current(timezone.localdate()).filter(organization__in=user_organization_ids(user))
        theirs = Q(recipient__in=current.order_by().values("user"))
        if event_subject_type(record) == "organization":
            # Whom it is that leads invite, and who leaves, concerns its leads alone.
            theirs = Q(pk__isnull=False) if record.pk in user.led else Q(pk__in=[])
        else:
            acts = rows_of("Event").readable_history(record, user)
            theirs &= Q(event__isnull=True) | Q(Exists(acts.filter(pk=OuterRef("event"))))
        return rows.filter(self.party(user) | theirs | Q(event__actor__in=user.stands_for))

    def held_by(self, user: User) -> Self:
        """The messages that a person may have sent again, to be locked: of the own acts; for the PMO, what it sees."""
        own = self.filter(event__actor__in=user.stands_for)
        rows = self.visible_to(user) if may(user.roles, Capability.EDIT_RECORDS) else own
        return rows.select_for_update(of=("self",))

    def addressed_to(self, user: User) -> Self:
        """Everyone's own, which they may read whatever it is about."""
        return self.filter(self.party(user)) if user.is_authenticated else self.none()

    def party(self, user: User) -> Q:
        """The one person a message is for, unless it was no longer meant for them when it was to be mailed."""
        return Q(recipient=user) & ~Q(skipped=SkipReason.NOT_PERMITTED)
