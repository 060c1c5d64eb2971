"""The heartbeat of timer and worker: no act of a person, and so without an entry."""

from datetime import datetime

from authorizations.models import Heartbeat

TIMER = "timer"


def note_heartbeat(now: datetime) -> None:
    """Notes that a task of the timer ran."""
    Heartbeat.objects.update_or_create(name=TIMER, defaults={"at": now})


def last_heartbeat() -> datetime | None:
    """When one last ran; None where none ever did."""
    return Heartbeat.objects.filter(name=TIMER).values_list("at", flat=True).first()
