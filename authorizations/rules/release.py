"""A release of the rules: what it states, and which ones this process knows. Pure: nothing here asks a database."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from django.utils import timezone
from pydantic import ValidationError

from authorizations.rules.documents import DocumentRule
from authorizations.rules.names import DATES, LENGTHS
from authorizations.rules.release_file import Effective, Form, Lead, Named, ReleaseDocument
from authorizations.rules.validation import WHOLE, Known, sentences

FOLDER = Path(__file__).parent
NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class LocalPolicy:
    """What was decided here where the rules leave a date or a length open, by its name."""

    dates: Mapping[str, date] = field(default_factory=lambda: NOTHING)
    lengths: Mapping[str, int] = field(default_factory=lambda: NOTHING)
    office_closures: frozenset[date] = frozenset()
    fedramp_takes_part: bool = True


# Compared as the objects they are: what is derived from one is kept by it.
@dataclass(frozen=True, slots=True, eq=False)
class Release:
    """One release: labels of the stages, and the dates and lengths that gates ask for.

    A date or length that no source gives is None. ``local`` names those of them that local policy has set here; the
    document still leaves them open.
    """

    id: str
    title: str
    active_from: date
    source: str
    about: str
    guidance: str
    stages: Mapping[str, Mapping[str, Named]]
    documents: Mapping[str, DocumentRule]
    dates: Mapping[str, date | None]
    lengths: Mapping[str, int | None]
    sources: Mapping[str, str]  # of each date and length
    effective: Mapping[str, Mapping[str, Effective]] = field(default_factory=lambda: NOTHING)
    effective_source: str = ""
    forms: Mapping[str, Form] = field(default_factory=lambda: NOTHING)
    leads: Mapping[str, Lead] = field(default_factory=lambda: NOTHING)
    local: frozenset[str] = frozenset()

    def label(self, machine: str, stage: str) -> str:
        named = self.stages[machine].get(stage)
        return named.label if named else ""

    def in_force(self, ruleset: str, certification: str, on: date) -> bool:
        stated = self.effective.get(ruleset, {}).get(certification)
        return stated is not None and stated.obtain is not None and on >= stated.obtain

    def marked(self, name: str) -> str:
        """What a sentence adds where its date or length is local policy; blank where the rules state it."""
        return " (local policy)" if name in self.local else ""

    def forms_at(self, row: str) -> list[Form]:
        return [form for form in self.forms.values() if row in form.at]

    def with_local(self, policy: LocalPolicy) -> "Release":
        """The same release with local policy where it leaves a date or a length open, and only there."""
        dates = {name: day for name, day in policy.dates.items() if self.dates.get(name, day) is None}
        lengths = {name: number for name, number in policy.lengths.items() if self.lengths.get(name, number) is None}
        if not dates and not lengths:
            return self
        return replace(
            self,
            dates={**self.dates, **dates},
            lengths={**self.lengths, **lengths},
            local=frozenset({*dates, *lengths}),
        )


class BadRelease(ValueError):
    """A release's document does not say what it must; ``problems`` names each place."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(self.problems))


def read(text: str, known: Known | None = None) -> Release:
    """The release of a document.

    Args:
        known: what it may name. Without it, which is for documents that were accepted before, names are taken as they
            are, and a date or length that is not there is left open.

    Raises:
        BadRelease: with everything that is missing, unknown, or of the wrong kind, place by place.
    """
    try:
        stated = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise BadRelease([f"{WHOLE}: This is not JSON that can be read."]) from problem
    return of_stated(stated, known)


def of_stated(stated: Any, known: Known | None = None) -> Release:
    """The release of a document that is read as JSON already.

    Raises:
        BadRelease: as `read`.
    """
    try:
        document = ReleaseDocument.model_validate(stated, context=known)
    except ValidationError as error:
        raise BadRelease(sentences(error, stated)) from error
    sources = {name: each.source for name, each in document.dates.items()}
    sources |= {name: each.source for name, each in document.lengths.items()}
    return Release(
        id=document.id,
        title=document.title,
        active_from=document.active_from,
        source=document.source,
        about=document.about,
        guidance=document.guidance,
        stages={"initial": document.stages.initial, "reuse": document.stages.reuse},
        documents={each.key: each for each in document.documents},
        dates={name: document.dates[name].value if name in document.dates else None for name in DATES},
        lengths={name: document.lengths[name].value if name in document.lengths else None for name in LENGTHS},
        sources={name: sources.get(name, "") for name in (*DATES, *LENGTHS)},
        effective=(document.effective and document.effective.model_extra) or NOTHING,
        effective_source=document.effective.source if document.effective else "",
        forms=document.forms,
        leads=document.leads,
    )


class ReleaseRegistry:
    """The releases that a process knows: those that are shipped, and those that were imported.

    Documents never change once they have an id, so that what is known of one stays true. Readers see one state or the
    next: what they look at is replaced as a whole.
    """

    def __init__(self, shipped: Iterable[Release]) -> None:
        self._shipped = {each.id: each for each in shipped}
        self._imported: dict[str, Release] = {}
        self._local = LocalPolicy()
        self.all: dict[str, Release] = {}
        # Set by anyone who reads the database: called for a release that is not known yet.
        self.refresh: Callable[[], None] = lambda: None
        self._newest: tuple[date, Release] | None = None
        self._order()

    @property
    def shipped(self) -> frozenset[str]:
        return frozenset(self._shipped)

    def replace_imported(self, imported: Iterable[Release], local: LocalPolicy) -> None:
        """Sets what was imported here, in that order, and what local policy says now."""
        self._imported = {each.id: each for each in imported}
        self._local = local
        self._order()

    @property
    def office_closures(self) -> frozenset[date]:
        return self._local.office_closures

    @property
    def fedramp_takes_part(self) -> bool:
        """Whether people of the PMO act for FedRAMP here; they only administer the portal of agencies alone."""
        return self._local.fedramp_takes_part

    def as_stated(self, name: str) -> Release:
        """A release without local policy.

        Raises:
            KeyError: there is no such release.
        """
        return {**self._imported, **self._shipped}[name]

    def newest(self, on: date) -> Release:
        """The newest release that is active on a day; before the first one, that."""
        if self._newest is None or self._newest[0] != on:
            every = list(self.all.values())
            active = [each for each in every if each.active_from <= on]
            self._newest = (on, active[-1] if active else every[0])
        return self._newest[1]

    def _order(self) -> None:
        # A shipped release keeps its place before those that were imported with the same day.
        every = {**self._shipped, **self._imported, **self._shipped}.values()
        ordered = sorted(every, key=lambda each: each.active_from)
        self.all = {each.id: each.with_local(self._local) for each in ordered}
        self._newest = None


def today() -> date:
    return timezone.localdate()
