"""What an import proposes to write: shapes only. The exchange floor fills them, the import verb writes them."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import models

from accounts.models import Published
from authorizations.models import Ato, PackageOverview, ReviewItem

# A feed that drops more than this share of a table is taken for a broken publication until a person says otherwise
# (MAPPING of the feeds, 8.5: real ones fell from 349 to 5 providers).
REMOVALS_TAKEN_WITHOUT_ASKING = 0.05


@dataclass(frozen=True, slots=True)
class FeedFile:
    """The file an import comes from: which generation of the feed, its name, hash and size, and the feed's own date.

    ``tables`` are those that it has, in the words of v2.
    """

    version: str
    name: str
    sha256: str
    size: int
    as_of: date
    tables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RowIssue:
    table: str
    record_id: str
    field: str
    raw: str
    kind: str
    sentence: str


@dataclass(slots=True)
class Counts:
    """What happens to one table; ``rows == create + change + same + set_aside`` always.

    ``implied`` counts records that have no row of their own but are named by others; ``published`` what the feeds
    before published; ``not_published`` how many of those this feed no longer has. ``whole`` is 0 for an excerpt, which
    says nothing of what it lacks.
    """

    rows: int = 0
    create: int = 0
    change: int = 0
    same: int = 0
    set_aside: int = 0
    implied: int = 0
    not_published: int = 0
    published: int = 0
    whole: int = 1

    def as_json(self) -> dict[str, int]:
        numbers = asdict(self)
        del numbers["published"]
        if self.whole:
            del numbers["whole"]
        return numbers

    @property
    def needs_a_reason(self) -> bool:
        return self.not_published > self.published * REMOVALS_TAKEN_WITHOUT_ASKING


@dataclass(slots=True)
class Change:
    """Facts to be set on a record that exists: {field: new value}."""

    record: models.Model
    facts: dict[str, Any]


@dataclass(slots=True)
class Proposal:
    """Everything one import would write.

    New records are unsaved and may refer to each other; ``succession`` holds (former initial ATO, its successor);
    review items lack only their run; ``sources`` says anew which feeds gave a record's fields, and ``said`` what this
    one says of ATOs that others keep; ``fetched`` when overviews that did not change were read again.
    """

    counts: dict[str, Counts] = field(default_factory=dict)
    create: list[models.Model] = field(default_factory=list)
    change: list[Change] = field(default_factory=list)
    succession: list[tuple[Ato, Ato]] = field(default_factory=list)
    issues: list[RowIssue] = field(default_factory=list)
    review: list[ReviewItem] = field(default_factory=list)
    sources: list[tuple[Published, dict[str, str]]] = field(default_factory=list)
    said: list[tuple[Ato, dict[str, str]]] = field(default_factory=list)
    fetched: list[tuple[PackageOverview, datetime]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be written but the run itself; issues alone change no record."""
        return not (self.create or self.change or self.succession or self.review)

    def new(self, record_type: type[models.Model]) -> list[Any]:
        return [record for record in self.create if isinstance(record, record_type)]

    def changed(self, record_type: type[models.Model]) -> list[Change]:
        return [change for change in self.change if isinstance(change.record, record_type)]

    def removals(self) -> Iterator[tuple[str, Counts]]:
        yield from ((table, counts) for table, counts in self.counts.items() if counts.needs_a_reason)
