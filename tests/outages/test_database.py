"""PostgreSQL that is away or mute, behind a relay: every page says so within seconds, and all goes on afterwards."""

import time
from collections.abc import Iterator

import pytest
from django.db import OperationalError, close_old_connections, connection
from django.test import Client
from psycopg2 import extensions

from accounts import database_patience
from authorizations.web import outages
from tests.cast import make_cast
from tests.outages.relay import Relay, relay_to


@pytest.fixture
def relay(transactional_db: None) -> Iterator[Relay]:
    """The test's own connection leads through it, and waits as that of a web process does."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite is a file")
    here = connection.settings_dict
    host, port = here["HOST"] or "127.0.0.1", int(here["PORT"] or 5432)
    with relay_to(host, port) as relay, pytest.MonkeyPatch.context() as patch:
        connection.close()
        patch.setitem(here, "HOST", "127.0.0.1")
        patch.setitem(here, "PORT", str(relay.port))
        patch.setattr(database_patience, "CONNECTING", 3.0)
        patch.setattr(database_patience, "ANSWERING", 1.5)
        database_patience.install()
        yield relay
        extensions.set_wait_callback(None)
        connection.close()


@pytest.mark.parametrize("how", ["away", "mute"])
def test_a_page_says_within_seconds_that_the_database_does_not_answer(relay: Relay, how: str) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(make_cast().viewer)
    assert client.get("/cases/").status_code == 200
    relay.cut() if how == "away" else relay.speaks.clear()
    began = time.monotonic()
    answer = client.get("/cases/")
    # One silence of a second and a half, and not another for each question that follows.
    assert time.monotonic() - began < 4
    assert answer.status_code == 503
    assert outages.AWAY.sentence in answer.content.decode()
    # As at the end of each request, which a test's client leaves out.
    close_old_connections()
    relay.takes = True
    relay.speaks.set()
    assert client.get("/cases/").status_code == 200


def test_background_work_waits_as_long_as_the_answer_takes(relay: Relay) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(2.5)")
    with database_patience.waiting_at_most(0.5), pytest.raises(OperationalError, match="said nothing"):
        connection.cursor().execute("SELECT pg_sleep(2.5)")
