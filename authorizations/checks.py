"""System checks of the portal: what this machine lacks, and the line that cures it."""

import ctypes
from typing import Any

from django.core import checks

PORTAL = "portal"
# What WeasyPrint loads when a PDF is made, and the Debian package of each.
PDF_LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}


def pdf_libraries(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """A warning when a system library for PDFs is missing; the portal runs on without PDFs."""
    if all(_loads(library) for library in PDF_LIBRARIES):
        return []
    hint = f"To have them: apt-get install {' '.join(PDF_LIBRARIES.values())}"
    return [checks.Warning("PDFs cannot be made on this machine.", hint=hint, id="portal.W001")]


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
