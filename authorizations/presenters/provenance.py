"""What a file that leaves the portal says of itself: which portal made it, for whom, as of when, from which data.

A CSV of one table, and an array of its rows, have no place for it: the headers of their answers say it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import reduce
from operator import or_

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from authorizations.display import counted, day_text, moment_text, utc_text
from authorizations.lifecycle.sources import SOURCES, sources_of
from authorizations.models import ImportRun
from authorizations.models.register.overview import OVERVIEW_FEED
from authorizations.tables.columns import Table, plain
from authorizations.tables.contents import Contents, ReportSpec
from authorizations.vocabulary import RunStatus

# Columns that name rules, by their keys; rows beyond these are not looked at.
NAMING = frozenset({"rule", "stated", "basis", "source", "needs"})
LOOKED_AT = 3_500
_KEYS = sorted((re.escape(key) for source in SOURCES for key in source.keys), key=len, reverse=True)
# A key stands alone, or begins the id of a rule.
_NAMED = re.compile(rf"(?<![\w-])(?:{'|'.join(_KEYS)})[A-Z0-9-]*")
# The Marketplace is published anew far more often.
FRESH = timedelta(days=30)
# Nobody real has an address there (RFC 2606).
FICTIONAL = ".example"
LONGEST_LINK = 1_000
# The tables of a feed that hold its ATO rows.
ATO_TABLES = ("AtoMapping", "ReuseMapping")


def with_provenance(contents: Contents, spec: ReportSpec) -> Contents:
    """The same contents with what their file says of itself; JSON has it under ``more``."""
    told = tuple(provenance(spec, contents))
    return replace(contents, provenance=told, more={**contents.more, "provenance": dict(told)})


def headers_of(spec: ReportSpec, described_at: str) -> dict[str, str]:
    """What the answer with a file says beside it; ``described_at``: the path of where its columns are explained."""
    # Proxies take no header of any length, and an address may name hundreds of rows.
    link = f'<{spec.address}{described_at}>; rel="describedby"'
    return {
        **({"Link": link} if len(link) <= LONGEST_LINK else {}),
        "Portal-As-Of": utc_text(spec.as_of),
        "Portal-Federal-Data": day.isoformat() if (day := federal_day()) else "none",
    }


def provenance(spec: ReportSpec, contents: Contents) -> Iterator[tuple[str, str]]:
    """Label and value of each thing; one query, and the rows that name rules."""
    yield "Portal", f"Authorization portal, {spec.address}"
    yield "Independence", "This portal is independent of FedRAMP and the General Services Administration."
    if settings.DEMO_SIGN_IN and spec.user.email.endswith(FICTIONAL):
        yield "Fictional", "A demo: its people, organizations, offerings and cases are fictional."
    yield "As of", f"{moment_text(spec.as_of)} (US Eastern)"
    yield "Made for", f"{spec.user.name}; only what this person may see is in it"
    yield "Federal data", federal_data()
    if contents.rules:
        yield "Rules", contents.rules
    if spec.marking:
        yield "Marking", spec.marking
    yield from _sources(contents)


def federal_data() -> str:
    """Of which day the newest feed of the Marketplace is, and when it came in."""
    found = _applied().values_list("feed_as_of", "finished_at").first()
    if found is None:
        return "None imported yet"
    as_of, finished_at = found
    imported = f", imported {day_text(timezone.localdate(finished_at))}" if finished_at else ""
    of_atos = atos_as_of()
    older = f"; ATO rows of {day_text(of_atos)}" if of_atos not in (None, as_of) else ""
    return f"Marketplace of {day_text(as_of)}{imported}{older}"


def federal_day() -> date | None:
    """Of which day the newest feed of the Marketplace is."""
    found: date | None = _applied().values_list("feed_as_of", flat=True).first()
    return found


def stale_words(today: date) -> str:
    """How old the federal ATO data are, where they are too old to go unsaid; else blank."""
    as_of = atos_as_of()
    if as_of is None or today - as_of <= FRESH:
        return ""
    old = counted((today - as_of).days, "day")
    return f"The federal data are of {day_text(as_of)}, {old} old: what was renewed or added since is not in them."


def atos_as_of() -> date | None:
    """Of which day the newest feed is that had ATO rows: some feeds have products alone."""
    some = (Q(**{f"counts__{table}__rows__gt": 0}) for table in ATO_TABLES)
    found: date | None = _applied().filter(reduce(or_, some)).values_list("feed_as_of", flat=True).first()
    return found


def _applied() -> QuerySet[ImportRun]:
    # What providers publish of their own packages comes more often, and says nothing of ATOs.
    applied = ImportRun.objects.filter(status=RunStatus.APPLIED).exclude(feed_version=OVERVIEW_FEED)
    return applied.order_by("-feed_as_of")


def _sources(contents: Contents) -> Iterator[tuple[str, str]]:
    """Each source whose rules are named, with the ids that are."""
    named = {found for text in _texts(contents) for found in _NAMED.findall(text)}
    for source in sources_of(named):
        ids = sorted(each.rstrip("-") for each in named if each.startswith(source.keys))
        yield ", ".join(ids), f"{source.title} ({source.publisher})"


def _texts(contents: Contents) -> Iterable[str]:
    yield from contents.summary
    for table in contents.every_table:
        yield table.note
        places = [place for place, column in enumerate(table.columns) if column.key in NAMING]
        if places:
            yield from _cells(table, places)


def _cells(table: Table, places: list[int]) -> Iterator[str]:
    for row in table.between(0, LOOKED_AT):
        yield from (str(plain(row[place]) or "") for place in places)
