"""What `./portal` does: sets up what is missing, then starts what was asked for.

Standard library only: it runs on the machine's own Python, before anything is installed.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import NoReturn

from tools import assets

ROOT = Path(__file__).resolve().parent
HELP = """\
./portal run [--port N] [--host H] [--feed FILE]   start the portal on this machine; --feed imports that feed first
./portal run --demo agency                         the same, filled with one agency that has just begun
./portal run --demo feed                           the same, with a fictional Marketplace feed in the demo
./portal test [pytest arguments]                   what to run on every change, on SQLite
./portal test --all | --nightly                    both databases, browser, crashes, services | exhaustive walks
./portal lint                                      style, types, floors and templates
./portal screenshots                               make the pictures of the README anew
./portal lock                                      renew the lock files, and show what changed
./portal help                                      these lines
./portal WORD ...                                  any other word goes to manage.py, such as migrate or shell

What the portal keeps is in var/, or in the folder that PORTAL_DATA names.
"""
# Words that need the tools of the development lock file, and the program of each.
TOOLS = {
    "test": "tools/run_tests.py",
    "lint": "tools/lint.py",
    "lock": "tools/lock.py",
    "screenshots": "tools/screenshots.py",
}
RUNTIME = "requirements.lock"
DEVELOPMENT = "requirements-dev.lock"
NPM = "requirements-npm.lock"
PIP = ["--disable-pip-version-check", "--no-input", "--retries=1", "install", "--no-compile"]
FROM_LOCK = ["--quiet", "--require-hashes", "--no-deps", "--requirement"]

Stamp = dict[str, str]


class SetUpFailed(Exception):
    """Something is missing on this machine; the text is one sentence for the person who started the portal."""


def environment(root: Path, *, with_tools: bool) -> Path:
    """The environment's Python, after setting up whatever is missing.

    Two starts at once wait for each other; an environment that was left half-made has no stamp and is made anew.
    Raises SetUpFailed or assets.NotFetched.
    """
    folder = root / ".venv"
    if not (_is_ready(root, with_tools=with_tools) and assets.are_ready(root)):
        with _alone(root):
            # Both wait for the network most of the time, so they wait together.
            with _fetching_assets(root):
                if not _is_ready(root, with_tools=with_tools):
                    _set_up(root, with_tools=with_tools)
            if not assets.are_ready(root):
                _print("design system (about 5 s)")
                _fetch_assets(root)
    return folder / "bin/python"


@contextmanager
def _fetching_assets(root: Path) -> Iterator[None]:
    """Fetches the design system meanwhile, by the machine's own npm; where that fails, it is left to do."""

    def fetch(npm: str) -> None:
        with suppress(assets.NotFetched):
            assets.fetch(root, npm)

    npm = shutil.which("npm")
    meanwhile = Thread(target=fetch, args=[npm])
    if npm and not assets.are_ready(root):
        meanwhile.start()
    try:
        yield
    finally:
        if meanwhile.ident:
            meanwhile.join()


def _is_ready(root: Path, *, with_tools: bool) -> bool:
    stamp, wanted = _read_stamp(root), _wanted(root)
    needed = wanted if with_tools else {**wanted, DEVELOPMENT: stamp.get(DEVELOPMENT, "")}
    return stamp == needed and (root / ".venv/bin/python").exists()


def _wanted(root: Path) -> Stamp:
    """What a complete environment is stamped with: the Python it is on, and the hash of each lock file."""
    hashes = {name: hashlib.sha256((root / name).read_bytes()).hexdigest() for name in (RUNTIME, DEVELOPMENT)}
    return {"python": f"{sys.version} in {sys.base_prefix}", **hashes}


def _stamp_file(root: Path) -> Path:
    return root / ".venv/portal-stamp.json"


def _read_stamp(root: Path) -> Stamp:
    try:
        stamp: Stamp = json.loads(_stamp_file(root).read_text())
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return {}
    return stamp


def _set_up(root: Path, *, with_tools: bool) -> None:
    """Makes the environment; only adding the tools to a current one goes without making it anew."""
    stamp, wanted = _read_stamp(root), _wanted(root)
    _stamp_file(root).unlink(missing_ok=True)
    if stamp != {**wanted, DEVELOPMENT: ""}:
        _print("Python packages (about 10 s)")
        _make_environment(root)
        _install(root, RUNTIME)
    if with_tools:
        _print("tools for tests and lint (about 10 s)")
        _install(root, DEVELOPMENT)
    else:
        wanted[DEVELOPMENT] = ""
    _stamp_file(root).write_text(json.dumps(wanted))


def _make_environment(root: Path) -> None:
    """An empty environment with uv in it, put there by the machine's own pip; without uv where there is none."""
    folder = root / ".venv"
    shutil.rmtree(folder, ignore_errors=True)
    _run([_base_python(), "-m", "venv", "--without-pip", str(folder)], "Python's own venv")
    with tempfile.NamedTemporaryFile("w", suffix=".lock") as lock, suppress(SetUpFailed):
        lock.write(locked("uv", (root / DEVELOPMENT).read_text()))
        lock.flush()
        pip = [_base_python(), "-m", "pip", "--python", str(folder / "bin/python"), *PIP]
        _run([*pip, *FROM_LOCK, lock.name], "pip")


def locked(name: str, lock: str) -> str:
    """The lines of one package in a lock file."""
    found = re.search(rf"^{name}==(?:.*\\\n)*.*\n", lock, re.MULTILINE)
    return found.group() if found else ""


def _base_python() -> str:
    """The Python below an environment: the one that runs this may be the very environment to be replaced."""
    base: str = getattr(sys, "_base_executable", sys.executable)
    return base


def _install(root: Path, lock: str, folder: Path | None = None) -> None:
    """Installs what a lock names into an environment; the lock is complete, so nothing is left to resolve.

    uv takes a third of pip's time. pip knows the mirrors of its own configuration, so it is tried where uv fails.
    """
    uv, python = root / ".venv/bin/uv", str((folder or root / ".venv") / "bin/python")
    options = [*FROM_LOCK, str(root / lock)]
    try:
        _run([str(uv), "pip", "install", "--python", python, *options], "uv")
    except (SetUpFailed, FileNotFoundError):
        _run([python, "-m", "ensurepip"], "Python's own ensurepip")
        _run([python, "-m", "pip", *PIP, *options], "pip")


def _fetch_assets(root: Path) -> None:
    """Fetches the design system by the machine's own npm, else by one that is thrown away afterwards."""
    if npm := shutil.which("npm"):
        with suppress(assets.NotFetched):
            assets.fetch(root, npm)
            return
    with tempfile.TemporaryDirectory(prefix="portal-npm-") as temporary:
        _run([_base_python(), "-m", "venv", "--without-pip", temporary], "Python's own venv")
        _install(root, NPM, Path(temporary))
        assets.fetch(root, f"{temporary}/bin/npm")


def _run(command: list[str], name: str) -> None:
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        lines = [line for line in (result.stderr or result.stdout).splitlines() if line.strip()]
        errors = [line for line in lines if line.startswith("ERROR")]
        said = (errors or lines or ["nothing"])[-1].strip()
        raise SetUpFailed(f"Setting up failed; is there a network? {name} said: {said}")


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Holds the project's folder itself as the lock: it is always there, and the system frees it when a start dies."""
    handle = os.open(root, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another start is setting up; waiting for it …", flush=True)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _print(what: str) -> None:
    print(f"Setting up: {what} …", flush=True)


def command(word: str, rest: list[str], *, root: Path, python: Path) -> list[str]:
    """The command line that a word stands for."""
    if word in TOOLS:
        return [str(python), str(root / TOOLS[word]), *rest]
    manage = [str(python), str(root / "manage.py")]
    return [*manage, "serve", "--prepare", *rest] if word == "run" else [*manage, word, *rest]


def keep_byte_code(root: Path, variables: MutableMapping[str, str]) -> None:
    """Keeps byte code in the environment where none may lie beside its source: else each start compiles everything.

    An environment that cannot be written to, such as an image's, was compiled when it was made.
    """
    if os.access(root / ".venv", os.W_OK) and variables.pop("PYTHONDONTWRITEBYTECODE", ""):
        variables.setdefault("PYTHONPYCACHEPREFIX", str(root / ".venv/bytecode"))


def _become(line: list[str]) -> NoReturn:
    sys.stdout.flush()
    os.execv(line[0], line)  # noqa: S606  # no shell between the person's Ctrl-C and the program


def main(arguments: list[str]) -> int:
    """Runs one word; returns an exit code only when there was nothing to start."""
    word, *rest = arguments or ["help"]
    if word in {"help", "-h", "--help"} and not rest:
        print(HELP, end="")
        return 0
    try:
        python = environment(ROOT, with_tools=word in TOOLS)
        if word not in TOOLS:
            keep_byte_code(ROOT, os.environ)
        _become(command(word, rest, root=ROOT, python=python))
    except (SetUpFailed, assets.NotFetched) as failure:
        print(f"portal: {failure}", file=sys.stderr)
    except OSError as failure:
        print(f"portal: {failure.strerror}: {failure.filename}", file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
