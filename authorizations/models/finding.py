"""What a reviewer found when giving work back: one row each, answered by one side and resolved by the other."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.fields import PublicIdField, optional_key
from accounts.models import User
from authorizations.models.cases.case import Case
from authorizations.models.cases.visibility import FindingQuerySet
from authorizations.models.document import DocumentVersion
from authorizations.vocabulary import Severity, Turn


class Finding(models.Model):
    """One finding: drafted inside the reviewer's side, sent with a return, answered, and resolved or asked again.

    It is tied to a version of a document or to a recorded fact of the case. Open is one that was sent and is not
    resolved; unanswered, an open one whose answer is missing.
    """

    public_id = PublicIdField()
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="findings")
    side = models.CharField(max_length=10, choices=Turn.choices, help_text="The side of the reviewer.")
    owed_by = models.CharField(max_length=10, choices=Turn.choices, blank=True, help_text="The side that answers.")
    severity = models.CharField(max_length=10, choices=Severity.choices)
    text = models.TextField()
    version = optional_key(DocumentVersion, related_name="findings")
    fact = models.CharField(max_length=60, blank=True, help_text="The name of the recorded fact it is about.")
    drafted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    step = models.CharField(max_length=40, blank=True, help_text="The return it was sent with.")
    sent_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    answered_by = optional_key(User, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    resolved_by = optional_key(User, related_name="+")
    resolved_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True, help_text="A draft that was not sent after all.")

    objects = FindingQuerySet.as_manager()

    class Meta:
        ordering = ["case", "pk"]
        constraints = [
            models.CheckConstraint(
                name="finding_sent_to_somebody",
                condition=Q(sent_at__isnull=True, owed_by="", step="")
                | Q(sent_at__isnull=False) & ~Q(owed_by="") & ~Q(step=""),
            ),
            models.CheckConstraint(
                name="finding_answered_by_somebody",
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, answer="")
                | Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer=""),
            ),
            models.CheckConstraint(
                name="finding_resolved_once_sent",
                condition=Q(resolved_at__isnull=True, resolved_by__isnull=True)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False, sent_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    def get_absolute_url(self) -> str:
        return f"{reverse('case_findings', args=[self.case.public_id])}#finding-{self.public_id}"

    @property
    def is_draft(self) -> bool:
        return self.sent_at is None and self.dropped_at is None

    @property
    def is_open(self) -> bool:
        return self.sent_at is not None and self.resolved_at is None

    @property
    def is_unanswered(self) -> bool:
        return self.is_open and self.answered_at is None


class FindingRound(models.Model):
    """One round of a finding that is over: the return it was sent with, the answer, and why that was not enough."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="rounds")
    step = models.CharField(max_length=40, help_text="The return it was sent with.")
    sent_at = models.DateTimeField()
    answer = models.TextField()
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()
    reason = models.TextField(help_text="Why the answer was not enough.")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()

    class Meta:
        ordering = ["finding", "pk"]

    def __str__(self) -> str:
        return self.reason[:80]


def counts_of(findings: Iterable[Finding]) -> dict[str, Any]:
    """The summary of these findings: drafts and unanswered ones by side, all that are open, and the last return.

    ``open_of`` are the open ones by the side whose review found them: the approval of one side does not wait for
    what another has not settled yet. Where there is nothing to count, it is empty.
    """
    rows = [finding for finding in findings if finding.dropped_at is None]
    if not rows:
        return {}
    drafts = Counter(row.side for row in rows if row.sent_at is None)
    still_open = [row for row in rows if row.is_open]
    counts = {
        "drafts": dict(drafts),
        "open": len(still_open),
        "open_of": dict(Counter(row.side for row in still_open)),
        "unanswered": dict(Counter(row.owed_by for row in still_open if row.answered_at is None)),
    }
    sent = max((row.sent_at for row in rows if row.sent_at is not None), default=None)
    return {**counts, "sent_at": sent.isoformat()} if sent else counts
