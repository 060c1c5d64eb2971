"""From an agency's list to the feed that agrees: difference, request, correction, decision, and the next feed."""

import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from authorizations.exchange.imports.marketplace import apply_feed
from authorizations.models import AgencyList, Ato, Correction
from authorizations.web.lists.tables import list_address
from tests.cast import Cast
from tests.exchange.agency_lists.lists import saved, workbook
from tests.exchange.feeds import NOW, agency, at, feed, product, read, reuse

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def publish(cast: Cast, day: str, expires: str, hours: int) -> None:
    """A feed of one offering of Nimbus with one ATO of Harbors that expires on a day."""
    nimbus, harbors = cast.organizations["nimbus"].name, cast.organizations["harbors"].name
    row = reuse(1, "22-103", harbors, ato_date=at("2024-02-01"), exp_date=at(expires))
    content = feed(
        day,
        Products=[product(csp=nimbus)],
        Agencies=[agency("22-103", harbors)],
        AtoMapping=[],
        ReuseMapping=[row],
    )
    apply_feed(read(content), actor=None, now=NOW + timedelta(hours=hours), removals_reason="Known.")


def differing(client: Client, cast: Cast) -> list[tuple[str, int]]:
    """The classes of the reconciliation that have rows."""
    client.force_login(cast.liaison)
    page = client.get(list_address("reconciliation", {"agency": cast.organizations["harbors"].public_id}))
    return [(tab.label, tab.number) for tab in page.context["comparison"].tabs if tab.number][1:]


def bring_in(client: Client, cast: Cast) -> None:
    """The agency's own list: the same ATO, which holds a year longer."""
    ato = Ato.objects.get()
    head = ("CSO", "FedRAMP ID", "ATO date", "Expiry")
    rows = [(ato.offering.name, ato.offering.fedramp_id, ato.signed_on, ato.expires_on + timedelta(days=365))]
    file = SimpleUploadedFile("atos.xlsx", saved(workbook(rows, head)))
    client.force_login(cast.liaison)
    harbors = cast.organizations["harbors"].public_id
    preview = client.post(reverse("choose_list"), {"agency": harbors, "file": file})["Location"]
    form = client.get(preview).context["form"]
    client.post(
        reverse("list_preview"),
        {**{field.html_name: str(field.value() or "") for field in form}, "agency": harbors},
    )
    assert AgencyList.objects.get().rows.get().ato == ato


def test_a_difference_becomes_a_correction_that_the_next_feed_closes(client: Client, cast: Cast) -> None:
    publish(cast, "2026-01-01", "2027-02-01", 0)
    bring_in(client, cast)
    assert differing(client, cast) == [("Differs", 1)]
    harbors = cast.organizations["harbors"].public_id
    act = list_address("difference_act", {"agency": harbors, "act": "ask-fedramp", "which": "all"})
    rows = [row.value for row in client.get(act).context["rows"]]
    asked = client.post(act, {"row": rows})
    assert "Please correct these records in the Marketplace." in asked.content.decode()
    [(_, field, address)] = asked.context["to_propose"]
    assert field == "Expiry"
    assert re.search(rf'href="{address}"', asked.content.decode())
    client.post(address, {"value": "2028-02-01", "evidence": "The letter of 1 February 2024 says so."})
    found = Correction.objects.get()
    client.force_login(cast.people["pmo_lead"])
    client.post(found.get_absolute_url(), {"accepts": "yes", "reason": "The letter says so."})
    # The value is ours now; the feed says the old one still, and undoes nothing.
    for hours in range(2):
        assert differing(client, cast) == [("Differs", 1)]
        assert Ato.objects.get().expires_on == date(2028, 2, 1)
        publish(cast, f"2026-02-0{hours + 1}", "2027-02-01", hours + 1)
    publish(cast, "2026-03-01", "2028-02-01", 3)
    assert differing(client, cast) == [("Same in both", 1)]
    found.refresh_from_db()
    assert found.state == "published"
    assert Ato.objects.get().sources["expires_on"] == "v2 2026-03-01"
