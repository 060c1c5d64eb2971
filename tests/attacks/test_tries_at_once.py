"""Tries that come at once count as they would one after another: nobody gets more guesses by hurrying."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from authorizations.models import Tally
from authorizations.throttle import MOST_OF_ONE_PERSON
from tests.cast import make_cast

TRIES = 30


@pytest.fixture(autouse=True)
def _nobody_has_tried() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def at_once(attempt: Callable[[Client], int]) -> Counter[int]:
    """The statuses that so many get who all begin in one moment."""
    together = threading.Barrier(TRIES)

    def work(_: int) -> int:
        client = Client()
        try:
            together.wait(timeout=30)
            return attempt(client)
        finally:
            connection.close()

    with ThreadPoolExecutor(TRIES) as pool:
        return Counter(pool.map(work, range(TRIES)))


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_passwords_that_are_tried_at_once_each_count(settings: object) -> None:
    """With the hasher of real life, which gives a parallel try its time: a second or two."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]  # type: ignore[attr-defined]
    cast = make_cast()
    cast.viewer.set_password("a long and boring sentence")
    cast.viewer.save()
    data = {"username": cast.viewer.email, "password": "wrong"}
    found = at_once(lambda client: client.post(reverse("sign_in"), data).status_code)
    assert found == {200: MOST_OF_ONE_PERSON, 429: TRIES - MOST_OF_ONE_PERSON}
    # The audit log counts all of them, also those that were turned away.
    assert sum(Tally.objects.filter(verb="session.refused").values_list("count", flat=True)) == TRIES


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_tokens_that_are_tried_at_once_each_count() -> None:
    make_cast()
    headers = {"authorization": "Bearer of-nothing"}
    found = at_once(lambda client: client.get(reverse("api_cases"), headers=headers).status_code)
    assert found == {401: MOST_OF_ONE_PERSON, 429: TRIES - MOST_OF_ONE_PERSON}
