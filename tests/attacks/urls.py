"""Every address of the portal, pages, admin and API, with something in the place of what it takes."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from authorizations.url_access import UrlRule, rule_of

MISSING = "2" * 14
# What is in an address for each part that it takes, where nothing else is known of it.
WORDS = {
    "step": "withdraw",
    "act": "end",
    "work": "decision",
    "name": "claim",
    "field": "organization",
    "url": "nothing",
    "provider_id": "nobody",
    "handle": "none",
    "pk": "1",
    "tip": "FA18",
    "rule_id": "AGU-USE-CLA",
    "key": "other",
    "number": "1",
    "offering_fact": "website",
    "ato_fact": "expires_on",
    "organization_fact": "website",
}


@dataclass(frozen=True)
class Address:
    """One address: the name for `reverse`, and the parts it takes."""

    name: str
    parts: tuple[str, ...]

    @property
    def ids(self) -> int:
        """How many ids of records it takes."""
        return sum(part not in WORDS for part in self.parts)

    def path(self, public_id: str = MISSING, **said: str) -> str:
        """Its path, with the same id in every place for one that ``said`` does not name."""
        return reverse(self.name, args=[said.get(part) or WORDS.get(part, public_id) for part in self.parts])

    @property
    def rule(self) -> UrlRule:
        """Who may ask for it."""
        rule = rule_of(self.name)
        assert rule is not None, f"declare with `page` who may ask for “{self.name}”"
        return rule

    @property
    def is_api(self) -> bool:
        return self.path().startswith("/api/")

    @property
    def is_admin(self) -> bool:
        return self.path().startswith("/admin/")


def patterns(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from patterns(one, f"{one.namespace}:" if one.namespace else space)
        elif one.name:
            yield f"{space}{one.name}", one


def everywhere() -> list[Address]:
    """All of them, each name once."""
    found: dict[str, Address] = {}
    for name, pattern in patterns(get_resolver()):
        if name == "api_nothing":
            continue
        found.setdefault(name, Address(name, tuple(pattern.pattern.regex.groupindex)))
    return list(found.values())


def page_names() -> list[str]:
    """The names of all but the admin's, whose pages are those of its record types."""
    return [address.name for address in everywhere() if not address.is_admin]
