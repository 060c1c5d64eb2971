"""Bringing in an agency's list: what is sure comes in, the rest waits, nobody is told, and all of it can be undone."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from accounts.roles import RecordSource
from authorizations.actions.refusals import Blocked, NoLongerPossible, NotPermitted
from authorizations.actions.register.agency_lists import bring_list, decide_row, undo_list
from authorizations.actions.register.list_proposal import ListProposal
from authorizations.actions.steps import perform
from authorizations.audit_log.rows import differing_rows
from authorizations.deadlines import deadlines_of
from authorizations.exchange.agency_lists.proposal import propose_list, read_columns
from authorizations.models import AgencyList, Ato, Event, Message, Offering
from authorizations.vocabulary import ListingRole, ListRowState
from tests.cast import Cast
from tests.exchange.agency_lists.lists import saved, workbook

NOW = datetime(2026, 11, 26, 15, 0, tzinfo=UTC)
TODAY = NOW.date()
SIGNED, LATER = date(2024, 3, 1), date(2025, 6, 1)
ROWS: list[tuple[Any, ...]] = [
    ("Nimbus Cloud", "Drive", "", "Bureau of Lighthouses", SIGNED, date(2027, 3, 1), "O. Fficial"),
    ("Nimbus Cloud", "Drive", "", "", LATER, "", ""),
    ("Nimbus Cloud", "Drive", "", "", LATER, "", ""),
    ("Stratus Works", "Mial for Government", "", "Office of Kites", "2/29/2023", "", ""),
    ("", "Toaster", "", "", SIGNED, "", ""),
    ("", "", "", "", SIGNED, "", ""),
]


@pytest.fixture
def offerings(cast: Cast) -> dict[str, Offering]:
    named = (("drive", "nimbus", "Drive"), ("mail", "stratus", "Mail for Government"))
    providers = cast.organizations
    return {
        key: Offering.objects.create(name=name, provider=providers[who], fedramp_id=key) for key, who, name in named
    }


def bring(cast: Cast, rows: list[tuple[Any, ...]] = ROWS, actor: User | None = None, now: datetime = NOW) -> AgencyList:
    agency = cast.organizations["harbors"]
    content = saved(workbook(rows))

    def propose() -> ListProposal:
        below = [agency, cast.organizations["lighthouses"]]
        return propose_list(read_columns(content), agency=agency, agencies=below, today=TODAY)

    named = {"file_name": "atos.xlsx", "sha256": str(len(rows)).rjust(64, "0")}
    return bring_list(actor=actor or cast.liaison, agency=agency, propose=propose, now=now, **named)


def test_every_row_is_taken_or_waits_or_is_refused(cast: Cast, offerings: dict[str, Offering]) -> None:
    rows = list(bring(cast).rows.all())
    assert [row.state for row in rows] == ["taken", "taken", "refused", "taken", "waiting", "refused"]
    assert [row.ato.agency.name if row.ato else "" for row in rows][:4] == [
        "Bureau of Lighthouses", "Department of Harbors", "", "Department of Harbors",
    ]  # fmt: skip
    assert [row.issues[0][:2] for row in rows if row.issues] == [["E7", "2/29/2023"]]
    assert "Office of Kites" in rows[3].why
    ato: Any = rows[0].ato
    said = (ato.source, ato.signed_on, ato.expires_on, ato.signer, ato.listing_role)
    assert said == (RecordSource.LIST, SIGNED, date(2027, 3, 1), "O. Fficial", ListingRole.REUSE)


def test_nobody_is_told_and_nothing_is_due_but_what_is_known_is_entered(
    cast: Cast, offerings: dict[str, Offering]
) -> None:
    before = Message.objects.count()
    made = bring(cast)
    assert Message.objects.count() == before
    assert not [due for row in made.rows.exclude(ato=None) for due in deadlines_of(row.ato, TODAY) if due.kind == "A01"]
    verbs = list(Event.objects.order_by("position").values_list("verb", flat=True))
    assert verbs[-4:] == ["agencylist.brought", "ato.listed", "ato.listed", "ato.listed"]
    assert not list(differing_rows())


@pytest.mark.slow
def test_a_row_that_the_feed_has_stays_the_feeds(cast: Cast, offerings: dict[str, Offering]) -> None:
    feed = {"agency": cast.organizations["harbors"], "offering": offerings["drive"], "source": RecordSource.FEED}
    known = Ato.objects.create(signed_on=SIGNED, published_since=SIGNED, listing_role="reuse", **feed)
    row = bring(cast).rows.get(number=5)
    assert (row.ato, row.made_ato, row.changes) == (known, False, {})
    known.refresh_from_db()
    assert known.signed_on == SIGNED


def test_a_newer_list_corrects_what_a_list_said(cast: Cast, offerings: dict[str, Offering]) -> None:
    ato: Any = bring(cast).rows.get(number=4).ato
    renewed = (*ROWS[0][:5], date(2030, 3, 1), ROWS[0][6])
    row = bring(cast, [renewed], now=NOW + timedelta(hours=1)).rows.get(number=4)
    assert (row.ato, row.changes) == (ato, {"expires_on": ["2027-03-01", "2030-03-01"]})
    assert not list(differing_rows())


def test_a_person_says_which_offering_a_row_means(cast: Cast, offerings: dict[str, Offering]) -> None:
    made = bring(cast)
    waiting = made.rows.get(state=ListRowState.WAITING)
    row = decide_row(actor=cast.liaison, public_id=waiting.public_id, offering=offerings["mail"], now=NOW)
    assert (row.state, row.ato and row.ato.signed_on) == (ListRowState.TAKEN, SIGNED)
    assert row.ato
    assert row.ato.ato_type == row.cells["ato_type"] == "ato"
    with pytest.raises(NoLongerPossible):
        decide_row(actor=cast.liaison, public_id=waiting.public_id, offering=None, now=NOW)


def test_undone_it_is_as_if_it_had_not_been_but_for_the_log(cast: Cast, offerings: dict[str, Offering]) -> None:
    made = bring(cast)
    undo_list(actor=cast.liaison, public_id=made.public_id, now=NOW + timedelta(hours=1))
    assert not Ato.objects.exists()
    assert not list(differing_rows())
    with pytest.raises(NoLongerPossible):
        undo_list(actor=cast.liaison, public_id=made.public_id, now=NOW)
    assert bring(cast, now=NOW + timedelta(hours=2)).pk != made.pk


@pytest.mark.slow
def test_undoing_a_newer_list_gives_back_what_the_older_said(cast: Cast, offerings: dict[str, Offering]) -> None:
    ato: Any = bring(cast).rows.get(number=4).ato
    newer = bring(cast, [(*ROWS[0][:5], date(2030, 3, 1), "")], now=NOW + timedelta(hours=1))
    undo_list(actor=cast.liaison, public_id=newer.public_id, now=NOW + timedelta(hours=2))
    ato.refresh_from_db()
    assert ato.expires_on == date(2027, 3, 1)
    assert not list(differing_rows())


def test_what_somebody_acted_on_is_not_undone(cast: Cast, offerings: dict[str, Offering]) -> None:
    made = bring(cast)
    ato: Any = made.rows.get(number=5).ato
    facts = {"recipient": "fedramp", "notified_on": TODAY, "channel": "email", "reference": "no. 1"}
    perform(Ato, ato.public_id, "record_notice", actor=cast.liaison, now=NOW, revision=0, **facts)
    with pytest.raises(Blocked, match="1 ATO of this list"):
        undo_list(actor=cast.liaison, public_id=made.public_id, now=NOW)


@pytest.mark.slow
@pytest.mark.parametrize("who", ["reviewer", "bureau_liaison", "stranger_agency", "csp_lead", "pmo_lead", "auditor"])
def test_nobody_else_brings_in_or_undoes(cast: Cast, offerings: dict[str, Offering], who: str) -> None:
    with pytest.raises(NotPermitted):
        bring(cast, actor=getattr(cast, who))
    made = bring(cast)
    with pytest.raises((NotPermitted, AgencyList.DoesNotExist)):
        undo_list(actor=getattr(cast, who), public_id=made.public_id, now=NOW)


@pytest.mark.slow
def test_the_same_file_is_brought_in_once(cast: Cast, offerings: dict[str, Offering]) -> None:
    bring(cast)
    with pytest.raises(NoLongerPossible, match="very file"):
        bring(cast)


@pytest.mark.slow
def test_a_list_without_rows_is_refused(cast: Cast, offerings: dict[str, Offering]) -> None:
    with pytest.raises(Blocked, match="no row"):
        bring(cast, [])
