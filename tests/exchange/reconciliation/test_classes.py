"""Each record of an agency and of the feed stands in one class: made-up rows, one of each class and more."""

from typing import Any

import pytest

from accounts.roles import RecordSource
from authorizations.exchange.reconciliation.classes import Entry
from authorizations.models import AgencyList, AgencySystem
from authorizations.vocabulary import ListRowState
from tests.cast import Cast
from tests.exchange.feeds import NOW
from tests.exchange.reconciliation.beside import LATER, OTHER, PAST, SIGNED, Beside


@pytest.fixture
def beside(cast: Cast) -> Beside:
    return Beside(cast)


def classes(found: dict[str, list[Entry]]) -> dict[str, list[str]]:
    return {name: sorted(each.record_class.value for each in entries) for name, entries in found.items()}


def test_each_record_is_in_one_class(beside: Beside) -> None:
    beside.row("same", ato=beside.ato("same"))
    beside.row("signed", (OTHER, LATER), beside.ato("signed"))
    beside.row("blank", (None, LATER), beside.ato("blank"))
    beside.row("endless", (SIGNED, LATER), beside.ato("endless", (SIGNED, None)))
    beside.row("two", ato=beside.ato("two"))
    beside.row("two", (OTHER, LATER))
    beside.row("twice", ato=beside.ato("twice"))
    beside.ato("twice", (OTHER, LATER))
    beside.row("moved", of="lighthouses")
    beside.ato("moved")
    beside.row("strayed")
    beside.ato("strayed", of="meadows")
    beside.row("renamed", ato=beside.ato("renamed"), called="re-named Suite")
    beside.row("with provider", ato=beside.ato("with provider"), called="Nimbus Cloud WITH Provider")
    beside.row("past", (SIGNED, PAST), beside.ato("past", (SIGNED, PAST)))
    beside.row("unlettered", ato=beside.ato("unlettered"), letter="")
    beside.row("unpublished")
    beside.row("ours", letter="")
    beside.ato("feed")
    beside.row("waits", state=ListRowState.WAITING)
    likely = beside.ato("likely", (OTHER, LATER))
    beside.row("lik", (OTHER, LATER), state=ListRowState.WAITING, candidates=[[likely.offering_id, 70]])
    beside.ato("left", published_since=SIGNED, not_published_since=OTHER)
    assert classes(beside.compared()) == {
        "same": ["same"],
        "signed": ["differs"],
        "blank": ["differs"],
        "endless": ["differs"],
        "two": ["same", "two_letters"],
        "twice": ["same", "two_letters"],
        "moved": ["other_agency"],
        "strayed": ["other_agency"],
        "renamed": ["renamed"],
        "with provider": ["same"],
        "past": ["expired"],
        "unlettered": ["no_letter"],
        "unpublished": ["unpublished"],
        "ours": ["ours_only"],
        "feed": ["feed_only"],
        "waits": ["unpublished"],
        "likely": ["renamed"],
    }


def test_a_row_that_is_kept_here_is_compared_with_what_the_feed_says_of_it(beside: Beside) -> None:
    system = AgencySystem.objects.create(agency=beside.agency, name="Tide tables")
    kept: dict[str, Any] = {"source": RecordSource.PORTAL, "system": system, "document_summary": {"ato_letter": {}}}
    said = {"signed_on": "2024-03-01", "expires_on": "", "signer": "", "listing_role": "initial"}
    beside.ato("claimed", published_since=SIGNED, as_published=said, **kept)
    beside.ato("before", published_since=SIGNED, **kept)
    beside.ato("registered", **kept)
    beside.ato("registered", (OTHER, None))
    found = beside.compared()
    assert classes(found) == {"claimed": ["differs"], "before": ["same"], "registered": ["differs"]}
    assert found["claimed"][0].fields == ["Expires", "Listed as"]
    assert found["registered"][0].facts == {"signed_on": ["2024-03-01", "2025-06-01"], "expires_on": ["2027-03-01", ""]}


def test_only_the_newest_list_of_an_agency_counts(beside: Beside) -> None:
    beside.row("dropped", ato=beside.ato("dropped"))
    beside.list = AgencyList.objects.create(
        agency=beside.agency, file_name="new.xlsx", sheet="ATOs", heading_row=1, brought_by=beside.cast.liaison,
        brought_at=NOW.replace(day=2), columns={"offering": 1},
    )  # fmt: skip
    beside.row("kept", (None, None), beside.ato("kept"), letter="")
    assert classes(beside.compared()) == {"dropped": ["feed_only"], "kept": ["same"]}
