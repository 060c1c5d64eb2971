"""Each report of a real feed says the same, to each side and in every format."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from accounts.roles import Role
from authorizations.reports.registry import REPORTS
from tests.reports.agreeing import SIDES, agree, somebody
from tests.reports.demo.same_counts import agree as agree_in_counts

pytestmark = [pytest.mark.sqlite, pytest.mark.nightly, pytest.mark.django_db, pytest.mark.usefixtures("imported")]


FIRST, LATER = "marketplace-v2/2025-07-01.json", "marketplace-v3/2026-05-12_fedramp-products.json"


@pytest.fixture(scope="module", params=[(FIRST,), (FIRST, LATER)], ids=["2025-07-01", "later"])
def imported(request: pytest.FixtureRequest, demo: None, shared_data: Path) -> None:
    """The demo's world with a real feed, and with a later one."""
    feeds = [str(shared_data / name) for name in request.param]
    call_command("import_marketplace", *feeds, apply=True, verbosity=0, accept_removals="The test asks for it.")


@pytest.mark.parametrize("role", SIDES)
@pytest.mark.parametrize("name", REPORTS)
def test_a_report_of_a_real_feed_says_the_same_in_every_format(settings: Any, name: str, role: Role) -> None:
    # It says how many rows there are and what they come to, however many of them are on paper.
    settings.REPORT_PDF_ROWS = 400
    user = somebody(role)
    if REPORTS[name].is_for(user):
        agree(name, user, with_pdf=True)


@pytest.mark.parametrize("role", SIDES)
def test_each_door_counts_the_rows_of_a_real_feed_alike(role: Role) -> None:
    agree_in_counts(somebody(role), number=5)


def test_the_register_of_a_real_feed_is_printed_whole() -> None:
    agree("ato-register", somebody(Role.PMO_LEAD), with_pdf=True)
