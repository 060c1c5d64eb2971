"""Brings the design system's compiled files into `static/vendor/uswds`; nothing of it is committed."""

import hashlib
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path("node_modules/@uswds/uswds/dist")
STYLE_SHEET = "css/uswds.min.css"
# The map of each file comes along: with hashed names, a map that is named and absent stops `collectstatic`.
NAMED = (
    STYLE_SHEET,
    "css/uswds.min.css.map",
    "js/uswds.min.js",
    "js/uswds.min.js.map",
    "js/uswds-init.min.js",
    "js/uswds-init.min.js.map",
    "img/sprite.svg",
    "img/us_flag_small.png",
    "img/icon-dot-gov.svg",
    "img/icon-https.svg",
    # Our own style sheet sets the portal in Public Sans, which the compiled one does not load.
    "fonts/public-sans/PublicSans-Regular.woff2",
    "fonts/public-sans/PublicSans-Italic.woff2",
    "fonts/public-sans/PublicSans-Bold.woff2",
)


class NotFetched(Exception):
    """The files could not be brought; the text is one sentence for the person who started the portal."""


def are_ready(root: Path) -> bool:
    """Whether the files lie there as `package-lock.json` and this module want them."""
    stamp = _stamp(root)
    return stamp.is_file() and stamp.read_text() == _wanted(root)


def fetch(root: Path, npm: str) -> None:
    """Installs the package by this npm in a temporary folder and copies what is used. Raises NotFetched."""
    with tempfile.TemporaryDirectory(prefix="portal-npm-") as folder:
        _install(root, Path(folder), npm)
        _copy(Path(folder) / PACKAGE, root / "static/vendor/uswds")
    _stamp(root).write_text(_wanted(root))


def _stamp(root: Path) -> Path:
    return root / "static/vendor/.uswds"


def _wanted(root: Path) -> str:
    return hashlib.sha256((root / "package-lock.json").read_bytes() + Path(__file__).read_bytes()).hexdigest()


def _install(root: Path, folder: Path, npm: str) -> None:
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(root / name, folder)
    flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--fetch-retries=1"]
    result = subprocess.run([npm, "ci", *flags], cwd=folder, capture_output=True, text=True, check=False)
    if result.returncode:
        message = next(iter(result.stderr.strip().splitlines()), f"exit code {result.returncode}")
        raise NotFetched(f"The design system's files could not be fetched; is there a network? npm said: {message}")


def _copy(package: Path, target: Path) -> None:
    """Replaces the target at once, so that a start that is interrupted leaves no half of it."""
    fresh = target.with_name(".uswds-new")
    shutil.rmtree(fresh, ignore_errors=True)
    for name in _names((package / STYLE_SHEET).read_text()):
        (fresh / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(package / name, fresh / name)
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)


def _names(style_sheet: str) -> Iterator[str]:
    yield from NAMED
    yield from sorted(set(re.findall(r"url\(\"?\.\./([^)\"?#]+)", style_sheet)))
