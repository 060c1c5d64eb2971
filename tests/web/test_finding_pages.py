"""The pages of findings: drafting, the list that goes out, answers that are not lost, settling, and who sees what."""

import csv
import io
from copy import copy

import pytest
from django.test import Client
from django.urls import reverse

from accounts.fields import new_public_id
from authorizations.actions.acting_capacity import acting_context
from authorizations.lifecycle.problems import Problem
from authorizations.models import Case, Finding
from authorizations.presenters.links import problem_links
from authorizations.web.findings.forms import AT_ONCE
from tests.actions.documents.documents import add
from tests.actions.findings.findings import answer, draft, fresh, resolve, returned, revision
from tests.cast import Cast
from tests.lifecycle.cases import NOW, make_case
from tests.samples import ends, first
from tests.web.reading_pages import body_of

# Each test draws pages of a case that was walked far.
pytestmark = pytest.mark.slow

TWO = ("The boundary misses the backup site.", "Control AC-2 names no owner.")


def address(case: Case, name: str = "case_findings") -> str:
    return reverse(name, args=[case.public_id])


def typed(case: Case, answers: dict[str, str], seen: dict[str, str] | None = None, **more: object) -> dict[str, object]:
    """What a browser sends back from the form of the answers."""
    sent: dict[str, object] = {"revision": revision(case), "act": "answer"}
    for name, text in answers.items():
        sent[name], sent[f"initial-{name}"] = text, (seen or {}).get(name, "")
    return {**sent, **more}


# --- drafting ---


def test_a_reviewer_drafts_a_finding_and_comes_back_to_the_list(client: Client, cast: Cast) -> None:
    case = make_case(cast)
    client.force_login(cast.reviewer)
    page = client.get(address(case, "add_finding"))
    sent = {"about": "fact:ssp_delivered_on", "severity": "major", "text": TWO[0]}
    answered = client.post(
        address(case, "add_finding"),
        {**sent, "idempotency_key": page.context["form"].initial["idempotency_key"]},
        follow=True,
    )
    assert answered.redirect_chain == [(address(case), 302)]
    assert TWO[0] in answered.content.decode()


@pytest.mark.parametrize(
    ("who", "seen"),
    ends([("liaison", True), ("viewer", True), ("auditor", True), ("csp_lead", False), ("pmo_lead", False)]),
)
def test_a_draft_is_read_by_its_side_and_the_auditor(client: Client, cast: Cast, who: str, seen: object) -> None:
    case = make_case(cast)
    draft(case, cast.reviewer, TWO[0])
    client.force_login(cast.people[who])
    assert (TWO[0] in body_of(client, address(case))) is seen
    assert ("1 draft</span>" in body_of(client, case.get_absolute_url())) is (who == "liaison")


def test_a_second_press_leads_to_the_draft_of_the_first(client: Client, cast: Cast) -> None:
    case = make_case(cast)
    client.force_login(cast.reviewer)
    sent = {"about": "fact:ssp_delivered_on", "severity": "major", "text": TWO[0], "idempotency_key": "k" * 32}
    client.post(address(case, "add_finding"), sent)
    answered = client.post(address(case, "add_finding"), sent)
    [finding] = Finding.objects.all()
    assert (answered.status_code, answered.headers["Location"]) == (302, finding.get_absolute_url())


def test_what_is_missing_of_a_draft_stands_at_its_field_with_what_was_typed(client: Client, cast: Cast) -> None:
    case = make_case(cast)
    client.force_login(cast.reviewer)
    page = client.post(address(case, "add_finding"), {"about": "", "severity": "", "text": TWO[0]}).content.decode()
    assert "About: choose the document or the fact" in page
    assert TWO[0] in page
    assert not Finding.objects.exists()


@pytest.mark.slow
def test_a_draft_is_changed_and_dropped_on_its_page(client: Client, cast: Cast) -> None:
    finding = draft(make_case(cast), cast.reviewer)
    place = reverse("change_draft", args=[finding.public_id])
    client.force_login(cast.liaison)
    same = {"about": f"fact:{finding.fact}", "severity": finding.severity, "text": finding.text}
    assert "Nothing was changed" in client.post(place, same).content.decode()
    client.post(place, {**same, "text": TWO[1]})
    assert fresh([finding])[0].text == TWO[1]
    client.post(place, {"drop": "yes"})
    assert fresh([finding])[0].dropped_at is not None
    assert TWO[1] not in body_of(client, address(finding.case))
    assert client.get(place).status_code == 409


@pytest.mark.parametrize(
    ("who", "code"), first([("csp_lead", 404), ("pmo_lead", 404), ("viewer", 403), ("official", 403)])
)
def test_a_draft_is_not_there_for_others_and_closed_to_those_who_only_read(
    client: Client, cast: Cast, who: str, code: int
) -> None:
    finding = draft(make_case(cast), cast.reviewer)
    client.force_login(cast.people[who])
    place = reverse("change_draft", args=[finding.public_id])
    assert client.get(place).status_code == client.post(place, {"drop": "yes"}).status_code == code
    assert fresh([finding])[0].is_draft


@pytest.mark.slow
def test_a_finding_is_about_a_shared_version_of_a_document_that_both_sides_read(client: Client, cast: Cast) -> None:
    case = make_case(cast)
    version = add(case, cast.csp_lead, "ssp", location="Trust center, folder SSP", now=NOW)
    hidden = add(case, cast.csp_lead, "ssp", location="Trust center, folder draft", now=NOW, draft=True)
    client.force_login(cast.reviewer)
    choices = dict(
        pair
        for _, group in client.get(address(case, "add_finding")).context["form"].fields["about"].choices
        if isinstance(group, list)
        for pair in group
    )
    assert f"version:{version.public_id}" in choices
    assert f"version:{hidden.public_id}" not in choices
    assert "fact:recommendation" not in choices
    sent = {"about": f"version:{version.public_id}", "severity": "blocking", "text": TWO[0]}
    client.post(address(case, "add_finding"), sent)
    assert Finding.objects.get().version == version


# --- sending ---


def test_the_form_of_a_return_shows_the_list_that_goes_out(client: Client, cast: Cast) -> None:
    case = make_case(cast)
    draft(case, cast.pmo_reviewer, "Of the PMO.")
    client.force_login(cast.reviewer)
    place = reverse("case_step", args=[case.public_id, "return_ssp"])
    assert "No findings are drafted yet" in body_of(client, place)
    for text in TWO:
        draft(case, cast.liaison, text)
    page = body_of(client, place)
    assert "2 findings" in page
    assert all(text in page for text in TWO)
    assert "Of the PMO." not in page
    assert "The list that goes out" not in body_of(client, reverse("case_step", args=[case.public_id, "approve_ssp"]))


@pytest.mark.slow
def test_a_list_that_a_colleague_changed_meanwhile_is_shown_before_it_goes_out(client: Client, cast: Cast) -> None:
    case = make_case(cast)
    draft(case, cast.reviewer, TWO[0])
    client.force_login(cast.reviewer)
    place = reverse("case_step", args=[case.public_id, "return_ssp"])
    form = client.get(place).context["form"]
    sent = {"revision": form["revision"].value(), "sends": form["sends"].value(), "reason": "See the list."}
    draft(case, cast.liaison, TWO[1])
    page = client.post(place, sent)
    body = page.content.decode()
    assert page.status_code == 409
    assert "A colleague changed the list" in body
    assert TWO[1] in body
    assert "See the list." in body
    assert Case.objects.get(pk=case.pk).waits_on == "agency"
    client.post(place, {**sent, "sends": page.context["form"]["sends"].value()})
    assert Case.objects.get(pk=case.pk).waits_on == "provider"


# --- answering ---


def test_the_side_that_owes_answers_several_in_one_form(client: Client, cast: Cast) -> None:
    case, [one, two] = returned(cast, *TWO)
    client.force_login(cast.csp_contributor)
    page = body_of(client, address(case))
    assert page.count("<textarea") == 2
    answered = client.post(
        address(case), typed(case, {one.public_id: "Mended.", two.public_id: "It has one."}), follow=True
    )
    assert "2 answers kept. Every finding has its answer" in answered.content.decode()
    assert [finding.answer for finding in fresh([one, two])] == ["Mended.", "It has one."]


@pytest.mark.slow
def test_one_answer_may_be_left_blank_and_none_is_a_mistake(client: Client, cast: Cast) -> None:
    case, [one, two] = returned(cast, *TWO)
    client.force_login(cast.csp_lead)
    sent = typed(case, {one.public_id: "Mended.", two.public_id: ""})
    assert "1 still to answer" in client.post(address(case), sent, follow=True).content.decode()
    nothing = client.post(address(case), typed(case, {two.public_id: ""}))
    assert nothing.status_code == 409
    assert "write an answer to at least one" in nothing.content.decode()


@pytest.mark.slow
def test_an_answer_that_is_taken_away_is_refused_and_the_others_are_kept_as_typed(client: Client, cast: Cast) -> None:
    case, [one, two] = returned(cast, *TWO)
    answer(one, cast.csp_lead, "Mended.")
    client.force_login(cast.csp_lead)
    sent = typed(case, {one.public_id: "", two.public_id: "It has one."}, {one.public_id: "Mended."})
    page = client.post(address(case), sent)
    assert page.status_code == 409
    assert "It has one." in page.content.decode()
    assert f'href="#answer-{one.public_id}"' in page.content.decode()
    assert [finding.answer for finding in fresh([one, two])] == ["Mended.", ""]


def test_a_stale_tab_is_told_what_happened_and_keeps_what_was_typed(client: Client, cast: Cast) -> None:
    case, [one, two] = returned(cast, *TWO)
    sent = typed(case, {one.public_id: "", two.public_id: "Typed long ago."})
    answer(one, cast.csp_contributor, "A colleague's.")
    client.force_login(cast.csp_lead)
    page = client.post(address(case), sent)
    body = page.content.decode()
    assert page.status_code == 409
    assert "Someone was here before you" in body
    assert "Findings answered" in body
    form = page.context["answers"]
    assert (form[two.public_id].value(), form[one.public_id].value()) == ("Typed long ago.", "A colleague's.")
    assert not fresh([two])[0].answer
    again_sent = typed(
        case, {one.public_id: "A colleague's.", two.public_id: "Typed long ago."}, {one.public_id: "A colleague's."}
    )
    client.post(address(case), again_sent)
    assert fresh([two])[0].answer == "Typed long ago."


@pytest.mark.slow
def test_what_was_typed_for_a_finding_that_was_settled_meanwhile_stays_to_copy(client: Client, cast: Cast) -> None:
    case, [one, two] = returned(cast, *TWO)
    sent = typed(case, {one.public_id: "A long answer.", two.public_id: "Another."})
    resolve(one, cast.reviewer, reason="We had read an older one.")
    client.force_login(cast.csp_lead)
    page = client.post(address(case), sent)
    body = page.content.decode()
    assert page.status_code == 409
    assert "A long answer." in body.partition("What you typed, to copy")[2].partition("</section>")[0]
    assert page.context["answers"][two.public_id].value() == "Another."


@pytest.mark.parametrize("who", first(["csp_viewer", "reviewer", "pmo_lead", "auditor", "assessor_lead"]))
def test_who_owes_no_answer_is_refused_one(client: Client, cast: Cast, who: str) -> None:
    case, [one] = returned(cast)
    client.force_login(cast.people[who])
    assert "<textarea" not in body_of(client, address(case)).partition("For your side to settle")[0]
    assert client.post(address(case), typed(case, {one.public_id: "Mended."})).status_code == 403
    assert not fresh([one])[0].answer


# --- beside ---


def test_a_case_without_findings_says_what_would_stand_there(client: Client, cast: Cast) -> None:
    case = make_case(cast)
    client.force_login(cast.csp_lead)
    assert "No findings yet" in body_of(client, address(case))
    client.force_login(cast.reviewer)
    assert "No drafts. Note your findings here" in body_of(client, address(case))


@pytest.mark.slow
def test_the_file_holds_what_the_page_holds(client: Client, cast: Cast) -> None:
    case, [one] = returned(cast, "=1+1 is no formula here.")
    answer(one, cast.csp_lead)
    draft(case, cast.liaison, "Another one.")
    found = {}
    for who in ("reviewer", "csp_lead"):
        client.force_login(cast.people[who])
        rows = list(csv.reader(io.StringIO(client.get(address(case, "case_findings_csv")).content.decode("utf-8-sig"))))
        found[who] = [(row[1], row[4]) for row in rows[1:]]
    sent = ("Answered", "'=1+1 is no formula here.")
    assert found == {"reviewer": [("Draft", "Another one."), sent], "csp_lead": [sent]}


# Seconds: fifteen answers are compared, before and after.
@pytest.mark.slow
def test_no_number_of_another_side_s_drafts_stands_anywhere(client: Client, cast: Cast) -> None:
    case, _ = returned(cast)
    before = {}
    places = [address(case), case.get_absolute_url(), reverse("api_case", args=[case.public_id])]
    places += [address(case, "api_case_findings"), address(case, "case_findings_csv")]
    strip = ("csrfmiddlewaretoken", "request-id")

    def pages(who: str) -> list[str]:
        client.force_login(cast.people[who])
        found = [client.get(place).content.decode() for place in places]
        return [
            "\n".join(line for line in page.split("\n") if not any(each in line for each in strip)) for page in found
        ]

    others = ("csp_lead", "assessor_lead", "pmo_reviewer")
    before = {who: pages(who) for who in others}
    draft(case, cast.reviewer, "Inside the agency.")
    for who in others:
        for place, old, new in zip(places, before[who], pages(who), strict=True):
            assert "Inside the agency." not in new, place
            assert len(old.split("\n")) == len(new.split("\n")), place


@pytest.mark.slow
def test_the_page_costs_the_same_queries_for_one_finding_and_for_twenty(
    client: Client, cast: Cast, django_assert_max_num_queries: object
) -> None:
    case, _ = returned(cast, *(f"Finding {number}." for number in range(20)))
    client.force_login(cast.csp_lead)
    with django_assert_max_num_queries(14):  # type: ignore[operator]  # a fixture of pytest-django
        client.get(address(case))


@pytest.mark.slow
def test_the_home_of_the_side_that_owes_says_how_many_findings_came_back(client: Client, cast: Cast) -> None:
    returned(cast, *TWO)
    client.force_login(cast.csp_lead)
    page = body_of(client, reverse("home"))
    assert "Answer 2 findings" in page
    assert "Came back" in page


@pytest.mark.slow
def test_the_admin_shows_sent_findings_and_no_number_of_an_agency_s_drafts(client: Client, cast: Cast) -> None:
    case, [one] = returned(cast)
    hidden = draft(case, cast.reviewer, "Inside the agency.")
    shown = draft(case, cast.pmo_reviewer, "Of the PMO.")
    client.force_login(cast.pmo_lead)
    listed = body_of(client, reverse("admin:authorizations_finding_changelist"))
    assert all(each.public_id in listed for each in (one, shown))
    assert hidden.public_id not in listed
    place = reverse("admin:authorizations_finding_change", args=[hidden.public_id])
    assert client.get(place).status_code == 404
    page = body_of(client, reverse("admin:authorizations_case_change", args=[case.public_id]))
    assert "drafts" not in page.lower().partition("history")[0]


def test_the_admin_s_form_of_a_return_shows_the_list_too(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "pmo_review")
    draft(case, cast.pmo_reviewer, "The checklist lacks item 4.")
    client.force_login(cast.pmo_lead)
    page = body_of(client, reverse("admin:authorizations_case_step", args=[case.public_id, "request_pmo_remediation"]))
    assert "The checklist lacks item 4." in page
    assert address(case) in page


def test_a_gate_of_findings_leads_to_their_page(cast: Cast) -> None:
    case = make_case(cast)
    context = acting_context(case, cast.csp_lead, NOW.date())
    [met] = problem_links(context, case, [Problem("findings_answered", "A finding is not answered.", "findings")])
    assert met.url == address(case)


# Seconds: a form of as many fields as a request may have.
@pytest.mark.slow
def test_of_very_many_findings_so_many_are_answered_at_once_as_a_form_takes(client: Client, cast: Cast) -> None:
    case, [first] = returned(cast)
    more = [copy(first) for _ in range(AT_ONCE + 1)]
    for each in more:
        each.pk, each.public_id = None, new_public_id()
    Finding.objects.bulk_create(more)
    client.force_login(cast.csp_lead)
    for number in (AT_ONCE, 2):
        page = client.get(address(case))
        unanswered = [name for name in page.context["answers"].fields if name != "revision"]
        assert len(unanswered) == AT_ONCE
        given = dict.fromkeys(unanswered[:number], "Mended.")
        client.post(address(case), typed(page.context["case"], given))
    assert not case.findings.filter(answer="").exists()
