"""A portal with a mail server, and messages that are due."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail

from tests.notifications.mail_server import Peer, running

BACKENDS = "django.core.mail.backends"


@pytest.fixture(autouse=True)
def _mail(settings: Any) -> None:
    settings.SMTP = "smtp://localhost"
    settings.EMAIL_BACKEND = f"{BACKENDS}.locmem.EmailBackend"
    settings.MAIL_ALLOWED = None
    settings.OWN_ADDRESS = "https://portal.example.gov"
    mail.outbox = []


@pytest.fixture
def peer(settings: Any) -> Iterator[Peer]:
    """A mail server of the test's own, to which the portal is connected."""
    settings.EMAIL_BACKEND = "authorizations.notifications.mail.smtp_backend.PatientBackend"
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = "127.0.0.1", False, False
    settings.EMAIL_HOST_USER = ""
    settings.EMAIL_TIMEOUT = 5
    with running(Peer()) as here:
        settings.EMAIL_PORT = here.port
        yield here
