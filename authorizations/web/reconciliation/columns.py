"""What a reconciliation shows of each record, on its page and in files."""

from collections.abc import Callable

from authorizations.display import day_text, local_day
from authorizations.exchange.reconciliation.classes import Entry
from authorizations.exchange.reconciliation.sides import Side
from authorizations.models import DifferenceDecision
from authorizations.models.register.record_classes import RecordClass
from authorizations.tables.columns import Column, ColumnKind, Link, Record, TagCell, Value

TONES = {
    RecordClass.SAME: "good",
    RecordClass.DIFFERS: "bad",
    RecordClass.TWO_LETTERS: "warn",
    RecordClass.OTHER_AGENCY: "bad",
    RecordClass.RENAMED: "warn",
    RecordClass.EXPIRED: "warn",
    RecordClass.NO_LETTER: "warn",
    RecordClass.UNPUBLISHED: "bad",
    RecordClass.OURS_ONLY: "bad",
    RecordClass.FEED_ONLY: "bad",
}


def days_words(side: Side | None) -> str:
    if side is None:
        return ""
    signed = f"signed {day_text(side.signed_on)}" if side.signed_on else "day of signing not stated"
    return f"{signed}, expires {day_text(side.expires_on)}" if side.expires_on else f"{signed}, no expiry"


def name_of(entry: Entry) -> str:
    side = entry.side
    return side.offering.name if side.offering else side.called.get("offering", "") or "A row without a name"


def _offering(record: Record) -> Value:
    entry: Entry = record["entry"]
    offering, row = entry.side.offering, entry.side.row
    url = entry.ato.get_absolute_url() if entry.ato else row.agency_list.get_absolute_url() if row else ""
    note = f"{offering.provider}, {offering.fedramp_id}" if offering and offering.fedramp_id else ""
    return Link(name_of(entry), url, note or (str(offering.provider) if offering else ""))


def _ours(record: Record) -> Value:
    side = record["entry"].ours
    return Link(days_words(side), "", side.where) if side is not None else None


def _feed(record: Record) -> Value:
    entry: Entry = record["entry"]
    other = entry.feed.agency.name if entry.feed and entry.feed.agency.pk != entry.side.agency.pk else ""
    if entry.feed is None:
        return None
    # What feeds said before an ATO was claimed here is known from the next import on.
    is_known = bool(entry.feed.stated)
    return Link(days_words(entry.feed) if is_known else "published", "", other)


def why_words(entry: Entry) -> str:
    names = ", ".join(entry.fields)
    called = [f"“{ours}”, there “{theirs}”" for ours, theirs in entry.facts.values()]
    first = {
        RecordClass.DIFFERS: f"Differs in {names.lower()}.",
        RecordClass.RENAMED: f"The list says {'; '.join(called)}.",
    }
    return " ".join([text for text in (first.get(entry.record_class, ""), *entry.notes) if text])


def _typed(key: str, label: str, which: str, name: str, kind: ColumnKind = ColumnKind.TEXT) -> Column:
    """A column of files: one fact of one of the two lists."""

    def value(record: Record) -> Value:
        side = getattr(record["entry"], which)
        found: Value = (getattr(side, name) if side is not None else None) or None
        return found

    return Column(key, label, "", kind, value=value)


CLASS = Column(
    "class",
    "Class",
    "How the agency's record and the Marketplace stand to each other.",
    value=lambda record: TagCell(record["entry"].record_class.label, TONES[record["entry"].record_class]),
)
BUREAU = Column("bureau", "Agency or bureau", "Whose ATO it is.", value=lambda record: record["entry"].side.agency.name)
OFFERING = Column("offering", "Offering", "The cloud service that is used.", value=_offering)
WHY = Column(
    "why",
    "Why",
    "What differs, and what else.",
    value=lambda record: why_words(record["entry"]) or None,
)


def _decision(record: Record) -> Value:
    decision: DifferenceDecision | None = record["decision"]
    if decision is None:
        return None
    by = f"{decision.decided_by.name}, {day_text(local_day(decision.decided_at))}"
    note = f"{by}: {decision.note}" if decision.note else by
    words = decision.get_reason_display()
    return Link(words if record["holds"] else f"To decide anew, before: {words.lower()}", "", note)


def _standing(name: str) -> Callable[[Record], Value]:
    """One column of the decision that holds."""

    def value(record: Record) -> Value:
        decision: DifferenceDecision | None = record["decision"] if record["holds"] else None
        if decision is None:
            return None
        found: dict[str, Value] = {
            "reason": decision.get_reason_display(),
            "note": decision.note or None,
            "by": decision.decided_by.name,
            "on": local_day(decision.decided_at),
        }
        return found[name]

    return value


PAGE_COLUMNS = (
    OFFERING,
    BUREAU,
    CLASS,
    Column("ours", "Agency's record", "What the agency has.", value=_ours),
    Column("feed", "Marketplace", "What the Marketplace publishes.", value=_feed),
    WHY,
    Column("decision", "Decision", "Why they differ, who said so and when.", value=_decision),
)
FILE_COLUMNS = (
    OFFERING,
    Column(
        "fedramp_id",
        "FedRAMP id",
        "Of the offering.",
        value=lambda record: record["entry"].side.offering.fedramp_id if record["entry"].side.offering else None,
    ),
    BUREAU,
    CLASS,
    WHY,
    _typed("ours_signed", "Signed, agency", "ours", "signed_on", ColumnKind.DAY),
    _typed("feed_signed", "Signed, Marketplace", "feed", "signed_on", ColumnKind.DAY),
    _typed("ours_expires", "Expires, agency", "ours", "expires_on", ColumnKind.DAY),
    _typed("feed_expires", "Expires, Marketplace", "feed", "expires_on", ColumnKind.DAY),
    _typed("ours_official", "Official, agency", "ours", "official"),
    _typed("feed_official", "Official, Marketplace", "feed", "official"),
    _typed("where", "Stands", "ours", "where"),
    Column(
        "id",
        "ATO id",
        "By which a changed file finds the row again. Leave it as it is.",
        value=lambda record: record["entry"].ato.public_id if record["entry"].ato else None,
    ),
    Column(
        "mark",
        "Facts",
        "By which a changed file finds whether the facts are the same. Leave it as it is.",
        value=lambda record: record["entry"].mark if record["entry"].ato else None,
    ),
    Column("decision", "Decision", "Why they differ; fill it in with one of the reasons.", value=_standing("reason")),
    Column("note", "Note", "What somebody else should know.", value=_standing("note")),
    Column("by", "Decided by", "Who said so.", value=_standing("by")),
    Column("on", "Decided on", "When.", ColumnKind.DAY, value=_standing("on")),
)
