"""What the rules' documents say that were imported here, what local policy adds, and how a process learns of both."""

import logging
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Any

from django.db import DatabaseError, models
from django.db.models import Count, Q, Subquery, Value
from django.urls import reverse

from accounts.fields import PublicIdField, optional_key
from accounts.models import User
from authorizations.models.audit_log import AuditLogHead
from authorizations.models.calendar.office_closure import OfficeClosure
from authorizations.rules import RELEASE_REGISTRY, BadRelease
from authorizations.rules.names import DATES, LENGTHS
from authorizations.rules.release import LocalPolicy, read
from authorizations.vocabulary import AuditLog, RulePart, WhoTakesPart

logger = logging.getLogger(__name__)
# How long a process goes on with what it knows before it asks again.
SECONDS = 10.0


class RulesRelease(models.Model):
    """A release that was imported here. Its document never changes: cases are pinned to its id."""

    public_id = PublicIdField()
    name = models.CharField("id", max_length=40, unique=True, help_text="Its id, to which cases are pinned.")
    title = models.CharField(max_length=200)
    document = models.TextField(help_text="The text of the document, letter by letter.")
    sha256 = models.CharField("SHA-256", max_length=64)
    imported_by = optional_key(User, related_name="+")
    imported_at = models.DateTimeField()

    class Meta:
        verbose_name = "release of the rules"
        verbose_name_plural = "releases of the rules"
        ordering = ["-imported_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("release", args=[self.name])


class LocalValue(models.Model):
    """What was decided here where the rules leave a date or a length open. The newest row of a name counts.

    Rows are only added; one with neither a day nor a number takes back what was decided before.
    """

    public_id = PublicIdField()
    name = models.CharField(max_length=40, help_text="Of the date or length, as releases call it.")
    day = models.DateField(null=True, blank=True)
    number = models.PositiveIntegerField(null=True, blank=True)
    reason = models.TextField()
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        ordering = ["-set_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="local_value_of_one_kind", condition=Q(day__isnull=True) | Q(number__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return {**DATES, **LENGTHS}.get(self.name, self.name)


class ParticipationDecision(models.Model):
    """Who takes part in this portal, from then on. The newest row counts; without one it is a program office."""

    public_id = PublicIdField()
    participation = models.CharField(max_length=20, choices=WhoTakesPart.choices)
    reason = models.TextField()
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        ordering = ["-set_at", "-pk"]

    def __str__(self) -> str:
        return str(self.get_participation_display())


def participation() -> WhoTakesPart:
    decided = ParticipationDecision.objects.values_list("participation", flat=True).first()
    return WhoTakesPart(decided) if decided else WhoTakesPart.PROGRAM_OFFICE


def local_values() -> dict[str, LocalValue]:
    newest = {each.name: each for each in LocalValue.objects.select_related("set_by").order_by("set_at", "pk")}
    return {name: each for name, each in newest.items() if each.day is not None or each.number is not None}


class RuleEdition(models.Model):
    """The texts of one version; FedRAMP published a version again with other bytes, which is a second edition of it."""

    public_id = PublicIdField()
    version = models.CharField(max_length=40)
    publication = models.PositiveSmallIntegerField(
        default=1, help_text="How often the version had been published when this file of it was imported."
    )
    title = models.CharField(max_length=200)
    updated_on = models.DateField()
    sha256 = models.CharField("SHA-256", max_length=64)
    notes = models.JSONField(default=list, blank=True, help_text="What of it this portal does not know, in sentences.")
    imported_by = optional_key(User, related_name="+")
    imported_at = models.DateTimeField()

    class Meta:
        verbose_name = "version of the rules’ texts"
        verbose_name_plural = "versions of the rules’ texts"
        ordering = ["-updated_on", "-version", "-publication"]
        constraints = [
            models.UniqueConstraint(name="rule_edition_once", fields=["version", "sha256"]),
            models.UniqueConstraint(name="rule_edition_publication", fields=["version", "publication"]),
        ]

    def __str__(self) -> str:
        again = f", republished (edition {self.publication})" if self.publication > 1 else ""
        return f"{self.title}, version {self.version}{again}"

    def get_absolute_url(self) -> str:
        return reverse("rule_texts")


class RuleText(models.Model):
    """One rule, definition or indicator as an edition has it.

    ``more`` holds what else it says: ``[heading, [paragraphs]]`` in order, all of it plain text.
    """

    public_id = PublicIdField()
    edition = models.ForeignKey(RuleEdition, on_delete=models.CASCADE, related_name="rules")
    rule_id = models.CharField("id", max_length=20)
    part = models.CharField(max_length=10, choices=RulePart.choices)
    chapter = models.CharField(max_length=100)
    title = models.CharField(max_length=200)
    force = models.CharField(max_length=20, blank=True)
    binds = models.CharField("who it binds", max_length=100, blank=True)
    text = models.TextField()
    more = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["rule_id"]
        constraints = [models.UniqueConstraint(name="rule_once_in_an_edition", fields=["edition", "rule_id"])]

    def __str__(self) -> str:
        return f"{self.rule_id}: {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("rule", args=[self.rule_id])


# --- what a process knows ---


NEVER_ASKED = (None, None, None, None)


@dataclass
class ReleaseCache:
    """When this process asked last, and how many documents, values and office closures there were then."""

    asked: float = float("-inf")
    mark: tuple[Any, ...] = NEVER_ASKED


RELEASE_CACHE = ReleaseCache()


def refresh_releases(*, at_once: bool = False) -> None:
    """Reads what was imported or decided since, at most once in ten seconds, into the registry of releases.

    One query where nothing is new. A database that does not answer leaves the process with what it knows.
    """
    now = monotonic()
    if not at_once and now - RELEASE_CACHE.asked < SECONDS:
        return
    RELEASE_CACHE.asked = now
    try:
        mark = _mark()
        if mark != RELEASE_CACHE.mark:
            _read_all()
            RELEASE_CACHE.mark = mark
    except DatabaseError:
        logger.warning("the releases of the rules could not be asked for; going on with those that are known")


def _mark() -> tuple[Any, ...]:
    """How many rows there are: rows are only added, in whichever order they are committed."""
    documents, values, closures, decisions = (
        record_type.objects.order_by().values(one=Value(1)).annotate(rows=Count("pk")).values("rows")
        for record_type in (RulesRelease, LocalValue, OfficeClosure, ParticipationDecision)
    )
    heads = AuditLogHead.objects.filter(audit_log=AuditLog.ACTS).annotate(
        documents=Subquery(documents),
        values_here=Subquery(values),
        closures=Subquery(closures),
        decisions=Subquery(decisions),
    )
    return heads.values_list("documents", "values_here", "closures", "decisions").first() or NEVER_ASKED


def _read_all() -> None:
    imported = []
    for row in RulesRelease.objects.order_by("pk"):
        try:
            imported.append(read(row.document))
        except BadRelease:
            logger.exception("the release %s cannot be read by this version of the portal", row.name)
    values = local_values()
    dates = {name: each.day for name, each in values.items() if each.day is not None}
    lengths = {name: each.number for name, each in values.items() if each.number is not None}
    closures = frozenset(OfficeClosure.objects.values_list("day", flat=True))
    takes_part = participation() == WhoTakesPart.PROGRAM_OFFICE
    RELEASE_REGISTRY.replace_imported(imported, LocalPolicy(dates, lengths, closures, takes_part))


RELEASE_REGISTRY.refresh = partial(refresh_releases, at_once=True)
