"""A fictional federal record of the demo's world: two feeds, an older and a newer one, and a file of package overviews.

Most rows are made from what the demo's register has, so that they agree with it. The tables below say what differs.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from accounts.models import Organization
from accounts.roles import OrganizationKind, RecordSource
from authorizations.models import Ato, DesignationEvent, Offering
from authorizations.vocabulary import (
    CERTIFIED_DESIGNATIONS,
    LIVE_ATO_STAGES,
    DeploymentModel,
    Designation,
    ListingRole,
)

Row = dict[str, Any]
# Days before today.
OLDER, OVERVIEWS, NEWER = 60, 11, 10
HARBORS, LIGHTHOUSES, PILOTS = "Department of Harbors", "Bureau of Lighthouses", "Harbor Pilots Service"
MEADOWS, SKYWAYS = "Department of Meadows", "Skyways Commission"
NOBODY, JAB = "", "Joint Authorization Board"
JAB_ID = "22-001"
DESK, FOUNDRY, LIBRARY = "DEMO-NIMBUS-DESK", "DEMO-NIMBUS-FOUNDRY", "DEMO-WILLOW-LIBRARY"
SHELF, BEACON, LANTERN = "DEMO-WILLOW-SHELF", "DEMO-GRANITE-BEACON", "DEMO-COPPER-LANTERN"
# What builds on what, from the feeds: a chain of three on Nimbus Foundry.
CARRIES = {FOUNDRY: (DESK, LIBRARY), DESK: (SHELF,), SHELF: (BEACON,)}
# Offerings that the feeds alone bring: id, provider, name, level, assessor, description.
BROUGHT = (
    (SHELF, "Willow Data Works", "Willow Shelf", "Moderate", "Second Look Assurance", "Drawings and plans, by place."),
    (BEACON, "Granite Peak Software", "Granite Beacon", "High", "Plumb Line Assessments", "Warnings for crews at sea."),
    (LANTERN, "Copper Kettle Systems", "Copper Lantern", "Low", "Second Look Assurance", "Rotas of night watches."),
)
# What one of the two feeds says otherwise: of the older, what changed since; of the newer, what is new or wrong.
CHANGED: dict[int, dict[str, Row]] = {
    OLDER: {SHELF: {"impact_level": "Low"}},
    NEWER: {
        BEACON: {"status": "FedRAMP Certified (In Remediation)"},
        DESK: {"deployment_model": "Public Cloud"},
    },
}
LEFT = {NEWER: frozenset({LANTERN})}
# ATOs that the feeds alone have: offering, agency, initial or reuse, days since signed, days until the expiry.
SIGNED: tuple[tuple[str, str, ListingRole, int, int | None], ...] = (
    (SHELF, MEADOWS, ListingRole.INITIAL, 700, None),
    (SHELF, PILOTS, ListingRole.REUSE, 310, None),
    (SHELF, NOBODY, ListingRole.REUSE, 260, None),
    (BEACON, JAB, ListingRole.INITIAL, 1500, None),
    (BEACON, HARBORS, ListingRole.REUSE, 1100, -20),
    (BEACON, LIGHTHOUSES, ListingRole.REUSE, 420, 675),
    (BEACON, SKYWAYS, ListingRole.REUSE, 380, None),
    (LANTERN, MEADOWS, ListingRole.INITIAL, 900, None),
    (LANTERN, HARBORS, ListingRole.REUSE, 500, 595),
)
# ATOs of the register that no feed has, and those that FedRAMP has on record with another day.
UNPUBLISHED = frozenset({(DESK, PILOTS), (DESK, MEADOWS)})
A_DAY_LATER = frozenset({(DESK, HARBORS)})
STATUSES = {
    Designation.CERTIFIED: "FedRAMP Authorized",
    Designation.READY: "FedRAMP Ready",
    Designation.IN_PROCESS_AGENCY: "FedRAMP In Process",
    Designation.IN_PROCESS_FEDRAMP: "FedRAMP In Process",
}
LEVELS = {"low": "Low", "moderate": "Moderate", "high": "High"}
DEPLOYMENTS = {
    DeploymentModel.GOVERNMENT: "Government Community Cloud",
    DeploymentModel.PUBLIC: "Public Cloud",
}


def stamp(day: date | None) -> str:
    """A date as the feed writes it."""
    return f"{day}T17:00:00.000Z" if day else ""


def feed(today: date, age: int) -> Row:
    """The feed of v2 that is so many days old."""
    day = today - timedelta(days=age)
    agencies = dict(_agencies())
    atos = [*_kept_atos(day, agencies), *_signed(today, agencies)]
    gone = LEFT.get(age, frozenset())
    rows = [row for row in atos if row["id"] not in gone]
    initial = [row for row in rows if row.pop("role") == ListingRole.INITIAL]
    reuse = [row for row in rows if row not in initial]
    products = [row for row in (*_listed(day), *_brought(today)) if row["id"] not in gone]
    for row in products:
        row |= CHANGED[age].get(row["id"], {})
        row["authorization"] = sum(each["id"] == row["id"] for each in initial)
        row["reuse"] = sum(each["id"] == row["id"] for each in reuse)
    return {
        "meta": {"last_change": stamp(day)},
        "data": {
            "Products": products,
            "Agencies": [*agencies.values(), _agency(JAB_ID, JAB)],
            "Assessors": [*_assessors()],
            "AtoMapping": initial,
            "ReuseMapping": reuse,
        },
    }


def _agency(feed_id: str, parent: str, sub: str = "") -> Row:
    row = {"id": feed_id, "parent": parent, "sub": sub, "email": "N/A", "website": ""}
    return {**row, "sub_id": feed_id} if sub else row


def _agencies() -> Iterator[tuple[str, Row]]:
    """The rows of the demo's agencies, by name; the ids are of a range that FedRAMP does not use."""
    tops: dict[int | None, tuple[str, str]] = {}
    agencies = Organization.objects.filter(kind=OrganizationKind.AGENCY, source=RecordSource.PORTAL).order_by("pk")
    for number, each in enumerate(agencies.filter(parent=None), 101):
        tops[each.pk] = f"90-{number}", each.name
        yield each.name, _agency(f"90-{number}", each.name)
    for number, each in enumerate(agencies.exclude(parent=None), 1):
        above, parent = tops[each.parent_id]
        yield each.name, _agency(f"{above}-{number:02}", parent, each.name)


def _assessors() -> Iterator[Row]:
    firms = Organization.objects.filter(kind=OrganizationKind.ASSESSOR, source=RecordSource.PORTAL).order_by("pk")
    for number, each in enumerate(firms, 990001):
        yield {"id": number, "name": each.name, "accredited_since": stamp(date(2019, 4, 1)), "email": ""}


def _product(fedramp_id: str, provider: str, name: str, **facts: Any) -> Row:
    return {
        "id": fedramp_id,
        "name": provider,
        "csp": provider,
        "cso": name,
        "auth_type": "Agency",
        "ready_date": "No FRR Date",
        "partnering_agency": "Not In Process",
        "leveraged_systems": [{"id": each} for each in CARRIES.get(fedramp_id, ())],
        "deployment_model": "Government Community Cloud",
        "service_model": ["SaaS"],
        "small_business": "No",
        "uei": "",
        **facts,
    }


def _listed(day: date) -> Iterator[Row]:
    """The register's offerings that the Marketplace listed by then, as the register has them."""
    steps: dict[int, dict[str, date]] = {}
    for event in DesignationEvent.objects.order_by("effective_on"):
        steps.setdefault(event.offering_id, {})[event.step] = event.effective_on
    listed = Offering.objects.filter(source=RecordSource.PORTAL, designation__in=STATUSES).exclude(fedramp_id=None)
    for each in listed.select_related("provider", "assessor", "partner_agency").order_by("pk"):
        dated = steps.get(each.pk, {})
        if not dated or max(dated.values()) > day:
            continue
        in_process = each.designation not in CERTIFIED_DESIGNATIONS
        yield _product(
            str(each.fedramp_id),
            each.provider.name,
            each.name,
            status=STATUSES[Designation(each.designation)],
            impact_level=LEVELS[each.impact_level],
            deployment_model=DEPLOYMENTS[DeploymentModel(each.deployment_model)],
            service_model=each.service_models.split(", "),
            annual_assessment=each.annual_assessment.replace("-", "/"),
            independent_assessor=each.assessor.name if each.assessor else "",
            partnering_agency=each.partner_agency.name if in_process and each.partner_agency else "Not In Process",
            service_desc=each.description,
            ready_date=stamp(dated.get("ready")) or "No FRR Date",
            ip_agency_date=stamp(dated.get("agency_review")),
            ip_pmo_date=stamp(dated.get("pmo_review")),
            auth_date=stamp(dated.get("certified")),
        )


def _brought(today: date) -> Iterator[Row]:
    for fedramp_id, provider, name, level, assessor, description in BROUGHT:
        signed = max(days for offering, *_, days, _ in SIGNED if offering == fedramp_id)
        certified = today - timedelta(days=signed - 40)
        yield _product(
            fedramp_id,
            provider,
            name,
            status="FedRAMP Authorized",
            impact_level=level,
            annual_assessment=f"{certified:%m/%d}",
            independent_assessor=assessor,
            service_desc=description,
            auth_date=stamp(certified),
        )


def _ato(fedramp_id: str, role: str, agency: Row | None, signed: date, logged: date, expires: date | None) -> Row:
    named = agency or {"id": "", "parent": "", "sub": ""}
    row = {
        "id": fedramp_id,
        "role": role,
        "agency_id": named["id"],
        "parent": named["parent"],
        "sub": named["sub"],
        "ato_date": stamp(signed),
        "auth_date": stamp(logged),
        "exp_date": stamp(expires),
    }
    return {**row, "sub_id": named.get("sub_id", "")} if role == ListingRole.REUSE else row


def _kept_atos(day: date, agencies: dict[str, Row]) -> Iterator[Row]:
    """The live ATOs of certified offerings that are kept here, as far as FedRAMP has them."""
    kept = Ato.objects.filter(
        source=RecordSource.PORTAL,
        stage__in=LIVE_ATO_STAGES,
        offering__designation__in=CERTIFIED_DESIGNATIONS,
        signed_on__lte=day,
    )
    for each in kept.select_related("offering", "agency").order_by("pk"):
        mark = (str(each.offering.fedramp_id), each.agency.name)
        if mark in UNPUBLISHED or each.signed_on is None:
            continue
        signed = each.signed_on + timedelta(days=mark in A_DAY_LATER)
        logged = each.logged_on or signed + timedelta(days=12)
        yield _ato(mark[0], each.listing_role, agencies[mark[1]], signed, logged, each.expires_on)


def _signed(today: date, agencies: dict[str, Row]) -> Iterator[Row]:
    for fedramp_id, agency, role, days, left in SIGNED:
        signed = today - timedelta(days=days)
        expires = None if left is None else today + timedelta(days=left)
        row = _agency(JAB_ID, JAB) if agency == JAB else agencies.get(agency)
        yield _ato(fedramp_id, role, row, signed, signed + timedelta(days=9), expires)


def overviews(today: date) -> Row:
    """Three providers' package overviews: one whole, one short, and one that states an id that is none."""
    day = today - timedelta(days=OVERVIEWS)
    rows = [
        _overview(DESK, "Nimbus Cloud Company", "Nimbus Desk", today, builds_on=(FOUNDRY, LIBRARY)),
        _overview(FOUNDRY, "Nimbus Cloud Company", "Nimbus Foundry", today),
        _overview(BEACON, "Granite Peak Software", "Beacon", today, stated="To be assigned"),
    ]
    for row in rows:
        row["last_fetched_timestamp"] = f"{day}T15:00:00Z"
    meta = {"export_timestamp": f"{day}T16:00:00.000Z", "total_entries": len(rows)}
    return {"metadata": meta, "data": {"frc-cso-pkg": rows}}


def _overview(
    fedramp_id: str, provider: str, service: str, today: date, *, builds_on: tuple[str, ...] = (), stated: str = ""
) -> Row:
    host = f"{provider.split()[0].lower()}.example"
    return {
        "serviceIdentification": {
            "fedRampPackageId": stated or fedramp_id,
            "providerName": provider,
            "serviceName": service,
        },
        "serviceProperties": {
            "trustCenter": {
                "url": f"https://trust.{host}/{service.split()[-1].lower()}",
                "repositoryDescription": f"The package of {service}, with its monthly scans.",
                "authenticationRequired": True,
                "accessRequestInstructions": f"Write to trust@{host} from your agency's address.",
            },
            "nextOngoingCertificationReportDate": f"{today + timedelta(days=36)}",
            "nextQuarterlyReview": {
                "date": f"{today + timedelta(days=44)}",
                "startTime": "14:00:00-05:00",
                "registrationUrl": f"https://trust.{host}/review",
            },
            "ongoingCertificationReportFeedbackUrl": f"https://trust.{host}/feedback",
        },
        "thirdPartyInformationResources": {
            "certified": [{"fedRampCertifiedThirdPartyInformationResource": each} for each in builds_on]
        },
        "ZD_frid_retro": fedramp_id,
        "id_matches_expected": not stated,
    }
