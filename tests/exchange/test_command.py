"""The command `import_marketplace`: what it prints, where, and with which exit code it leaves."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from authorizations.models import ImportRun, Offering
from tests.exchange.feeds import feed, product, row_counts
from tests.exchange.test_reading import HOSTILE
from tests.samples import sample

# Each test runs the whole command.
pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def run(file: Path, *words: str) -> tuple[int, str, str]:
    """Runs the command: (exit code, standard output, standard error)."""
    out, err, code = StringIO(), StringIO(), 0
    try:
        call_command("import_marketplace", str(file), *words, stdout=out, stderr=err)
    except SystemExit as leaving:
        code = int(str(leaving.code))
    return code, out.getvalue(), err.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(tmp_path, feed())


def write(folder: Path, content: Any) -> Path:
    path = folder / "feed.json"
    path.write_text(json.dumps(content))
    return path


def test_the_plan_is_shown_and_nothing_is_changed(file: Path) -> None:
    before = row_counts()
    code, out, err = run(file)
    assert (code, err, row_counts()) == (0, "", before)
    assert "Marketplace feed of 1 Jan 2026" in out
    assert "Nothing was changed. Apply it with --apply." in out


def test_apply_applies(file: Path) -> None:
    code, out, _ = run(file, "--apply")
    assert (code, ImportRun.objects.get().status) == (0, "applied")
    assert out.rstrip().endswith("Applied.")


def test_json_is_all_that_is_printed(file: Path) -> None:
    code, out, err = run(file, "--apply", "--json")
    printed = json.loads(out)
    assert (code, err, printed["applied"]) == (0, "", True)
    assert printed["feed"]["as_of"] == "2026-01-01"
    assert printed["counts"]["Products"] == {
        "rows": 1, "create": 1, "change": 0, "same": 0, "set_aside": 0, "implied": 0, "not_published": 0
    }  # fmt: skip
    assert (printed["issues"], printed["review_items"]) == ([], [])


def test_the_same_file_again_says_so_and_leaves_with_zero(file: Path) -> None:
    run(file, "--apply")
    code, out, err = run(file, "--apply", "--json")
    assert (code, json.loads(out)["applied"]) == (0, False)
    assert err.count("\n") == 1
    assert "nothing to change" in err


def test_too_many_removals_leave_with_three_and_the_counts(tmp_path: Path) -> None:
    run(write(tmp_path, feed(Products=[product(1), product(2)])), "--apply")
    before = row_counts()
    smaller = write(tmp_path, feed("2026-02-01"))
    code, out, err = run(smaller, "--apply", "--json")
    assert (code, row_counts()) == (3, before)
    assert json.loads(out)["needs_a_reason"] == ["Products"]
    assert "Products 1 of 2" in err
    code, _, _ = run(smaller, "--apply", "--accept-removals", "One was delisted.")
    assert (code, Offering.objects.exclude(not_published_since=None).count()) == (0, 1)


@pytest.mark.parametrize("words", [[], ["--apply"]])
def test_an_older_feed_leaves_with_four_and_one_sentence(tmp_path: Path, words: list[str]) -> None:
    run(write(tmp_path, feed("2026-02-01")), "--apply")
    code, out, err = run(write(tmp_path, feed()), *words)
    assert (code, out, err.count("\n")) == (4, "", 1)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_gets_one_sentence_and_changes_nothing(tmp_path: Path, name: str) -> None:
    path = tmp_path / "feed.json"
    path.write_bytes(HOSTILE[name][0])
    before = row_counts()
    code, out, err = run(path, "--apply")
    assert (code, out, err.count("\n"), row_counts()) == (1, "", 1, before)


WILD: dict[str, Any] = {
    "a script": "<script>alert(1)</script>",
    "nothing": None,
    "a number": 7,
    "a truth": True,
    "a list": [[["x"]], {"id": []}],
    "a record": {"id": {"id": 1}},
    "half a surrogate": "\ud800",
    "a NUL": "a\x00b",
    "a template": "{{ settings.SECRET_KEY }}",
    "a hundred thousand letters": "x" * 100_000,
    "SQL": "'; DROP TABLE authorizations_offering; --",
}


@pytest.mark.parametrize("name", sample(WILD, "a list", "half a surrogate"))
@pytest.mark.parametrize("table", ["Products", "Agencies", "Assessors", "AtoMapping", "ReuseMapping"])
def test_no_value_in_any_field_of_a_row_stops_an_import(tmp_path: Path, name: str, table: str) -> None:
    content = feed()
    wild_row = dict.fromkeys(content["data"][table][0], WILD[name])
    content["data"][table] += [{**row, field: WILD[name]} for row in content["data"][table] for field in row]
    content["data"][table] += [wild_row, WILD[name]]
    path = write(tmp_path, content)
    code, out, err = run(path, "--apply", "--json")
    assert (code, err) == (0, "")
    for counts in json.loads(out)["counts"].values():
        assert counts["rows"] == counts["create"] + counts["change"] + counts["same"] + counts["set_aside"]
    code, out, _ = run(path, "--json")
    assert sum(counts["create"] + counts["change"] for counts in json.loads(out)["counts"].values()) == 0
