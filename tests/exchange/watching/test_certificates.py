"""Fetching over TLS: whose certificate is taken, and that nothing is sent to anyone else."""

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from authorizations.exchange import fetching
from authorizations.exchange.fetching import Fetcher, addresses_of
from tests.exchange.watching.test_fetching import HOST, here, serving, told, why

UNTRUSTED = f"{HOST} showed a certificate that this machine does not trust for that name."
DAY = timedelta(days=1)


class Authority:
    """A certificate authority of the test's own, which signs whatever it is asked to."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.key = folder, ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        own = _unsigned(self.name, self.name, self.key).add_extension(
            x509.BasicConstraints(ca=True, path_length=0), True
        )
        own = own.add_extension(x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), False)
        self.file = folder / f"{name}.pem"
        self.file.write_bytes(own.sign(self.key, hashes.SHA256()).public_bytes(Encoding.PEM))

    def server(self, *names: x509.GeneralName, ended: bool = False) -> ssl.SSLContext:
        """What a server shows that stands for these names; one whose days are over, if asked."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
        signed = (
            _unsigned(subject, self.name, key, ended=ended)
            .add_extension(x509.SubjectAlternativeName(names), False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), False)
            .sign(self.key, hashes.SHA256())
        )
        shown = self.folder / f"{signed.serial_number}.pem"
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        shown.write_bytes(private + signed.public_bytes(Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(shown)
        return context


def _unsigned(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, *, ended: bool = False
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 3 * DAY)
        .not_valid_after(now - DAY if ended else now + DAY)
    )


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """The one authority that this machine trusts."""
    trusted = Authority(tmp_path, "trusted")
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted.file))
    return trusted


def secure(**given: object) -> Fetcher:
    return here(**{"schemes": ("https",), **given})


NAMED, STRANGER = x509.DNSName(HOST), x509.DNSName("elsewhere.example")


def test_a_file_is_fetched_from_a_server_with_a_certificate_of_its_name(authority: Authority) -> None:
    with serving(told(b"{}"), authority.server(STRANGER, NAMED)) as port:
        assert secure().fetch(f"https://{HOST}:{port}/feed.json") == b"{}"


@pytest.mark.parametrize(
    ("names", "ended"),
    [
        ([STRANGER], False),
        ([x509.DNSName("*.feeds.example")], False),
        # The address that is connected to is not the name that was asked for, nor is what stands in the subject.
        ([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))], False),
        ([NAMED], True),
    ],
)
def test_a_certificate_of_another_name_or_another_time_is_refused_and_nothing_is_sent(
    authority: Authority, names: list[x509.GeneralName], *, ended: bool
) -> None:
    asked: list[BaseHTTPRequestHandler] = []
    with serving(asked.append, authority.server(*names, ended=ended)) as port:
        assert why(secure(), f"https://{HOST}:{port}/") == UNTRUSTED
    assert not asked


def test_a_certificate_of_an_authority_that_nobody_here_trusts_is_refused(authority: Authority) -> None:
    asked: list[BaseHTTPRequestHandler] = []
    for name in ("stranger", "trusted"):  # a name is nothing without the key
        folder = authority.folder / name
        folder.mkdir()
        with serving(asked.append, Authority(folder, name).server(NAMED)) as port:
            assert why(secure(), f"https://{HOST}:{port}/") == UNTRUSTED
    assert not asked


def test_a_redirect_leads_neither_out_of_tls_nor_to_a_certificate_of_another_name(authority: Authority) -> None:
    asked: list[BaseHTTPRequestHandler] = []
    for scheme, shown, words in (("http", None, "https://"), ("https", authority.server(STRANGER), UNTRUSTED)):
        with serving(asked.append, shown) as wrong:
            leads_on = told(b"", 302, Location=f"{scheme}://{HOST}:{wrong}/")
            with serving(leads_on, authority.server(NAMED)) as port:
                assert words in why(secure(), f"https://{HOST}:{port}/")
    assert not asked


def test_the_name_is_looked_up_once_whatever_it_would_lead_to_a_moment_later(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up, real = [], socket.getaddrinfo

    def changing(host: str, *args: Any, **kwargs: Any) -> Any:
        if host == HOST:
            looked_up.append(host)
        # At the second there is nobody.
        return real({HOST: "127.0.0.1" if len(looked_up) == 1 else "127.0.0.2"}.get(host, host), *args, **kwargs)

    monkeypatch.setattr(fetching.socket, "getaddrinfo", changing)
    with serving(told(b"{}"), authority.server(NAMED)) as port:
        assert secure(resolve=addresses_of).fetch(f"https://{HOST}:{port}/") == b"{}"
    assert looked_up == [HOST]


def test_each_address_of_a_redirect_is_looked_at_anew(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that leads outside at first, and inside when its own answer leads on to it again."""
    answers = iter([["127.0.0.1"], ["169.254.169.254"]])
    fetcher = secure(resolve=lambda host, port: next(answers), may_reach=lambda address: address == "127.0.0.1")
    with serving(told(b"", 307, Location="/keys"), authority.server(NAMED)) as port:
        assert why(fetcher, f"https://{HOST}:{port}/") == f"The host {HOST} is not on the public internet."


def test_who_speaks_no_tls_is_left(authority: Authority) -> None:
    with serving(told(b"{}")) as port:
        assert "did not answer as it should (SSLError)" in why(secure(), f"https://{HOST}:{port}/")


@contextmanager
def taking_calls_and_saying_nothing() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        calls: list[socket.socket] = []
        threading.Thread(target=lambda: calls.append(listening.accept()[0]), daemon=True).start()
        yield listening.getsockname()[1]
        for each in calls:
            each.close()


@pytest.mark.slow
def test_who_never_shakes_hands_is_left(authority: Authority) -> None:
    with taking_calls_and_saying_nothing() as port:
        began = time.monotonic()
        assert "took longer than 0.4 seconds" in why(secure(seconds=0.4), f"https://{HOST}:{port}/")
        assert time.monotonic() - began < 2
