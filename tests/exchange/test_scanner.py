"""What the scanner's answers mean, and what becomes of files when it is not there."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from authorizations.exchange.documents.virus_scanner import NoScanner, verdict
from fedramp_portal.scanner_settings import read


def test_the_scanner_says_clean_or_names_what_it_found() -> None:
    assert verdict("stream: OK") is True
    assert verdict("stream: Eicar-Test-Signature.UNOFFICIAL FOUND") is False


@pytest.mark.parametrize("answer", ["", "INSTREAM size limit exceeded. ERROR", "stream: OK FOUND and more", "FOUND"])
def test_anything_else_is_no_verdict(answer: str) -> None:
    with pytest.raises(NoScanner):
        verdict(answer)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", None),
        ("127.0.0.1:3310", ("127.0.0.1", 3310)),
        ("[::1]:3310", ("::1", 3310)),
        ("/run/clamav/clamd.ctl", "/run/clamav/clamd.ctl"),
    ],
)
def test_the_setting_names_a_host_with_its_port_or_a_socket(text: str, where: object) -> None:
    assert read(text) == where


@pytest.mark.parametrize("text", ["clamd", "host:", ":3310", "tcp://host:3310", "host:port"])
def test_any_other_setting_stops_the_portal(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="PORTAL_CLAMAV"):
        read(text)
