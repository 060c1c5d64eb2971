"""Cases in the admin: read-only but for their steps, and claimed, released and handed over row by row."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from authorizations.models import Case, Event
from authorizations.vocabulary import CaseKind
from tests.admin.admin_pages import address, signed_in
from tests.admin.records import case as make_case
from tests.cast import Cast


def bulk(client: Client, step: str, *cases: Case, **typed: Any) -> Any:
    rows = [f"{case.public_id}:{Case.objects.get(pk=case.pk).revision}" for case in cases]
    url = reverse("admin:authorizations_case_bulk", args=[step])
    return client.post(url, {"row": rows, **typed})


def description(answer: Any) -> list[tuple[bool, str]]:
    return [(row.is_good, row.description) for row in answer.context["rows"]]


@pytest.mark.slow
def test_a_reviewer_claims_the_free_ones_of_several_cases(client: Client, cast: Cast) -> None:
    free, taken = make_case(1), make_case(2, claimed_by=cast.pmo_lead)
    signed_in(client, cast.pmo_reviewer)
    assert [good for good, _ in description(bulk(client, "claim", free, taken))] == [True, False]
    done, refused = description(bulk(client, "claim", free, taken, sure="yes"))
    assert done == (True, "Claimed. Now: FedRAMP review.")
    assert refused[0] is False
    assert "is not open now" in refused[1]
    assert Case.objects.get(pk=free.pk).claimed_by == cast.pmo_reviewer
    assert Case.objects.get(pk=taken.pk).claimed_by == cast.pmo_lead
    assert Event.objects.get(verb="case.claim").subject_id == free.pk


@pytest.mark.slow
def test_cases_are_released_and_handed_over_row_by_row(client: Client, cast: Cast) -> None:
    cases = [make_case(number, claimed_by=cast.pmo_reviewer) for number in (1, 2)]
    signed_in(client, cast.pmo_lead)
    answer = bulk(client, "hand_over", *cases, sure="yes", taker=cast.pmo_lead.public_id)
    assert [good for good, _ in description(answer)] == [True, True]
    assert {case.claimed_by for case in Case.objects.all()} == {cast.pmo_lead}
    bulk(client, "release_claim", *cases, sure="yes")
    assert {case.claimed_by for case in Case.objects.all()} == {None}
    assert Event.objects.filter(verb__in=["case.hand_over", "case.release_claim"]).count() == 4


def test_whom_a_case_is_handed_to_must_be_said(client: Client, cast: Cast) -> None:
    case = make_case(1, claimed_by=cast.pmo_reviewer)
    page = bulk(signed_in(client, cast.pmo_lead), "hand_over", case, sure="yes").content.decode()
    assert "choose one." in page
    assert Case.objects.get().claimed_by == cast.pmo_reviewer


def test_the_auditor_reads_cases_and_takes_no_step(client: Client, cast: Cast) -> None:
    case = make_case(1)
    signed_in(client, cast.auditor)
    page = client.get(address(Case, "change", case.public_id)).content.decode()
    assert "/steps/" not in page
    assert bulk(client, "claim", case, sure="yes").status_code == 403
    assert client.get(address(Case, "step", case.public_id, "claim")).status_code == 403


def test_the_page_of_a_case_shows_its_stage_in_words_its_facts_and_what_can_happen(client: Client, cast: Cast) -> None:
    noted = ["2026-11-02", None, "2026-11-01T10:00:00-05:00"]
    case = make_case(1, facts={"marketplace_checked_on": noted})
    page = signed_in(client, cast.pmo_reviewer).get(address(Case, "change", case.public_id)).content.decode()
    for words in (
        "FedRAMP review",
        "Marketplace checked on",
        "2 Nov 2026",
        address(Case, "step", case.public_id, "claim"),
    ):
        assert words in page, words
    assert 'name="stage"' not in page


def test_a_step_of_a_case_is_taken_on_its_page_in_the_admin(client: Client, cast: Cast) -> None:
    case = make_case(1)
    url = address(Case, "step", case.public_id, "claim")
    signed_in(client, cast.pmo_reviewer)
    assert "What will happen" in client.get(url).content.decode()
    answers = [client.post(url, {"revision": case.revision}).status_code for _ in range(2)]
    assert answers == [302, 409]
    history = client.get(address(Case, "history", case.public_id)).content.decode()
    assert "<td>Claimed</td>" in history


@pytest.mark.parametrize("form", [{"stage": "certified", "why": "Because."}, {"claimed_by": "1"}])
def test_nothing_of_a_case_is_written_but_by_its_steps(client: Client, cast: Cast, form: dict[str, str]) -> None:
    case = make_case(1)
    before = Case.objects.values().get()
    signed_in(client, cast.pmo_lead)
    assert client.post(address(Case, "change", case.public_id), form).status_code == 403
    assert client.post(address(Case, "add"), form).status_code == 403
    assert Case.objects.values().get() == before


def test_a_case_that_the_agency_has_not_shared_is_not_in_the_admin_of_the_pmo(client: Client, cast: Cast) -> None:
    case = make_case(1, kind=CaseKind.REUSE, stage="need_defined", shared_at=None)
    signed_in(client, cast.pmo_lead)
    assert case.public_id not in client.get(address(Case, "changelist")).content.decode()
    for page in ("change", "history"):
        assert client.get(address(Case, page, case.public_id)).status_code == 404


def test_what_stays_inside_the_agency_is_told_to_nobody_else(client: Client, cast: Cast) -> None:
    noted = ["A secret of the agency", None, "2026-11-01T10:00:00-05:00"]
    case = make_case(1, kind=CaseKind.REUSE, stage="gap_analysis", facts={"recommendation": noted})
    assert case.pk
    url = address(Case, "change", case.public_id)
    assert "A secret of the agency" not in signed_in(client, cast.pmo_lead).get(url).content.decode()
    assert "A secret of the agency" in signed_in(client, cast.auditor).get(url).content.decode()
