"""A person's own tokens: made with the secret shown once, listed, revoked; nobody else's."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AccessToken
from accounts.models.access_token import PREFIX, digest_of
from authorizations.models import Event
from tests.api.world import ATOS, bearing, token_of
from tests.cast import Cast
from tests.samples import ends
from tests.web.reading_pages import body_of


def form(**changed: object) -> dict[str, object]:
    return {"name": "Nightly report", "expires_on": timezone.localdate() + timedelta(days=30), **changed}


def test_the_secret_is_shown_once_and_kept_nowhere(client: Client, cast: Cast) -> None:
    client.force_login(cast.viewer)
    answer = client.post("/tokens/make/", form())
    secret = answer.context["secret"]
    token = AccessToken.objects.get()
    assert secret.startswith(PREFIX)
    assert secret in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    assert (token.digest, token.read_only) == (digest_of(secret), True)
    assert secret not in body_of(client, "/tokens/")
    assert secret not in repr(list(AccessToken.objects.values()) + list(Event.objects.values()))
    assert bearing(secret).get(ATOS).status_code == 200


def test_making_and_revoking_are_on_record_without_the_name(client: Client, cast: Cast) -> None:
    client.force_login(cast.viewer)
    client.post("/tokens/make/", form(may_act="on"))
    token = AccessToken.objects.get()
    page = client.post(f"/tokens/{token.public_id}/revoke/", follow=True).content.decode()
    assert "Nightly report was revoked." in page
    made, revoked = Event.objects.order_by("pk")
    assert (made.verb, made.actor, made.changes["name"]) == ("accesstoken.made", cast.viewer, [None, None])
    assert made.changes["read_only"] == [None, False]
    assert revoked.verb == "accesstoken.revoked"


def test_a_revoked_token_opens_nothing_and_is_not_revoked_twice(client: Client, cast: Cast) -> None:
    secret = token_of(cast.viewer)
    client.force_login(cast.viewer)
    address = f"/tokens/{AccessToken.objects.get().public_id}/revoke/"
    assert [client.post(address).status_code for _ in range(2)] == [302, 409]
    assert bearing(secret).get(ATOS).status_code == 401


def test_nobody_sees_or_revokes_anothers_token(client: Client, cast: Cast) -> None:
    token_of(cast.viewer)
    client.force_login(cast.pmo_lead)
    assert "Nightly report" not in body_of(client, "/tokens/")
    assert client.post(f"/tokens/{AccessToken.objects.get().public_id}/revoke/").status_code == 404
    assert AccessToken.objects.get().revoked_at is None


@pytest.mark.parametrize(
    ("changed", "words"),
    ends(
        [
            ({"name": ""}, "Enter a name"),
            ({"name": "x" * 101}, "at most 100 characters"),
            ({"expires_on": ""}, "Enter the last day."),
            ({"expires_on": timezone.localdate() - timedelta(days=1)}, "The last day lies between today and"),
            ({"expires_on": timezone.localdate() + timedelta(days=366)}, "The last day lies between today and"),
        ]
    ),
)
def test_each_mistake_stands_at_its_field(client: Client, cast: Cast, changed: dict[str, object], words: str) -> None:
    client.force_login(cast.viewer)
    assert client.post("/tokens/make/", form(**changed)).content.decode().count(words) == 2
    assert not AccessToken.objects.exists()


def test_the_same_form_sent_twice_makes_one_token(client: Client, cast: Cast) -> None:
    client.force_login(cast.viewer)
    client.post("/tokens/make/", form())
    assert "You have a token of this name." in client.post("/tokens/make/", form()).content.decode()
    assert AccessToken.objects.count() == 1


def test_a_name_is_free_again_after_its_token_was_revoked(client: Client, cast: Cast) -> None:
    client.force_login(cast.viewer)
    for _ in range(2):
        client.post("/tokens/make/", form())
        client.post(f"/tokens/{AccessToken.objects.latest('pk').public_id}/revoke/")
    assert AccessToken.objects.count() == 2


@pytest.mark.slow
def test_the_way_to_the_tokens_stands_in_the_persons_menu(client: Client, cast: Cast) -> None:
    client.force_login(cast.viewer)
    assert 'href="/tokens/"' in body_of(client, "/")


def test_the_admin_shows_who_has_which_but_no_digest(client: Client, cast: Cast) -> None:
    token_of(cast.viewer)
    token = AccessToken.objects.get()
    client.force_login(cast.pmo_lead)
    page = body_of(client, f"/admin/accounts/accesstoken/{token.public_id}/change/")
    assert "Nightly report" in page
    assert token.digest not in page
