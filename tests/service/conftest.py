"""The production shape: PostgreSQL, Redis, gunicorn, a worker and the timer, each a process started for these tests."""

from collections.abc import Iterator

import pytest

from tests.own_services import Production, own_postgres, own_production, own_redis, settings_of


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    with own_postgres() as server:
        yield server.address


@pytest.fixture(scope="session")
def redis() -> Iterator[str]:
    with own_redis() as server:
        yield server.address


@pytest.fixture(scope="session")
def production(postgres: str, redis: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Production]:
    folder = tmp_path_factory.mktemp("production")
    with own_production(settings_of(folder, postgres, redis), folder) as running:
        yield running
