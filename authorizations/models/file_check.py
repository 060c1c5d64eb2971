"""A nightly look at the files of documents, and what it found."""

from typing import ClassVar

from django.db import models

from authorizations.models.background_job import BackgroundJob
from authorizations.vocabulary import JobStatus


class FileCheck(BackgroundJob):
    """One check. ``missing`` and ``changed`` are ids of versions, ``unneeded`` names of files that no version needs."""

    EVENTS: ClassVar[str] = "filecheck"

    files = models.PositiveIntegerField(default=0, help_text="How many files are kept.")
    versions = models.PositiveIntegerField(default=0, help_text="How many versions need one.")
    missing = models.JSONField(default=list, blank=True, help_text="Ids of versions whose file is not there.")
    changed = models.JSONField(default=list, blank=True, help_text="Ids of versions whose file has another hash.")
    unneeded = models.JSONField(default=list, blank=True, help_text="Names of files that no version needs.")

    class Meta(BackgroundJob.Meta):
        pass

    def __str__(self) -> str:
        return f"Check of files of {self.asked_at:%Y-%m-%d}"

    @property
    def is_whole(self) -> bool:
        """Whether every version has its file, unchanged; a file too many harms nobody."""
        return self.status == JobStatus.DONE and not self.missing and not self.changed

    @property
    def result(self) -> str:
        if self.status != JobStatus.DONE:
            return self.failure or self.get_status_display()
        found = (
            f"{len(self.missing)} missing" if self.missing else "",
            f"{len(self.changed)} changed" if self.changed else "",
            f"{len(self.unneeded)} unneeded" if self.unneeded else "",
        )
        return ", ".join(filter(None, found)) or "all whole"
