"""Describing a release fact by fact, and comparing two releases. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from authorizations.display import day_text
from authorizations.rules.documents import DocumentRequirement, DocumentRule
from authorizations.rules.names import DATES, EFFECTIVE, LENGTHS, RULESETS, SET_DAYS, TYPES, WAYS, unit_of
from authorizations.rules.release import Release
from authorizations.rules.release_file import Effective, Lead

NOT_STATED = "not stated"
ABOUT, OF_INITIAL, OF_REUSE = "The release", "Stages of an initial case", "Stages of a reuse case"
DOCUMENTS, OF_DATES, OF_LENGTHS = "Artifacts", "Dates", "Lengths"
RULESETS_FROM, FORMS, LEADS = "From when each ruleset holds", "Forms and addresses", "Lead times of warnings"
# Of these the newest release alone speaks, for every case (machine tables, rule 11).
FOR_EVERY_CASE = frozenset({OF_DATES, RULESETS_FROM})
CONDITIONS = {
    "delta_test_wanted": "if a delta test is wanted",
    "application_rules": "once the ruleset FRC holds",
    "contractors_read": "if contractors read",
    "with_conditions": "if the ATO has conditions",
    "new_notice": "unless a known notice gets its receipt",
}


@dataclass(frozen=True, slots=True)
class ReleaseFact:
    """One fact of a release: under which heading and name, what it says, and by which source or by local policy."""

    section: str
    key: str
    label: str
    description: str
    source: str
    is_local: bool = False
    url: str = ""

    @property
    def is_stated(self) -> bool:
        return self.description != NOT_STATED


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact that two releases do not share, or state differently; one of both is None where it is missing."""

    before: ReleaseFact | None
    after: ReleaseFact | None

    @property
    def either(self) -> ReleaseFact:
        found = self.after or self.before
        assert found is not None  # noqa: S101  # one of both is there
        return found

    @property
    def kind(self) -> str:
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"

    @property
    def words(self) -> str:
        label = self.either.label
        if self.before is None:
            return f"{label}: {self.either.description} (new)"
        if self.after is None:
            return f"{label}: {self.either.description} (no longer there)"
        if self.before.description == self.after.description:
            return (
                f"{label}: the source was {self.before.source or NOT_STATED} and is {self.after.source or NOT_STATED}"
            )
        return f"{label}: {self.before.description} → {self.after.description}"


def facts_of(release: Release, labels: Mapping[str, str]) -> Iterator[ReleaseFact]:
    """Every fact of a release, section by section.

    labels: of the rows of the machines, which are above this floor.
    """
    yield ReleaseFact(ABOUT, "title", "Title", release.title, "")
    yield ReleaseFact(ABOUT, "active_from", "Active from", day_text(release.active_from), "")
    yield ReleaseFact(ABOUT, "guidance", "Duties and tips", f"as of {release.guidance}", "")
    for name, label in DATES.items():
        day = release.dates[name]
        yield _open(release, OF_DATES, name, label, day_text(day) if day else NOT_STATED)
    for name, label in LENGTHS.items():
        number = release.lengths[name]
        yield _open(release, OF_LENGTHS, name, label, f"{number} {unit_of(name)}" if number else NOT_STATED)
    for ruleset, types in release.effective.items():
        for certification, dates in types.items():
            label = f"{RULESETS[ruleset]} ({ruleset}), {TYPES[certification]}"
            key = f"{ruleset}.{certification}"
            yield ReleaseFact(RULESETS_FROM, key, label, effective_words(dates), release.effective_source)
    for key, form in release.forms.items():
        at = f"; at {_listed(_row(row, labels) for row in form.at)}" if form.at else ""
        description = f"{WAYS[form.way]} {form.target}{at}"
        yield ReleaseFact(FORMS, key, form.label, description, form.source, url=form.url)
    for name, lead in release.leads.items():
        yield ReleaseFact(LEADS, name, {**DATES, **LENGTHS, **SET_DAYS}[name], _lead_words(lead), lead.source)
    for machine, section in (("initial", OF_INITIAL), ("reuse", OF_REUSE)):
        for stage, named in release.stages[machine].items():
            yield ReleaseFact(section, stage, _plain(stage), named.label, named.source)
    yield from (_document(rule, release, labels) for rule in release.documents.values())


def by_section(facts: Iterable[ReleaseFact]) -> list[tuple[str, list[ReleaseFact]]]:
    found: dict[str, list[ReleaseFact]] = {}
    for fact in facts:
        found.setdefault(fact.section, []).append(fact)
    return list(found.items())


def differences(before: Release, after: Release, labels: Mapping[str, str]) -> list[tuple[str, list[Difference]]]:
    """What differs, under the headings of the sections; a section without a difference is left out."""
    old, new = ({(fact.section, fact.key): fact for fact in facts_of(each, labels)} for each in (before, after))
    found: dict[str, list[Difference]] = {}
    for place in dict.fromkeys((*old, *new)):
        was, now = old.get(place), new.get(place)
        if (
            was is None
            or now is None
            or (was.description, was.label, was.source) != (now.description, now.label, now.source)
        ):
            found.setdefault(place[0], []).append(Difference(was, now))
    return list(found.items())


def effective_words(dates: Effective) -> str:
    phrases = []
    for name, words in EFFECTIVE.items():
        day = getattr(dates, name)
        if day is not None and name == "grace" and dates.next_assessment:
            phrases.append(f"certification lost without it from the first assessment begun after {day_text(day)}")
        elif day is not None:
            phrases.append(f"{words} {day_text(day)}")
    return "; ".join(phrases) or NOT_STATED


def _lead_words(lead: Lead) -> str:
    phrases = [f"{_listed(map(str, lead.before))} days before"]
    phrases += [f"then every {lead.repeat} days"] if lead.repeat else []
    phrases += [f"until {lead.give_up} days after"] if lead.give_up else []
    phrases += [f"the next in the chain after {lead.escalate} business days"] if lead.escalate else []
    return "; ".join(phrases)


def _open(release: Release, section: str, name: str, label: str, description: str) -> ReleaseFact:
    return ReleaseFact(section, name, label, description, release.sources[name], is_local=name in release.local)


def _document(rule: DocumentRule, release: Release, labels: Mapping[str, str]) -> ReleaseFact:
    stages = dict.fromkeys(
        release.label(machine, stage) for machine in rule.machines if machine in release.stages for stage in rule.stages
    )
    phrases = [f"added by {_listed(sorted(party.value for party in rule.by))}"]
    if shown := [label for label in stages if label]:
        phrases.append(f"at {_listed(shown)}")
    phrases += [_requirement_text(_row(row, labels), how, rule) for row, how in rule.asked.items()]
    if rule.confidential:
        phrases.append("a reference, not the file")
    if rule.inside:
        phrases.append(f"inside the {rule.inside}")
    return ReleaseFact(DOCUMENTS, rule.key, rule.label, "; ".join(phrases), rule.source)


def _requirement_text(row: str, requirement: DocumentRequirement, rule: DocumentRule) -> str:
    asks = "asked for" if requirement.force == "must" else "asked for, or a reason,"
    more = [CONDITIONS[requirement.when]] if requirement.when else []
    more += ["anew"] if requirement.anew else []
    more += [f"stated: {rule.statements[each].lower()}" for each in requirement.stated]
    more += ["waived by nobody"] if requirement.is_signed else []
    more += ["or where it is, said in the step"] if requirement.told else []
    return f"{asks} at {row}{f' ({_listed(more)})' if more else ''}"


def _row(row: str, labels: Mapping[str, str]) -> str:
    return f"{labels[row]} ({row})" if row in labels else row


def _plain(stage: str) -> str:
    words = stage.replace("_", " ")
    return words[:1].upper() + words[1:]


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)
