"""Django's own check of a deployment finds nothing in production's settings."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_settings import ROOT, SAFE

pytestmark = pytest.mark.service


def test_the_check_of_a_deployment_finds_nothing(tmp_path: Path) -> None:
    checked = subprocess.run(
        [sys.executable, ROOT / "manage.py", "check", "--deploy", "--fail-level", "WARNING", "--tag", "security"],
        env={"PATH": os.environ["PATH"], "PORTAL_DATA": str(tmp_path), **SAFE},
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout
