"""Fetching a public file over the network, or posting to it: known hosts alone, and never inside one's own network.

An address that a person or a feed names may lead anywhere: to the machine itself, to the addresses at which a cloud
hands out keys, or to a server that never ends. So the host must be known, each of its addresses must be public, the
connection goes to the address that was looked at, and size and time have an end (OWASP, Server-Side Request Forgery).
"""

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection, Container, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import SplitResult, urljoin, urlsplit

HTTPS_PORT = 443
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PIECE = 64 * 1024
# Addresses that stand for IPv4 addresses, also for private ones (RFC 6052, RFC 4291 2.5.5.1).
OF_IPV4 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("::/96"))
# Translation (RFC 8215) and sites (RFC 3879) of one's own network, which the library takes for public.
OWN = (ipaddress.ip_network("64:ff9b:1::/48"), ipaddress.ip_network("fec0::/10"))
OK = 200


class NotFetched(Exception):
    """``sentence``: why, for a page and the log, without anything that the other side sent."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def is_public(address: str) -> bool:
    """Whether an IP address is on the public internet; an IPv4 address inside an IPv6 one is looked at by itself."""
    found = ipaddress.ip_address(address.split("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if any(found in each for each in OWN):
            return False
        stands_for = any(found in each for each in OF_IPV4)
        translated = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF) if stands_for else None
        found = found.ipv4_mapped or found.sixtofour or translated or found
    return found.is_global and not found.is_multicast


def addresses_of(host: str, port: int) -> list[str]:
    """The IP addresses of a host. Raises OSError: it has none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Whom to ask, and how much to take.

    Args:
        hosts: the host names that may be asked, whole and in small letters; redirects must lead to one of them.
        most_bytes: the largest answer; seconds: the longest that all of it may take, redirects included.
        resolve, may_reach, schemes, ports: as the network is; tests reach servers of their own.
    """

    hosts: Container[str]
    most_bytes: int
    seconds: float = 30
    redirects: int = 3
    resolve: Callable[[str, int], list[str]] = addresses_of
    may_reach: Callable[[str], bool] = is_public
    schemes: Collection[str] = ("https",)
    ports: Collection[int] = (HTTPS_PORT,)

    def fetch(self, address: str) -> bytes:
        """The file at an address. Raises NotFetched."""
        until = time.monotonic() + self.seconds
        for _ in range(self.redirects + 1):
            place = self._checked(address)
            with self._asked(place, until) as answer:
                if answer.status in REDIRECTS:
                    address = urljoin(address, answer.getheader("Location", ""))
                    continue
                if answer.status != OK:
                    raise NotFetched(f"{place.hostname} answered {answer.status}.")
                return self._whole(answer, until, str(place.hostname))
        raise NotFetched(f"The address leads on more than {self.redirects} times.")

    def post(self, address: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Sends a body to an address that must take it itself; returns the status. Raises NotFetched."""
        until = time.monotonic() + self.seconds
        place = self._checked(address)
        with self._asked(place, until, body, headers) as answer:
            if not OK <= answer.status < 300:
                raise NotFetched(f"{place.hostname} answered {answer.status}.")
            return answer.status

    def _checked(self, address: str) -> SplitResult:
        try:
            place = urlsplit(address)
            host, port = place.hostname, place.port
        except ValueError:
            raise NotFetched("This is no address of a file.") from None
        if place.scheme not in self.schemes or not host:
            raise NotFetched("Only addresses that begin with https:// are fetched.")
        if place.username is not None or (port is not None and port not in self.ports):
            raise NotFetched("An address with a user or a port of its own is not fetched.")
        if host not in self.hosts:
            raise NotFetched(f"The host {host[:100]} is not among those that may be asked.")
        return place

    def _reached(self, place: SplitResult, port: int) -> str:
        """One IP address of the host. All of them must be public: who answers with both kinds is up to something."""
        host = str(place.hostname)
        try:
            found = self.resolve(host, port)
        except (OSError, UnicodeError):
            raise NotFetched(f"The host {host} was not found.") from None
        if not found or not all(self.may_reach(each) for each in found):
            raise NotFetched(f"The host {host} is not on the public internet.")
        return found[0]

    @contextmanager
    def _asked(
        self, place: SplitResult, until: float, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Iterator[HTTPResponse]:
        host, tls = str(place.hostname), place.scheme == "https"
        port = place.port or (HTTPS_PORT if tls else 80)
        address, left = self._reached(place, port), until - time.monotonic()
        ended = threading.Event()
        try:
            connection = (HTTPSConnection if tls else HTTPConnection)(host, port, timeout=max(0.1, left))
            # Not connected by name: a second look-up may answer with another address.
            connected = socket.create_connection((address, port), timeout=max(0.1, left))
            if tls:
                context = ssl.create_default_context()
                # Only the names beside the subject count (RFC 9525).
                context.hostname_checks_common_name = False
                connected = context.wrap_socket(connected, server_hostname=host, do_handshake_on_connect=False)
            # A server that sends a byte a second never lets a read time out.
            end = threading.Timer(max(0.1, until - time.monotonic()), _cut, (connected, ended))
            end.daemon = True
            end.start()
            try:
                if isinstance(connected, ssl.SSLSocket):
                    connected.do_handshake()
                connection.sock = connected
                path = f"{place.path or '/'}{f'?{place.query}' if place.query else ''}"
                said = {"Accept-Encoding": "identity", "User-Agent": "portal", **(headers or {})}
                connection.request("GET" if body is None else "POST", path, body=body, headers=said)
                yield connection.getresponse()
            finally:
                end.cancel()
                connection.close()
                connected.close()
        except ssl.SSLCertVerificationError:
            raise NotFetched(f"{host} showed a certificate that this machine does not trust for that name.") from None
        except (OSError, HTTPException, ValueError) as problem:
            if ended.is_set() or isinstance(problem, TimeoutError):
                raise NotFetched(f"{host} took longer than {self.seconds:g} seconds.") from None
            raise NotFetched(f"{host} did not answer as it should ({type(problem).__name__}).") from None

    def _whole(self, answer: HTTPResponse, until: float, host: str) -> bytes:
        pieces, size = [], 0
        while piece := answer.read1(PIECE):
            size += len(piece)
            if size > self.most_bytes:
                raise NotFetched(f"The file of {host} is larger than {self.most_bytes // 2**20} MB.")
            pieces.append(piece)
        if time.monotonic() >= until:
            raise NotFetched(f"{host} took longer than {self.seconds:g} seconds.")
        if answer.length:
            raise NotFetched(f"{host} ended before the whole file was there.")
        return b"".join(pieces)


def _cut(connected: socket.socket, ended: threading.Event) -> None:
    ended.set()
    # It may have ended by itself meanwhile.
    with suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)
