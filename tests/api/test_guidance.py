"""The guidance at a case's stage in JSON, and ticking its tips."""

import pytest
from django.urls import reverse

from authorizations.models import Case, Event
from tests.api.world import post, program_of
from tests.cast import Cast
from tests.lifecycle.cases import make_case
from tests.samples import ends


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast, "initial", "ssp")


def place(case: Case, tip: str = "") -> str:
    return reverse("api_tick", args=[case.public_id, tip]) if tip else reverse("api_guidance", args=[case.public_id])


@pytest.mark.parametrize(
    ("key", "tips", "yours"),
    [
        ("reviewer", {"FA18", "FA19"}, True),
        ("viewer", {"FA18", "FA19"}, False),
        ("csp_contributor", {"FC13", "FC26"}, True),
        ("auditor", {"FA18", "FA19", "FC13", "FC26"}, False),
    ],
)
def test_each_side_reads_the_duties_of_all_and_its_own_tips(
    cast: Cast, case: Case, key: str, tips: set[str], *, yours: bool
) -> None:
    found = program_of(cast.people[key]).get(place(case)).json()
    assert found["stage"] == "ssp"
    assert {"DI09", "DI10"} <= {each["id"] for each in found["duties"]}
    assert {each["id"] for each in found["tips"]} == tips
    assert {each["is_yours"] for each in found["tips"]} == {yours}


def test_a_tip_is_ticked_and_open_again_and_the_answer_says_by_whom(cast: Cast, case: Case) -> None:
    program = program_of(cast.reviewer)
    for done in (True, False):
        answer = post(program, place(case, "FA18"), {"done": done})
        tip = next(each for each in answer.json()["tips"] if each["id"] == "FA18")  # type: ignore[attr-defined]
        assert (answer.status_code, tip["checked_off"]) == (200, done)
        assert (tip["checked_off_by"], tip["checked_off_on"] is not None) == (
            ("Rae Reviewer", True) if done else ("", False)
        )
        assert post(program, place(case, "FA18"), {"done": done}).status_code == 409
    assert Event.objects.filter(verb__in=["case.checked_off", "case.unchecked"]).count() == 2


@pytest.mark.parametrize(
    ("key", "tip", "status"),
    ends(
        [
            ("viewer", "FA18", 403),
            ("auditor", "FA18", 403),
            ("pmo_lead", "FA18", 403),
            ("csp_lead", "FA18", 403),
            ("liaison", "FC13", 403),
            ("liaison", "FA05", 409),  # of another stage
            ("liaison", "FA99", 404),
            ("stranger_agency", "FA18", 404),
        ]
    ),
)
def test_nobody_ticks_what_is_not_theirs(cast: Cast, case: Case, key: str, tip: str, status: int) -> None:
    assert post(program_of(cast.people[key]), place(case, tip), {"done": True}).status_code == status
    assert not Event.objects.filter(verb="case.checked_off").exists()


def test_what_is_sent_must_say_what_is_to_become(cast: Cast, case: Case) -> None:
    assert post(program_of(cast.liaison), place(case, "FA18"), {}).status_code == 400
    assert program_of(cast.liaison).get(place(case, "FA18")).status_code == 405
    assert post(program_of(cast.liaison, read_only=True), place(case, "FA18"), {"done": True}).status_code == 403


@pytest.mark.slow
def test_strangers_read_no_guidance_of_a_case_and_an_ended_one_has_none(cast: Cast, case: Case) -> None:
    assert program_of(cast.stranger_csp).get(place(case)).status_code == 404
    ended = make_case(cast, "reuse", "withdrawn")
    found = program_of(cast.liaison).get(place(ended)).json()
    assert (found["duties"], found["tips"]) == ([], [])
