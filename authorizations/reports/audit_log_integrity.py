"""What a report says of the record that it rests on: where its chains end, when they were verified, how to check."""

from collections.abc import Iterator, Sequence

from django.conf import settings
from django.db.models import Max, Min

from accounts.models import User
from authorizations.actions.acting_capacity import Subject
from authorizations.audit_log.anchors import anchored_in
from authorizations.models import AuditLogHead, Event, Verification
from authorizations.policy import Capability, may
from authorizations.presenters.audit_log.action_labels import happened
from authorizations.tables.columns import Column, ColumnKind, Row, Table
from authorizations.vocabulary import AuditLog, JobStatus

AUDIT_LOGS = (
    Column("audit_log", "Chain", "Acts and security events have a chain each."),
    Column("position", "Last entry", "Its position when this was made; every later one follows it.", ColumnKind.NUMBER),
    Column("hash", "Hash of the last entry", "It changes as soon as any entry before it does."),
    Column("verified", "Verified", "When the newest finished verification ended.", ColumnKind.MOMENT),
    Column("up_to", "Up to entry", "The last entry that it walked to.", ColumnKind.NUMBER),
    Column("found", "What it found", "Whether every entry followed the one before it."),
)


ENTRY = ("position", "recorded_at", "verb", "changes", "hash")
AT_ONCE = 500
ENTRIES = (
    Column("about", "About", "The record that the entry is about."),
    Column("position", "Entry", "Its position in the chain of acts.", ColumnKind.NUMBER),
    Column("recorded", "Recorded", "When it was recorded.", ColumnKind.MOMENT),
    Column("what", "What", "The act in words."),
    Column("hash", "Hash", "SHA-256 of the entry's text in the export of the audit log."),
)
ANCHORS = (
    Column("at", "Kept", "When it was written down where nobody who can change the record can change it too."),
    Column("covers", "What it covers", "Up to which of the entries here the chain is fixed by it."),
    Column("position", "Entry", "The last entry of the chain of acts at that moment.", ColumnKind.NUMBER),
    Column("hash", "Hash", "Of that entry."),
)
STEPS = (
    Column("step", "Step", "In this order.", ColumnKind.NUMBER),
    Column("how", "How", "What to do."),
)
TOOL = "docs/check_audit_log.py of the portal's source"
CHECKING = (
    "Compare each file that you hold with the hash under Evidence: sha256sum prints it.",
    "Ask the FedRAMP PMO or the auditor for an export of the chain of acts.",
    f"Run {TOOL} on the export and the anchors that you hold: it says whether every entry follows the one before it.",
    "Take the SHA-256 of each line of the export, without its line feed: the hashes listed for the entries are there.",
)


def proof_of_the_record(user: User) -> Iterator[Table]:
    """Where the audit logs end, and what its newest verification found, for anyone who may export it whole.

    To others it would tell how much is done that they may not know of.
    """
    if not may(user.roles, Capability.EXPORT_AUDIT_LOG):
        return

    def rows() -> Iterator[Row]:
        done = Verification.objects.visible_to(user).filter(status=JobStatus.DONE).order_by("-ended_at").first()
        for head in AuditLogHead.objects.filter(position__gt=0).order_by("audit_log"):
            end = (AuditLog(head.audit_log).label, head.position, head.hash)
            if done is None:
                yield (*end, None, None, "Not verified yet")
            else:
                found = "Nothing wrong" if done.is_whole else " ".join(done.findings)
                yield (*end, done.ended_at, done.ends.get(head.audit_log), found)

    note = (
        "Keep these lines: with an export of the audit log they prove that no entry so far was changed, added or "
        "taken away since."
    )
    empty = "The audit log has no entry yet."
    yield Table("proof", "Where the audit log ends", AUDIT_LOGS, rows, note=note, empty=empty)


def entries_of(records: Sequence[tuple[str, Subject]], user: User) -> Table:
    """The entries of the audit log about some ATOs or cases that are told to a reader, each with its hash."""

    def rows() -> Iterator[Row]:
        for words, record in records:
            entries = Event.objects.readable_history(record, user).order_by("position").values_list(*ENTRY)
            for position, recorded_at, verb, changes, digest in entries.iterator(chunk_size=AT_ONCE):
                place = (position,) if may_export else ()
                yield (words, *place, recorded_at, happened(verb, changes), digest)

    # How far apart two entries stand tells how much others do; their hashes say enough to find them in an export.
    may_export = may(user.roles, Capability.EXPORT_AUDIT_LOG)
    columns = ENTRIES if may_export else tuple(column for column in ENTRIES if column.key != "position")
    empty = "The record says nothing of it yet."
    return Table("entries", "Entries of the audit log", columns, rows, empty=empty, group="about")


def anchors_of(record: Subject, user: User) -> Iterator[Table]:
    """The anchors that fix the first and the last entry about a record, and the newest one, for the same people."""
    if not may(user.roles, Capability.EXPORT_AUDIT_LOG):
        return

    def rows() -> Iterator[Row]:
        ends = Event.objects.readable_history(record, user).aggregate(first=Min("position"), last=Max("position"))
        kept = [anchor for anchor in anchored_in(settings.ANCHOR_FILE) if anchor.audit_log == AuditLog.ACTS]
        for words, position in (("The first entry about it", ends["first"]), ("Every entry about it", ends["last"])):
            found = next((anchor for anchor in kept if position and anchor.position >= position), None)
            if found:
                yield found.at, words, found.position, found.hash
        if kept:
            yield kept[-1].at, "The newest anchor", kept[-1].position, kept[-1].hash

    note = "Anchors are kept daily and mailed to those who hold them elsewhere."
    empty = "No anchor was kept yet. The portal keeps one each day."
    yield Table("anchors", "Anchors", ANCHORS, rows, note=note, empty=empty)


def steps_of_checking() -> Table:
    return Table("checking", "How to check this packet", STEPS, lambda: enumerate(CHECKING, start=1))
