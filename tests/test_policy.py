"""Who a person is for a record, by each role and where it is held; no database."""

import pytest

from accounts.roles import Role
from authorizations.policy import Capability, Party, may, parties

pytestmark = pytest.mark.sqlite

BUREAU, DEPARTMENT, PROVIDER, ASSESSOR, ELSEWHERE = range(1, 6)
# What each role makes of a person who holds it in the bureau, its department, the provider, the assessor, elsewhere.
TABLE: dict[Role, tuple[Party | None, ...]] = {
    Role.AGENCY_LIAISON: (Party.AL, Party.AL, None, None, None),
    Role.AGENCY_REVIEWER: (Party.AR, None, None, None, None),
    Role.AUTHORIZING_OFFICIAL: (Party.AO, Party.AO, None, None, None),
    Role.AGENCY_VIEWER: (None,) * 5,
    Role.CSP_LEAD: (None, None, Party.CL, None, None),
    Role.CSP_CONTRIBUTOR: (None, None, Party.CC, None, None),
    Role.CSP_VIEWER: (None,) * 5,
    Role.ASSESSOR_LEAD: (None, None, None, Party.AS, None),
    Role.ASSESSOR_MEMBER: (None, None, None, Party.AS, None),
    Role.PMO_REVIEWER: (Party.PR,) * 5,
    Role.PMO_LEAD: (Party.PL,) * 5,
    Role.AUDITOR: (None,) * 5,
}
PLACES = (BUREAU, DEPARTMENT, PROVIDER, ASSESSOR, ELSEWHERE)


def who(*held: tuple[Role, int], is_named_official: bool = True, assessor: int | None = ASSESSOR) -> set[Party]:
    line = [BUREAU, DEPARTMENT]
    named = {"is_named_official": is_named_official, "assessor": assessor}
    return set(parties(held, agency_line=line, provider=PROVIDER, **named))  # type: ignore[arg-type]


@pytest.mark.parametrize("role", Role)
def test_a_role_counts_where_it_is_held(role: Role) -> None:
    assert [who((role, place)) for place in PLACES] == [{party} if party else set() for party in TABLE[role]]


def test_an_official_whom_the_record_does_not_name_decides_nothing() -> None:
    assert [who((Role.AUTHORIZING_OFFICIAL, place), is_named_official=False) for place in PLACES] == [set()] * 5


def test_no_assessor_takes_part_where_none_is_assigned() -> None:
    assert who((Role.ASSESSOR_LEAD, ASSESSOR), assessor=None) == set()


def test_a_person_of_several_roles_of_one_side_is_each_of_them() -> None:
    assert who((Role.AGENCY_LIAISON, DEPARTMENT), (Role.AGENCY_REVIEWER, BUREAU), (Role.CSP_LEAD, ELSEWHERE)) == {
        Party.AL,
        Party.AR,
    }


# --- the policy, by hand from "People", "Who sees what" and the tables of the machines ---

LIAISON, REVIEWER, CSP_LEAD = Role.AGENCY_LIAISON, Role.AGENCY_REVIEWER, Role.CSP_LEAD
PMO_LEAD, PMO_REVIEWER, AUDITOR = Role.PMO_LEAD, Role.PMO_REVIEWER, Role.AUDITOR
OF_THE_PMO = {PMO_LEAD, PMO_REVIEWER}
LEADS_OF_ALL = {LIAISON, CSP_LEAD, Role.ASSESSOR_LEAD, PMO_LEAD}
BY_HAND: dict[Capability, set[Role]] = {
    Capability.SEE_REGISTER: set(Role),
    Capability.PROPOSE_CORRECTION: {Role.AGENCY_LIAISON, Role.CSP_LEAD, Role.ASSESSOR_LEAD},
    Capability.SEE_IMPORTS: OF_THE_PMO | {AUDITOR},
    Capability.SEE_AUDIT_LOG: OF_THE_PMO | {AUDITOR},
    Capability.SEE_SECURITY_EVENTS: {PMO_LEAD, AUDITOR},
    Capability.VERIFY_AUDIT_LOG: OF_THE_PMO | {AUDITOR},
    Capability.EXPORT_AUDIT_LOG: {AUDITOR},
    Capability.USE_ADMIN: OF_THE_PMO | {AUDITOR},
    Capability.EDIT_RECORDS: OF_THE_PMO,
    Capability.CORRECT_GROUNDS: {PMO_LEAD},
    Capability.MANAGE_PEOPLE: {PMO_LEAD},
    Capability.LEAD_PEOPLE: LEADS_OF_ALL,
    Capability.APPLY_IMPORT: {PMO_LEAD},
    Capability.IMPORT_RULES: {PMO_LEAD},
    Capability.SET_LOCAL_POLICY: {PMO_LEAD},
    Capability.MOVE_TO_RELEASE: {PMO_LEAD},
    Capability.ADD_OFFICE_CLOSURE: OF_THE_PMO,
    Capability.DELIVER: {
        *(LIAISON, REVIEWER, Role.AUTHORIZING_OFFICIAL, CSP_LEAD, Role.CSP_CONTRIBUTOR),
        *OF_THE_PMO,
    },
    Capability.WAIVE_DUTY: {PMO_LEAD},
    Capability.RESOLVE_REVIEW: OF_THE_PMO,
    Capability.ADD_OWN_OFFERING: {CSP_LEAD},
    Capability.ADD_OWN_SYSTEM: {LIAISON},
    Capability.BRING_LIST: {LIAISON},
    Capability.SEE_DESK: {LIAISON, REVIEWER, Role.AUTHORIZING_OFFICIAL, Role.AGENCY_VIEWER},
    Capability.TEND_ATOS: {LIAISON, REVIEWER},
    Capability.RECONCILE: {LIAISON, REVIEWER} | OF_THE_PMO,
    Capability.SEE_RECONCILIATION: {
        *(LIAISON, REVIEWER, Role.AUTHORIZING_OFFICIAL, Role.AGENCY_VIEWER, AUDITOR),
        *OF_THE_PMO,
    },
    Capability.ADD_OWN_CONTACT: {LIAISON, CSP_LEAD},
    Capability.REGISTER_ATO: {LIAISON, PMO_LEAD},
    # A PMO lead only where an organization has no active member (rule 5).
    Capability.OPEN_INITIAL_CASE: {LIAISON, CSP_LEAD, PMO_LEAD},
    Capability.OPEN_REUSE_CASE: {LIAISON, REVIEWER, PMO_LEAD},
    Capability.ADOPT_INITIAL_CASE: {PMO_LEAD},
    Capability.ADOPT_REUSE_CASE: {LIAISON, PMO_LEAD},
    Capability.SET_DESIGNATION: OF_THE_PMO,
    Capability.WAIVE_GATE: {PMO_LEAD},
    Capability.REVIEW_CASES: OF_THE_PMO,
    Capability.GRANT_ACCESS: OF_THE_PMO | {CSP_LEAD},
    Capability.CONFIRM_CONTACT: LEADS_OF_ALL,
    # Nobody signs for an official but the official.
    Capability.DELEGATE: set(Role) - {Role.AUTHORIZING_OFFICIAL},
    Capability.DELEGATE_FOR_ABSENT: LEADS_OF_ALL,
    Capability.SEE_ORPHANED: OF_THE_PMO | {LIAISON},
}


def test_the_policy_names_whom_the_table_names() -> None:
    assert set(Capability) == set(BY_HAND), "write by hand who has the new capability"
    assert {capability: capability.roles for capability in BY_HAND} == BY_HAND


def test_a_person_has_the_capabilities_of_each_of_their_roles_and_nobody_has_them_without_one() -> None:
    for capability, roles in BY_HAND.items():
        assert {role for role in Role if may([role], capability)} == roles
        assert not may([], capability)
    assert may([Role.AGENCY_VIEWER, PMO_LEAD], Capability.WAIVE_GATE)
