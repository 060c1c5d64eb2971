"""The portal's own settings, but what the timer looks for every few seconds or each minute it looks for at once."""

from datetime import timedelta

from fedramp_portal.settings import *  # noqa: F403
from fedramp_portal.settings import CELERY_BEAT_SCHEDULE

for entry in CELERY_BEAT_SCHEDULE.values():
    if isinstance(entry["schedule"], timedelta):
        entry["schedule"] = timedelta(seconds=2)
