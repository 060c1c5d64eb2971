"""Keeping the texts of one version of the Consolidated Rules, as read from FedRAMP's machine-readable file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from accounts.models import User
from authorizations.actions.door import action, new_values
from authorizations.actions.refusals import Blocked, NoLongerPossible
from authorizations.models import RuleEdition, RuleText
from authorizations.policy import Capability


@dataclass(frozen=True, slots=True)
class EditionDraft:
    version: str
    title: str
    updated_on: date
    sha256: str
    rules: Sequence[RuleText]


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
    """What a version says otherwise than the newest one that is kept here, by id; everything is new in the first."""
    edition = RuleEdition.objects.first()
    old = {rule.rule_id: rule for rule in edition.rules.all()} if edition else {}
    new = {rule.rule_id: rule for rule in draft.rules}
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


def refuse_known_edition(draft: EditionDraft) -> None:
    """Refuses a version that is here already, or under whose number other texts are."""
    row = RuleEdition.objects.filter(version=draft.version).first()
    if row is None:
        return
    if row.sha256 == draft.sha256:
        raise NoLongerPossible("This file was imported already. Nothing was changed.")
    raise Blocked(f"Version {draft.version} was imported from another file. A version never changes: nothing was kept.")


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
            title=draft.title,
            updated_on=draft.updated_on,
            sha256=draft.sha256,
            imported_by=actor,
            imported_at=now,
        )
        for rule in draft.rules:
            rule.edition = edition
        RuleText.objects.bulk_create(draft.rules)
        values = new_values(version=draft.version, sha256=draft.sha256, rules=len(draft.rules))
        act.record("ruleedition.imported", edition, changes=values)
    return edition
