"""Rows of a small register for page tests: plain functions, each making a number of records at once."""

from datetime import date, timedelta

from django.utils import timezone

from accounts.models import Organization, User
from accounts.roles import RecordSource
from authorizations.models import Ato, Correction, ImportRun, Offering
from authorizations.vocabulary import Designation, ListingRole, RunStatus

FEED_DAY = date(2025, 7, 1)


def make_offerings(provider: Organization, number: int, **facts: object) -> list[Offering]:
    """Offerings as a feed publishes them, named Offering 0001 and so on."""
    start = Offering.objects.count()
    return Offering.objects.bulk_create(
        Offering(
            **{
                "name": f"Offering {start + place:04}",
                "fedramp_id": f"FR{start + place:010}",
                "provider": provider,
                "designation": Designation.CERTIFIED,
                "source": RecordSource.FEED,
                "published_since": FEED_DAY,
                **facts,
            }
        )
        for place in range(number)
    )


def make_atos(offering: Offering, agency: Organization, number: int, **facts: object) -> list[Ato]:
    """Reuse rows of one offering as a feed publishes them, signed a day apart."""
    return Ato.objects.bulk_create(
        Ato(
            **{
                "offering": offering,
                "agency": agency,
                "listing_role": ListingRole.REUSE,
                "signed_on": date(2020, 1, 1) + timedelta(days=place),
                "source": RecordSource.FEED,
                "published_since": FEED_DAY,
                **facts,
            }
        )
        for place in range(number)
    )


def make_run(version: str = "marketplace-v2", day: date = FEED_DAY) -> ImportRun:
    return ImportRun.objects.create(
        feed_version=version,
        file_name="feed.json",
        sha256="0" * 64,
        size=1,
        feed_as_of=day,
        started_at=timezone.now(),
        status=RunStatus.APPLIED,
    )


def make_correction(of: Organization, by: User) -> Correction:
    """A proposed website of an organization."""
    return Correction.objects.create(
        organization=of, by=of, field="website", proposed_by=by, proposed_at=timezone.now()
    )
