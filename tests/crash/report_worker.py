"""Run as a child process by tests: a worker that makes what waits, to be killed, or to be one of several.

python -m tests.crash.report_worker DATABASE_NAME DATA_FOLDER
"""

import sys
from pathlib import Path

import django
from django.conf import settings


def main() -> None:
    name, folder = sys.argv[1], Path(sys.argv[2])
    settings.DATABASES["default"]["NAME"] = name
    settings.DATA_DIR, settings.MEDIA_ROOT = folder, folder / "files"
    django.setup()
    from authorizations.reports.jobs import worker

    worker.CHILD[:] = [sys.executable, "-m", "tests.crash.report_child", name]
    sys.stdout.write(f"made {worker.make_all()}\n")


if __name__ == "__main__":
    main()
