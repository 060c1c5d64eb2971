"""No version is released without its data kept for upgrades, on either database."""

import re

import pytest

from tests.crash.homes import ROOT
from tests.upgrades.databases import archives

RELEASED = re.findall(r"^## (\d+\.\d+\.\d+) ", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)


@pytest.mark.parametrize("vendor", ["sqlite", "postgresql"])
def test_each_released_version_is_kept_with_its_data(vendor: str) -> None:
    kept = {archive.name.removesuffix(f"-{vendor}.tar.xz") for archive in archives(vendor)}
    assert "0.9.0" in RELEASED
    assert set(RELEASED) - kept == set(), "make one: python -m tests.upgrades.databases make VERSION"
