"""Who a person is for a record, by each role and where it is held; no database."""

import pytest

from accounts.roles import Role
from authorizations.policy import Party, parties

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


def test_a_person_of_several_roles_is_each_of_them() -> None:
    assert who((Role.AGENCY_LIAISON, DEPARTMENT), (Role.CSP_LEAD, PROVIDER), (Role.CSP_LEAD, ELSEWHERE)) == {
        Party.AL,
        Party.CL,
    }
