"""The Celery application; with no broker address it lives in memory, inside the one process of `serve`."""

import os
from importlib import import_module
from typing import Any

from celery import Celery
from celery.signals import task_prerun

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fedramp_portal.settings")

celery_app = Celery("fedramp_portal")
celery_app.config_from_object("django.conf:settings", namespace="CELERY")
celery_app.autodiscover_tasks()


@task_prerun.connect
def know_the_rules(**kwargs: Any) -> None:
    """A worker asks now and then which releases of the rules there are, as a page does."""
    # The record types are there once Django has loaded them.
    import_module("authorizations.models.rules").refresh_releases()
