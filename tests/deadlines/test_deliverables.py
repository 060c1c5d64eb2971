"""Recording that a duty was met, or released from, and withdrawing that: who may, what is refused, what stands then."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from authorizations.actions.calendar.deliverables import deliver, withdraw_delivery
from authorizations.actions.refusals import NoLongerPossible, NotPermitted, NotReady
from authorizations.deadlines import Deadline, deadlines_of
from authorizations.lifecycle.duties import DUTIES
from authorizations.models import Ato, Deliverable, Event, Offering
from tests.cast import Cast
from tests.lifecycle.world import NOW, make_ato

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
SIGNED = date(2026, 1, 5)


@pytest.fixture
def ato(cast: Cast) -> Ato:
    return make_ato(cast, listing_role="initial")


@pytest.fixture
def offering(ato: Ato) -> Offering:
    return ato.offering


def met(record: Ato | Offering, actor: User, **changed: Any) -> Deliverable:
    said = {"duty": "L13", "period": SIGNED, "delivered_on": date(2026, 1, 20), "reference": "Folder 7", **changed}
    return deliver(type(record), record.public_id, actor=User.objects.get(pk=actor.pk), now=NOW, **said)


def due(offering: Offering, kind: str, period: date = SIGNED) -> Deadline:
    found = deadlines_of(offering, TODAY)
    return next(each for each in found if each.kind == kind and each.detail == period.isoformat())


def test_a_delivery_meets_the_duty_and_its_withdrawal_opens_it_again(cast: Cast, offering: Offering) -> None:
    row = met(offering, cast.csp_contributor)
    assert (due(offering, "L13").satisfied_on, due(offering, "L13").satisfied_by) == (date(2026, 1, 20), "Folder 7")
    assert row.by == cast.organizations["nimbus"]
    withdraw_delivery(row.public_id, actor=cast.csp_lead, now=NOW, reason="The wrong folder.")
    assert due(offering, "L13").satisfied_on is None
    met(offering, cast.csp_lead, reference="Folder 8")
    assert due(offering, "L13").satisfied_by == "Folder 8"
    verbs = list(Event.objects.filter(subject_type="offering").order_by("pk").values_list("verb", flat=True))
    assert verbs[-3:] == ["offering.delivered", "offering.delivery_withdrawn", "offering.delivered"]


def test_a_lead_of_the_pmo_releases_from_a_duty(cast: Cast, offering: Offering) -> None:
    met(offering, cast.pmo_lead, waived=True, reference="Merged with the year after.")
    assert due(offering, "L13").satisfied_by == "waived by the PMO"
    for who in (cast.pmo_reviewer, cast.csp_lead):
        with pytest.raises(NotPermitted):
            met(offering, who, duty="L14", waived=True)
    row = Deliverable.objects.get()
    with pytest.raises(NotPermitted):
        withdraw_delivery(row.public_id, actor=cast.csp_lead, now=NOW, reason="No.")


@pytest.mark.parametrize(
    ("who", "duty"),
    [
        *(("csp_lead", duty) for duty in ("A04", "L28")),
        *(("bureau_liaison", duty) for duty in ("L13", "L17")),
        *((who, "L13") for who in ("csp_viewer", "viewer", "auditor", "assessor_lead")),
    ],
)
def test_nobody_meets_another_sides_duty(cast: Cast, ato: Ato, who: str, duty: str) -> None:
    with pytest.raises((NotPermitted, Ato.DoesNotExist)):
        met(ato if DUTIES[duty].of == "ato" else ato.offering, cast.people[who], duty=duty)
    assert not Deliverable.objects.exists()


@pytest.mark.parametrize("who", ["stranger_csp", "stranger_agency"])
def test_an_ato_of_others_is_not_there(cast: Cast, ato: Ato, who: str) -> None:
    with pytest.raises(Ato.DoesNotExist):
        met(ato, cast.people[who])


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"period": date(2027, 1, 5)}, "period"),
        ({"period": date(1900, 1, 1)}, "period"),
        ({"delivered_on": date(2026, 11, 25)}, "delivered_on"),
        ({"reference": " "}, "reference"),
        ({"duty": "A04"}, "duty"),
        ({"duty": "nothing"}, "duty"),
    ],
)
def test_what_cannot_be_is_refused_at_its_place(
    cast: Cast, offering: Offering, changed: dict[str, Any], where: str
) -> None:
    with pytest.raises(NotReady) as refusal:
        met(offering, cast.csp_lead, **changed)
    assert [problem.where for problem in refusal.value.problems] == [where]


def test_a_duty_is_met_once_for_a_period(cast: Cast, offering: Offering) -> None:
    met(offering, cast.csp_lead)
    with pytest.raises(NoLongerPossible, match="recorded for this period already"):
        met(offering, cast.csp_lead)
    row = Deliverable.objects.get()
    withdraw_delivery(row.public_id, actor=cast.csp_lead, now=NOW, reason="Twice.")
    with pytest.raises(NoLongerPossible, match="withdrawn already"):
        withdraw_delivery(row.public_id, actor=cast.csp_lead, now=NOW, reason="Twice.")


def test_an_offering_announces_a_day_to_come(cast: Cast, ato: Ato) -> None:
    met(ato.offering, cast.csp_lead, duty="assessment_start", period=date(2026, 12, 31), delivered_on=TODAY)
    found = {each.kind: each.on for each in deadlines_of(ato.offering, TODAY)}
    assert found["L15"] == date(2026, 12, 1)
    with pytest.raises(NotPermitted):
        met(ato.offering, cast.stranger_csp, duty="N01")


# --- the page, and the program ---


@pytest.mark.slow
def test_a_provider_records_a_delivery_on_the_page(client: Client, cast: Cast, offering: Offering) -> None:
    client.force_login(cast.csp_lead)
    page = client.get(offering.get_absolute_url()).content.decode()
    url = reverse("deliver_offering", args=[offering.public_id])
    assert f"{url}?duty=L13&amp;period=2026-01-05" in page
    form = client.get(f"{url}?duty=L13&period=2026-01-05").context["form"]
    assert (form.initial["duty"], form.initial["period"]) == ("L13", SIGNED)
    said = {
        "duty": "L13",
        "period": "2026-01-05",
        "delivered_on": "2026-01-20",
        "reference": "Folder 7",
        "idempotency_key": "k",
    }
    assert client.post(url, said).status_code == 302
    page = client.get(offering.get_absolute_url()).content.decode()
    assert "Folder 7" in page
    row = Deliverable.objects.get()
    out = reverse("withdraw_offering_delivery", args=[offering.public_id, row.public_id])
    assert out in client.get(url).content.decode()
    assert client.post(out, {"reason": ""}).status_code == 200
    assert client.post(out, {"reason": "Wrong."}).status_code == 302
    row.refresh_from_db()
    assert row.withdrawn_at is not None


def test_a_mistake_is_shown_at_its_field_and_nothing_is_recorded(
    client: Client, cast: Cast, offering: Offering
) -> None:
    client.force_login(cast.csp_lead)
    said = {"duty": "L13", "period": "2099-01-05", "delivered_on": "2026-01-20", "reference": "Folder 7"}
    answer = client.post(reverse("deliver_offering", args=[offering.public_id]), said)
    assert "enter a day from" in answer.content.decode()
    assert not Deliverable.objects.exists()


def test_a_program_reads_deadlines_and_records_a_delivery(client: Client, cast: Cast, ato: Ato) -> None:
    client.force_login(cast.csp_lead)
    listed = client.get(reverse("api_ato_deadlines", args=[ato.public_id])).json()
    assert {"L28", "A01"} <= {each["kind"] for each in listed}
    assert next(each for each in listed if each["kind"] == "A01")["due_on"] is None
    body = {"duty": "N01", "period": "2026-11-02", "delivered_on": "2026-11-02", "reference": "Folder 7"}
    url = reverse("api_offering_deliveries", args=[ato.offering.public_id])
    here = {"Sec-Fetch-Site": "same-origin"}
    made = client.post(url, body, content_type="application/json", headers=here)
    assert (made.status_code, made.json()["duty"]) == (201, "N01")
    out = reverse("api_withdraw_offering_delivery", args=[ato.offering.public_id, made.json()["id"]])
    gone = client.post(
        out, {"reason": "So."}, content_type="application/json", headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert gone.json()["withdrawn_at"]
    offering = client.get(reverse("api_offering_deadlines", args=[ato.offering.public_id])).json()
    assert {each["kind"] for each in offering} >= {"L13", "ruleset_maintain"}
