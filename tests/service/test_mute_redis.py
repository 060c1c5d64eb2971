"""A Redis that takes connections and never answers: no act waits for it, and people can still sign in."""

import json
import os
from collections.abc import Iterator

import pytest

from benchmarks.cases import mute_redis
from tests.own_services import manage

pytestmark = pytest.mark.service
# Half a second for the bell, and a slow machine.
SOON = 1.5
SIGN_IN = """
import json, time
from django.test import Client
client, began = Client(headers={"host": "localhost"}), time.perf_counter()
answer = client.post("/sign-in/", {"email": "ann@harbors.example", "password": "wrong"})
print(json.dumps([answer.status_code, time.perf_counter() - began]))
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    folder = tmp_path_factory.mktemp("mute")
    with mute_redis() as address:
        mute = {**os.environ, "PORTAL_DATA": str(folder), "REDIS_URL": address, "PORTAL_LOG_LEVEL": "ERROR"}
        # Each act that leaves mail sends the worker its task.
        mute["PORTAL_SMTP"] = "smtp://localhost:1"
        manage(mute, "migrate", "--verbosity=0")
        yield mute


def test_it_holds_no_act_up(environment: dict[str, str]) -> None:
    # Some hundred steps of cases, each of which would wait.
    manage(environment, "demo")
    seconds = [float(each) for each in json.loads(manage(environment, "bench", "acts", "--rounds", "5"))]
    assert max(seconds) < SOON


def test_it_keeps_nobody_from_signing_in(environment: dict[str, str]) -> None:
    status, seconds = json.loads(manage(environment, "shell", "--no-imports", "-c", SIGN_IN).splitlines()[-1])
    assert status == 200
    # Asked once whether there were too many tries, and once told of the failure.
    assert seconds < 2 * SOON
