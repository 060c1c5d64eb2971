"""One step for many rows of a list: each is asked by itself, and each has its result."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from authorizations.models import Ato, Event
from tests.admin.admin_pages import address, signed_in
from tests.cast import Cast
from tests.lifecycle.world import make_ato, make_system, take
from tests.samples import ends, first
from tests.web.register.records import make_offerings

EXPIRE = "/admin/authorizations/ato/steps/expire/"
PAST = date(2026, 6, 30)


def make_atos(cast: Cast, *expiries: date | None) -> list[Ato]:
    offerings = make_offerings(cast.organizations["nimbus"], len(expiries))
    make_system(cast)
    return [make_ato(cast, offering, expires_on=day) for offering, day in zip(offerings, expiries, strict=True)]


def chosen(*atos: Ato) -> dict[str, Any]:
    return {"row": [f"{ato.public_id}:{ato.revision}" for ato in atos]}


def description(answer: Any) -> list[tuple[bool, str]]:
    return [(row.is_good, row.description) for row in answer.context["rows"]]


def test_the_list_has_a_box_for_each_row_and_a_button_for_each_step(client: Client, cast: Cast) -> None:
    ato = make_atos(cast, PAST)[0]
    page = signed_in(client, cast.pmo_lead).get(address(Ato, "changelist")).content.decode()
    assert f'value="{ato.public_id}:0" aria-label="Choose ' in page
    assert f'formaction="{EXPIRE}"' in page


@pytest.mark.parametrize("who", first(["auditor", "pmo_reviewer"]))
def test_anyone_who_may_not_has_neither_boxes_nor_an_answer(client: Client, cast: Cast, who: str) -> None:
    ato = make_atos(cast, PAST)[0]
    page = signed_in(client, cast.people[who]).get(address(Ato, "changelist")).content.decode()
    assert [words for words in ('type="checkbox"', EXPIRE) if words in page] == []
    form = {**chosen(ato), "sure": "yes", "reason": "Because."}
    assert client.post(EXPIRE, form).status_code == 403
    assert Ato.objects.get().stage == "active"


def test_nothing_happens_before_it_was_shown_what_would(client: Client, cast: Cast) -> None:
    due, running = make_atos(cast, PAST, None)
    answer = signed_in(client, cast.pmo_lead).post(EXPIRE, chosen(due, running))
    assert description(answer) == [
        (True, "Active → Expired"),
        (False, "Open only when this holds: The recorded expiry has passed."),
    ]
    assert {ato.stage for ato in Ato.objects.all()} == {"active"}


@pytest.mark.slow
def test_each_row_has_its_own_result_and_its_own_entry(client: Client, cast: Cast) -> None:
    due, running, moved, also = make_atos(cast, PAST, None, PAST, PAST)
    take(moved, "record_notice", cast.bureau_liaison)
    form = {**chosen(due, running, moved, also), "sure": "yes", "reason": "The letters ran out."}
    answer = signed_in(client, cast.pmo_lead).post(EXPIRE, form)
    good, not_open, stale, last = description(answer)
    assert good == last == (True, "Marked as expired. Now: Expired.")
    assert not_open[0] is False
    assert "is not open now" in not_open[1]
    assert stale == (False, "This was changed since you opened the page. Nothing of yours was done yet.")
    assert "2 done, 2 refused." in answer.content.decode()
    events = Event.objects.filter(verb="ato.expire")
    assert {(event.subject_id, event.reason) for event in events} == {
        (due.pk, "The letters ran out."),
        (also.pk, "The letters ran out."),
    }


def test_a_second_click_does_nothing_twice(client: Client, cast: Cast) -> None:
    form = {**chosen(*make_atos(cast, PAST)), "sure": "yes", "reason": "Because."}
    signed_in(client, cast.pmo_lead)
    assert [description(client.post(EXPIRE, form))[0][0] for _ in range(2)] == [True, False]
    assert Event.objects.filter(verb="ato.expire").count() == 1


def test_without_its_reason_nothing_is_done(client: Client, cast: Cast) -> None:
    form = {**chosen(*make_atos(cast, PAST)), "sure": "yes", "reason": " "}
    page = signed_in(client, cast.pmo_lead).post(EXPIRE, form).content.decode()
    assert page.count("Say in a sentence why.") == 2
    assert Ato.objects.get().stage == "active"


@pytest.mark.parametrize(
    "rows", ends([[], ["nonsense"], ["2" * 14 + ":0"], ["x:99999999999"], ["x:-1"], ["\0:1", "y:²"]])
)
def test_rows_that_are_none_lead_back_to_the_list(client: Client, cast: Cast, rows: list[str]) -> None:
    answer = signed_in(client, cast.pmo_lead).post(EXPIRE, {"row": rows}, follow=True)
    assert answer.redirect_chain == [(address(Ato, "changelist"), 302)]
    assert "Choose at least one row" in answer.content.decode()


def test_a_row_that_is_gone_is_told_beside_those_that_are_done(client: Client, cast: Cast) -> None:
    rows = [*chosen(*make_atos(cast, PAST))["row"], "2" * 14 + ":0"]
    answer = signed_in(client, cast.pmo_lead).post(EXPIRE, {"row": rows, "sure": "yes", "reason": "Because."})
    assert [row.is_good for row in answer.context["rows"]] == [True, False]


@pytest.mark.parametrize("step", ["revoke", "register", "nonsense"])
def test_only_the_steps_that_the_record_type_names_are_taken_from_the_list(
    client: Client, cast: Cast, step: str
) -> None:
    signed_in(client, cast.pmo_lead)
    assert client.post(reverse("admin:authorizations_ato_bulk", args=[step]), {}).status_code == 404
