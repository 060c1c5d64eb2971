"""The webhook of an organization: a lead sets it, reads its secret once and removes it, by day and by night."""

import pytest

from tests.browser.conftest import Arrive


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_lead_sets_a_webhook_and_reads_its_secret_once(arrive: Arrive, scheme: str) -> None:
    reader = arrive(color_scheme=scheme)
    reader.sign_in("Ann Alvarez")
    reader.open("/people/")
    reader.follow(reader.page.get_by_role("link", name="Webhook", exact=True).first)
    page, address = reader.page, reader.page.url.removeprefix(reader.base)
    page.get_by_label("Address").fill("https://10.0.0.1/portal")
    reader.follow(page.get_by_role("button", name="Save"))
    reader.check("One thing to correct")
    page.get_by_label("Address").fill("https://tickets.harbors.example/portal")
    reader.follow(page.get_by_role("button", name="Save"))
    reader.check("Copy it now. No page shows it again.")
    reader.open(address)
    reader.check("Nothing was sent yet.")
    reader.follow(page.get_by_role("button", name="Remove the webhook"))
