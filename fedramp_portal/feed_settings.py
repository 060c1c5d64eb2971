"""Reads `PORTAL_FEED_FOLDER` and `PORTAL_FEED_ADDRESS`: where feeds are looked for without a person."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True, slots=True)
class FeedSources:
    """A folder of this machine, and an address; each None where nobody set it."""

    folder: Path | None
    address: str | None

    @classmethod
    def read(cls, folder: str, address: str) -> "FeedSources":
        """Raises ImproperlyConfigured."""
        if folder and not Path(folder).is_absolute():
            raise ImproperlyConfigured("PORTAL_FEED_FOLDER must be an absolute path.")
        if address and not (address.startswith("https://") and urlsplit(address).hostname):
            raise ImproperlyConfigured("PORTAL_FEED_ADDRESS must begin with https:// and name a host.")
        return cls(Path(folder) if folder else None, address or None)

    @property
    def host(self) -> str:
        return urlsplit(self.address or "").hostname or ""
