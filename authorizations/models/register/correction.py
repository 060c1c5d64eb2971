"""One published field of which somebody says that another value is right, with evidence (ADR 30)."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.fields import PublicIdField, optional_key
from accounts.models import Organization, User
from accounts.roles import OrganizationKind
from authorizations.display import day_text
from authorizations.models.imports import ImportRun
from authorizations.models.querysets import Scoped, user_organization_ids
from authorizations.models.register.ato import Ato
from authorizations.models.register.offering import Offering
from authorizations.sanitize import day_or_none


class CorrectionState(models.TextChoices):
    """How far a proposed correction of a published field is."""

    PROPOSED = "proposed", "Proposed"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    PUBLISHED = "published", "Published so"


CORRECTED = "correction"
OPEN = (CorrectionState.PROPOSED, CorrectionState.ACCEPTED)


class Correctable(NamedTuple):
    """A column of a record type that can be corrected: its name, and its words."""

    column: str
    label: str


# Names, providers and parents are decided as records to decide (ADR 2); whose a record is, nobody corrects by a field.
FIELDS: dict[str, tuple[Correctable, ...]] = {
    "offering": (
        Correctable("impact_level", "Impact level"),
        Correctable("deployment_model", "Deployment model"),
        Correctable("annual_assessment", "Annual assessment"),
        Correctable("website", "Website"),
        Correctable("description", "Description"),
    ),
    "ato": (
        Correctable("signed_on", "ATO date"),
        Correctable("logged_on", "Logged by FedRAMP"),
        Correctable("expires_on", "Expiry"),
    ),
    "organization": (
        Correctable("website", "Website"),
        Correctable("uei", "Unique entity id"),
        Correctable("accredited_on", "Accredited on"),
    ),
}
OF_KINDS = {"uei": OrganizationKind.PROVIDER, "accredited_on": OrganizationKind.ASSESSOR}


def correctable(record: Any) -> list[Correctable]:
    """The fields of a published record that can be corrected; none of one that no feed publishes."""
    if record.published_since is None or record.not_published_since is not None:
        return []
    fields = FIELDS[record._meta.concrete_model._meta.model_name]
    return [each for each in fields if OF_KINDS.get(each.column) in (None, getattr(record, "kind", None))]


def parsed(record: Any, column: str, text: str) -> Any:
    """A text as the value of a column. Raises ValidationError where it is none."""
    field = record._meta.get_field(column)
    return field.clean(field.to_python(text or None) if isinstance(field, models.DateField) else text, record)


def as_text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")


def is_corrected(record: Any, column: str) -> bool:
    """Whether a value is our accepted correction, which no feed has said yet."""
    return str(record.sources.get(column, "")).startswith(CORRECTED)


def corrected_source(record: Any, column: str) -> str:
    """The source of a value that is ours: it names the feed that it stands against."""
    former = str(record.sources.get(column, ""))
    return former if former.startswith(CORRECTED) else f"{CORRECTED} {former}".strip()


class CorrectionQuerySet(Scoped[Any]):
    def party(self, user: User) -> Q:
        """Who proposed it, with their organization."""
        return Q(by__in=user_organization_ids(user))

    def unsettled(self) -> Self:
        return self.filter(state__in=OPEN)

    def overdue(self, now: datetime) -> Self:
        """Accepted so long ago that the feeds should agree by now."""
        return self.filter(
            state=CorrectionState.ACCEPTED, decided_at__lt=now - timedelta(days=settings.CORRECTION_DAYS)
        )


class Correction(models.Model):
    """A proposal for one field: what was published, what is right and why, and what became of it.

    ``published`` and ``value`` are texts: a date as ISO text, a word of a vocabulary as it is stored. An accepted one
    is our value, until a feed says the same; then it closes by itself.
    """

    public_id = PublicIdField()
    offering = optional_key(Offering, related_name="corrections")
    ato = optional_key(Ato, related_name="corrections")
    organization = optional_key(Organization, related_name="corrections")
    field = models.CharField(max_length=40)
    published = models.TextField(blank=True, help_text="What the Marketplace said when it was proposed.")
    value = models.TextField(help_text="What is right.")
    evidence = models.TextField()
    evidence_link = models.URLField(max_length=300, blank=True)
    by = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="proposed_corrections")
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=CorrectionState.choices, default=CorrectionState.PROPOSED)
    decided_by = optional_key(User, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)
    closed_by_run = optional_key(ImportRun, related_name="corrections")

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="correction_of_one_record",
                condition=Q(offering__isnull=False, ato__isnull=True, organization__isnull=True)
                | Q(offering__isnull=True, ato__isnull=False, organization__isnull=True)
                | Q(offering__isnull=True, ato__isnull=True, organization__isnull=False),
            ),
            *(
                models.UniqueConstraint(
                    name=f"correction_open_once_{record}",
                    fields=[record, "field"],
                    condition=Q(state__in=["proposed", "accepted"]),
                )
                for record in ("offering", "ato", "organization")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} of {self.record}"

    def get_absolute_url(self) -> str:
        return reverse("correction", args=[self.public_id])

    @property
    def record(self) -> Any:
        """The offering, ATO or organization that it is about."""
        return self.offering or self.ato or self.organization

    @property
    def label(self) -> str:
        kind = "offering" if self.offering_id else "ato" if self.ato_id else "organization"
        return next((each.label for each in FIELDS[kind] if each.column == self.field), self.field)

    @property
    def published_words(self) -> str:
        return self.in_words(self.published)

    @property
    def value_words(self) -> str:
        return self.in_words(self.value)

    def in_words(self, text: str) -> str:
        """A value of its field as people read it."""
        column = self.record._meta.get_field(self.field)
        day = day_or_none(text) if isinstance(column, models.DateField) else None
        return day_text(day) if day else str(dict(column.flatchoices).get(text, text))
