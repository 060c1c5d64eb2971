"""Joint authorization in JSON: naming, signing, and what each side reads."""

import pytest

from accounts.models import User
from authorizations.models import CoSigner
from tests.actions.cases.test_co_signers import issue, joint
from tests.api.world import post, program_of
from tests.cast import Cast
from tests.lifecycle.cases import make_case, make_system
from tests.lifecycle.world import DAY


@pytest.mark.slow
def test_the_lead_agency_names_and_the_other_signs_for_itself(cast: Cast) -> None:
    case = make_case(cast, "initial", "ao_decision")
    where = f"/api/cases/{case.public_id}/co_signers"
    refused = post(program_of(cast.liaison), where, {"agency": "2" * 14})
    assert [problem["where"] for problem in refused.json()["problems"]] == ["agency"]
    made = post(program_of(cast.liaison), where, {"agency": cast.organizations["meadows"].public_id})
    assert (made.status_code, made.json()["agency"]["name"]) == (201, "Meadow Commission")
    assert [row["id"] for row in program_of(cast.csp_lead).get(where).json()] == [made.json()["id"]]
    assert program_of(cast.stranger_agency).get(where).status_code == 404


@pytest.mark.slow
def test_a_signature_is_recorded_and_its_ato_named(cast: Cast) -> None:
    co_signer = joint(cast)
    facts = {
        "system": make_system(cast, name="Grass Census", agency="meadows").public_id,
        "authorizing_official": User.objects.get(email="mo@example.gov").public_id,
        "signed_on": DAY.isoformat(),
        "letter": "Letter 8",
    }
    where = f"/api/co_signers/{co_signer.public_id}"
    assert post(program_of(cast.liaison), where, {"facts": facts}).status_code == 403
    assert post(program_of(cast.stranger_csp), where, {"facts": facts}).status_code == 404
    signed = post(program_of(cast.stranger_agency), where, {"facts": facts})
    assert (signed.status_code, signed.json()["signed_on"], signed.json()["ato"]) == (200, DAY.isoformat(), None)
    issue(CoSigner.objects.select_related("case").get(), cast)
    [row] = program_of(cast.liaison).get(f"/api/cases/{co_signer.case.public_id}/co_signers").json()
    assert row["ato"] == CoSigner.objects.get().ato.public_id  # type: ignore[union-attr]  # its ATO is issued
