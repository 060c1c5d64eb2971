"""Where a gate of a case asks nothing: what is absent, what lies on the very day, what another fact answers."""

from datetime import date, timedelta
from typing import Any

import pytest

from authorizations.lifecycle.gates.cases import AGREEMENT, owing_side
from authorizations.models import AgencySystem, Case, PackageAccess
from authorizations.rules import newest
from tests.lifecycle.gates.test_case_bodies import of
from tests.lifecycle.gates.test_case_gates import (
    Change,
    Facts,
    both,
    cached,
    columns,
    counted,
    of_the_offering,
    problems,
    said,
    seen,
    told,
)
from tests.lifecycle.golden.unsaved import (
    AFTER_CUTOFF,
    DAY,
    OWN,
    PASSED,
    RECORDS,
    accesses,
    compared_cases,
    context_of,
    letters,
    note,
    ready,
    unsaved,
)

pytestmark = pytest.mark.sqlite

CUTOFF = newest().dates["cutoff"]
ENDS = date(2027, 1, 19)  # the end of the grant that `ready` has
ENDED_EARLY = cached(accesses=[PackageAccess(granted_on=DAY, until=ENDS, ended_on=PASSED)])
ANOTHER = AgencySystem(pk=2, agency=OWN)
WHO: dict[str, Any] = {"access_person": RECORDS["a contact"], "access_approver": RECORDS["an approver"]}


def nobody_said(*names: str) -> Change:
    def change(case: Case, entered: Facts) -> None:
        for name in names:
            note(case, name, None)
            entered.pop(name, None)

    return change


def kept_by_the_provider(case: Case, entered: Facts) -> None:
    case.offering.package.location = "trust_center"


def in_review_since(day: date) -> Change:
    return both(seen(as_of=AFTER_CUTOFF), said(pmo_review_since_on=day))


# Step, what is changed of a case from which it can go, and the gates that are unmet then.
CASES: list[tuple[str, str, Change, set[str]]] = [
    ("initial", "sign_wbs", both(seen(parties=letters("AL")), said(wbs_signed_by_provider_on=DAY)), set()),
    ("initial", "approve_sap", nobody_said("requested_on", "in_process_on"), set()),
    ("initial", "close_debrief", nobody_said("sar_delivered_on", "poam_delivered_on"), set()),
    ("initial", "issue_ato", nobody_said("in_process_on"), set()),
    ("initial", "accept_package", in_review_since(CUTOFF), set()),
    # A finding that was asked again goes out with the next return; a lead who is in sends what the PMO found.
    ("initial", "return_ssp", counted(drafts={}, unanswered={"provider": 1}), set()),
    ("initial", "return_package", counted(drafts={}, unanswered={"agency": 1}), set()),
    ("initial", "return_ssp", both(counted(drafts={"pmo": 1}), seen(parties=letters("PL AL AR"))), set()),
    ("initial", "return_ssp", both(counted(drafts={}), seen(parties=letters("PL AL"))), {"agency_has_findings"}),
    # What one side owes does not hold the other up.
    ("initial", "report_letter", counted(unanswered={"provider": 1}), set()),
    ("initial", "submit_package", counted(unanswered={"agency": 1}), set()),
    ("initial", "resubmit_to_pmo", counted(unanswered={"agency": 2}, open=2), set()),
    ("initial", "submit_sap", counted(unanswered={"agency": 1}), set()),
    ("initial", "accept_package", in_review_since(CUTOFF + timedelta(days=1)), {"in_review_by_cutoff"}),
    ("reuse", "issue_ato", cached(offering_has_ato=False), set()),
    ("reuse", "use_existing_access", of_the_offering(certification_class="C"), set()),
    # The system that the act names counts, not the one on record.
    ("reuse", "request_access", both(columns(system=ANOTHER), cached(duplicate_cases={1})), {"no_duplicate_case"}),
    ("reuse", "request_access", both(columns(system=ANOTHER), cached(duplicate_cases={2})), set()),
    ("reuse", "reassess", both(columns(system=ANOTHER), cached(duplicate_cases={2})), {"no_duplicate_case"}),
    ("reuse", "reassess", both(columns(system=None), cached(duplicate_cases={1})), set()),
    ("reuse", "start_implementation", columns(system=None), set()),
    ("reuse", "start_implementation", of_the_offering(impact_level=""), set()),
    ("reuse", "grant_access", told(access_until=DAY), set()),
    ("reuse", "grant_access", both(kept_by_the_provider, told(access_until=None)), set()),
    ("reuse", "extend_access", told(new_end=ENDS), {"thirty_days_more"}),
    ("reuse", "extend_access", told(new_end=ENDS - timedelta(days=1)), {"thirty_days_more"}),
    ("reuse", "extend_access", told(new_end=ENDS + timedelta(days=1)), set()),
    ("reuse", "extend_access", both(kept_by_the_provider, told(new_end=date(2030, 1, 1))), set()),
    ("reuse", "extend_access", cached(accesses=accesses(None)), {"a_grant_has_a_last_day"}),
    ("reuse", "extend_access", ENDED_EARLY, {"a_grant_has_a_last_day"}),
    ("reuse", "extend_access", cached(accesses=accesses(ENDS, None)), set()),
    ("reuse", "renew_access", ENDED_EARLY, {"renewed_from_today"}),
    ("reuse", "renew_access", both(ENDED_EARLY, columns(access_person=WHO["access_person"])), {"renewed_from_today"}),
    (
        "reuse",
        "renew_access",
        both(ENDED_EARLY, columns(access_approver=WHO["access_approver"])),
        {"renewed_from_today"},
    ),
    ("reuse", "renew_access", both(ENDED_EARLY, columns(**WHO)), set()),
    ("reuse", "renew_access", both(kept_by_the_provider, told(new_end=date(2030, 1, 1))), set()),
]


@pytest.mark.parametrize(("kind", "name", "change", "unmet"), CASES)
def test_a_gate_asks_nothing_where_its_rule_does_not_reach(
    kind: str, name: str, change: Change, unmet: set[str]
) -> None:
    row = of(kind, name)
    case, facts = ready(kind, row)
    change(case, facts)
    assert {problem.gate for problem in problems(kind, row, case, facts)} == unmet


@pytest.mark.parametrize(("agreed", "owes"), [("", "agency"), ("agency", "provider"), ("agency provider", "")])
def test_who_stands_in_for_both_sides_speaks_for_the_one_that_owes(agreed: str, owes: str) -> None:
    case = unsaved("initial", "partnership", {f"{side}_agreed_on": DAY for side in agreed.split()})
    compared_cases(case, parties=letters("PL AL CL"))
    assert owing_side(case, AGREEMENT, context_of(case)) == owes
