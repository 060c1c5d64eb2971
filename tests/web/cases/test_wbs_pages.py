"""The pages of a plan: what they show to whom, keeping dates, and taking a workbook over."""

import csv
import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from authorizations.models import Case, Event, WbsTask
from authorizations.web.wbs.timeline import NARROW, WIDE, timelines
from tests.actions.cases.wbs import ROWS, changed, keep, take_over, task
from tests.cast import Cast
from tests.exchange.workbooks import day
from tests.lifecycle.cases import press, record, step_facts
from tests.samples import first
from tests.web.reading_pages import body_of

TEMPLATE = "templates/FedRAMP-Agency-Authorization-WBS-Template.xlsx"
TODAY = timezone.localdate()


def address(case: Case, name: str = "case_wbs") -> str:
    return reverse(name, args=[case.public_id])


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def send(client: Client, case: Case, content: bytes, name: str = "Plan.xlsx") -> Any:
    """Chooses a workbook, and comes to what it leads to."""
    return client.post(address(case, "wbs_import"), {"file": SimpleUploadedFile(name, content)}, follow=True)


def decide(client: Client, case: Case, preview: Any, **stated: list[str]) -> HttpResponse:
    """Takes over what a preview shows."""
    form = preview.context["form"]
    sent = {name: form[name].value() or [] for name in form.fields} | stated
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


@pytest.mark.slow
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
