"""The inverse: each person sees exactly the cases that are theirs to see, at every door alike."""

import csv
import io

import pytest
from django.urls import reverse

from authorizations.actions.cases.cases import open_case
from authorizations.models import Case, Waiver
from tests.admin.admin_pages import autocomplete
from tests.cast import Cast
from tests.isolation.fetching import signed_in
from tests.lifecycle.cases import make_case, make_offering, press
from tests.lifecycle.world import NOW

pytestmark = [pytest.mark.pages, pytest.mark.slow]

# The cases, by what they are called here; all of Nimbus Cloud's offerings.
CASES = (
    "invited",
    "early",
    "assessed",
    "inside",
    "inside, withdrawn",
    "asked",
    "recorded",
    "of the bureau",
    "of others",
)
INSIDE = {"inside", "inside, withdrawn"}
OF_HARBORS = {"invited", "early", "assessed", "inside", "inside, withdrawn", "asked", "recorded"}
SHARED = {*CASES} - INSIDE
# Written by hand from product.md, "Who sees what".
SEES: dict[str, set[str]] = {
    **dict.fromkeys(("liaison", "reviewer", "official", "viewer"), OF_HARBORS | {"of the bureau"}),
    "bureau_liaison": {"of the bureau"},
    "stranger_agency": {"of others"},
    **dict.fromkeys(("csp_lead", "csp_contributor", "csp_viewer"), SHARED),
    "stranger_csp": set(),
    # Plumb Line is named once planning begins.
    "assessor_lead": {"early", "assessed"},
    "assessor_member": {"early", "assessed"},
    "stranger_assessor": set(),
    **dict.fromkeys(("pmo_lead", "pmo_reviewer"), SHARED),
    "auditor": {*CASES},
}


@pytest.fixture
def cases(onlookers: Cast) -> dict[str, Case]:
    """One case of each sort, each of an offering of its own."""
    cast = onlookers
    made = {
        "invited": make_case(cast, "initial", "partnership"),
        "early": make_case(cast, "initial", "planning"),
        "assessed": make_case(cast, "initial", "ssp"),
        "inside": make_case(cast, "reuse", "need_defined"),
        "inside, withdrawn": make_case(cast, "reuse", "need_defined"),
        "asked": make_case(cast, "reuse", "access_requested"),
        "recorded": make_case(cast, "reuse", "recorded"),
    }
    press(made["inside, withdrawn"], "withdraw", cast.liaison)
    for name, actor, agency in (
        ("of the bureau", cast.bureau_liaison, "lighthouses"),
        ("of others", cast.stranger_agency, "meadows"),
    ):
        offering = make_offering(cast, "initial")
        made[name] = open_case("initial", actor=actor, now=NOW, offering=offering, agency=cast.organizations[agency])
    return made


def test_the_table_names_everyone_in_the_cast(onlookers: Cast) -> None:
    assert set(SEES) == set(onlookers.people)


def test_every_door_shows_each_person_exactly_the_cases_of_the_table(onlookers: Cast, cases: dict[str, Case]) -> None:
    assert tuple(cases) == CASES
    for key, expected in SEES.items():
        client, got = signed_in(onlookers.people[key]), {}
        page = client.get(reverse("cases")).content.decode()
        exported: bytes = b"".join(client.get(reverse("cases_csv")).streaming_content)  # type: ignore[attr-defined]
        lines = list(csv.reader(io.StringIO(exported.decode("utf-8-sig"))))[1:]
        answer = client.get(reverse("api_cases")).json()
        listed = {row["id"] for row in answer["items"]}
        assert answer["total"] == len(lines) == len(expected), key
        for name, case in cases.items():
            found = client.get(reverse("cases") + f"?q={case.offering.fedramp_id}").content.decode()
            doors = (
                case.get_absolute_url() in page,
                case.public_id in listed,
                any(line[0] == case.offering.name for line in lines),
                case.get_absolute_url() in found,
                client.get(case.get_absolute_url()).status_code == 200,
                client.get(reverse("api_case", args=[case.public_id])).status_code == 200,
            )
            assert len(set(doors)) == 1, (key, name, doors)
            got[name] = doors[0]
        assert {name for name, is_there in got.items() if is_there} == expected, key


@pytest.mark.parametrize("who", ["pmo_lead", "pmo_reviewer", "auditor"])
def test_the_admin_shows_cases_and_what_was_done_in_them_by_the_same_rule(
    onlookers: Cast, cases: dict[str, Case], who: str
) -> None:
    client = signed_in(onlookers.people[who])
    listed = client.get(reverse("admin:authorizations_case_changelist")).content.decode()
    suggested = client.get(autocomplete(Waiver, "case")).content.decode()
    acts = client.get(reverse("admin:authorizations_event_changelist") + "?q=case.open").content.decode()
    for name, case in cases.items():
        history = reverse("admin:authorizations_case_history", args=[case.public_id])
        is_there = name in SEES[who]
        assert (case.public_id in listed) is is_there, name
        assert (case.public_id in suggested) is is_there, name
        assert (client.get(history).status_code == 200) is is_there, name
        assert (f'<td class="field-subject_id">{case.pk}</td>' in acts) is is_there, name
