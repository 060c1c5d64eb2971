"""A PDF of a case's status for every stage and status that a case can have."""

import pytest

from authorizations.models import Case
from authorizations.reports.rendering import pdf
from tests.cast import Cast
from tests.lifecycle.cases import WAYS, make_case
from tests.reports.contents import written
from tests.reports.files import texts_of

# Drawing asks the same of either database.
pytestmark = pytest.mark.sqlite
PEOPLE = ("liaison", "csp_lead", "pmo_lead")
SIGHTS = [(kind, stage, person) for kind, ways in WAYS.items() for stage in ways for person in PEOPLE]
# Each PDF takes more than a second. One of each kind and side in `--all`, all of them at night.
FEW = [("initial", "pmo_review", "liaison"), ("initial", "ssp", "csp_lead"), ("reuse", "authorized", "liaison")]


@pytest.mark.parametrize(
    ("kind", "stage", "person"),
    [pytest.param(*each, marks=pytest.mark.slow if each in FEW else pytest.mark.nightly) for each in SIGHTS],
)
def test_each_stage_has_a_pdf_for_each_side(cast: Cast, kind: str, stage: str, person: str) -> None:
    if not pdf.is_possible():
        pytest.skip("needs the libraries for PDFs, which the system check names")
    case = make_case(cast, kind, stage)
    if not Case.objects.visible_to(cast.people[person]).filter(pk=case.pk).exists():
        # It stays inside the agency until it is shared.
        assert stage == "need_defined"
        assert person != "liaison"
        return
    pages = texts_of(written("case-status", cast.people[person], "pdf", case=case.public_id))
    assert case.offering.name in pages[0]
    assert f"Page {len(pages)} of {len(pages)}" in pages[-1]
