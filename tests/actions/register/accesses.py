"""Packages, contacts, accesses and cases for the tests of package access: plain functions, one record each."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from authorizations.actions.register.package_access import grant_access
from authorizations.models import Case, Contact, Offering, Package, PackageAccess
from authorizations.vocabulary import CaseKind, ContactFunction, PackageLocation, Turn
from tests.cast import Cast
from tests.lifecycle.documents import furnish
from tests.web.register.records import make_offerings

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)
TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)


def make_package(cast: Cast, location: str = PackageLocation.CONNECT) -> Package:
    offering = make_offerings(cast.organizations["nimbus"], 1)[0]
    return Package.objects.create(offering=offering, location=location)


def make_contact(cast: Cast, name: str, organization: str = "harbors", **facts: Any) -> Contact:
    email = f"{name.lower().replace(' ', '.')}@example.gov"
    given = {"function": ContactFunction.REVIEWER, "email": email, **facts}
    return Contact.objects.create(organization=cast.organizations[organization], name=name, **given)


def granted(cast: Cast, package: Package, **changed: Any) -> PackageAccess:
    """An access of Rita of the harbors, granted by anyone who opens the package, with everything it needs."""
    facts = {
        "agency": cast.organizations["harbors"],
        "package": package,
        "asked_on": TODAY - 10 * DAY,
        "granted_on": TODAY - 5 * DAY,
        "until": TODAY + 20 * DAY,
        **changed,
    }
    facts.setdefault("person", make_contact(cast, f"Rita {Contact.objects.count()}"))
    facts.setdefault("approver", make_contact(cast, f"Abe {Contact.objects.count()}"))
    at_connect = package.location == PackageLocation.CONNECT
    facts.setdefault("actor", cast.pmo_reviewer if at_connect else cast.csp_lead)
    return grant_access(now=NOW, **facts)


def make_case(cast: Cast, offering: Offering, stage: str, kind: str = CaseKind.REUSE, **facts: Any) -> Case:
    """A case of the harbors that is at a stage, shared with everyone on it, as if it had walked there."""
    given = {
        "agency": cast.organizations["harbors"],
        "release": "rev5-legacy",
        "opened_at": NOW,
        "stage_since": NOW,
        "waits_since": NOW,
        "waits_on": Turn.AGENCY,
        "shared_at": NOW,
        **facts,
    }
    case: Case = Case.machines[kind].objects.create(kind=kind, offering=offering, stage=stage, **given)
    furnish(case)
    return case
