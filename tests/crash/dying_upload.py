"""Run as a child process by a test: keeps a file, writes its version without an end, and waits to be killed.

python -m tests.crash.dying_upload DATABASE_NAME FOLDER_OF_FILES CASE PERSON
"""

import sys
import time
from io import BytesIO

import django
from django.conf import settings


def main() -> None:
    settings.DATABASES["default"]["NAME"] = sys.argv[1]
    settings.MEDIA_ROOT = sys.argv[2]
    django.setup()
    from django.db import transaction
    from django.utils import timezone

    from accounts.models import User
    from authorizations.actions.documents.documents import add_version
    from authorizations.exchange.documents.upload import take_in
    from authorizations.models import Case
    from tests.exchange.documents import PDF

    upload = take_in(BytesIO(PDF), "plan.pdf")
    person = User.objects.get(public_id=sys.argv[4])
    with transaction.atomic():
        add_version(Case, sys.argv[3], "wbs", actor=person, now=timezone.now(), upload=upload)
        sys.stdout.write("halfway\n")
        sys.stdout.flush()
        time.sleep(600)


if __name__ == "__main__":
    main()
