"""The forms of passwords and codes, Django's and the library's, say what to do in the words of every other form."""

from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.cast import Cast
from tests.web.sign_in.test_sign_in import PASSWORD, SECRET, sign_in, words

pytestmark = pytest.mark.django_db
DJANGOS = ("This field is required", "Please", "two password fields", "incorrectly")
NEW = "seven otters juggle quiet lanterns"


@pytest.fixture
def viewer(cast: Cast, settings: Any) -> User:
    settings.SECOND_FACTOR = True
    cast.viewer.set_password(PASSWORD)
    cast.viewer.save()
    return cast.viewer


@pytest.mark.parametrize(
    ("sent", "sentences"),
    [
        ({}, ("Old password: enter it.", "New password: enter it.", "New password confirmation: enter it.")),
        ({"old_password": "other"}, ("This is not your password.",)),
        (
            {"old_password": PASSWORD, "new_password1": NEW, "new_password2": f"{NEW}."},
            ("The new passwords differ. Enter the same one twice.",),
        ),
    ],
)
def test_a_change_of_password_says_what_to_do(
    client: Client, viewer: User, sent: dict[str, str], sentences: tuple[str, ...]
) -> None:
    TOTP.activate(viewer, SECRET)
    client.force_login(viewer)
    said = words(client.post(reverse("change_password"), sent))  # type: ignore[arg-type]
    assert all(sentence in said for sentence in sentences), said
    assert not any(sentence in said for sentence in DJANGOS)


@pytest.mark.parametrize("name", ["mfa_authenticate", "mfa_activate_totp", "mfa_reauthenticate"])
def test_a_code_that_was_left_out_is_asked_for(client: Client, viewer: User, name: str) -> None:
    if name != "mfa_activate_totp":
        TOTP.activate(viewer, SECRET)
    sign_in(client)
    if name == "mfa_reauthenticate":
        client.force_login(viewer)
    said = words(client.post(reverse(name), {"code": ""}))  # type: ignore[arg-type]
    assert ("Six digits: enter it." if name == "mfa_activate_totp" else "Code: enter it.") in said, said
    assert not any(sentence in said for sentence in DJANGOS)
