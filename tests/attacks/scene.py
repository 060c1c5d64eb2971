"""A record of every type, written full of what an attacker would like to see run; and a person of every side."""

from typing import Any

from django.apps import apps
from django.db import models
from django.test import Client

from accounts.models import User
from tests.admin.records import MAKE

# Rows that no attack is about: what refusals are counted in, sessions, and Django's own registers.
ASIDE = {"Tally", "Session", "ContentType", "Permission", "Group", "LogEntry", "Migration"}


# By this the portal knows that it may show the page to sign in.
BROWSER = {"accept": "text/html"}


def signed_in(user: User, *, strict: bool = False) -> Client:
    """A browser of a person; a strict one is asked for the token of the page, as real ones are."""
    client = Client(enforce_csrf_checks=strict, raise_request_exception=False, headers=BROWSER)
    client.force_login(user)
    return client


def one_of_each(number: int = 1) -> dict[str, models.Model]:
    """One record of each record type, each beside records of its own, by the name of the record type."""
    return {record_type: make(number * 1000 + place) for place, (record_type, make) in enumerate(MAKE.items())}


def everything_kept() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table that an attack could change, so that two moments can be compared."""
    return {
        model.__name__: list(model._base_manager.order_by("pk").values_list())
        for model in apps.get_models()
        if not model._meta.proxy and model.__name__ not in ASIDE
    }


def body_of(answer: Any) -> bytes:
    """The whole body, streamed or not."""
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)
