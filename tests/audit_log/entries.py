"""Entries of the audit log for tests that need some without the acts behind them."""

from collections.abc import Iterable

from django.db import transaction

from authorizations.actions.audit_log.append import append
from authorizations.models import Ato, Case, Document, Event, Finding
from authorizations.models.document import summarize_documents
from authorizations.models.finding import counts_of


def entered(event: Event) -> Event:
    """The entry, in its log."""
    return entered_all([event])[0]


def entered_all(events: Iterable[Event]) -> list[Event]:
    """The entries, in their logs in this order."""
    made = list(events)
    with transaction.atomic():
        append(made)
    return made


def summarize_anew() -> None:
    """Takes away the summaries that tests give a case without the documents behind them."""
    for case in Case.objects.all():
        documents = summarize_documents(Document.objects.filter(case=case))
        counts = counts_of(Finding.objects.filter(case=case))
        Case.objects.filter(pk=case.pk).update(document_summary=documents, finding_counts=counts)
    for ato in Ato.objects.all():
        Ato.objects.filter(pk=ato.pk).update(document_summary=summarize_documents(Document.objects.filter(ato=ato)))
