"""What stays inside an agency: told to its people and the auditor, to the PMO once the agency turned to it."""

import pytest
from django.urls import reverse

from authorizations.actions.steps import StaleRevision
from authorizations.models import Case, Event, Message, Offering
from tests.cast import Cast
from tests.isolation.fetching import signed_in
from tests.lifecycle.cases import make_case, press, record, step_facts
from tests.lifecycle.world import NOW, make_ato

pytestmark = [pytest.mark.pages, pytest.mark.slow]

WORDS = "The pier is ours to bear."
OTHERS = ("csp_lead", "csp_viewer", "assessor_lead", "pmo_lead", "auditor")


def everywhere(cast: Cast, who: str, case: Case) -> str:
    """All that a person reads of a case, at every door that is open to them."""
    client = signed_in(cast.people[who])
    addresses = [
        case.get_absolute_url(),
        reverse("case_facts", args=[case.public_id]),
        reverse("api_case", args=[case.public_id]),
        reverse("messages"),
        *(reverse(f"admin:authorizations_case_{page}", args=[case.public_id]) for page in ("change", "history")),
        reverse("admin:authorizations_event_changelist"),
        f"{reverse('audit_log')}?about={case.public_id}",
        *(
            reverse("admin:authorizations_event_change", args=[event.public_id])
            for event in Event.objects.filter(subject_type="case", subject_id=case.pk)
        ),
    ]
    return "".join(client.get(address).content.decode() for address in addresses)


@pytest.mark.parametrize(
    ("kind", "stage", "readers"),
    [
        ("initial", "withdrawn early", {"auditor"}),
        ("initial", "in_process_requested", {"auditor", "pmo_lead"}),
        ("reuse", "risk_decision", {"auditor"}),
        ("reuse", "ato_issued", {"auditor", "pmo_lead"}),
        # Each is read on every page there is, a second.
        pytest.param("initial", "planning", {"auditor"}, marks=pytest.mark.nightly),
        pytest.param("initial", "ao_decision", {"auditor", "pmo_lead"}, marks=pytest.mark.nightly),
        pytest.param("reuse", "implementation", {"auditor"}, marks=pytest.mark.nightly),
        pytest.param("reuse", "ato_denied", {"auditor"}, marks=pytest.mark.nightly),
    ],
)
def test_a_recommendation_is_read_by_whom_the_table_says(
    onlookers: Cast, kind: str, stage: str, readers: set[str]
) -> None:
    cast = onlookers
    case = make_case(cast, kind, "planning" if stage == "withdrawn early" else stage, recommendation=WORDS)
    if case.is_open and case.fact_value("recommendation") is None:
        case = record(case, cast.liaison, recommendation=WORDS)
    if stage == "withdrawn early":
        case = press(case, "withdraw", cast.liaison, **step_facts("withdraw", cast))
    told = {who for who in ("liaison", "viewer", *OTHERS) if WORDS in everywhere(cast, who, case)}
    assert told == {"liaison", "viewer", *readers}


def test_a_page_that_is_too_old_does_not_tell_a_provider_what_was_recorded_inside(onlookers: Cast) -> None:
    cast = onlookers
    case = make_case(cast, "initial", "in_process")
    old = case.revision
    record(case, cast.liaison, recommendation=WORDS)
    with pytest.raises(StaleRevision) as refused:
        press(case, "deliver_ssp", cast.csp_lead, revision=old, **step_facts("deliver_ssp", cast))
    assert refused.value.since == []


def test_the_pmo_reads_no_message_of_a_case_that_is_not_there_for_it(onlookers: Cast, certified: Offering) -> None:
    cast = onlookers
    case = make_case(cast, "reuse", "need_defined", offering=certified)
    record(case, cast.liaison, authorizing_official=cast.official)
    press(case, "withdraw", cast.official)
    of_others = Message.objects.count()
    assert of_others > 0
    assert Message.objects.visible_to(cast.pmo_lead).count() == 0
    assert Message.objects.visible_to(cast.auditor).count() == of_others


def test_the_pmo_reads_no_reminder_of_a_case_that_is_not_there_for_it(onlookers: Cast, certified: Offering) -> None:
    cast = onlookers
    case = make_case(cast, "reuse", "need_defined", offering=certified)
    reminder = Message.objects.create(
        key=f"due:L38:case:{case.pk}:2026-12-01:7:{cast.liaison.pk}",
        recipient=cast.liaison,
        subject=str(case),
        subject_type="case",
        subject_id=case.pk,
        created_at=NOW,
    )
    assert reminder in Message.objects.visible_to(cast.auditor)
    assert reminder not in Message.objects.visible_to(cast.pmo_lead)
    assert reminder not in Message.objects.visible_to(cast.pmo_reviewer)
    Case.objects.filter(pk=case.pk).update(shared_at=NOW)
    assert reminder in Message.objects.visible_to(cast.pmo_lead)


def test_an_agency_is_not_told_who_of_another_agency_took_the_initial_role_from_its_ato(onlookers: Cast) -> None:
    cast = onlookers
    case = make_case(cast, "initial", "ao_decision")
    ato = make_ato(cast, offering=case.offering, listing_role="initial")
    press(case, "issue_ato", cast.official, **step_facts("issue_ato", cast))
    for who in ("bureau_liaison", "csp_lead"):
        client = signed_in(cast.people[who])
        page = client.get(ato.get_absolute_url()).content.decode()
        assert "Became a reuse ATO" in page
        acts = client.get(reverse("api_ato", args=[ato.public_id])).json()["history"]
        assert [act["by"] for act in acts if act["verb"] == "ato.became_reuse"] == ["Another agency’s decision"]
