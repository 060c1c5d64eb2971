"""A nightly look at the files of documents, and what it found."""

from django.db import models

from accounts.fields import PublicIdField
from authorizations.models.querysets import Scoped


class FileCheck(models.Model):
    """One check. ``missing`` and ``changed`` are ids of versions, ``unneeded`` names of files that no version needs."""

    public_id = PublicIdField()
    checked_at = models.DateTimeField()
    files = models.PositiveIntegerField(help_text="How many files are kept.")
    versions = models.PositiveIntegerField(help_text="How many versions need one.")
    missing = models.JSONField(default=list, blank=True, help_text="Ids of versions whose file is not there.")
    changed = models.JSONField(default=list, blank=True, help_text="Ids of versions whose file has another hash.")
    unneeded = models.JSONField(default=list, blank=True, help_text="Names of files that no version needs.")

    objects = Scoped.as_manager()

    class Meta:
        ordering = ["-checked_at", "-pk"]

    def __str__(self) -> str:
        return f"Check of files of {self.checked_at:%Y-%m-%d}"

    @property
    def is_whole(self) -> bool:
        """Whether every version has its file, unchanged; a file too many harms nobody."""
        return not self.missing and not self.changed

    @property
    def result(self) -> str:
        """What it found, in a few words."""
        found = (
            f"{len(self.missing)} missing" if self.missing else "",
            f"{len(self.changed)} changed" if self.changed else "",
            f"{len(self.unneeded)} unneeded" if self.unneeded else "",
        )
        return ", ".join(filter(None, found)) or "all whole"
