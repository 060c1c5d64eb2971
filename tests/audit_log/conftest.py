"""What the tests of the audit log need: entries to tamper with, and somebody whom the database does not refuse."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection

from authorizations import triggers
from authorizations.models import Event
from tests.audit_log.entries import entered_all

NOW = datetime(2026, 11, 24, 14, 0, 30, tzinfo=UTC)
Tamper = Callable[..., None]


@pytest.fixture
def entries(db: None) -> list[Event]:
    """Thirty entries of the log of acts."""
    return entered_all(
        Event(at=NOW, recorded_at=NOW, verb="offering.corrected", subject_type="offering", subject_id=number)
        for number in range(1, 31)
    )


@pytest.fixture
def tamper(db: None) -> Tamper:
    """Runs SQL as somebody would who can take the triggers away, and puts them back."""

    def run(sql: str, *values: object) -> None:
        triggers.remove(connection)
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            assert cursor.rowcount, "nothing was tampered with"
        triggers.install(connection)

    return run
