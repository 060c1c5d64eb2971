"""`./portal` before Django: which Python it takes, what its words stand for, and how the design system's files come."""

import subprocess
from pathlib import Path

import pytest
from _pytest.mark.expression import Expression

import bootstrap
from authorizations.management.commands.serve import Command as ServeCommand
from tools import assets, lock, run_tests

pytestmark = pytest.mark.sqlite

ROOT = Path(__file__).resolve().parent.parent


def make_program(folder: Path, name: str, script: str) -> Path:
    folder.mkdir(exist_ok=True)
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return program


def make_entry(folder: Path) -> Path:
    """A copy of the entry that finds only the Pythons of the test, not one in /usr/bin."""
    folder.mkdir()
    entry = folder / "portal"
    entry.write_text((ROOT / "portal").read_text().replace("/usr/bin/python3", "/absent/python3"))
    entry.chmod(0o755)
    return entry


def start(entry: Path, *words: str, programs: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": f"{programs}:/usr/bin:/bin"}
    return subprocess.run([entry, *words], cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder that stands first in the path, where no Python works yet."""
    folder = tmp_path / "programs"
    for name in ("python3", "python3.14", "python3.13", "python3.12", "python3.11"):
        make_program(folder, name, "exit 9")
    return folder


def test_a_python_that_does_not_run_is_passed_over(programs: Path, tmp_path: Path) -> None:
    entry = make_entry(tmp_path / "here")
    make_program(programs, "python3.12", 'test "$1" = -c || echo "$@"')

    started = start(entry, "migrate", "--plan", programs=programs, folder=tmp_path)

    assert started.stdout == f"{tmp_path}/here/bootstrap.py migrate --plan\n"


def test_the_entry_works_from_anywhere_and_through_a_link(programs: Path, tmp_path: Path) -> None:
    make_entry(tmp_path / "here")
    make_program(programs, "python3", 'test "$1" = -c || echo "$1"')
    link = tmp_path / "link"
    link.symlink_to("here/portal")

    started = start(link, programs=programs, folder=Path("/"))

    assert started.stdout == f"{tmp_path}/here/bootstrap.py\n"


def test_without_a_python_one_line_says_what_to_install(programs: Path, tmp_path: Path) -> None:
    started = start(make_entry(tmp_path / "here"), "run", programs=programs, folder=tmp_path)

    assert started.returncode == 1
    assert started.stderr.count("\n") == 1
    assert "apt-get install python3 python3-venv" in started.stderr


@pytest.mark.parametrize("words", [(), ("help",), ("--help",)])
def test_help_prints_every_word_and_sets_up_nothing(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert bootstrap.main(list(words)) == 0

    printed = capsys.readouterr().out
    assert all(f"./portal {word}" in printed for word in ("run", "test", "lint", "lock", "WORD"))
    assert "Setting up" not in printed


@pytest.mark.parametrize(
    ("word", "line"),
    [
        ("run", ["/x/manage.py", "serve", "--prepare", "--port", "1"]),
        ("migrate", ["/x/manage.py", "migrate", "--port", "1"]),
        ("test", ["/x/tools/run_tests.py", "--port", "1"]),
        ("lint", ["/x/tools/lint.py", "--port", "1"]),
        ("lock", ["/x/tools/lock.py", "--port", "1"]),
    ],
)
def test_each_word_stands_for_one_command_line(word: str, line: list[str]) -> None:
    assert bootstrap.command(word, ["--port", "1"], root=Path("/x"), python=Path("/p")) == ["/p", *line]


def test_byte_code_that_may_not_lie_beside_the_sources_is_kept_in_the_environment(tmp_path: Path) -> None:
    kept = {"PYTHONDONTWRITEBYTECODE": "1"}
    bootstrap.keep_byte_code(tmp_path, kept)
    assert kept == {"PYTHONDONTWRITEBYTECODE": "1"}, "there is no environment that can be written to"
    (tmp_path / ".venv").mkdir()
    bootstrap.keep_byte_code(tmp_path, kept)
    assert kept == {"PYTHONPYCACHEPREFIX": f"{tmp_path}/.venv/bytecode"}
    unbound: dict[str, str] = {}
    bootstrap.keep_byte_code(tmp_path, unbound)
    assert unbound == {}


def test_every_program_of_a_word_is_there() -> None:
    assert all((ROOT / program).is_file() for program in bootstrap.TOOLS.values())


# --- the design system's files ----------------------------------------------------------------------------------------

STYLE_SHEET = 'a{b:url(../img/x.svg);c:url("../fonts/y.woff2?v=1");d:url(data:image/png;base64,AA)}'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project folder with what npm reads."""
    folder = tmp_path / "project"
    folder.mkdir()
    for name in ("package.json", "package-lock.json", ".npmrc"):
        (folder / name).write_text("{}")
    return folder


def make_npm(folder: Path) -> None:
    """An npm that brings a package of empty files and the style sheet above."""
    names = [name for name in assets.NAMED if name != assets.STYLE_SHEET] + ["img/x.svg", "fonts/y.woff2", "unused"]
    files = "\n".join(f"mkdir -p $(dirname {assets.PACKAGE}/{n}); touch {assets.PACKAGE}/{n}" for n in names)
    make_program(folder, "npm", f"{files}\nprintf '%s' '{STYLE_SHEET}' > {assets.PACKAGE}/{assets.STYLE_SHEET}")


def test_only_the_named_files_and_what_the_style_sheet_shows_are_copied(project: Path, tmp_path: Path) -> None:
    make_npm(tmp_path / "bin")

    assets.fetch(project, f"{tmp_path}/bin/npm")

    vendor = project / "static/vendor/uswds"
    copied = {str(path.relative_to(vendor)) for path in vendor.rglob("*") if path.is_file()}
    assert copied == {*assets.NAMED, "img/x.svg", "fonts/y.woff2"}
    assert assets.are_ready(project)


def test_another_lock_file_makes_the_files_stale(project: Path, tmp_path: Path) -> None:
    make_npm(tmp_path / "bin")
    assets.fetch(project, f"{tmp_path}/bin/npm")

    (project / "package-lock.json").write_text("{ }")

    assert not assets.are_ready(project)


def test_files_that_cannot_be_fetched_leave_one_sentence_and_no_stamp(project: Path, tmp_path: Path) -> None:
    make_program(tmp_path / "bin", "npm", "echo 'getaddrinfo ENOTFOUND' >&2; exit 1")

    with pytest.raises(assets.NotFetched, match="npm said: getaddrinfo ENOTFOUND") as failure:
        assets.fetch(project, f"{tmp_path}/bin/npm")

    assert "\n" not in str(failure.value)
    assert not assets.are_ready(project)


def test_the_lock_of_the_tools_names_the_installer_and_its_hashes() -> None:
    text = bootstrap.locked("uv", (ROOT / "requirements-dev.lock").read_text())

    assert text.startswith("uv==")
    assert text.count("==") == 1
    assert text.count("--hash=sha256:") > 1


# --- suites and locks -------------------------------------------------------------------------------------------------


def test_a_suite_whose_program_is_missing_says_what_to_install() -> None:
    table = {suite.title: suite.lacks for suite in run_tests.suites("--all", postgres="", chromium=None)}

    missing = "PORTAL_TEST_POSTGRES_URL is not set"
    assert table == {
        "SQLite": "",
        "PostgreSQL": missing,
        "Browser": "install the package chromium",
        "Crashes, services and upgrades, SQLite": "",
        "Crashes and upgrades, PostgreSQL": missing,
    }


@pytest.mark.parametrize(
    "markers",
    [
        {"nightly"},
        {"slow"},
        set(),
        {"pages"},
        {"sqlite"},
        {"browser"},
        {"crash"},
        {"browser", "nightly"},
        {"crash", "nightly"},
    ],
)
def test_every_test_runs_in_one_of_the_three_commands(markers: set[str]) -> None:
    found = [
        command
        for command in ("", "--all", "--nightly")
        for suite in run_tests.suites(command, postgres="x", chromium="x")
        if Expression.compile(suite.marker).evaluate(lambda name, **_: name in markers)
    ]

    assert found
    assert ("--nightly" in found) == ("nightly" in markers)


def test_the_failures_of_a_suite_are_found_between_what_it_logged() -> None:
    printed = (
        "..F.\n____ test_a[x] ____\n>   assert 1 == 2\nE   assert 1 == 2\nWARNING of the log\nFAILED t.py::test_a[x]\n"
    )

    assert run_tests.failures(printed) == ["____ test_a[x] ____", "E   assert 1 == 2", "FAILED t.py::test_a[x]"]
    assert run_tests.failures("Killed\n") == ["Killed"]


def test_a_short_run_needs_neither_postgresql_nor_a_browser() -> None:
    [suite] = run_tests.suites("", postgres="", chromium=None)

    assert (suite.environment, suite.lacks) == ({}, "")


def test_the_change_of_a_lock_names_each_package_added_removed_or_updated() -> None:
    before = "django==5.2.19 \\\n    --hash=sha256:aa\n    # via x\nold==1.0\nsame==2.0 ; python_version < '3.12'\n"
    after = "django==5.2.20 \\\n    --hash=sha256:bb\nnew==0.1\nsame==2.0 ; python_version < '3.12'\n"

    assert list(lock.changes(before, after)) == [
        "  updated  django 5.2.19 → 5.2.20",
        "  added    new 0.1",
        "  removed  old 1.0",
    ]


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock", "requirements-npm.lock"])
def test_the_lock_files_have_a_hash_for_each_package_and_name_no_address(name: str) -> None:
    text = (ROOT / name).read_text()

    assert lock.addresses(text) == []
    assert text.count("==") <= text.count("--hash=sha256:")


def test_the_npm_lock_has_integrity_hashes_and_names_no_address() -> None:
    text = (ROOT / "package-lock.json").read_text()

    assert "://" not in text
    assert '"resolved"' not in text
    assert text.count('"integrity"') == text.count('"node_modules/')


def test_the_help_of_run_names_what_people_type() -> None:
    parser = ServeCommand().create_parser("manage.py", "serve")
    assert parser.format_usage().startswith("usage: portal run ")
