"""Each number of a dashboard or report is the count of the rows behind its link, for each side."""

from collections.abc import Iterator
from datetime import date
from itertools import product
from urllib.parse import urlsplit

import pytest
from django.http import QueryDict
from django.urls import resolve
from django.utils import timezone

from accounts.models import Membership, User
from accounts.roles import Role
from authorizations.models import Case
from authorizations.reports.base import ask
from authorizations.reports.cases.statistics import Month, days_at, half_and_most, months
from authorizations.reports.registry import REPORTS
from authorizations.tables.columns import Link
from authorizations.tables.contents import Contents
from authorizations.web.lists.listing import ListState
from tests.attacks.scene import signed_in
from tests.samples import sample

pytestmark = [pytest.mark.slow, pytest.mark.sqlite, pytest.mark.django_db, pytest.mark.usefixtures("demo")]
SIDES = (Role.AGENCY_LIAISON, Role.CSP_LEAD, Role.ASSESSOR_LEAD, Role.PMO_LEAD, Role.AUDITOR)
OF_ONE_RECORD = {"case", "ato"}
WITHOUT_RECORD = [name for name, each in REPORTS.items() if not OF_ONE_RECORD & {one.key for one in each.parameters}]


def numbers(contents: Contents) -> Iterator[tuple[int, str]]:
    for figure in contents.figures:
        if isinstance(figure.number, int) and figure.url:
            yield figure.number, figure.url
    for table in contents.every_table:
        for row in table.rows():
            yield from ((each.text, each.url) for each in row if isinstance(each, Link) and isinstance(each.text, int))


def behind(user: User, url: str) -> int | None:
    """How many rows the page of an address lists, without drawing them; None where it is the page of one record."""
    parts = urlsplit(url)
    found = resolve(parts.path)
    query = QueryDict(parts.query)
    if "listing" in found.kwargs:
        return ListState(found.kwargs["listing"], user, query).total
    if found.url_name != "report":
        return None
    report = REPORTS[found.kwargs["name"]]
    contents = report.contents(ask(report, user, query.dict(), timezone.now()))
    tables = [contents.table(query["table"])] if "table" in query else contents.tables
    return sum(len(table.whole) for table in tables if table)


# Each report to one side in `--all`, to the others at night: a dashboard takes half a second.
OF_WHOM = {"program": Role.PMO_LEAD, "provider-portfolio": Role.CSP_LEAD, "audit-extract": Role.AUDITOR}
ONE_SIDE = [(name, OF_WHOM.get(name, Role.AGENCY_LIAISON)) for name in WITHOUT_RECORD]


@pytest.mark.parametrize(("name", "role"), sample(product(WITHOUT_RECORD, SIDES), *ONE_SIDE, lane=pytest.mark.nightly))
def test_each_number_is_the_count_of_the_rows_behind_its_link(name: str, role: str) -> None:
    held = Membership.objects.current(timezone.localdate()).filter(role=role, user__is_active=True).order_by("pk")
    user = held.select_related("user")[0].user
    report = REPORTS[name]
    if not report.is_for(user):
        assert signed_in(user).get(f"/reports/{name}/").status_code == 403
        return
    # Where something must be chosen, it is whatever stands first, or the person's own.
    given = {
        each.key: each.default(user) or each.choices(user)[0][0]
        for each in report.parameters
        if each.required and each.choices
    }
    asked = ask(report, user, given, timezone.now())
    contents = report.contents(asked)
    if name != "audit-extract":
        assert all(each.url for each in contents.figures), "each figure leads to its rows"
    known: dict[str, int | None] = {}
    for number, url in set(numbers(contents)):
        known.setdefault(url, behind(user, url))
        assert known[url] in {number, None}, url


@pytest.mark.parametrize(
    ("days", "share", "least"),
    [
        ([5], 0.9, 5),
        ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.9, 9),
        ([10, 1], 0.5, 1),
        ([3, 1, 2], 0.5, 2),
        ([7, 7, 9], 0.9, 9),
    ],
)
def test_a_percentile_is_the_least_value_that_so_many_do_not_exceed(days: list[int], share: float, least: int) -> None:
    assert days_at(days, share) == least


def test_four_intervals_are_too_few_and_five_are_enough() -> None:
    assert half_and_most([1, 2, 3, 4]) == ("too few", "too few")
    assert half_and_most([1, 2, 3, 4, 30]) == (3, 30)


def test_twelve_months_end_with_the_month_of_today() -> None:
    found = months(Case.objects.all(), date(2026, 2, 28))
    assert [each.key for each in found][::11] == ["2025-03", "2026-02"]
    assert Month(date(2026, 1, 1), 0, 0, 0).short == "Jan 2026"
