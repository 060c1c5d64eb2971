"""Run as a child process by a test: waits for a line, then signs the WBS of a case, and says how that ended.

python -m tests.crash.pressing DATABASE_NAME CASE USER_KEY
"""

import sys

import django
from django.conf import settings


def main() -> None:
    settings.DATABASES["default"]["NAME"] = sys.argv[1]
    django.setup()
    from accounts.models import User
    from authorizations.actions.refusals import Refused
    from authorizations.actions.steps import perform
    from authorizations.models import Case
    from tests.lifecycle.world import NOW

    actor = User.objects.get(pk=sys.argv[3])
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    try:
        perform(Case, sys.argv[2], "sign_wbs", actor=actor, now=NOW, revision=0)
        sys.stdout.write("done\n")
    except Refused as refusal:
        sys.stdout.write(f"{type(refusal).__name__}\n")


if __name__ == "__main__":
    main()
