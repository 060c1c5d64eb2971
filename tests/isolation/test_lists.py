"""How many rows each list holds for each person, where the only rows are those that a few may know of; no page."""

import pytest

from authorizations.models import AgencySystem, Ato, Condition, Message
from tests.actions.register.accesses import granted, make_case, make_package
from tests.admin.records import MAKE
from tests.cached_rows import cached_rows
from tests.cast import Cast
from tests.lifecycle.world import LEVELS
from tests.samples import ends
from tests.web.lists.test_link_filters import ALL
from tests.web.register.records import FEED_DAY

WHO = (
    "viewer",
    "bureau_liaison",
    "stranger_agency",
    "csp_viewer",
    "stranger_csp",
    "assessor_member",
    "pmo_reviewer",
    "auditor",
)
# Written by hand from "Who sees what", in the order of the people above.
ROWS: dict[str, tuple[int, ...]] = {
    # An ATO that no feed has published and the PMO has not recorded, with a condition, and a grant.
    "atos": (1, 0, 0, 1, 0, 0, 1, 1),
    "conditions": (1, 0, 0, 1, 0, 0, 1, 1),
    "accesses": (1, 0, 0, 1, 0, 0, 1, 1),
    # Two cases, of which one stays inside the agency.
    "cases": (2, 0, 0, 1, 0, 1, 1, 2),
    # What an import left, and a message to somebody else.
    "import_runs": (0, 0, 0, 0, 0, 0, 1, 1),
    "import_issues": (0, 0, 0, 0, 0, 0, 1, 1),
    "found_feeds": (0, 0, 0, 0, 0, 0, 1, 1),
    "review_items": (0, 0, 0, 0, 0, 0, 1, 1),
    "messages": (0, 0, 0, 0, 0, 0, 1, 1),
    # Public facts.
    "offerings": (1,) * 8,
    "agencies": (4,) * 8,
    "providers": (2,) * 8,
    "assessors": (1,) * 8,
}


@cached_rows
def of_a_few(cast: Cast) -> None:
    """Everything that the harbors have with Nimbus Cloud and Plumb Line, and nothing that all may know of."""
    harbors, package = cast.organizations["harbors"], make_package(cast)
    offering = package.offering
    system = AgencySystem.objects.create(agency=harbors, name="Berth Plans", **LEVELS)
    ato = Ato.objects.create(
        agency=harbors, offering=offering, system=system, source="portal", listing_role="reuse", signed_on="2026-01-05"
    )
    Condition.objects.create(ato=ato, text="Patch.", owner=harbors)
    granted(cast, package)
    make_case(cast, offering, "ssp", "initial", assessor=cast.organizations["plumb"])
    make_case(cast, offering, "need_defined", "reuse", shared_at=None)


@pytest.mark.parametrize("name", ends(["atos", "conditions", "accesses", "cases"]))
def test_a_list_holds_what_its_reader_may_know_of(cast: Cast, name: str) -> None:
    of_a_few(cast)
    assert tuple(ALL[name].rows(cast.people[who]).count() for who in WHO) == ROWS[name]


@pytest.mark.parametrize("column", ["published_since", "recorded_on"])
def test_an_ato_that_a_feed_or_the_pmo_has_published_is_everyones_but_its_conditions_are_not(
    cast: Cast, column: str
) -> None:
    of_a_few(cast)
    Ato.objects.update(**{column: FEED_DAY})
    assert [ALL["atos"].rows(cast.people[who]).count() for who in WHO] == [1] * len(WHO)
    assert tuple(ALL["conditions"].rows(cast.people[who]).count() for who in WHO) == ROWS["conditions"]


@pytest.mark.parametrize(("name", "record_type"), [("import_issues", "importissue"), ("review_items", "reviewitem")])
def test_what_an_import_left_is_the_pmos_to_read(cast: Cast, name: str, record_type: str) -> None:
    MAKE[record_type](1)
    for each in (name, "import_runs"):
        assert tuple(ALL[each].rows(cast.people[who]).count() for who in WHO) == ROWS[each]


def test_a_message_is_its_recipients_and_the_pmos(cast: Cast) -> None:
    MAKE["message"](1)
    assert tuple(ALL["messages"].rows(cast.people[who]).count() for who in WHO) == ROWS["messages"]
    Message.objects.update(recipient=cast.viewer)
    assert ALL["messages"].rows(cast.viewer).count() == 1


@pytest.mark.parametrize("name", ["offerings", "agencies", "providers", "assessors"])
def test_the_register_is_everyones_who_is_signed_in(cast: Cast, name: str) -> None:
    make_package(cast)
    assert tuple(ALL[name].rows(cast.people[who]).count() for who in WHO) == ROWS[name]


def test_no_list_is_left_out_here() -> None:
    assert set(ROWS) == set(ALL)
