"""The facts that imports changed as lines that people read: whose they are, where they stand, old and new in words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, DateField, F, QuerySet, Value
from django.db.models.functions import Cast

from accounts.models import Organization, User
from authorizations.display import address, day_text
from authorizations.models.audit_log import Event
from authorizations.models.feed_changes.facts import VERBS, ChangeKind, FeedFact, ImportEntry, facts_of
from authorizations.models.imports import ImportRun
from authorizations.models.register.ato import Ato
from authorizations.models.register.offering import DesignationEvent, Leverage, Offering
from authorizations.models.register.overview import PackageOverview
from authorizations.sanitize import day_or_none
from authorizations.vocabulary import AuditLog, DesignationStep, RunStatus

MODELS: dict[str, Any] = {
    "organization": Organization, "offering": Offering, "ato": Ato, "designationevent": DesignationEvent,
    "leverage": Leverage, "packageoverview": PackageOverview,
}  # fmt: skip
# More keys than these are longer to send than to read the whole table.
MANY = 500
NOT_KEPT = "Not kept in the audit log"
ORGANIZATIONS = frozenset({"provider", "assessor", "partner_agency", "parent"})
LABELS = {
    "designation": "Designation", "logged_on": "Logged by FedRAMP", "signed_on": "ATO date", "expires_on": "Expiry",
    "listing_role": "Initial or reuse", "ended_as_published": "Not active, as published", "uei": "Unique entity id",
    "published_authorizations": "Published authorizations", "published_reuse": "Published reuse",
    "signer": "Official named", "partner_agency": "Agency sponsor", "annual_assessment": "Annual assessment",
}  # fmt: skip


class OrganizationName(NamedTuple):
    """An organization: its key, its public id, its name and the page of its kind."""

    key: int
    public_id: str
    name: str
    kind: str

    @property
    def url(self) -> str:
        return address(self.kind, self.public_id)


@dataclass(frozen=True, slots=True)
class FeedChange:
    """One line: the fact, its record with the page, old and new value in words, and whose it is."""

    kind: ChangeKind
    record_type: str
    record: str
    url: str
    fact: str
    before: str
    after: str
    at: datetime
    # The record as the audit log names it.
    subject: tuple[str, int]
    agency: OrganizationName | None = None
    provider: OrganizationName | None = None
    # The keys of all organizations that it concerns, and their public ids.
    concerns: frozenset[int] = field(default_factory=frozenset)
    concerned: frozenset[str] = field(default_factory=frozenset)


def applied_runs() -> QuerySet[ImportRun]:
    """The imports that were applied, in the order in which they were."""
    return ImportRun.objects.filter(status=RunStatus.APPLIED).order_by("started_at", "pk")


def entries_between(after: datetime | None, until: datetime) -> Iterator[ImportEntry]:
    """What imports entered after a moment, up to another: one query, in the order of the log."""
    rows = Event.objects.filter(verb__in=VERBS, audit_log=AuditLog.ACTS, recorded_at__lte=until)
    if after is not None:
        rows = rows.filter(recorded_at__gt=after)
    for row in rows.order_by("position").values_list("subject_type", "subject_id", "changes", "recorded_at"):
        yield ImportEntry(*row)


def changes_of(user: User | None, entries: Iterable[ImportEntry]) -> list[FeedChange]:
    """The lines of these entries about records that a person may see, by record; None: the portal itself."""
    facts = list(facts_of(entries))
    names = _RecordNames(user, facts)
    lines = (line for fact in facts if (line := names.line(fact)) is not None)
    return sorted(lines, key=lambda line: (line.record.lower(), line.record, line.subject, line.kind, line.fact))


class _RecordNames:
    """What the records of some facts are called: a query for each record type, and one for organizations."""

    def __init__(self, user: User | None, facts: Iterable[FeedFact]) -> None:
        keys: dict[str, set[int]] = {name: set() for name in MODELS}
        came_or_left = set()
        for fact in facts:
            keys[fact.subject_type].add(fact.key)
            if not fact.field:
                came_or_left.add((fact.subject_type, fact.key))
        self.whole = came_or_left
        self.steps, self.links = _parts(keys["designationevent"], keys["leverage"])
        atos = Ato.objects.visible_to(user) if user else Ato.objects.all()
        self.atos = _read(atos, keys["ato"], "public_id", "agency", "offering")
        wanted = keys["offering"] | {row[2] for row in self.atos.values()} | {row[0] for row in self.steps.values()}
        wanted |= {key for row in self.links.values() for key in row}
        self.overviews = _read(PackageOverview.objects.all(), keys["packageoverview"], "offering")
        wanted |= {row[0] for row in self.overviews.values()}
        offerings = Offering.objects.visible_to(user) if user else Offering.objects.all()
        self.offerings = _read(offerings, wanted, "public_id", "name", "provider", "assessor")
        organizations = Organization.objects.visible_to(user) if user else Organization.objects.all()
        # Any of them may be an old or a new value; they are few.
        rows = list(organizations.order_by().values_list("pk", "public_id", "name", "kind", "parent"))
        self.organizations = {row[0]: OrganizationName(*row[:4]) for row in rows}
        self.parents = {row[0]: row[4] for row in rows if row[4]}

    def line(self, fact: FeedFact) -> FeedChange | None:
        """The line of a fact; None for a record that the person may not see, or a part that came with its offering."""
        return getattr(self, f"_{fact.subject_type}")(fact)  # type: ignore[no-any-return]

    def _organization(self, fact: FeedFact) -> FeedChange | None:
        found = self.organizations.get(fact.key)
        if found is None:
            return None
        of_it: dict[str, Any] = {found.kind: found} if found.kind in {"agency", "provider"} else {}
        return self._made(fact, found.kind.capitalize(), found.name, found.url, concerns=self._line(found.key), **of_it)

    def _offering(self, fact: FeedFact) -> FeedChange | None:
        return self._about_offering(fact, fact.key)

    def _designationevent(self, fact: FeedFact) -> FeedChange | None:
        """A dated step is a date of its offering; of one that left the date is the one that its row keeps."""
        row = self.steps.get(fact.key)
        if row is None or ("offering", row[0]) in self.whole:
            return None
        if fact.before is None and fact.after is None:
            fact = fact._replace(before=row[2])
        return self._about_offering(fact, row[0], words=f"Step: {DesignationStep(row[1]).label}")

    def _leverage(self, fact: FeedFact) -> FeedChange | None:
        row = self.links.get(fact.key)
        if row is None or row[1] not in self.offerings or any(("offering", key) in self.whole for key in row):
            return None
        words = f"Builds on {self.offerings[row[1]][1]}"
        return self._about_offering(fact, row[0], words=words, kind=ChangeKind.LINKS)

    def _packageoverview(self, fact: FeedFact) -> FeedChange | None:
        row = self.overviews.get(fact.key)
        if row is None or ("offering", row[0]) in self.whole:
            return None
        return self._about_offering(fact, row[0], **({} if fact.field else {"words": "Package overview"}))

    def _about_offering(self, fact: FeedFact, key: int, **shown: Any) -> FeedChange | None:
        row = self.offerings.get(key)
        if row is None:
            return None
        public_id, name, provider, assessor = row
        both = (fact.before, fact.after) if fact.field in ORGANIZATIONS else ()
        concerns = frozenset(each for each in (provider, assessor, *both) if each in self.organizations)
        of_it = {"provider": self.organizations.get(provider), "concerns": concerns, "subject": ("offering", key)}
        return self._made(fact, "Offering", name, address("offering", public_id), **of_it, **shown)

    def _ato(self, fact: FeedFact) -> FeedChange | None:
        row = self.atos.get(fact.key)
        if row is None or row[1] not in self.organizations or row[2] not in self.offerings:
            return None
        agency, offering = self.organizations[row[1]], self.offerings[row[2]]
        of_it = {"agency": agency, "provider": self.organizations.get(offering[2])}
        concerns = self._line(row[1]) | {offering[2]}
        name = f"{agency.name}: {offering[1]}"
        return self._made(fact, "ATO", name, address("ato", row[0]), concerns=concerns, **of_it)

    def _line(self, key: int) -> frozenset[int]:
        """An organization with all above it."""
        line: list[int] = []
        at: int | None = key
        while at is not None and at not in line:
            line.append(at)
            at = self.parents.get(at)
        return frozenset(line)

    def _made(self, fact: FeedFact, record_type: str, record: str, url: str, **more: Any) -> FeedChange:
        before, after = self._both(fact)
        more["concerned"] = frozenset(self.organizations[key].public_id for key in more["concerns"])
        facts = {
            "kind": fact.kind,
            "fact": more.pop("words", "") or _label(fact),
            "subject": (fact.subject_type, fact.key),
            **more,
        }
        return FeedChange(
            record_type=record_type, record=record, url=url, before=before, after=after, at=fact.at, **facts
        )

    def _both(self, fact: FeedFact) -> tuple[str, str]:
        if fact.field and fact.before is None and fact.after is None:
            return NOT_KEPT, NOT_KEPT
        return self._words(fact, fact.before), self._words(fact, fact.after)

    def _words(self, fact: FeedFact, value: Any) -> str:
        """A value of the audit log as its reader knows it; blank for none."""
        if value in (None, "", []):
            return ""
        if fact.field in ORGANIZATIONS:
            named = self.organizations.get(value)
            return named.name if named else "An organization that is not here"
        if isinstance(value, bool):
            return "Yes" if value else "No"
        if isinstance(value, list):
            return ", ".join(map(str, value))
        day: date | None = day_or_none(value) if fact.field.endswith("_on") else None
        return day_text(day) if day else _choices(fact).get(value, str(value))


def _read(rows: Any, keys: set[int], *columns: str) -> dict[int, tuple[Any, ...]]:
    """These columns of the records of these keys, by key; no query where there is none."""
    if not keys:
        return {}
    return {key: tuple(values) for key, *values in _some(rows, keys).values_list("pk", *columns)}


def _parts(steps: set[int], links: set[int]) -> tuple[dict[int, tuple[int, str, str]], dict[int, tuple[int, int]]]:
    """Offering, step and day of dated steps, and both offerings of links, by their keys: in one query."""
    found = _some(DesignationEvent.objects.all(), steps).annotate(
        other=Cast(Value(0), BigIntegerField()), text=F("step"), on=F("effective_on")
    )
    carried = _some(Leverage.objects.all(), links).annotate(
        other=F("underlying"), text=Value(""), on=Cast(Value(None), DateField())
    )
    columns = ("pk", "offering", "other", "text", "on")
    rows = list(found.values_list(*columns).union(carried.values_list(*columns), all=True)) if steps or links else []
    of_steps = {key: (offering, text, on.isoformat()) for key, offering, _, text, on in rows if text}
    return of_steps, {key: (offering, other) for key, offering, other, text, _ in rows if not text}


def _some(rows: Any, keys: set[int]) -> Any:
    """The rows of these keys; where they are many, all rows, in which they are."""
    return (rows if len(keys) > MANY else rows.filter(pk__in=keys)).order_by()


def _column(fact: FeedFact) -> Any:
    return MODELS[fact.subject_type]._meta.get_field(fact.field)


def _choices(fact: FeedFact) -> dict[Any, str]:
    return dict(_column(fact).flatchoices) if fact.field else {}


def _label(fact: FeedFact) -> str:
    if not fact.field:
        return "In the Marketplace"
    words = LABELS.get(fact.field) or str(_column(fact).verbose_name)
    return words[:1].upper() + words[1:]
