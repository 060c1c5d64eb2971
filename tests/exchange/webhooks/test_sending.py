"""Webhooks: what is queued for whom, what is sent and how it is signed, and what becomes of receivers that fail."""

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.utils import timezone

from accounts.models import Membership
from authorizations import tasks
from authorizations.actions.jobs import work_through
from authorizations.actions.people.webhooks import queue_deliveries, remove_webhook, renew_secret, set_webhook
from authorizations.exchange.fetching import Fetcher
from authorizations.exchange.webhook_posting import send
from authorizations.models import Case, Event, Webhook, WebhookDelivery
from authorizations.models.webhook import WebhookTopic
from fedramp_portal.timer_settings import TIMED
from fedramp_portal.webhook_settings import WebhookHosts
from tests.actions.documents.documents import add, kept_file
from tests.actions.findings.findings import draft
from tests.cast import Cast
from tests.lifecycle.cases import make_case, press, record, step_facts

pytestmark = pytest.mark.django_db
HOST = "tickets.example"
DOCUMENT = (Path(__file__).resolve().parents[3] / "docs" / "data.md").read_text()


@pytest.fixture(autouse=True)
def _allowed(settings: Any) -> None:
    settings.WEBHOOK_HOSTS = WebhookHosts.read(f"{HOST}, other.example")


def hook(cast: Cast, who: str, of: str, **facts: Any) -> Webhook:
    given = {"address": f"https://{HOST}/in", "topics": WebhookTopic.values, "now": timezone.now(), **facts}
    return set_webhook(actor=cast.people[who], organization=cast.organizations[of], **given)


def told(webhook: Webhook) -> list[str]:
    queue_deliveries(timezone.now())
    rows = WebhookDelivery.objects.filter(webhook=webhook).order_by("pk")
    return list(rows.values_list("event__verb", flat=True))


def step(cast: Cast, case: Case) -> Case:
    """The liaison withdraws it, now."""
    return press(case, "withdraw", cast.liaison, **step_facts("withdraw", cast, case.kind), now=timezone.now())


@contextmanager
def receiving(status: int = 204, **headers: str) -> Iterator[tuple[Fetcher, list[Any]]]:
    """A receiver on this machine, and a fetcher that may reach it under the name of its host."""
    got: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Nothing."""

    with serving(Handler) as fetcher:
        yield fetcher, got


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[Fetcher]:
    server = HTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    port = server.server_address[1]
    own: Any = {"resolve": lambda host, port: ["127.0.0.1"], "may_reach": lambda address: True, "schemes": ("http",)}
    try:
        yield Fetcher(hosts={HOST}, most_bytes=0, seconds=5, ports={port}, **own)
    finally:
        server.shutdown()
        server.server_close()


def at_port(webhook: Webhook, fetcher: Fetcher) -> None:
    """Points it at the test's own server, which has no certificate and a port of its own."""
    [port] = fetcher.ports
    Webhook.objects.filter(pk=webhook.pk).update(address=f"http://{HOST}:{port}/in?a=b")


def test_each_side_is_told_what_it_may_know_and_nobody_else(cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    sides = {
        key: hook(cast, key, of)
        for key, of in (("liaison", "harbors"), ("csp_lead", "nimbus"), ("assessor_lead", "plumb"), ("pmo_lead", "pmo"))
    }
    strangers = [hook(cast, "stranger_agency", "meadows"), hook(cast, "stranger_csp", "stratus")]
    step(cast, case)
    for webhook in sides.values():
        assert "case.withdraw" in told(webhook)
    assert [told(webhook) for webhook in strangers] == [[], []]
    # Once each.
    assert told(sides["liaison"]).count("case.withdraw") == 1


def test_what_stays_inside_an_agency_or_is_a_draft_is_told_to_no_other_side(cast: Cast) -> None:
    reuse = make_case(cast, "reuse", "need_defined")
    case = make_case(cast, "initial", "planning")
    provider, pmo, agency = (
        hook(cast, *each) for each in (("csp_lead", "nimbus"), ("pmo_lead", "pmo"), ("liaison", "harbors"))
    )
    add(case, cast.liaison, "wbs", upload=kept_file(), now=timezone.now(), draft=True)
    draft(case, cast.reviewer, now=timezone.now())
    record(case, cast.liaison, recommendation="Take it.", now=timezone.now())
    assert reuse.shared_at is None
    before = Event.objects.count()
    step(cast, reuse)
    assert Event.objects.count() > before
    assert told(provider) == told(pmo) == []
    assert "case.withdraw" in told(agency)


def test_only_chosen_topics_are_told(cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    webhook = hook(cast, "liaison", "harbors", topics=["ato"])
    step(cast, case)
    assert told(webhook) == []
    # What was passed over stays so.
    hook(cast, "liaison", "harbors")
    assert told(webhook) == []


def test_what_is_older_than_a_day_when_it_is_found_is_passed_over(cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    webhook = hook(cast, "liaison", "harbors")
    step(cast, case)
    assert queue_deliveries(timezone.now() + timedelta(days=2)) == 0
    assert told(webhook) == []


def test_nothing_is_told_once_who_set_it_leads_no_more(cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    webhook = hook(cast, "liaison", "harbors")
    step(cast, case)
    [delivery] = [each for each in told(webhook) if each == "case.withdraw"]
    assert delivery
    Membership.objects.filter(user=cast.liaison).update(ended_on=timezone.localdate())
    with receiving() as (fetcher, got):
        work_through(WebhookDelivery, partial(send, fetcher=fetcher))
    assert got == []
    assert set(WebhookDelivery.objects.values_list("status", flat=True)) == {"failed"}


def one_waiting(cast: Cast) -> Webhook:
    case = make_case(cast, "initial", "ssp")
    webhook = hook(cast, "liaison", "harbors", topics=["steps"])
    step(cast, case)
    assert told(webhook) == ["case.withdraw"]
    return webhook


def test_a_delivery_has_ids_alone_and_is_on_record(cast: Cast) -> None:
    webhook = one_waiting(cast)
    with receiving() as (fetcher, got):
        at_port(webhook, fetcher)
        work_through(WebhookDelivery, partial(send, fetcher=fetcher))
    [(headers, body)] = got
    sent, event = json.loads(body), Event.objects.get(verb="case.withdraw")
    assert set(sent) == {"event", "type", "record_type", "record", "address", "at"}
    case = Case.objects.get(pk=event.subject_id)
    assert (sent["event"], sent["record"]) == (event.public_id, case.public_id)
    assert sent["address"].endswith(case.get_absolute_url())
    delivery = WebhookDelivery.objects.get()
    assert (delivery.status, delivery.answer) == ("done", "It answered 204.")
    assert headers["Portal-Delivery"] == delivery.public_id
    assert Event.objects.filter(verb="webhookdelivery.sent", subject_id=delivery.pk).exists()


@pytest.mark.parametrize("answer", [{"status": 500}, {"status": 302, "Location": "/elsewhere"}])
def test_a_receiver_that_does_not_take_it_is_tried_again_then_given_up(cast: Cast, answer: Any) -> None:
    webhook = one_waiting(cast)
    with receiving(**answer) as (fetcher, got):
        at_port(webhook, fetcher)
        for attempt in range(1, 7):
            WebhookDelivery.objects.update(not_before=timezone.now())
            work_through(WebhookDelivery, partial(send, fetcher=fetcher))
            assert len(got) == attempt
            delivery = WebhookDelivery.objects.get()
            assert delivery.answer == f"{HOST} answered {answer['status']}."
            assert delivery.status == ("failed" if attempt == 6 else "waiting")
            assert attempt == 6 or delivery.not_before > timezone.now()
    assert Event.objects.filter(verb="webhookdelivery.failed").count() == 1


def test_a_private_address_is_refused_after_the_look_up(cast: Cast, settings: Any) -> None:
    settings.WEBHOOK_HOSTS = WebhookHosts.read("public")
    webhook = one_waiting(cast)
    inside = Fetcher(hosts=settings.WEBHOOK_HOSTS, most_bytes=0, resolve=lambda host, port: ["169.254.169.254"])
    work_through(WebhookDelivery, partial(send, fetcher=inside))
    assert WebhookDelivery.objects.get(webhook=webhook).answer == f"The host {HOST} is not on the public internet."


def test_one_that_was_removed_sends_nothing_more(cast: Cast) -> None:
    webhook = one_waiting(cast)
    remove_webhook(actor=cast.liaison, organization=webhook.organization, now=timezone.now())
    with receiving() as (fetcher, got):
        work_through(WebhookDelivery, partial(send, fetcher=fetcher))
    assert (got, WebhookDelivery.objects.get().status) == ([], "failed")


def test_the_receiver_of_the_document_takes_what_is_signed_with_the_secret_of_now(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    [code] = [each for each in re.findall(r"```python\n(.*?)```", DOCUMENT, flags=re.DOTALL) if "do_POST" in each]
    webhook = one_waiting(cast)
    monkeypatch.setenv("WEBHOOK_SECRET", webhook.secret)
    known: dict[str, Any] = {"__name__": "receiver"}
    exec(compile(code, "docs/data.md", "exec"), known)  # noqa: S102  # our own document
    renew_secret(actor=cast.liaison, organization=webhook.organization, now=timezone.now())
    with serving(known["Receiver"]) as fetcher:
        at_port(webhook, fetcher)
        work_through(WebhookDelivery, partial(send, fetcher=fetcher))
        assert WebhookDelivery.objects.get().answer == f"{HOST} answered 403."
        known["SECRET"] = Webhook.objects.get().secret.encode()
        WebhookDelivery.objects.update(not_before=timezone.now())
        work_through(WebhookDelivery, partial(send, fetcher=fetcher))
    assert WebhookDelivery.objects.get().status == "done"
    assert "told of case.withdraw" in capsys.readouterr().out


def test_a_slow_receiver_lets_the_others_go_first_and_holds_a_worker_for_a_while_alone(cast: Cast) -> None:
    slow, quick = one_waiting(cast), hook(cast, "csp_lead", "nimbus", address="https://other.example/in")
    delivery, order = WebhookDelivery.objects.get(), []
    more = [WebhookDelivery(event=delivery.event, asked_at=timezone.now()) for _ in range(3)]
    for each, webhook in zip(more, (slow, slow, quick), strict=True):
        each.webhook, each.record_type, each.record_id = webhook, delivery.record_type, delivery.record_id
    WebhookDelivery.objects.bulk_create(more)

    class Post(Fetcher):
        def post(self, address: str, *args: Any) -> int:
            order.append(address.split("/")[2])
            time.sleep(0.02 if address.endswith(f"{HOST}/in") else 0)
            return 204

    with patch("authorizations.exchange.webhook_posting.SLOW", 0.01):
        assert work_through(WebhookDelivery, partial(send, fetcher=Post(hosts={HOST}, most_bytes=0)), seconds=0.03) < 4
        work_through(WebhookDelivery, partial(send, fetcher=Post(hosts={HOST}, most_bytes=0)))
    assert order == [HOST, "other.example", HOST, HOST]


def test_one_task_sends_at_a_time_where_mail_is_sent_too(cast: Cast) -> None:
    one_waiting(cast)
    assert tasks.WORKERS[WebhookDelivery] == (tasks.send_webhooks, "mail")
    with patch("authorizations.tasks.jobs.work_through", side_effect=lambda *_, **__: tasks.send_webhooks()) as worked:
        tasks.send_webhooks()
        tasks.send_webhooks()
    assert worked.call_count == 2


def test_what_was_sent_or_given_up_is_forgotten_after_a_month(cast: Cast) -> None:
    old = one_waiting(cast)
    event, now = Event.objects.get(verb="case.withdraw"), timezone.now()
    for days, status in ((31, "done"), (31, "failed"), (29, "done")):
        facts = {"status": status, "failure": "It was not." if status == "failed" else ""}
        ended = {"asked_at": now - timedelta(days=days), "ended_at": now - timedelta(days=days)}
        WebhookDelivery.objects.create(webhook=old, event=event, **facts, **ended)
    tasks.forget_webhook_deliveries()
    left = WebhookDelivery.objects.filter(webhook=old).values_list("status", flat=True)
    assert sorted(left) == ["done", "waiting"]
    assert "forget_webhook_deliveries" in {name for _, name, _ in TIMED}
