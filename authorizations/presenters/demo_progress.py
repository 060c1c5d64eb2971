"""How much of the demo's data is entered, for the sign-in page that waits for it."""

from django.core.cache import caches

# In this process alone: the portal that enters its demo while it serves is one process, and signing in needs no Redis.
CACHE = "counts"
KEY = "demo-progress"
# Nobody waits any longer for a start that died.
SECONDS_KEPT = 60


def demo_progress() -> int | None:
    """Percent entered so far; None when nobody is entering it, or is done for a while."""
    percent: int | None = caches[CACHE].get(KEY)
    return percent


def set_demo_progress(percent: int) -> None:
    caches[CACHE].set(KEY, percent, SECONDS_KEPT)
