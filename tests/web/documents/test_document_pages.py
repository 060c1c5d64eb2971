"""The pages of documents: the list, the form, hostile files, copies, and who is told what."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from authorizations.actions.acting_capacity import acting_context
from authorizations.actions.documents.documents import withdraw_version
from authorizations.exchange.documents.upload import take_in
from authorizations.lifecycle.problems import Problem
from authorizations.models import Ato, Case, DocumentVersion, Tally
from authorizations.presenters.links import problem_links
from tests.actions.documents.documents import THERE, add, kept_file
from tests.cast import Cast
from tests.exchange.documents import PDF
from tests.hostile import HOSTILE as HOSTILE_TEXT
from tests.hostile import WORDS
from tests.lifecycle.cases import make_case
from tests.lifecycle.world import make_ato
from tests.web.reading_pages import body_of, case_pages

NOW = timezone.now()


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast, "initial", "planning")


def page_of(case: Case) -> str:
    return reverse("case_documents", args=[case.public_id])


def form_of(case: Case, key: str = "wbs") -> str:
    return reverse("add_case_document", args=[case.public_id, key])


def pdf(name: str = "plan.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def stored(case: Case, cast: Cast, content: bytes = PDF, name: str = "plan.pdf", **said: Any) -> DocumentVersion:
    """A version whose file is really kept."""
    return add(case, cast.csp_lead, upload=take_in(BytesIO(content), name), **said)


def test_where_no_file_can_be_kept_the_form_says_so_and_keeps_what_was_typed(
    client: Client, cast: Cast, case: Case, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path / "full"
    settings.MEDIA_ROOT.touch()
    client.force_login(cast.csp_lead)
    answer = client.post(form_of(case, "other"), {"title": "Plan of the harbor", "upload": pdf()})
    assert answer.status_code < 500
    page = answer.content.decode()
    assert "Files cannot be saved or opened right now" in page
    assert "Plan of the harbor" in page
    assert not DocumentVersion.objects.exists()


# --- the list ---


def test_the_list_tells_what_each_step_asks_for_and_how_each_document_stands(
    client: Client, cast: Cast, case: Case
) -> None:
    add(case, cast.liaison, stated=["signed_by_agency"], note="Dates of both sides.")
    client.force_login(cast.csp_lead)
    page = body_of(client, page_of(case))
    for words in (
        "Work breakdown structure (WBS)",
        "Needed by",
        "Lena Liaison (Agency)",
        "Stated: Signed by the agency",
        "Dates of both sides.",
        "not looked up since",
        "Confidential: reference only",
        "Present stage",
    ):
        assert words in page
    assert form_of(case) in page
    assert form_of(case, "intended_use") not in page


@pytest.mark.slow
def test_the_list_costs_the_same_queries_with_one_document_and_with_many(
    client: Client, cast: Cast, case: Case, django_assert_num_queries: Any
) -> None:
    client.force_login(cast.csp_lead)
    add(case, cast.csp_lead)
    body_of(client, page_of(case))
    # session, person, case, what of it is unread, documents, and which sides have people here
    with django_assert_num_queries(6):
        body_of(client, page_of(case))
    for number in range(5):
        add(case, cast.csp_lead, "other", title=f"Paper {number}", upload=kept_file())
        add(case, cast.csp_lead)
    with django_assert_num_queries(6):
        body_of(client, page_of(case))


@pytest.mark.slow
def test_what_stays_inside_the_agency_is_not_on_the_list_of_others_nor_has_a_form(client: Client, cast: Cast) -> None:
    case = make_case(cast, "reuse", "implementation")
    add(case, cast.reviewer, "agency_poam")
    for who, seen in (("liaison", True), ("auditor", True), ("csp_lead", False), ("pmo_lead", False)):
        client.force_login(cast.people[who])
        assert ("POA&amp;M of the agency" in body_of(client, page_of(case))) is seen
        answer = client.get(form_of(case, "agency_poam")).status_code
        assert answer == {"liaison": 200, "auditor": 403, "csp_lead": 404, "pmo_lead": 404}[who]


@pytest.mark.slow
def test_what_is_needed_on_a_condition_counts_once_the_condition_holds(client: Client, cast: Cast) -> None:
    client.force_login(cast.csp_lead)
    for wanted, needed in (("no", False), ("yes", True)):
        case = make_case(cast, "initial", "remediation", delta_test_wanted=wanted)
        case.documents.all().delete()
        Case.objects.filter(pk=case.pk).update(document_summary={})
        assert ("0 of 1 needed at this stage are here" in body_of(client, page_of(case))) is needed


@pytest.mark.slow
def test_a_draft_is_on_the_list_of_its_own_side_alone(client: Client, cast: Cast, case: Case) -> None:
    draft = add(case, cast.csp_lead, "other", title="Our own sketch", draft=True)
    for who, seen in (("csp_viewer", True), ("auditor", True), ("liaison", False), ("pmo_lead", False)):
        client.force_login(cast.people[who])
        assert ("Our own sketch" in body_of(client, page_of(case))) is seen
        for name, args in (("document_file", []), ("document_act", ["share"])):
            answer = client.get(reverse(name, args=[draft.public_id, *args])).status_code
            assert (answer != 404) is seen


@pytest.mark.slow
def test_the_page_of_the_case_says_how_many_are_here(client: Client, cast: Cast, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(document_summary={})
    client.force_login(cast.liaison)
    page = body_of(client, case.get_absolute_url())
    assert ">0/3</span>" in page
    assert page_of(case) in page
    add(case, cast.liaison, "ipr", stated=["signed_by_official"])
    assert ">0/3</span>" in body_of(client, case.get_absolute_url())  # no gate takes it as it is
    add(case, cast.liaison, "ipr", stated=["signed_by_official", "signed_by_provider_pm"])
    assert ">1/3</span>" in body_of(client, case.get_absolute_url())


@pytest.mark.parametrize(("person", "linked"), [("csp_lead", True), ("viewer", False), ("official", False)])
def test_a_document_that_a_gate_asks_for_leads_anyone_who_adds_it_to_its_place(
    cast: Cast, case: Case, person: str, *, linked: bool
) -> None:
    context = acting_context(case, cast.people[person], timezone.localdate())
    found = problem_links(context, case, [Problem("document_wbs", "The WBS is missing.", "document:wbs")])
    assert found[0].url == (f"{page_of(case)}?at=wbs#document-wbs" if linked else "")


@pytest.mark.slow
def test_an_ato_has_its_documents_for_its_parties_alone(client: Client, cast: Cast) -> None:
    ato: Ato = make_ato(cast)
    add(ato, cast.bureau_liaison, "ato_letter")
    address = reverse("ato_documents", args=[ato.public_id])
    client.force_login(cast.csp_lead)
    assert "Signed ATO letter" in body_of(client, address)
    assert address in body_of(client, ato.get_absolute_url())
    client.force_login(cast.stranger_csp)
    assert client.get(address).status_code == 404


# --- acts ---


@pytest.mark.slow
def test_a_draft_is_shared_a_version_withdrawn_and_a_reference_looked_up_on_their_pages(
    client: Client, cast: Cast, case: Case
) -> None:
    client.force_login(cast.csp_lead)
    draft = add(case, cast.csp_lead, draft=True)
    acts = {
        act: reverse("document_act", args=[draft.public_id, act]) for act in ("share", "verify", "state", "withdraw")
    }
    assert client.get(reverse("document_act", args=[draft.public_id, "burn"])).status_code == 404
    client.post(acts["share"])
    client.post(acts["verify"], {"verified_on": timezone.localdate().isoformat()})
    signed = {"stated": "signed_by_provider", "stated_on": timezone.localdate().isoformat()}
    assert (
        "Tick what you state of it" in client.post(acts["state"], {"stated_on": signed["stated_on"]}).content.decode()
    )
    client.post(acts["state"], signed)
    unfit = client.post(acts["withdraw"], {"reason": ""})
    assert "Say in a sentence why" in unfit.content.decode()
    client.post(acts["withdraw"], {"reason": "Of another case."})
    version = DocumentVersion.objects.get()
    assert version.shared_at
    assert version.verified_on == timezone.localdate()
    assert version.stated == ["signed_by_provider"]
    assert version.withdrawn_reason == "Of another case."
    assert {client.get(address).status_code for address in acts.values()} == {409}
    client.force_login(cast.viewer)
    assert {client.get(address).status_code for address in acts.values()} == {403}


# --- copies ---


def test_a_copy_is_saved_and_never_shown_and_each_is_counted(client: Client, cast: Cast, case: Case) -> None:
    version = stored(case, cast, name="Plan – März.pdf")
    client.force_login(cast.liaison)
    answer: Any = client.get(reverse("document_file", args=[version.public_id]))
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''Plan%20%E2%80%93%20M%C3%A4rz.pdf")
    assert (answer["X-Content-Type-Options"], answer["Content-Type"]) == ("nosniff", "application/pdf")
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "no-store" in answer["Cache-Control"]
    assert Tally.objects.get().subject_key == version.public_id


@pytest.mark.slow
def test_nobody_takes_a_copy_of_what_is_in_quarantine_withdrawn_gone_or_not_theirs(
    client: Client, cast: Cast, case: Case, settings: Any, tmp_path: Path
) -> None:
    version = stored(case, cast)
    address = reverse("document_file", args=[version.public_id])
    client.force_login(cast.stranger_csp)
    assert client.get(address).status_code == 404
    client.force_login(cast.liaison)
    withdraw_version(version.public_id, actor=cast.csp_lead, now=NOW, reason="Wrong one.")
    assert client.get(address).status_code == 409
    settings.CLAMAV = ("127.0.0.1", 9)
    waiting = stored(case, cast, content=PDF + b"\n")
    assert client.get(reverse("document_file", args=[waiting.public_id])).status_code == 409
    assert "In quarantine" in body_of(client, page_of(case))
    gone = add(case, cast.csp_lead, upload=kept_file())
    answer = client.get(reverse("document_file", args=[gone.public_id]))
    assert answer.status_code == 409
    assert "not where it was kept" in answer.content.decode()


@pytest.mark.slow
def test_the_history_names_document_and_version_to_those_who_may_know_of_them(
    client: Client, cast: Cast, case: Case
) -> None:
    add(case, cast.liaison, stated=["signed_by_agency"])
    client.force_login(cast.csp_viewer)
    page = case_pages(client, case)
    assert "Document: Work breakdown structure (WBS), version 1" in page
    assert "Stated: Signed by the agency" in page
    reuse = make_case(cast, "reuse", "implementation")
    add(reuse, cast.reviewer, "agency_poam")
    for who, seen in (("liaison", True), ("auditor", True), ("csp_lead", False), ("pmo_lead", False)):
        client.force_login(cast.people[who])
        assert ("POA&amp;M of the agency, version 1" in case_pages(client, reuse)) is seen


@pytest.mark.slow
def test_another_document_gets_a_newer_version_under_its_title_and_each_has_a_place_of_its_own(
    client: Client, cast: Cast, case: Case
) -> None:
    for title in ("Minutes & notes", "Sketch"):
        add(case, cast.liaison, "other", title=title)
    client.force_login(cast.csp_lead)
    page = body_of(client, page_of(case))
    assert page.count('id="document-other"') == page.count('id="document-other-1"') == 1
    assert f"{form_of(case, 'other')}?title=Minutes%20%26%20notes" in page
    form = client.get(f"{form_of(case, 'other')}?title=Minutes%20%26%20notes").context["form"]
    assert form["title"].value() == "Minutes & notes"
    client.post(form_of(case, "other"), {"title": "Minutes & notes", "location": THERE})
    assert DocumentVersion.objects.filter(document__title="Minutes & notes").count() == 2


@pytest.mark.parametrize(
    ("location", "leads"),
    [
        ("https://trust.example/ssp?v=3", True),
        ("https://trust.example", True),
        ("http://trust.example/", False),
        ("javascript:alert(1)//https://x", False),
        ("https://trust.example/ a b", False),
        ("https://user@evil.example/", False),
        ("Connect.gov, folder 7", False),
    ],
)
def test_a_reference_is_a_link_only_where_it_is_a_plain_address(location: str, *, leads: bool) -> None:
    assert DocumentVersion(location=location).leads is leads


def test_what_is_far_larger_than_everything_here_is_answered_before_it_is_read(
    client: Client, cast: Cast, case: Case, settings: Any
) -> None:
    settings.DOCUMENT_MAX_BYTES = settings.IMPORT_MAX_BYTES = 1024
    client.force_login(cast.csp_lead)
    assert client.post(form_of(case), {"upload": pdf(content=PDF + b" " * 4096)}).status_code == 413
    slightly = client.post(form_of(case), {"upload": pdf(content=PDF + b" " * 1000)})
    assert "more than 0 megabytes" in slightly.content.decode()


@pytest.mark.slow
@pytest.mark.parametrize("kind", WORDS)
def test_no_field_of_the_forms_breaks_whatever_it_holds(client: Client, cast: Cast, case: Case, kind: str) -> None:
    client.force_login(cast.csp_lead)
    text = HOSTILE_TEXT[kind]
    for field in ("title", "location", "verified_on", "stated", "note", "draft", "idempotency_key", "kept"):
        whole = {"title": "Notes", "location": THERE, field: text}
        assert client.post(form_of(case, "other"), whole).status_code in {200, 302}, field
        assert client.post(form_of(case), {"location": THERE, field: text}).status_code in {200, 302}, field
    version = add(case, cast.csp_lead)
    for act, field in (("verify", "verified_on"), ("state", "stated_on"), ("withdraw", "reason")):
        address = reverse("document_act", args=[version.public_id, act])
        assert client.post(address, {field: text}).status_code in {200, 302}, act
    assert client.get(page_of(case)).status_code == 200
