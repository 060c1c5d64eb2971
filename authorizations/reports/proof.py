"""What a report says of the record that it rests on: where its chains end, when they were verified, how to check."""

from collections.abc import Iterator

from accounts.models import User
from authorizations.models import Head, Verification
from authorizations.proof.export import HOW_TO_CHECK
from authorizations.reports.base import Column, Kind, Row, Table
from authorizations.vocabulary import Chain, JobStatus

CHAINS = (
    Column("chain", "Chain", "Acts and security events have a chain each."),
    Column("position", "Last entry", "Its position when this was made; every later one follows it.", Kind.NUMBER),
    Column("hash", "Hash of the last entry", "It changes as soon as any entry before it does."),
    Column("verified", "Verified", "When the newest finished verification ended.", Kind.MOMENT),
    Column("up_to", "Up to entry", "The last entry that it walked to.", Kind.NUMBER),
    Column("found", "What it found", "Whether every entry followed the one before it."),
)


def how_to_check() -> list[str]:
    """How somebody else checks an export of the record, in sentences."""
    return list(HOW_TO_CHECK)


def proof_of_the_record(user: User) -> Table:
    """Where the chains of the record end, and what their newest verification found."""

    def rows() -> Iterator[Row]:
        # Those who read the record see its verifications; for others that it is chained is enough.
        done = Verification.objects.visible_to(user).filter(status=JobStatus.DONE).order_by("-finished_at").first()
        for head in Head.objects.filter(position__gt=0).order_by("chain"):
            result = ("Nothing wrong" if done.is_whole else " ".join(done.findings)) if done else "Not verified yet"
            up_to = done.ends.get(head.chain) if done else None
            finished = done.finished_at if done else None
            yield Chain(head.chain).label, head.position, head.hash, finished, up_to, result

    return Table(
        "proof",
        "Where the record ends",
        CHAINS,
        rows,
        note="Keep these lines: with an export of the record they prove that no entry up to here was changed, added or "
        "taken away since. docs/check_record.py checks an export.",
        empty="The record has no entry yet.",
    )
