"""What a machine must have for PDFs; without it the page that prints is offered instead."""

from collections.abc import Mapping

# What WeasyPrint loads when a PDF is made, and the Debian package of each.
LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}


def install_line(libraries: Mapping[str, str]) -> str:
    return f"apt-get install {' '.join(libraries.values())}"
