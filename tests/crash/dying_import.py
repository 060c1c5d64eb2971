"""Run as a child process by a test: applies a feed, stops when half of it is written, and waits to be killed.

python -m tests.crash.dying_import DATABASE_NAME FEED_FILE
"""

import sys
import time
from pathlib import Path

import django
from django.conf import settings


def stop_halfway(written: int, total: int) -> None:
    """Says so and waits, once half of the records are written and none is committed."""
    if written * 2 >= total:
        sys.stdout.write("halfway\n")
        sys.stdout.flush()
        time.sleep(600)


def main() -> None:
    settings.DATABASES["default"]["NAME"] = sys.argv[1]
    django.setup()
    from django.utils import timezone

    from authorizations.exchange.imports.marketplace import apply_feed
    from tests.exchange.feeds import feed_at

    feed = feed_at(Path(sys.argv[2]), now=timezone.now())
    apply_feed(feed, actor=None, now=timezone.now(), progress=stop_halfway)


if __name__ == "__main__":
    main()
