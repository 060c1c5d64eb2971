"""Run as a child process by a test: adds documents to a case, one after the other, until it is killed.

python -m tests.crash.busy CASE PERSON

Its portal is the one of the environment. A line is printed for each document.
"""

import secrets
import sys
from io import BytesIO

import django


def main() -> None:
    django.setup()
    from django.utils import timezone

    from accounts.models import User
    from authorizations.actions.documents.documents import add_version
    from authorizations.exchange.documents.upload import take_in
    from authorizations.models import Case

    while True:
        upload = take_in(BytesIO(secrets.token_hex(20_000).encode()), "form.txt")
        person = User.objects.get(public_id=sys.argv[2])
        add_version(Case, sys.argv[1], "access_form", actor=person, now=timezone.now(), upload=upload)
        sys.stdout.write("added\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
