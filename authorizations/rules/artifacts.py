"""The artifacts of a release: which documents there are, who adds them, and which row of a machine asks for which."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from authorizations.policy import Party
from authorizations.rules.checking import Checking, shown
from authorizations.rules.names import CONDITIONS, TOLD


@dataclass(frozen=True, slots=True)
class Asked:
    """How a row of a machine's table asks for an artifact.

    firm: "must" blocks, "should" asks for a reason; stated: what must have been stated of the version, by key;
    anew: whether it must be newer than what was returned last; when: the name of a condition, blank for always;
    told: the fact of the row that says where it can be found, and so brings a reference to it in the same act.
    """

    firm: str
    stated: tuple[str, ...] = ()
    anew: bool = False
    when: str = ""
    told: str = ""

    @property
    def is_signed(self) -> bool:
        """Whether signatures are among what must be stated: nobody may waive those (machine tables, rule 3)."""
        return any(word.startswith(SIGNED) for word in self.stated)


@dataclass(frozen=True, slots=True)
class ArtifactRule:
    """One artifact: its name, the machines and stages it belongs to, who may add it, and who asks for it.

    inside: the side that alone reads it; confidential: its content stays where it is, and a reference stands here;
    statements: what whoever adds a version may state of it, by key; asked: by row of the machines' tables.
    """

    key: str
    label: str
    machines: tuple[str, ...]
    stages: tuple[str, ...]
    by: frozenset[Party]
    source: str
    asked: Mapping[str, Asked] = field(default_factory=dict)
    statements: Mapping[str, str] = field(default_factory=dict)
    inside: str = ""
    confidential: bool = False
    help: str = ""


NEEDED = ("key", "label", "machines", "stages", "by", "source", "asked")
ALSO = ("statements", "inside", "confidential", "help")
MACHINES = ("initial", "reuse", "ato")
LETTERS = tuple(party.name for party in Party)
SIDES = ("agency",)
# What never leaves the agency, whatever a release says of it.
ALWAYS_INSIDE = ("agency_poam", "residual_risk")
OF_THE_AGENCY = frozenset({Party.AL, Party.AR, Party.AO})
SIGNED = "signed_by_"
ROW = "row of the machines’ tables"


def read_artifacts(check: Checking, value: Any) -> dict[str, ArtifactRule]:
    """The artifacts of a release's document by their keys, in its order; ``check`` keeps what is wrong with them."""
    if not isinstance(value, list):
        check.wrong("artifacts", "this is no list.")
        return {}
    found: dict[str, ArtifactRule] = {}
    for number, stated in enumerate(value, 1):
        rule = _read(check, f"artifacts.{_key_of(stated, number)}", stated)
        if rule.key in found:
            check.wrong(f"artifacts.{rule.key}", "this key stands twice.")
        found[rule.key] = rule
    return found


def _key_of(stated: Any, number: int) -> str:
    """What names an artifact in a sentence: its key, or its place in the list."""
    key = stated.get("key") if isinstance(stated, dict) else None
    return key[:40] if isinstance(key, str) and key else str(number)


def _read(check: Checking, place: str, value: Any) -> ArtifactRule:
    stated = check.record(place, value, NEEDED, ALSO)
    known = check.known
    statements = _texts(check, f"{place}.statements", stated.get("statements", {}))
    inside = stated.get("inside", "")
    rule = ArtifactRule(
        key=check.key(f"{place}.key", stated.get("key", "")),
        label=check.text(f"{place}.label", stated.get("label", "")),
        machines=check.words(f"{place}.machines", stated.get("machines", []), MACHINES, "machine"),
        stages=check.words(f"{place}.stages", stated.get("stages", []), known.every_stage if known else None, "stage"),
        by=frozenset(Party[each] for each in _parties(check, f"{place}.by", stated.get("by", []))),
        source=check.source(f"{place}.source", stated.get("source", "")),
        asked=_all_asked(check, f"{place}.asked", stated.get("asked", {}), statements),
        statements=statements,
        inside=check.choice(f"{place}.inside", inside, SIDES, "side") if inside else "",
        confidential=check.truth(f"{place}.confidential", stated.get("confidential", False)),
        help=check.text(f"{place}.help", stated.get("help", ""), blank=True),
    )
    if known is not None:
        _refuse_leaks(check, place, rule)
    return rule


def _refuse_leaks(check: Checking, place: str, rule: ArtifactRule) -> None:
    """What no release may do: show others what stays inside the agency, or make a signature look like any statement."""
    if rule.key in ALWAYS_INSIDE and not rule.inside:
        check.wrong(f"{place}.inside", "this document never leaves the agency.")
    if rule.inside and "ato" in rule.machines:
        check.wrong(f"{place}.machines", "the documents of an ATO stay inside no side.")
    if rule.inside and not rule.by <= OF_THE_AGENCY:
        check.wrong(f"{place}.by", "only the agency adds what stays inside it.")
    for name, said in rule.statements.items():
        if said.lower().startswith("signed") and not name.startswith(SIGNED):
            check.wrong(f"{place}.statements.{name}", f"a signature has a key that begins with {SIGNED}.")


def _parties(check: Checking, place: str, value: Any) -> list[str]:
    return [each for each in check.words(place, value, LETTERS, "party") if each in LETTERS]


def _texts(check: Checking, place: str, value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        check.wrong(place, "this is no object.")
        return {}
    return {
        check.key(f"{place}.{name[:40]}", name): check.text(f"{place}.{name[:40]}", said)
        for name, said in value.items()
    }


def _all_asked(check: Checking, place: str, value: Any, statements: Mapping[str, str]) -> dict[str, Asked]:
    if not isinstance(value, dict):
        check.wrong(place, "this is no object.")
        return {}
    for row in value:
        if check.known is not None and row not in check.known.rows:
            check.wrong(f"{place}.{row[:40]}", f"{shown(row)} is no {ROW}.")
    return {row: _asked(check, f"{place}.{row[:40]}", how, statements) for row, how in value.items()}


def _asked(check: Checking, place: str, value: Any, statements: Mapping[str, str]) -> Asked:
    stated = check.record(place, value, ("force",), ("stated", "anew", "when", "told"))
    when, told = stated.get("when", ""), stated.get("told", "")
    return Asked(
        check.choice(f"{place}.force", stated.get("force"), ("must", "should"), "force"),
        check.words(f"{place}.stated", stated.get("stated", []), statements, "statement of this artifact"),
        check.truth(f"{place}.anew", stated.get("anew", False)),
        check.choice(f"{place}.when", when, CONDITIONS, "condition") if when else "",
        check.choice(f"{place}.told", told, TOLD, "fact that says where a document is") if told else "",
    )
