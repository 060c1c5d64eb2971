"""Several files at once: by the command, from a folder or an archive, and on the page."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from authorizations.exchange.imports.feed_file import Unreadable
from authorizations.exchange.imports.feed_files import archive_of, feeds_of, one_feed
from authorizations.models import Ato, ImportRun
from tests.admin.admin_pages import signed_in
from tests.admin.test_imports import APPLY, UPLOAD, token_of
from tests.cast import Cast
from tests.exchange.feeds import MEGABYTE, NOW, feed, product_of_2026, products_of_2026
from tests.exchange.generations.test_split import ato, split
from tests.exchange.test_command import run

pytestmark = pytest.mark.django_db

PRODUCTS = split("products", product_of_2026(), total=813)
ATOS = split("atos", ato(), total=5798)
AGENCIES = split("agencies", {"id": "22-102", "parent_agency_name": "Department of Canals"}, total=999)
METRICS = split("metrics", {"total_count": 1}, as_of="2026-05-30")


def raw(*contents: Any) -> list[tuple[str, bytes]]:
    return [(f"{number}.json", json.dumps(content).encode()) for number, content in enumerate(contents)]


def folder(path: Path, *contents: Any) -> Path:
    for name, content in raw(*contents):
        (path / name).write_bytes(content)
    (path / "README.md").write_text("About these files.")
    return path


def test_files_of_one_generation_and_day_are_one_import(tmp_path: Path) -> None:
    code, _, err = run(folder(tmp_path, ATOS, AGENCIES, PRODUCTS), "--apply")
    assert (code, err) == (0, "")
    applied = ImportRun.objects.get()
    assert applied.file_name == "0.json and 2 more"
    assert {"Products", "Agencies", "AtoMapping", "ReuseMapping"} <= {*applied.counts}
    assert Ato.objects.get().agency.name == "Department of Canals"


def test_files_of_several_days_are_several_imports_the_oldest_first(tmp_path: Path) -> None:
    folder(tmp_path, PRODUCTS, products_of_2026(product_of_2026()), METRICS, feed())
    code, _, err = run(tmp_path, "--apply")
    assert (code, err) == (0, "")
    versions = ImportRun.objects.order_by("pk").values_list("feed_version", flat=True)
    assert [*versions] == ["marketplace-v2", "marketplace-v3-products", "marketplace-v3-split"]


def test_an_archive_is_what_it_holds() -> None:
    name, content = archive_of(raw(ATOS, AGENCIES))
    assert (name, content) == archive_of(raw(ATOS, AGENCIES))
    assert {*one_feed([(name, content)], max_bytes=MEGABYTE, now=NOW).tables} == {
        "AtoMapping",
        "ReuseMapping",
        "Agencies",
    }


def archive(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return buffer.getvalue()


HOSTILE = {
    "no feed in it": (archive(**{"a.txt": b"x", "__MACOSX/a.json": b"{}"}), "no JSON files"),
    "too many": (archive(**{f"{number}.json": b"{}" for number in range(101)}), "more than 100 files"),
    "a bomb": (archive(**{"a.json": b" " * (3 * MEGABYTE)}), "larger than 1 MB"),
    "many bombs": (archive(**{f"{number}.json": b" " * MEGABYTE for number in range(9)}), "once it is unpacked"),
    "cut off": (archive(**{"a.json": b"{}"})[:-30], "cannot be unpacked"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_archive_gets_one_sentence(name: str) -> None:
    content, words = HOSTILE[name]
    with pytest.raises(Unreadable, match=words):
        feeds_of([("feeds.zip", content)], max_bytes=MEGABYTE, now=NOW)


def test_what_is_wrong_with_one_of_several_files_names_it() -> None:
    with pytest.raises(Unreadable, match=r"^1\.json: This is valid JSON, but"):
        feeds_of(raw(ATOS, {"a": 1}), max_bytes=MEGABYTE, now=NOW)
    with pytest.raises(Unreadable, match="Two files state the table"):
        feeds_of(raw(ATOS, ATOS), max_bytes=MEGABYTE, now=NOW)


def test_the_page_takes_several_files_and_applies_what_it_showed(
    client: Client, cast: Cast, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    files = [SimpleUploadedFile(name, content, "application/json") for name, content in raw(ATOS, AGENCIES, PRODUCTS)]
    answer = signed_in(client, cast.pmo_lead).post(UPLOAD, {"file": files}, follow=True)
    assert "0.json and 2 more" in answer.content.decode()
    client.post(APPLY, {"token": token_of(answer)})
    assert (ImportRun.objects.count(), Ato.objects.count()) == (1, 1)


def test_the_page_refuses_files_of_several_days_in_one_sentence(
    client: Client, cast: Cast, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    files = [SimpleUploadedFile(name, content) for name, content in raw(ATOS, feed())]
    answer = signed_in(client, cast.pmo_lead).post(UPLOAD, {"file": files}, follow=True)
    assert "several days or generations: 2026-01-01 (marketplace-v2), 2026-05-21" in answer.content.decode()
