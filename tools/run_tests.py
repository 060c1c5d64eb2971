"""What `./portal test` runs: pytest on every core, one suite after the other, and a summary at the end."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path
from typing import cast

ROOT = Path(__file__).resolve().parent.parent
POSTGRES = "PORTAL_TEST_POSTGRES_URL"
# Each worker process makes its data folder in this one, see tests/worker.py.
FOLDER = "PORTAL_TEST_FOLDER"
# What the tests may know of the environment they are started from; every other setting is the portal's own default.
KEPT = {POSTGRES, "PORTAL_SHARED_DATA"}
SETTINGS = ("PORTAL_", "DATABASE_URL", "REDIS_URL", "DJANGO_")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
COMMANDS = ("--all", "--nightly")
NO_TESTS = 5
SECONDS_TO_CLEAN_UP = 10.0
# How much of a failed suite is repeated at the end, where the reader of a long log looks first.
LINES_REPEATED = 60

PROGRAMS = "(crash or service or upgrades)"
# The servers of a file are started once.
BY_FILE = "loadfile"
PLAIN = "not browser and not crash and not service and not upgrades"


@dataclass(frozen=True)
class Suite:
    """One run of pytest: its title, the marker expression, and what the environment adds."""

    title: str
    marker: str
    environment: dict[str, str] = field(default_factory=dict)
    # Why it cannot run on this machine; empty when it can.
    lacks: str = ""
    # How its tests are spread over the workers, as pytest-xdist's `--dist` takes it.
    spread: str = "worksteal"


@dataclass(frozen=True)
class Result:
    """How a suite ended, in one word, after how many seconds, and what it printed."""

    suite: Suite
    word: str
    seconds: float = 0.0
    printed: str = ""

    def line(self) -> str:
        why = f" ({self.suite.lacks})" if self.suite.lacks else ""
        return f"{self.suite.title:<40} {self.word:<8} {self.seconds:6.1f} s{why}"


def suites(command: str, *, postgres: str, chromium: str | None) -> Iterator[Suite]:
    """The suites of `./portal test`, of `--all` and of `--nightly`."""
    on_postgres = {"DATABASE_URL": postgres}
    without_postgres = "" if postgres else f"{POSTGRES} is not set"
    # Playwright keeps an event loop running in the thread of the test, which Django would take for a mistake.
    loop = {"DJANGO_ALLOW_ASYNC_UNSAFE": "true"}
    without_browser = "" if chromium else "install the package chromium"
    if command == "--nightly":
        yield Suite("Nightly, SQLite", f"nightly and {PLAIN}")
        yield Suite(
            "Nightly, PostgreSQL", f"nightly and not sqlite and not pages and {PLAIN}", on_postgres, without_postgres
        )
        yield Suite("Nightly, programs", f"nightly and {PROGRAMS}", spread=BY_FILE)
        yield Suite("Nightly, browser", "nightly and browser", loop, without_browser)
    elif command == "--all":
        yield Suite("SQLite", f"not nightly and {PLAIN}")
        # A page asks the same of either database and costs far more to draw than to ask: SQLite draws them.
        rest = f"not sqlite and not pages and not nightly and {PLAIN}"
        yield Suite("PostgreSQL", rest, on_postgres, without_postgres)
        yield Suite("Browser", "browser and not nightly", loop, without_browser)
        # Tests whose program is missing skip one by one, each with the name of the package.
        yield Suite("Crashes, services and upgrades, SQLite", f"{PROGRAMS} and not nightly", spread=BY_FILE)
        # Of what is killed, what the database has a part in.
        of_postgres = "(crash or upgrades) and not sqlite and not nightly"
        yield Suite("Crashes and upgrades, PostgreSQL", of_postgres, on_postgres, without_postgres, BY_FILE)
    else:
        yield Suite("SQLite", f"not slow and not nightly and {PLAIN}")


def run(suite: Suite, arguments: list[str], folder: Path) -> Result:
    """Runs one suite in a folder of its own, and prints what it prints."""
    if suite.lacks:
        return Result(suite, "skipped")
    began = time.monotonic()
    folder.mkdir()
    color = "yes" if sys.stdout.isatty() else "no"
    # For a few chosen tests, starting workers takes longer than the tests.
    spread = [] if arguments else ["-n", str(os.cpu_count()), "--dist", suite.spread, "--maxprocesses", "8"]
    options = ["-q", "-rfEs", f"--color={color}", "-p", "tests.worker", "-m", suite.marker, *spread]
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", *options, *arguments],
        cwd=ROOT,
        env=_environment(suite, folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        # In a group of its own: Ctrl-C reaches this program alone, which then ends the tests once.
        process_group=0,
    )
    try:
        printed = _print_along(process)
    except KeyboardInterrupt:
        _end(process)
        raise
    return Result(suite, _word(process.wait(), chosen=bool(arguments)), time.monotonic() - began, printed)


def _print_along(process: subprocess.Popen[bytes]) -> str:
    printed: list[bytes] = []
    pipe = cast(BufferedReader, process.stdout)
    while part := pipe.read1():
        printed.append(part)
        sys.stdout.buffer.write(part)
        sys.stdout.flush()
    return b"".join(printed).decode(errors="replace")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Asks the tests to clean up, and kills them when they take too long."""
    os.killpg(process.pid, signal.SIGINT)
    try:
        process.wait(SECONDS_TO_CLEAN_UP)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)


def cache_folder() -> Path:
    """What one run leaves to the next, outside of the checkout."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "authorization-portal-tests"


def _environment(suite: Suite, folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in KEPT or not name.startswith(SETTINGS)}
    own = {FOLDER: str(folder)}
    if kept.pop("PYTHONDONTWRITEBYTECODE", ""):
        # Each process would compile everything, a dozen seconds: they share what is beside the migrated databases.
        own["PYTHONPYCACHEPREFIX"] = str(cache_folder() / "bytecode")
    return {**kept, **own, **suite.environment}


def failures(printed: str) -> list[str]:
    """What a suite printed of its failures: each error's lines and pytest's summary, else how the print ended."""
    lines = printed.splitlines()
    failed = [line for line in lines if re.match(r"E  |FAILED |ERROR |_{3,} .+ _{3,}$", line)]
    return (failed or lines)[-LINES_REPEATED:]


def _word(code: int, *, chosen: bool) -> str:
    """The result of an exit code; a suite without tests is a failure, unless the person chose tests elsewhere."""
    if code == NO_TESTS:
        return "empty" if chosen else "FAILED: no test has its marker"
    return "FAILED" if code else "passed"


def main(arguments: list[str]) -> int:
    command = next((word for word in COMMANDS if word in arguments), "")
    arguments = [word for word in arguments if word not in COMMANDS]
    chromium = next(filter(None, map(shutil.which, CHROMIUM)), None)
    chosen = suites(command, postgres=os.environ.get(POSTGRES, ""), chromium=chromium)
    results = []
    with tempfile.TemporaryDirectory(prefix="portal-test-", ignore_cleanup_errors=True) as folder:
        for number, suite in enumerate(chosen):
            print(f"\n=== {suite.title} ===", flush=True)
            results.append(run(suite, arguments, Path(folder) / str(number)))
    failed = [result for result in results if result.word.startswith("FAILED")]
    for result in failed:
        print(f"\n=== What failed: {result.suite.title} ===")
        print("\n".join(failures(result.printed)))
    print("\n=== Summary ===")
    for result in results:
        print(result.line())
    return int(bool(failed))


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
