"""Who sees a case: its parties, those above its agency, and nobody else."""

import pytest

from authorizations.models import Case
from tests.cast import Cast
from tests.lifecycle.cases import make_case, record
from tests.lifecycle.test_case_door import take

AGENCY = {"liaison", "reviewer", "official", "viewer"}
PROVIDER = {"csp_lead", "csp_contributor", "csp_viewer"}
ASSESSOR = {"assessor_lead", "assessor_member"}
PMO = {"pmo_lead", "pmo_reviewer"}


@pytest.mark.parametrize(
    ("kind", "stage", "readers"),
    [
        ("initial", "partnership", AGENCY | PROVIDER | PMO | {"auditor"}),
        ("initial", "planning", AGENCY | PROVIDER | PMO | ASSESSOR | {"auditor"}),
        ("reuse", "need_defined", AGENCY | {"auditor"}),
        ("reuse", "access_requested", AGENCY | PROVIDER | PMO | {"auditor"}),
    ],
)
def test_a_case_is_there_for_its_parties_and_for_nobody_else(
    cast: Cast, kind: str, stage: str, readers: set[str]
) -> None:
    case = make_case(cast, kind, stage)
    seen = {name for name, who in cast.people.items() if Case.objects.visible_to(who).filter(pk=case.pk).exists()}
    assert seen == readers
    acting = {name for name, who in cast.people.items() if Case.objects.acting_for(who).filter(pk=case.pk).exists()}
    assert acting == readers


@pytest.mark.parametrize(
    ("name", "agency_readers"),
    [
        ("lighthouses", {"liaison", "reviewer", "official", "viewer", "bureau_liaison"}),
        ("buoys", {"liaison", "reviewer", "official", "viewer", "bureau_liaison"}),
        ("meadows", {"stranger_agency"}),
    ],
)
def test_a_case_of_a_bureau_is_there_for_those_above_it(cast: Cast, name: str, agency_readers: set[str]) -> None:
    case = make_case(cast, "reuse", "need_defined")
    # Not even an assessor who is assigned knows of it before it is shared.
    Case.objects.filter(pk=case.pk).update(agency=cast.organizations[name], assessor=cast.organizations["plumb"])
    seen = {who for who, user in cast.people.items() if Case.objects.visible_to(user).filter(pk=case.pk).exists()}
    assert seen == agency_readers | {"auditor"}


@pytest.mark.slow
def test_the_agencys_recommendation_stays_inside_until_it_has_turned_to_the_pmo(cast: Cast) -> None:
    case = record(make_case(cast, "initial", "planning"), cast.reviewer, recommendation="Authorize.")
    readers = {name for name, who in cast.people.items() if "recommendation" in case.readable_facts(who)}
    assert readers >= {"liaison", "reviewer", "official", "viewer", "auditor"}
    assert not readers & (PROVIDER | PMO | ASSESSOR | {"bureau_liaison", "stranger_agency"})
    reuse = make_case(cast, "reuse", "risk_decision")
    assert "recommendation" not in reuse.readable_facts(cast.pmo_lead)
    reuse = take(reuse, "issue_ato", cast, "official")
    assert "recommendation" in reuse.readable_facts(cast.pmo_lead)
    assert "recommendation" not in reuse.readable_facts(cast.csp_lead)
