"""Run as a child process by tests: claims and mails what is due, and stops where the test says, to be killed.

python -m tests.crash.mailing DATABASE_NAME PORT_OF_THE_MAIL_SERVER all|claimed|taken
"""

import sys
import time

import django
from django.conf import settings


def main() -> None:
    settings.DATABASES["default"]["NAME"] = sys.argv[1]
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1"
    settings.EMAIL_PORT, settings.EMAIL_USE_TLS, settings.MAIL_ALLOWED = int(sys.argv[2]), False, None
    django.setup()
    from django.utils import timezone

    from authorizations.notifications.mail import delivery

    if sys.argv[3] == "all":
        while delivery.deliver():
            pass
        return
    [message] = delivery.claim(timezone.now())
    if sys.argv[3] == "taken":
        assert delivery.MailConnection().send(delivery.mail_of(message, message.link)) is None
    sys.stdout.write("halfway\n")
    sys.stdout.flush()
    time.sleep(600)


if __name__ == "__main__":
    main()
