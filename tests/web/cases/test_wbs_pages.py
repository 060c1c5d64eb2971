"""The pages of a plan: what they show to whom, keeping dates, and taking a workbook over."""

import csv
import io
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from authorizations.models import Case, Event, Wbs, WbsTask
from authorizations.web.wbs.timeline import NARROW, WIDE, timelines
from tests.actions.cases.wbs import ROWS, changed, keep, take_over, task
from tests.actions.documents.documents import add, kept_file
from tests.cast import Cast
from tests.exchange.workbooks import day, workbook
from tests.lifecycle.cases import make_case, press, record, step_facts
from tests.samples import first
from tests.web.reading_pages import body_of

TEMPLATE = "templates/FedRAMP-Agency-Authorization-WBS-Template.xlsx"
TODAY = timezone.localdate()


@pytest.fixture
def case(cast: Cast, settings: Any, tmp_path: Path) -> Case:
    settings.MEDIA_ROOT = tmp_path / "files"
    return make_case(cast, "initial", "planning")


@pytest.fixture
def planned(cast: Cast, case: Case) -> Case:
    take_over(case, cast.csp_lead)
    return Case.objects.get(pk=case.pk)


def address(case: Case, name: str = "case_wbs") -> str:
    return reverse(name, args=[case.public_id])


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def send(client: Client, case: Case, content: bytes, name: str = "Plan.xlsx") -> Any:
    """Chooses a workbook, and comes to what it leads to."""
    return client.post(address(case, "wbs_import"), {"file": SimpleUploadedFile(name, content)}, follow=True)


def decide(client: Client, case: Case, preview: Any) -> HttpResponse:
    """Takes over what a preview shows."""
    form = preview.context["form"]
    sent = {name: form[name].value() for name in form.fields}
    return client.post(address(case, "wbs_plan"), sent)  # type: ignore[return-value]


def typed(client: Client, case: Case, **dates: str) -> dict[str, Any]:
    """What a browser sends of the form of the dates, with some of them changed: `n1_1__actual_finish`."""
    form = client.get(address(case, "wbs_dates")).context["form"]
    sent: dict[str, Any] = {}
    for bound in form:
        value = bound.value()
        text = "" if value is None else value.isoformat() if hasattr(value, "isoformat") else str(value)
        sent[bound.html_name] = sent[bound.html_initial_name] = text
    for key, text in dates.items():
        number, column = key.removeprefix("n").split("__")
        sent[f"{task(case, number.replace('_', '.')).public_id}-{column}"] = text
    return sent


# --- reading ---


@pytest.mark.slow
def test_the_plan_is_linked_where_the_facts_stand_and_only_of_an_initial_case(client: Client, cast: Cast) -> None:
    client.force_login(cast.liaison)
    initial, reuse = make_case(cast, "initial", "planning"), make_case(cast, "reuse", "need_defined")
    assert address(initial) in body_of(client, initial.get_absolute_url())
    assert "wbs/" not in body_of(client, reuse.get_absolute_url())
    assert client.get(address(reuse)).status_code == 404


def test_without_a_plan_the_page_says_how_to_begin(cast: Cast, case: Case) -> None:
    page = body_of(signed_in(cast.liaison), address(case))
    assert "There are no tasks yet. Fill in the WBS workbook" in page
    assert address(case, "wbs_import") in page
    others = body_of(signed_in(cast.viewer), address(case))
    assert "Once agency or provider import the WBS workbook" in others
    assert address(case, "wbs_import") not in others


@pytest.mark.parametrize("person", first(["viewer", "csp_viewer", "assessor_lead", "pmo_lead", "auditor"]))
def test_who_sees_the_case_reads_its_plan_and_changes_nothing(cast: Cast, planned: Case, person: str) -> None:
    client = signed_in(cast.people[person])
    page = body_of(client, address(planned))
    assert "5 tasks in 3 parts: 0 done" in page
    assert "1.2 Read the SSP" in page
    assert "Done today" not in page
    assert client.get(address(planned, "wbs_import")).status_code == 403
    if person != "pmo_lead":
        assert client.get(address(planned, "wbs_dates")).status_code == 403
        assert client.post(address(planned, "wbs_dates"), {"done": "x"}).status_code == 403


@pytest.mark.parametrize("name", first(["case_wbs", "case_wbs_csv", "wbs_import", "wbs_plan", "wbs_dates"]))
def test_for_a_stranger_nothing_of_it_is_there(cast: Cast, planned: Case, name: str) -> None:
    client = signed_in(cast.stranger_csp)
    assert client.get(address(planned, name)).status_code == 404
    assert client.post(address(planned, name), {"token": "x"}).status_code == 404


@pytest.mark.slow
def test_the_workbook_is_told_from_the_signed_one_among_the_documents(cast: Cast, case: Case) -> None:
    # The walk to the stage furnished the case with the summary of every document.
    Case.objects.filter(pk=case.pk).update(document_summary={})

    def said() -> str:
        return body_of(signed_in(cast.viewer), address(case))

    read, other = kept_file(b"read"), kept_file(b"other")
    take_over(case, cast.csp_lead, sha256=read.sha256)
    assert "It is not among the documents of the case yet" in said()
    add(case, cast.csp_lead, upload=other)
    assert "It is not the file of the document of the case, whose version 1 counts." in said()
    add(case, cast.csp_lead, upload=read)
    assert "It is version 2 of the document of the case." in said()
    add(case, cast.csp_lead, upload=kept_file(b"newest"))
    assert "It is version 2 of the document of the case; version 3 is newer: import that." in said()


def test_a_late_task_says_by_how_many_days_and_a_gap_that_it_is_one(cast: Cast, planned: Case) -> None:
    late = (TODAY - day("2026-11-20")).days
    page = body_of(signed_in(cast.liaison), address(planned))
    assert f"{late} days late" in page
    assert "1 gap is not named yet" in page
    assert "Placeholder" in page


@pytest.mark.slow
def test_the_page_costs_the_same_queries_for_few_rows_and_for_many(
    cast: Cast, planned: Case, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(cast.liaison)
    client.get(address(planned))
    more = [*changed("1.1"), *(row for number in range(3, 40) for row in _copies(f"2.{number}"))]
    take_over(planned, cast.liaison, more, sha256="b" * 64)
    with django_assert_max_num_queries(12):
        assert "2.39" in body_of(client, address(planned))


def _copies(number: str) -> list[Any]:
    return [replace(ROWS[1], number=number)]


def test_the_picture_has_a_bar_for_the_plan_one_for_what_happened_and_words_for_those_who_do_not_see_it(
    cast: Cast, planned: Case
) -> None:
    keep(planned, cast.csp_lead, {"1.1": {"actual_start": day("2026-11-02"), "actual_finish": day("2026-11-23")}})
    page = body_of(signed_in(cast.viewer), address(planned))
    wide, narrow = re.findall(r'<svg class="timeline timeline--.*?</svg>', page, re.DOTALL)
    for picture in (wide, narrow):
        assert 'role="img"' in picture
        assert "<title" in picture
        assert "5 tasks, 1 done" in picture
        assert picture.count('class="timeline__plan"') == 4
        assert picture.count("timeline__actual") == 1
        assert picture.count('class="timeline__late"') >= 1
        assert ">Today</text>" in picture
        assert "Done, 3 days late" in picture
    assert "style=" not in page
    assert len(set(re.findall(r'id="(timeline[^"]*)"', page))) == len(re.findall(r'id="(timeline[^"]*)"', page))


@pytest.mark.slow
def test_a_hostile_title_runs_nowhere(cast: Cast, planned: Case) -> None:
    take_over(planned, cast.liaison, changed("1.1", title="<script>evil()</script>\"'"), sha256="b" * 64)
    page = body_of(signed_in(cast.viewer), address(planned))
    assert "<script>evil" not in page
    assert "&lt;script&gt;evil()" in page


# --- the picture's geometry ---


def rows_with(**dates: Any) -> list[Any]:
    heading = WbsTask(number="1", title="Write", kind="heading", row=1)
    return [heading, WbsTask(number="1.1", title="Write the SSP", kind="task", row=2, **dates)]


def test_bars_stand_in_proportion_between_the_ends_of_the_scale() -> None:
    rows = rows_with(planned_start=day("2027-01-01"), planned_finish=day("2027-01-31"))
    for shape, picture in zip((WIDE, NARROW), timelines("x", rows, TODAY, is_open=False), strict=True):
        bar = picture.lines[1].plan
        assert bar is not None
        assert bar.x == shape.left
        assert bar.x + bar.width == pytest.approx(shape.width - 8, abs=0.2)
        assert picture.today is None
        assert [month for _, month in picture.ticks] == ["Jan 2027"]


def test_a_day_is_never_too_thin_to_be_seen_and_no_dates_are_no_picture() -> None:
    rows = rows_with(planned_finish=day("2036-01-31"), actual_finish=day("2006-01-31"))
    (_, narrow) = timelines("x", rows, TODAY, is_open=True)
    line = narrow.lines[1]
    assert line.plan is not None
    assert line.actual is not None
    assert min(line.plan.width, line.actual.width) >= 4
    assert len(narrow.ticks) <= 5
    assert line.late is None
    assert timelines("x", rows_with(), TODAY, is_open=True) == []


# --- the export ---


def test_the_export_says_what_the_table_says_and_no_cell_is_a_formula(cast: Cast, planned: Case) -> None:
    take_over(planned, cast.liaison, changed("1.1", title="=cmd|evil", notes="+1", owner="@CSP"), sha256="b" * 64)
    answer = signed_in(cast.viewer).get(address(planned, "case_wbs_csv"))
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert lines[0][:6] == ["Number", "Task", "What it is", "Responsibility", "Planned start", "Planned finish"]
    assert lines[2][:6] == ["1.1", "'=cmd|evil", "Task", "'@CSP", "2026-11-02", "2026-11-20"]
    assert lines[2][-1] == "'+1"
    assert len(lines) == 10
    noted = Event.objects.get(verb="list.exported")
    assert (noted.actor, noted.subject_id, noted.changes) == (cast.viewer, planned.pk, {"list": [None, "wbs"]})


# --- dates ---


def test_several_dates_are_kept_in_one_act_and_a_second_press_does_nothing_twice(cast: Cast, planned: Case) -> None:
    client = signed_in(cast.csp_contributor)
    sent = typed(client, planned, n1_1__actual_finish="2026-11-20", n2_1__planned_start="2027-03-08")
    assert [client.post(address(planned, "wbs_dates"), sent).status_code for _ in range(2)] == [302, 409]
    assert (task(planned, "1.1").actual_finish, task(planned, "2.1").planned_start) == (
        day("2026-11-20"),
        day("2027-03-08"),
    )
    assert Event.objects.filter(verb="case.wbs_dated").count() == 1


@pytest.mark.slow
def test_each_keeps_the_dates_of_the_own_part_alone(cast: Cast, planned: Case) -> None:
    shown = {
        person: [
            row.number
            for row, _ in signed_in(cast.people[person]).get(address(planned, "wbs_dates")).context["form"].rows
        ]
        for person in ("liaison", "pmo_reviewer")
    }
    assert shown == {"liaison": ["1.1", "1.2", "2.1", "2.2"], "pmo_reviewer": ["3.1"]}
    part = signed_in(cast.liaison).get(f"{address(planned, 'wbs_dates')}?part=2").context["form"].rows
    assert [row.number for row, _ in part] == ["2.1", "2.2"]
    assert signed_in(cast.liaison).get(f"{address(planned, 'wbs_dates')}?part=3").status_code == 409
    name = f"{task(planned, '3.1').public_id}-planned_start"
    sent = {**typed(signed_in(cast.liaison), planned), name: "2027-09-01", f"initial-{name}": ""}
    assert signed_in(cast.liaison).post(address(planned, "wbs_dates"), sent).status_code == 200
    assert task(planned, "3.1").planned_start is None


# Seconds: forms of as many fields as a request may have.
@pytest.mark.slow
def test_a_long_plan_is_dated_page_by_page_so_that_a_request_can_hold_each(cast: Cast, planned: Case) -> None:
    long = [*ROWS, *(replace(ROWS[1], number=f"2.{number}") for number in range(3, 120))]
    take_over(planned, cast.liaison, long, sha256="b" * 64)
    client = signed_in(cast.liaison)
    pages = client.get(address(planned, "wbs_dates")).context["pages"]
    assert [words for words, _ in pages] == ["1.1 to 2.58", "2.59 to 2.118", "2.119 to 2.119"]
    last = client.get(pages[-1][1])
    assert [row.number for row, _ in last.context["form"].rows] == ["2.119"]
    name = f"{task(planned, '2.119').public_id}-actual_finish"
    sent = {"revision": last.context["form"]["revision"].value(), name: "2026-11-20", f"initial-{name}": ""}
    assert client.post(pages[-1][1], sent).status_code == 302
    assert task(planned, "2.119").actual_finish == day("2026-11-20")
    for odd in ("0", "-1", "x", "99999", "9" * 40):
        assert client.get(f"{address(planned, 'wbs_dates')}?page={odd}").context["form"].rows[0][0].number == "1.1"


@pytest.mark.parametrize(
    ("dates", "words"),
    first(
        [
            ({"n1_1__actual_finish": "2026-02-30"}, "Task 1.1, actual finish: enter a date."),
            ({"n1_1__planned_finish": "2026-11-01"}, "Task 1.1, planned finish: this cannot be before the start."),
            ({}, "Nothing was changed"),
        ]
    ),
)
def test_an_impossible_date_is_refused_at_its_field_and_kept(
    cast: Cast, planned: Case, dates: dict[str, str], words: str
) -> None:
    client = signed_in(cast.liaison)
    answer = client.post(address(planned, "wbs_dates"), typed(client, planned, **dates))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert words in page
    for text in dates.values():
        assert f'value="{text}"' in page
    assert not Event.objects.filter(verb="case.wbs_dated").exists()


@pytest.mark.slow
def test_a_stale_page_keeps_what_was_typed_and_takes_the_newest_of_the_rest(cast: Cast, planned: Case) -> None:
    client = signed_in(cast.liaison)
    sent = typed(client, planned, n1_2__actual_start="2026-11-23")
    keep(planned, cast.csp_lead, {"1.1": {"actual_finish": day("2026-11-20")}})
    answer = client.post(address(planned, "wbs_dates"), sent)
    assert answer.status_code == 409
    assert "Someone was here before you" in answer.content.decode()
    form = answer.context["form"]
    again = {bound.html_name: form.data.get(bound.html_name, "") for bound in form}
    again |= {bound.html_initial_name: form.data.get(bound.html_initial_name, "") for bound in form}
    assert client.post(address(planned, "wbs_dates"), again).status_code == 302
    assert (task(planned, "1.1").actual_finish, task(planned, "1.2").actual_start) == (
        day("2026-11-20"),
        day("2026-11-23"),
    )


@pytest.mark.slow
def test_one_press_marks_a_task_as_done_today_once(cast: Cast, planned: Case) -> None:
    client = signed_in(cast.reviewer)
    page = body_of(client, address(planned))
    assert f'name="done" value="{task(planned, "1.1").public_id}"' in " ".join(page.split())
    sent = {"done": task(planned, "1.1").public_id, "revision": planned.revision}
    assert [client.post(address(planned, "wbs_dates"), sent).status_code for _ in range(2)] == [302, 409]
    assert task(planned, "1.1").actual_finish == TODAY
    for odd in ("", "x", "-1", "9" * 30):
        assert client.post(address(planned, "wbs_dates"), {**sent, "revision": odd}).status_code == 409


@pytest.mark.slow
def test_nobody_marks_what_is_not_theirs(cast: Cast, planned: Case) -> None:
    sent = {"done": task(planned, "3.1").public_id, "revision": planned.revision}
    assert signed_in(cast.liaison).post(address(planned, "wbs_dates"), sent).status_code == 403
    sent = {"done": task(planned, "1.1").public_id, "revision": planned.revision}
    assert signed_in(cast.pmo_reviewer).post(address(planned, "wbs_dates"), sent).status_code == 403
    sent["done"] = "nothing"
    assert signed_in(cast.liaison).post(address(planned, "wbs_dates"), sent).status_code == 409


@pytest.mark.slow
def test_an_ended_case_takes_neither_dates_nor_workbooks_and_still_shows_its_plan(cast: Cast, planned: Case) -> None:
    client = signed_in(cast.liaison)
    sent = typed(client, planned, n1_1__actual_finish="2026-11-20")
    press(planned, "withdraw", cast.liaison, **step_facts("withdraw", cast))
    assert client.get(address(planned, "wbs_dates")).status_code == 409
    assert client.post(address(planned, "wbs_dates"), sent).status_code == 409
    assert client.get(address(planned, "wbs_import")).status_code == 409
    page = body_of(client, address(planned))
    assert "1.1 Write the SSP" in page
    assert "Change dates" not in page


# --- what the plan proposes ---


@pytest.mark.slow
def test_the_plan_proposes_facts_and_writes_over_none_by_itself(cast: Cast, planned: Case) -> None:
    soon, later = TODAY + timedelta(days=90), TODAY + timedelta(days=100)
    record(planned, cast.csp_lead, assessment_planned_on=soon)
    rows = changed("2.1", planned_start=later, planned_finish=later, title="Perform Assessment")
    rows = tuple(replace(row, planned_finish=later, planned_start=None) if row.number == "2.2" else row for row in rows)
    take_over(planned, cast.csp_lead, rows, sha256="b" * 64)
    case = Case.objects.get(pk=planned.pk)
    assert case.fact_value("assessment_planned_on") == soon
    client = signed_in(cast.csp_lead)
    page = body_of(client, address(case))
    assert "Recorded differently" in page
    assert "Not recorded yet" in page
    answer = client.post(address(case, "wbs_facts"), {"revision": case.revision})
    assert answer.status_code == 302
    said = Case.objects.get(pk=case.pk)
    assert said.fact_value("assessment_planned_on") == later
    assert said.fact_value("ato_planned_on") is None
    assert client.post(address(case, "wbs_facts"), {"revision": case.revision}).status_code == 409
    event = Event.objects.about(case).latest("pk")
    assert (event.verb, event.reason) == ("case.facts_recorded", "As the plan of this case (WBS) has it.")


@pytest.mark.parametrize("person", first(["viewer", "csp_viewer", "pmo_lead", "auditor"]))
def test_who_keeps_no_plan_records_nothing_of_it(cast: Cast, planned: Case, person: str) -> None:
    sent = {"revision": planned.revision}
    assert signed_in(cast.people[person]).post(address(planned, "wbs_facts"), sent).status_code == 403


# --- taking a workbook over ---


def test_a_workbook_is_looked_at_first_and_then_taken_over_once(cast: Cast, case: Case, tmp_path: Path) -> None:
    client = signed_in(cast.liaison)
    preview = send(client, case, workbook(), name="Plan of Nimbus.xlsx")
    page = preview.content.decode()
    assert "13 rows read: 13 new, 0 changed, 0 the same. 0 rows would go." in page
    assert "Plan of Nimbus.xlsx" in page
    assert "The workbook names the FedRAMP ID FR0000000001" in page
    assert not Wbs.objects.exists()
    assert client.get(preview.request["PATH_INFO"] + "?" + preview.request["QUERY_STRING"]).status_code == 200
    assert decide(client, case, preview).status_code == 302
    wbs = Wbs.objects.get()
    assert (wbs.file_name, wbs.sheet, wbs.tasks.count()) == ("Plan of Nimbus.xlsx", "LowModerateHigh WBS", 13)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    again = client.post(address(case, "wbs_plan"), {"token": preview.context["form"]["token"].value(), "revision": 1})
    assert (again.status_code, again.headers["Location"]) == (302, address(case, "wbs_import"))
    assert Event.objects.filter(verb="case.wbs_imported").count() == 1


@pytest.mark.slow
def test_a_newer_workbook_shows_what_it_changes(cast: Cast, case: Case) -> None:
    client = signed_in(cast.csp_lead)
    decide(client, case, send(client, case, workbook()))
    keep(case, cast.csp_lead, {"2.2": {"actual_start": day("2026-11-20")}})
    newer = workbook({"D7": day("2026-12-07"), "A8": "2.9", "A11": "2.5", "B11": "Sign", "C11": "CSP"})
    preview = send(client, case, newer)
    page = " ".join(preview.content.decode().split())
    assert "14 rows read: 2 new, 1 changed, 11 the same. 1 row would go." in page
    assert "1 of them has actual dates, which would go too: 2.2." in page
    assert preview.context["changes"] == [("2.1", "Write the SSP", "Planned start", "1 Dec 2026", "7 Dec 2026")]
    assert decide(client, case, preview).status_code == 302
    same = send(client, case, newer)
    assert "This workbook was imported already" in same.content.decode()
    assert "Import this plan" not in same.content.decode()


def test_the_template_of_the_pmo_comes_in_with_its_42_rows(cast: Cast, case: Case, shared_data: Path) -> None:
    client = signed_in(cast.liaison)
    preview = send(client, case, (shared_data / TEMPLATE).read_bytes())
    assert "42 rows read: 42 new" in preview.content.decode()
    assert decide(client, case, preview).status_code == 302
    kinds = [str(kind) for kind in Wbs.objects.get().tasks.values_list("kind", flat=True)]
    assert (kinds.count("heading"), kinds.count("placeholder"), kinds.count("task")) == (7, 2, 33)
    assert "33 tasks in 7 parts" in body_of(client, address(case))


def test_an_offering_of_li_saas_is_read_from_its_own_sheet(cast: Cast, case: Case) -> None:
    case.offering.impact_level = "li_saas"
    case.offering.save()
    preview = send(signed_in(cast.liaison), case, workbook())
    assert preview.context["found"].sheet == "Li-SaaS WBS"


def test_a_broken_workbook_lists_each_fault_by_its_cell_and_brings_in_nothing(cast: Cast, case: Case) -> None:
    answer = send(signed_in(cast.liaison), case, workbook({"D7": "32/13/2026", "C13": "Bob"}))
    page = answer.content.decode()
    assert "2 cells are wrong; nothing was imported" in page
    assert "Sheet “LowModerateHigh WBS”, cell D7: “32/13/2026” is no date." in page
    assert "cell C13: “Bob” names no side." in page
    assert not Wbs.objects.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "The file is empty."), (b"hello", "This is no Excel workbook"), (b"PK\x03\x04zip", "damaged")],
)
def test_a_file_that_is_no_workbook_is_refused_at_its_field(cast: Cast, case: Case, content: bytes, words: str) -> None:
    answer = send(signed_in(cast.liaison), case, content)
    assert answer.status_code == 200
    assert words in answer.context["form"].errors["file"][0]


def test_a_file_that_is_too_large_is_refused_before_it_is_read(
    cast: Cast, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("authorizations.web.wbs.forms.MOST_BYTES", 10)
    answer = send(signed_in(cast.liaison), case, workbook())
    assert "larger than" in answer.context["form"].errors["file"][0]


@pytest.mark.slow
def test_a_preview_of_a_case_that_changed_since_is_shown_anew_and_then_taken_over(cast: Cast, case: Case) -> None:
    client = signed_in(cast.liaison)
    preview = send(client, case, workbook())
    record(case, cast.csp_lead, provider_contact="Con Tributor")
    answer = decide(client, case, preview)
    assert answer.status_code == 409
    assert "Someone was here before you" in answer.content.decode()
    assert decide(client, case, answer).status_code == 302
    assert Wbs.objects.exists()


@pytest.mark.slow
def test_a_preview_is_of_one_person_and_one_case(cast: Cast, case: Case) -> None:
    preview = send(signed_in(cast.liaison), case, workbook())
    token = preview.context["form"]["token"].value()
    sent = {"token": token, "revision": case.revision}
    other = make_case(cast, "initial", "planning")
    for who, where in ((cast.reviewer, case), (cast.liaison, other)):
        answer = signed_in(who).post(address(where, "wbs_plan"), sent, follow=True)
        assert "Choose the workbook again" in answer.content.decode()
    assert signed_in(cast.liaison).post(address(case, "wbs_plan"), {"token": "x", "revision": 1}).status_code == 302
    assert not Wbs.objects.exists()


@pytest.mark.parametrize("person", first(["viewer", "csp_viewer", "assessor_lead", "pmo_lead", "auditor"]))
def test_nobody_else_sends_a_workbook(cast: Cast, case: Case, person: str) -> None:
    client = signed_in(cast.people[person])
    assert client.post(address(case, "wbs_import"), {"file": SimpleUploadedFile("a", workbook())}).status_code == 403
    assert client.post(address(case, "wbs_plan"), {"token": "x", "revision": 1}).status_code == 403


@pytest.mark.slow
@pytest.mark.parametrize("name", ["../../etc/passwd.xlsx", "\"'><x-evil>.xlsx", "plan\u202exslx.exe"])
def test_the_name_of_a_file_is_shown_and_is_no_path(cast: Cast, case: Case, name: str) -> None:
    client = signed_in(cast.liaison)
    file = SimpleUploadedFile("plan.xlsx", workbook())
    # Django's own class would clean the name here; a browser's request is read by another.
    file._name = name
    preview = client.post(address(case, "wbs_import"), {"file": file}, follow=True)
    assert decide(client, case, preview).status_code == 302
    page = body_of(client, address(case))
    assert "<x-evil>" not in page
    assert "/etc" not in Wbs.objects.get().file_name
    assert "\u202e" not in Wbs.objects.get().file_name
