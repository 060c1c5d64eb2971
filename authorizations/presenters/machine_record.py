"""What the doors may ask of a record that a machine moves, whichever noun it is."""

from typing import Any, Protocol

from django.db import models

from accounts.models import User
from authorizations.lifecycle.machine import Machine
from authorizations.policy import Party
from authorizations.rules import Release


class StagedRecord(Protocol):
    """A record with a machine: an ATO, a case."""

    pk: Any
    public_id: Any
    stage: Any
    revision: Any

    @property
    def rules(self) -> Release:
        """The release of the rules that holds for it."""
        ...

    def machine(self) -> Machine:
        """The machine that moves it."""
        ...

    def options(self, fact: str) -> models.QuerySet[Any]:
        """The records that a fact may name."""
        ...

    def parties_of(self, user: User) -> frozenset[Party]:
        """Who a person is for it."""
        ...

    def fact_value(self, name: str) -> Any:
        """What is recorded of a fact; None where nothing is."""
        ...

    def get_absolute_url(self) -> str:
        """Its page in the portal."""
        ...


def stage_words(record: StagedRecord, stage: str | None) -> str:
    """A stage by its label; blank for none."""
    return record.machine().stages.get(stage or "", "")


def hidden_from(record: Any, user: User) -> frozenset[str]:
    """Names of the facts of a record that this person may not read: they stay inside one side."""
    hides = getattr(record, "hidden_facts", None)
    return hides(user) if hides else frozenset()
