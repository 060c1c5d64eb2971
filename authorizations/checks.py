"""System checks of the portal: what this machine lacks, and what would make it unsafe to start."""

import ctypes
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.urls import URLPattern, URLResolver, get_resolver

from authorizations.reports.rendering.pdf_libraries import LIBRARIES, install_line
from authorizations.rules import BadRelease
from authorizations.rules.release import FOLDER, read
from authorizations.url_access import IN_ADMIN, PAGE_OF_A_RECORD_TYPE, RULES, rule_of

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


# --- addresses ---

WITHOUT_A_RULE, WITHOUT_AN_ADDRESS = "portal.E001", "portal.E002"


def url_names(resolver: URLResolver, space: str = "") -> Iterator[str]:
    """The name of every address, with the namespace before a colon; of one that has none, its pattern."""
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from url_names(one, f"{space}{one.namespace}:" if one.namespace else space)
        else:
            assert isinstance(one, URLPattern)  # noqa: S101  # there are these two
            yield f"{space}{one.name}" if one.name else f"{space}{one.pattern}"


def check_url_rules(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """An error for each address without a rule, and for each rule without an address."""
    names = set(url_names(get_resolver()))
    pages = {page[1] for name in names if (page := PAGE_OF_A_RECORD_TYPE.fullmatch(name))}
    found: list[checks.CheckMessage] = [
        checks.Error(
            f"The address “{name}” has no rule.",
            hint="Say in authorizations/url_access.py who may ask for it.",
            id=WITHOUT_A_RULE,
        )
        for name in sorted(names)
        if rule_of(name) is None
    ]
    found += [
        checks.Error(
            f"The rule “{name}” is of no address.",
            hint="Remove it from authorizations/url_access.py.",
            id=WITHOUT_AN_ADDRESS,
        )
        for name in sorted({*(set(RULES) - names), *(set(IN_ADMIN) - pages)})
    ]
    return found


# --- rules ---


def shipped_rules(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """An error for each place where a release of the rules that is shipped names what the portal does not know."""
    # The nouns are there once all apps are loaded.
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
        ImproperlyConfigured: an address has no rule, or a rule no address; with the sentences.
    """
    if found := check_url_rules(None):
        raise ImproperlyConfigured(" ".join(f"{each.msg} {each.hint}" for each in found))
