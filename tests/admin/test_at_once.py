"""Two clicks, or two people, in the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.models import Alias, Organization, User
from authorizations.models import Event
from tests.admin.admin_pages import RECORD_TYPES, address, form_of, signed_in
from tests.admin.records import ato as make_ato
from tests.admin.records import registration
from tests.cast import make_cast


def post_together(posts: list[tuple[Client, str, dict[str, Any]]]) -> list[int]:
    """The codes of posts that leave at the same time."""
    start = Barrier(len(posts))

    def post(one: tuple[Client, str, dict[str, Any]]) -> int:
        client, url, form = one
        start.wait()
        try:
            return client.post(url, form).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(posts)) as threads:
        return sorted(threads.map(post, posts))


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_four_clicks_at_once_add_one_record_and_fail_in_words() -> None:
    cast = make_cast()
    facts = {"organization": cast.organizations["meadows"].public_id, "name": "MC"}
    clicks = [(signed_in(Client(), cast.pmo_lead), address(Alias, "add"), facts) for _ in range(4)]
    assert post_together(clicks) == [200, 200, 200, 302]
    assert Alias.objects.count() == 1
    assert Event.objects.filter(verb="alias.added").count() == 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_correct_one_field_at_once_one_is_warned() -> None:
    cast = make_cast()
    url = address(Organization, "change", cast.organizations["meadows"].public_id)
    people = [signed_in(Client(), person) for person in (cast.pmo_lead, cast.pmo_reviewer)]
    forms = [{**form_of(client, url), "name": f"Name {n}", "why": "Renamed."} for n, client in enumerate(people)]
    assert post_together([(client, url, form) for client, form in zip(people, forms, strict=True)]) == [200, 302]
    assert Event.objects.filter(verb="organization.corrected").count() == 1


# Of these no two are equal by any rule of the database: only the form's key tells a second sending from a second act.
ALIKE: dict[str, Callable[[Any], dict[str, Any]]] = {
    "organization": lambda _: {"kind": "agency", "name": "Moor Board"},
    "condition": lambda ato: {"ato": ato.public_id, "text": "Do it", "owner": ato.agency.public_id},
    "notice": lambda ato: {
        "ato": ato.public_id,
        "recipient": "fedramp",
        "notified_on": "2026-11-01",
        "channel": "form",
        "reference": "Form 1",
    },
    "ato": registration,
}
ADDED = {"ato": "ato.register"}


@pytest.mark.slow
@pytest.mark.parametrize("record_type", ALIKE)
@pytest.mark.django_db(transaction=True)
def test_one_form_sent_four_times_at_once_adds_one_record_and_leads_to_it(record_type: str) -> None:
    cast = make_cast()
    facts = ALIKE[record_type](make_ato(1))
    url = address(RECORD_TYPES[record_type], "add")
    before = set(RECORD_TYPES[record_type]._default_manager.values_list("pk", flat=True))
    form = {**form_of(signed_in(Client(), cast.pmo_lead), url), **facts}
    clicks = [(signed_in(Client(), cast.pmo_lead), url, form) for _ in range(4)]
    assert post_together(clicks) == [302, 302, 302, 302]
    added = RECORD_TYPES[record_type]._default_manager.exclude(pk__in=before).get()
    assert Event.objects.filter(verb=ADDED.get(record_type, f"{record_type}.added")).count() == 1
    again = signed_in(Client(), cast.pmo_lead).post(url, form, follow=True)
    assert again.redirect_chain == [(address(RECORD_TYPES[record_type], "change", added.public_id), 302)]
    assert "This was already added" in again.content.decode()


@pytest.mark.django_db
def test_two_forms_that_say_the_same_add_two_records(client: Client) -> None:
    cast = make_cast()
    url = address(Organization, "add")
    for _ in range(2):
        form = {**form_of(signed_in(client, cast.pmo_lead), url), **ALIKE["organization"](None)}
        assert client.post(url, form).status_code == 302
    assert Organization.objects.filter(name="Moor Board").count() == 2


@pytest.mark.django_db
def test_a_person_whose_form_is_sent_twice_is_invited_once(client: Client) -> None:
    cast = make_cast()
    url, organization = address(User, "add"), cast.organizations["pmo"].public_id
    form = form_of(signed_in(client, cast.pmo_lead), url)
    form |= {"email": "nan@example.gov", "organization": organization, "role": "pmo_reviewer"}
    assert [client.post(url, form).status_code for _ in range(2)] == [302, 200]
    assert Event.objects.filter(verb="invitation.sent").count() == 1
