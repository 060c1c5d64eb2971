"""What a reminder says: which deadline, of which record, owed by whom to whom, by which rule."""

from datetime import date

from authorizations.deadlines.deadline import Deadline, DeadlineForce
from authorizations.deadlines.kinds import KINDS, label_of
from authorizations.display import day_text
from authorizations.lifecycle.turns import ON_WHOM
from authorizations.notifications.reminders.record_links import DeadlineLink
from authorizations.sanitize import one_line
from authorizations.vocabulary import Turn

FORCES = {
    DeadlineForce.MUST: "a must",
    DeadlineForce.SHOULD: "a should",
    DeadlineForce.LOCAL: "a local policy, since no source states the day",
}


def subject_of(due: Deadline, lead: str, place: DeadlineLink) -> str:
    """The line that a mail and a list show. It holds days and no numbers of days: it may be read days later."""
    words = f"{_how(due, lead)} {day_text(_day(due))}: {label_of(due)}, {place.label}"
    return one_line(words)[:200]


def _how(due: Deadline, lead: str) -> str:
    if not lead.startswith(("e", "-")):
        return "Due on"
    # Nobody here ever recorded its like, so it may have been done elsewhere.
    how = "overdue since" if due.is_confirmed else "not recorded here, due on"
    return f"Passed on to you, {how}" if lead.startswith("e") else how.capitalize()


def _day(due: Deadline) -> date:
    assert due.on is not None  # noqa: S101  # nobody is told of a deadline without a day
    return due.on


def body_of(due: Deadline, lead: str, absent: str = "") -> str:
    """Who owes it, from what its day follows, by which rule, and what meets it.

    absent: who owes it, where nobody acts for them here.
    """
    owes, to = ON_WHOM[Turn(due.owed_by.side)], ON_WHOM[Turn(due.owed_to.side)]
    whom = f"{owes} owes it to {to}" if due.owed_by != due.owed_to else f"{owes} owes it"
    anchored = f" ({day_text(due.anchored_on)})" if due.anchored_on and due.anchored_on != due.on else ""
    sentences = [
        f"{whom[:1].upper()}{whom[1:]}. Its day follows from: {due.anchor}{anchored}.",
        f"Not before {day_text(due.opens_on)}." if due.opens_on else "",
        f"By {due.rule}, {FORCES[due.force]}." if due.rule else "",
        f"It is met by {KINDS[due.kind].met_by}.",
    ]
    if lead.startswith("e"):
        sentences.insert(0, "Its day has passed, and nothing was recorded here since.")
    if absent:
        sentences.append(f"Nobody acts for {absent} here.")
    return " ".join(filter(None, sentences))
