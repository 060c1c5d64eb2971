"""System checks of the portal: what this machine lacks, and what would make it unsafe to start."""

import ctypes
from importlib import import_module
from operator import itemgetter
from typing import Any

from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.urls import get_resolver

from authorizations import triggers
from authorizations.reports.rendering.pdf_libraries import LIBRARIES, install_line
from authorizations.rules import BadRelease
from authorizations.rules.release import FOLDER, read
from authorizations.url_access import addresses

PORTAL = "portal"


def pdf_libraries(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """A warning when a system library for PDFs is missing; the portal runs on without PDFs."""
    if all(_loads(library) for library in LIBRARIES):
        return []
    hint = f"To have them: {install_line(LIBRARIES)}. Until then reports have a page that prints instead."
    return [checks.Warning("PDFs cannot be made on this machine.", hint=hint, id="portal.W001")]


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


# --- the database ---


def audit_log_role(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """A warning of `check --deploy` where the portal itself could rewrite its audit log."""
    try:
        lifted = triggers.may_be_lifted(connection)
    except DatabaseError:
        # Readiness asks whether it can be reached; this asks only how it is set.
        return []
    hint = "Let another role own the tables, and run grant_application for the portal’s (docs/operations.md)."
    return [checks.Warning(f"{lifted[:1].upper()}{lifted[1:]}.", hint=hint, id="portal.W002")] if lifted else []


# --- addresses ---


def check_url_rules(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    return [
        checks.Error(
            f"The address “{name}” has no rule.",
            hint="Declare it with `page` (authorizations/url_access.py), and say there who may ask for it.",
            id="portal.E001",
        )
        for name, rule in sorted(addresses(get_resolver()), key=itemgetter(0))
        if rule is None
    ]


# --- rules ---


def shipped_rules(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """An error for each place where a release of the rules that is shipped names what the portal does not know."""
    # The record types are there once all apps are loaded.
    known = import_module("authorizations.models.machines").known_to_rules()
    found: list[checks.CheckMessage] = []
    for path in sorted(FOLDER.glob("*.json")):
        try:
            read(path.read_text(encoding="utf-8"), known)
        except BadRelease as bad:
            found += [checks.Error(f"{path.name}: {problem}", id="portal.E003") for problem in bad.problems]
    return found


def refuse_to_start() -> None:
    """For web servers, which ask no checks by themselves.

    Raises:
        ImproperlyConfigured: an address has no rule; with the sentences.
    """
    if found := check_url_rules(None):
        raise ImproperlyConfigured(" ".join(f"{each.msg} {each.hint}" for each in found))
