"""Which generation of the feed a file is, told by its content alone, and what it says (MAPPING of the feeds, 0)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from authorizations.actions.imports.proposal import FeedFile, RowIssue
from authorizations.exchange.imports.feed_file import MOST_RECORDS, RawFile, Unreadable
from authorizations.exchange.imports.feed_rows import Feed, FeedTable
from authorizations.exchange.imports.precedence import PREFIX
from authorizations.exchange.imports.readers import cso_package, v0_v1, v2, v3_products, v3_split

Read = Callable[[Any, date, list[RowIssue]], dict[str, FeedTable]]


@dataclass(frozen=True, slots=True)
class Generation:
    """How to know a generation, where its tables stand, the feed's own day, and how to read it."""

    name: str
    matches: Callable[[Any], bool]
    lists: Callable[[Any], Mapping[str, Any]]
    feed_date: Callable[[Any, date, list[RowIssue]], date]
    read: Read


def _data(raw: Any) -> Any:
    return raw.get("data") if isinstance(raw, dict) else None


def _has(raw: Any, name: str, kind: type) -> bool:
    return isinstance(raw, dict) and isinstance(raw.get(name), kind)


def _is_v0(raw: Any) -> bool:
    if isinstance(_data(raw), list):
        return True
    first = raw[0] if isinstance(raw, list) and raw and isinstance(raw[0], dict) else {}
    return not first.keys().isdisjoint({"ATO_Letters", "Cloud_Service_Provider_Name", "Clould_Service_Provider_Name"})


def _is_split(raw: Any) -> bool:
    return isinstance(_data(raw), dict) and _has(raw, "metadata", dict) and "total_entries" in raw["metadata"]


GENERATIONS = (
    Generation("v0", _is_v0, v0_v1.lists, v0_v1.feed_date, v0_v1.read),
    Generation(
        "v1",
        lambda raw: isinstance(_data(raw), dict) and "Providers" in _data(raw),
        lambda raw: {name: _data(raw).get(name, []) for name in ("Providers", "Assessors")},
        v0_v1.feed_date,
        v0_v1.read,
    ),
    Generation(
        "v2",
        lambda raw: isinstance(_data(raw), dict) and "Products" in _data(raw),
        lambda raw: {name: _data(raw).get(name, []) for name in v2.READERS},
        v2.feed_date,
        v2.read,
    ),
    Generation(
        "v3-products",
        lambda raw: _has(raw, "products", list),
        lambda raw: {"products": raw["products"]},
        v3_products.feed_date,
        v3_products.read,
    ),
    Generation(
        "v3-changelog",
        lambda raw: _has(raw, "products", dict),
        lambda raw: {"products": [*raw["products"]]},
        v3_products.feed_date,
        v3_split.read_changes,
    ),
    Generation(
        "cso-pkg",
        lambda raw: _is_split(raw) and _data(raw).keys() == {cso_package.NAME_OF_TABLE},
        v3_split.lists,
        v3_products.feed_date,
        v3_split.read,
    ),
    Generation(
        "v3-split",
        _is_split,
        v3_split.lists,
        v3_products.feed_date,
        v3_split.read,
    ),
)


def read_feed(file: RawFile, *, today: date) -> Feed:
    """Reads every table of a feed; what cannot be taken is set aside with an issue.

    Raises Unreadable: no generation that is known here, or a table that is no list of records.
    """
    raw = file.content
    generation = next((each for each in GENERATIONS if each.matches(raw)), None)
    if generation is None:
        raise Unreadable(
            "This is valid JSON, but no Marketplace feed that is known here: it has no data.Products, for example."
        )
    for name, records in generation.lists(raw).items():
        if not isinstance(records, list):
            raise Unreadable(f"The file's table {name} is not a list of records.")
        if len(records) > MOST_RECORDS:
            raise Unreadable(f"The file's table {name} has more than {MOST_RECORDS:,} records, which no feed has.")
    issues: list[RowIssue] = []
    as_of = generation.feed_date(raw, today, issues)
    tables = generation.read(raw, today, issues)
    for name, table in tables.items():
        if table.is_broken:
            raise Unreadable(
                f"The publication is broken: {table.broken:,} of {table.records:,} rows of {name} hold spreadsheet "
                "errors such as #REF!. Nothing was changed; wait for the next one."
            )
    about = FeedFile(PREFIX + generation.name, file.name, file.sha256, file.size, as_of, tuple(tables))
    return Feed(about, tables, issues)
