"""Fetching over the network: what is refused, and that no server can hold the worker up."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from authorizations.exchange.fetching import Fetcher, NotFetched, is_public

HOST = "feeds.example"
Answer = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def serving(answer: Answer, context: ssl.SSLContext | None = None) -> Iterator[int]:
    """A server on this machine that answers as told, over TLS where it has a context; its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        def log_message(self, *args: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if context:
        # Each handler shakes hands for itself: one caller who does not holds up no other.
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


def here(**given: object) -> Fetcher:
    """A fetcher that may reach this machine under a name of the internet."""
    own: dict[str, object] = {"resolve": lambda host, port: ["127.0.0.1"], "may_reach": lambda address: True}
    whole = {"hosts": {HOST}, "most_bytes": 1000, "seconds": 5, "schemes": ("http",), "ports": range(65536)}
    return Fetcher(**{**whole, **own, **given})  # type: ignore[arg-type]  # as a test gives it


def told(content: bytes, status: int = 200, **headers: str) -> Answer:
    def answer(asked: BaseHTTPRequestHandler) -> None:
        asked.send_response(status)
        for name, value in {"Content_Length": str(len(content)), **headers}.items():
            asked.send_header(name.replace("_", "-"), value)
        asked.end_headers()
        asked.wfile.write(content)

    return answer


def why(fetcher: Fetcher, address: str) -> str:
    with pytest.raises(NotFetched) as refused:
        fetcher.fetch(address)
    return refused.value.sentence


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.8.8", "0.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1"),
        *("169.254.169.254", "224.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1"),
        *("::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254"),
        *("2002:7f00:1::", "64:ff9b::a9fe:a9fe", "64:ff9b::7f00:1", "2001:db8::1"),
        *("::127.0.0.1", "::a9fe:a9fe", "64:ff9b:1::a00:1", "fec0::1"),
    ],
)
def test_what_is_inside_a_network_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["140.82.112.3", "2606:50c0:8000::153", "64:ff9b::8c52:7003"])
def test_what_is_on_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("https://elsewhere.example/feed.json", "not among those"),
        ("https://feeds.example.elsewhere.example/", "not among those"),
        ("https://feeds.example@elsewhere.example/", "user or a port"),
        ("https://feeds.example:22/", "user or a port"),
        ("https://feeds.example:99999/", "no address"),
        ("https://[/", "no address"),
        ("http://feeds.example/feed.json", "https://"),
        ("file:///etc/passwd", "https://"),
        ("gopher://feeds.example/", "https://"),
        ("//feeds.example/", "https://"),
        ("", "https://"),
    ],
)
def test_only_https_of_known_hosts_is_fetched(address: str, words: str) -> None:
    def resolve(host: str, port: int) -> list[str]:
        raise AssertionError("It must not even be looked up.")

    assert words in why(Fetcher(hosts={HOST}, most_bytes=10, resolve=resolve), address)


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], ["169.254.169.254"], ["::1"], ["140.82.112.3", "10.0.0.1"], ["fe80::1%1"], []]
)
def test_a_host_that_leads_inside_is_not_connected_to(addresses: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*args: object, **kwargs: object) -> socket.socket:
        raise AssertionError("It must not be connected to.")

    monkeypatch.setattr(socket, "create_connection", connect)
    fetcher = Fetcher(hosts={HOST}, most_bytes=10, resolve=lambda host, port: addresses)
    assert why(fetcher, f"https://{HOST}/") == f"The host {HOST} is not on the public internet."


def test_the_address_that_was_looked_at_is_the_one_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that leads outside when it is looked at, and inside a moment later."""
    answers, reached = iter([["140.82.112.3"], ["127.0.0.1"]]), []

    def connect(address: tuple[str, int], **kwargs: object) -> socket.socket:
        reached.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    why(Fetcher(hosts={HOST}, most_bytes=10, resolve=lambda host, port: next(answers)), f"https://{HOST}/")
    assert reached == [("140.82.112.3", 443)]


def test_a_file_is_fetched_whole() -> None:
    with serving(told(b"{}" * 400)) as port:
        assert here().fetch(f"http://{HOST}:{port}/feed.json?day=1") == b"{}" * 400


def test_a_redirect_is_looked_at_like_any_address() -> None:
    for leads_to in ("http://127.0.0.1/", "http://elsewhere.example/", "file:///etc/passwd"):
        with serving(told(b"", 302, Location=leads_to)) as port:
            assert why(here(), f"http://{HOST}:{port}/") != ""
    with serving(told(b"", 307, Location="/again")) as port:
        assert why(here(), f"http://{HOST}:{port}/") == "The address leads on more than 3 times."


def is_no_server(asked: BaseHTTPRequestHandler) -> None:
    asked.wfile.write(b"no http at all\r\n\r\n")


def test_other_answers_are_named() -> None:
    with serving(told(b"gone", 404)) as port:
        assert why(here(), f"http://{HOST}:{port}/") == f"{HOST} answered 404."
    with serving(told(b"half", Content_Length="900")) as port:
        assert "before the whole file" in why(here(seconds=2), f"http://{HOST}:{port}/")
    with serving(is_no_server) as port:
        assert "did not answer as it should" in why(here(seconds=2), f"http://{HOST}:{port}/")


def test_a_huge_answer_is_left_off() -> None:
    def answer(asked: BaseHTTPRequestHandler) -> None:
        asked.send_response(200)
        asked.end_headers()
        while True:
            asked.wfile.write(b"x" * 65536)

    with serving(answer) as port:
        assert "larger than" in why(here(), f"http://{HOST}:{port}/")


def drips(asked: BaseHTTPRequestHandler) -> None:
    asked.send_response(200)
    asked.end_headers()
    while True:
        asked.wfile.write(b"x")
        time.sleep(0.05)


def drips_its_head(asked: BaseHTTPRequestHandler) -> None:
    while True:
        asked.wfile.write(b"X")
        time.sleep(0.05)


def is_silent(asked: BaseHTTPRequestHandler) -> None:
    time.sleep(5)


@pytest.mark.slow
@pytest.mark.parametrize("answer", [drips, drips_its_head, is_silent])
def test_a_slow_server_is_left(answer: Answer) -> None:
    with serving(answer) as port:
        began = time.monotonic()
        assert "took longer than 0.4 seconds" in why(here(seconds=0.4), f"http://{HOST}:{port}/")
        assert time.monotonic() - began < 2
