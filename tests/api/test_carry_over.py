"""Taking documents over in the API: the same offers, references and refusals as on the page."""

import pytest

from authorizations.models import DocumentVersion
from tests.actions.documents.documents import THERE, continued
from tests.api.world import documents_of, post, program_of
from tests.cast import Cast
from tests.lifecycle.cases import make_case


@pytest.mark.slow
def test_a_program_reads_what_is_offered_and_takes_it_over_once(cast: Cast) -> None:
    _, case, ours = continued(cast)
    client, address = program_of(cast.csp_lead), f"{documents_of(case)}/take_over"
    offered = client.get(address).json()
    assert [item["id"] for item in offered["items"]] == [ours["wbs"].public_id, ours["ssp"].public_id]
    assert offered["items"][1] == {
        "id": ours["ssp"].public_id,
        "key": "ssp",
        "label": "System security plan (SSP) with appendices A to Q",
        "number": 1,
        "location": THERE,
        "verified_on": "2026-11-20",
    }
    body = {
        "versions": [item["id"] for item in offered["items"]],
        "revision": offered["revision"],
        "idempotency_key": "my-key",
    }
    taken = post(client, address, body)
    assert taken.status_code == 201, taken.content
    assert [item["location"] for item in taken.json()] == [item["location"] for item in offered["items"]]
    assert {(item["side"], item["added_by"], item["note"], *item["stated"]) for item in taken.json()} == {
        ("provider", "Cleo Lead", "")
    }
    twice = post(client, address, body)
    assert (twice.status_code, twice.json()["record"]["id"]) == (409, taken.json()[0]["id"])
    assert client.get(address).json()["items"] == []


@pytest.mark.slow
def test_it_refuses_in_the_same_words_as_the_page(cast: Cast) -> None:
    _, case, ours = continued(cast)
    address, body = f"{documents_of(case)}/take_over", {"versions": [ours["ssp"].public_id]}
    for who, status in (("stranger_agency", 403), ("csp_viewer", 403), ("pmo_lead", 403), ("liaison", 404)):
        client = program_of(cast.people[who])
        assert (client.get(address).status_code, post(client, address, body).status_code) == (status, status)
    assert post(program_of(cast.csp_lead, read_only=True), address, body).status_code == 403
    client = program_of(cast.csp_lead)
    none = post(client, address, {"versions": []})
    assert (none.status_code, none.json()["problems"][0]["where"]) == (409, "versions")
    assert post(client, address, {**body, "revision": 99}).status_code == 409
    assert post(client, address, {**body, "note": "Smuggled."}).status_code == 400
    assert post(client, address, {"versions": "all"}).status_code == 400
    assert not DocumentVersion.objects.filter(document__case=case).exists()
    elsewhere = make_case(cast, "initial", "planning")
    assert client.get(f"{documents_of(elsewhere)}/take_over").json()["items"] == []
