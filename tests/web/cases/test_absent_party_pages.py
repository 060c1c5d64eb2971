"""One agency alone takes a reuse case to its record on the portal's pages; then the provider comes, and answers."""

from datetime import date
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from authorizations.models import Case, Package, RecordedForAbsent
from tests.actions.cases.absent import EVIDENCE, absent, arrived
from tests.cast import Cast
from tests.lifecycle.cases import make_case, press, step_facts


def text_of(answer: Any) -> str:
    return unescape(answer.content.decode())


def sent(case: Case, **facts: Any) -> dict[str, Any]:
    """What the form of a step sends."""
    plain = {name: value.isoformat() if isinstance(value, date) else value for name, value in facts.items()}
    return {"revision": Case.objects.get(pk=case.pk).revision, "reason": "Because.", **plain}


def post_step(cast: Cast, case: Case, name: str, **facts: Any) -> None:
    client = Client()
    client.force_login(cast.liaison)
    answer = client.post(reverse("case_step", args=[case.public_id, name]), sent(case, **facts))
    assert answer.status_code == 302, text_of(answer)


@pytest.mark.slow
def test_an_agency_alone_reaches_the_record_and_the_provider_answers_and_takes_over(cast: Cast, client: Client) -> None:
    case = make_case(cast, "reuse", "access_requested")
    Package.objects.filter(offering=case.offering).update(location="repository")
    absent("pmo", "provider", "assessor")
    client.force_login(cast.liaison)
    box = text_of(client.get(case.get_absolute_url()))
    assert "Record for the provider: access granted" in box
    post_step(cast, case, "grant_access", **step_facts("grant_access", cast, "reuse"), **EVIDENCE)
    post_step(cast, case, "extend_access", **step_facts("extend_access", cast, "reuse"), **EVIDENCE)
    for name, who in (
        ("start_review", "reviewer"),
        ("finish_review", "reviewer"),
        ("start_implementation", "reviewer"),
        ("submit_for_decision", "reviewer"),
        ("issue_ato", "official"),
        ("report_letter", "liaison"),
    ):
        press(case, name, cast.people[who], **step_facts(name, cast, "reuse"))
    post_step(cast, case, "record", **step_facts("record", cast, "reuse"), **EVIDENCE)
    assert Case.objects.get(pk=case.pk).stage == "recorded"

    arrived("provider")
    client.force_login(cast.csp_lead)
    assert "Confirm what was recorded for you" in text_of(client.get("/"))
    page = reverse("recorded_lines", args=[case.public_id])
    shown = text_of(client.get(page))
    assert "Recorded for the provider by Lena Liaison" in shown
    assert "Mail 12 of Nimbus Cloud" in shown
    granted, extended, recorded = RecordedForAbsent.objects.order_by("pk")
    answers = ((granted, "confirmed", ""), (extended, "disputed", "It was never extended."))
    for line, answer, words in answers:
        said = {f"{line.public_id}-answer": answer, f"{line.public_id}-statement": words}
        assert client.post(page, {"line": line.public_id, **said}).status_code == 302
    shown = text_of(client.get(page))
    assert "It was never extended." in shown
    assert "Confirm what was recorded for you" not in text_of(client.get("/"))
    assert not RecordedForAbsent.objects.filter(pk=recorded.pk).exclude(answer="").exists()


def test_a_dispute_without_a_sentence_comes_back_with_its_field(cast: Cast, client: Client) -> None:
    case = make_case(cast, "reuse", "access_requested")
    absent("pmo")
    press(case, "grant_access", cast.liaison, **step_facts("grant_access", cast, "reuse"), **EVIDENCE)
    arrived("pmo")
    client.force_login(cast.pmo_lead)
    line = RecordedForAbsent.objects.get()
    sent_answer = {"line": line.public_id, f"{line.public_id}-answer": "disputed"}
    page = text_of(client.post(reverse("recorded_lines", args=[case.public_id]), sent_answer))
    assert "Say in a sentence why it is not right." in page


@pytest.mark.slow
def test_the_place_of_a_package_is_recorded_from_the_case(cast: Cast, client: Client) -> None:
    case = make_case(cast, "reuse", "access_requested")
    Package.objects.all().delete()
    absent("provider")
    client.force_login(cast.liaison)
    page = reverse("locate_package", args=[case.public_id])
    assert "Record where the package is" in text_of(client.get(page))
    given = {name: value.isoformat() if isinstance(value, date) else value for name, value in EVIDENCE.items()}
    assert client.post(page, {"location": "trust_center", "address": "Trust center", **given}).status_code == 302
    assert Package.objects.get(offering=case.offering).location == "trust_center"


def test_what_the_case_waits_for_leads_though_the_liaison_could_report_the_letter_again(
    cast: Cast, client: Client
) -> None:
    case = make_case(cast, "reuse", "ato_issued")
    press(case, "report_letter", cast.liaison, **step_facts("report_letter", cast, "reuse"))
    absent("pmo")
    client.force_login(cast.liaison)
    box = text_of(client.get(case.get_absolute_url())).partition("Other steps")[0]
    assert "Record for FedRAMP: ATO recorded" in box
