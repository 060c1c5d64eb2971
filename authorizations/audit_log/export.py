"""The audit log as a file that somebody else can check: one line that says how, then the hashed text of every entry.

Each line after the first is exactly what was hashed. `docs/check_audit_log.py` checks such a file.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import QuerySet

from authorizations.audit_log.pseudonyms import pseudonyms
from authorizations.audit_log_format import moment, text_of
from authorizations.models import AuditLogHead, Event

BATCH = 2000
HOW_TO_CHECK = (
    "Each line after the first is the text of an entry, in the order of the log.",
    "Take the SHA-256 of a line without its line feed, in hexadecimal: the next line holds it as 'previous'.",
    "The first entry has 64 zeros as 'previous'; 'position' counts from 1 without a gap.",
    "The last line is the entry 'position' of the first line, and its SHA-256 is 'hash' of the first line.",
    "Compare anchors that you hold with the lines: 'hash' must be the SHA-256 of the entry 'position'.",
    "'people' of the first line says for each account that acted, by its number, a word for its person: follow that.",
    "'changes' maps what an act changed to [before, after]; 'stage' there is from where to where it led.",
)


def lines(head: AuditLogHead, now: datetime) -> Iterator[str]:
    """The lines of a log's file, up to the entry at which its head stands, in pieces of many lines."""
    entries = Event.objects.filter(audit_log=head.audit_log, position__lte=head.position).order_by("position")
    first = {
        "audit_log": head.audit_log,
        "exported_at": moment(now),
        "hash": head.hash,
        "how_to_check": HOW_TO_CHECK,
        "people": pseudonyms(_accounts(entries)),
        "position": head.position,
    }
    yield text_of(first) + "\n"
    last = 0
    while some := list(entries.filter(position__gt=last).values_list("position", "text")[:BATCH]):
        last = some[-1][0]
        yield "".join(f"{text}\n" for _, text in some)


def _accounts(entries: QuerySet[Event]) -> set[int]:
    """Whom the entries name; each of their columns is asked for by itself, so that the database counts, not Python."""
    return {
        account
        for who in ("actor", "acted_for", "decided_by")
        for account in entries.exclude(**{who: None}).order_by().values_list(who, flat=True).distinct()
    }
