"""The report that the documents tell a newcomer to write, entered in the registry by its one line."""

import re
from pathlib import Path
from typing import Any

import pytest

from authorizations.reports import registry
from authorizations.reports.base import Report

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "reports.md"


def entered(monkeypatch: pytest.MonkeyPatch) -> Report:
    """The report of the document, for one test."""
    code = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(), flags=re.DOTALL)[0]
    known: dict[str, Any] = {"__name__": "authorizations.reports.newcomer"}
    exec(compile(code, str(DOCUMENT), "exec"), known)  # noqa: S102  # our own document
    report: Report = known["ImpactLevels"]()
    monkeypatch.setattr(registry, "ALL", (*registry.ALL, report))
    monkeypatch.setitem(registry.REPORTS, report.name, report)
    return report


def content(answer: Any) -> bytes:
    """The whole of an answer, streamed or not."""
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)
