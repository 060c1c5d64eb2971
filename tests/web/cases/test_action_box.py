"""The box on top of a case: what leads on is done in it, with what is missing; the rest is quiet."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from authorizations.models import Case, DocumentVersion
from authorizations.presenters.cases.evidence import EVIDENCE
from authorizations.web.cases.action_box import ends
from tests.actions.documents.documents import add
from tests.cast import Cast
from tests.exchange.documents import PDF
from tests.lifecycle.cases import make_case, press, record
from tests.samples import sample
from tests.web.reading_pages import body_of


def box_of(client: Client, case: Case) -> Any:
    return client.get(case.get_absolute_url()).context["box"]


def paper(name: str = "list.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


def planning(case: Case, **more: Any) -> dict[str, Any]:
    """What the step *start planning* is told."""
    today = timezone.localdate().isoformat()
    contacts = {"agency_contact": "Lena Liaison", "provider_contact": "Cleo Csp"}
    return {"revision": case.revision, "marketplace_checked_on": today, "happened_on": today, **contacts, **more}


FILE = "document-intended_use-upload"


@pytest.fixture
def case(cast: Cast) -> Case:
    """One that waits for planning to start, of which a document is missing."""
    made = make_case(cast, "initial", "partnership")
    press(made, "agree_partnership", cast.csp_lead)
    found = Case.objects.get(pk=made.pk)
    found.document_summary.pop("intended_use", None)
    Case.objects.filter(pk=made.pk).update(document_summary=found.document_summary)
    return Case.objects.get(pk=made.pk)


def test_whose_turn_it_is_finds_one_primary_step_with_what_is_missing(client: Client, cast: Cast, case: Case) -> None:
    client.force_login(cast.liaison)
    box = box_of(client, case)
    assert box.primary.step.name == "start_planning"
    assert [document.key for document in box.step["needs"].documents] == ["intended_use"]
    assert not any(ends(button.step) for button in box.more)


def test_a_step_back_is_among_the_others(client: Client, cast: Cast) -> None:
    client.force_login(cast.reviewer)
    box = box_of(client, make_case(cast, "initial", "agency_review"))
    assert box.primary.step.name == "recommend"
    assert "send_to_remediation" in [button.step.name for button in box.more]


def test_a_step_that_can_be_taken_before_ones_turn_does_not_hide_whose_turn_it_is(client: Client, cast: Cast) -> None:
    case = make_case(cast, "reuse", "ato_issued")
    client.force_login(cast.pmo_lead)
    box, page = box_of(client, case), body_of(client, case.get_absolute_url())
    assert (case.waits_on, box.primary.step.name, box.is_yours) == ("agency", "record", False)
    assert "Waiting on Department of Harbors (agency)" in page
    assert "Meanwhile you can take this step: <strong>Record the ATO</strong>" in page
    assert "Your turn" not in page


def test_an_exit_is_never_the_primary_step_nor_among_the_others(client: Client, cast: Cast, case: Case) -> None:
    client.force_login(cast.liaison)
    box = box_of(client, case)
    assert {"withdraw"} <= {button.step.name for button in box.ends}
    client.force_login(cast.csp_lead)
    assert box_of(client, case).primary is None


def test_a_document_is_filed_with_the_step_that_waits_for_it(client: Client, cast: Cast, case: Case) -> None:
    client.force_login(cast.liaison)
    sent = planning(case, **{FILE: paper()})
    answer = client.post(reverse("case_step", args=[case.public_id, "start_planning"]), sent)
    assert answer.status_code == 302, answer.context["form"].errors
    case.refresh_from_db()
    assert case.stage == "planning"
    assert DocumentVersion.objects.filter(document__case=case, document__key="intended_use").count() == 1


def test_what_is_brought_stays_filed_when_the_step_is_refused(client: Client, cast: Cast, case: Case) -> None:
    client.force_login(cast.liaison)
    sent = planning(case, agency_contact="", **{FILE: paper()})
    answer = client.post(reverse("case_step", args=[case.public_id, "start_planning"]), sent)
    assert answer.status_code == 409
    assert list(answer.context["form"].errors) == ["agency_contact"]
    assert not answer.context["needs"].documents
    case.refresh_from_db()
    assert case.stage == "partnership"
    # The form that came back is of the case as it is now, and goes through.
    fresh = answer.context["form"]["revision"].value()
    assert str(fresh) == str(case.revision)
    again = client.post(answer.request["PATH_INFO"], planning(case))
    assert again.status_code == 302


def test_a_file_is_kept_with_a_form_that_comes_too_late(client: Client, cast: Cast, case: Case) -> None:
    client.force_login(cast.liaison)
    sent = planning(case, **{FILE: paper()})
    record(case, cast.csp_lead, provider_contact="Somebody else")
    answer = client.post(reverse("case_step", args=[case.public_id, "start_planning"]), sent)
    assert answer.status_code == 409
    assert "Someone was here before you" in answer.content.decode()
    assert not DocumentVersion.objects.filter(document__key="intended_use").exists()
    [document] = answer.context["needs"].documents
    assert document.stored.name == "list.pdf"
    case.refresh_from_db()
    kept = {"document-intended_use-kept": document.data["document-intended_use-kept"]}
    assert client.post(answer.request["PATH_INFO"], planning(case, **kept)).status_code == 302
    assert DocumentVersion.objects.filter(document__key="intended_use").count() == 1


def test_a_file_that_is_not_fit_is_refused_at_its_field_and_nothing_is_done(
    client: Client, cast: Cast, case: Case
) -> None:
    client.force_login(cast.liaison)
    sent = planning(case, **{FILE: paper("list.exe", b"MZ")})
    answer = client.post(reverse("case_step", args=[case.public_id, "start_planning"]), sent)
    assert answer.status_code == 409
    [document] = answer.context["needs"].documents
    assert "upload" in document.errors
    case.refresh_from_db()
    assert case.stage == "partnership"


def test_saving_for_now_files_what_is_there_and_takes_no_step(client: Client, cast: Cast, case: Case) -> None:
    client.force_login(cast.liaison)
    sent = {"revision": case.revision, "save": "yes", FILE: paper()}
    answer = client.post(reverse("case_step", args=[case.public_id, "start_planning"]), sent)
    assert answer.status_code == 302
    case.refresh_from_db()
    assert (case.stage, "intended_use" in case.document_summary) == ("partnership", True)


def test_saving_for_now_claims_nothing_where_nothing_was_brought(client: Client, cast: Cast, case: Case) -> None:
    client.force_login(cast.liaison)
    address = reverse("case_step", args=[case.public_id, "start_planning"])

    def said(**brought: Any) -> str:
        sent = {"revision": case.revision, "save": "yes", **brought}
        return client.post(address, sent, follow=True).content.decode()

    page = said(**{"document-intended_use-location": ""})
    assert "You brought nothing, so nothing is filed." in page
    assert "What you brought is filed." not in page
    assert "What you brought is filed." in said(**{FILE: paper()})


@pytest.fixture
def unsigned(cast: Cast) -> Case:
    """A plan that the provider filed without a signature, in a case that waits for that."""
    made = make_case(cast, "initial", "planning")
    add(made, cast.csp_contributor)
    Case.objects.filter(pk=made.pk).update(waits_on="provider")
    return Case.objects.get(pk=made.pk)


@pytest.mark.slow
def test_a_signature_on_a_document_that_is_here_is_a_tick_without_a_file(
    client: Client, cast: Cast, unsigned: Case
) -> None:
    client.force_login(cast.csp_lead)
    needs = box_of(client, unsigned).step["needs"]
    assert ([each.key for each in needs.documents], [each.key for each in needs.statements]) == ([], ["wbs"])
    today = timezone.localdate().isoformat()
    ticked = {"document-wbs-stated": "signed_by_provider", "document-wbs-stated_on": today}
    sent = {"revision": unsigned.revision, "happened_on": today, "wbs_signed_on": today, **ticked}
    answer = client.post(reverse("case_step", args=[unsigned.public_id, "sign_wbs"]), sent)
    assert answer.status_code == 302, answer.context["form"].errors
    case = Case.objects.get(pk=unsigned.pk)
    assert (case.fact_value("wbs_signed_by_provider_on"), DocumentVersion.objects.count()) == (timezone.localdate(), 1)


@pytest.mark.slow
def test_a_colleague_brings_what_is_missing_for_the_step_of_another(client: Client, cast: Cast, case: Case) -> None:
    client.force_login(cast.reviewer)
    assert [document.key for document in box_of(client, case).meanwhile.documents] == ["intended_use"]
    address = reverse("bring", args=[case.public_id])
    assert client.post(address, {FILE: paper()}).status_code == 302
    # Pressed again, nothing is asked for any more, and nothing is filed twice.
    assert client.post(address, {FILE: paper()}).status_code == 409
    assert DocumentVersion.objects.filter(document__key="intended_use").count() == 1


@pytest.mark.parametrize("person", sample(["viewer", "csp_viewer", "auditor"], "csp_viewer"))
def test_who_only_reads_brings_nothing(client: Client, cast: Cast, case: Case, person: str) -> None:
    client.force_login(cast.people[person])
    assert box_of(client, case).meanwhile is None
    sent = {FILE: paper()}
    assert client.post(reverse("bring", args=[case.public_id]), sent).status_code == 403
    assert not DocumentVersion.objects.filter(document__key="intended_use").exists()


def test_what_is_dated_by_the_act_follows_its_day(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "in_process")
    client.force_login(cast.csp_contributor)
    address = reverse("case_step", args=[case.public_id, "deliver_ssp"])
    form = client.get(address).context["form"]
    assert "ssp_delivered_on" not in [field.name for field in form.needed_fields]
    today = timezone.localdate()
    assert form["ssp_delivered_on"].value() == today
    sent = {
        "revision": case.revision,
        "ssp_delivered_on": today.isoformat(),
        "happened_on": (today - timedelta(days=3)).isoformat(),
        "document-ssp-location": "Connect.gov, folder 7",
        "reason": "Recorded late.",
    }
    assert client.post(address, sent).status_code == 302
    assert Case.objects.get(pk=case.pk).fact_value("ssp_delivered_on") == today - timedelta(days=3)


STAGES = {
    "issue_ato": "ao_decision",
    "list_in_process": "in_process_requested",
    "certify": "pmo_review",
    "grant_access": "access_requested",
}


@pytest.mark.parametrize("step", sample(STAGES, "issue_ato", more=STAGES))
def test_a_decision_has_its_evidence_beside_its_button(client: Client, cast: Cast, step: str) -> None:
    assert set(STAGES) <= set(EVIDENCE)
    case = make_case(cast, "reuse" if step == "grant_access" else "initial", STAGES[step])
    if step == "certify":
        press(case, "claim", cast.pmo_lead)
    client.force_login(cast.official if step == "issue_ato" else cast.pmo_lead)
    evidence = client.get(reverse("case_step", args=[case.public_id, step])).context["evidence"]
    assert evidence.facts
    assert evidence.documents or evidence.missing


def test_a_sponsored_case_is_offered_its_own_type_path_and_class(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "pmo_review")
    case.offering.certification_class = "C"
    case.offering.save()
    client.force_login(cast.pmo_lead)
    form = client.get(reverse("case_step", args=[case.public_id, "certify"])).context["form"]
    shown = [form[f"certification_{name}"].value() for name in ("type", "path", "class")]
    assert shown == ["rev5", "agency", "C"]
