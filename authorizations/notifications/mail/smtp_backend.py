"""Mail over SMTP, with the time that a server may take over a mail (RFC 5321, section 4.5.3.2)."""

import smtplib
from typing import Any

from django.core.mail.backends.smtp import EmailBackend

# Filters and lists may take so long between the last line of a mail and the answer to it.
DATA_SECONDS = 600.0


class _PatientData:
    sock: Any

    def data(self, msg: Any) -> Any:
        """Sends a mail's content; connecting and commands keep their own, shorter time."""
        before = self.sock.gettimeout()
        self.sock.settimeout(DATA_SECONDS)
        try:
            return super().data(msg)  # type: ignore[misc]  # the library's class is beside this one
        finally:
            if self.sock is not None:
                self.sock.settimeout(before)


class PatientSMTP(_PatientData, smtplib.SMTP):
    pass


class PatientSMTPOverTLS(_PatientData, smtplib.SMTP_SSL):
    pass


class PatientBackend(EmailBackend):
    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return PatientSMTPOverTLS if self.use_ssl else PatientSMTP
