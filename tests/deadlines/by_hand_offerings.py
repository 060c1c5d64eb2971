"""Deadlines of offerings, accesses, contacts and plans, computed by hand, each with the source of its rule."""

from authorizations.deadlines.deadline import ContactDeadlineRow, TaskDeadlineRow
from authorizations.vocabulary import Designation
from tests.deadlines.records import ABSENT, OCR, TWENTY_X, Computed, access, day, gave, offering

ROWS = (
    # --- reports under the new rules ---
    Computed("the first by CCM's day", "N01", offering(), "2027-04-02", "CCM-OCR-AVL"),
    Computed(
        "adopted shortly before CCM's day",
        "N01",
        offering(delivered=(gave("adopted_CCM", "2027-03-01", "2027-03-01"),)),
        "2027-04-02",
        "CCM-OCR-AVL",
        day("2027-03-02"),
    ),
    Computed(
        "three months from a report",
        "N01",
        offering(delivered=(gave("N01", "2027-05-31", "2027-05-31"),)),
        "2027-08-31",
        "CCM-OCR-AVL",
    ),
    Computed("three months into February", "N01", offering(delivered=OCR), "2027-02-28", "CCM-OCR-AVL"),
    Computed(
        "certified under CCM",
        "N01",
        offering(certified_on="2027-01-15"),
        "2027-04-15",
        "CCM-OCR-AVL",
        day("2027-01-20"),
    ),
    Computed("20x", "N01", offering(certification=TWENTY_X, certified_on="2026-08-01"), "2026-11-01", "CCM-OCR-AVL"),
    Computed(
        "adopted early",
        "N01",
        offering(delivered=(gave("adopted_CCM", "2026-10-31", "2026-10-31"),)),
        "2027-01-31",
        "CCM-OCR-AVL",
    ),
    Computed(
        "two weeks, should",
        "N23",
        offering(certified_here_on="2026-11-20"),
        "2026-12-04",
        "CDS-CSO-FRC",
        more={"force": "should"},
    ),
    Computed(
        "certified before the ruleset was there",
        "N23",
        offering(certified_here_on="2026-07-03"),
        ABSENT,
        "D.4",
    ),
    Computed(
        "two weeks, must",
        "N23",
        offering(certified_here_on="2027-01-20"),
        "2027-02-03",
        "CDS-CSO-FRC",
        more={"force": "must"},
    ),
    Computed(
        "120 days before the end, late",
        "N25",
        offering(delivered=(gave("N25", "2027-06-30", "2027-03-10"),)),
        "2027-03-02",
        "FRC-CCL-DNP",
        more={"satisfied_on": day("2027-03-10")},
    ),
    Computed(
        "quarterly progress",
        "N28_progress",
        offering(designation=Designation.INITIAL_IMPLEMENTATION, delivered=(gave("N28", "2026-11-30", "2026-11-30"),)),
        "2027-02-28",
        "MKT-IIP-DCP",
    ),
    Computed(
        "two years from the listing",
        "N28_scheduled",
        offering(
            designation=Designation.INITIAL_IMPLEMENTATION, delivered=(gave("listed", "2026-08-15", "2026-08-15"),)
        ),
        "2028-08-15",
        "MKT-IIP-DLA",
    ),
    Computed(
        "three months from the day on which the PMO set the designation",
        "N28_progress",
        offering(designation=Designation.INITIAL_IMPLEMENTATION, implementation_on="2026-10-15"),
        "2027-01-15",
        "MKT-IIP-DCP",
    ),
    Computed(
        "a certified offering in remediation still reports",
        "N01",
        offering(designation=Designation.IN_REMEDIATION),
        "2027-04-02",
        "CCM-OCR-AVL",
    ),
    Computed(
        "the listing's day is not recorded",
        "N28_scheduled",
        offering(designation=Designation.INITIAL_IMPLEMENTATION),
        None,
        "MKT-IIP-DLA",
    ),
    # --- Ready, and the rulesets ---
    Computed(
        "Ready for a year",
        "L35_ready",
        offering(designation=Designation.READY, ready_on="2026-03-01"),
        "2027-03-01",
        "MKTPG24",
    ),
    Computed("the base day", "L35_conversion", offering(designation=Designation.READY), "2026-11-17", "FRC-CSF-RDY"),
    Computed(
        "the later assessment",
        "L35_conversion",
        offering(designation=Designation.READY, annual_day="02-15"),
        "2027-02-15",
        "FRC-CSF-RDY",
    ),
    Computed(
        "the earlier assessment",
        "L35_conversion",
        offering(designation=Designation.READY, annual_day="09-30"),
        "2026-11-17",
        "FRC-CSF-RDY",
    ),
    Computed("Ready disappears", "L35_removed", offering(designation=Designation.READY), "2027-12-31", "FRC-CSF-RDY"),
    Computed("CCM for holders", "ruleset_maintain", offering(), "2027-04-02", "RULES", more={"detail": "CCM"}),
    Computed("CCM's grace", "ruleset_grace", offering(), "2027-10-01", "RULES", more={"detail": "CCM"}),
    Computed("VDR's grace", "ruleset_grace", offering(), "2027-03-07", "RULES", more={"detail": "VDR"}),
    Computed("CDS's grace ends all", "ruleset_grace", offering(), "2028-02-01", "RULES", more={"detail": "CDS"}),
    Computed(
        "SCN for 20x",
        "ruleset_maintain",
        offering(certification=TWENTY_X),
        "2027-01-01",
        "RULES",
        more={"detail": "SCN"},
    ),
    Computed(
        "a grace that waits for an assessment", "ruleset_grace", offering(), ABSENT, "RULES", more={"detail": "FRC"}
    ),
    Computed("over before the release", "ruleset_maintain", offering(), ABSENT, "RULES", more={"detail": "AFC"}),
    Computed(
        "adopted",
        "ruleset_maintain",
        offering(delivered=(gave("adopted_SDR", "2026-11-02", "2026-11-02"),)),
        "2027-08-01",
        "RULES",
        more={"detail": "SDR", "satisfied_on": day("2026-11-02")},
    ),
    # --- days of the world ---
    Computed(
        "after a conversion to the Rev5 Program pipeline",
        "pipeline",
        offering(in_pipeline=True, designation=Designation.IN_PROCESS_FEDRAMP),
        "2027-02-19",
        "T24; I46",
        more={"force": "must"},
    ),
    Computed(
        "followed before that day",
        "pipeline",
        offering(in_pipeline=True, delivered=(gave("pipeline", "2027-02-01", "2027-02-03"),)),
        "2027-02-19",
        "T24; I46",
        day("2027-02-04"),
        more={"satisfied_on": day("2027-02-03")},
    ),
    Computed("not for who did not convert", "pipeline", offering(), ABSENT, "T24"),
    Computed("the Consolidated Rules end", "rules_end", offering(), "2028-12-31", "MD26", more={"force": "should"}),
    Computed("not for who holds no certification", "rules_end", offering(designation="ready"), ABSENT, "MD26"),
    # --- what the provider announces in its package overview ---
    Computed(
        "the next report, as announced",
        "N01_announced",
        offering(next_report_on="2026-12-06", announced={"next_report_on": "cso-pkg 2026-09-28"}),
        "2026-12-06",
        "CCM-OCR-NRD",
        more={"force": "should", "anchored_on": day("2026-09-28"), "satisfied_on": None},
    ),
    Computed(
        "the next review, as announced",
        "N04_announced",
        offering(next_review_on="2026-12-13"),
        "2026-12-13",
        "CCM-QTR-NRD",
    ),
    Computed("nothing announced", "N04_announced", offering(), ABSENT, "CCM-QTR-NRD"),
    Computed(
        "met since the day was announced",
        "N01_announced",
        offering(
            next_report_on="2026-12-06",
            announced={"next_report_on": "cso-pkg 2026-09-28"},
            delivered=(gave("N01", "2026-06-05", "2026-06-05"), gave("N01", "2026-10-02", "2026-10-02")),
        ),
        "2026-12-06",
        "CCM-OCR-NRD",
        more={"satisfied_on": day("2026-10-02")},
    ),
    Computed(
        "a day that had passed when it was announced, met before it",
        "N01_announced",
        offering(
            next_report_on="2026-09-05",
            announced={"next_report_on": "cso-pkg 2026-09-28"},
            delivered=(gave("N01", "2026-06-05", "2026-06-05"), gave("N01", "2026-09-04", "2026-09-04")),
        ),
        "2026-09-05",
        "CCM-OCR-NRD",
        more={"satisfied_on": day("2026-09-04")},
    ),
    # --- accesses, contacts, plans ---
    Computed(
        "sixty days of access", "L38", access(granted_on="2026-10-01", until="2026-11-30"), "2026-11-30", "QG; PARF7"
    ),
    Computed(
        "extension by thirty days",
        "L38",
        access(granted_on="2026-10-01", until="2026-12-30", extensions=1),
        "2026-12-30",
        "QG; PARF7",
    ),
    Computed("permanent after the ATO", "L38", access(granted_on="2026-10-01"), ABSENT, "QG; D1"),
    Computed(
        "a leaver, at once",
        "L39",
        access(granted_on="2026-10-01", until="2026-11-30", left_on="2026-11-13"),
        "2026-11-13",
        "PARF7",
    ),
    Computed(
        "ninety days into February",
        "contact",
        ContactDeadlineRow(1, 10, "agency", day("2026-11-30")),
        "2027-02-28",
        "our design",
    ),
    Computed("never confirmed", "contact", ContactDeadlineRow(1, 10, "agency", None), None, "our design"),
    Computed(
        "a planned finish",
        "WBS_finish",
        TaskDeadlineRow(1, "3.1", "Write the SSP", "CSP", False, None, day("2027-01-29"), None, None, 10, 20, 30),
        "2027-01-29",
        "WBS 3.1",
    ),
    Computed(
        "finished late",
        "WBS_finish",
        TaskDeadlineRow(
            1, "3.1", "Write the SSP", "CSP", False, None, day("2026-10-30"), None, day("2026-11-12"), 10, 20, 30
        ),
        "2026-10-30",
        "WBS 3.1",
        more={"satisfied_on": day("2026-11-12")},
    ),
)
