"""A real portal, started as `serve`, with the demo's world and a fictional feed; and real Chromium to look at it."""

import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import ConsoleMessage, Locator, Page, Request, expect

from tests.browser.large_feed import large_feed

ROOT = Path(__file__).resolve().parents[2]
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
WIDE, NARROW = 1280, 360
HEIGHT = 900
# Nothing on the portal takes a second; a machine that does much else beside the tests may.
PATIENCE = 30.0
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Axe gives back what it finds wrong, and not everything that it has looked at, which takes longer than looking.
# Nor does it fetch and parse every style sheet again, for a rule that is not among these.
AXE = {
    "runOnly": {"type": "tag", "values": WCAG},
    "resultTypes": ["violations"],
    "preload": {"assets": ["media"]},
}
# A frame first, in which the page's own scripts hear of the window's size.
LOOK = """async ([leaveOut, options]) => {
  await new Promise(requestAnimationFrame);
  const {violations} = await axe.run({include: [["html"]], exclude: leaveOut.map(each => [each])}, options);
  return {violations};
}"""
MEASURE = """async () => {
  await new Promise(requestAnimationFrame);
  return {
    headings: document.querySelectorAll("main h1").length,
    isTooWide: document.documentElement.scrollWidth > innerWidth,
    mainActs: [...document.querySelectorAll("main .usa-button")]
      .filter((it) => !it.matches(".usa-button--outline, .usa-button--unstyled, :disabled") && it.checkVisibility())
      .map((it) => it.textContent.trim()),
  };
}"""
# The rows of a table are made alike: the first of them are looked at, and at night twice as many.
MORE_ROWS = {WIDE: "tbody > tr:nth-child(n+11)", NARROW: "tbody > tr:nth-child(n+21)"}
# The style guide shows what no page has at once.
SAMPLES = "/styleguide/"
Cookies = list[Any]


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        pytest.skip("install the package chromium")
    expect.set_options(timeout=PATIENCE * 1000)
    return {"executable_path": program, "args": FLAGS.split()}


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that whichever worker of a run comes first makes; the others wait for it, and all may copy it."""
    root = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent
    folder = root / name
    with (root / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            unfinished = root / f"{name}.unfinished"
            unfinished.mkdir()
            make(unfinished)
            unfinished.rename(folder)
    return folder


def environment_of(folder: Path, **more: str) -> dict[str, str]:
    """The environment of a portal that keeps its data in this folder, whatever the tests run with."""
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    own = {"PORTAL_DATA": str(folder), "PORTAL_LOG_LEVEL": "WARNING", "PYTHONUNBUFFERED": "1"}
    return {**kept, **own, "DJANGO_SETTINGS_MODULE": "fedramp_portal.settings", **more}


def manage(environment: dict[str, str], *words: str) -> None:
    """One command of `manage.py`."""
    subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=environment, check=True, capture_output=True)


@contextmanager
def serving(environment: dict[str, str]) -> Iterator[str]:
    """A portal as `serve` starts it on a free port; its address."""
    printed = Path(environment["PORTAL_DATA"]) / "printed"
    line = [sys.executable, "manage.py", "serve", "--port", "0", "--host", "127.0.0.1"]
    with printed.open("w") as file:
        server = subprocess.Popen(line, cwd=ROOT, env=environment, stdout=file)
    try:
        yield _address(printed)
    finally:
        server.terminate()
        server.wait(timeout=20)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a portal whose database has its tables and no people."""
    return made_once(tmp_path_factory, "migrated", lambda folder: manage(environment_of(folder), "migrate", "-v0"))


def fill(folder: Path) -> None:
    """The demo's world and two feeds: some twenty seconds."""
    feeds = [folder / "2025-01-01.json", folder / "2026-01-01.json"]
    for extra, feed in enumerate(feeds):
        feed.write_text(json.dumps(large_feed(feed.stem, extra)))
    fill = [sys.executable, "-m", "tests.browser.filling", *map(str, feeds)]
    subprocess.run(fill, cwd=ROOT, env=environment_of(folder), check=True)


@pytest.fixture(
    scope="session",
    params=[pytest.param(WIDE, id="wide"), pytest.param(NARROW, id="narrow", marks=pytest.mark.nightly)],
)
def axe_at(request: pytest.FixtureRequest) -> int:
    """The window in which axe looks at each state of each page: the wide one, and at night the narrow one too."""
    return int(request.param)


@pytest.fixture(scope="session")
def base_url(tmp_path_factory: pytest.TempPathFactory, axe_at: int) -> Iterator[str]:
    """The portal that this worker looks at, filled once for all workers; one for each round of the tests."""
    folder = tmp_path_factory.mktemp("portals") / "portal"
    shutil.copytree(made_once(tmp_path_factory, "filled", fill), folder)
    more = {
        # Each person signs in once and may then wait for their turn, however long the others take.
        "PORTAL_IDLE_SECONDS": "40000",
        # A mail server that nobody is: the pages are those of a portal that sends mail.
        "PORTAL_SMTP": "smtp://127.0.0.1:9",
        # A name that nobody has (RFC 2606).
        "PORTAL_WEBHOOK_HOSTS": "tickets.harbors.example",
    }
    with serving(environment_of(folder, **more)) as address:
        yield address


def _address(printed: Path) -> str:
    """Where the portal says it is, once it answers there."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if found := re.search(r"http://[\d.:]+", printed.read_text()):
            with suppress(OSError):
                urllib.request.urlopen(f"{found.group()}/sign-in/", timeout=PATIENCE).close()
                return found.group()
        time.sleep(0.05)
    raise AssertionError("the portal never said where it is, or does not answer there")


@dataclass
class Reader:
    """One person in front of a browser, who notices everything that a page must not do."""

    page: Page
    base: str
    # What the browser of each person got who has signed in before, by name.
    signed_in: dict[str, Cookies]
    # The window in which axe looks at each state of a page.
    axe_at: int = WIDE
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE * 1000)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._follow_where)

    def _hear(self, message: ConsoleMessage) -> None:
        # Chromium notes every answer of 400 and more on the console; the tests look at the status themselves.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def _follow_where(self, request: Request) -> None:
        if not request.url.startswith((f"{self.base}/", "data:", "about:")):
            self.complaints.append(request.url)

    def sign_in(self, name: str) -> None:
        """By one click on the sign-in page the first time, and later with what the browser got there."""
        if name in self.signed_in:
            self.page.context.add_cookies(self.signed_in[name])
            return
        self.page.goto(f"{self.base}/sign-in/")
        self.follow(self.page.get_by_role("button", name=name))
        assert self.page.url == f"{self.base}/"
        self.signed_in[name] = self.page.context.cookies()

    def open(self, path: str, status: int = 200) -> None:
        """Goes to an address, in a wide window."""
        self._resize(WIDE)
        response = self.page.goto(self.base + path)
        assert response
        assert response.status == status, path

    def follow(self, control: Locator) -> None:
        """Presses a link or a button that leads to another page, and waits until the whole of that is there."""
        with self.page.expect_navigation():
            control.click()

    def check(self, description: str = "") -> None:
        """What must hold of every page, on a desk and on a telephone; what is pressed next is pressed on the telephone.

        One main heading, a silent console, nothing asked of another origin, nothing wider than the window; on both the
        words, where the state of the page has words of its own; and nothing against WCAG 2.2 A or AA, which takes
        longest to find out, on one of them.
        """
        for width in (WIDE, NARROW):
            self._resize(width)
            if description:
                shown = self.page.get_by_role("main").get_by_text(description).first
                expect(shown, f"“{description}” does not stand on {self.page.url} at {width} px").to_be_visible()
            if width == self.axe_at:
                self.look()
            else:
                self._measure()

    def look(self) -> None:
        """The same of the page as it is, in the window as it is, with axe."""
        if not self.page.evaluate("Boolean(window.axe)"):
            self.page.evaluate(AXE_SCRIPT)
        found = self.page.evaluate(LOOK, [[MORE_ROWS[self.axe_at]], AXE])
        where = f"{self.page.url} at {self._width()} px"
        assert not found["violations"], f"{where}\n{AxeResults(found).generate_report()}"
        self._measure()

    def _measure(self) -> None:
        found = self.page.evaluate(MEASURE)
        where = f"{self.page.url} at {self._width()} px"
        assert found["headings"] == 1, f"{where} has not one main heading"
        assert not found["isTooWide"], f"{where} is wider than its window"
        acts = found["mainActs"]
        assert len(acts) < 2 or self.page.url.endswith(SAMPLES), f"{where} has more than one main act: {acts}"
        assert not self.complaints, f"{where}: {self.complaints}"

    def _width(self) -> int | None:
        return (self.page.viewport_size or {}).get("width")

    def _resize(self, width: int) -> None:
        if self._width() != width:
            self.page.set_viewport_size({"width": width, "height": HEIGHT})


@pytest.fixture(scope="session")
def signed_in(base_url: str) -> dict[str, Cookies]:
    """What the browser of each person got who has signed in to this portal, by name."""
    return {}


Arrive = Callable[..., Reader]


@pytest.fixture
def arrive(new_context: Any, base_url: str, signed_in: dict[str, Cookies], axe_at: int) -> Iterator[Arrive]:
    """Seats people, each at a browser of their own; at the end nobody may have noticed anything on any page."""
    readers: list[Reader] = []

    def arrive(*, script: bool = True, unknown: bool = False, **device: Any) -> Reader:
        context = new_context(java_script_enabled=script, viewport={"width": WIDE, "height": HEIGHT})
        readers.append(Reader(context.new_page(), base_url, {} if unknown else signed_in, axe_at))
        readers[-1].page.emulate_media(**device)
        return readers[-1]

    yield arrive
    assert not [complaint for reader in readers for complaint in reader.complaints]


@pytest.fixture
def reader(arrive: Arrive) -> Reader:
    return arrive()


@pytest.fixture
def without_script(arrive: Arrive) -> Reader:
    return arrive(script=False)
