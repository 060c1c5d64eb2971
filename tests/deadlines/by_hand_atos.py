"""Deadlines of ATOs, computed by hand, each with the source of its rule."""

from authorizations.deadlines.deadline import ConditionRow
from tests.deadlines.records import ABSENT, OCR, TWENTY_X, Computed, ato, day, gave, offering

ROWS = (
    # --- telling FedRAMP ---
    Computed(
        "upon signing: not stated", "A01", ato(signed_on="2026-11-20"), None, "AGU-AGC-NAA", more={"force": "must"}
    ),
    Computed(
        "local policy in its place",
        "A01",
        ato(signed_on="2026-11-20"),
        "2026-12-04",
        "AGU-AGC-NAA",
        local={"letter_days": 14},
        more={"force": "local"},
    ),
    Computed(
        "told, without a day",
        "A01",
        ato(signed_on="2026-11-02", told=(("fedramp", day("2026-11-05")),)),
        None,
        "AGU-AGC-NAA",
        more={"satisfied_on": day("2026-11-05")},
    ),
    Computed("rows of a feed were logged", "A01", ato(is_made_here=False), ABSENT, "ATOS"),
    Computed(
        "suspension: not stated", "D5", ato(stage="suspended", told=(("provider", day("2026-11-10")),)), None, "PMG3 §3"
    ),
    Computed(
        "suspension told",
        "D5",
        ato(stage="suspended", told=(("provider", day("2026-11-10")), ("fedramp", day("2026-11-12")))),
        None,
        "PMG3 §3",
        more={"satisfied_on": day("2026-11-12")},
    ),
    Computed("on receipt: not stated", "L34", ato(is_initial=False), None, "DOCS26"),
    Computed(
        "forwarded",
        "L34",
        ato(is_initial=False, delivered=(gave("L34", "2026-01-15", "2026-01-20"),)),
        None,
        "DOCS26",
        more={"satisfied_on": day("2026-01-20")},
    ),
    # --- what a provider owes each year ---
    Computed("fifteen days", "L13", ato(signed_on="2026-11-20"), "2026-12-05", "CMSG"),
    Computed("fifteen days into March", "L13", ato(signed_on="2026-02-20"), "2026-03-07", "CMSG", day("2026-03-01")),
    Computed(
        "then yearly",
        "L13",
        ato(delivered=(gave("L13", "2026-01-15", "2026-01-20"),)),
        "2027-01-30",
        "CMSG",
        more={"detail": "2027-01-15"},
    ),
    Computed(
        "until CCM takes over",
        "L13",
        ato(signed_on="2026-03-25", delivered=(gave("L13", "2026-03-25", "2026-04-01"),)),
        ABSENT,
        "CMSG; D.4",
        more={"detail": "2027-03-25"},
    ),
    Computed(
        "by the published day of the assessment",
        "L14",
        ato(annual_day="03-31", delivered=(gave("L14", "2026-01-15", "2026-01-20"),)),
        "2027-03-31",
        "CMD",
        more={"detail": "2027-01-15"},
    ),
    Computed(
        "by a leap day in other years",
        "L14",
        ato(annual_day="02-29", delivered=(gave("L14", "2026-01-15", "2026-01-20"),)),
        "2027-02-28",
        "CMD",
        more={"detail": "2027-01-15"},
    ),
    Computed(
        "thirty days before the assessment",
        "L15",
        offering(delivered=(gave("assessment_start", "2026-12-31", "2026-11-01"),)),
        "2026-12-01",
        "CMD",
    ),
    Computed(
        "not under the new rules",
        "L15",
        offering(delivered=(gave("assessment_start", "2027-01-15", "2026-11-01"),)),
        ABSENT,
        "CMD; D.4",
    ),
    Computed("sixty days before the anniversary", "L16", ato(signed_on="2026-02-15"), "2026-12-17", "PMG3"),
    Computed("not under the new rules", "L16", ato(signed_on="2026-03-15"), ABSENT, "PMG3; D.4"),
    Computed("by the anniversary", "L17", ato(signed_on="2025-12-20"), "2026-12-20", "PMG3; CMSG"),
    Computed("by the anniversary, now by IVV", "L17", ato(signed_on="2026-02-28"), "2027-02-28", "IVV-CSO-FIA"),
    Computed(
        "first anniversary of a leap day", "L17", ato(signed_on="2024-02-29"), "2025-02-28", "CMSG", day("2024-06-01")
    ),
    Computed(
        "fourth anniversary of a leap day",
        "L17",
        ato(signed_on="2024-02-29", known_on="2027-06-01"),
        "2028-02-29",
        "IVV-CSO-FIA",
        day("2027-06-01"),
    ),
    Computed(
        "delivered late",
        "L17",
        ato(signed_on="2025-02-10", delivered=(gave("L17", "2025-02-10", "2026-03-01"),)),
        "2026-02-10",
        "PMG3",
        more={"detail": "2025-02-10", "satisfied_on": day("2026-03-01"), "satisfied_by": "Folder 7"},
    ),
    Computed(
        "waived by the PMO",
        "L17",
        ato(signed_on="2025-02-10", delivered=(gave("L17", "2025-02-10", "2026-03-01", waived=True),)),
        "2026-02-10",
        "PMG3",
        more={"detail": "2025-02-10", "satisfied_on": day("2026-03-01"), "satisfied_by": "waived by the PMO"},
    ),
    Computed("none for 20x", "L17", ato(certification=TWENTY_X), ABSENT, "CMSG"),
    Computed("none for reuse", "L17", ato(is_initial=False), ABSENT, "CMSG"),
    # --- what an agency looks at again ---
    Computed(
        "three years from a leap day",
        "L28",
        ato(signed_on="2024-02-29"),
        "2027-02-28",
        "CMSG",
        more={"force": "should"},
    ),
    Computed(
        "three years from the last time",
        "L28",
        ato(delivered=(gave("L28", "2026-05-31", "2026-05-31"),)),
        "2029-05-31",
        "CMSG",
    ),
    Computed(
        "an old row of a feed",
        "L28",
        ato(signed_on="2018-03-01", is_made_here=False, known_on="2025-07-01"),
        "2027-03-01",
        "CMSG",
    ),
    Computed(
        "class A for a year",
        "A09",
        ato(signed_on="2026-08-31", certification_class="A"),
        "2027-08-31",
        "AGU-USE-CLA",
        more={"force": "should"},
    ),
    Computed("a recorded expiry", "ato_expiry", ato(expires_on="2027-01-31"), "2027-01-31", "R11 b"),
    Computed(
        "reports are reviewed quarterly",
        "A04",
        ato(of_offering=OCR),
        "2027-02-28",
        "AGU-USE-ROR",
        more={"force": "should"},
    ),
    Computed(
        "must, once CCM holds",
        "A04",
        ato(certification=TWENTY_X, of_offering=(gave("N01", "2027-01-04", "2027-01-04"),)),
        "2027-04-04",
        "CCM-AGM-ROR",
        more={"force": "must"},
    ),
    Computed(
        "a senior official attends", "A05", ato(of_offering=OCR), "2026-12-14", "AGU-USE-DSO", more={"force": "should"}
    ),
    Computed(
        "a condition of the letter",
        "condition",
        ConditionRow(1, 10, 20, "provider", day("2027-01-31"), None),
        "2027-01-31",
        "ATOL",
    ),
)
