"""The page of a report before anything is chosen, and where what is chosen is not there."""

import re
from threading import BoundedSemaphore

import pytest
from django.db.models import Q

from accounts.models import Organization, User
from authorizations.models import Ato, Case
from authorizations.reports import parameters
from authorizations.vocabulary import LIVE_ATO_STAGES
from authorizations.web.reports import views_jobs
from tests.attacks.scene import signed_in
from tests.reports.contents import contents_of, rows_of

pytestmark = [pytest.mark.slow, pytest.mark.sqlite, pytest.mark.django_db, pytest.mark.usefixtures("demo")]
ANN, PAULA, ASHA = "ann@harbors.example", "paula@pmo.example", "asha@plumbline.example"
OPTION = re.compile(r'<option value="([^"]+)"')


def page(email: str, address: str) -> tuple[int, str]:
    answer = signed_in(User.objects.get(email=email)).get(address)
    return answer.status_code, answer.content.decode()


@pytest.mark.parametrize(
    ("email", "name"),
    [(ANN, "case-status"), (ANN, "decision-packet"), (ANN, "provider-portfolio"), (ASHA, "agency-portfolio")],
)
def test_a_report_that_asks_what_it_is_about_greets_nobody_with_an_error(email: str, name: str) -> None:
    status, body = page(email, f"/reports/{name}/")
    assert status == 200
    assert "to correct" not in body
    assert "Choose one" in body


def test_a_mistake_is_named_once() -> None:
    status, body = page(ANN, "/reports/duties/?since=abc")
    assert status == 200
    assert "One thing to correct" in body
    assert body.count("Write the day as year, month and day") == 2, "in the summary and at its field"
    assert "Enter a valid date" not in body


def test_cases_are_chosen_by_name_those_that_one_may_see() -> None:
    user = User.objects.get(email=ANN)
    _, body = page(ANN, "/reports/case-status/")
    assert set(OPTION.findall(body)) == set(Case.objects.visible_to(user).values_list("public_id", flat=True))
    assert "Nimbus Ferry at Department of Harbors" in body


def test_anyone_who_sees_too_many_pastes_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parameters, "CHOSEN_FROM", 3)
    case = Case.objects.visible_to(User.objects.get(email=ANN)).order_by("pk")[0]
    _, body = page(ANN, "/reports/case-status/")
    assert "Paste the address of its page" in body
    status, body = page(ANN, f"/reports/case-status/?case=https://portal.example{case.get_absolute_url()}")
    assert status == 200
    assert f"Status of {case.offering.name}" in body


def test_what_is_not_there_leaves_the_form_to_choose_again() -> None:
    theirs = Case.objects.exclude(pk__in=Case.objects.visible_to(User.objects.get(email=ANN)))[0]
    answers = [page(ANN, f"/reports/case-status/?case={each}") for each in ("Nimbus", "2" * 14, theirs.public_id)]
    for status, body in answers:
        assert status == 404
        assert "Nothing that you may see has this id" in body
        assert '<select name="case"' in body


def test_the_program_is_narrowed_to_an_agency() -> None:
    paula = User.objects.get(email=PAULA)
    meadows = Organization.objects.get(name="Department of Meadows")
    whole, narrowed = (contents_of("program", paula, **about)[1] for about in ({}, {"within": meadows.public_id}))
    own = Q(agency=meadows) | Q(agency__parent=meadows) | Q(agency__parent__parent=meadows)
    theirs = Ato.objects.filter(own, stage__in=LIVE_ATO_STAGES)
    for key in ("single", "leaders"):
        names = {row["offering"] for row in rows_of(narrowed, key)}
        assert names < {row["offering"] for row in rows_of(whole, key)}, key
        assert names <= set(theirs.values_list("offering__name", flat=True)), key
    for row in rows_of(narrowed, "leaders"):
        rows = theirs.filter(offering__name=row["offering"], listing_role="reuse")
        assert row["atos"] == rows.count()


def test_what_a_choice_does_not_narrow_is_said() -> None:
    _, body = page(PAULA, "/reports/program/?kind=reuse")
    assert "The kind of case narrows nothing here." in body
    assert "This counts everything, whatever you chose above." in body


def test_a_short_pdf_goes_to_the_worker_where_others_are_made_already(monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(User.objects.get(email=ANN))
    monkeypatch.setattr(views_jobs, "_ROOM", BoundedSemaphore(1))
    sent = {"format": "xlsx", "idempotency_key": "b" * 32}
    assert client.post("/reports/dashboard/make/", sent).status_code == 200
    with views_jobs._ROOM:
        answer = client.post("/reports/dashboard/make/", sent)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/reports/mine/")
    assert client.post("/reports/dashboard/make/", sent).status_code == 200, "the room is given back"


def test_a_whole_report_shows_some_rows_of_each_table_and_a_table_alone_more() -> None:
    user = User.objects.get(email=PAULA)
    _, contents = contents_of("audit-extract", user)
    (entries,) = [table for table in contents.tables if table.key == "entries"]
    assert entries.total > 100
    for query, shown in (("", "Rows 1 to 10 of"), ("?table=entries", "Rows 1 to 100 of")):
        _, body = page(PAULA, f"/reports/audit-extract/{query}")
        assert shown in body


def test_a_report_says_below_its_title_of_when_it_and_its_federal_data_are() -> None:
    _, body = page(ANN, "/reports/dashboard/")
    head = body.partition("<h1>")[2].partition("<form")[0]
    assert "As of: " in head
    assert "Federal data: " in head
