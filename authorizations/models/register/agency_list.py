"""The lists that agencies bring in: each file with what its columns mean, and every row with what became of it."""

from typing import Any

from django.db import models
from django.db.models import OuterRef, Q, QuerySet
from django.urls import reverse

from accounts.fields import PublicIdField, optional_key
from accounts.models import Organization, User
from authorizations.models.querysets import OfAgencyQuerySet
from authorizations.models.register.ato import Ato
from authorizations.models.register.offering import Offering
from authorizations.vocabulary import ListRowState


class AgencyList(models.Model):
    """One list that was brought in. It can be undone as a whole until somebody acts on one of its ATOs.

    Attributes:
        columns: what each column means, {field: column}, the first is 1; kept for the next list of the same headings.
        signature: the headings in plain words.
    """

    public_id = PublicIdField()
    agency = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="lists", limit_choices_to={"kind": "agency"}
    )
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    sheet = models.CharField(max_length=100)
    heading_row = models.PositiveIntegerField()
    signature = models.TextField(blank=True)
    columns = models.JSONField(default=dict)
    brought_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    brought_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = OfAgencyQuerySet.as_manager()

    class Meta:
        ordering = ["-brought_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("agency_list", args=[self.public_id])


class AgencyListRow(models.Model):
    """One row of a list: taken (it has an ATO), waiting for a person to say which offering it means, or refused.

    Attributes:
        cells: what the row says, {field: text}.
        issues: cells that were not taken as they are, [[place, raw, sentence], …].
        changes: what taking it set on an ATO that was there, {column: [before, after]}; a new one has none.
    """

    public_id = PublicIdField()
    agency_list = models.ForeignKey(AgencyList, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=ListRowState.choices)
    agency = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    offering = models.ForeignKey(Offering, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ato = models.ForeignKey(Ato, null=True, blank=True, on_delete=models.PROTECT, related_name="list_rows")
    made_ato = models.BooleanField(default=False, help_text="Whether its ATO came with this row.")
    cells = models.JSONField(default=dict)
    signed_on = models.DateField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    why = models.CharField(max_length=300, blank=True)
    candidates = models.JSONField(default=list, blank=True)
    issues = models.JSONField(default=list, blank=True)
    changes = models.JSONField(default=dict, blank=True)
    decided_by = optional_key(User, related_name="+")

    class Meta:
        ordering = ["agency_list", "number"]
        constraints = [
            models.UniqueConstraint(name="list_row_number_once", fields=["agency_list", "number"]),
            models.CheckConstraint(
                name="list_row_taken_with_offering",
                condition=~Q(state=ListRowState.TAKEN) | Q(offering__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"row {self.number}"


def newest_row_of_ato() -> QuerySet[Any]:
    """The row of a list that last named the outer ATO, for a subquery; a list that was undone says nothing."""
    rows: QuerySet[Any] = AgencyListRow.objects.filter(ato=OuterRef("pk"), agency_list__undone_at__isnull=True)
    return rows.order_by("-agency_list__brought_at", "number")
