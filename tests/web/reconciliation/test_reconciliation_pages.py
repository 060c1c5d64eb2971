"""The page of a reconciliation: who sees which agency's, its classes, filters and files."""

import pytest
from django.test import Client
from django.urls import reverse

from authorizations.models import ImportRun
from authorizations.vocabulary import RunStatus
from authorizations.web.lists.tables import list_address
from tests.cast import Cast
from tests.exchange.feeds import NOW
from tests.exchange.reconciliation.beside import LATER, OTHER, Beside


@pytest.fixture
def beside(cast: Cast) -> Beside:
    facts = {"file_name": "feed.json", "sha256": "0" * 64, "size": 1, "feed_as_of": NOW.date(), "started_at": NOW}
    ImportRun.objects.create(feed_version="marketplace-v2", status=RunStatus.APPLIED, **facts)
    made = Beside(cast)
    made.row("same", ato=made.ato("same", (OTHER, None)), days=(OTHER, None))
    made.row("signed", (OTHER, LATER), made.ato("signed"))
    made.ato("feed", of="lighthouses")
    return made


def test_the_page_its_classes_and_its_files(client: Client, beside: Beside, cast: Cast) -> None:
    client.force_login(cast.liaison)
    page = client.get(reverse("reconciliation"), follow=True)
    shown = page.context["comparison"]
    assert shown.sentence == "2 ATOs of the agency and 3 of the feed, each in one class: 2 pairs, 1 alone."
    assert {tab.label: tab.number for tab in shown.tabs} == {
        "All": 3, "Same in both": 1, "Differs": 1, "Feed only": 1,
    }  # fmt: skip
    query = {"agency": beside.agency.public_id, "class": "differs"}
    narrowed = client.get(list_address("reconciliation", query)).content.decode()
    assert ">signed<" in narrowed
    assert ">feed<" not in narrowed
    taken = b"".join(client.get(list_address("reconciliation_csv", query)).streaming_content).decode()  # type: ignore[attr-defined]
    assert "signed,signed,Department of Harbors,Differs,Differs in signed.,2025-06-01,2024-03-01" in taken
    for suffix in ("xlsx", "json"):
        assert client.get(list_address(f"reconciliation_{suffix}", query)).status_code == 200
    found = client.get(list_address("reconciliation", {**query, "q": "nothing like it"})).content.decode()
    assert "No row matches these filters" in found


def test_the_pmo_sees_every_agency_and_others_their_own(client: Client, beside: Beside, cast: Cast) -> None:
    here = list_address("reconciliation", {"agency": beside.agency.public_id})
    below = list_address("reconciliation", {"agency": cast.organizations["lighthouses"].public_id})
    client.force_login(cast.pmo_lead)
    overview = client.get(reverse("reconciliation")).content.decode()
    assert "Department of Harbors" in overview
    assert client.get(here).status_code == 200
    narrowed = {
        query: "Department of Harbors"
        in client.get(reverse("reconciliation"), {"q": query, "open": "1"}).content.decode()
        for query in ("harb", "nobody")
    }
    assert narrowed == {"harb": True, "nobody": False}
    client.force_login(cast.bureau_liaison)
    assert [client.get(each).status_code for each in (below, here)] == [200, 404]
    client.force_login(cast.csp_lead)
    assert client.get(reverse("reconciliation")).status_code == 403
