"""Deadlines of ATOs, computed by hand, each with the source of its rule."""

from authorizations.deadlines.deadline import ConditionDeadlineRow
from tests.deadlines.records import ABSENT, OCR, TWENTY_X, Computed, ato, day, gave

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
        ato(signed_on="2026-11-02", notified=(("fedramp", day("2026-11-05")),)),
        None,
        "AGU-AGC-NAA",
        more={"satisfied_on": day("2026-11-05")},
    ),
    Computed(
        "returned, and owed again",
        "A01",
        ato(signed_on="2026-11-02", notified=(("fedramp", day("2026-11-05")),), letter_came_back=True),
        None,
        "U23",
        more={"satisfied_on": None},
    ),
    Computed("rows of a feed were logged", "A01", ato(is_made_here=False), ABSENT, "ATOS"),
    Computed(
        "suspension: not stated",
        "D5",
        ato(stage="suspended", notified=(("provider", day("2026-11-10")),)),
        None,
        "PMG3 §3",
    ),
    Computed(
        "suspension told",
        "D5",
        ato(stage="suspended", notified=(("provider", day("2026-11-10")), ("fedramp", day("2026-11-12")))),
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
        "a senior official attends",
        "A05",
        ato(of_offering=OCR),
        "2026-12-14",
        "AGU-USE-DSO",
        more={"force": "should", "opens_on": day("2026-12-03")},
    ),
    Computed(
        "a condition of the letter",
        "condition",
        ConditionDeadlineRow(1, 10, 20, "provider", day("2027-01-31"), None, None),
        "2027-01-31",
        "ATOL",
    ),
)
