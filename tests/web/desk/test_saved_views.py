"""Views of the desk that are kept: for oneself, or for all of one's organization."""

import pytest
from django.test import Client
from django.urls import reverse

from authorizations.models import SavedView
from tests.cast import Cast
from tests.conftest import sign_in


def keep(client: Client, name: str, query: str = "expiry=in90&page=2&junk=1", **more: str) -> str:
    return client.post(reverse("keep_view"), {"name": name, "query": query, **more})["Location"]


def shown(client: Client) -> list[tuple[str, bool]]:
    return [(str(view), is_own) for view, is_own in client.get(reverse("desk")).context["saved"]]


def test_a_view_keeps_filters_alone_and_is_replaced_by_its_name(client: Client, cast: Cast) -> None:
    sign_in(client, cast.liaison)
    assert keep(client, " So\x00on ") == f"{reverse('desk')}?expiry=in90"
    assert (SavedView.objects.get().name, SavedView.objects.get().query) == ("Soon", "expiry=in90")
    keep(client, "Soon", "expiry=passed")
    assert SavedView.objects.get().query == "expiry=passed"
    keep(client, "  ")
    assert shown(client) == [("Soon", True)]


@pytest.mark.slow
def test_it_is_ones_own_unless_it_is_shared_with_the_own_organization(client: Client, cast: Cast) -> None:
    harbors, meadows = (cast.organizations[name].public_id for name in ("harbors", "meadows"))
    sign_in(client, cast.liaison)
    keep(client, "Mine")
    keep(client, "Ours", organization=harbors)
    keep(client, "Not theirs", organization=meadows)
    sign_in(client, cast.reviewer)
    assert shown(client) == [("Ours", False)]
    ours = SavedView.objects.get(name="Ours")
    assert client.post(reverse("drop_view", args=[ours.public_id])).status_code == 404
    sign_in(client, cast.stranger_agency)
    assert shown(client) == []
    sign_in(client, cast.liaison)
    client.post(reverse("drop_view", args=[ours.public_id]))
    assert shown(client) == [("Mine", True), ("Not theirs", True)]
