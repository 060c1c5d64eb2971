"""What every record that a public feed can publish has in common."""

from django.db import models

from accounts.roles import RecordSource


class Published(models.Model):
    """A record with a source and the dates between which a feed published it.

    ``published_since`` is the date of the first feed that had the record (for ATOs made here, the day the program
    recorded it); ``not_published_since`` the date of the first newer feed without it. Leaving a feed is not deletion.
    ``sources`` names by field the generation of the feed that gave the value, and the day from which it did:
    ``{"name": "v2 2025-07-01"}``.
    """

    source = models.CharField(max_length=10, choices=RecordSource.choices, default=RecordSource.PORTAL)
    published_since = models.DateField(null=True, blank=True)
    not_published_since = models.DateField(null=True, blank=True)
    sources = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def is_published(self) -> bool:
        """Whether the newest feed applied here has the record."""
        return self.published_since is not None and self.not_published_since is None
