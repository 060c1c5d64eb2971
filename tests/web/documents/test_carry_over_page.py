"""The page on which a provider takes its documents of the earlier case over."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from authorizations.actions.documents.documents import withdraw_version
from authorizations.models import Case, DocumentVersion
from tests.actions.documents.documents import THERE, continued
from tests.cast import Cast
from tests.hostile import HOSTILE
from tests.lifecycle.cases import make_case, press, step_facts
from tests.lifecycle.world import NOW
from tests.web.reading_pages import body_of

Pair = tuple[Case, Case, dict[str, DocumentVersion]]
LINK = "Take over your documents of the earlier case"


@pytest.fixture
def pair(cast: Cast) -> Pair:
    return continued(cast)


def page_of(case: Case) -> str:
    return reverse("take_over_documents", args=[case.public_id])


def list_of(case: Case) -> str:
    return reverse("case_documents", args=[case.public_id])


def here(case: Case) -> set[str]:
    return {version.document.key for version in DocumentVersion.objects.filter(document__case=case)}


@pytest.mark.slow
def test_the_list_of_documents_leads_the_provider_alone_there_and_only_from_a_case_that_continues_another(
    client: Client, cast: Cast, pair: Pair
) -> None:
    former, case, _ = pair
    for who, linked in (
        ("csp_lead", True),
        ("csp_contributor", True),
        ("csp_viewer", False),
        ("stranger_agency", False),
        ("pmo_lead", False),
    ):
        client.force_login(cast.people[who])
        assert (LINK in body_of(client, list_of(case))) is linked, who
        assert client.get(page_of(case)).status_code == (200 if linked else 403), who
    client.force_login(cast.csp_lead)
    assert LINK not in body_of(client, list_of(former))
    client.force_login(cast.liaison)
    assert client.get(page_of(case)).status_code == 404


@pytest.mark.slow
def test_each_document_has_a_checkbox_with_its_name_version_and_what_it_becomes(
    client: Client, cast: Cast, pair: Pair
) -> None:
    _, case, ours = pair
    client.force_login(cast.csp_lead)
    page = body_of(client, page_of(case))
    assert re.findall(r'type="checkbox" name="versions" value="([a-z0-9]{14})"', page) == [
        ours["wbs"].public_id,
        ours["ssp"].public_id,
    ]
    for words in (
        "Work breakdown structure (WBS), version 1",
        f"Becomes: With the provider: file “plan.txt”, SHA-256 {ours['wbs'].sha256} (not looked up since)",
        f"Becomes: {THERE} (last looked up 20 Nov 2026)",
    ):
        assert words in page
    for hidden in ("Harbor drive", "For the harbors", "As at the pier"):
        assert hidden not in page


@pytest.mark.slow
def test_what_is_chosen_is_taken_over_once_and_then_nothing_is_left_to_choose(
    client: Client, cast: Cast, pair: Pair
) -> None:
    _, case, ours = pair
    client.force_login(cast.csp_lead)
    sent = {"versions": [version.public_id for version in ours.values()], "idempotency_key": "k1"}
    answer = client.post(page_of(case), sent, follow=True)
    assert answer.redirect_chain == [(list_of(case), 302)]
    assert "2 documents are taken over as references" in answer.content.decode()
    assert "With the provider: file “plan.txt”" in answer.content.decode()
    again = client.post(page_of(case), sent, follow=True)
    assert "was added already" in again.content.decode()
    assert DocumentVersion.objects.filter(document__case=case).count() == 2
    page = body_of(client, page_of(case))
    assert "There is nothing to take over." in page
    assert 'type="checkbox"' not in page


@pytest.mark.slow
def test_nothing_chosen_and_what_is_not_offered_any_more_come_back_with_the_rest_still_ticked(
    client: Client, cast: Cast, pair: Pair
) -> None:
    former, case, ours = pair
    client.force_login(cast.csp_lead)
    assert "Choose at least one document." in client.post(page_of(case), {"idempotency_key": "k1"}).content.decode()
    withdraw_version(ours["wbs"].public_id, actor=cast.csp_lead, now=NOW, reason="Wrong one.")
    foreign = DocumentVersion.objects.get(document__case=former, document__key="ipr")
    crafted = [HOSTILE[kind] for kind in ("nul", "17 digits", "markup")]
    for other in (ours["wbs"].public_id, foreign.public_id, *crafted):
        answer = client.post(page_of(case), {"versions": [ours["ssp"].public_id, other], "idempotency_key": "k1"})
        page = answer.content.decode()
        assert "no longer offered" in page
        assert re.search(rf'value="{ours["ssp"].public_id}"[^>]* checked', page)
    assert here(case) == set()


@pytest.mark.slow
def test_a_case_that_continues_none_offers_nothing_and_an_ended_one_says_so(
    client: Client, cast: Cast, pair: Pair
) -> None:
    _, case, ours = pair
    client.force_login(cast.csp_lead)
    assert "There is nothing to take over." in body_of(client, page_of(make_case(cast, "initial", "planning")))
    press(case, "withdraw", cast.csp_lead, **step_facts("withdraw", cast))
    assert LINK not in body_of(client, list_of(case))
    assert client.get(page_of(case)).status_code == 409
    late = client.post(page_of(case), {"versions": [ours["ssp"].public_id]})
    assert late.status_code == 409
    assert "This has ended." in late.content.decode()
