"""The first steps of a portal's leads: they tick themselves, and go when all is done or they are put away."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Membership, Organization, User
from accounts.roles import OrganizationKind, Role
from authorizations.actions.people.invitations import invite
from authorizations.actions.people.people import found_pmo
from authorizations.actions.refusals import Blocked
from authorizations.actions.register.records import add_record
from authorizations.models import Event, ImportRun
from authorizations.presenters.cached_counts import CacheStamp
from authorizations.vocabulary import MessageStatus, RunStatus, WhoTakesPart
from authorizations.web.home.first_steps import FirstSteps, first_steps
from tests.cast import SINCE, Cast
from tests.notifications.due_messages import message
from tests.web.reading_pages import body_of

pytestmark = pytest.mark.django_db

NOW = timezone.now()
AGENCY = "Department of Piers"
LIST = "Bring in your list of ATOs"


def steps_of(user: User, feed: date | None = None) -> dict[str, bool]:
    found = asked(user, feed)
    return {step.words: step.is_done for step in found.steps} if found else {}


def asked(user: User, feed: date | None = None) -> FirstSteps | None:
    # Anew, as the next page does.
    return first_steps(User.objects.get(pk=user.pk), timezone.localdate(), CacheStamp(Event.objects.count(), feed))


def alone(**more: Any) -> User:
    """The first person of an empty portal of one agency."""
    named = {"email": "first@piers.gov", "name": "Fay First", "participation": WhoTakesPart.ONE_AGENCY}
    return found_pmo(**{**named, "password": None, "now": NOW, "agency": AGENCY, **more})


def join(name: str, role: Role) -> None:
    person = User.objects.create(email=f"{name}@piers.gov", name=name)
    agency = Organization.objects.get(name=AGENCY)
    facts = {"user": person, "organization": agency, "role": role, "started_on": SINCE}
    add_record(Membership, actor=None, now=NOW, facts=facts)


@pytest.mark.slow
def test_the_first_person_of_one_agency_has_every_step_before_them(client: Client, settings: Any) -> None:
    settings.SMTP = ""
    first = alone()
    assert [*steps_of(first).values()] == [True, False, False, False, False, False]
    client.force_login(first)
    page = body_of(client, "/")
    assert "First steps: 1 of 6 done" in page
    assert "Set PORTAL_SMTP" in page
    found = asked(first)
    assert found
    for step in found.steps:
        if not step.is_done:
            assert client.get(step.url).status_code == 200, step.words


def test_each_step_ticks_itself_and_says_what_is_under_way(cast: Cast) -> None:
    person = cast.liaison
    assert steps_of(person) == {
        "Invite your authorizing official": True,
        "Invite your colleagues": True,
        "Bring in your list of ATOs": False,
    }
    Membership.objects.exclude(user=person).filter(organization=cast.organizations["harbors"]).delete()
    invite(
        actor=person, organization=cast.organizations["harbors"], email="ao@h.gov", role=Role.AUTHORIZING_OFFICIAL,
        now=NOW,
    )  # fmt: skip
    found = asked(person)
    assert found
    assert [step.note for step in found.steps] == ["Invited, and has not answered yet.", "", ""]


def test_leads_of_the_agency_alone_see_its_steps(cast: Cast) -> None:
    for name in ("reviewer", "official", "viewer", "csp_lead", "assessor_lead", "pmo_reviewer", "auditor"):
        assert steps_of(cast.people[name]) == {}, name
    assert len(steps_of(cast.pmo_lead)) == 3


def test_who_administers_a_portal_of_the_program_office_is_led_to_the_agencys_first_lead(client: Client) -> None:
    with pytest.raises(Blocked, match="nobody of an agency"):
        alone(participation=WhoTakesPart.PROGRAM_OFFICE)
    first = alone(participation=WhoTakesPart.PROGRAM_OFFICE, agency="")
    assert next(iter(steps_of(first))) == "Add an agency, with its first lead"
    add_record(Organization, actor=first, now=NOW, facts={"kind": OrganizationKind.AGENCY, "name": AGENCY})
    assert next(iter(steps_of(first))) == f"Invite the first lead of {AGENCY}"


@pytest.mark.slow
def test_put_away_it_stays_away_for_this_person_alone(client: Client, cast: Cast) -> None:
    client.force_login(cast.liaison)
    assert "First steps" in body_of(client, "/")
    away = reverse("put_first_steps_away")
    for _ in range(2):
        assert client.post(away).status_code == 302
    assert re.search(r'id="first-steps"', body_of(client, "/")) is None
    assert steps_of(cast.stranger_agency)
    assert Event.objects.filter(verb="user.first_steps_put_away", actor=cast.liaison).count() == 1


def test_all_done_is_nothing_to_show_and_nothing_to_ask(
    settings: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.SMTP = "smtp://127.0.0.1"
    first = alone()
    join("odo", Role.AUTHORIZING_OFFICIAL)
    join("ray", Role.AGENCY_REVIEWER)
    feed = date(2026, 1, 1)
    assert [words for words, is_done in steps_of(first, feed).items() if not is_done] == [
        LIST,
        "Have mail sent",
    ]
    ImportRun.objects.create(feed_as_of=feed, size=1, status=RunStatus.APPLIED, started_at=NOW)
    user, stamp = User.objects.get(pk=first.pk), CacheStamp(Event.objects.count(), feed)
    assert open_words(first_steps(user, timezone.localdate(), stamp))[-1] == "Have mail sent"
    # A message leaves without an act, and ticks its step all the same.
    message(first, status=MessageStatus.SENT, sent_at=NOW)
    assert open_words(first_steps(user, timezone.localdate(), stamp)) == [LIST]
    with django_assert_num_queries(0):
        first_steps(user, timezone.localdate(), stamp)


def open_words(found: FirstSteps | None) -> list[str]:
    return [step.words for step in found.steps if not step.is_done] if found else []


def test_the_sign_in_page_of_a_portal_without_people_says_how_it_is_opened(client: Client, settings: Any) -> None:
    settings.DEMO_SIGN_IN = False
    assert "found_pmo" in body_of(client, "/sign-in/")
    alone()
    assert "found_pmo" not in body_of(client, "/sign-in/")
