"""What changed between two imports: the list of its facts, and which two."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from accounts.models import User
from authorizations.actions.refusals import Malformed
from authorizations.display import address, counted, day_text, local_day
from authorizations.lifecycle.problems import Problem
from authorizations.models import ImportRun
from authorizations.models.feed_changes.facts import ChangeKind
from authorizations.models.feed_changes.lines import FeedChange, applied_runs, changes_of, entries_between
from authorizations.policy import Capability, may
from authorizations.presenters.cached_counts import cache_stamp
from authorizations.tables.columns import Column, ColumnKind, Link, Names, Record, Value
from authorizations.web.answers import base_of
from authorizations.web.lists.computed import ComputedState, no_rows
from authorizations.web.lists.export import export_state
from authorizations.web.lists.filter_counts import Facet
from authorizations.web.lists.link_filters import CONCERNING
from authorizations.web.lists.listing import Listing
from authorizations.web.page_access import person

# Characters of a value that a page shows; files have all of it.
SHOWN = 160
RECORD_TYPES = {each: each for each in ("Offering", "ATO", "Agency", "Provider", "Assessor")}
# What stands for the register before its first import.
NOTHING_YET = "start"
SEARCHED = ("record", "fact", "before", "after", "provider_name", "agency_name")


def _value(name: str) -> Any:
    def value(row: Record) -> Value:
        text: str = row[name]
        return Names(text, f"{text[:SHOWN]}…", "Files have the whole text.") if len(text) > SHOWN else text or None

    return value


FEED_CHANGES = Listing(
    name="feed_changes",
    title="What changed between two feeds",
    rows=no_rows,
    search=lambda rows, search: rows,
    search_label="Record, organization or value",
    intro=(
        "Each fact of the Marketplace that one import, or several in a row, left with another value. "
        "What changed and changed back is no line."
    ),
    columns=(
        Column(
            "record",
            "Record",
            "The offering, ATO or organization.",
            of="record",
            value=lambda row: Link(row["record"], row["url"], row["record_type"]),
            sort=("record", "kind_order"),
        ),
        Column(
            "fact",
            "Fact",
            "The fact that is another one now, and its kind.",
            value=lambda row: Link(row["fact"], "", row["kind_words"]),
            sort=("kind_order", "fact", "record"),
        ),
        Column("before", "Before", "Its value before.", value=_value("before")),
        Column("after", "After", "Its value after the last of these imports.", value=_value("after")),
        Column(
            "feed",
            "Import",
            "The last import that changed it.",
            value=lambda row: Link(row["feed"], row["feed_url"]),
            sort=("at", "record"),
        ),
    ),
    more_in_files=(
        Column("kind", "Kind of fact", "What kind of fact it is.", value=lambda row: row["kind_words"]),
        Column("record_type", "Kind of record", "Offering, ATO or kind of organization."),
        Column("agency", "Agency", "Whose ATO it is.", value=lambda row: row["agency_name"]),
        Column("provider", "Provider", "Whose offering it is.", value=lambda row: row["provider_name"]),
        Column("imported", "Imported", "When it was imported.", ColumnKind.MOMENT, value=lambda row: row["at"]),
        Column("address", "Address", "The record's page.", value=lambda row: f"{settings.OWN_ADDRESS}{row['url']}"),
    ),
    facets=(
        Facet("kind", "Kind of fact", "kind", dict(ChangeKind.choices)),
        Facet("record_type", "Kind of record", "record_type", RECORD_TYPES),
        Facet("provider", "Provider", "provider", words_field="provider_name", absent="None"),
        Facet("agency", "Agency", "agency", words_field="agency_name", absent="None"),
    ),
    narrowings=(CONCERNING,),
    order="record",
    sentence=lambda rows, total: counted(total, "changed fact"),
    empty="Nothing is different between these two feeds. Where none was imported yet, there is nothing to compare.",
)  # fmt: skip


class Pair(NamedTuple):
    """The two imports that are compared, and all there are, newest first; None stands for the empty register."""

    runs: Sequence[ImportRun]
    earlier: ImportRun | None
    later: ImportRun | None
    is_turned: bool = False  # whether the address named the newer one first

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [(run.public_id, run_words(run)) for run in self.runs]

    @property
    def asks(self) -> list[tuple[str, str]]:
        """The parameters of the address that mean these two."""
        if self.later is None:
            return []
        return [("from", self.earlier.public_id if self.earlier else NOTHING_YET), ("to", self.later.public_id)]

    @property
    def between(self) -> int:
        """How many imports are summed up."""
        until = self.later.started_at if self.later else None
        since = self.earlier.started_at if self.earlier else None
        return sum(
            until is not None and run.started_at <= until and (since is None or run.started_at > since)
            for run in self.runs
        )


def run_words(run: ImportRun) -> str:
    generation = run.feed_version.removeprefix("marketplace-").replace("-", " ")
    return f"{day_text(run.feed_as_of)} ({generation}), imported {day_text(local_day(run.started_at))}"


def chosen_pair(request: HttpRequest) -> Pair:
    """The two of the address, the older first; without them the newest and the one before."""
    runs = list(reversed(applied_runs()))
    by_id = {run.public_id: run for run in runs}
    later = by_id.get(request.GET.get("to", ""), runs[0] if runs else None)
    wanted = request.GET.get("from", "")
    if wanted == NOTHING_YET or later is None:
        return Pair(runs, None, later)
    before = [run for run in runs if run.started_at < later.started_at]
    earlier = by_id.get(wanted, before[0] if before else None)
    if earlier is not None and earlier.started_at > later.started_at:
        return Pair(runs, later, earlier, is_turned=True)
    return Pair(runs, earlier, later)


def feed_changes(request: HttpRequest) -> HttpResponse:
    pair = chosen_pair(request)
    state = _state(request, pair)
    asks = {name for name, _ in pair.asks} | {"page"}
    context = {
        "listing": state.listing,
        "state": state,
        "pair": pair,
        "nothing_yet": NOTHING_YET,
        "kept": [each for each in state.asked_for if each[0] not in asks],
        "imports": may(state.user.roles, Capability.SEE_IMPORTS),
    }
    return render(request, "imports/changes.html", context)


def feed_changes_file(request: HttpRequest, suffix: str) -> HttpResponseBase:
    pair = chosen_pair(request)
    known = {public_id for public_id, _ in pair.choices} | {NOTHING_YET}
    if unread := [name for name in ("from", "to") if request.GET.get(name, NOTHING_YET) not in known]:
        raise Malformed([Problem("shape", f"{name}: there is no import of this id.", name) for name in unread])
    return export_state(_state(request, pair), suffix, base_of(request))


def _state(request: HttpRequest, pair: Pair) -> ComputedState:
    user = person(request)
    lines: list[FeedChange] = []
    if pair.later is not None and pair.earlier != pair.later:
        since = pair.earlier.started_at if pair.earlier else None
        lines = changes_of(user, entries_between(since, pair.later.started_at))
    wanted = frozenset(request.GET.getlist(CONCERNING.key))
    records = _records(user, pair, [line for line in lines if not wanted or wanted & line.concerned])
    more: dict[str, Any] = {"asks": pair.asks, "searched": SEARCHED, "asked": cache_stamp(request)}
    return ComputedState(FEED_CHANGES, user, request.GET, records, **more)


def _records(user: User, pair: Pair, lines: Sequence[FeedChange]) -> list[Record]:
    order = {kind: place for place, kind in enumerate(ChangeKind)}
    feeds = _Feeds(pair.runs, may(user.roles, Capability.SEE_IMPORTS))
    return [
        {
            "record": line.record,
            "record_type": line.record_type,
            "url": line.url,
            "kind": line.kind.value,
            "kind_words": line.kind.label,
            "kind_order": order[line.kind],
            "fact": line.fact,
            "before": line.before,
            "after": line.after,
            "at": line.at,
            "feed": feeds.of(line.at)[0],
            "feed_url": feeds.of(line.at)[1],
            "agency": line.agency.public_id if line.agency else "",
            "agency_name": line.agency.name if line.agency else "",
            "provider": line.provider.public_id if line.provider else "",
            "provider_name": line.provider.name if line.provider else "",
        }
        for line in lines
    ]


class _Feeds:
    """Which import an entry is of, by its moment: its words, and its page for those who may open it."""

    def __init__(self, runs: Sequence[ImportRun], opens: bool) -> None:  # noqa: FBT001
        self._known: dict[datetime, tuple[str, str]] = {
            run.started_at: (day_text(run.feed_as_of), address("import_run", run.public_id) if opens else "")
            for run in runs
        }

    def of(self, at: datetime) -> tuple[str, str]:
        return self._known.get(at, ("", ""))
