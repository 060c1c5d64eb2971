"""Reads `DATABASE_URL`: PostgreSQL at an address, or SQLite in the data folder."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

# A server that is gone without a word is noticed within half a minute, and not after the system's two hours.
NOTICED = {
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
# Compiling a query of a page takes the server up to a second, and running it some milliseconds.
QUICK = {"options": "-c jit=off"}


def read(url: str, folder: Path) -> dict[str, Any]:
    """PostgreSQL, or SQLite in the data folder where no address is given. Raises ImproperlyConfigured."""
    if not url:
        _make(folder)
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": folder / "portal.sqlite3",
            # A transaction takes the write lock when it begins: two readers can then never block each other's writing.
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
            # Whoever closes the last connection deletes the log of writes. On a full disk nobody can make it anew, and
            # nothing can be read without it.
            "CONN_MAX_AGE": None,
            # A file, because threads of a test cannot share SQLite's in-memory database.
            "TEST": {"NAME": folder / "test.sqlite3"},
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must begin with postgresql://; leave it out for SQLite.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": {**NOTICED, **QUICK, **dict(parse_qsl(parts.query))},
        # Connecting anew for each request makes a small page four times as dear.
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise ImproperlyConfigured(f"PORTAL_DATA: the folder {folder} cannot be made: {problem.strerror}.") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ImproperlyConfigured(f"PORTAL_DATA: nothing can be written to the folder {folder}.")
