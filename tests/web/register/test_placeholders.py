"""Placeholders of feeds, such as the JAB, are no agencies: they are not listed among them, counted, or acted for."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Organization
from accounts.roles import OrganizationKind, RecordSource
from authorizations.actions.steps import offers
from authorizations.models import Ato
from authorizations.reports.program import Program
from authorizations.reports.scope import ReportScope
from authorizations.tables.columns import Link
from authorizations.tables.contents import ReportSpec
from authorizations.vocabulary import ListingRole
from tests.cast import Cast
from tests.lifecycle.cases import make_offering
from tests.web.reading_pages import body_of

JAB = "Legacy JAB Authorization"


@pytest.fixture
def rows(cast: Cast) -> dict[str, Ato]:
    """A row of a placeholder and one of an agency without people, both of the same offering, both known from a feed."""
    jab = Organization.objects.create(name=JAB, kind=OrganizationKind.AGENCY, is_pseudo=True)
    alone = Organization.objects.create(name="Ponds Office", kind=OrganizationKind.AGENCY)
    offering = make_offering(cast)
    facts = {"offering": offering, "listing_role": ListingRole.REUSE, "source": RecordSource.FEED}
    return {name: Ato.objects.create(agency=agency, **facts) for name, agency in (("jab", jab), ("alone", alone))}


def test_no_placeholder_is_in_the_list_of_agencies(client: Client, cast: Cast, rows: dict[str, Ato]) -> None:
    client.force_login(cast.viewer)
    page = body_of(client, "/agencies/")
    assert "Ponds Office" in page
    assert JAB not in page
    assert JAB not in b"".join(client.get("/agencies.csv").streaming_content).decode()  # type: ignore[attr-defined]


def test_nobody_claims_the_row_of_a_placeholder(cast: Cast, rows: dict[str, Ato]) -> None:
    offered = {
        name: {each.step.name for each in offers(row, cast.pmo_lead, as_of=timezone.localdate())}
        for name, row in rows.items()
    }
    assert "claim_to_register" in offered["alone"]
    assert "claim_to_register" not in offered["jab"]


def test_the_rows_of_placeholders_make_no_offering_the_most_reused(
    client: Client, cast: Cast, rows: dict[str, Ato]
) -> None:
    spec = ReportSpec(cast.pmo_lead, timezone.now(), {})
    [leader] = Program().leaders(ReportScope.of(spec)).rows()
    used = leader[-1]
    assert isinstance(used, Link)
    assert used.text == 1
    client.force_login(cast.pmo_lead)
    listed = body_of(client, used.url)
    assert "Ponds Office" in listed
    assert JAB not in listed
