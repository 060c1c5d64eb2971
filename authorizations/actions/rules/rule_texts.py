"""Keeping the texts of one version of the Consolidated Rules, as read from FedRAMP's machine-readable file."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from accounts.models import User
from authorizations.actions.door import action, new_values
from authorizations.actions.refusals import NoLongerPossible
from authorizations.lifecycle.duties import DUTIES
from authorizations.models import RuleEdition, RuleText
from authorizations.policy import Capability

RULE_ID = re.compile("[A-Z]{3}-[A-Z]{3}-[A-Z]{3}")


@dataclass(frozen=True, slots=True)
class EditionDraft:
    version: str
    title: str
    updated_on: date
    sha256: str
    rules: Sequence[RuleText]
    notes: Sequence[str] = ()  # what of the file is not known here


@dataclass(frozen=True, slots=True)
class TextChange:
    """What became of one rule from one version to the next; ``fields`` names what differs."""

    rule_id: str
    title: str
    kind: str
    fields: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        return f"changed: {', '.join(self.fields)}" if self.fields else self.kind


COMPARED = {"title": "title", "force": "force", "binds": "who it binds", "text": "text", "more": "what belongs to it"}


def changes_of(draft: EditionDraft) -> list[TextChange]:
    """What a version says otherwise than the newest one that is kept here, by id; everything is new in the first.

    A version that is published again is compared with itself.
    """
    edition = RuleEdition.objects.filter(version=draft.version).first() or RuleEdition.objects.first()
    return _changes(edition.rules.all() if edition else (), draft.rules)


def changes_of_republished(edition: RuleEdition) -> list[TextChange]:
    """What an edition says otherwise than the one before it of the same version; nothing for the first."""
    before = RuleEdition.objects.filter(version=edition.version, publication__lt=edition.publication).first()
    return _changes(before.rules.all(), edition.rules.all()) if before else []


def _changes(before: Iterable[RuleText], after: Iterable[RuleText]) -> list[TextChange]:
    old, new = ({rule.rule_id: rule for rule in rules} for rules in (before, after))
    found = []
    for rule_id in sorted({*old, *new}):
        was, now = old.get(rule_id), new.get(rule_id)
        if was is None and now is not None:
            found.append(TextChange(rule_id, now.title, "added"))
        elif was is not None and now is None:
            found.append(TextChange(rule_id, was.title, "removed"))
        elif was is not None and now is not None:
            differ = tuple(words for name, words in COMPARED.items() if getattr(was, name) != getattr(now, name))
            if differ:
                found.append(TextChange(rule_id, now.title, "changed", differ))
    return found


def notes_of(draft: EditionDraft) -> list[str]:
    """Points of a version to check: words not known here, and duties whose rule it lacks."""
    here = {rule.rule_id for rule in draft.rules}
    cited = ((part, duty) for duty in DUTIES.values() for part in duty.source.split("; ") if RULE_ID.fullmatch(part))
    words = "The duty “{}” cites {}, which this version does not have."
    gone = [words.format(duty.label, rule) for rule, duty in cited if rule not in here]
    return [*gone, *draft.notes]


def refuse_known_edition(draft: EditionDraft) -> None:
    """Refuses a file that is here already."""
    if RuleEdition.objects.filter(version=draft.version, sha256=draft.sha256).exists():
        raise NoLongerPossible("This file was imported already. Nothing was changed.")


def import_rule_texts(draft: EditionDraft, *, actor: User | None, now: datetime) -> RuleEdition:
    """Keeps a version with all its texts beside those that are here.

    Args:
        actor: the person; None is the portal itself, from the command line.
    """
    clash = "Someone else imported this version at this moment. Look again."
    with action(actor, Capability.IMPORT_RULES, now=now, clash=clash) as act:
        refuse_known_edition(draft)
        edition = RuleEdition.objects.create(
            version=draft.version,
            publication=RuleEdition.objects.filter(version=draft.version).count() + 1,
            title=draft.title,
            updated_on=draft.updated_on,
            sha256=draft.sha256,
            notes=notes_of(draft),
            imported_by=actor,
            imported_at=now,
        )
        for rule in draft.rules:
            rule.edition = edition
        RuleText.objects.bulk_create(draft.rules)
        values = new_values(version=draft.version, sha256=draft.sha256, rules=len(draft.rules))
        act.record("ruleedition.imported", edition, changes=values)
    return edition
