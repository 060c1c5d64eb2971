"""The documents of a case or an ATO: named documents, each with its versions."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.fields import PublicIdField, optional_key
from accounts.models import Organization, User
from authorizations.models.cases.case import Case
from authorizations.models.cases.visibility import DocumentQuerySet, DocumentVersionQuerySet
from authorizations.models.register.ato import Ato
from authorizations.vocabulary import Scan, Turn

# What a release does not name, under a title of its own.
OTHER = "other"
# A file of these is in force and may be given out; any other waits or was refused.
GIVEN_OUT = (Scan.CLEAN, Scan.UNSCANNED)


class Document(models.Model):
    """One named document of a case or of an ATO; what it says is in its versions."""

    public_id = PublicIdField()
    case = optional_key(Case, related_name="documents")
    ato = optional_key(Ato, related_name="documents")
    key = models.CharField(max_length=40, help_text="Its name in the release of the rules, or “other”.")
    title = models.CharField(max_length=120, blank=True, help_text="Of one that no release names.")
    inside = models.CharField(max_length=10, blank=True, help_text="The side that alone reads it, as in the release.")

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["key", "title", "pk"]
        constraints = [
            models.CheckConstraint(
                name="document_of_a_case_or_an_ato",
                condition=Q(case__isnull=False, ato__isnull=True) | Q(case__isnull=True, ato__isnull=False),
            ),
            models.CheckConstraint(
                name="document_named_or_titled", condition=Q(key=OTHER) & ~Q(title="") | ~Q(key=OTHER) & Q(title="")
            ),
            models.UniqueConstraint(
                name="document_once_in_a_case", fields=["case", "key", "title"], condition=Q(case__isnull=False)
            ),
            models.UniqueConstraint(
                name="document_once_in_an_ato", fields=["ato", "key", "title"], condition=Q(ato__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.key


class DocumentVersion(models.Model):
    """One version: a file, kept under its SHA-256, or a reference to where the content is and must stay.

    Its content is never changed or replaced, only followed by a newer version or withdrawn with a reason. Until
    ``shared_at`` it is a draft inside the organization for which it was added. ``stated`` are keys of what was
    stated of it, such as its signatures, with it or later; the audit log says by whom and when.
    """

    public_id = PublicIdField()
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200, blank=True, help_text="The file's own name, as far as it is harmless.")
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(null=True, blank=True, help_text="In bytes.")
    content_type = models.CharField(max_length=100, blank=True, help_text="By its content, not by its name.")
    scan = models.CharField(max_length=10, choices=Scan.choices, blank=True)
    scanned_at = models.DateTimeField(null=True, blank=True)
    location = models.CharField(max_length=500, blank=True, help_text="Of a reference: where the content is.")
    verified_on = models.DateField(null=True, blank=True, help_text="Of a reference: when it was last looked up.")
    stated = models.JSONField(default=list, blank=True)
    note = models.TextField(blank=True)
    side = models.CharField(max_length=10, choices=Turn.choices, help_text="The side of whoever added it.")
    # The organization of that side on that day: when the case goes to another one, its drafts do not.
    organization = optional_key(Organization, related_name="+")
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    shared_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = optional_key(User, related_name="+")
    withdrawn_reason = models.TextField(blank=True)

    objects = DocumentVersionQuerySet.as_manager()

    class Meta:
        ordering = ["document", "-number"]
        indexes = [
            models.Index(fields=["sha256"], name="document_by_content"),
            # What the timer looks for four times a minute.
            models.Index(fields=["id"], condition=Q(scan=Scan.WAITING), name="document_waiting"),
        ]
        constraints = [
            models.UniqueConstraint(name="document_version_once", fields=["document", "number"]),
            models.CheckConstraint(
                name="document_file_or_reference",
                condition=Q(location="", size__isnull=False) & ~Q(sha256="") & ~Q(scan="")
                | ~Q(location="") & Q(sha256="", size__isnull=True, scan=""),
            ),
            models.CheckConstraint(
                name="document_withdrawn_with_reason",
                condition=Q(withdrawn_at__isnull=True, withdrawn_reason="", withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document} version {self.number}"

    @property
    def is_file(self) -> bool:
        return bool(self.sha256)

    @property
    def leads(self) -> bool:
        """Whether the reference is an address that a browser may be led to."""
        return re.fullmatch(r"https://[\w.-]+(:\d+)?(/\S*)?", self.location) is not None

    @property
    def is_draft(self) -> bool:
        return self.shared_at is None

    @property
    def counts(self) -> bool:
        """Whether gates may count on it: shared, not withdrawn, and, of a file, not in quarantine."""
        harmless = not self.is_file or self.scan in GIVEN_OUT
        return self.shared_at is not None and self.withdrawn_at is None and harmless

    @property
    def summary(self) -> dict[str, Any]:
        """What the case or ATO keeps of it in ``document_summary``."""
        at: datetime = self.shared_at or self.added_at
        on: date = timezone.localdate(at)
        verified = self.verified_on.isoformat() if self.verified_on else None
        return {
            "number": self.number,
            "on": on.isoformat(),
            # One moment is one text, whatever the zone of the person who wrote it.
            "at": at.astimezone(UTC).isoformat(),
            "stated": list(self.stated),
            "verified_on": verified,
        }


def summarize_documents(documents: models.QuerySet[Document]) -> dict[str, dict[str, Any]]:
    """The summary of these documents, by key: of each its newest version that counts.

    What no release names is left out: no gate asks for it.
    """
    return summary_of(documents.exclude(key=OTHER).order_by("key").prefetch_related("versions"))


def summary_of(documents: Iterable[Document]) -> dict[str, dict[str, Any]]:
    """The same of documents that are read with their versions, without those that no release names."""
    document_summary: dict[str, dict[str, Any]] = {}
    for document in documents:
        newest = next((version for version in document.versions.all() if version.counts), None)
        if newest is not None:
            document_summary[document.key] = {**newest.summary, "at": _first_shared(newest, document).isoformat()}
    return document_summary


def _first_shared(version: DocumentVersion, document: Document) -> datetime:
    """Since when what a version says is known: a file that is added once more says nothing new."""
    same = (each for each in document.versions.all() if each.sha256 and each.sha256 == version.sha256)
    known: list[datetime] = [each.shared_at for each in (version, *same) if each.shared_at]
    return min(known)
