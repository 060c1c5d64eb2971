"""The documents and findings that the tests' cases and ATOs have by default: each that a row asks for, none to answer.

They are in the summaries that the gates read; a test of a gate takes one away.
"""

from typing import Any

from authorizations.models import Ato, Case, Finding
from authorizations.rules import newest

# Later than every act of the tests, so that nothing was returned since.
LATELY = "2030-01-01T12:00:00+00:00"
# A reviewer of either side has a finding at hand to send; nothing is open.
COUNTS: dict[str, Any] = {"drafts": {"agency": 1, "pmo": 1}, "open": 0, "unanswered": {}}


def paper(*stated: str, **changed: Any) -> dict[str, Any]:
    """The summary of one document, as the model writes it."""
    return {"number": 1, "on": "2026-11-20", "at": LATELY, "stated": list(stated), "verified_on": None, **changed}


def complete(machine: str) -> dict[str, dict[str, Any]]:
    """Every document that the newest release names for a machine, with everything stated of it."""
    rules = newest().documents.values()
    return {rule.key: paper(*rule.statements) for rule in rules if machine in rule.machines}


def furnish(record: Any) -> Any:
    """Gives a saved case or ATO every document; the row alone, because no person added them.

    A case that has findings of its own keeps what it says of them.
    """
    record_type = Case if isinstance(record, Case) else Ato
    given: dict[str, Any] = {"document_summary": complete(record.kind if record_type is Case else "ato")}
    if record_type is Case and not Finding.objects.filter(case=record.pk).exists():
        given["finding_counts"] = COUNTS
    record_type.objects.filter(pk=record.pk).update(**given)
    vars(record).update(given)
    return record
