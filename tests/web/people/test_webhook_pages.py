"""The webhook of an organization on its page: for its leads alone, off by default, the secret shown once."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from authorizations.actions.people.webhooks import queue_deliveries
from authorizations.models import Event, Webhook, WebhookDelivery
from authorizations.models.webhook import WebhookTopic
from fedramp_portal.webhook_settings import WebhookHosts
from tests.cast import Cast
from tests.lifecycle.cases import make_case, press, step_facts
from tests.web.reading_pages import body_of

pytestmark = pytest.mark.django_db
FORM = {"address": "https://tickets.example/in", "topics": WebhookTopic.values}


def page_of(cast: Cast, of: str = "harbors") -> str:
    return f"/people/{cast.organizations[of].public_id}/webhook/"


def test_it_is_off_until_a_setting_allows_hosts(client: Client, cast: Cast) -> None:
    client.force_login(cast.liaison)
    assert "Webhooks are off on this site" in body_of(client, page_of(cast))
    assert "Who runs this site can allow hosts." in client.post(page_of(cast), FORM).content.decode()
    assert not Webhook.objects.exists()


@pytest.fixture
def allowed(settings: Any) -> None:
    settings.WEBHOOK_HOSTS = WebhookHosts.read("tickets.example")


@pytest.mark.usefixtures("allowed")
@pytest.mark.parametrize(
    "address",
    [
        *("http://tickets.example/", "https://elsewhere.example/", "https://user@tickets.example/"),
        *("https://tickets.example:8443/", "https://[::1", "https://127.0.0.1/", "tickets.example"),
    ],
)
def test_an_address_that_is_not_allowed_is_refused_at_its_field(client: Client, cast: Cast, address: str) -> None:
    client.force_login(cast.liaison)
    answer = client.post(page_of(cast), FORM | {"address": address})
    assert answer.context["form"].errors["address"]
    assert not Webhook.objects.exists()


@pytest.mark.usefixtures("allowed")
def test_the_secret_is_shown_once_kept_nowhere_and_renewed(client: Client, cast: Cast) -> None:
    client.force_login(cast.liaison)
    answer = client.post(page_of(cast), FORM)
    secret = answer.context["secret"]
    assert secret in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    assert secret not in body_of(client, page_of(cast))
    assert secret not in repr(list(Webhook.objects.values()) + list(Event.objects.values()))
    client.post(page_of(cast), FORM | {"topics": ["ato"]})
    webhook = Webhook.objects.get()
    assert (webhook.secret, webhook.topics) == (secret, ["ato"])
    renewed = client.post(f"{page_of(cast)}secret/").context["secret"]
    assert renewed == Webhook.objects.get().secret != secret
    client.post(f"{page_of(cast)}remove/")
    assert Webhook.objects.get().removed_at
    verbs = ["webhook.set", "webhook.changed", "webhook.secret_renewed", "webhook.removed"]
    events = Event.objects.filter(subject_type="webhook").order_by("position")
    assert list(events.values_list("verb", flat=True)) == verbs
    assert "tickets.example/in" not in repr(list(events.values()))


@pytest.mark.usefixtures("allowed")
@pytest.mark.parametrize("who", ["viewer", "reviewer", "pmo_lead", "stranger_agency"])
def test_nobody_but_a_lead_of_the_organization_has_the_page(client: Client, cast: Cast, who: str) -> None:
    client.force_login(cast.people[who])
    for path in ("", "secret/", "send-again/", "remove/"):
        assert client.post(f"{page_of(cast)}{path}", FORM).status_code in {403, 404}
    assert client.get(page_of(cast)).status_code in {403, 404}


@pytest.mark.usefixtures("allowed")
def test_a_lead_reads_what_became_of_deliveries_and_sends_one_again(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    client.force_login(cast.liaison)
    client.post(page_of(cast), FORM | {"topics": ["steps"]})
    press(case, "withdraw", cast.liaison, **step_facts("withdraw", cast), now=timezone.now())
    queue_deliveries(timezone.now())
    delivery = WebhookDelivery.objects.get()
    again = f"{page_of(cast)}send-again/"
    assert "Waits" in body_of(client, page_of(cast))
    assert client.post(again, {"delivery": delivery.public_id}).status_code == 409
    WebhookDelivery.objects.update(status="failed", failure="It did not answer.", ended_at=timezone.now())
    page = body_of(client, page_of(cast))
    assert "Given up" in page
    assert "It did not answer." in page
    assert client.post(again, {"delivery": delivery.public_id}).status_code == 302
    assert list(WebhookDelivery.objects.order_by("pk").values_list("event", "status")) == [
        (delivery.event_id, "failed"),
        (delivery.event_id, "waiting"),
    ]
    client.force_login(cast.stranger_agency)
    client.post(page_of(cast, "meadows"), FORM)
    assert client.post(f"{page_of(cast, 'meadows')}send-again/", {"delivery": delivery.public_id}).status_code == 404


def test_the_lead_of_the_pmo_sets_that_of_the_pmo(client: Client, cast: Cast, allowed: None) -> None:
    client.force_login(cast.pmo_lead)
    client.post(page_of(cast, "pmo"), FORM)
    assert Webhook.objects.get().organization == cast.organizations["pmo"]
