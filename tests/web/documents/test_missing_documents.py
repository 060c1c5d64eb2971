"""A document or an answer that is missing is named in the same words at every door, and leads to where it is met."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from authorizations.actions.cases.waivers import waive_gate
from authorizations.actions.documents.documents import withdraw_version
from authorizations.actions.findings.findings import answer_findings, draft_finding, resolve_findings
from authorizations.actions.refusals import NotReady
from authorizations.actions.steps import perform
from authorizations.models import Case, Finding
from tests.actions.documents.documents import add
from tests.api.test_cases import address
from tests.api.world import post, program_of
from tests.cast import Cast
from tests.lifecycle.cases import make_case, step_facts
from tests.lifecycle.gates.test_attached_documents import bare, pressed_bare
from tests.lifecycle.world import NOW, as_entered
from tests.web.reading_pages import body_of

MISSING = "System security plan (SSP) with appendices A to Q: not added yet; the provider adds it under Documents."


@pytest.fixture
def case(cast: Cast) -> Case:
    """A listed case that has no document at all."""
    found: Case = bare(make_case(cast, "initial", "in_process"))
    return Case.objects.get(pk=found.pk)


def deliver(case: Case, cast: Cast) -> dict[str, Any]:
    return {**as_entered(step_facts("deliver_ssp", cast)), "revision": Case.objects.get(pk=case.pk).revision}


def test_the_page_names_what_is_missing_and_leads_there(client: Client, cast: Cast, case: Case) -> None:
    client.force_login(cast.csp_lead)
    page = unescape(body_of(client, case.get_absolute_url()))
    assert MISSING in page
    assert f'href="{case.get_absolute_url()}documents/?at=ssp#document-ssp"' in page
    client.force_login(cast.pmo_lead)
    assert "?gate=document_ssp" not in body_of(client, case.get_absolute_url())  # it offers the PMO no such step


@pytest.mark.slow
def test_page_and_program_refuse_in_the_same_words_and_go_on_once_it_is_there(
    client: Client, cast: Cast, case: Case
) -> None:
    client.force_login(cast.csp_lead)
    form = {**deliver(case, cast), "happened_on": timezone.localdate().isoformat()}
    page = client.post(f"{case.get_absolute_url()}deliver_ssp/", form)
    assert page.status_code == 409
    assert MISSING in unescape(page.content.decode())
    revision = Case.objects.get(pk=case.pk).revision
    program = program_of(cast.csp_lead)
    body = {"revision": revision, "facts": as_entered(step_facts("deliver_ssp", cast))}
    answer = post(program, address(case, "deliver_ssp"), body)
    assert answer.status_code == 409
    assert MISSING in [each["sentence"] for each in answer.json()["problems"]]
    version = add(case, cast.csp_contributor, "ssp")
    withdraw_version(version.public_id, actor=cast.csp_contributor, now=NOW, reason="The wrong one.")
    body["revision"] = Case.objects.get(pk=case.pk).revision
    assert post(program, address(case, "deliver_ssp"), body).status_code == 409
    add(case, cast.csp_contributor, "ssp")
    body["revision"] = Case.objects.get(pk=case.pk).revision
    assert post(program, address(case, "deliver_ssp"), body).status_code == 200


def test_a_draft_is_no_document_yet(cast: Cast, case: Case) -> None:
    add(case, cast.csp_contributor, "ssp", draft=True)
    with pytest.raises(NotReady, match="not added yet"):
        pressed_bare(case, "deliver_ssp", cast, "csp_lead", **step_facts("deliver_ssp", cast))


def test_a_lead_of_the_pmo_waives_a_document_until_a_day(client: Client, cast: Cast, case: Case) -> None:
    client.force_login(cast.pmo_lead)
    offered = unescape(body_of(client, f"{case.get_absolute_url()}waive/?gate=document_ssp"))
    assert "System security plan (SSP) with appendices A to Q is among the documents" in offered
    with pytest.raises(NotReady, match="cannot be waived"):
        waive(case, cast, "document_ipr")
    waive(case, cast, "document_ssp")
    moved = pressed_bare(case, "deliver_ssp", cast, "csp_lead", **step_facts("deliver_ssp", cast))
    assert moved.stage == "ssp"


def waive(case: Case, cast: Cast, gate: str) -> None:
    until = timezone.localdate(NOW) + timedelta(days=3)
    waive_gate(case.public_id, actor=cast.pmo_lead, now=NOW, gate=gate, reason="It is at the agency.", until=until)


@pytest.mark.slow
def test_what_came_back_is_answered_before_it_returns_and_settled_before_it_is_approved(cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    Case.objects.filter(pk=case.pk).update(finding_counts={})
    documents = Case.objects.get(pk=case.pk).document_summary

    def take(name: str, who: str, **facts: Any) -> Case:
        Case.objects.filter(pk=case.pk).update(document_summary=documents)
        revision = Case.objects.get(pk=case.pk).revision
        given = {"now": NOW, "reason": "Because.", "revision": revision, **facts}
        moved: Case = perform(Case, case.public_id, name, actor=cast.people[who], **given)
        return moved

    with pytest.raises(NotReady, match="No finding is drafted"):
        take("return_ssp", "reviewer")
    said = {"severity": "major", "text": "The relay is missing.", "fact": "ssp_delivered_on"}
    draft_finding(case.public_id, actor=cast.reviewer, now=NOW, **said)
    take("return_ssp", "reviewer")
    with pytest.raises(NotReady, match="1 finding is not answered: the provider answers each"):
        take("resubmit_ssp", "csp_lead")
    finding = Finding.objects.get()
    given: dict[str, Any] = {"now": NOW, "revision": Case.objects.get(pk=case.pk).revision}
    answer_findings(case.public_id, actor=cast.csp_lead, answers={finding.public_id: "It is in now."}, **given)
    take("resubmit_ssp", "csp_lead")
    with pytest.raises(NotReady, match=r"1 finding is open\. The side that found it settles it"):
        take("approve_ssp", "reviewer", **step_facts("approve_ssp", cast))
    given["revision"] = Case.objects.get(pk=case.pk).revision
    resolve_findings(case.public_id, actor=cast.reviewer, findings=[finding.public_id], **given)
    assert take("approve_ssp", "reviewer", **step_facts("approve_ssp", cast)).stage == "sap"
