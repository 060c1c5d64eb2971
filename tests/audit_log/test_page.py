"""The page of the record: searched by person, object, act and time, alone and together, newest first."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from authorizations.actions.audit_log.security_events import note
from authorizations.models import Case, Event
from authorizations.presenters.machine_models import moving
from authorizations.web.audit_log.views import verbs
from tests.audit_log.conftest import NOW
from tests.audit_log.entries import entered, entered_all
from tests.cast import Cast
from tests.hostile import HOSTILE
from tests.lifecycle.cases import make_case
from tests.samples import sample
from tests.web.register.records import make_offerings

# Entries are made and searched for each test.
pytestmark = pytest.mark.slow

Found = Callable[..., list[str]]


@pytest.fixture
def offering(cast: Cast) -> object:
    return make_offerings(cast.organizations["nimbus"], 1)[0]


@pytest.fixture
def record(cast: Cast, offering: object) -> list[Event]:
    """Acts of two people on two records, an hour apart, and a sign-in."""
    acts = [
        (cast.pmo_lead, "offering.added", offering),
        (cast.pmo_lead, "offering.corrected", offering),
        (cast.pmo_reviewer, "offering.corrected", offering),
        (cast.pmo_lead, "organization.corrected", cast.organizations["nimbus"]),
    ]
    made = entered_all(
        Event(
            at=_hour(number),
            recorded_at=_hour(number),
            actor=actor,
            verb=verb,
            subject_type=subject._meta.model_name,  # type: ignore[attr-defined]
            subject_id=subject.pk,  # type: ignore[attr-defined]
            reason=f"Reason {number}",
        )
        for number, (actor, verb, subject) in enumerate(acts)
    )
    note("session.started", actor=cast.pmo_lead, now=_hour(4), subject=cast.pmo_lead, reason="Reason 4")
    return made


def _hour(number: int) -> datetime:
    return NOW - timedelta(days=10) + timedelta(days=number)


@pytest.fixture
def found(client: Client, cast: Cast, record: list[Event]) -> Found:
    """The numbers of the entries that a search finds, in the order of the page."""
    client.force_login(cast.auditor)

    def search(**query: object) -> list[str]:
        page = client.get(f"{reverse('audit_log')}?{urlencode(query)}").content.decode()
        return re.findall(r"Reason (\d+)", page)

    return search


def test_without_a_search_everything_stands_newest_first(found: Found) -> None:
    assert found() == ["4", "3", "2", "1", "0"]


def test_each_search_finds_its_own_alone_and_together(found: Found, cast: Cast, offering: object) -> None:
    name, key = cast.pmo_lead.name, offering.public_id  # type: ignore[attr-defined]
    assert found(audit_log="acts") == ["3", "2", "1", "0"]
    assert found(audit_log="security") == ["4"]
    assert found(who=name) == ["4", "3", "1", "0"]
    assert found(who=cast.pmo_reviewer.email.upper()) == ["2"]
    assert found(about=key) == ["2", "1", "0"]
    assert found(about=f"https://portal.example{offering.get_absolute_url()}?x=1") == ["2", "1", "0"]  # type: ignore[attr-defined]
    assert found(verb="offering.corrected") == ["2", "1"]
    assert found(since=_hour(3).date()) == ["4", "3"]
    assert found(until=_hour(1).date()) == ["1", "0"]
    assert found(who=name, about=key, verb="offering.corrected", since=_hour(1).date(), until=_hour(1).date()) == ["1"]


def test_acts_are_found_by_whom_they_were_done_for_and_whose_decision_they_record(found: Found, cast: Cast) -> None:
    entered_all(
        Event(
            at=NOW,
            recorded_at=NOW,
            actor=cast.csp_lead,
            verb="offering.corrected",
            subject_type="offering",
            subject_id=1,
            reason=f"Reason {number}",
            **{column: cast.pmo_lead},
        )
        for number, column in ((7, "acted_for"), (8, "decided_by"))
    )
    name = cast.pmo_lead.name
    assert found(who=name) == ["4", "3", "1", "0"]
    assert found(who=name, part="acted_for") == found(part="acted_for") == ["7"]
    assert found(who=name, part="decided_by") == found(part="decided_by") == ["8"]
    assert found(who=cast.csp_lead.name, part="acted_for") == []
    assert found(part="acted_for", verb="offering.added") == []


def test_entries_are_found_by_what_people_call_the_record(client: Client, cast: Cast) -> None:
    case, inside = make_case(cast, "initial", "ssp"), make_case(cast, "reuse", "need_defined")
    for each in (case, inside, case.offering, case.agency):
        _acted_on(cast, each)
    ids = {each.pk: f"Acted on {each.pk} {each._meta.model_name}" for each in (case, inside)}
    client.force_login(cast.auditor)

    def has(words: str) -> set[str]:
        page = client.get(f"{reverse('audit_log')}?{urlencode({'about': words})}").content.decode()
        return set(re.findall(r"Acted on \d+ \w+", page))

    offering, agency = (f"Acted on {each.pk} {each._meta.model_name}" for each in (case.offering, case.agency))
    of_case = ids[case.pk]
    assert {offering, of_case} <= has(case.offering.name.upper())
    assert {agency, of_case} <= has(case.agency.name)
    assert of_case in has(str(case))
    assert not {agency, offering} & has(str(case))
    assert {offering, of_case} <= has(case.offering.fedramp_id)
    assert ids[inside.pk] in has(str(inside))
    # What stays inside an agency is found by nobody else.
    client.force_login(cast.pmo_lead)
    assert ids[inside.pk] not in has(str(inside)) | has(inside.offering.name) | has(inside.agency.name)
    assert of_case in has(str(case))


def _acted_on(cast: Cast, record: Any) -> None:
    kind = record._meta.concrete_model._meta.model_name
    reason = f"Acted on {record.pk} {record._meta.model_name}"
    facts = {"verb": f"{kind}.corrected", "subject_type": kind, "subject_id": record.pk, "reason": reason}
    entered_all([Event(at=NOW, recorded_at=NOW, actor=cast.pmo_lead, **facts)])


@pytest.mark.parametrize(
    "query", [{"who": "nobody"}, {"about": "nothing"}, {"about": "2" * 14}, {"person": "2" * 14}, {"since": "soon"}]
)
def test_what_nothing_fits_shows_nothing_and_says_so(client: Client, found: Found, query: dict[str, str]) -> None:
    assert found(**query) == []
    page = client.get(f"{reverse('audit_log')}?{urlencode(query)}").content.decode()
    assert "No entry fits all of this." in page


def test_words_that_mean_several_people_are_asked_about(client: Client, found: Found, cast: Cast) -> None:
    page = client.get(f"{reverse('audit_log')}?who=Lead&verb=offering.added").content.decode()
    assert "Whom do you mean?" in page
    choice = re.search(rf'href="([^"]*person={cast.pmo_lead.public_id}[^"]*)"', page)
    assert choice
    page = client.get(choice[1].replace("&amp;", "&")).content.decode()
    assert re.findall(r"Reason (\d+)", page) == ["0"]
    assert f"Person: {cast.pmo_lead.name}" in page


def test_pages_lead_through_all_entries_even_those_of_one_moment(client: Client, cast: Cast) -> None:
    entered_all(
        Event(
            at=NOW, recorded_at=NOW, verb="offering.imported", subject_type="offering", subject_id=1, reason=f"Row {n}"
        )
        for n in range(120)
    )
    client.force_login(cast.auditor)
    address, seen = reverse("audit_log"), []
    while address:
        page = client.get(address).content.decode()
        seen += re.findall(r"Row (\d+)", page)
        older = re.search(r'rel="next" href="([^"]+)"', page)
        address = older[1].replace("&amp;", "&") if older else ""
    assert seen == [str(number) for number in range(119, -1, -1)]


@pytest.mark.parametrize(
    "before",
    ["x", "2026-11-24~1", "2026-13-99T00:00:00Z~1", "2026-11-24T00:00:00Z~x", "~", "0001-01-01T00:00:00+14:00~1"],
)
def test_a_place_that_is_none_shows_the_newest(found: Found, before: str) -> None:
    assert found(before=before) == ["4", "3", "2", "1", "0"]


@pytest.mark.parametrize("person", ["pmo_lead", "pmo_reviewer"])
def test_the_pmo_reads_security_events_only_as_leads(client: Client, found: Found, cast: Cast, person: str) -> None:
    client.force_login(cast.people[person])
    page = client.get(reverse("audit_log")).content.decode()
    assert ("Reason 4" in page, "Reason 3" in page) == (person == "pmo_lead", True)


def test_the_pmo_finds_no_entry_of_a_case_that_is_not_there_for_it(client: Client, cast: Cast) -> None:
    case = make_case(cast, "reuse", "need_defined")
    for person, sees in (("auditor", True), ("pmo_lead", False)):
        client.force_login(cast.people[person])
        page = client.get(f"{reverse('audit_log')}?about={case.public_id}").content.decode()
        assert ("No entry fits" not in page) == sees


@pytest.mark.parametrize("number", [1, 60])
def test_the_page_costs_the_same_queries_however_long_the_record(
    client: Client, cast: Cast, offering: object, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    now = timezone.now()
    entered_all(
        Event(
            at=now,
            recorded_at=now,
            actor=cast.pmo_lead,
            verb="offering.corrected",
            subject_type="offering",
            subject_id=key,
            acted_as="",
        )
        for key in [offering.pk] * number  # type: ignore[attr-defined]
    )
    client.force_login(cast.auditor)
    # session, person, verbs, entries, their offerings
    with django_assert_num_queries(5):
        client.get(reverse("audit_log"))


@pytest.mark.slow
@pytest.mark.parametrize("kind", sample(HOSTILE, "nul", "markup", "5,000 digits", lane=pytest.mark.nightly))
def test_no_search_breaks_whatever_is_sent(client: Client, cast: Cast, entries: list[Event], kind: str) -> None:
    client.force_login(cast.auditor)
    names = ("audit_log", "who", "person", "about", "verb", "since", "until", "before")
    # The place of a page is a time and a key.
    shapes = dict.fromkeys(names, HOSTILE[kind])
    placed = {"before": f"2026-11-24T00:00:00+00:00~{shapes['before']!s}"}
    for query in (*({name: value} for name, value in shapes.items()), shapes, placed):
        assert client.get(f"{reverse('audit_log')}?{urlencode(query)}").status_code == 200, query


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_first_and_the_last_day_there_is_may_be_asked_for(found: Found, day: str) -> None:
    assert found(since=day) in ([], ["4", "3", "2", "1", "0"])
    assert found(until=day) in ([], ["4", "3", "2", "1", "0"])


def test_the_text_of_an_entry_tells_nobody_what_its_columns_keep_from_them(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "planning")
    other = sorted(case.machine().facts.keys() - case.inside_facts())[0]
    changes = {"recommendation": [None, "The pier is ours to bear."], other: [None, "2026-11-24"]}
    facts = {"verb": "case.facts_recorded", "subject_type": "case", "subject_id": case.pk, "changes": changes}
    event = entered(Event(at=NOW, recorded_at=NOW, actor=cast.liaison, **facts))
    address = reverse("admin:authorizations_event_change", args=[event.public_id])
    for person, reads in (("auditor", True), ("pmo_lead", False)):
        client.force_login(cast.people[person])
        answer = client.get(address)
        assert answer.status_code == 200
        assert ("The pier is ours" in answer.content.decode()) == reads


@pytest.mark.django_db
def test_every_act_on_a_case_can_be_asked_for() -> None:
    assert {f"case.{act}" for act in moving(Case).acts} <= set(verbs())
