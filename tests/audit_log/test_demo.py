"""The demo walks cases of every kind through the portal: its rows are what their entries say."""

import pytest

from authorizations.audit_log.findings_and_documents import differing_findings_and_documents
from authorizations.audit_log.rows import differing_rows
from tests.demo_world import demo as demo
from tests.demo_world import demo_file as demo_file

pytestmark = pytest.mark.slow


def test_rows_of_the_demo_are_as_its_entries_say(demo: None) -> None:
    assert [*differing_rows(), *differing_findings_and_documents()] == []
