"""Recording facts of a case, waiving gates, and the steps of a case, on their pages."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from authorizations.models import Case, Event, Waiver
from tests.cast import Cast
from tests.lifecycle.cases import DAY, make_case, record, step_facts
from tests.lifecycle.world import as_entered
from tests.samples import ends, first
from tests.web.reading_pages import body_of, case_pages

TODAY = timezone.localdate()


def typed(client: Client, case: Case, **changed: object) -> dict[str, object]:
    """What a browser sends back from the form of the facts, with some of it changed."""
    form = client.get(reverse("case_facts", args=[case.public_id])).context["form"]
    sent: dict[str, object] = {"revision": case.revision}
    for bound in form:
        value = bound.value()
        value = value.isoformat() if isinstance(value, date) else value
        if value is not None and value is not False:
            sent[bound.html_name] = sent[bound.html_initial_name] = value
        else:
            sent[bound.html_initial_name] = ""
    return {**sent, **changed}


def facts_of(case: Case) -> dict[str, object]:
    return {name: entry[0] for name, entry in Case.objects.get(pk=case.pk).facts.items()}


@pytest.mark.parametrize(
    ("person", "fact", "asked"),
    ends(
        [
            ("liaison", "recommendation", True),
            ("liaison", "ssp_delivered_on", False),
            ("csp_contributor", "ssp_delivered_on", True),
            ("csp_contributor", "recommendation", False),
            ("assessor_member", "testing_finished_on", True),
            ("pmo_reviewer", "pmo_recommendation", True),
            ("pmo_reviewer", "ssp_approved_on", False),
        ]
    ),
)
def test_each_side_is_asked_for_the_facts_that_are_its_own(
    client: Client, cast: Cast, person: str, fact: str, asked: object
) -> None:
    case = make_case(cast, "initial", "ssp")
    client.force_login(cast.people[person])
    assert (f'id="fact-{fact}"' in body_of(client, f"{case.get_absolute_url()}facts/")) is asked


@pytest.mark.parametrize("person", first(["viewer", "csp_viewer", "auditor"]))
def test_who_records_nothing_is_told_so(client: Client, cast: Cast, person: str) -> None:
    case = make_case(cast, "initial", "ssp")
    client.force_login(cast.people[person])
    assert client.get(f"{case.get_absolute_url()}facts/").status_code == 403
    assert "Record facts" not in body_of(client, case.get_absolute_url())


def test_a_fact_is_recorded_and_the_rest_stays(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    before = facts_of(case)
    client.force_login(cast.csp_lead)
    address = f"{case.get_absolute_url()}facts/"
    answer = client.post(address, typed(client, case, contingency_tested_on="2026-10-05"))
    assert answer.status_code == 302
    assert facts_of(case) == {**before, "contingency_tested_on": "2026-10-05"}
    event = Event.objects.about(case).latest("pk")
    assert (event.verb, event.actor) == ("case.facts_recorded", cast.csp_lead)
    assert set(event.changes) == {"contingency_tested_on", "revision"}


@pytest.mark.slow
def test_every_kind_of_fact_can_be_recorded_and_is_there_again(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    client.force_login(cast.liaison)
    told = {
        "technical_reviewer": "Rae Reviewer",
        "recommendation": "Authorize.",
        "pending_deviations": "0",
        "delta_test_wanted": "no",
        "authorizing_official": cast.official.public_id,
    }
    assert client.post(f"{case.get_absolute_url()}facts/", typed(client, case, **told)).status_code == 302
    again = typed(client, Case.objects.get(pk=case.pk))
    assert {name: str(again[name]) for name in told if name != "authorizing_official"} == {
        name: value for name, value in told.items() if name != "authorizing_official"
    }
    assert facts_of(case)["pending_deviations"] == 0


@pytest.mark.slow
def test_a_confirmation_can_be_given_and_taken_back(client: Client, cast: Cast) -> None:
    case = make_case(cast, "reuse", "need_defined")
    client.force_login(cast.liaison)
    address = f"{case.get_absolute_url()}facts/"
    assert client.post(address, typed(client, case, use_in_scope="on")).status_code == 302
    assert facts_of(case)["use_in_scope"] is True
    case = Case.objects.get(pk=case.pk)
    sent = typed(client, case, reason="It was another use.")
    del sent["use_in_scope"]
    assert client.post(address, {**sent, "initial-use_in_scope": "True"}).status_code == 302
    assert "use_in_scope" not in facts_of(case)


@pytest.mark.slow
def test_a_fact_is_taken_back_only_with_a_reason(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    client.force_login(cast.liaison)
    address = f"{case.get_absolute_url()}facts/"
    answer = client.post(address, typed(client, case, technical_reviewer=""))
    assert answer.status_code == 200
    assert "Say in a sentence why. It stays on record." in answer.context["form"].errors["reason"]
    sent = typed(client, case, technical_reviewer="", reason="Somebody else reviews.")
    assert client.post(address, sent).status_code == 302
    assert "technical_reviewer" not in facts_of(case)


@pytest.mark.slow
def test_the_form_shows_the_part_where_the_case_is_and_what_is_to_be_corrected(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    client.force_login(cast.csp_lead)
    address = f"{case.get_absolute_url()}facts/"
    assert [part.label for part in client.get(address).context["form"].groups if part.is_open] == ["Package"]
    tomorrow = (TODAY + timedelta(days=400)).isoformat()
    answer = client.post(address, typed(client, case, contingency_tested_on=tomorrow))
    assert [part.label for part in answer.context["form"].groups if part.is_open] == ["Package", "Assessment"]


def test_an_impossible_value_is_refused_at_its_field_and_kept(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    client.force_login(cast.csp_lead)
    tomorrow = (TODAY + timedelta(days=400)).isoformat()
    answer = client.post(f"{case.get_absolute_url()}facts/", typed(client, case, contingency_tested_on=tomorrow))
    assert answer.status_code == 200
    assert "contingency_tested_on" in answer.context["form"].errors
    assert tomorrow in answer.content.decode()


def test_nothing_changed_is_said(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    client.force_login(cast.csp_lead)
    answer = client.post(f"{case.get_absolute_url()}facts/", typed(client, case))
    assert "Nothing was changed" in answer.content.decode()


@pytest.mark.slow
def test_a_second_press_does_nothing_twice_and_a_stale_page_keeps_what_was_typed(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    client.force_login(cast.liaison)
    address = f"{case.get_absolute_url()}facts/"
    sent = typed(client, case, technical_reviewer="Typed here")
    record(case, cast.liaison, agency_contact="Recorded meanwhile", reason="")
    answer = client.post(address, sent)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Typed here" in page
    assert "Contact of the agency: Recorded meanwhile" in page
    # Pressed again, it changes what was typed and leaves alone what somebody else recorded.
    form = answer.context["form"]
    again = {bound.html_name: form.data.get(bound.html_name, "") for bound in form}
    again |= {bound.html_initial_name: form.data.get(bound.html_initial_name, "") for bound in form}
    again = {name: value for name, value in again.items() if value}
    assert client.post(address, again).status_code == 302
    now = facts_of(case)
    assert (now["technical_reviewer"], now["agency_contact"]) == ("Typed here", "Recorded meanwhile")
    assert client.post(address, again).status_code == 409
    assert Event.objects.filter(verb="case.facts_recorded").count() == 3


@pytest.mark.slow
def test_what_happened_since_does_not_tell_others_what_stays_inside(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "agency_review")
    client.force_login(cast.csp_lead)
    sent = typed(client, case, contingency_tested_on=DAY.isoformat())
    record(case, cast.reviewer, recommendation="Between us: authorize.", close_out_held_on=DAY)
    page = client.post(f"{case.get_absolute_url()}facts/", sent).content.decode()
    assert "Close-out meeting held on" in page
    assert "Between us" not in page


def test_an_ended_case_takes_no_facts(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "withdrawn")
    client.force_login(cast.liaison)
    assert client.get(f"{case.get_absolute_url()}facts/").status_code == 409


# --- waivers ---


@pytest.mark.slow
def test_a_pmo_lead_waives_a_gate_and_ends_the_waiver(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    client.force_login(cast.pmo_lead)
    address = f"{case.get_absolute_url()}waive/"
    page = client.get(f"{address}?gate=ssp_approved_on")
    assert page.context["form"].initial["gate"] == "ssp_approved_on"
    sent = {"gate": "ssp_approved_on", "until": TODAY.isoformat(), "reason": "Paper mail was lost."}
    assert [client.post(address, sent).status_code for _ in range(2)] == [302, 409]
    waiver = Waiver.objects.get()
    end = reverse("end_waiver", args=[case.public_id, waiver.public_id])
    assert "is waived until" in body_of(client, end)
    assert [client.post(end, {"reason": "The mail came."}).status_code for _ in range(2)] == [302, 409]
    assert Event.objects.filter(verb="case.waiver_ended").count() == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    ends(
        [
            ({"gate": "system"}, "gate"),
            ({"until": "2026-01-01"}, "until"),
            ({"reason": " "}, "reason"),
            ({"until": ""}, "until"),
        ]
    ),
)
def test_a_waiver_that_cannot_be_is_refused_at_its_field(
    client: Client, cast: Cast, changed: dict[str, str], field: str
) -> None:
    case = make_case(cast, "initial", "ssp")
    client.force_login(cast.pmo_lead)
    sent = {"gate": "ssp_approved_on", "until": TODAY.isoformat(), "reason": "Lost.", **changed}
    answer = client.post(f"{case.get_absolute_url()}waive/", sent)
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert not Waiver.objects.exists()


@pytest.mark.parametrize("person", ends(["liaison", "csp_lead", "assessor_lead", "pmo_reviewer", "auditor"]))
def test_nobody_else_on_the_case_waives(client: Client, cast: Cast, person: str) -> None:
    case = make_case(cast, "initial", "ssp")
    client.force_login(cast.people[person])
    assert client.post(f"{case.get_absolute_url()}waive/", {}).status_code == 403


# --- steps ---


def test_a_step_is_taken_on_its_page_with_what_is_recorded_filled_in(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    record(case, cast.reviewer, ssp_approved_on=DAY)
    client.force_login(cast.reviewer)
    address = reverse("case_step", args=[case.public_id, "approve_ssp"])
    assert f'value="{DAY.isoformat()}"' in body_of(client, address)
    facts = as_entered(step_facts("approve_ssp", cast))
    revision = Case.objects.get(pk=case.pk).revision
    answers = [client.post(address, {**facts, "revision": revision}).status_code for _ in range(2)]
    assert answers == [302, 409]
    assert Case.objects.get(pk=case.pk).stage == "sap"


@pytest.mark.slow
def test_a_step_that_only_asks_for_a_reason_has_its_form(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "planning")
    client.force_login(cast.liaison)
    address = reverse("case_step", args=[case.public_id, "sign_wbs"])
    assert "The provider has not signed the WBS yet" in body_of(client, address)
    assert client.post(address, {"revision": case.revision}).status_code == 409
    assert client.post(address, {"revision": case.revision, "reason": "It is on holiday."}).status_code == 302


@pytest.mark.slow
def test_a_pmo_lead_stands_in_with_evidence(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "in_process")
    Membership.objects.filter(organization=cast.organizations["nimbus"]).delete()
    client.force_login(cast.pmo_lead)
    address = reverse("case_step", args=[case.public_id, "deliver_ssp"])
    assert "Evidence for standing in" in body_of(client, address)
    sent = {**as_entered(step_facts("deliver_ssp", cast)), "revision": case.revision, "reason": "They sent it by post."}
    assert client.post(address, {**sent, "standing_in_evidence": "Parcel 12"}).status_code == 302
    assert "Evidence for standing in: Parcel 12" in case_pages(client, case)


@pytest.mark.slow
def test_what_happened_before_a_stale_step_does_not_tell_what_stays_inside(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "agency_review")
    revision = case.revision
    record(case, cast.reviewer, recommendation="Between us: authorize.", close_out_held_on=DAY)
    client.force_login(cast.csp_lead)
    sent = {
        "stop_notice_on": DAY,
        "stopped_by": "provider",
        "other_side_notified_on": DAY,
        "revision": revision,
        "reason": "We stop.",
    }
    page = client.post(reverse("case_step", args=[case.public_id, "withdraw"]), sent)
    assert page.status_code == 409
    assert "Close-out meeting held on" in page.content.decode()
    assert "Between us" not in page.content.decode()
