"""How pages and reports say where an ATO stands: its stage, unless something else decides what it counts as."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet

from authorizations.display import day_text, small
from authorizations.models.register.standing import where
from authorizations.vocabulary import AtoStage, AtoStanding

APART = (AtoStanding.PASSED, AtoStanding.LEFT, AtoStanding.UNNAMED, AtoStanding.JAB)
# What is said of some rows that are counted apart, after their number.
APART_WORDS = {
    AtoStanding.PASSED: "past the recorded expiry",
    AtoStanding.LEFT: "no longer in the feed",
    AtoStanding.UNNAMED: "of agencies that the feed does not name",
    AtoStanding.JAB: "of the JAB",
}


def standing_words(stage: str, standing: str) -> str:
    """The stage of an ATO that is live or over; else why it is counted apart."""
    if standing not in APART:
        return str(AtoStage(stage).label)
    words = str(AtoStanding(standing).label)
    return f"{AtoStage(stage).label}, {small(words)}" if stage != AtoStage.ACTIVE else words


def not_in_force(ato: Any, today: date) -> str:
    """Why a case cannot count on its ATO, inside a sentence; blank where it is active and neither ran out nor left."""
    if ato.stage != AtoStage.ACTIVE:
        return f"the ATO of this case is {small(AtoStage(ato.stage).label)}"
    if ato.expires_on is not None and ato.expires_on < today:
        return f"the recorded expiry of the ATO, {day_text(ato.expires_on)}, has passed"
    return "the ATO of this case is no longer in the feed" if ato.not_published_since is not None else ""


def counts_of(rows: QuerySet[Any], today: date) -> dict[str, int]:
    """How many of some ATO rows are of each standing; one query."""
    return rows.order_by().aggregate(**{key: Count("pk", filter=each) for key, each in where(today).items()})


def apart_words(counts: Mapping[str, int]) -> str:
    """What is not live and has not ended: "3 past the recorded expiry, 1 of the JAB"; blank where nothing is."""
    return ", ".join(f"{counts[key]:,} {APART_WORDS[key]}" for key in APART if counts[key])


def counted_apart(counts: Mapping[str, int]) -> str:
    """The same as a sentence."""
    words = apart_words(counts)
    return f"Counted apart: {words}." if words else ""
