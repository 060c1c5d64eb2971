"""The demo's world, as data: fictional organizations, people in every role, offerings, and what they have signed.

Every address ends in .example, which can belong to nobody (RFC 2606).
"""

from datetime import date
from typing import Any

from accounts.roles import OrganizationKind as Kind
from accounts.roles import Role
from authorizations.vocabulary import (
    AtoType,
    CertificationClass,
    CertificationPath,
    CertificationType,
    Channel,
    ContactFunction,
    DeploymentModel,
    Designation,
    ImpactLevel,
    ListingRole,
    NoticeRecipient,
    PackageLocation,
)

# Before the first case: from this day on the people have their roles.
FOUNDED_ON = date(2024, 1, 2)
PMO_LEAD = ("Paula Prentice", "paula@pmo.example")

# name, kind, abbreviation, parent
ORGANIZATIONS = (
    ("Department of Harbors", Kind.AGENCY, "DOHA", ""),
    ("Bureau of Lighthouses", Kind.AGENCY, "BOL", "Department of Harbors"),
    ("Harbor Pilots Service", Kind.AGENCY, "HPS", "Department of Harbors"),
    ("Department of Meadows", Kind.AGENCY, "DOM", ""),
    ("Hedgerow Survey", Kind.AGENCY, "HRS", "Department of Meadows"),
    ("Skyways Commission", Kind.AGENCY, "SKC", ""),
    ("Office of Balloon Traffic", Kind.AGENCY, "OBT", "Skyways Commission"),
    ("Orchard Grants Office", Kind.AGENCY, "OGO", ""),
    ("Nimbus Cloud Company", Kind.PROVIDER, "", ""),
    ("Granite Peak Software", Kind.PROVIDER, "", ""),
    ("Copper Kettle Systems", Kind.PROVIDER, "", ""),
    ("Willow Data Works", Kind.PROVIDER, "", ""),
    ("Plumb Line Assessments", Kind.ASSESSOR, "", ""),
    ("Second Look Assurance", Kind.ASSESSOR, "", ""),
)

# name, e-mail, organization, role; nobody is of the Orchard Grants Office, for which the PMO's lead is in
PEOPLE = (
    ("Ann Alvarez", "ann@harbors.example", "Department of Harbors", Role.AGENCY_LIAISON),
    ("Rashid Rowe", "rashid@harbors.example", "Department of Harbors", Role.AGENCY_REVIEWER),
    ("Odette Okafor", "odette@harbors.example", "Department of Harbors", Role.AUTHORIZING_OFFICIAL),
    ("Vera Voss", "vera@harbors.example", "Department of Harbors", Role.AGENCY_VIEWER),
    ("Leif Larsen", "leif@lighthouses.example", "Bureau of Lighthouses", Role.AGENCY_LIAISON),
    ("Rolf Rask", "rolf@lighthouses.example", "Bureau of Lighthouses", Role.AGENCY_REVIEWER),
    ("Maya Mercer", "maya@meadows.example", "Department of Meadows", Role.AGENCY_LIAISON),
    ("Rosa Reyes", "rosa@meadows.example", "Department of Meadows", Role.AGENCY_REVIEWER),
    ("Oscar Olin", "oscar@meadows.example", "Department of Meadows", Role.AUTHORIZING_OFFICIAL),
    ("Selma Strand", "selma@skyways.example", "Skyways Commission", Role.AGENCY_LIAISON),
    ("Remy Roth", "remy@skyways.example", "Skyways Commission", Role.AGENCY_REVIEWER),
    ("Sven Sato", "sven@skyways.example", "Skyways Commission", Role.AUTHORIZING_OFFICIAL),
    ("Cora Castell", "cora@nimbus.example", "Nimbus Cloud Company", Role.CSP_LEAD),
    ("Colin Cho", "colin@nimbus.example", "Nimbus Cloud Company", Role.CSP_CONTRIBUTOR),
    ("Clara Conti", "clara@nimbus.example", "Nimbus Cloud Company", Role.CSP_VIEWER),
    ("Gus Grady", "gus@granite.example", "Granite Peak Software", Role.CSP_LEAD),
    ("Kit Keller", "kit@copperkettle.example", "Copper Kettle Systems", Role.CSP_LEAD),
    ("Wanda Weiss", "wanda@willow.example", "Willow Data Works", Role.CSP_LEAD),
    ("Asha Amari", "asha@plumbline.example", "Plumb Line Assessments", Role.ASSESSOR_LEAD),
    ("Aldo Abbot", "aldo@plumbline.example", "Plumb Line Assessments", Role.ASSESSOR_MEMBER),
    ("Abel Adams", "abel@secondlook.example", "Second Look Assurance", Role.ASSESSOR_LEAD),
    ("Piet Pelgrom", "piet@pmo.example", "FedRAMP PMO", Role.PMO_REVIEWER),
    ("Petra Pohl", "petra@pmo.example", "FedRAMP PMO", Role.PMO_REVIEWER),
    ("Ines Iverson", "ines@auditors.example", "FedRAMP PMO", Role.AUDITOR),
)

OFFERINGS: tuple[dict[str, Any], ...] = (
    {
        "name": "Nimbus Desk",
        "provider": "Nimbus Cloud Company",
        "fedramp_id": "DEMO-NIMBUS-DESK",
        "certification_type": CertificationType.REV5,
        "certification_path": CertificationPath.AGENCY,
        "certification_class": CertificationClass.C,
        "impact_level": ImpactLevel.MODERATE,
        "service_models": "SaaS",
        "deployment_model": DeploymentModel.GOVERNMENT,
        "assessor": "Plumb Line Assessments",
        "annual_assessment": "03-17",
        "description": "Shared office work for agencies: mail, calendars and documents in one place.",
    },
    {
        "name": "Nimbus Foundry",
        "provider": "Nimbus Cloud Company",
        "fedramp_id": "DEMO-NIMBUS-FOUNDRY",
        "certification_type": CertificationType.REV5,
        "certification_path": CertificationPath.AGENCY,
        "certification_class": CertificationClass.D,
        "impact_level": ImpactLevel.HIGH,
        "service_models": "IaaS, PaaS",
        "deployment_model": DeploymentModel.GOVERNMENT,
        "assessor": "Plumb Line Assessments",
        "annual_assessment": "09-02",
        "description": "Compute, storage and a platform to run an agency's own applications on.",
    },
    {
        "name": "Granite Signals",
        "provider": "Granite Peak Software",
        "service_models": "SaaS",
        "deployment_model": DeploymentModel.PUBLIC,
        "description": "Alerts for people in the field. Not yet known to the Marketplace, hence without a FedRAMP id.",
    },
    {
        "name": "Granite Telegraph",
        "provider": "Granite Peak Software",
        "fedramp_id": "DEMO-GRANITE-TELEGRAPH",
        "impact_level": ImpactLevel.LOW,
        "service_models": "SaaS",
        "deployment_model": DeploymentModel.PUBLIC,
        "description": "Short messages to many people at once. The provider ended the service.",
    },
)

# Offerings on their way to a first authorization: their cases say how far. name, provider, level, models, description
CANDIDATES = (
    ("Granite Ledger", "Granite Peak Software", "moderate", "SaaS", "Accounting for offices that hand out grants."),
    ("Granite Silo", "Granite Peak Software", "moderate", "SaaS", "Stock keeping for seed, feed and spare parts."),
    ("Granite Locks", "Granite Peak Software", "high", "SaaS", "Plans and logs for locks, sluices and bridges."),
    ("Granite Flume", "Granite Peak Software", "low", "SaaS", "Readings of gauges along rivers, on a map."),
    ("Granite Pulse", "Granite Peak Software", "moderate", "PaaS", "Events of many sensors, sorted and passed on."),
    ("Nimbus Parcel", "Nimbus Cloud Company", "moderate", "SaaS", "Large files sent to people outside of an agency."),
    ("Nimbus Ferry", "Nimbus Cloud Company", "moderate", "SaaS", "Timetables, tickets and delays of small ferries."),
    ("Nimbus Wings", "Nimbus Cloud Company", "high", "SaaS", "Notices to pilots, with who has read them."),
    ("Nimbus Quill", "Nimbus Cloud Company", "low", "SaaS", "Forms that the public fills in and signs."),
    ("Copper Archive", "Copper Kettle Systems", "moderate", "SaaS", "Records that must be kept for a century."),
    ("Copper Chart", "Copper Kettle Systems", "moderate", "SaaS", "Charts of coasts, with a change for every buoy."),
    ("Copper Hangar", "Copper Kettle Systems", "moderate", "SaaS", "Upkeep of aircraft, part by part."),
    ("Copper Mail", "Copper Kettle Systems", "moderate", "SaaS", "Letters printed and posted for an office."),
    ("Copper Loom", "Copper Kettle Systems", "low", "PaaS", "Reports woven from many tables."),
    ("Copper Purse", "Copper Kettle Systems", "moderate", "SaaS", "Small payments to people without an account."),
    ("Willow Relay", "Willow Data Works", "moderate", "SaaS", "Hotline calls, routed and written down."),
    ("Willow Forms", "Willow Data Works", "low", "SaaS", "Permits applied for and granted on one page."),
    ("Willow Notes", "Willow Data Works", "moderate", "SaaS", "Minutes of meetings with what was decided."),
    ("Willow Clinic", "Willow Data Works", "high", "SaaS", "Sick lists and check-ups of people in the field."),
    ("Willow Library", "Willow Data Works", "moderate", "SaaS", "Books, maps and films lent to staff."),
)


def candidates() -> list[dict[str, Any]]:
    """The facts of those offerings."""
    return [
        {
            "name": name,
            "provider": provider,
            "fedramp_id": f"DEMO-{name.upper().replace(' ', '-')}",
            "certification_type": CertificationType.REV5,
            "certification_path": CertificationPath.AGENCY,
            "impact_level": level,
            "service_models": models,
            "deployment_model": DeploymentModel.GOVERNMENT,
            "description": description,
        }
        for name, provider, level, models, description in CANDIDATES
    ]


# offering, what the Marketplace says of it from a day on; the oldest first
DESIGNATIONS = (
    ("Nimbus Desk", Designation.IN_PROCESS_AGENCY, date(2023, 2, 6)),
    ("Nimbus Desk", Designation.IN_PROCESS_FEDRAMP, date(2023, 11, 20)),
    ("Nimbus Desk", Designation.CERTIFIED, date(2024, 2, 14)),
    ("Nimbus Foundry", Designation.READY, date(2021, 5, 11)),
    ("Nimbus Foundry", Designation.CERTIFIED, date(2022, 9, 2)),
    ("Granite Telegraph", Designation.CERTIFIED, date(2019, 10, 8)),
    ("Granite Telegraph", Designation.DELISTED, date(2026, 6, 30)),
)

# agency, name, abbreviation, confidentiality, integrity, availability
SYSTEMS = (
    ("Department of Harbors", "Harbor Office Automation", "HOA", "moderate", "moderate", "low"),
    ("Bureau of Lighthouses", "Lamp Maintenance Records", "LMR", "low", "moderate", "low"),
    ("Department of Meadows", "Grazing Permit Platform", "GPP", "high", "high", "moderate"),
    ("Skyways Commission", "Flight Notice Exchange", "FNX", "moderate", "high", "high"),
    ("Department of Harbors", "Berth Reservations", "BRS", "low", "moderate", "moderate"),
    ("Department of Harbors", "Dredging Contracts", "DRC", "moderate", "low", "low"),
    ("Bureau of Lighthouses", "Fog Signal Telemetry", "FST", "low", "moderate", "moderate"),
    ("Harbor Pilots Service", "Pilot Dispatch", "PDI", "low", "moderate", "moderate"),
    ("Department of Meadows", "Hay Market Statistics", "HMS", "low", "low", "low"),
    ("Department of Meadows", "Rangers' Daybook", "RDB", "moderate", "moderate", "low"),
    ("Hedgerow Survey", "Hedge Atlas", "HAT", "low", "low", "low"),
    ("Skyways Commission", "Airship Registry", "ASR", "low", "moderate", "low"),
    ("Skyways Commission", "Crew Files", "CRF", "moderate", "moderate", "low"),
    ("Office of Balloon Traffic", "Balloon Permits", "BPE", "low", "moderate", "low"),
    ("Orchard Grants Office", "Orchard Grants Register", "OGR", "moderate", "moderate", "low"),
)

# organization, name, e-mail, function
CONTACTS = (
    ("Department of Harbors", "Ann Alvarez", "ann@harbors.example", ContactFunction.LIAISON),
    ("Department of Harbors", "Bela Brandt", "bela@harbors.example", ContactFunction.APPROVER),
    ("Department of Harbors", "Rashid Rowe", "rashid@harbors.example", ContactFunction.REVIEWER),
    ("Department of Meadows", "Maya Mercer", "maya@meadows.example", ContactFunction.LIAISON),
    ("Department of Meadows", "Milo Marsh", "milo@meadows.example", ContactFunction.APPROVER),
    ("Bureau of Lighthouses", "Leif Larsen", "leif@lighthouses.example", ContactFunction.LIAISON),
    ("Hedgerow Survey", "Hanne Holm", "hanne@hedgerows.example", ContactFunction.REVIEWER),
    ("Skyways Commission", "Remy Roth", "remy@skyways.example", ContactFunction.REVIEWER),
    ("Skyways Commission", "Stella Sand", "stella@skyways.example", ContactFunction.APPROVER),
    ("Office of Balloon Traffic", "Birte Bloom", "birte@balloons.example", ContactFunction.REVIEWER),
    ("Orchard Grants Office", "Otis Orr", "otis@orchards.example", ContactFunction.REVIEWER),
    ("Orchard Grants Office", "Oona Oak", "oona@orchards.example", ContactFunction.APPROVER),
    ("Nimbus Cloud Company", "Cora Castell", "cora@nimbus.example", ContactFunction.PROGRAM_MANAGER),
    ("Granite Peak Software", "Gus Grady", "gus@granite.example", ContactFunction.SECURITY),
)

# system, offering, role, type, signed, expires, authorizing official
ATOS = (
    (
        "Harbor Office Automation",
        "Nimbus Desk",
        ListingRole.INITIAL,
        AtoType.ATO,
        date(2024, 1, 22),
        date(2027, 1, 21),
        "Odette Okafor",
    ),
    (
        "Lamp Maintenance Records",
        "Nimbus Desk",
        ListingRole.REUSE,
        AtoType.WITH_CONDITIONS,
        date(2025, 6, 9),
        None,
        "Odette Okafor",
    ),
    (
        "Grazing Permit Platform",
        "Nimbus Foundry",
        ListingRole.INITIAL,
        AtoType.ATO,
        date(2022, 8, 15),
        None,
        "Oscar Olin",
    ),
    (
        "Flight Notice Exchange",
        "Nimbus Foundry",
        ListingRole.REUSE,
        AtoType.ATU,
        date(2026, 5, 4),
        date(2026, 12, 31),
        "Sven Sato",
    ),
)

# system, owner, text, due
CONDITIONS = (
    (
        "Lamp Maintenance Records",
        "Bureau of Lighthouses",
        "Turn on multi-factor sign-in for keepers.",
        date(2026, 12, 15),
    ),
    ("Lamp Maintenance Records", "Bureau of Lighthouses", "Test the restore of the maintenance log.", date(2027, 2, 1)),
)

# system, told, on, channel, reference, received
NOTICES = (
    (
        "Harbor Office Automation",
        NoticeRecipient.FEDRAMP,
        date(2024, 1, 29),
        Channel.FORM,
        "Form 2024-0117",
        date(2024, 2, 1),
    ),
    (
        "Lamp Maintenance Records",
        NoticeRecipient.FEDRAMP,
        date(2025, 6, 12),
        Channel.FORM,
        "Form 2025-0630",
        date(2025, 6, 13),
    ),
)

# offering, location, address, verified
PACKAGES = (
    ("Nimbus Desk", PackageLocation.CONNECT, "Folder NIMBUS-DESK", date(2026, 9, 1)),
    ("Willow Library", PackageLocation.TRUST_CENTER, "https://trust.willow.example/library", date(2026, 9, 20)),
    ("Nimbus Foundry", PackageLocation.TRUST_CENTER, "https://trust.nimbus.example/foundry", date(2026, 10, 12)),
    # The PMO opened a folder for each candidate before it was listed.
    *(
        (name, PackageLocation.CONNECT, f"Folder {name.upper().replace(' ', '-')}", None)
        for name, *_ in CANDIDATES
        if name != "Willow Library"
    ),
)

# person, agency, offering, approver, asked, granted, until (None: without an end)
ACCESSES = (
    (
        "Ann Alvarez",
        "Department of Harbors",
        "Nimbus Desk",
        "Bela Brandt",
        date(2023, 12, 4),
        date(2023, 12, 6),
        None,
    ),
    (
        "Rashid Rowe",
        "Department of Harbors",
        "Nimbus Foundry",
        "Bela Brandt",
        date(2026, 10, 5),
        date(2026, 10, 8),
        date(2026, 12, 7),
    ),
    (
        "Maya Mercer",
        "Department of Meadows",
        "Nimbus Desk",
        "Milo Marsh",
        date(2026, 10, 14),
        date(2026, 10, 16),
        date(2026, 12, 15),
    ),
)
# Who opens the packages that their provider keeps.
OPENS_ITS_PACKAGES = "Cora Castell"
