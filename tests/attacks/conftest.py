"""One world for the tests of a module: each takes back what it writes."""

import logging
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import transaction
from pytest_django import DjangoDbBlocker

from tests.cast import Cast, make_cast


@pytest.fixture(scope="module")
def _module_world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Cast]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_cast()
        transaction.set_rollback(True)


@pytest.fixture
def world(db: None, _module_world: Cast) -> Iterator[Cast]:
    """The cast, shared by the module."""
    cache.clear()
    yield _module_world
    cache.clear()


@pytest.fixture
def quiet() -> Iterator[None]:
    """No log: of thousands of refusals the traces would take a third of the time."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)
