"""Entries of the audit log for tests that need some without the acts behind them."""

from collections.abc import Iterable

from django.db import transaction

from authorizations.actions.audit_log.append import append
from authorizations.models import Event


def entered(event: Event) -> Event:
    """The entry, in its log."""
    return entered_all([event])[0]


def entered_all(events: Iterable[Event]) -> list[Event]:
    """The entries, in their logs in this order."""
    made = list(events)
    with transaction.atomic():
        append(made)
    return made
