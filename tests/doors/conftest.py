"""One world for the tests of a module: each takes back what it writes, so that nobody signs in twice."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from tests.cast import make_cast
from tests.doors.doors import Doors
from tests.doors.world import Tabled, undone
from tests.lifecycle.world import NOW


def set_clock(patch: pytest.MonkeyPatch, now: datetime) -> None:
    """It is the day on which the tables are played, whatever day the tests run on."""
    patch.setattr(timezone, "now", lambda: now)


@pytest.fixture(scope="module")
def everybody(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Doors]:
    """The cast at the doors; taken back after the last test of the module."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), undone():
        set_clock(patch, NOW)
        yield Doors(make_cast())


@pytest.fixture
def doors(db: None, everybody: Doors, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Doors:
    """Everybody at the doors, on the day of the row that is tested."""
    tabled = request.node.callspec.params.get("tabled") if hasattr(request.node, "callspec") else None
    if not isinstance(tabled, Tabled) or tabled.now == NOW:
        return everybody
    set_clock(monkeypatch, tabled.now)
    # Nobody is signed in for so long.
    return Doors(everybody.cast)
