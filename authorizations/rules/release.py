"""A release of the rules: loaded from its document and checked, once per process."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from authorizations.rules.artifacts import ArtifactRule, read_artifacts

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Named:
    """The label of a stage, and where the stage comes from."""

    label: str
    source: str


@dataclass(frozen=True, slots=True)
class Release:
    """One release: the stages of each machine with their labels, and the dates and lengths that gates ask for."""

    id: str
    title: str
    active_from: date
    source: str
    stages: Mapping[str, Mapping[str, Named]]
    dates: Mapping[str, date]
    lengths: Mapping[str, int]
    sources: Mapping[str, str]  # of each date and length
    artifacts: Mapping[str, ArtifactRule]

    def label(self, machine: str, stage: str) -> str:
        """The label of a stage; blank for none."""
        named = self.stages[machine].get(stage)
        return named.label if named else ""


class BadRelease(ValueError):
    """A release's document does not say what it must."""


def read(path: Path) -> Release:
    """The release of a document.

    Raises:
        BadRelease: something is missing or of the wrong kind.
    """
    try:
        stated = json.loads(path.read_text(encoding="utf-8"))
        return Release(
            id=stated["id"],
            title=stated["title"],
            active_from=date.fromisoformat(stated["active_from"]),
            source=stated["source"],
            stages={
                machine: {stage: Named(*words) for stage, words in stages.items()}
                for machine, stages in stated["stages"].items()
            },
            dates={name: date.fromisoformat(value) for name, (value, _) in stated["dates"].items()},
            lengths={name: int(value) for name, (value, _) in stated["lengths"].items()},
            sources={name: source for part in ("dates", "lengths") for name, (_, source) in stated[part].items()},
            artifacts=read_artifacts(stated["artifacts"]),
        )
    except (KeyError, TypeError, ValueError) as problem:
        raise BadRelease(f"{path.name}: {problem}") from problem


@cache
def releases() -> dict[str, Release]:
    """Every release by its id, the oldest first."""
    found = sorted((read(path) for path in FOLDER.glob("*.json")), key=lambda each: each.active_from)
    return {each.id: each for each in found}


def release(name: str) -> Release:
    """The release a case is pinned to.

    Raises:
        KeyError: there is no such release.
    """
    return releases()[name]


def newest() -> Release:
    """The newest release: a new case is pinned to it, and effective dates are its facts (machine tables, rule 11)."""
    return list(releases().values())[-1]
