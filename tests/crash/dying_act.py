"""Run as a child process by a test: sends a message again, and stops when that is committed, before it rings.

python -m tests.crash.dying_act DATABASE_NAME MESSAGE USER_KEY
"""

import sys
import time

import django
from django.conf import settings


def _stop() -> None:
    sys.stdout.write("halfway\n")
    sys.stdout.flush()
    time.sleep(600)


def main() -> None:
    settings.DATABASES["default"]["NAME"], settings.SMTP = sys.argv[1], "smtp://127.0.0.1"
    django.setup()
    from django.db import transaction
    from django.utils import timezone

    from accounts.models import User
    from authorizations.actions.messages import send_again

    with transaction.atomic():
        # What is to be done on commit is done in turn: the bell comes after it.
        transaction.on_commit(_stop)
        send_again(sys.argv[2], actor=User.objects.get(pk=sys.argv[3]), now=timezone.now())


if __name__ == "__main__":
    main()
