"""The sign of life of timer and worker: no act of a person, and so without an entry."""

from datetime import datetime

from authorizations.models import Pulse

TIMER = "timer"


def note_pulse(now: datetime) -> None:
    """Writes down that what the timer sends is done."""
    Pulse.objects.update_or_create(name=TIMER, defaults={"at": now})


def last_pulse() -> datetime | None:
    """When that was last; None where it never was."""
    return Pulse.objects.filter(name=TIMER).values_list("at", flat=True).first()
