"""What `./portal test` runs: one pytest for each lane, as many at once as there are cores, and the sum at the end."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
POSTGRES = "PORTAL_TEST_POSTGRES_URL"
# Where the first lane on SQLite leaves a migrated database, for the others to copy.
MIGRATED = "PORTAL_TEST_MIGRATED"
# What the tests may know of the environment they are started from; every other setting is the portal's own default.
KEPT = {POSTGRES, "PORTAL_SHARED_DATA"}
SETTINGS = ("PORTAL_", "DATABASE_URL", "REDIS_URL", "DJANGO_")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
NO_TESTS = 5
SECONDS_TO_CLEAN_UP = 10.0
# How much of a lane that failed is said once more at the end, where the reader of a long log looks first.
LINES_REPEATED = 60


@dataclass(frozen=True)
class Lane:
    """One run of pytest: its headline, the marker expression, and what the environment adds."""

    title: str
    marker: str
    environment: dict[str, str] = field(default_factory=dict)
    # Why it cannot run on this machine; empty when it can.
    lacks: str = ""

    @property
    def name(self) -> str:
        """Its title as the name of a folder or a database."""
        return "_".join(re.findall(r"[a-z]+", self.title.lower()))


@dataclass(frozen=True)
class Result:
    """How a lane ended, in one word, and after how many seconds."""

    lane: Lane
    word: str
    seconds: float

    def line(self) -> str:
        why = f" ({self.lane.lacks})" if self.lane.lacks else ""
        return f"{self.lane.title:<32} {self.word:<8} {self.seconds:6.1f} s{why}"


def lanes(*, everything: bool, postgres: str, chromium: str | None) -> Iterator[Lane]:
    """The lanes of `./portal test`, and of `./portal test --all`."""
    without = "" if postgres else f"{POSTGRES} is not set"
    on_postgres = {"DATABASE_URL": postgres} if postgres else {}
    units = "not browser and not crash and not service and not hostile and not long and not doors and not upgrade"
    # In parts and in an order that two cores share evenly.
    # A page asks the same of either database and costs far more to draw than to ask: the long run draws it on both.
    yield Lane("Units and tables, PostgreSQL", f"{units} and not pages", on_postgres, without)
    yield Lane("Pages, SQLite", f"{units} and pages and not desk")
    yield Lane("Units and tables, SQLite", f"{units} and not pages")
    yield Lane("Desk and API, SQLite", f"{units} and desk")
    if everything:
        # The longest first, so that none begins alone at the end.
        # Playwright keeps a loop running in the thread of the test, which Django would take for a mistake.
        loop = {"DJANGO_ALLOW_ASYNC_UNSAFE": "true"}
        yield Lane("Browser", "browser", loop, "" if chromium else "install the package chromium")
        yield Lane("Long walks, PostgreSQL", "long and not once", on_postgres, without)
        yield Lane("Refusals at the doors, SQLite", "doors")
        yield Lane("Hostile input, PostgreSQL", "hostile and not once", on_postgres, without)
        yield Lane("Hostile input, SQLite", "hostile")
        yield Lane("Pages, PostgreSQL", f"{units} and pages", on_postgres, without)
        yield Lane("What strangers learn, PostgreSQL", "doors and not pages", on_postgres, without)
        yield Lane("Long walks, SQLite", "long")
        yield Lane("Crash, SQLite", "crash")
        yield Lane("Crash, PostgreSQL", "crash and not set_up", on_postgres, without)
        # Without git, or without enough of the history, it skips and says so.
        yield Lane("Migrating what was before, SQLite", "upgrade")
        yield Lane("Migrating what was before, PostgreSQL", "upgrade", on_postgres, without)
        # Its tests skip one by one, each with the name of the package that is missing.
        yield Lane("Service", "service")


class Run:
    """One run of the lanes: which processes it has started, and what each has printed so far."""

    def __init__(self, arguments: list[str], folder: Path) -> None:
        self.arguments = arguments
        self.folder = folder
        self.processes: list[subprocess.Popen[bytes]] = []

    def printed(self, lane: Lane) -> Path:
        return self.folder / f"{lane.name}.txt"

    def run(self, lane: Lane) -> Result:
        """Runs one lane in a data folder of its own, so that neither a running portal nor another lane is disturbed."""
        if lane.lacks:
            self.printed(lane).write_text(f"skipped: {lane.lacks}\n")
            return Result(lane, "skipped", 0.0)
        began = time.monotonic()
        data = self.folder / lane.name
        data.mkdir()
        color = "yes" if sys.stdout.isatty() else "no"
        line = [sys.executable, "-m", "pytest", "-q", "-rfEs", f"--color={color}", "-m", lane.marker, *self.arguments]
        with self.printed(lane).open("wb") as printed:
            # In a group of its own: Ctrl-C reaches this program alone, which then tells each lane once.
            process = subprocess.Popen(
                line,
                cwd=ROOT,
                env=_environment(lane, data),
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=subprocess.STDOUT,
                process_group=0,
            )
        self.processes.append(process)
        return Result(lane, _word(process.wait(), chosen=bool(self.arguments)), time.monotonic() - began)

    def show(self, lane: Lane, running: Future[Result]) -> Result:
        """Prints what a lane prints, from its beginning, until it has ended."""
        print(f"\n=== {lane.title} ===", flush=True)
        self.printed(lane).touch()
        with self.printed(lane).open(errors="replace") as printed:
            while not running.done():
                print(printed.read(), end="", flush=True)
                time.sleep(0.1)
            print(printed.read(), end="", flush=True)
        return running.result()

    def end(self) -> None:
        """Ends every lane: asks it to clean up, and kills what still runs after a while."""
        for number, seconds in ((signal.SIGINT, SECONDS_TO_CLEAN_UP), (signal.SIGKILL, 1.0)):
            left = [process for process in self.processes if process.poll() is None]
            for process in left:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, number)
            deadline = time.monotonic() + seconds
            while any(process.poll() is None for process in left) and time.monotonic() < deadline:
                time.sleep(0.05)


def _environment(lane: Lane, folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in KEPT or not name.startswith(SETTINGS)}
    # pytest-django adds that word to the name of the test database, so that lanes can share a server.
    own = {"PORTAL_DATA": str(folder), "TOX_PARALLEL_ENV": lane.name, MIGRATED: str(folder.parent / "migrated")}
    if kept.pop("PYTHONDONTWRITEBYTECODE", ""):
        # Some hundred processes are started, and each would compile everything: they share what the run throws away.
        own["PYTHONPYCACHEPREFIX"] = str(folder.parent / "bytecode")
    return {**kept, **own, **lane.environment}


def failures(printed: str) -> list[str]:
    """What a lane's print says of its failures: each error's lines and pytest's summary, else how the print ended."""
    lines = printed.splitlines()
    said = [line for line in lines if re.match(r"E  |FAILED |ERROR |_{3,} .+ _{3,}$", line)]
    return (said or lines)[-LINES_REPEATED:]


def _word(code: int, *, chosen: bool) -> str:
    """The result of an exit code; a lane without tests is a failure, unless the person chose tests elsewhere."""
    if code == NO_TESTS:
        return "empty" if chosen else "FAILED: no test has its marker"
    return "FAILED" if code else "passed"


def main(arguments: list[str]) -> int:
    everything = "--all" in arguments
    arguments = [argument for argument in arguments if argument != "--all"]
    chromium = next(filter(None, map(shutil.which, CHROMIUM)), None)
    chosen = list(lanes(everything=everything, postgres=os.environ.get(POSTGRES, ""), chromium=chromium))
    with tempfile.TemporaryDirectory(prefix="portal-test-") as folder, ThreadPoolExecutor(os.cpu_count()) as cores:
        run = Run(arguments, Path(folder))
        started = [cores.submit(run.run, lane) for lane in chosen]
        try:
            results = [run.show(lane, running) for lane, running in zip(chosen, started, strict=True)]
            failed = [result for result in results if result.word.startswith("FAILED")]
            for lane in (result.lane for result in failed):
                print(f"\n=== What failed: {lane.title} ===")
                print("\n".join(failures(run.printed(lane).read_text(errors="replace"))))
        finally:
            cores.shutdown(wait=False, cancel_futures=True)
            run.end()
    print("\n=== All lanes ===")
    for result in results:
        print(result.line())
    return int(bool(failed))


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
