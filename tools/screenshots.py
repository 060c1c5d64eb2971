"""What `./portal screenshots` makes: the pictures of the README, in docs/images, from a portal filled with the demo."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs/images"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
SIZE: ViewportSize = {"width": 1280, "height": 860}
SECONDS_TO_START = 180
AGENCY_LEAD = "Ann Alvarez"
# The case in the pictures is the first of this list: one that has most of its path behind it.
CASE_LIST = "/cases/?stage=agency_review"


class NotMade(Exception):
    """The pictures could not be made; the text is one sentence for the person who asked for them."""


def program(*names: str) -> str:
    """The first of these programs that the machine has. Raises NotMade."""
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        raise NotMade(f"Install the package {names[0]} first.")
    return found


@contextmanager
def portal(folder: Path) -> Iterator[str]:
    """A portal with the demo on a free port; gives its address."""
    environment = {**os.environ, "PORTAL_DATA": str(folder)}
    printed = folder / "printed"
    with printed.open("w") as output:
        server = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--prepare", "--port", "0"], cwd=ROOT, env=environment, stdout=output
        )
    try:
        yield _address(server, printed)
    finally:
        server.terminate()
        server.wait(20)


def _address(server: subprocess.Popen[bytes], printed: Path) -> str:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and server.poll() is None:
        if found := re.search(r"http://\S+?:\d+", printed.read_text()):
            return found.group()
        time.sleep(0.2)
    raise NotMade(f"The portal did not start. It printed: {printed.read_text().strip()}")


def shoot(page: Page, base: str, folder: Path) -> None:
    """Takes the pictures of home and of a case, and of the first page of the case's report as a PDF."""
    page.goto(f"{base}/sign-in/")
    page.get_by_role("button", name=AGENCY_LEAD).click()
    page.wait_for_url(f"{base}/")
    page.screenshot(path=IMAGES / "home.png")
    page.goto(base + CASE_LIST)
    page.locator("tbody a").first.click()
    page.wait_for_load_state()
    page.screenshot(path=IMAGES / "case.png")
    case = page.url.rstrip("/").rsplit("/", 1)[-1]
    with page.expect_download() as download:
        page.goto(f"{base}/reports/case-status/?case={case}")
        page.get_by_role("button", name="PDF").first.click()
    pdf = folder / "report.pdf"
    download.value.save_as(pdf)
    picture = ["-png", "-singlefile", "-r", "70", "-f", "1", str(pdf), str(IMAGES / "report")]
    subprocess.run([program("pdftoppm"), *picture], check=True)


def main() -> int:
    try:
        chromium = program(*CHROMIUM)
        program("pdftoppm")
        IMAGES.mkdir(parents=True, exist_ok=True)
        with (
            tempfile.TemporaryDirectory(prefix="portal-pictures-") as name,
            portal(Path(name)) as base,
            sync_playwright() as playwright,
        ):
            browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
            shoot(browser.new_page(viewport=SIZE), base, Path(name))
            browser.close()
    except NotMade as problem:
        print(problem, file=sys.stderr)
        return 1
    print(f"Made: {', '.join(sorted(path.name for path in IMAGES.glob('*.png')))} in {IMAGES.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
