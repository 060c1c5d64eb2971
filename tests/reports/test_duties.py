"""Duties by organization: what each side takes part in, by organization and day, and counts that agree."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from authorizations.deadlines import deadlines_for
from authorizations.models import Condition
from authorizations.reports.base import Missing, UnusableRequest
from authorizations.reports.registry import REPORTS
from authorizations.reports.rendering.print_layout import page_for_print
from tests.cast import Cast
from tests.lifecycle.cases import make_case
from tests.lifecycle.world import NOW, make_ato
from tests.reports.contents import contents_of, everything, rows_of
from tests.samples import ends
from tests.web.reading_pages import body_of
from tests.web.register.records import make_offerings

TODAY = NOW.date()
DAY = timedelta(days=1)


@pytest.fixture
def _owed(cast: Cast) -> None:
    """Two conditions of an ATO of the Bureau of Lighthouses, one overdue; and a case of the Department of Harbors."""
    ato = make_ato(cast)
    for owner, on in (("lighthouses", TODAY - 3 * DAY), ("nimbus", TODAY + 5 * DAY)):
        Condition.objects.create(ato=ato, text="Close the ports.", owner=cast.organizations[owner], due_on=on)
    make_case(cast, "initial", "in_process")


def whats(contents, key: str) -> list[tuple[str, str]]:
    return [(row["organization"], row["what"]) for row in rows_of(contents, key)]


@pytest.mark.slow
@pytest.mark.usefixtures("_owed")
@pytest.mark.parametrize(
    ("person", "late", "ahead"),
    ends(
        [
            ("liaison", True, True),
            ("bureau_liaison", True, True),
            ("csp_lead", True, True),
            ("pmo_lead", True, True),
            ("stranger_agency", False, False),
            ("stranger_csp", False, False),
            ("assessor_lead", False, False),
        ]
    ),
)
def test_each_side_reads_the_duties_of_what_it_takes_part_in(cast: Cast, person: str, late: bool, ahead: bool) -> None:  # noqa: FBT001
    everything("duties", cast.people[person], NOW)
    _, contents = contents_of("duties", cast.people[person], NOW)
    condition = "Condition of the ATO"
    assert (("Bureau of Lighthouses", condition) in whats(contents, "overdue")) is late
    assert (("Nimbus Cloud", condition) in whats(contents, "ahead")) is ahead
    words = " ".join(each.text for each in contents.decisions)
    assert ("Bureau of Lighthouses: " in words) is late


@pytest.mark.slow
@pytest.mark.usefixtures("_owed")
def test_a_bureau_reads_nothing_of_the_cases_above_it(cast: Cast) -> None:
    assert "for Department of Harbors" not in everything("duties", cast.bureau_liaison, NOW, until="2028-12-31")
    assert "for Department of Harbors" in everything("duties", cast.liaison, NOW, until="2028-12-31")


@pytest.mark.slow
@pytest.mark.usefixtures("_owed")
def test_the_rows_are_the_open_deadlines_and_the_chart_adds_up(cast: Cast) -> None:
    asked, contents = contents_of("duties", cast.pmo_lead, NOW)
    until = asked.today + 90 * DAY
    open_ones = [due for due in deadlines_for(cast.pmo_lead, asked.today) if due.is_open]
    dated = [due for due in open_ones if due.on and due.on <= until]
    late, ahead = rows_of(contents, "overdue"), rows_of(contents, "ahead")
    assert len(late) + len(ahead) == len(dated)
    assert len(rows_of(contents, "undated")) == sum(due.on is None for due in open_ones)
    months = contents.table("months")
    assert months is not None
    assert months.sums["number"] == len(dated)
    assert [figure.number for figure in contents.figures][::2] == [len(late), len(ahead)]
    names = [row["organization"].lower() for row in ahead]
    assert names == sorted(names)


@pytest.mark.slow
@pytest.mark.usefixtures("_owed")
def test_it_narrows_to_an_organization_with_what_belongs_to_it_and_to_a_side(cast: Cast) -> None:
    harbors, nimbus = (cast.organizations[name].public_id for name in ("harbors", "nimbus"))
    for about, whose in (
        ({"organization": harbors}, "Bureau of Lighthouses"),
        ({"side": "agency"}, "Bureau of Lighthouses"),
    ):
        _, contents = contents_of("duties", cast.pmo_lead, NOW, **about)
        assert whose in {row["organization"] for row in rows_of(contents, "overdue")}
        assert "Nimbus Cloud" not in {row["organization"] for row in rows_of(contents, "ahead")}
    _, contents = contents_of("duties", cast.pmo_lead, NOW, organization=nimbus, until=str(TODAY + 4 * DAY))
    assert contents.title == "Duties of Nimbus Cloud"
    assert "Condition of the ATO" not in {row["what"] for row in rows_of(contents, "ahead")}
    with pytest.raises(Missing):
        contents_of("duties", cast.pmo_lead, NOW, organization="nobody")
    for wrong in ({"side": "west"}, {"until": "soon"}):
        with pytest.raises(UnusableRequest):
            contents_of("duties", cast.pmo_lead, NOW, **wrong)


def test_what_is_overdue_longest_stands_with_whoever_owes_it(cast: Cast) -> None:
    ato = make_ato(cast)

    def owe(owner: str, days: int) -> tuple[str, ...]:
        due_on = TODAY - days * DAY
        Condition.objects.create(ato=ato, text="Close the ports.", owner=cast.organizations[owner], due_on=due_on)
        return contents_of("duties", cast.pmo_lead, NOW)[1].summary

    nimbus = "Overdue longest: Condition of the ATO, by Nimbus Cloud, since 15 Nov 2026."
    assert nimbus in owe("nimbus", 9)
    summary = owe("lighthouses", 3)
    assert nimbus in summary
    assert "2 organizations owe the most overdue items, 1 each." in summary
    summary = owe("lighthouses", 2)
    assert nimbus in summary
    assert "Bureau of Lighthouses owes the most overdue items, 2." in summary


@pytest.mark.slow
def test_queries_do_not_grow_with_what_is_owed(cast: Cast) -> None:
    ato = make_ato(cast)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            everything("duties", User.objects.get(pk=cast.csp_lead.pk), NOW)
        return len(found)

    def owe(number: int) -> None:
        for _ in range(number):
            Condition.objects.create(ato=ato, text="More.", owner=cast.organizations["nimbus"], due_on=TODAY)

    owe(1)
    before = queries()
    owe(20)
    assert queries() == before


@pytest.mark.slow
@pytest.mark.usefixtures("_owed")
def test_figures_lead_to_exactly_their_rows(cast: Cast, client: Client) -> None:
    client.force_login(cast.pmo_lead)
    assert 'href="/reports/duties/"' in body_of(client, "/calendar/")
    _, contents = contents_of("duties", cast.pmo_lead)
    for figure in contents.figures:
        if figure.url and figure.number:
            rows = f"{figure.number} row{'' if figure.number == 1 else 's'}"
            assert rows in body_of(client, figure.url), figure.label


@pytest.mark.slow
def test_a_date_of_the_rules_stands_once_however_many_offerings_it_is_about(cast: Cast) -> None:
    make_offerings(cast.organizations["nimbus"], 3, certification_type="rev5")
    _, contents = contents_of("duties", cast.csp_lead, NOW, until="2029-12-31")
    rulesets = [row for row in rows_of(contents, "ahead") if row["what"].startswith("Ruleset is needed")]
    assert rulesets
    assert len({row["what"] for row in rulesets}) == len(rulesets)
    assert {(row["organization"], row["about"]) for row in rulesets} == {("Nimbus Cloud", "3 offerings")}


@pytest.mark.slow
@pytest.mark.usefixtures("_owed")
def test_paper_has_the_sums_of_everyone_and_the_rows_of_one(cast: Cast) -> None:
    _, wide = contents_of("duties", cast.pmo_lead, NOW)
    late = wide.table("overdue")
    assert late is not None
    assert late.in_files
    (row,) = [row for row in rows_of(wide, "by_organization") if row["organization"] == "Bureau of Lighthouses"]
    assert row["overdue"] == sum(each["organization"] == row["organization"] for each in rows_of(wide, "overdue"))
    asked, own = contents_of("duties", cast.pmo_lead, NOW, organization=cast.organizations["harbors"].public_id)
    late = own.table("overdue")
    assert late is not None
    assert not late.in_files
    for contents, shown in ((wide, False), (own, True)):
        page = page_for_print(REPORTS["duties"], contents, asked, is_page=True)
        assert ("Condition of the ATO" in page.partition("Overdue duties")[2]) is shown
        assert ("Excel, CSV and JSON have them." in page.partition("Duties until")[0]) is not shown


@pytest.mark.usefixtures("_owed")
def test_a_member_reads_first_what_their_own_organization_owes(cast: Cast) -> None:
    _, contents = contents_of("duties", cast.bureau_liaison, NOW)
    whose = [sentence for sentence in contents.summary if " itself owes " in sentence]
    assert whose == ["Bureau of Lighthouses itself owes 1 duty, 1 overdue."]
    _, of_all = contents_of("duties", cast.pmo_lead, NOW)
    assert not any(" itself owes " in sentence for sentence in of_all.summary)
