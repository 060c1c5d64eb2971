"""Each report of the demo says the same, to each side and in every format."""

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from authorizations.reports.base import ask
from authorizations.reports.registry import REPORTS
from authorizations.reports.rendering import pdf
from tests.attacks.scene import signed_in
from tests.reports.agreeing import ONE_SIDE, SIDES, about, agree, files_of, somebody
from tests.reports.demo.same_counts import agree as agree_in_counts
from tests.samples import sample

pytestmark = [pytest.mark.slow, pytest.mark.sqlite, pytest.mark.django_db, pytest.mark.usefixtures("demo")]


def same_bytes(name: str, user: User) -> None:
    """Fails where the same data, time and person give two PDFs."""
    given = about(name, user)
    if given is not None and pdf.is_possible():
        asked = ask(REPORTS[name], user, given, timezone.now())
        assert files_of(name, asked, ("pdf",)) == files_of(name, asked, ("pdf",))


# A PDF takes some seconds: of one side of each report in `--all`, of all sides at night.
@pytest.mark.slow
@pytest.mark.parametrize(("name", "role"), ONE_SIDE)
def test_a_report_of_the_demo_says_the_same_in_every_format(name: str, role: Role) -> None:
    agree(name, somebody(role), with_pdf=True)


@pytest.mark.parametrize("role", sample(SIDES, Role.AGENCY_LIAISON, Role.PMO_LEAD, lane=pytest.mark.nightly))
def test_each_door_counts_the_rows_of_the_demo_alike(role: Role) -> None:
    agree_in_counts(somebody(role))


@pytest.mark.nightly
@pytest.mark.parametrize("role", SIDES)
@pytest.mark.parametrize("name", REPORTS)
def test_a_report_of_the_demo_says_the_same_to_every_side(name: str, role: Role) -> None:
    user = somebody(role)
    if not REPORTS[name].is_for(user):
        assert signed_in(user).get(f"/reports/{name}/").status_code == 403
        return
    agree(name, user, with_pdf=True)
    same_bytes(name, user)
