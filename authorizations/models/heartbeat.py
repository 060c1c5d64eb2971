"""When the background work last gave a heartbeat."""

from django.db import models


class Heartbeat(models.Model):
    """One row: what the timer sent and a worker took, so that both and the broker are known to work."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
