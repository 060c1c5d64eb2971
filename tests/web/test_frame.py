"""The frame around pages: what it costs, and that what is kept of it is nobody else's."""

import re

from django.middleware.csrf import _does_token_match
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Membership, User
from accounts.roles import Role
from authorizations.web.context_processors import TOKEN
from tests.cast import Cast


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(client: Client, path: str = "") -> str:
    return client.get(path or reverse("accessibility")).content.decode()


def tokens(html: str) -> list[str]:
    return re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)


def test_the_frame_asks_two_queries(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    client = signed_in(cast.pmo_lead)
    page(client)
    with django_assert_num_queries(2):
        page(client)


def test_each_person_sees_their_own_name_and_roles(cast: Cast) -> None:
    for _ in range(2):
        for user in (cast.pmo_lead, cast.liaison, cast.csp_lead):
            html = page(signed_in(user))
            assert user.name in html
            assert all(each.organization.name in html for each in user.current_memberships)
            assert f'data-person="{user.public_id}"' in html


def test_a_role_that_changed_changes_the_menu_with_the_next_page(cast: Cast) -> None:
    client, desk = signed_in(cast.pmo_lead), reverse("admin:index")
    assert desk in page(client)
    Membership.objects.filter(user=cast.pmo_lead).update(role=Role.AUDITOR)
    assert "Auditor" in page(client)
    Membership.objects.filter(user=cast.pmo_lead).delete()
    html = page(client)
    assert desk not in html
    assert "No membership yet" in html


def test_a_name_that_changed_shows_with_the_next_page(cast: Cast) -> None:
    client = signed_in(cast.liaison)
    page(client)
    User.objects.filter(pk=cast.liaison.pk).update(name="Another <Name>")
    assert "Another &lt;Name&gt;" in page(client)


def test_the_forms_of_the_frame_carry_the_token_of_their_own_session(cast: Cast) -> None:
    for user in (cast.liaison, cast.csp_lead):
        client = signed_in(user)
        html = page(client)
        assert TOKEN not in html
        assert len(tokens(html)) == 3
        assert all(_does_token_match(each, client.cookies["csrftoken"].value) for each in tokens(html))


def test_what_was_searched_for_stands_in_the_search_alone(cast: Cast) -> None:
    client = signed_in(cast.liaison)
    assert 'value="&lt;cloud&gt;"' in page(client, f"{reverse('search')}?q=<cloud>")
    assert "cloud&gt;" not in page(client, f"{reverse('accessibility')}?q=<cloud>")
