"""Deadlines of cases, and business days, computed by hand, each with the source of its rule."""

from authorizations.vocabulary import Designation
from tests.deadlines.records import (
    ABSENT,
    OCR,
    Computed,
    access,
    case,
    day,
    denied,
    gave,
    in_process,
    moment,
    offering,
    reported,
    used,
)

ROWS = (
    # --- terms of the request (S3) and of In Process (S4, L36) ---
    Computed("six months from a month's end", "S3_assessment", case(requested_on="2026-08-31"), "2027-02-28", "IPR"),
    Computed("six months into a leap year", "S3_assessment", case(requested_on="2027-08-31"), "2028-02-29", "IPR"),
    Computed("twelve months of the request", "S3_ato", case(requested_on="2026-08-31"), "2027-08-31", "IPR"),
    Computed(
        "before the listing too",
        "S3_ato",
        case(stage="in_process_requested", requested_on="2026-11-02"),
        "2027-11-02",
        "IPR",
    ),
    Computed("not in planning", "S3_ato", case(stage="planning", requested_on="2026-11-02"), ABSENT, "IPR"),
    Computed("six months of In Process", "L36_assessment", in_process("2026-11-20"), "2027-05-20", "WBS 5.1"),
    Computed("twelve months of In Process", "L36_ato", in_process("2026-11-20"), "2027-11-20", "MKTPG24"),
    Computed("a year from a leap day", "L36_ato", in_process("2028-02-29"), "2029-02-28", "MKTPG24", day("2028-03-01")),
    Computed("half a year from 30 Aug", "L36_assessment", in_process("2026-08-30"), "2027-02-28", "WBS 5.1"),
    Computed(
        "satisfied late",
        "L36_assessment",
        in_process("2026-01-10", assessment_started_on="2026-08-01"),
        "2026-07-10",
        "WBS 5.1",
        more={"satisfied_on": day("2026-08-01")},
    ),
    Computed(
        "satisfied in time by the signature",
        "L36_ato",
        in_process("2026-01-10", stage="ato_issued", signed_on="2026-10-09"),
        "2027-01-10",
        "MKTPG24",
        more={"satisfied_on": day("2026-10-09"), "satisfied_by": "ATO signed"},
    ),
    Computed(
        "extension by a new timeline",
        "L36_ato",
        in_process(
            "2025-11-20",
            timeline_agreed_by_agency_on="2026-11-20",
            timeline_agreed_by_provider_on="2026-11-20",
            ato_planned_on="2027-03-01",
        ),
        "2027-03-01",
        "IP4",
    ),
    Computed(
        "no extension by one side alone",
        "L36_ato",
        in_process("2025-11-20", timeline_agreed_by_agency_on="2026-11-20", ato_planned_on="2027-03-01"),
        "2026-11-20",
        "IP4",
    ),
    Computed("thirty days over the year's end", "L37", case(official_changed_on="2026-12-31"), "2027-01-30", "MKTPG24"),
    Computed(
        "official's change told",
        "L37",
        case(official_changed_on="2026-10-30", official_change_notified_on="2026-11-20"),
        "2026-11-29",
        "MKTPG24",
        more={"satisfied_on": day("2026-11-20")},
    ),
    Computed("the cut-off", "cutoff", case(), "2027-06-11", "MD26; COMM#156"),
    Computed(
        "the cut-off, met by a review that began by then",
        "cutoff",
        case(stage="agency_review", pmo_review_since_on="2027-06-11"),
        "2027-06-11",
        "I31",
        more={"satisfied_on": day("2027-06-11")},
    ),
    Computed("no cut-off in FedRAMP's review", "cutoff", case(stage="pmo_review"), ABSENT, "COMM#156"),
    Computed(
        "the end of conversions", "conversion", case(stage="partner_lost"), "2027-06-11", "MD26 providers/start/path"
    ),
    # --- how old the report may be when the provider applies (FRC-APP-FIA, FRC-APP-USA) ---
    Computed(
        "three months from a month's end",
        "SAR_fresh",
        reported("2026-11-30"),
        "2027-02-28",
        "FRC-APP-FIA",
        more={"force": "must"},
    ),
    Computed(
        "older when the rules for applications begin to hold, so the day before is the last",
        "SAR_fresh",
        reported("2026-09-15"),
        "2026-12-31",
        "FRC-APP-FIA; D.4",
    ),
    Computed(
        "three months from the review of what changed",
        "SAR_fresh",
        reported("2026-11-02", assessment_refreshed_on="2027-01-29"),
        "2027-04-29",
        "FRC-APP-USA",
        day("2027-02-01"),
    ),
    Computed(
        "reviewed too late",
        "SAR_fresh",
        reported("2026-10-30", assessment_refreshed_on="2027-08-02"),
        "2027-01-30",
        "FRC-APP-USA",
        day("2027-08-03"),
    ),
    Computed("no review asked for before those rules hold", "SAR_stale", reported("2026-02-28"), ABSENT, "D.4"),
    Computed("nine months for a review", "SAR_stale", reported("2026-05-31"), "2027-02-28", "FRC-APP-USA"),
    Computed(
        "applied in time",
        "SAR_fresh",
        reported("2026-11-02", stage="ato_issued", applied_on="2027-01-20"),
        "2027-02-02",
        "FRC-APP-FIA",
        more={"satisfied_on": day("2027-01-20"), "satisfied_by": "provider applied"},
    ),
    Computed(
        "an application before a new report counts for nothing",
        "SAR_fresh",
        reported("2026-11-02", applied_on="2026-08-03"),
        "2027-02-02",
        "FRC-APP-FIA",
        more={"satisfied_on": None},
    ),
    Computed("no age in FedRAMP's review", "SAR_fresh", reported("2026-11-02", stage="pmo_review"), ABSENT, "I29"),
    # --- FedRAMP's goal, with its clock ---
    Computed(
        "thirty days of review",
        "S12",
        case(stage="pmo_review", received_at=moment("2026-11-02T16:00")),
        "2026-12-02",
        "MD26 get-certified",
    ),
    Computed(
        "received late in the evening",
        "S12",
        case(stage="pmo_review", received_at=moment("2026-11-03T03:30")),
        "2026-12-02",
        "MD26 get-certified",
    ),
    Computed(
        "clock stopped before",
        "S12",
        case(stage="pmo_review", received_at=moment("2026-11-02T16:00"), stopped_days=12),
        "2026-12-14",
        "MD26 get-certified",
    ),
    Computed(
        "clock stopped now",
        "S12",
        case(stage="pmo_remediation", received_at=moment("2026-11-02T16:00")),
        "2026-12-12",
        "MD26 get-certified",
    ),
    # --- hours ---
    Computed(
        "after the partner was lost",
        "delisting",
        in_process("2026-01-05", stage="partner_lost", stage_since=moment("2026-11-24T15:00")),
        "2026-11-25",
        "MKTPG24",
    ),
    Computed(
        "adopted when listed, on a day that nobody knows",
        "delisting",
        case(adopted_at_stage="ssp", stage="withdrawn", stage_since=moment("2026-11-24T15:00")),
        "2026-11-25",
        "MKTPG24",
    ),
    Computed(
        "never listed", "delisting", case(stage="withdrawn", stage_since=moment("2026-11-24T15:00")), ABSENT, "MKTPG24"
    ),
    Computed(
        "24 hours",
        "delisting",
        in_process("2026-01-05", stage="withdrawn", stage_since=moment("2026-11-24T15:00")),
        "2026-11-25",
        "IP4; MKTPG24",
        more={"time": moment("2026-11-25T15:00")},
    ),
    Computed(
        "24 hours over the night of spring",
        "delisting",
        in_process("2026-01-05", stage="removed", stage_since=moment("2027-03-13T20:00")),
        "2027-03-14",
        "IP4; MKTPG24",
        more={"time": moment("2027-03-14T20:00")},
    ),
    Computed(
        "24 hours over the night of autumn",
        "delisting",
        in_process("2026-01-05", stage="withdrawn", stage_since=moment("2026-11-01T03:30")),
        "2026-11-01",
        "IP4; MKTPG24",
        more={"time": moment("2026-11-02T03:30")},
    ),
    Computed(
        "off the list already",
        "delisting",
        in_process("2026-01-05", stage="withdrawn", designation=Designation.DELISTED),
        ABSENT,
        "IP4",
    ),
    # --- business days ---
    Computed("over Thanksgiving", "N24", denied("2026-11-24"), "2026-12-02", "CDS-UTC-AAD"),
    Computed("from a holiday's eve", "N24", denied("2026-11-25"), "2026-12-03", "CDS-UTC-AAD"),
    Computed(
        "holiday kept on the Friday before", "N24", denied("2026-06-30"), "2026-07-08", "CDS-UTC-AAD; 5 U.S.C. 6103"
    ),
    Computed(
        "holiday kept on the Monday after", "N24", denied("2027-07-01"), "2027-07-09", "CDS-UTC-AAD; 5 U.S.C. 6103"
    ),
    Computed("New Year kept in the old year", "N24", denied("2027-12-28"), "2028-01-05", "CDS-UTC-AAD; 5 U.S.C. 6103"),
    Computed("Inauguration Day", "N24", denied("2033-01-18"), "2033-01-26", "CDS-UTC-AAD; local policy"),
    Computed(
        "Inauguration Day after a holiday", "N24", denied("2037-01-16"), "2037-01-27", "CDS-UTC-AAD; local policy"
    ),
    Computed("Christmas", "N24", denied("2026-12-21"), "2026-12-29", "CDS-UTC-AAD"),
    Computed(
        "an added closing", "N24", denied("2026-12-21"), "2026-12-30", "CDS-UTC-AAD", office_closures=("2026-12-24",)
    ),
    Computed(
        "a closing on a Sunday",
        "N24",
        denied("2026-12-21"),
        "2026-12-29",
        "CDS-UTC-AAD",
        office_closures=("2026-12-27",),
    ),
    Computed(
        "told late",
        "N24",
        denied("2026-11-02", notified_on="2026-11-20"),
        "2026-11-09",
        "CDS-UTC-AAD",
        more={"satisfied_on": day("2026-11-20")},
    ),
    Computed("Connect.gov is FedRAMP's own", "N24", access(denied_on="2026-11-24"), ABSENT, "CDS-UTC-AAD"),
    Computed("ten business days over two holidays", "L14", used(authorized_on="2026-12-18"), "2027-01-05", "CMD"),
    Computed(
        "ten business days over Presidents' Day",
        "N04",
        offering(delivered=(gave("N01", "2027-02-10", "2027-02-10"),)),
        "2027-02-25",
        "CCM-QTR-MTG",
        more={"force": "must", "opens_on": day("2027-02-16"), "timing": ""},
    ),
    # Of these fifteen days the 11th and 12th, the 16th to 19th and the 22nd to 25th are business days.
    *(
        Computed(
            f"held on {held}",
            "N04",
            offering(delivered=(gave("N01", "2027-02-10", "2027-02-10"), gave("N04", "2027-02-10", held))),
            "2027-02-25",
            "CCM-QTR-SAR",
            day("2027-03-01"),
            more={"satisfied_on": day(held), "timing": timing},
        )
        for held, timing in (
            ("2027-02-12", "early"),
            ("2027-02-16", "on time"),
            ("2027-02-25", "on time"),
            ("2027-02-26", "late"),
        )
    ),
    Computed(
        "class B should",
        "N04",
        offering(certification_class="B", delivered=OCR),
        "2026-12-14",
        "CCM-QTR-MTG",
        more={"force": "should"},
    ),
    Computed("class A may", "N04", offering(certification_class="A", delivered=OCR), ABSENT, "CCM-QTR-MTG"),
)
