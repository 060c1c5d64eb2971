"""The deadlines of package accesses and contacts."""

from collections.abc import Iterator
from datetime import date

from authorizations.deadlines.due import PMO, AccessRow, ContactRow, Due, Force, Side
from authorizations.deadlines.reckoning import by_length
from authorizations.rules import newest


def access_end(row: AccessRow, today: date) -> Iterator[Due]:
    """L38: the last day of an access; by then it is extended, made permanent by an ATO, or not needed any more."""
    if row.granted_on is None or row.until is None or row.ended_on is not None:
        return
    grantor = PMO if row.at_connect else Side("provider", row.provider)
    rules = newest(today)
    anchor = "access granted" + (f" and extended {row.extensions} times" if row.extensions else "")
    yield Due(
        "L38", "packageaccess", row.pk, Side("agency", row.agency), grantor, row.until, None, anchor, row.granted_on,
        "QG; PARF7", rules.sources["access_days"], rules.id, Force.MUST if row.at_connect else Force.SHOULD,
    )  # fmt: skip


def leaver(row: AccessRow, today: date) -> Iterator[Due]:
    """L39: whoever leaves loses the access at once: on the very day."""
    if row.granted_on is None or row.ended_on is not None or row.left_on is None:
        return
    grantor = PMO if row.at_connect else Side("provider", row.provider)
    yield Due(
        "L39", "packageaccess", row.pk, Side("agency", row.agency), grantor, row.left_on, None,
        "the person left the agency", row.left_on, "PARF7", "PARF7", newest(today).id, Force.MUST,
    )  # fmt: skip


def denial(row: AccessRow, today: date) -> Iterator[Due]:
    """N24: the provider tells FedRAMP of a denied access within five business days."""
    if row.denied_on is not None and not row.at_connect:
        yield by_length(
            "N24", ("packageaccess", row.pk), Side("provider", row.provider), PMO, newest(today), "denial_days",
            "access denied", row.denied_on, "CDS-UTC-AAD", met_on=row.told_on, met_by="FedRAMP told",
        )  # fmt: skip


def contact(row: ContactRow, today: date) -> Iterator[Due]:
    """Our design: a contact is confirmed anew every ninety days."""
    own = Side(row.side, row.organization)
    anchor = "confirmed" if row.confirmed_on else "never confirmed"
    yield by_length(
        "contact", ("contact", row.pk), own, own, newest(today), "contact_days", anchor, row.confirmed_on, "our design",
        Force.LOCAL,
    )  # fmt: skip
