"""The list of corrections of published fields."""

from typing import Any

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.db.models.functions import Concat
from django.utils import timezone

from accounts.models import User
from authorizations.display import address, counted
from authorizations.models import Correction
from authorizations.models.register.correction import FIELDS, CorrectionState
from authorizations.tables.columns import Column, ColumnKind, Link, Record, TagCell, field_column
from authorizations.vocabulary import DeploymentModel, ImpactLevel
from authorizations.web.lists.filter_counts import Facet
from authorizations.web.lists.listing import Listing

LABELS = {each.column: each.label for fields in FIELDS.values() for each in fields}
WORDS = dict([*ImpactLevel.choices, *DeploymentModel.choices])
TONES = {"proposed": "warn", "accepted": "good", "declined": "past", "published": "past"}
RECORDS = {"offering": "Offering", "ato": "ATO", "organization": "Organization"}
OVERDUE = {"yes": "Longer than it should", "no": "No, or not yet long"}


def _rows(user: User) -> QuerySet[Any]:
    late = Correction.objects.all().overdue(timezone.now()).values("pk")
    of_ato = Concat("ato__agency__name", Value(": "), "ato__offering__name", output_field=CharField())
    rows: QuerySet[Any] = Correction.objects.visible_to(user).annotate(
        about=Case(
            When(offering__isnull=False, then=F("offering__name")),
            When(ato__isnull=False, then=of_ato),
            default=F("organization__name"),
            output_field=CharField(),
        ),
        record_type=Case(
            When(offering__isnull=False, then=Value("offering")),
            When(ato__isnull=False, then=Value("ato")),
            default=Value("organization"),
        ),
        late=Case(When(pk__in=late, then=Value("yes")), default=Value("no")),
    )
    return rows


def _state(row: Record) -> TagCell:
    return TagCell(CorrectionState(row["state"]).label, TONES[row["state"]])


CORRECTIONS = Listing(
    name="corrections",
    title="Corrections of published fields",
    rows=_rows,
    search=lambda rows, search: rows.filter(
        Q(about__icontains=search.words) | Q(value__icontains=search.words) | Q(by__name__icontains=search.words)
    ),
    search_label="Record, value or organization",
    intro=(
        "One field each: the published value, the right one, and why. The PMO accepts or declines. "
        "A feed that says the same closes it."
    ),
    columns=(
        Column(
            "record",
            "Record",
            "The offering, ATO or organization.",
            of="correction",
            needs=("about", "public_id", "record_type"),
            value=lambda row: Link(row["about"], address("correction", row["public_id"]), RECORDS[row["record_type"]]),
            sort=("about", "field"),
        ),
        field_column("field", "Field", "The field that is wrong.", "field", "about", words=LABELS),
        field_column(
            "published",
            "The Marketplace",
            "What it said when this was proposed.",
            "published",
            sorts=False,
            words=WORDS,
        ),
        field_column("value", "Right", "The right value, as proposed.", "value", sorts=False, words=WORDS),
        Column("state", "State", "What became of it.", needs=("state",), value=_state, sort=("state", "proposed_at")),
        field_column("by", "Proposed by", "The organization.", "by__name", "proposed_at"),
        field_column("on", "Proposed", "When it was proposed.", "proposed_at", kind=ColumnKind.MOMENT),
        field_column("decided", "Decided", "When it was decided.", "decided_at", kind=ColumnKind.MOMENT),
    ),
    facets=(
        Facet("state", "State", "state", dict(CorrectionState.choices)),
        Facet("late", "Waiting for the feed", "late", OVERDUE),
        Facet("record_type", "Kind of record", "record_type", RECORDS),
        Facet("field", "Field", "field", LABELS),
    ),
    order="-on",
    sentence=lambda rows, total: counted(total, "correction"),
    empty=(
        "No correction yet. Who leads a provider, an agency or an assessor proposes one on the page of the record, "
        "beside the field that is wrong."
    ),
)
