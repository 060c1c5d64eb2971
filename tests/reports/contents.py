"""What the tests of reports ask of one: its contents for a person, and everything that its files say."""

import json
from datetime import datetime
from io import BytesIO
from typing import Any

from django.utils import timezone

from accounts.models import User
from authorizations.reports.base import ask
from authorizations.reports.registry import REPORTS
from authorizations.reports.rendering.formats import FORMATS
from authorizations.tables.columns import plain
from authorizations.tables.contents import Contents, ReportSpec


def contents_of(name: str, user: User, as_of: datetime | None = None, **about: str) -> tuple[ReportSpec, Contents]:
    """A report for a person."""
    report = REPORTS[name]
    asked = ask(report, user, about, as_of or timezone.now())
    return asked, report.contents(asked)


def rows_of(contents: Contents, key: str) -> list[dict[str, Any]]:
    """The rows of a table, by the keys of its columns."""
    table = contents.table(key)
    assert table is not None, key
    keys = [column.key for column in table.columns]
    return [dict(zip(keys, map(plain, row), strict=True)) for row in table.rows()]


def written(name: str, user: User, suffix: str, as_of: datetime | None = None, **about: str) -> bytes:
    """A report in a format."""
    asked, contents = contents_of(name, user, as_of, **about)
    out = BytesIO()
    FORMATS[suffix].write(REPORTS[name], contents, asked, out, lambda rows: None)
    return out.getvalue()


def everything(name: str, user: User, as_of: datetime | None = None, **about: str) -> str:
    """All that a report says, as its JSON has it; the other files without a PDF are made as well."""
    for suffix in ("csv", "xlsx"):
        assert written(name, user, suffix, as_of, **about)
    found = json.loads(written(name, user, "json", as_of, **about))
    assert all(table["rows"] is not None for table in found["tables"])
    return json.dumps(found, ensure_ascii=False)
