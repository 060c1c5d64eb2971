"""The artifacts of a release: which documents there are, who adds them, and which row of a machine asks for which."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from authorizations.policy import Party


@dataclass(frozen=True, slots=True)
class Asked:
    """How a row of a machine's table asks for an artifact.

    firm: "must" blocks, "should" asks for a reason; stated: what must have been stated of the version, by key;
    anew: whether it must be newer than what was returned last; when: the name of a condition, blank for always.
    """

    firm: str
    stated: tuple[str, ...] = ()
    anew: bool = False
    when: str = ""


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


def read_artifacts(stated: Sequence[Mapping[str, Any]]) -> dict[str, ArtifactRule]:
    """The artifacts of a release's document by their keys, in its order.

    Raises:
        KeyError, TypeError, ValueError: something is missing or of the wrong kind, or a key stands twice.
    """
    rules = [_read(each) for each in stated]
    found = {rule.key: rule for rule in rules}
    if len(found) != len(rules):
        raise ValueError("artifacts: a key stands twice")
    return found


def _read(stated: Mapping[str, Any]) -> ArtifactRule:
    plain = {name: value for name, value in stated.items() if name not in {"machines", "stages", "by", "asked"}}
    rule = ArtifactRule(
        **plain,
        machines=tuple(stated["machines"]),
        stages=tuple(stated["stages"]),
        by=frozenset(Party[letters] for letters in stated["by"]),
        asked={row: _asked(how) for row, how in stated["asked"].items()},
    )
    unknown = {word for how in rule.asked.values() for word in how.stated} - set(rule.statements)
    if unknown:
        raise ValueError(f"artifacts.{rule.key}: nobody can state {', '.join(sorted(unknown))}")
    return rule


def _asked(stated: Mapping[str, Any]) -> Asked:
    force, *_ = {stated["force"]} & {"must", "should"} or {None}
    if force is None:
        raise ValueError(f"artifacts: {stated['force']!r} is no force")
    return Asked(force, tuple(stated.get("stated", ())), bool(stated.get("anew")), stated.get("when", ""))
