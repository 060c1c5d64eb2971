"""The desk of an agency with many ATOs: what it filters by, and acts on several at once."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from authorizations.models import AgencySystem, Ato, Condition, Event
from tests.cast import Cast
from tests.conftest import sign_in
from tests.lifecycle.world import make_ato, make_system
from tests.web.lists.test_lists import rows_of_export, rows_of_page, sentence
from tests.web.register.records import make_atos, make_offerings

TODAY = timezone.localdate()
UNTIL = (TODAY + timedelta(days=900)).isoformat()


def soon(days: int) -> date:
    return TODAY + timedelta(days=days)


@pytest.fixture
def known(cast: Cast) -> list[Ato]:
    """Rows of a feed that expire in 10, 60 and 400 days, one that has, and one without a day; one of strangers."""
    nimbus = cast.organizations["nimbus"]
    make_system(cast)
    rows = []
    for offering, days in zip(make_offerings(nimbus, 5), (10, 60, 400, -5, None), strict=True):
        ends = soon(days) if days is not None else None
        rows += make_atos(offering, cast.organizations["lighthouses"], 1, expires_on=ends)
    make_atos(rows[0].offering, cast.organizations["meadows"], 1, expires_on=soon(10))
    return rows


def counts(client: Client, key: str, **query: Any) -> dict[str, int | None]:
    state = client.get(reverse("desk"), query).context["state"]
    return {each.value: each.count for facet, some in state.filters if facet.key == key for each in some}


def address(act: str, *atos: Ato, **more: str) -> str:
    rows = [("row", ato.public_id) for ato in atos]
    return f"{reverse('desk_act')}?{urlencode([('act', act), *rows, *more.items()])}"


def sent(client: Client, url: str, **fields: Any) -> dict[str, Any]:
    """What the page of an act sends, with what is typed."""
    context = client.get(url).context
    shown = {field.html_name: field.value() for field in context["form"]}
    rows = [str(row.chosen) for row in context["rows"] if row.is_good]
    return {**{name: value or "" for name, value in shown.items()}, "row": rows, **fields}


def renewal(cast: Cast, **changed: Any) -> dict[str, Any]:
    return {
        "expires_on": UNTIL,
        "decision_signed_on": soon(-1).isoformat(),
        "decision_letter": "Memo 9",
        "authorizing_official": cast.official.public_id,
        "letter": "Letter 4",
        **changed,
    }


def test_a_row_stands_under_each_window_in_which_it_expires(client: Client, cast: Cast, known: list[Ato]) -> None:
    sign_in(client, cast.liaison)
    found = counts(client, "expiry")
    assert found == {"passed": 1, "in30": 1, "in90": 2, "in180": 2, "later": 1, "none": 1}
    # The strangers' row is counted nowhere.
    assert sentence(client, f"{reverse('desk')}?expiry=in90") == "2 ATOs of 2 offerings at 1 agency or bureau"


@pytest.mark.slow
def test_it_is_filtered_by_owner_official_conditions_and_letter(client: Client, cast: Cast, known: list[Ato]) -> None:
    ato = make_ato(cast)
    Condition.objects.create(ato=ato, text="Patch.", owner=ato.agency, due_on=soon(-2))
    Ato.objects.filter(pk=ato.pk).update(owner=cast.reviewer)
    sign_in(client, cast.liaison)
    assert counts(client, "owner") == {cast.reviewer.public_id: 1, "": 5}
    assert counts(client, "official") == {"Olu Official": 1, "": 5}
    assert counts(client, "conditions") == {"overdue": 1, "none": 5}
    assert counts(client, "letter") == {"here": 1, "missing": 5}
    assert counts(client, "source", owner="") == {"feed": 5, "portal": 0}


@pytest.mark.slow
def test_nobody_else_has_a_desk(client: Client, cast: Cast, known: list[Ato]) -> None:
    for who in ("csp_lead", "pmo_lead", "auditor", "assessor_lead"):
        sign_in(client, cast.people[who])
        assert client.get(reverse("desk")).status_code == 403
    sign_in(client, cast.stranger_agency)
    assert len(rows_of_page(client, reverse("desk"))) == 1
    theirs = client.get(address("owner", *known))
    assert theirs.status_code == 302, "rows of others are none at all"


def test_a_file_has_the_id_of_each_ato(client: Client, cast: Cast, known: list[Ato]) -> None:
    sign_in(client, cast.liaison)
    head, *rows = rows_of_export(client, reverse("desk_csv"))
    assert {row[head.index("ATO id")] for row in rows} == {ato.public_id for ato in known}


@pytest.mark.slow
def test_several_are_renewed_and_one_that_refuses_stops_none(client: Client, cast: Cast, known: list[Ato]) -> None:
    sign_in(client, cast.bureau_liaison)
    # One letter is older than the expiry that the row has: the machine refuses to claim it.
    Ato.objects.filter(pk=known[2].pk).update(signed_on=soon(500))
    url = address("renew", *known[:3])
    typed = sent(client, url, **renewal(cast))
    done = client.post(url, typed)
    assert [row.is_good for row in done.context["rows"]] == [True, True, False]
    assert "2 done, 1 refused" in done.content.decode()
    assert "future" in done.context["rows"][2].words or "after" in done.context["rows"][2].words
    renewed = Ato.objects.filter(expires_on=UNTIL, source="portal", system=AgencySystem.objects.get())
    assert set(renewed) == set(known[:2])
    again, before = client.post(url, typed), Event.objects.acts().count()
    assert [row.is_good for row in again.context["rows"]] == [True, True, False]
    assert Event.objects.acts().count() == before


def test_all_that_match_are_chosen_without_a_tick(client: Client, cast: Cast, known: list[Ato]) -> None:
    sign_in(client, cast.liaison)
    page = client.get(f"{reverse('desk_act')}?which=all&act=owner&expiry=in90&sort=-expires")
    assert [row.ato for row in page.context["rows"]] == [known[1], known[0]]
    assert page.context["back"] == f"{reverse('desk')}?expiry=in90&sort=-expires"


def test_what_must_be_typed_is_named_and_nothing_happens(client: Client, cast: Cast, known: list[Ato]) -> None:
    AgencySystem.objects.all().delete()
    sign_in(client, cast.bureau_liaison)
    url = address("renew", known[0])
    page = client.post(url, sent(client, url, **renewal(cast, letter="")))
    errors = page.context["form"].errors
    assert set(errors) == {"letter", f"system-{known[0].public_id}"}
    assert "no system here yet" in str(errors)
    assert not Ato.objects.filter(source="portal").exists()


@pytest.mark.slow  # a page and an answer for each act
@pytest.mark.parametrize(
    ("act", "typed", "verb"),
    [
        ("still-used", {"used_on": TODAY.isoformat(), "reference": "Review 7"}, "ato.use_confirmed"),
        ("claim", {"letter": "Letter 4", "reason": "Ours."}, "ato.claim_to_register"),
        (
            "no-longer-used",
            {
                "letter": "Letter 4",
                "reason": "Nobody uses it.",
                "rescinded_on": TODAY.isoformat(),
                "provider_channel": "letter",
                "provider_reference": "Letter 7",
                "fedramp_channel": "form",
                "fedramp_reference": "Form 8",
            },
            "ato.rescind",
        ),
        (
            "notice",
            {
                "recipient": "fedramp",
                "notified_on": TODAY.isoformat(),
                "channel": "form",
                "reference": "Form 1",
            },
            "ato.record_notice",
        ),
        ("owner", {}, "ato.owner_assigned"),
    ],
)
def test_each_act_is_one_of_each_ato(
    client: Client, cast: Cast, known: list[Ato], act: str, typed: dict[str, str], verb: str
) -> None:
    sign_in(client, cast.bureau_liaison)
    if act == "owner":
        typed = {"owner": cast.bureau_liaison.public_id}
    url = address(act, *known[:2])
    done = client.post(url, sent(client, url, **typed))
    assert [row.words for row in done.context["rows"] if not row.is_good] == []
    assert Event.objects.filter(verb=verb).count() == 2


def test_a_reviewer_takes_no_step_of_the_machine_here(client: Client, cast: Cast, known: list[Ato]) -> None:
    sign_in(client, cast.reviewer)
    offered = client.get(reverse("desk")).context["state"].bulk_acts
    assert [key for key, _ in offered] == ["still-used", "owner"]
    assert client.get(address("renew", *known)).status_code == 302


def test_a_desk_of_many_rows_costs_as_many_queries_as_one_of_few(client: Client, cast: Cast, known: list[Ato]) -> None:
    sign_in(client, cast.liaison)
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("desk"))
    for offering in make_offerings(cast.organizations["nimbus"], 30):
        make_atos(offering, cast.organizations["harbors"], 2, expires_on=soon(20))
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("desk"))
    assert len(many) <= len(few) <= 8


@pytest.mark.slow
def test_one_that_ended_since_the_page_is_refused_and_stops_none(client: Client, cast: Cast, known: list[Ato]) -> None:
    sign_in(client, cast.bureau_liaison)
    ato = make_ato(cast)
    url = address("renew", ato, known[0])
    typed = sent(client, url, **renewal(cast))
    QuerySet.update(Ato.objects.filter(pk=known[0].pk), stage="rescinded")
    done = client.post(url, typed)
    assert [row.is_good for row in done.context["rows"]] == [True, False]
    assert Ato.objects.get(pk=ato.pk).expires_on == date.fromisoformat(UNTIL)
