"""Reads `PORTAL_IDENTITY_PROVIDERS`: through which provider the people of which e-mail domains sign in."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

NAME = "PORTAL_IDENTITY_PROVIDERS"
WORDS = ("id", "name", "issuer", "client_id", "secret", "domains")
DOMAIN = re.compile(r"(?!-)[a-z0-9-]+(\.[a-z0-9-]+)+")


def read(text: str, *, https: bool) -> list[dict[str, Any]]:
    """A JSON list of objects with the words above, or the absolute path of a file that holds it.

    Raises ImproperlyConfigured in one sentence, which never repeats what was given: it holds secrets.
    """
    try:
        given = json.loads(Path(text).read_text(encoding="utf-8") if text.startswith("/") else text or "[]")
    except (OSError, ValueError):
        raise _wrong("must be a JSON list, or the path of a readable file that holds one") from None
    if not isinstance(given, list):
        raise _wrong("must be a JSON list")
    for provider in given:
        _check(provider, https=https)
    for word, each in (
        ("id", [one["id"] for one in given]),
        ("domain", [name for one in given for name in one["domains"]]),
    ):
        if len(set(each)) != len(each):
            raise _wrong(f"names a {word} twice")
    return given


def _check(provider: Any, *, https: bool) -> None:
    if not isinstance(provider, dict) or set(provider) != set(WORDS):
        raise _wrong(f"must give each provider exactly these words: {', '.join(WORDS)}")
    texts = [provider[word] for word in WORDS if word != "domains"]
    if not all(isinstance(each, str) and each.strip() for each in texts):
        raise _wrong("must give each word of a provider as a text; only domains is a list")
    if not re.fullmatch(r"[a-z0-9-]{1,30}", provider["id"]):
        raise _wrong("must name each id in at most 30 small letters, digits and hyphens: it is part of an address")
    domains = provider["domains"]
    if not (isinstance(domains, list) and domains and all(isinstance(each, str) for each in domains)):
        raise _wrong("must list each provider's domains")
    if not all(DOMAIN.fullmatch(each) for each in domains):
        raise _wrong("must name whole domains in small letters, such as agency.gov")
    issuer = urlsplit(provider["issuer"])
    if issuer.scheme not in ({"https"} if https else {"https", "http"}) or not issuer.netloc:
        raise _wrong("must name each issuer by an https address")


def for_the_library(providers: list[dict[str, Any]]) -> dict[str, Any]:
    """The same in the words of django-allauth: with PKCE, and with nothing verified that is not said to be."""
    apps = [
        {
            "provider_id": each["id"],
            "name": each["name"],
            "client_id": each["client_id"],
            "secret": each["secret"],
            "settings": {"server_url": each["issuer"].rstrip("/"), "scope": ["openid", "email"]},
        }
        for each in providers
    ]
    return {"openid_connect": {"APPS": apps, "OAUTH_PKCE_ENABLED": True}}


def by_domain(providers: list[dict[str, Any]]) -> Mapping[str, str]:
    """{e-mail domain: id of its provider}."""
    return {domain: each["id"] for each in providers for domain in each["domains"]}


def _wrong(words: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{NAME} {words}.")
