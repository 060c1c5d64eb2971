"""What is logged, where and how: one line an entry, on standard output, ids only."""

from typing import Any


def written(level: str, *, as_json: bool) -> dict[str, Any]:
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "correlation_id": {"()": "django_guid.log_filters.CorrelationId"},
            "brief": {"()": "authorizations.web.access_log.WithoutTracebackOfRefusals"},
        },
        "formatters": {
            "plain": {
                "()": "authorizations.web.access_log.OneLine",
                "format": "%(asctime)s %(levelname)s %(name)s [%(correlation_id)s] %(message)s",
            },
            "json": {
                "()": "pythonjsonlogger.json.JsonFormatter",
                "format": "%(asctime)s %(levelname)s %(name)s %(correlation_id)s %(message)s",
            },
        },
        "handlers": {
            "stdout": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stdout",
                "formatter": "json" if as_json else "plain",
                "filters": ["correlation_id", "brief"],
            }
        },
        "root": {"handlers": ["stdout"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            # Their lines would carry addresses and headers of requests.
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
            "django_guid": {"level": "WARNING"},
            # Three lines for each look at whether there is work; every task says itself what it did, and failures stay.
            "celery.beat": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            # It warns of every request that waits a millisecond for a thread.
            "waitress.queue": {"level": "ERROR"},
        },
    }
