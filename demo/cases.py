"""The demo's cases and the ends of its ATOs, as data: who walks which way for what, and how long it has waited since.

Every stage of every machine is here, but for the one that only the cut-off brings. They are in the order in which
they are told, because a later one may need what an earlier one left, such as a certified offering.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from accounts.roles import Role
from authorizations.lifecycle.stages import InitialStage as I
from authorizations.lifecycle.stages import ReuseStage as U
from authorizations.vocabulary import AtoStage, CaseKind
from demo import case_paths as ways
from demo.case_paths import CSP, LIAISON, PMO_LEAD, REVIEWER, Move, Way

HARBORS, LIGHTHOUSES = "Department of Harbors", "Bureau of Lighthouses"
MEADOWS, HEDGEROWS = "Department of Meadows", "Hedgerow Survey"
SKYWAYS, BALLOONS = "Skyways Commission", "Office of Balloon Traffic"
ORCHARDS = "Orchard Grants Office"
PLUMB, SECOND_CHECK = "Plumb Line Assessments", "Second Look Assurance"


@dataclass(frozen=True, slots=True)
class Adoption:
    """How a case came in that was under way already."""

    stage: str
    reason: str
    evidence: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Story:
    """One case: the way that it went, and the days that have passed since its last act."""

    kind: str
    stage: str  # where it is at the end
    agency: str
    offering: str
    waits: int
    way: Way
    opened_by: Role = CSP
    system: str = ""
    assessor: str = PLUMB
    use: str = ""
    new_agency: str = ""
    adopted: Adoption | None = None


def initial(stage: str, agency: str, offering: str, waits: int, *more: Move, **facts: Any) -> Story:
    """An initial case on the plain way to its stage, and ``more`` after it."""
    way = facts.pop("way", None) or ways.INITIAL_WAYS[stage]
    return Story(CaseKind.INITIAL, stage, agency, offering, waits, (*way, *more), **facts)


def reuse(stage: str, agency: str, offering: str, waits: int, system: str, use: str, **facts: Any) -> Story:
    """A reuse case on the plain way to its stage."""
    way = facts.pop("way", None) or ways.REUSE_WAYS[stage]
    facts = {"opened_by": REVIEWER, **facts}
    return Story(CaseKind.REUSE, stage, agency, offering, waits, way, system=system, use=use, **facts)


STORIES = (
    # --- certified first, so that others may use it ---
    initial(I.CERTIFIED, HARBORS, "Willow Library", 64, system="Berth Reservations", assessor=SECOND_CHECK),
    # --- before the listing ---
    initial(I.ATO_DENIED, LIGHTHOUSES, "Copper Purse", 130),
    initial(I.PARTNERSHIP, MEADOWS, "Granite Signals", 41, opened_by=LIAISON, way=()),
    initial(
        I.PLANNING,
        SKYWAYS,
        "Copper Purse",
        75,
        ways.NAME_OFFICIAL,
        ways.IMPORT_PLAN,
        ways.PROVIDER_SIGNS.but(after=8),
    ),
    initial(I.REMOVED, SKYWAYS, "Granite Flume", 97),
    initial(I.IN_PROCESS_REQUESTED, MEADOWS, "Granite Flume", 8, ways.RETURN_REQUEST, ways.REQUEST.but(after=5)),
    # --- listed ---
    initial(I.IN_PROCESS, MEADOWS, "Nimbus Parcel", 12, way=ways.planned(I.IN_PROCESS)),
    initial(
        I.SSP,
        MEADOWS,
        "Granite Ledger",
        20,
        ways.RETURN_SSP,
        ways.RESUBMIT_SSP,
        ways.RETURN_SSP.but(reason="The backups are described, their restore is not."),
    ),
    initial(
        I.SAP,
        HARBORS,
        "Willow Forms",
        16,
        assessor=SECOND_CHECK,
        way=(ways.APPROVE_SSP.but(after=17),),
        adopted=Adoption(
            I.SSP,
            "The case began before the portal was in use.",
            "Minutes of the kickoff and the draft of the SSP, in the agency's files.",
            {
                "in_process_on": ways.ago(55),
                "ssp_delivered_on": ways.ago(9),
                "assessor": ways.Placeholder.ASSESSOR,
                "authorizing_official": ways.Placeholder.OFFICIAL,
            },
        ),
    ),
    initial(
        I.ASSESSMENT,
        SKYWAYS,
        "Copper Archive",
        104,
        Move(
            ways.WAIVE,
            PMO_LEAD,
            10,
            {"gate": "incident_response_tested_on", "until": ways.ahead(180)},
            "The yearly exercise was held by the whole company in spring; its report replaces the test.",
        ),
        Move(ways.PREPARE, ways.ASSESSOR, 0, {"step": "deliver_sar"}),
        assessor=SECOND_CHECK,
    ),
    initial(I.SAR_DEBRIEF, LIGHTHOUSES, "Copper Chart", 4, way=ways.planned(I.SAR_DEBRIEF)),
    initial(
        I.AGENCY_REVIEW,
        HARBORS,
        "Nimbus Ferry",
        18,
        ways.CLAIM,
        ways.SEND_BACK,
        way=ways.TO_FEDRAMP,
        system="Berth Reservations",
    ),
    initial(I.REMEDIATION, MEADOWS, "Granite Silo", 22, Move(ways.PREPARE, CSP, 0, {"step": "resubmit"})),
    initial(I.AO_DECISION, HARBORS, "Willow Notes", 5, way=ways.planned(I.AO_DECISION), assessor=SECOND_CHECK),
    initial(I.ATO_ISSUED, SKYWAYS, "Copper Hangar", 30, ways.REPORT_LETTER, system="Airship Registry"),
    # --- with FedRAMP ---
    initial(I.PMO_REVIEW, MEADOWS, "Willow Clinic", 21, system="Rangers' Daybook", assessor=SECOND_CHECK),
    initial(I.PMO_REVIEW, LIGHTHOUSES, "Granite Locks", 4, ways.CLAIM, system="Fog Signal Telemetry"),
    initial(
        I.PMO_REVIEW,
        HARBORS,
        "Copper Mail",
        3,
        ways.CLAIM,
        ways.HAND_OVER,
        ways.RECOMMEND_CERTIFYING,
        system="Dredging Contracts",
    ),
    initial(I.PMO_REMEDIATION, SKYWAYS, "Nimbus Wings", 33, system="Crew Files"),
    # --- ended, or about to ---
    initial(I.PARTNER_LOST, MEADOWS, "Copper Loom", 14),
    # Its next case, with the agency named here, is at partnership from then on.
    initial(I.WITHDRAWN, MEADOWS, "Willow Relay", 7, new_agency=SKYWAYS),
    initial(I.CERTIFICATION_REJECTED, MEADOWS, "Nimbus Quill", 71, system="Hay Market Statistics"),
    initial(I.CONVERTED, SKYWAYS, "Granite Pulse", 25),
    # --- reuse ---
    reuse(
        U.NEED_DEFINED, HARBORS, "Nimbus Foundry", 3, "Berth Reservations", "Run the berth planner in our own tenant."
    ),
    reuse(
        U.ACCESS_REQUESTED,
        HARBORS,
        "Willow Library",
        11,
        "Dredging Contracts",
        "Lend drawings of old quays to contractors' staff on site.",
        way=(ways.REQUEST_ACCESS, ways.RETURN_ACCESS_REQUEST, ways.RESUBMIT_ACCESS_REQUEST),
    ),
    reuse(U.ACCESS_GRANTED, MEADOWS, "Nimbus Foundry", 7, "Rangers' Daybook", "Host the rangers' daybook."),
    reuse(
        U.PACKAGE_REVIEW,
        ORCHARDS,
        "Nimbus Desk",
        12,
        "Orchard Grants Register",
        "Mail and calendars for the twelve people of the office.",
        way=(
            ways.REQUEST_ACCESS,
            ways.GRANT_AT_CONNECT,
            ways.START_REVIEW,
            Move(ways.PREPARE, REVIEWER, 0, {"step": "finish_review"}),
        ),
    ),
    reuse(U.GAP_ANALYSIS, LIGHTHOUSES, "Nimbus Foundry", 43, "Fog Signal Telemetry", "Collect the fog signals' data."),
    reuse(U.IMPLEMENTATION, SKYWAYS, "Willow Library", 16, "Crew Files", "Lend manuals to flight crews."),
    reuse(U.RISK_DECISION, SKYWAYS, "Nimbus Foundry", 6, "Crew Files", "Move the crew files off the old servers."),
    reuse(U.RISK_DECISION, MEADOWS, "Willow Library", 9, "Rangers' Daybook", "Lend field guides to rangers."),
    reuse(
        U.ATO_ISSUED,
        MEADOWS,
        "Nimbus Desk",
        9,
        "Grazing Permit Platform",
        "Write to permit holders and keep the answers.",
        way=(
            ways.REQUEST_ACCESS,
            ways.GRANT_AT_CONNECT,
            *ways.TO_RISK[2:4],
            ways.IMPLEMENT.but(reason="The platform keeps no figures of level High in the mail."),
            *ways.TO_RISK[5:],
            ways.ISSUE,
            ways.REPORT_LETTER,
            ways.RETURN_LETTER,
        ),
    ),
    reuse(
        U.ACCESS_DENIED,
        HEDGEROWS,
        "Willow Library",
        10,
        "Hedge Atlas",
        "Lend aerial photographs to volunteers.",
        opened_by=LIAISON,
    ),
    reuse(U.ACCESS_EXPIRED, SKYWAYS, "Nimbus Desk", 8, "Airship Registry", "Shared mailboxes of the registry."),
    reuse(
        U.RECORDED,
        LIGHTHOUSES,
        "Nimbus Desk",
        80,
        "Fog Signal Telemetry",
        "Share the rota of the keepers.",
        way=(ways.REQUEST_ACCESS, ways.GRANT_AT_CONNECT, *ways.REUSE_WAYS[U.RECORDED][2:]),
    ),
    reuse(U.NOT_SUITABLE, MEADOWS, "Willow Library", 35, "Hay Market Statistics", "Publish statistics for reading."),
    reuse(U.ATO_DENIED, HARBORS, "Nimbus Foundry", 90, "Dredging Contracts", "Keep bids until they are opened."),
    reuse(
        U.WITHDRAWN,
        BALLOONS,
        "Nimbus Foundry",
        20,
        "Balloon Permits",
        "Run the permit desk over the summer.",
        opened_by=LIAISON,
    ),
    reuse(
        U.PACKAGE_REVIEW,
        HARBORS,
        "Nimbus Desk",
        5,
        "Dredging Contracts",
        "Calendars of the dredging crews.",
        way=(ways.USE_EXISTING, ways.START_REVIEW),
    ),
)


@dataclass(frozen=True, slots=True)
class End:
    """An ATO that was registered, and what became of it; dates by the rules of `Move`."""

    stage: str
    system: str
    offering: str
    signed_on: date
    waits: int
    moves: Way = ()
    expires_on: date | None = None


_TO_PROVIDER = {
    "provider_notified_on": ways.TODAY,
    "provider_channel": "letter",
    "provider_reference": "Letter of the authorizing official",
}
_TO_FEDRAMP = {"fedramp_notified_on": ways.TODAY, "fedramp_channel": "form", "fedramp_reference": "Form of the agency"}
ENDS = (
    End(
        AtoStage.SUSPENDED,
        "Hay Market Statistics",
        "Nimbus Desk",
        date(2025, 2, 11),
        30,
        (
            Move(
                "suspend",
                ways.OFFICIAL,
                0,
                {**_TO_PROVIDER, "exit_criteria": "Sign-in with a second factor for everyone."},
                "Accounts of former staff were used to read unpublished figures.",
            ),
        ),
    ),
    End(
        AtoStage.REVOKED,
        "Airship Registry",
        "Nimbus Foundry",
        date(2024, 4, 16),
        52,
        (Move("revoke", ways.OFFICIAL, 0, _TO_PROVIDER, "The conditions of the ATO were not met by their dates."),),
    ),
    End(
        AtoStage.RESCINDED,
        "Dredging Contracts",
        "Nimbus Foundry",
        date(2023, 9, 5),
        140,
        (
            Move(
                "rescind",
                LIAISON,
                0,
                {"rescinded_on": ways.TODAY, **_TO_PROVIDER, **_TO_FEDRAMP},
                "The contracts moved to another system.",
            ),
        ),
    ),
    End(
        AtoStage.EXPIRED,
        "Balloon Permits",
        "Nimbus Desk",
        date(2023, 5, 2),
        77,
        (Move("expire", LIAISON, 0, {}, "The letter named this end, and no new one is signed yet."),),
        date(2026, 5, 1),
    ),
    End(AtoStage.SUPERSEDED, "Pilot Dispatch", "Nimbus Desk", date(2022, 6, 14), 400),
    End(AtoStage.ACTIVE, "Pilot Dispatch", "Nimbus Desk", date(2025, 6, 10), 390),
    End(
        AtoStage.SERVICE_ENDED,
        "Hedge Atlas",
        "Granite Telegraph",
        date(2020, 1, 20),
        120,
        (
            Move(
                "end_service",
                LIAISON,
                0,
                {"service_ended_on": ways.ago(6), "ground": "csp_sunset", "notice_reference": "Mail of the provider"},
                "The provider switched the service off.",
            ),
        ),
    ),
)
