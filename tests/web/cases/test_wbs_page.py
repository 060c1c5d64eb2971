"""The page of a plan, as each side reads it."""

import re
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from authorizations.models import Case, WbsTask
from tests.actions.cases.wbs import ROWS, changed, keep, take_over
from tests.actions.documents.documents import add, kept_file
from tests.cast import Cast
from tests.exchange.workbooks import day
from tests.lifecycle.cases import make_case
from tests.samples import first
from tests.web.cases.test_wbs_pages import TODAY, address, signed_in
from tests.web.reading_pages import body_of


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
    assert "Once the agency or provider imports the WBS workbook" in others
    assert address(case, "wbs_import") not in others


@pytest.mark.parametrize(
    ("end", "listed", "warned"),
    [
        ("2027-06-11", "2026-11-23", []),
        ("2027-06-12", None, ["11 Jun 2027"]),
        ("2027-11-24", "2026-11-23", ["11 Jun 2027", "23 Nov 2027"]),
    ],
)
def test_a_plan_that_ends_too_late_says_what_it_runs_into(
    cast: Cast, planned: Case, end: str, listed: str | None, warned: list[str]
) -> None:
    WbsTask.objects.exclude(planned_finish=None).update(planned_start=None, planned_finish=day("2027-01-15"))
    WbsTask.objects.filter(number="2.2").update(planned_finish=day(end))
    planned.facts |= {"in_process_on": [listed, 1, "2026-11-23T12:00:00+00:00"]} if listed else {}
    planned.save(update_fields=["facts"])
    found = signed_in(cast.viewer).get(address(planned)).context["warnings"]
    assert [words for words, each in zip(warned, found, strict=True) if f", {words}" in each] == warned


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
