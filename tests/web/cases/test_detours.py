"""From the form of a step to where what it lacks is added, and back: nothing that was typed is lost."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from authorizations.models import AgencySystem, Case, DocumentVersion
from tests.cast import Cast
from tests.exchange.documents import PDF
from tests.lifecycle.cases import make_case

LEVELS = {"confidentiality": "moderate", "integrity": "moderate", "availability": "low"}


@pytest.fixture
def case(cast: Cast) -> Case:
    """A reuse case whose next step names a system and waits for a document."""
    found = make_case(cast, "reuse", "need_defined")
    found.document_summary.pop("access_form", None)
    Case.objects.filter(pk=found.pk).update(document_summary=found.document_summary)
    return Case.objects.get(pk=found.pk)


@pytest.mark.slow
def test_a_system_is_added_from_the_step_which_then_has_it_and_all_that_was_typed(
    client: Client, cast: Cast, case: Case
) -> None:
    client.force_login(cast.liaison)
    step = reverse("case_step", args=[case.public_id, "request_access"])
    page = client.get(step).content.decode()
    assert 'name="detour" value="system"' in page
    typed: dict[str, Any] = {"revision": case.revision, "reason": "The pier needs it.", "detour": "system"}
    typed |= {"document-access_form-upload": SimpleUploadedFile("form.pdf", PDF, "application/pdf")}
    away = client.post(step, typed)
    assert away.headers["Location"].startswith(reverse("add_system"))
    harbors = cast.organizations["harbors"].public_id
    back = client.post(away.headers["Location"], {"agency": harbors, "name": "Cranes", **LEVELS})
    assert back.headers["Location"] == step
    shown = client.get(step)
    form, [document] = shown.context["form"], shown.context["needs"].documents
    assert form["reason"].value() == "The pier needs it."
    assert form["system"].value() == AgencySystem.objects.get(name="Cranes").public_id
    assert document.stored.name == "form.pdf"
    assert document["kept"].value()
    assert not DocumentVersion.objects.exists()
    away = client.post(step, {"reason": "The pier needs it.", "detour": "contact"})
    contact = {"organization": harbors, "name": "Cid Chief", "email": "cid@harbors.example", "function": "approver"}
    assert client.post(away.headers["Location"], contact).headers["Location"] == step
    assert "Cid Chief" in client.get(step).content.decode()
    # What was sent is not shown again, and another way to the systems leads to no step.
    client.post(step, {"revision": 0})
    assert client.get(step).context["form"]["reason"].value() is None
    other = client.post(reverse("add_system"), {"agency": harbors, "name": "Locks", **LEVELS})
    assert other.headers["Location"] != step


@pytest.mark.slow
def test_an_official_is_invited_from_the_facts_of_the_case_and_what_was_typed_is_still_there(
    client: Client, cast: Cast, case: Case
) -> None:
    client.force_login(cast.liaison)
    facts = reverse("case_facts", args=[case.public_id])
    page = client.get(facts)
    fresh = page.context["form"]
    assert page.content.decode().index("Record facts</button>") < page.content.decode().index('name="detour"')
    typed = {"revision": fresh["revision"].value(), "intended_use": "Tides.", "initial-intended_use": "Before."}
    away = client.post(facts, {**typed, "detour": "authorizing_official"})
    invited = {"email": "new@harbors.example", "role": "authorizing_official"}
    sent = client.post(away.headers["Location"], invited).content.decode()
    assert f'href="{facts}">Back to what you were doing' in sent
    form = client.get(facts).context["form"]
    assert form["intended_use"].value() == "Tides."
    assert "intended_use" in form.changed_data
    client.force_login(cast.reviewer)
    assert "authorizing_official" not in client.get(facts).context["detours"]
    assert client.post(facts, {"detour": "authorizing_official"}).status_code == 404


def test_nobody_goes_where_the_form_does_not_lead(client: Client, cast: Cast, case: Case) -> None:
    client.force_login(cast.liaison)
    step = reverse("case_step", args=[case.public_id, "request_access"])
    assert client.post(step, {"detour": "https://elsewhere.example"}).status_code == 404
    client.force_login(cast.stranger_agency)
    assert client.post(step, {"detour": "system"}).status_code == 404
