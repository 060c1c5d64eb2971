"""Documents that come in: every kind by its content, and what is refused with which words."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from authorizations.actions.refusals import NotReady
from authorizations.exchange.documents import file_store
from authorizations.exchange.documents.upload import KINDS, harmless_name, take_in
from authorizations.vocabulary import Scan
from tests.exchange.documents import HONEST, HOSTILE, PDF, bomb, office

pytestmark = pytest.mark.sqlite


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_file_is_kept_under_its_hash_and_known_by_its_content(name: str, tmp_path: Path) -> None:
    taken = take_in(BytesIO(HONEST[name]), name)
    assert (taken.name, taken.size, taken.scan) == (name, len(HONEST[name]), Scan.UNSCANNED)
    assert taken.content_type == KINDS[name.rpartition(".")[2].lower()][0]
    assert files(tmp_path) == [taken.sha256]
    with file_store.open_stored(taken.sha256) as file:
        assert file.read() == HONEST[name]


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_refused_in_one_sentence_and_nothing_is_kept(what: str, tmp_path: Path) -> None:
    name, content, words = HOSTILE[what]
    with pytest.raises(NotReady) as refused:
        take_in(BytesIO(content), name)
    assert words in refused.value.sentence
    assert [problem.where for problem in refused.value.problems] == ["upload"]
    assert files(tmp_path) == []


@pytest.mark.slow
def test_a_document_that_unpacks_to_a_thousand_times_its_size_is_refused_unopened(tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="far larger than any honest one"):
        take_in(BytesIO(bomb()), "plan.xlsx")
    assert files(tmp_path) == []


def test_a_part_that_lies_about_its_size_is_read_no_further_than_an_honest_one() -> None:
    honest = office(more={"x.rels": b"<a>" + b" " * 9_000_000 + b"</a>"})
    with pytest.raises(NotReady, match="far larger than any honest one"):
        take_in(BytesIO(honest), "plan.docx")


@pytest.mark.parametrize(("more", "taken"), [(0, True), (1, False)])
def test_the_limit_is_a_setting_and_the_last_byte_counts(settings: Any, more: int, *, taken: bool) -> None:
    settings.DOCUMENT_MAX_BYTES = 1024 * 1024
    content = PDF[:9] + b"%" + b" " * (1024 * 1024 - len(PDF) - 2 + more) + b"\n" + PDF[9:]
    if taken:
        assert take_in(BytesIO(content), "plan.pdf").size == 1024 * 1024
    else:
        with pytest.raises(NotReady, match="more than 1 megabytes"):
            take_in(BytesIO(content), "plan.pdf")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../../etc/passwd.txt", "passwd.txt"),
        ("..\\..\\plan.txt", "plan.txt"),
        ("pl\u202ean\u2066\x1b.txt", "plan.txt"),
        (".txt", "txt"),
        ("..plan.txt", "plan.txt"),
        ("x" * 300 + ".txt", "x" * 196 + ".txt"),
    ],
)
def test_of_a_name_only_its_last_part_is_kept_and_its_ending_whatever_its_length(name: str, shown: str) -> None:
    assert harmless_name(name) == shown


def test_the_same_content_is_kept_once_and_what_a_crash_left_is_written_again(tmp_path: Path) -> None:
    first = take_in(BytesIO(PDF), "plan.pdf")
    second = take_in(BytesIO(PDF), "another.pdf")
    assert first.sha256 == second.sha256
    assert files(tmp_path) == [first.sha256]
    path = next(path for path in tmp_path.rglob(first.sha256))
    path.write_bytes(PDF[:10])
    take_in(BytesIO(PDF), "plan.pdf")
    assert path.read_bytes() == PDF
    assert files(tmp_path) == [first.sha256]


@pytest.mark.parametrize("name", ["", "x" * 64, "../etc/passwd", "A" * 64])
def test_what_is_no_hash_names_no_file(name: str) -> None:
    with pytest.raises(ValueError, match="no SHA-256"):
        file_store.open_stored(name)


def test_with_a_scanner_a_file_waits_for_it(settings: Any) -> None:
    settings.CLAMAV = ("127.0.0.1", 9)
    assert take_in(BytesIO(PDF), "plan.pdf").scan == Scan.WAITING
