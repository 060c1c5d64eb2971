"""The Celery application; with no broker address it lives in memory, inside the one process of `serve`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fedramp_portal.settings")

celery_app = Celery("fedramp_portal")
celery_app.config_from_object("django.conf:settings", namespace="CELERY")
celery_app.autodiscover_tasks()
