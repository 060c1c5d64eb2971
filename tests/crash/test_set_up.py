"""Setting up the environment when it is interrupted, or when two starts meet. With lock files that ask for nothing."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import bootstrap
from tests.test_portal_script import make_npm

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.crash, pytest.mark.sqlite]


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with an npm of its own and nothing to install, set up; its environment works in a copy too."""
    folder = tmp_path_factory.mktemp("made") / "project"
    shutil.copytree(ROOT / "tools", folder / "tools")
    for name in ("bootstrap.py", "package.json", "package-lock.json", ".npmrc"):
        shutil.copy(ROOT / name, folder)
    (folder / "requirements.lock").write_text("")
    (folder / "requirements-dev.lock").write_text("")
    (folder / "manage.py").write_text("import sys\nprint('started', sys.argv[1])\n")
    make_npm(folder.parent / "bin")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{folder.parent}/bin{os.pathsep}{os.environ['PATH']}")
        bootstrap.environment(folder, with_tools=False)
    return folder


@pytest.fixture
def current(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose environment is current."""
    folder = tmp_path / "project"
    shutil.copytree(made, folder, symlinks=True)
    monkeypatch.setenv("PATH", f"{made.parent}/bin{os.pathsep}{os.environ['PATH']}")
    return folder


@pytest.fixture
def project(current: Path) -> Path:
    """A project that was never set up."""
    shutil.rmtree(current / ".venv")
    return current


def start(project: Path) -> subprocess.Popen[str]:
    line = [sys.executable, "bootstrap.py", "check"]
    return subprocess.Popen(line, cwd=project, stdout=subprocess.PIPE, text=True, start_new_session=True)


def test_two_starts_at_once_make_one_environment(project: Path) -> None:
    printed = sorted(process.communicate(timeout=60)[0] for process in [start(project), start(project)])

    assert sum(text.count("Setting up: Python packages") for text in printed) == 1
    assert all(text.endswith("started check\n") for text in printed)


def test_an_environment_left_half_made_is_made_anew_and_a_whole_one_is_kept(project: Path) -> None:
    process = start(project)
    while not (project / ".venv/bin").is_dir():
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    (project / ".venv/half-made").touch()

    anew = start(project).communicate(timeout=60)[0]
    assert "Setting up: Python packages" in anew
    assert not (project / ".venv/half-made").exists()

    again = start(project).communicate(timeout=60)[0]
    assert again == "started check\n"


def test_another_lock_makes_the_environment_anew(current: Path) -> None:
    (current / ".venv/mark").touch()
    (current / "requirements.lock").write_text("# renewed\n")

    bootstrap.environment(current, with_tools=False)

    assert not (current / ".venv/mark").exists()


def test_the_tools_are_added_to_a_current_environment_and_serve_both_uses(current: Path) -> None:
    (current / ".venv/mark").touch()

    bootstrap.environment(current, with_tools=True)
    bootstrap.environment(current, with_tools=False)

    assert (current / ".venv/mark").exists()


def test_a_machine_without_npm_gets_one_for_the_time_of_the_set_up(
    current: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "_install", lambda root, lock, folder: make_npm(folder / "bin"))
    monkeypatch.setattr(shutil, "which", lambda name: None)
    shutil.rmtree(current / "static")

    bootstrap.environment(current, with_tools=False)

    assert bootstrap.assets.are_ready(current)
    assert not (current / ".venv/bin/npm").exists()


def test_packages_that_cannot_be_had_leave_one_sentence_and_no_stamp(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "requirements.lock").write_text(f"absent==1.0 --hash=sha256:{'0' * 64}\n")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("UV_OFFLINE", "1")

    with pytest.raises(bootstrap.SetUpFailed, match="is there a network") as failure:
        bootstrap.environment(project, with_tools=False)

    assert "\n" not in str(failure.value)
    assert not (project / ".venv/portal-stamp.json").exists()
