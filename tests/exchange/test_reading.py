"""Files that are no feed: each gets one clear sentence, and nothing of it is believed."""

import json
from pathlib import Path

import pytest

from authorizations.exchange.imports.feed_file import Unreadable
from authorizations.exchange.imports.marketplace import feed_from_bytes
from tests.exchange.feeds import MEGABYTE, NOW, feed, feed_at

HOSTILE = {
    "empty": (b"", "is empty"),
    "blank": (b" \n ", "is empty"),
    "only a byte order mark": ("\ufeff".encode(), "is empty"),
    "not UTF-8": (b'{"data": "\xff\xfe"}', "not text in UTF-8"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not text in UTF-8"),
    "truncated": (json.dumps(feed()).encode()[:400], "not complete JSON"),
    "nested too deeply": (b"[" * 200_000, "too deeply"),
    "nested objects": (b'{"a":' * 200_000, "too deeply"),
    "NaN": (b'{"data": {"Products": [NaN]}}', "NaN"),
    "infinity": (b'{"data": {"Products": [-Infinity]}}', "-Infinity"),
    "infinity in figures": (b'{"data": {"Products": [1e999]}}', "too large"),
    "a number of 5,000 digits": (b'{"data": {"Products": [' + b"9" * 5000 + b"]}}", "5000 digits"),
    "one key twice": (b'{"data": {"Products": [{"id": "A", "id": "B"}]}}', "twice"),
    "a control character in a text": (b'{"data": "\x01"}', "not complete JSON"),
    "a text": (b'"Products"', "no data.Products"),
    "null": (b"null", "no data.Products"),
    "products that are no list": (b'{"data": {"Products": {"id": 1}}}', "Products is not a list"),
    "agencies that are no list": (b'{"data": {"Products": [], "Agencies": "all"}}', "Agencies is not a list"),
    "more records than any feed": (
        b'{"data": {"Products": [' + b"1," * 100_000 + b"1]}}",
        "more than 100,000 records",
    ),
    "a page instead of a file": (b"<!doctype html><title>Sign in</title>", "not complete JSON"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_is_no_feed_gets_one_sentence(name: str) -> None:
    content, words = HOSTILE[name]
    with pytest.raises(Unreadable) as refusal:
        feed_from_bytes(content, name="feed.json", max_bytes=MEGABYTE, now=NOW)
    assert words in refusal.value.sentence
    assert "\n" not in refusal.value.sentence
    assert len(refusal.value.sentence) < 200


def test_a_file_larger_than_allowed_is_refused_without_being_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "large.json"
    with file.open("wb") as handle:
        handle.truncate(4 * 1024 * MEGABYTE)
    with pytest.raises(Unreadable, match="larger than 1 MB"):
        feed_at(file, max_bytes=MEGABYTE, now=NOW)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("absent.json", "There is no file"),
        (".", "is a folder"),
        ("/dev/zero", "not a plain file"),
        ("\0", "cannot be read"),
    ],
)
def test_what_is_no_readable_file_is_refused(tmp_path: Path, path: str, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        feed_at(tmp_path / path, max_bytes=MEGABYTE, now=NOW)


def test_where_the_file_stops_being_json_is_told() -> None:
    with pytest.raises(Unreadable, match="line 3, column 1 "):
        feed_from_bytes(b'{"data":\n1,\n]', name="feed.json", max_bytes=MEGABYTE, now=NOW)


def test_a_byte_order_mark_before_the_feed_is_no_obstacle() -> None:
    raw = feed_from_bytes(b"\xef\xbb\xbf" + json.dumps(feed()).encode(), name="feed.json", max_bytes=MEGABYTE, now=NOW)
    assert raw.table("Products").rows[0].provider == "Quartz Cloud"


def test_the_sign_of_a_number_is_no_digit() -> None:
    content = b'{"data": {"Products": [{"n": -%s}]}}'
    assert feed_from_bytes(content % (b"9" * 18), name="feed.json", max_bytes=1000, now=NOW).tables
    with pytest.raises(Unreadable, match="a number of 19 digits"):
        feed_from_bytes(content % (b"9" * 19), name="feed.json", max_bytes=1000, now=NOW)
