"""Deciding why records differ: kept over later feeds until the facts change, taken back, for several, and by a file."""

from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from authorizations.actions.refusals import Blocked
from authorizations.actions.register.agency_lists import undo_list
from authorizations.models import Ato, DifferenceDecision, Event, ImportRun
from authorizations.vocabulary import RunStatus
from authorizations.web.lists.tables import list_address
from tests.cast import Cast
from tests.exchange.agency_lists.lists import saved
from tests.exchange.feeds import NOW
from tests.exchange.reconciliation.beside import LATER, OTHER, Beside


@pytest.fixture
def beside(cast: Cast) -> Beside:
    facts = {"file_name": "feed.json", "sha256": "0" * 64, "size": 1, "feed_as_of": NOW.date(), "started_at": NOW}
    ImportRun.objects.create(feed_version="marketplace-v2", status=RunStatus.APPLIED, **facts)
    made = Beside(cast)
    made.row("same", ato=made.ato("same"))
    made.row("signed", (OTHER, LATER), made.ato("signed"))
    made.row("ours")
    made.ato("feed")
    return made


def address(beside: Beside, name: str = "reconciliation", **query: Any) -> str:
    return list_address(name, {"agency": beside.agency.public_id, **query})


def states(client: Client, beside: Beside) -> dict[str, int]:
    [choices] = [
        each for facet, each in client.get(address(beside)).context["comparison"].filters if facet.key == "decision"
    ]
    return {choice.label: choice.count for choice in choices}


def decide(client: Client, url: str, **said: str) -> Any:
    """Opens the page of an act on chosen rows, and sends its form."""
    rows = [row.value for row in client.get(url).context["rows"]]
    return client.post(url, {"row": rows, **said})


def test_a_decision_holds_until_the_facts_change_and_is_taken_back(client: Client, beside: Beside, cast: Cast) -> None:
    client.force_login(cast.liaison)
    signed = Ato.objects.get(offering__name="signed")
    url = address(beside, "difference_act", act="decide", row=signed.public_id)
    asked = decide(client, url).content.decode()
    assert "Choose the reason." in asked
    assert "Agency: signed 1 Jun 2025" in asked
    assert "Marketplace: signed 1 Mar 2024" in asked
    assert "Done" in decide(client, url, reason="both_right", note="Two systems.").content.decode()
    made = DifferenceDecision.objects.get()
    assert (made.ato, made.decided_by, made.facts) == (
        signed,
        cast.liaison,
        {"signed_on": ["2025-06-01", "2024-03-01"]},
    )
    entry = Event.objects.acts().get(verb="differencedecision.made")
    assert (entry.actor, entry.reason) == (cast.liaison, "Two systems.")
    assert states(client, beside) == {"To decide": 2, "Both are right": 1}
    # What it was not about may change.
    Ato.objects.filter(pk=signed.pk).update(signer="O. Fficial", revision=7)
    assert states(client, beside)["Both are right"] == 1
    Ato.objects.filter(pk=signed.pk).update(signed_on=LATER)
    assert states(client, beside) == {"To decide": 2, "Facts changed since": 1}
    decide(client, address(beside, "difference_act", act="take-back", row=signed.public_id))
    assert states(client, beside) == {"To decide": 3}


def test_several_at_once_each_asked_by_itself(client: Client, beside: Beside, cast: Cast) -> None:
    client.force_login(cast.pmo_reviewer)
    url = address(beside, "difference_act", act="ask-fedramp", which="all")
    page = client.get(url)
    rows = [row.value for row in page.context["rows"]]
    Ato.objects.filter(offering__name="signed").update(signed_on=LATER)
    done = client.post(url, {"row": rows}).content.decode()
    assert "The facts changed since this page was made. Look again." in done
    assert "Both say the same, so there is nothing to decide." in done
    assert "Please correct these records in the Marketplace." in done
    assert states(client, beside) == {"To decide": 1, "Ask FedRAMP to correct": 2}
    assert "Decided already in these words." in client.post(url, {"row": rows}).content.decode()
    assert DifferenceDecision.objects.count() == 2
    with pytest.raises(Blocked):
        undo_list(actor=cast.liaison, public_id=beside.list.public_id, now=NOW)
    client.force_login(cast.liaison)
    used = client.get(address(beside, "difference_act", act="still-used", which="all"))
    assert used.url.startswith(reverse("desk_act"))
    client.force_login(cast.viewer)
    assert client.get(url).status_code == 403
    client.force_login(cast.stranger_agency)
    assert client.get(url).status_code == 404


def test_decisions_come_back_in_a_file_with_a_preview(client: Client, beside: Beside, cast: Cast) -> None:
    client.force_login(cast.reviewer)
    columns = ["Offering", "ATO id", "Facts", "Decision", "Note"]
    taken = client.get(address(beside)).context["comparison"]
    marks = {each.side.offering.name: (each.ato.public_id, each.mark) for each in taken.found.entries}
    book = openpyxl.Workbook()
    for row in (
        columns,
        ["ours", *marks["ours"], "On its way to FedRAMP", "Sent on Friday"],
        ["signed", marks["signed"][0], "0" * 16, "Both are right", ""],
        ["feed", *marks["feed"], "Perhaps", ""],
        ["same", *marks["same"], "", ""],
    ):
        book.active.append(row)  # type: ignore[union-attr]  # a new workbook has a sheet
    file = SimpleUploadedFile("decisions.xlsx", saved(book))
    preview = client.post(address(beside, "choose_decisions"), {"file": file}, follow=True)
    shown = preview.content.decode()
    assert "On its way to FedRAMP (Sent on Friday)" in shown
    assert "Row 3: The facts changed since the file was made; look again." in shown
    assert "Row 4: “Perhaps” is none of the reasons." in shown
    assert not DifferenceDecision.objects.exists()
    kept = client.post(preview.redirect_chain[-1][0], follow=True)
    assert "1 decision kept." in kept.content.decode()
    made = DifferenceDecision.objects.get()
    assert (made.ato.offering.name, made.reason, made.note) == ("ours", "on_its_way", "Sent on Friday")
    other = client.post(address(beside, "choose_decisions"), {"file": SimpleUploadedFile("a.csv", b"a,b\n1,2\n")})
    assert "This file has no columns" in other.content.decode()
