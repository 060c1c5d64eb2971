"""As of when and from which data a list is that leaves the portal: a table of its own, in each format."""

from collections.abc import Iterator
from functools import partial

from django.db.models import Q

from accounts.models import Organization
from authorizations.display import moment_text
from authorizations.presenters.provenance import federal_data
from authorizations.tables.columns import Column, Row, Table
from authorizations.tables.contents import ReportSpec

COLUMNS = (
    Column("what", "What", "A fact about this file."),
    Column("value", "As it is", "As of the moment at which the file was made."),
)


def provenance(spec: ReportSpec, *further: tuple[str, str]) -> Table:
    """When, for whom, of what and from which feed; ``further``: what the report itself adds."""
    return Table("provenance", "As of when, and from which data", COLUMNS, partial(_rows, spec, further))


def _rows(spec: ReportSpec, further: tuple[tuple[str, str], ...]) -> Iterator[Row]:
    yield "As of", f"{moment_text(spec.as_of)} (US Eastern)"
    yield "Made for", f"{spec.user.name}; only what this person may see is in it"
    yield "Federal data", federal_data()
    yield from further


def within(spec: ReportSpec, agency: str = "agency") -> Q:
    """The rows of the agency that was chosen and of the agencies below it; all where none was."""
    chosen = spec.chosen.get("agency")
    return Q(**{f"{agency}__in": Organization.objects.all().below([chosen.pk])}) if chosen else Q()
