"""What `./portal lock` does: renews the lock files from pyproject.toml, and prints what changed."""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUNTIME = "requirements.lock"
DEVELOPMENT = "requirements-dev.lock"
NPM = "requirements-npm.lock"


class NotLocked(Exception):
    """No new lock could be made; the text says why, and nothing was changed."""


def compile_lock(folder: Path, name: str, *options: str) -> str:
    """The text of a fresh lock file, made in a folder that holds pyproject.toml. Raises NotLocked."""
    uv = [str(Path(sys.executable).parent / "uv"), "pip", "compile", "--quiet", "--upgrade"]
    form = ["--universal", "--generate-hashes", "--python-version", "3.11", "--no-header"]
    line = [*uv, *form, *options, "--output-file", name]
    result = subprocess.run(line, cwd=folder, capture_output=True, text=True, check=False)
    if result.returncode:
        raise NotLocked(result.stderr.strip())
    text = (folder / name).read_text()
    if named := addresses(text):
        raise NotLocked(f"The lock would name an address: {named[0]}")
    return text


def addresses(lock: str) -> list[str]:
    """Lines of a lock file that name where packages come from; that is each machine's own business."""
    return [
        line
        for line in lock.splitlines()
        if "://" in line or line.lstrip().startswith(("--index", "--extra-index", "--find-links"))
    ]


def versions(lock: str) -> dict[str, str]:
    """{package: version} of a lock file; a package with a line for each platform has its versions joined."""
    found: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9._-]+(?:\[[^\]]*\])?)==([^\s;\\]+)", lock, re.MULTILINE):
        found.setdefault(name, []).append(version)
    return {name: " / ".join(sorted(set(listed))) for name, listed in found.items()}


def changes(before: str, after: str) -> Iterator[str]:
    """One line for each package that was added, removed or updated."""
    old, new = versions(before), versions(after)
    for name in sorted(old.keys() | new.keys()):
        if name not in old:
            yield f"  added    {name} {new[name]}"
        elif name not in new:
            yield f"  removed  {name} {old[name]}"
        elif old[name] != new[name]:
            yield f"  updated  {name} {old[name]} → {new[name]}"


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="portal-lock-") as folder:
        # In a copy: the lock's remarks name files as they are given, and all locks change or none does.
        shutil.copy(ROOT / "pyproject.toml", folder)
        runtime = compile_lock(Path(folder), RUNTIME, "pyproject.toml")
        # What the tests run with is what the portal runs with.
        development = compile_lock(
            Path(folder), DEVELOPMENT, "pyproject.toml", "--extra", "dev", "--constraint", RUNTIME
        )
        npm = compile_lock(Path(folder), NPM, "--group", "pyproject.toml:npm")
    for name, text in ((RUNTIME, runtime), (DEVELOPMENT, development), (NPM, npm)):
        before = (ROOT / name).read_text()
        (ROOT / name).write_text(text)
        print(f"{name}:")
        print("\n".join(changes(before, text)) or "  nothing changed")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except NotLocked as failure:
        sys.exit(f"portal: {failure}")
    except KeyboardInterrupt:
        sys.exit(130)
