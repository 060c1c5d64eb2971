"""The one-process portal: it starts, answers, works, keeps time, and ends when it is told to."""

import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg2
import pytest

from tests.crash.homes import FirstStart, Home, address_of, new_home, started, wait_for

pytestmark = pytest.mark.crash
MEGABYTE = 1024 * 1024


Serve = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Starts `serve` at a home; what it prints goes to `tmp_path / "printed"`."""
    processes = []

    def start(home: Home, *options: str) -> subprocess.Popen[str]:
        processes.append(started(home, tmp_path / "printed", *options))
        return processes[-1]

    yield start
    for process in processes:
        process.kill()
        process.wait()


class Unfollowed(urllib.request.HTTPErrorProcessor):
    """Gives back an answer that leads elsewhere, as it is."""

    def http_response(self, request: urllib.request.Request, response: Any) -> Any:
        return response


@contextmanager
def nobody_can_be_signed_in(home: Home) -> Iterator[None]:
    """Holds a lock on what signing in has to write, so that a request takes as long as the test wants."""
    if home.database:
        with closing(psycopg2.connect(home.database["DATABASE_URL"])) as connection, connection.cursor() as cursor:
            cursor.execute("LOCK TABLE accounts_session")
            yield
    else:
        with closing(sqlite3.connect(home.folder / "portal.sqlite3", isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield


def test_the_first_start_serves_the_sign_in_page_while_the_demo_is_entered_and_without_a_warning(
    first_start: FirstStart,
) -> None:
    assert first_start.code == 0
    assert "The demo is being prepared" in first_start.page
    assert re.match(
        r"Bringing the database up to date …\nThe portal is at \S+ — .+\nEntering demo data …\n", first_start.printed
    )
    assert "Warning" not in first_start.printed
    assert "WARNING" not in first_start.printed


@pytest.fixture(scope="module")
def started_again(first_start: FirstStart, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Home, Path]]:
    """A portal that runs, started for the second time, and what it prints."""
    folder = tmp_path_factory.mktemp("again")
    with new_home(folder / "data", "again", like=first_start.home) as home:
        process = started(home, folder / "printed", "--prepare", "--port", "0")
        try:
            address_of(folder / "printed")
            yield home, folder / "printed"
        finally:
            process.kill()
            process.wait()


@pytest.mark.sqlite
def test_the_second_start_finds_everything_done(started_again: tuple[Home, Path]) -> None:
    assert started_again[1].read_text().startswith("The portal is at")


@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.sqlite)])
def test_a_signal_ends_it_within_five_seconds_and_in_silence(
    serve: Serve, tmp_path: Path, prepared: Home, number: signal.Signals
) -> None:
    process = serve(prepared, "--prepare", "--port", "0")
    address_of(tmp_path / "printed")
    wait_for("Connected to memory", tmp_path / "printed")
    printed = but_connections(tmp_path / "printed")

    process.send_signal(number)

    assert process.wait(5) == 0
    assert but_connections(tmp_path / "printed") == printed


def but_connections(printed: Path) -> list[str]:
    """The lines without those of queues that are ready: there are several, and one may come a moment later."""
    return [line for line in printed.read_text().splitlines() if "Connected to memory" not in line]


@pytest.mark.sqlite
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_while_it_prepares_ends_it_at_once_and_in_silence(
    serve: Serve, tmp_path: Path, empty: Home, number: signal.Signals
) -> None:
    process = serve(empty, "--prepare", "--port", "0")
    wait_for("Bringing the database up to date", tmp_path / "printed")

    process.send_signal(number)

    assert process.wait(2) == 128 + number
    assert (tmp_path / "printed").read_text() == "Bringing the database up to date …\n"


def test_a_request_in_hand_is_answered_although_signals_come(serve: Serve, tmp_path: Path, prepared: Home) -> None:
    process = serve(prepared, "--prepare", "--port", "0")
    address = address_of(tmp_path / "printed")
    with urllib.request.urlopen(f"{address}/sign-in/") as page:
        path = re.search(r"/sign-in/as/\w+/", page.read().decode())
        cookie = page.headers["Set-Cookie"].partition(";")[0]
    assert path is not None
    secret = urlencode({"csrfmiddlewaretoken": cookie.partition("=")[2]}).encode()
    request = urllib.request.Request(address + path.group(), data=secret, headers={"Cookie": cookie})

    with ThreadPoolExecutor() as pool:
        with nobody_can_be_signed_in(prepared):
            answer = pool.submit(urllib.request.build_opener(Unfollowed).open, request)
            time.sleep(0.5)
            assert not answer.done()
            process.send_signal(signal.SIGTERM)
            process.send_signal(signal.SIGINT)
            time.sleep(0.3)
            assert process.poll() is None

        assert answer.result(5).status == 302
    assert process.wait(5) == 0


@pytest.mark.sqlite
def test_a_port_in_use_is_one_line_before_anything_is_made(serve: Serve, tmp_path: Path, empty: Home) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = serve(empty, "--prepare", "--port", str(port))

        assert process.wait(20) == 1

    said = f"CommandError: Port {port} is in use; choose another with --port.\n"
    assert (tmp_path / "printed").read_text() == said
    assert not (empty.folder / "portal.sqlite3").exists()


@pytest.mark.sqlite
def test_a_port_that_does_not_exist_is_one_line(serve: Serve, tmp_path: Path, empty: Home) -> None:
    assert serve(empty, "--port", "99999").wait(20) == 1

    assert (tmp_path / "printed").read_text() == (
        "CommandError: There is no port 99999; choose one from 1 to 65535 with --port.\n"
    )


@pytest.mark.sqlite
def test_two_starts_cannot_have_one_port(serve: Serve, tmp_path: Path, started_again: tuple[Home, Path]) -> None:
    home, printed = started_again
    port = address_of(printed).rsplit(":", 1)[1]

    assert serve(home, "--prepare", "--port", port).wait(20) == 1
    assert f"Port {port} is in use" in (tmp_path / "printed").read_text()


def test_a_database_that_cannot_be_used_is_one_line(serve: Serve, tmp_path: Path, empty: Home) -> None:
    if empty.database:
        empty.database["DATABASE_URL"] += "_absent"
    (empty.folder / "portal.sqlite3").mkdir(parents=True)

    assert serve(empty, "--prepare", "--port", "0").wait(20) == 1

    printed = (tmp_path / "printed").read_text()
    assert printed.startswith("CommandError: The database cannot be used: ")
    assert "Traceback" not in printed


@pytest.mark.sqlite
def test_a_feed_that_cannot_be_read_stops_the_start_with_a_sentence(
    serve: Serve, tmp_path: Path, prepared: Home
) -> None:
    feed = tmp_path / "feed.json"
    feed.write_text("not json")

    assert serve(prepared, "--prepare", "--port", "0", "--feed", str(feed)).wait(20) != 0

    printed = (tmp_path / "printed").read_text()
    assert "Traceback" not in printed
    assert "The portal is at" not in printed


@pytest.mark.sqlite
def test_a_page_leaves_one_line_with_its_id_and_without_what_was_asked(
    started_again: tuple[Home, Path],
) -> None:
    printed = started_again[1]
    address = address_of(printed)

    with urllib.request.urlopen(f"{address}/sign-in/?token=secret") as answer:
        request_id = answer.headers["X-Request-ID"]

    line = wait_for(r".*portal\.access.*", printed).group()
    assert re.search(rf"\[{request_id}\] GET /sign-in/ 200 \d+ ms$", line)
    assert "secret" not in printed.read_text()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own; skips the test where none may be mounted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount") or "mount"
    if (
        os.geteuid()
        or subprocess.run([mount, "-t", "tmpfs", "-o", "size=100m", "none", folder], check=False).returncode
    ):
        pytest.skip("only root may mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run([shutil.which("umount") or "umount", "--lazy", folder], check=True)


class Visitor:
    """A browser without a page: it keeps cookies, and sends the token of forms with what it posts."""

    def __init__(self, address: str) -> None:
        self.address, self.cookies = address, CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def ask(self, path: str, **form: str) -> tuple[int, str]:
        token = {cookie.name: cookie.value or "" for cookie in self.cookies}.get("csrftoken", "")
        data = urlencode({"csrfmiddlewaretoken": token, **form}).encode() if form else None
        try:
            with self.opener.open(f"{self.address}{path}", data) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as problem:
            return problem.code, problem.read().decode()

    def sign_in(self) -> int:
        """As the first person of the demo."""
        _, page = self.ask("/sign-in/")
        return self.ask(re.findall(r'action="(/sign-in/as/[^"]+)"', page)[0], next="/")[0]


def fill(folder: Path) -> Path:
    """Takes every byte that is left."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        for size in (MEGABYTE, 4096, 1):
            with suppress(OSError):
                while True:
                    file.write(b"\0" * size)
    return filler


@pytest.mark.sqlite
def test_while_the_disk_is_full_people_read_and_are_told_and_afterwards_all_goes_on(
    serve: Serve, small_disk: Path, first_start: FirstStart, tmp_path: Path
) -> None:
    home = Home(small_disk / "data", {})
    shutil.copytree(first_start.home.folder, home.folder)
    serve(home, "--port", "0")
    address = address_of(tmp_path / "printed")
    reader, late = Visitor(address), Visitor(address)
    assert reader.sign_in() == 200
    filler = fill(small_disk)
    # More threads than one, each of which may have to open the database anew.
    with ThreadPoolExecutor(8) as people:
        read = list(people.map(lambda _: reader.ask("/cases/")[0], range(40)))
    assert read == [200] * 40
    assert late.sign_in() == 503
    status, said = reader.ask("/readyz")
    assert status == 503
    assert re.search("FAILED disk: nothing can be written", said)
    filler.unlink()
    assert late.sign_in() == 200
    # What is left on a disk as small as this one is little still.
    assert "FAILED disk: only" in late.ask("/readyz")[1]
