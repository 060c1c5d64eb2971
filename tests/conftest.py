"""Fixtures that every test may use."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.core.cache import caches
from django.db import connection, transaction
from django.test import Client, TransactionTestCase, override_settings
from django.utils import timezone
from django.utils.crypto import get_random_string

from accounts.models import User
from accounts.sessions import SessionStore, begin
from authorizations import triggers
from authorizations.models import AuditLogHead, rules
from authorizations.rules import RELEASE_REGISTRY
from authorizations.rules.release import LocalPolicy
from authorizations.vocabulary import AuditLog
from tests import markers, migrated_database
from tests.cached_rows import MEMORY, empty_tables
from tests.cast import Cast, make_cast

# PostgreSQL need not wait for the disk: no test outlives the machine. Nor ponder the best order of fifteen joins over a
# dozen rows, nor compile a query, misled by tables that it has not counted. Read by its client when it connects.
os.environ.setdefault("PGOPTIONS", "-c synchronous_commit=off -c join_collapse_limit=1 -c jit=off")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Imports no file of a suite that does not run."""
    asked = config.option.markexpr
    return True if asked and markers.is_left_out(collection_path.relative_to(config.rootpath), asked) else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the tests of each folder before pytest chooses among them."""
    markers.mark(items)


def pytest_collection_finish() -> None:
    """Leaves what was imported out of every later search for garbage, which else takes a fifth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


class QuickHasher(PBKDF2PasswordHasher):
    """The portal's own way with passwords, without its wanted slowness: a fifth of a second for each try to sign in."""

    iterations = 1


@pytest.fixture(scope="session", autouse=True)
def _quick_settings() -> Iterator[None]:
    """Nothing that takes time for its own sake, and nothing gathered for the one test that might ask for it."""
    with override_settings(
        PASSWORD_HASHERS=[f"{__name__}.{QuickHasher.__name__}"],
        # Each test's client has a stack of middleware of its own, which would read all static files into a list.
        WHITENOISE_AUTOREFRESH=True,
    ):
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """Before the test database is made: on SQLite it begins as a copy of migrated tables."""
    with pytest.MonkeyPatch.context() as patch:
        migrated_database.copy_into_test_database(patch)
        yield


@pytest.fixture(scope="session", autouse=True)
def _quick_to_empty() -> Iterator[None]:
    """After a test that commits, only the tables that it filled are emptied: all of them take a third of a second.

    The audit log refuses to be emptied, and gets new guards and the new heads that a migration gave it.
    """

    def empty(_: TransactionTestCase) -> None:
        with transaction.atomic():
            triggers.remove(connection)
            empty_tables()
            AuditLogHead.objects.bulk_create(AuditLogHead(audit_log=audit_log) for audit_log in AuditLog)
        triggers.install(connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty)
        yield


@pytest.fixture(scope="session", autouse=True)
def _quick_sign_in() -> Iterator[None]:
    """A client is signed in by the row of its session alone: Django's own way asks and writes seven times."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Client, "force_login", sign_in)
        yield


def sign_in(client: Client, user: User) -> None:
    """Puts a new session of a person into the cookies of a client."""
    session = SessionStore()
    session.update(
        {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: user.get_session_auth_hash(),
        }
    )
    begin(session, timezone.now(), how="by a test", browser="", strong=True)
    session._session_key = get_random_string(32, VALID_KEY_CHARS)
    session.save(must_create=True)
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Before the fixtures, of which the first opens the transaction of the test."""
    MEMORY.begin()
    # Each test begins at the same position of the audit log, so what one counted would be another's.
    caches["counts"].clear()


def pytest_runtest_teardown() -> None:
    MEMORY.end()


@pytest.fixture(autouse=True)
def _rules_as_shipped(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No page asks for releases by the clock; a test that imports one says itself when the process hears of it."""
    monkeypatch.setattr(rules, "RELEASE_CACHE", rules.ReleaseCache(asked=float("inf")))
    yield
    if (
        not RELEASE_REGISTRY.fedramp_takes_part
        or RELEASE_REGISTRY.office_closures
        or set(RELEASE_REGISTRY.all) != RELEASE_REGISTRY.shipped
        or any(each.local for each in RELEASE_REGISTRY.all.values())
    ):
        RELEASE_REGISTRY.replace_imported([], LocalPolicy())


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real feeds, which is never part of this repository."""
    folder = Path(os.environ.get("PORTAL_SHARED_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")
    if not folder.is_dir():
        pytest.skip("the folder of real feeds is absent; name it in PORTAL_SHARED_DATA")
    return folder
