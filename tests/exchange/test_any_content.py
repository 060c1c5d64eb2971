"""Whatever a file holds: a reader understands it or refuses it in a sentence, and fails in no other way."""

import copy
import json
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from authorizations.exchange.documents.content_types import InvalidContent
from authorizations.exchange.documents.upload import validate_file
from authorizations.exchange.imports.feed_file import Unreadable
from authorizations.exchange.imports.marketplace import feed_from_bytes
from authorizations.exchange.wbs.rows import Faulty
from authorizations.rules.release import BadRelease, of_stated
from tests.exchange.documents import PDF
from tests.exchange.feeds import MEGABYTE, NOW, feed
from tests.exchange.workbooks import read, workbook
from tests.rules.documents import document

# A file of any content is tried many times over.
pytestmark = [pytest.mark.sqlite, pytest.mark.slow]
# The same examples in each run: what a run finds, the next finds too.
FEW = settings(derandomize=True, deadline=None, max_examples=60, database=None)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)


def places(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value of a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield (*way, key)
        yield from places(each, (*way, key))


def changed(whole: Any) -> st.SearchStrategy[Any]:
    """A document of which one value is another, or gone."""

    def change(way: tuple[Any, ...], value: Any, *, is_gone: bool) -> Any:
        made = copy.deepcopy(whole)
        inner = made
        for key in way[:-1]:
            inner = inner[key]
        if is_gone:
            del inner[way[-1]]
        else:
            inner[way[-1]] = value
        return made

    return st.builds(change, st.sampled_from(list(places(whole))), JSON, is_gone=st.booleans())


def damaged(whole: bytes) -> st.SearchStrategy[bytes]:
    """A file that ends early, or of which some bytes are others."""
    at = st.integers(0, len(whole) - 1)
    other = st.builds(lambda place, some: whole[:place] + some + whole[place + len(some) :], at, st.binary(max_size=8))
    return st.builds(lambda place: whole[:place], at) | other


@FEW
@given(st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_no_feed(content: bytes) -> None:
    with pytest.raises(Unreadable):
        feed_from_bytes(content, name="feed.json", max_bytes=MEGABYTE, now=NOW)


@FEW
@given(changed(feed()))
def test_a_feed_with_any_other_value_is_read_or_refused(stated: Any) -> None:
    with suppress(Unreadable):
        feed_from_bytes(json.dumps(stated).encode(), name="feed.json", max_bytes=MEGABYTE, now=NOW)


@FEW
@given(changed(document()))
def test_a_release_with_any_other_value_is_read_or_refused(stated: Any) -> None:
    with suppress(BadRelease):
        of_stated(stated)


@FEW
@given(damaged(workbook()))
def test_a_damaged_workbook_is_read_or_refused(content: bytes) -> None:
    with suppress(Unreadable, Faulty):
        read(content)


@FEW
@given(st.binary(max_size=200) | damaged(PDF), st.text(max_size=30) | st.sampled_from(["a.pdf", "a.xlsx", "a.csv"]))
def test_a_file_of_any_name_is_taken_or_refused(content: bytes, name: str) -> None:
    with suppress(InvalidContent):
        validate_file(BytesIO(content), name)
