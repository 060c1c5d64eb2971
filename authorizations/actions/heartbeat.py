"""The heartbeat of timer and worker: no act of a person, and so without an entry."""

from datetime import datetime

from authorizations.models import Heartbeat

TIMER = "timer"


def note_heartbeat(now: datetime) -> None:
    Heartbeat.objects.update_or_create(name=TIMER, defaults={"at": now})


def last_heartbeat() -> datetime | None:
    return Heartbeat.objects.filter(name=TIMER).values_list("at", flat=True).first()
