"""The audit extract: what the asker may read of the audit log, in its order, and never all of it at once."""

import io
import tracemalloc
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from authorizations.audit_log.pseudonyms import pseudonym
from authorizations.models import Event
from authorizations.reports.audit_extract import AT_ONCE
from authorizations.reports.base import NotForYou, UnusableRequest, ask
from authorizations.reports.registry import REPORTS
from authorizations.tables.csv_and_json import csv_of
from tests.audit_log.entries import entered_all
from tests.cast import Cast
from tests.lifecycle.cases import make_case
from tests.lifecycle.world import NOW
from tests.reports.contents import contents_of, everything, rows_of
from tests.web.reading_pages import body_of

# Whatever the tests record has the day of the machine.
EVER = {"since": "2000-01-01"}


@pytest.mark.parametrize("person", ["liaison", "official", "csp_lead", "assessor_lead", "stranger_agency"])
def test_only_those_who_read_the_record_have_it(cast: Cast, client: Client, person: str) -> None:
    with pytest.raises(NotForYou):
        contents_of("audit-extract", cast.people[person])
    client.force_login(cast.people[person])
    assert client.get("/reports/audit-extract/").status_code == 403


@pytest.mark.slow
@pytest.mark.parametrize("person", ["pmo_reviewer", "pmo_lead", "auditor"])
def test_the_rows_are_the_entries_that_the_asker_may_read(cast: Cast, person: str) -> None:
    make_case(cast, "initial", "ssp")
    # Inside its agency: the auditor alone reads it.
    inside = make_case(cast, "reuse", "need_defined")
    user = cast.people[person]
    everything("audit-extract", user, **EVER)
    _, contents = contents_of("audit-extract", user, **EVER)
    rows = rows_of(contents, "entries")
    seen = Event.objects.visible_to(user).order_by("audit_log", "position").values_list("hash", flat=True)
    assert [row["hash"] for row in rows] == list(seen)
    assert contents.figures[0].number == len(rows)
    assert (str(inside) in {row["subject"] for row in rows}) is (person == "auditor")


def test_a_row_says_who_for_what_from_where_to_where(cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    _, contents = contents_of("audit-extract", cast.auditor, **EVER)
    row = next(row for row in rows_of(contents, "entries") if row["stages"] == "In process → SSP")
    assert (row["who"], row["subject"]) == ("Con Tributor", str(case))
    assert row["person"] == pseudonym(User.objects.get(name="Con Tributor").pk)
    event = Event.objects.get(audit_log="acts", position=row["position"])
    assert (row["hash"], row["recorded"], row["request"]) == (event.hash, event.recorded_at, event.request_id)
    proof = rows_of(contents, "proof")
    assert event.position <= proof[0]["position"]


@pytest.mark.slow
def test_it_narrows_to_days_a_person_and_a_log(cast: Cast) -> None:
    make_case(cast, "initial", "ssp")
    about = {**EVER, "person": "CSP_lead@example.gov", "audit_log": "acts"}
    _, contents = contents_of("audit-extract", cast.pmo_lead, **about)
    assert {row["who"] for row in rows_of(contents, "entries")} == {"Cleo Lead"}
    _, contents = contents_of("audit-extract", cast.pmo_lead, **EVER, until="2000-01-02")
    assert rows_of(contents, "entries") == []
    everything("audit-extract", cast.pmo_lead, since="0001-01-01", until="9999-12-31")
    for wrong in ({"person": "nobody@example.gov"}, {"audit_log": "gold"}, {"since": "then"}):
        with pytest.raises(UnusableRequest):
            contents_of("audit-extract", cast.pmo_lead, **wrong)


def test_without_a_first_day_it_is_the_last_week(cast: Cast) -> None:
    make_case(cast, "initial", "partnership")
    late = NOW + timedelta(days=400)
    _, contents = contents_of("audit-extract", cast.auditor, late)
    assert rows_of(contents, "entries") == []


def _many(cast: Cast, number: int) -> None:
    case = make_case(cast, "initial", "partnership")
    at = datetime(2026, 11, 24, 15, tzinfo=UTC)
    entered_all(
        Event(
            at=at, recorded_at=at, actor=cast.liaison, verb="case.checked_off", subject_type="case", subject_id=case.pk
        )
        for _ in range(number)
    )


@pytest.mark.slow  # Eight batches of rows: a second.
def test_a_long_extract_is_written_batch_by_batch(cast: Cast) -> None:
    _many(cast, 8 * AT_ONCE)
    report = REPORTS["audit-extract"]
    asked = ask(report, cast.auditor, EVER, NOW)
    contents = report.contents(asked)
    whole = io.StringIO()
    with CaptureQueriesContext(connection) as queries:
        tracemalloc.start()
        for piece in csv_of(contents.tables[0]):
            whole.tell()
            assert len(piece) < 400_000
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 8_000_000
    # One for the entries, a few for each batch: what they are about, and in which role people acted.
    assert len(queries) < 4 * 10


@pytest.mark.slow
def test_a_page_of_it_reads_a_page(cast: Cast, client: Client) -> None:
    _many(cast, 3 * AT_ONCE)
    client.force_login(cast.auditor)
    page = body_of(client, "/reports/audit-extract/?since=2000-01-01&table=entries&page=2")
    assert "Rows 101 to 200 of" in page
    assert 'href="/reports/audit-extract/"' in body_of(client, "/audit-log/")
