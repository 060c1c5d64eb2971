"""A report that behaves as the crash tests want: slow, hungry, endless, or dying by itself."""

import os
import signal
import time
from collections.abc import Iterable
from typing import ClassVar

from authorizations.reports.base import Parameter, Report
from authorizations.tables.columns import Column, ColumnKind, Row
from authorizations.tables.contents import ReportSpec

ROWS = 3000


class Odd(Report):
    """What it does is in its parameter."""

    name: ClassVar[str] = "odd"
    title: ClassVar[str] = "Odd report"
    audience: ClassVar[str] = "Nobody."
    explains: ClassVar[str] = "Nothing."
    parameters: ClassVar[tuple[Parameter, ...]] = (Parameter("how", "How", lambda user, text: text),)
    columns: ClassVar[tuple[Column, ...]] = (Column("number", "Number", "A number.", ColumnKind.NUMBER),)

    read = 0

    def rows(self, spec: ReportSpec) -> Iterable[Row]:
        how = spec.given["how"]
        kept = []
        self.read += 1
        for number in range(ROWS):
            if how == "slow" and self.read > 1:  # the first reading counts them
                time.sleep(0.02)
            if how == "hungry":
                kept.append("x" * 10_000_000)
            if how == "dying" and number == 1000:
                os.kill(os.getpid(), signal.SIGKILL)
            if how == "aborting" and number == 1000:
                os.abort()
            if how == "failing" and number == 1000:
                raise RuntimeError("a mistake in the report")
            yield (number,)
