"""Composition: settings, addresses, the task runner. Nothing imports it but the processes it starts."""

from fedramp_portal.celery import celery_app

__all__ = ["celery_app"]
