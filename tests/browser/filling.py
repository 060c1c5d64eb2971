"""Run as a child process: fills an empty database with the demo's world and with feeds, all in one start of Django.

python -m tests.browser.filling FEED_FILE ...
"""

import sys
from io import StringIO

import django
from django.core.management import call_command


def main() -> None:
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("demo", stdout=StringIO())
    for feed in sys.argv[1:]:
        call_command("import_marketplace", feed, apply=True, json=True, stdout=StringIO())


if __name__ == "__main__":
    main()
