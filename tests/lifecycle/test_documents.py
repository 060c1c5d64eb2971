"""What is said of the machine, held against the machine; and no line of our source goes around it."""

import re
from pathlib import Path

import pytest

from authorizations.lifecycle.machine_docs import as_markdown
from authorizations.models.machines import machines_and_sources

ROOT = Path(__file__).resolve().parents[2]
# The import writes in bulk what the machine has moved.
MAY_WRITE_STAGES = {"authorizations/actions/imports/apply.py"}
AROUND = re.compile(
    r"""update\([^)]*\bstage\s*=|bulk_update\([^)]*["']stage["']|\.stage\s*=[^=]|setattr\([^)]*["']stage["']"""
    r"""|\bset_state\(|__dict__\[["']stage"""
)


def test_the_document_is_what_the_machines_say() -> None:
    written = (ROOT / "docs/lifecycle.md").read_text()
    assert written == as_markdown(machines_and_sources()), "run ./portal lifecycle_docs"


@pytest.mark.slow
def test_no_line_of_our_source_sets_a_stage() -> None:
    found = {
        str(path.relative_to(ROOT))
        for folder in ("accounts", "authorizations", "benchmarks", "demo", "fedramp_portal")
        for path in (ROOT / folder).rglob("*.py")
        if AROUND.search(path.read_text())
    }
    assert found == MAY_WRITE_STAGES


def test_the_search_for_such_lines_finds_them() -> None:
    for line in (
        'rows.update(stage="x")',
        'rows.bulk_update(a, ["stage"])',
        'ato.stage = "x"',
        "x.update(a=1, stage=2)",
    ):
        assert AROUND.search(line), line
    assert not AROUND.search('if ato.stage == "x"')
