"""Run in place of the child that makes reports: the same in the tests' database, with one report more.

python -m tests.crash.report_child DATABASE_NAME JOB FOLDER BYTES_OF_MEMORY
"""

import sys

import django
from django.conf import settings

from authorizations.reports.jobs import child_process


def main() -> None:
    settings.DATABASES["default"]["NAME"] = sys.argv.pop(1)
    django.setup()
    from authorizations.reports.registry import REPORTS
    from tests.crash.odd_report import Odd

    REPORTS["odd"] = Odd()
    child_process.main()


if __name__ == "__main__":
    main()
