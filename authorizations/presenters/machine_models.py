"""The record types that a machine moves, as every door speaks of them. A new one is one entry here."""

from dataclasses import dataclass
from typing import Any

from authorizations.actions.door import subject_type
from authorizations.models import Ato, Case
from authorizations.notifications.catalog.catalog import CASE_ACTS, NOTIFIED_OF_A_CASE, NOTIFIED_OF_AN_ATO
from authorizations.notifications.catalog.documents import DOCUMENT_ACTS


@dataclass(frozen=True, slots=True)
class StepRecordType:
    """One record type: whom the portal tells of its steps, and the words for acts on it that are no steps, by verb."""

    record_type: type[Any]
    notified_people: tuple[str, ...]
    acts: dict[str, str]
    records_facts: bool = False  # whether acts may state facts of other steps too

    @property
    def word(self) -> str:
        return str(self.record_type._meta.verbose_name)


# What is recorded of duties, and of deadlines that other records move, on an ATO and on an offering.
DELIVERIES = {
    "delivered": "Delivery recorded",
    "duty_waived": "Released from a duty for one period",
    "delivery_withdrawn": "Delivery withdrawn",
    "date_moved": "A deadline moved",
}
MOVING = (
    StepRecordType(
        Ato,
        notified_people=NOTIFIED_OF_AN_ATO,
        acts={
            "imported": "Read from a Marketplace feed",
            "listed": "Read from the agency’s own list",
            "unlisted": "Taken back with the agency’s own list",
            "owner_assigned": "Owner named",
            "use_confirmed": "Said to be still used",
            "superseded": "Superseded by a newer initial ATO",
            "alerted": "Alert about its offering",
            "published": "Public from this day",
            "became_reuse": "Became a reuse ATO: the offering has another initial ATO now",
            "added": "Added in Admin",
            "corrected": "Corrected in Admin",
            **DOCUMENT_ACTS,
            **DELIVERIES,
            "moved": "Moved to another record of its agency",
        },
    ),
    StepRecordType(
        Case,
        notified_people=NOTIFIED_OF_A_CASE,
        acts={
            **{verb.partition(".")[2]: words for verb, words in CASE_ACTS.items()},
            "facts_recorded": "Facts recorded",
            "turn_moved": "Its turn moved: the place of the package is on record now",
            "wbs_dated": "Dates of the WBS kept",
            "findings_answered": "Findings answered",
            "findings_resolved": "Findings settled",
            "finding_asked_again": "Another answer asked for",
            "co_signer_named": "Co-signing agency named",
            "co_signer_removed": "Co-signing agency no longer named",
            "co_signer_signed": "Co-signing agency signed",
            "checked_off": "Tip ticked",
            "unchecked": "Tip open again",
            "nudged": "Nudge sent",
            "date_moved": "A deadline moved",
            **DOCUMENT_ACTS,
        },
        records_facts=True,
    ),
)


def moving(record: Any) -> StepRecordType:
    """The entry of a record's record type; of a proxy, that of the record type whose table it shares.

    Raises:
        LookupError: no machine moves such records.
    """
    table = record._meta.concrete_model
    for each in MOVING:
        if each.record_type._meta.concrete_model is table:
            return each
    raise LookupError(f"{subject_type(table)} is not in MOVING.")
