"""The gates that ask for documents: what the record's release says that a row of a machine's table asks for.

A document answers by the summary that the verbs keep on the record, so that a gate costs no query. Where a row's own
form says where a document can be found, that says it as well, and the act leaves the reference on record.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Protocol

from django.utils import timezone

from authorizations.display import day_text, small
from authorizations.lifecycle.problems import Force, Problem
from authorizations.lifecycle.turns import ON_WHOM
from authorizations.policy import sides_of
from authorizations.rules import Release
from authorizations.rules.documents import DocumentRequirement, DocumentRule
from authorizations.vocabulary import AtoType, Turn

Facts = Mapping[str, Any]
PREFIX = "document_"
# Where a problem with a document is met, followed by the document's key.
WHERE = "document:"


class DocumentGateSubject(Protocol):
    """What these gates ask of a record."""

    document_summary: dict[str, dict[str, Any]]

    @property
    def rules(self) -> Release: ...

    def fact_value(self, name: str) -> Any: ...


# --- when a document is asked for at all ---


def _delta_test_wanted(record: Any, facts: Facts, day: date) -> bool:
    return bool(record.fact_value("delta_test_wanted") == "yes")


def in_force(record: Any, day: date) -> bool:
    """Whether the rules for applications bind a Rev5 application on a day."""
    return bool(record.current_rules.in_force("FRC", "rev5", day))


def _contractors_read(record: Any, facts: Facts, day: date) -> bool:
    form = record.document_summary.get("access_form")
    return form is not None and "federal_staff_only" not in form["stated"]


def _new_notice(record: Any, facts: Facts, day: date) -> bool:
    return not facts.get("notice")


def _with_conditions(record: Any, facts: Facts, day: date) -> bool:
    return facts.get("ato_type") == AtoType.WITH_CONDITIONS


# By the name that a release says: the condition, and its words after the document's label.
CONDITIONS: dict[str, tuple[Callable[[Any, Facts, date], bool], str]] = {
    "": (lambda record, facts, day: True, ""),
    "delta_test_wanted": (_delta_test_wanted, "where a delta test is wanted"),
    "application_rules": (
        lambda record, facts, day: in_force(record, day),
        "once FRC binds Rev5 applications",
    ),
    "contractors_read": (_contractors_read, "unless the access form states that no contractor reads"),
    "new_notice": (_new_notice, "unless a known notice gets its receipt"),
    "with_conditions": (_with_conditions, "where the type is “ATO with conditions”"),
}
# Conditions that the facts of the act decide.
OF_THE_ACT = ("with_conditions", "new_notice")


# --- what is missing ---


def asked(rules: Release, row: str) -> Iterator[tuple[DocumentRule, DocumentRequirement]]:
    """The documents that a row asks for, in the order of the release."""
    return ((rule, rule.asked[row]) for rule in rules.documents.values() if row in rule.asked)


def unmet(record: DocumentGateSubject, row: str, day: date) -> Iterator[Problem]:
    """What is missing before anything is entered."""
    for rule, how in asked(record.rules, row):
        if not how.told and how.when not in OF_THE_ACT:
            yield from _problems(record, rule, how, {}, day)


def unmet_with_facts(record: DocumentGateSubject, row: str, facts: Facts, day: date) -> Iterator[Problem]:
    """What is missing with these facts, of what the act itself may bring or decides about."""
    for rule, how in asked(record.rules, row):
        if (how.told or how.when in OF_THE_ACT) and not facts.get(how.told):
            yield from _problems(record, rule, how, facts, day)


def attached(
    record: DocumentGateSubject, row: str, facts: Facts, day: date
) -> Iterator[tuple[DocumentRule, DocumentRequirement, str]]:
    """The documents that an act with these facts attaches, each with where it can be found."""
    for rule, how in asked(record.rules, row):
        if how.told and facts.get(how.told) and CONDITIONS[how.when][0](record, facts, day):
            yield rule, how, str(facts[how.told])


def _problems(
    record: DocumentGateSubject, rule: DocumentRule, requirement: DocumentRequirement, facts: Facts, day: date
) -> Iterator[Problem]:
    if not CONDITIONS[requirement.when][0](record, facts, day):
        return
    words = what_is_wrong(record, rule, requirement)
    if words:
        force = Force.MUST if requirement.force == "must" else Force.SHOULD
        yield Problem(
            f"{PREFIX}{rule.key}", words, requirement.told or f"{WHERE}{rule.key}", force, not requirement.is_signed
        )


def what_is_wrong(record: DocumentGateSubject, rule: DocumentRule, requirement: DocumentRequirement) -> str:
    """The sentence that names what is missing and who adds it; blank where nothing is."""
    paper, who = _document(record, rule), adders(rule)
    if paper is None and requirement.told:
        return f"{rule.label}: say where it can be found, or add it under Documents first."
    if paper is None:
        return f"{rule.label}: not added yet; {who} adds it under Documents."
    lacking = [rule.statements[word] for word in requirement.stated if word not in paper["stated"]]
    if lacking:
        words = "; ".join(f"“{each}”" for each in lacking)
        return f"Version {paper['number']} of {rule.label} does not state: {words}. {_upper(who)} states it."
    if outdated(record, paper, requirement):
        returned = day_text(timezone.localdate(returned_at(record)))
        newer = f"{rule.label} must be newer than what was given back on {returned}"
        return f"{newer}: {who} adds a version. The same file again does not count."
    return ""


def outdated(record: Any, paper: Mapping[str, Any], requirement: DocumentRequirement) -> bool:
    """Whether a document of this summary was there before what was given back, and has to be newer."""
    since = returned_at(record) if requirement.anew else None
    return since is not None and datetime.fromisoformat(paper["at"]) < since


def _document(record: Any, rule: DocumentRule) -> dict[str, Any] | None:
    """The summary of a document; one of the ATO may stand with the case or with its ATO."""
    found: dict[str, Any] | None = record.document_summary.get(rule.key)
    if found is None and "ato" in rule.machines and getattr(record, "ato_id", None):
        return record.ato.document_summary.get(rule.key)  # type: ignore[no-any-return]  # as written by the model
    return found


def returned_at(record: Any) -> datetime | None:
    """When the work in hand was given back; None where it was not.

    A return within a stage begins a turn, and a turn of these stages ends by a step alone. Every other return begins
    the stage, whose turn may change by facts such as the day of a delta test.
    """
    if record.stage in {"ssp", "sap", "access_requested"}:
        since: datetime | None = record.waits_since if record.came_back_step else None
        return since
    began: datetime = record.stage_since
    return began


def adders(rule: DocumentRule) -> str:
    """The sides whose people add a document, in words."""
    return " or ".join(ON_WHOM[Turn(kind.value)] for kind in sides_of(rule.by))


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]


# --- in words ---


def in_words(rules: Release, row: str) -> Iterator[tuple[DocumentRule, DocumentRequirement, str]]:
    """Each document that a row asks for, as its public page says it."""
    for rule, how in asked(rules, row):
        stated = "".join(f", {small(rule.statements[word])}" for word in how.stated)
        anew = ", newer than what was given back" if how.anew else ""
        when = f", {CONDITIONS[how.when][1]}" if how.when else ""
        reference_text = ", or its reference here" if how.told else ""
        yield rule, how, f"Document: {small(rule.label)}{stated}{anew}{when}{reference_text}"


def waivable(rules: Release, rows: set[str]) -> dict[str, str]:
    """The names of these gates that may be waived in one of the rows, each with its rule in words."""
    return {
        f"{PREFIX}{rule.key}": f"{rule.label} is among the documents"
        for rule in rules.documents.values()
        if any(row in rows and not how.is_signed for row, how in rule.asked.items())
    }
