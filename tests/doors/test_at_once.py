"""Eight identical posts in the same moment, at each door: one of them is done, the others are told so."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from authorizations.models import Case, Event, Message
from tests.admin.test_at_once import post_together
from tests.cast import make_cast
from tests.doors.doors import ADMIN, API, DOORS, PAGE, Acted, Doors, address
from tests.doors.world import case_at
from tests.lifecycle.cases import make_offering
from tests.web.cases.test_case_facts import typed
from tests.web.cases.test_opening_pages import key_of

pytestmark = pytest.mark.django_db(transaction=True)


def idempotency_key(verb: str) -> int:
    """How many messages one entry made; nobody has two of them."""
    told = list(Message.objects.filter(event=Event.objects.get(verb=verb)).values_list("recipient", flat=True))
    assert len(told) == len(set(told)) == Message.objects.count()
    return len(told)


@pytest.mark.slow
@pytest.mark.parametrize("door", DOORS)
def test_eight_presses_of_a_step_make_one_entry_and_one_message_each(door: str) -> None:
    cast = make_cast()
    doors = Doors(cast, "pmo_reviewer")
    case = case_at(cast, "initial", "pmo_review")
    act = Acted(case, "claim", {})
    client = {PAGE: doors.browsers, ADMIN: doors.browsers, API: doors.programs}[door]["pmo_reviewer"]
    sent: Any = act.body if door == API else act.form
    posts = [(_again(client, door), address(door, case, "claim"), sent) for _ in range(8)]
    assert post_together(posts) == sorted([200 if door == API else 302, *[409] * 7])
    after = Case.objects.get(pk=case.pk)
    assert (after.claimed_by, after.revision) == (cast.pmo_reviewer, 4)
    assert idempotency_key("case.claim") > 0


class Program(Client):
    """A program: what it posts is JSON."""

    def post(self, path: str, data: Any = None, **options: Any) -> Any:  # type: ignore[override]
        return super().post(path, data, content_type="application/json")


def _again(client: Client, door: str) -> Client:
    """One more window of the same person."""
    if door == API:
        return Program(headers={"authorization": client.defaults["HTTP_AUTHORIZATION"]})
    window = Client()
    window.cookies = client.cookies.copy()  # type: ignore[assignment]
    return window


@pytest.mark.slow
def test_eight_posts_of_one_page_of_facts_record_them_once() -> None:
    cast = make_cast()
    client = Doors(cast, "csp_lead").browsers["csp_lead"]
    case = case_at(cast, "initial", "ssp")
    form = typed(client, case, contingency_tested_on="2026-10-05")
    posts = [(_again(client, PAGE), f"{case.get_absolute_url()}facts/", form) for _ in range(8)]
    assert post_together(posts) == [302, *[409] * 7]
    assert Event.objects.filter(verb="case.facts_recorded").count() == 1
    assert Case.objects.get(pk=case.pk).revision == 4


@pytest.mark.slow
@pytest.mark.parametrize(("door", "codes"), [(PAGE, [302] * 8), (API, [201, *[409] * 7])])
def test_one_form_that_opens_a_case_sent_eight_times_opens_one_and_leads_to_it(door: str, codes: list[int]) -> None:
    cast = make_cast()
    doors = Doors(cast, "liaison")
    offering, agency = make_offering(cast, "initial"), cast.organizations["harbors"]
    if door == API:
        facts = {"agency": agency.public_id, "offering": offering.public_id}
        sent = {"step": "open", "kind": "initial", "idempotency_key": "a key of mine", "facts": facts}
        posts = [(_again(doors.programs["liaison"], door), "/api/cases", sent) for _ in range(8)]
    else:
        chosen = f"?offering={offering.public_id}&agency={agency.public_id}"
        where = f"{reverse('open_initial_case')}{chosen}"
        client = doors.browsers["liaison"]
        sent = {"idempotency_key": key_of(client.get(where).content.decode())}
        posts = [(_again(client, door), where, sent) for _ in range(8)]
    assert post_together(posts) == codes
    assert Case.objects.count() == 1
    assert idempotency_key("case.open") > 0
