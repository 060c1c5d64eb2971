"""The pages of a joint authorization: the lead agency names, the other signs, both read what became of it."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from authorizations.models import Ato, CoSigner
from tests.actions.cases.test_co_signers import issue, joint
from tests.cast import Cast
from tests.lifecycle.cases import make_case, make_system
from tests.lifecycle.world import DAY
from tests.web.reading_pages import body_of


@pytest.mark.slow
def test_the_lead_agency_names_another_on_the_page_of_the_case_and_takes_it_back(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "ao_decision")
    client.force_login(cast.liaison)
    where = reverse("name_co_signer", args=[case.public_id])
    assert where in body_of(client, case.get_absolute_url())
    client.post(where, {"agency": cast.organizations["meadows"].public_id})
    co_signer = CoSigner.objects.get()
    page = body_of(client, case.get_absolute_url())
    assert "Meadow Commission" in page
    assert "has not signed yet" in page
    client.post(reverse("remove_co_signer", args=[co_signer.public_id]))
    assert "signs alone" in body_of(client, case.get_absolute_url())


@pytest.mark.slow
def test_the_other_agency_signs_on_its_own_page_and_reads_its_ato_there(client: Client, cast: Cast) -> None:
    co_signer = joint(cast)
    client.force_login(cast.stranger_agency)
    page = body_of(client, co_signer.get_absolute_url())
    assert "Department of Harbors leads the authorization." in page
    where = reverse("sign_joint_authorization", args=[co_signer.public_id])
    assert where in page
    said = {
        "system": make_system(cast, name="Grass Census", agency="meadows").public_id,
        "authorizing_official": User.objects.get(email="mo@example.gov").public_id,
        "signed_on": DAY.isoformat(),
        "letter": "Letter 8",
    }
    assert "Error:" in client.post(where, {**said, "letter": ""}).content.decode()
    client.post(where, said)
    issue(CoSigner.objects.select_related("case").get(), cast)
    ato = Ato.objects.get(agency=cast.organizations["meadows"])
    page = body_of(client, co_signer.get_absolute_url())
    assert ato.get_absolute_url() in page
    assert where not in page
