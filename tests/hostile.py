"""Text that nobody types and everybody may send; both sides of the portal are asked with each of them."""

import pytest

from tests.samples import sample

HOSTILE = {
    "nul": "a\x00b",
    "nul alone": "\x00",
    "60,000 characters": "x" * 60_000,
    "2,000 words": "x " * 2_000,
    "lone surrogate": "\ud800".encode("utf-8", "surrogatepass"),
    "emoji": "\U0001f4a9",
    "right-to-left override": "\u202egov.",
    "percent": "%",
    "underscore": "_",
    "backslash": "\\",
    "quotes": "\"'`",
    "5,000 digits": "9" * 5_000,
    "17 digits": "9" * 17,
    "negative": "-9999999999",
    "markup": "</script><script>",
    "line ends": "a\r\nb",
}

# Every page is asked with three of them in the full run, and with all of them at night.
WORDS = sample(HOSTILE, "nul", "17 digits", "markup", lane=pytest.mark.nightly)
