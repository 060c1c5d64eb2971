"""The deadlines of package accesses and contacts."""

from collections.abc import Iterator
from datetime import date

from authorizations.deadlines.computation import by_length
from authorizations.deadlines.deadline import (
    PMO,
    AccessDeadlineRow,
    ContactDeadlineRow,
    Deadline,
    DeadlineForce,
    DeadlineSide,
)
from authorizations.rules import newest


def access_end(row: AccessDeadlineRow, today: date) -> Iterator[Deadline]:
    """L38: the last day of an access; by then it is extended, made permanent by an ATO, or not needed any more."""
    if row.granted_on is None or row.until is None or row.ended_on is not None:
        return
    grantor = PMO if row.at_connect else DeadlineSide("provider", row.provider)
    rules = newest(today)
    anchor = "access granted" + (f" and extended {row.extensions} times" if row.extensions else "")
    yield Deadline(
        kind="L38", subject_type="packageaccess", subject_id=row.pk, owed_by=DeadlineSide("agency", row.agency),
        owed_to=grantor,
        on=row.until, anchor=anchor, anchored_on=row.granted_on, rule="QG; PARF7",
        source=rules.sources["access_days"], release=rules.id,
        force=DeadlineForce.MUST if row.at_connect else DeadlineForce.SHOULD,
    )  # fmt: skip


def leaver(row: AccessDeadlineRow, today: date) -> Iterator[Deadline]:
    """L39: anyone who leaves loses the access at once: on the very day."""
    if row.granted_on is None or row.ended_on is not None or row.left_on is None:
        return
    grantor = PMO if row.at_connect else DeadlineSide("provider", row.provider)
    yield Deadline(
        kind="L39", subject_type="packageaccess", subject_id=row.pk, owed_by=DeadlineSide("agency", row.agency),
        owed_to=grantor,
        on=row.left_on, anchor="the person left the agency", anchored_on=row.left_on, rule="PARF7", source="PARF7",
        release=newest(today).id, force=DeadlineForce.MUST,
    )  # fmt: skip


def denial(row: AccessDeadlineRow, today: date) -> Iterator[Deadline]:
    """N24: the provider tells FedRAMP of a denied access within five business days."""
    if row.denied_on is not None and not row.at_connect:
        yield by_length(
            kind="N24", subject=("packageaccess", row.pk), owes=DeadlineSide("provider", row.provider), to=PMO,
            release=newest(today), length="denial_days", anchor="access denied", anchored_on=row.denied_on,
            rule="CDS-UTC-AAD", met_on=row.notified_on, met_by="FedRAMP told",
        )  # fmt: skip


def contact(row: ContactDeadlineRow, today: date) -> Iterator[Deadline]:
    """Our design: a contact is confirmed anew every ninety days."""
    own = DeadlineSide(row.side, row.organization)
    anchor = "confirmed" if row.confirmed_on else "never confirmed"
    yield by_length(
        kind="contact", subject=("contact", row.pk), owes=own, to=own, release=newest(today), length="contact_days",
        anchor=anchor, anchored_on=row.confirmed_on, rule="our design", force=DeadlineForce.LOCAL,
    )  # fmt: skip
