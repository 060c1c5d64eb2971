"""Buttons that make files of reports, the page of one that takes longer, and a person's list; schedules beside it."""

import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Role
from authorizations.actions.jobs import fail, heartbeat
from authorizations.models import Event, ReportJob, ReportSchedule
from authorizations.reports.rendering import pdf
from authorizations.web.reports import views_jobs
from authorizations.web.reports.views import MADE
from tests.cast import Cast
from tests.reports.asking import made_report_of, report_of, schedule_of
from tests.web.reading_pages import body_of
from tests.web.register.records import make_atos, make_offerings

MAKE = "/reports/ato-register/make/"
MINE = "/reports/mine/"


@pytest.fixture(autouse=True)
def _here(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"


@pytest.fixture
def many(cast: Cast) -> None:
    """More rows than a PDF is made of while its person waits."""
    make_atos(make_offerings(cast.organizations["nimbus"], 1)[0], cast.organizations["harbors"], 101)


def test_a_short_workbook_is_answered_at_once(client: Client, cast: Cast) -> None:
    make_atos(make_offerings(cast.organizations["nimbus"], 1)[0], cast.organizations["harbors"], 3)
    client.force_login(cast.liaison)
    answer = client.post(MAKE, {"format": "xlsx", "idempotency_key": "k" * 32})
    assert answer["Content-Disposition"].startswith('attachment; filename="ato-register-')
    assert (answer["X-Content-Type-Options"], answer["Content-Security-Policy"][:7]) == ("nosniff", "sandbox")
    assert "xl/workbook.xml" in zipfile.ZipFile(BytesIO(b"".join(answer.streaming_content))).namelist()  # type: ignore[attr-defined]
    assert not ReportJob.objects.exists()
    assert Event.objects.latest("pk").verb == "report.taken"


@pytest.mark.slow
@pytest.mark.skipif(not pdf.is_possible(), reason="the system's libraries for PDFs are missing")
def test_a_short_pdf_is_answered_at_once(client: Client, cast: Cast) -> None:
    client.force_login(cast.liaison)
    answer = client.post(MAKE, {"format": "pdf"})
    assert b"".join(answer.streaming_content)[:5] == b"%PDF-"  # type: ignore[attr-defined]


@pytest.mark.usefixtures("many")
def test_a_longer_one_is_made_in_the_background_and_a_second_press_makes_no_second(client: Client, cast: Cast) -> None:
    client.force_login(cast.liaison)
    sent = {"format": "pdf", "idempotency_key": "k" * 32, "agency": cast.organizations["harbors"].public_id}
    first, second = client.post(MAKE, sent), client.post(MAKE, sent)
    job = ReportJob.objects.get()
    assert first["Location"] == second["Location"] == f"{MINE}{job.public_id}/"
    assert (job.asker, job.format, job.given) == (cast.liaison, "pdf", {"agency": sent["agency"]})
    # From the page opened anew it is made anew, without a question: one of now differs from the one before.
    assert client.post(MAKE, {**sent, "idempotency_key": "l" * 32}).status_code == 302
    assert ReportJob.objects.count() == 2


def test_every_button_has_its_number_of_rows() -> None:
    assert set(MADE) == set(views_jobs.AT_ONCE)


def test_without_the_libraries_there_is_no_button_for_a_pdf(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(cast.liaison)
    monkeypatch.setattr(pdf, "is_possible", lambda: False)
    page = body_of(client, "/reports/ato-register/")
    assert "Make Excel file" in page
    assert "Make PDF" not in page


def test_no_other_format_is_made_by_a_button(client: Client, cast: Cast) -> None:
    client.force_login(cast.liaison)
    assert [client.post(MAKE, {"format": each}).status_code for each in ("csv", "", "exe")] == [404] * 3
    assert client.post("/reports/nothing/make/", {"format": "pdf"}).status_code == 404
    assert client.post(MAKE, {"format": "xlsx", "agency": "2" * 14}).status_code == 404


def test_the_page_of_a_report_shows_how_far_it_is_and_asks_again_by_itself(client: Client, cast: Cast) -> None:
    client.force_login(cast.liaison)
    job = report_of(cast.liaison)
    page = body_of(client, job.get_absolute_url())
    assert "It begins within a few seconds" in page
    assert 'hx-trigger="every 2s"' in page
    taken = ReportJob.objects.take(timezone.now())
    assert taken
    heartbeat(taken, 500, 2000, timezone.now())
    page = body_of(client, job.get_absolute_url())
    assert "500 of 2,000 rows written" in page
    assert 'max="100" value="25"' in page
    assert ">Cancel<" in page
    fail(taken, "It is too large.", timezone.now())
    page = body_of(client, job.get_absolute_url())
    assert "It is too large." in page
    assert ">Try again<" in page
    assert "hx-trigger" not in page


@pytest.mark.slow
def test_cancelling_trying_again_and_removing(client: Client, cast: Cast) -> None:
    client.force_login(cast.liaison)
    url = report_of(cast.liaison).get_absolute_url()
    assert "The report was cancelled." in client.post(f"{url}cancel/", follow=True).content.decode()
    assert client.post(f"{url}cancel/").status_code == 409
    assert "It begins within a few seconds" in client.post(f"{url}again/", follow=True).content.decode()
    assert client.post(f"{url}remove/").status_code == 409
    client.post(f"{url}cancel/")
    assert "The report was removed." in client.post(f"{url}remove/", follow=True).content.decode()
    assert client.get(url).status_code == 404


def test_a_report_that_is_done_is_downloaded(client: Client, cast: Cast, tmp_path: Path) -> None:
    job = made_report_of(cast.liaison, tmp_path)
    client.force_login(cast.liaison)
    page = body_of(client, job.get_absolute_url())
    assert f'href="{job.get_absolute_url()}file/"' in page
    answer = client.get(f"{job.get_absolute_url()}file/")
    assert b"".join(answer.streaming_content) == b"PK, all of it"  # type: ignore[attr-defined]
    assert client.post(f"{job.get_absolute_url()}remove/").status_code == 302
    assert not list((tmp_path / "files/reports").iterdir())


def test_a_report_whose_right_was_lost_is_shown_without_its_file(client: Client, cast: Cast, tmp_path: Path) -> None:
    job = made_report_of(cast.liaison, tmp_path)
    Membership.objects.filter(user=cast.liaison).update(role=Role.AGENCY_VIEWER)
    client.force_login(cast.liaison)
    page = body_of(client, job.get_absolute_url())
    assert "What you may see has changed since this report was made" in page
    assert "/file/" not in page
    assert 'href="/reports/ato-register/?"' in page
    assert client.get(f"{job.get_absolute_url()}file/").status_code == 403


@pytest.mark.slow
def test_strangers_and_colleagues_find_nothing(client: Client, cast: Cast, tmp_path: Path) -> None:
    url = made_report_of(cast.liaison, tmp_path).get_absolute_url()
    for person in (cast.reviewer, cast.pmo_lead, cast.auditor, cast.stranger_csp):
        client.force_login(person)
        assert [client.get(f"{url}{part}").status_code for part in ("", "file/")] == [404, 404]
        assert [client.post(f"{url}{act}/").status_code for act in ("cancel", "again", "remove")] == [404] * 3
        assert "ATO register" not in body_of(client, MINE)


def test_the_list_shows_what_became_of_each(client: Client, cast: Cast, tmp_path: Path) -> None:
    made_report_of(cast.liaison, tmp_path)
    report_of(cast.liaison)
    client.force_login(cast.liaison)
    page = body_of(client, MINE)
    assert all(words in page for words in ("Done", "Waiting", "Excel", "13\xa0bytes"))
    assert MINE in body_of(client, "/reports/")


@pytest.mark.slow
def test_the_list_asks_the_same_for_few_and_for_many(client: Client, cast: Cast, tmp_path: Path) -> None:
    client.force_login(cast.liaison)
    made_report_of(cast.liaison, tmp_path)
    schedule_of(cast.liaison)
    client.get(MINE)
    with CaptureQueriesContext(connection) as few:
        client.get(MINE)
    for _ in range(5):
        report_of(cast.liaison)
        schedule_of(cast.liaison)
    with CaptureQueriesContext(connection) as more:
        client.get(MINE)
    assert len(more) == len(few)


# --- schedules ---


SCHEDULE = "/reports/ato-register/schedule/"


def test_a_report_is_set_to_be_sent_every_week(client: Client, cast: Cast) -> None:
    client.force_login(cast.liaison)
    sent = {"rhythm": "weekly", "weekday": "0", "format": "xlsx", "whom": "me", "idempotency_key": "k" * 32}
    page = client.post(SCHEDULE, sent, follow=True).content.decode()
    assert "is sent every Monday at 8 a.m., Excel, to you, first on" in page
    assert "Every Monday at 8 a.m., Excel, to you · next on" in page
    client.post(SCHEDULE, sent)
    schedule = ReportSchedule.objects.get()
    assert (schedule.owner, schedule.organization, schedule.weekday) == (cast.liaison, None, 0)


@pytest.mark.parametrize(
    ("rhythm", "description"),
    [
        ("weekly", "Choose the weekday."),
        ("monthly", "Enter a day from 1 to 31."),
        ("once", "Enter the day."),
    ],
)
def test_each_rhythm_asks_for_its_day(client: Client, cast: Cast, rhythm: str, description: str) -> None:
    client.force_login(cast.liaison)
    page = client.post(SCHEDULE, {"rhythm": rhythm, "format": "xlsx", "whom": "me"}).content.decode()
    assert description in page
    assert not ReportSchedule.objects.exists()


def test_a_lead_has_it_sent_to_members_and_others_are_not_asked(client: Client, cast: Cast) -> None:
    harbors = cast.organizations["harbors"]
    sent = {"rhythm": "monthly", "day_of_month": "31", "format": "csv", "whom": f"{harbors.public_id}:agency_viewer"}
    client.force_login(cast.reviewer)
    assert "To whom" not in body_of(client, SCHEDULE)
    client.post(SCHEDULE, sent)
    assert ReportSchedule.objects.get().organization is None
    client.force_login(cast.liaison)
    assert "Department of Harbors: each Agency viewer" in body_of(client, SCHEDULE)
    client.post(SCHEDULE, sent)
    made = ReportSchedule.objects.get(owner=cast.liaison)
    assert (made.organization, made.role, made.day_of_month) == (harbors, "agency_viewer", 31)


def test_a_report_goes_to_chosen_colleagues_who_may_have_it(client: Client, cast: Cast) -> None:
    sent = {"rhythm": "weekly", "weekday": "0", "hour": "17", "format": "csv", "whom": "me"}
    client.force_login(cast.reviewer)
    page = body_of(client, SCHEDULE)
    assert cast.viewer.name in page
    assert cast.csp_lead.name not in page
    answer = client.post(SCHEDULE, {**sent, "people": [cast.viewer.public_id]}, follow=True).content.decode()
    assert f"every Monday at 5 p.m., CSV, to you and {cast.viewer.name}, first on" in answer
    assert ReportSchedule.objects.get().people == [cast.viewer.pk]
    assert client.post(SCHEDULE, {**sent, "people": [cast.csp_lead.public_id]}).status_code == 200
    client.force_login(cast.liaison)
    group = {**sent, "whom": f"{cast.organizations['harbors'].public_id}:", "people": [cast.viewer.public_id]}
    assert "or a whole group above" in client.post(SCHEDULE, group).content.decode()
    assert ReportSchedule.objects.count() == 1


@pytest.mark.slow
def test_a_schedule_is_paused_resumed_and_removed_from_the_list(client: Client, cast: Cast) -> None:
    client.force_login(cast.liaison)
    url = f"/reports/schedules/{schedule_of(cast.liaison).public_id}"
    assert "Paused" in client.post(f"{url}/pause/", follow=True).content.decode()
    assert "next on" in client.post(f"{url}/resume/", follow=True).content.decode()
    assert "No report is sent to you on a schedule" in client.post(f"{url}/remove/", follow=True).content.decode()
    assert client.post(f"{url}/remove/").status_code == 404


@pytest.mark.slow
def test_nobody_elses_schedule_is_touched(client: Client, cast: Cast) -> None:
    url = f"/reports/schedules/{schedule_of(cast.reviewer).public_id}"
    for person in (cast.liaison, cast.pmo_lead, cast.stranger_agency):
        client.force_login(person)
        assert [client.post(f"{url}/{act}/").status_code for act in ("pause", "resume", "remove")] == [404] * 3
