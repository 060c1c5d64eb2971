"""The demo's world, entered once for all tests of this folder, which only read it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from authorizations.management.commands.demo import enter_demo


@pytest.fixture(scope="package")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The demo's world of today."""
    with django_db_blocker.unblock(), transaction.atomic():
        assert enter_demo(datetime.now(UTC))
        yield
        transaction.set_rollback(True)
