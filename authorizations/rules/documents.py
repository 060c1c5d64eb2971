"""The documents of a release: which documents there are, who adds them, and which row of a machine asks for which."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, ValidationInfo, model_validator

from authorizations.policy import Party
from authorizations.rules.names import CONDITIONS, LOCATION_FACTS
from authorizations.rules.validation import EachOnce, JsonModel, Key, Line, Source, Text, Truth, one_of, refuse, shown

MACHINES = ("initial", "reuse", "ato")
SIDES = ("agency",)
# What never leaves the agency, whatever a release says of it.
ALWAYS_INSIDE = ("agency_poam", "residual_risk")
OF_THE_AGENCY = frozenset({Party.AL, Party.AR, Party.AO})
SIGNED = "signed_by_"
ROW = "row of the machines’ tables"


def _party(value: Any) -> Any:
    if isinstance(value, Party):
        return value
    if not isinstance(value, str) or value not in Party.__members__:
        raise ValueError(f"{shown(value)} is not a party that the portal knows.")
    return Party[value]


class DocumentRequirement(JsonModel):
    """How a row of a machine's table asks for a document.

    force: "must" blocks, "should" asks for a reason; stated: what must have been stated of the version, by key;
    anew: whether it must be newer than what was returned last; when: the name of a condition, blank for always;
    told: the fact of the row that says where it can be found, and so brings a reference to it in the same act.
    """

    force: Annotated[str, one_of(("must", "should"), "force")]
    stated: Annotated[tuple[str, ...], EachOnce] = ()
    anew: Truth = False
    when: Annotated[str, one_of(("", *CONDITIONS), "condition")] = ""
    told: Annotated[str, one_of(("", *LOCATION_FACTS), "fact that says where a document is")] = ""

    @property
    def is_signed(self) -> bool:
        """Whether signatures are among what must be stated: nobody may waive those (machine tables, rule 3)."""
        return any(word.startswith(SIGNED) for word in self.stated)


class DocumentRule(JsonModel):
    """One document: its name, the machines and stages it belongs to, who may add it, and who asks for it.

    inside: the side that alone reads it; confidential: its content stays where it is, and a reference is here;
    statements: what anyone who adds a version may state of it, by key; asked: by row of the machines' tables.
    """

    key: Key
    label: Text
    machines: Annotated[tuple[Annotated[str, one_of(MACHINES, "machine")], ...], EachOnce]
    stages: Annotated[tuple[Annotated[str, one_of(lambda known: known.every_stage, "stage")], ...], EachOnce]
    by: frozenset[Annotated[Party, BeforeValidator(_party)]]
    source: Source
    asked: Mapping[Annotated[str, one_of(lambda known: known.rows, ROW)], DocumentRequirement]
    statements: Mapping[Key, Text] = {}
    inside: Annotated[str, one_of(("", *SIDES), "side")] = ""
    confidential: Truth = False
    help: Line = ""

    @model_validator(mode="after")
    def _holds_together(self, info: ValidationInfo) -> "DocumentRule":
        refuse(
            (("asked", row, "stated"), f"{shown(word)} is not a statement of this document.")
            for row, how in self.asked.items()
            for word in how.stated
            if word not in self.statements
        )
        if info.context:
            refuse(self._leaks())
        return self

    def _leaks(self) -> list[tuple[tuple[str, ...], str]]:
        """What no release may do: open what stays inside the agency, or hide that a statement is a signature."""
        found: list[tuple[tuple[str, ...], str]] = []
        if self.key in ALWAYS_INSIDE and not self.inside:
            found.append((("inside",), "This document never leaves the agency."))
        if self.inside and "ato" in self.machines:
            found.append((("machines",), "The documents of an ATO are open to both sides."))
        if self.inside and not self.by <= OF_THE_AGENCY:
            found.append((("by",), "Only the agency adds what stays inside it."))
        return found + [
            (("statements", name), f"The key of a signature begins with {SIGNED}.")
            for name, words in self.statements.items()
            if words.lower().startswith("signed") and not name.startswith(SIGNED)
        ]
