"""Reads `PORTAL_WEBHOOK_HOSTS`: to which hosts the portal may tell what happened."""

import re
from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured

ANY = "public"
HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


@dataclass(frozen=True, slots=True)
class WebhookHosts:
    """Host names, whole and in small letters, or any on the public internet. Without either, webhooks are off."""

    named: frozenset[str] = frozenset()
    any_public: bool = False

    @classmethod
    def read(cls, text: str) -> "WebhookHosts":
        """Raises ImproperlyConfigured."""
        named = frozenset(each.strip().lower() for each in text.split(",") if each.strip())
        if named == {ANY}:
            return cls(any_public=True)
        if not all(HOST.fullmatch(each) for each in named):
            raise ImproperlyConfigured(f"PORTAL_WEBHOOK_HOSTS must be host names with commas between, or “{ANY}”.")
        return cls(named)

    def __bool__(self) -> bool:
        return self.any_public or bool(self.named)

    def __contains__(self, host: object) -> bool:
        return self.any_public or host in self.named
