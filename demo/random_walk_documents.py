"""The documents and findings of a random walk: people add, draft, answer and settle them as acts of their own."""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone

from accounts.models import User
from authorizations.actions.documents.documents import add_version, state_version, verify_reference, withdraw_version
from authorizations.actions.documents.requirements import known_documents
from authorizations.actions.findings.findings import answer_findings, ask_again, draft_finding, resolve_findings
from authorizations.actions.refusals import Refused
from authorizations.actions.steps import offers
from authorizations.lifecycle.gates.documents import WHERE
from authorizations.lifecycle.step import blocking_problems
from authorizations.models import Ato, Case, Document, DocumentVersion, Finding
from authorizations.models.document import summarize_documents
from authorizations.models.finding import counts_of
from authorizations.policy import Party
from authorizations.vocabulary import Severity

REVIEWERS = frozenset({Party.AR, Party.AL, Party.PR, Party.PL})
ANSWERERS = frozenset({Party.CL, Party.CC, Party.AS, Party.AL, Party.AR})


@dataclass
class Errands:
    """What people of a walk do beside the steps."""

    dice: random.Random
    people: list[User]
    now: datetime

    def attach_documents(self, subject: Case | Ato) -> None:
        """Adds what the steps that somebody could take now ask for, or another document; one may be withdrawn."""
        versions = DocumentVersion.objects.filter(**self._of("document__", subject)).order_by("pk")
        if self.dice.random() < 0.06 and versions.exists():
            self._touch(self.dice.choice(list(versions)), subject)
            return
        known = known_documents(subject)
        keys = self._asked(subject) or [self.dice.choice([*known, "nonsense"])]
        self._each([lambda key=key: self._add(subject, key) for key in keys])  # type: ignore[misc]  # bound at once

    def help_on(self, subject: Case | Ato) -> None:
        """Whatever documents or findings block everybody."""
        if isinstance(subject, Case) and (not self._asked(subject) or self.dice.random() < 0.2):
            self.review(subject)
        else:
            self.attach_documents(subject)

    def review(self, case: Case) -> None:
        """Drafts, answers, settles or asks again, by what there is."""
        findings = Finding.objects.filter(case=case, sent_at__isnull=False, resolved_at__isnull=True).order_by("pk")
        found = list(findings)
        owed = [each.public_id for each in found if each.answered_at is None]
        given: dict[str, Any] = {"now": self.now, "revision": case.revision}
        if owed and self.dice.random() < 0.8:
            actor = self._someone(case, ANSWERERS)
            answer_findings(case.public_id, actor=actor, answers=dict.fromkeys(owed, "Done."), **given)
        elif found and self.dice.random() < 0.8:
            actor = self._someone(case, REVIEWERS)
            if self.dice.random() < 0.15:
                ask_again(found[0].public_id, actor=actor, reason="Not enough.", **given)
            else:
                names = [each.public_id for each in found]
                resolve_findings(case.public_id, actor=actor, findings=names, reason="Seen.", **given)
        else:
            fact = self.dice.choice([*case.machine().facts])
            values = {"severity": self.dice.choice(Severity.values), "text": "This must change.", "fact": fact}
            draft_finding(case.public_id, actor=self._someone(case, REVIEWERS), now=self.now, **values)

    def _asked(self, subject: Case | Ato) -> list[str]:
        """The documents that block what somebody could do now to go on."""
        concerned = [each for each in self.people if subject.parties_of(each)]
        stands = {
            problem.where.removeprefix(WHERE)
            for person in concerned
            for offer in offers(subject, person, timezone.localdate(self.now))
            if offer.step.changes_turn
            for problem in blocking_problems(list(offer.problems))
            if problem.where.startswith(WHERE)
        }
        return sorted(stands)

    def _add(self, subject: Case | Ato, key: str) -> None:
        rule = known_documents(subject).get(key)
        statements = [*rule.statements] if rule else []
        if self.dice.random() < 0.1:
            statements = statements[:1]
        add_version(
            Case if isinstance(subject, Case) else Ato,
            subject.public_id,
            key,
            actor=self._someone(subject, rule.by if rule else frozenset(Party)),
            now=self.now,
            location=f"Folder {self.dice.randrange(100)}",
            stated=statements,
            draft=self.dice.random() < 0.03,
        )

    def _touch(self, version: DocumentVersion, subject: Case | Ato) -> None:
        actor = self._someone(subject, frozenset(Party))
        way = self.dice.random()
        if way < 0.5:
            withdraw_version(version.public_id, actor=actor, now=self.now, reason="It was another one's.")
            return
        today, rule = timezone.localdate(self.now), known_documents(subject).get(version.document.key)
        if way < 0.75 and rule and rule.statements:
            state_version(version.public_id, actor=actor, now=self.now, stated=rule.statements, stated_on=today)
        else:
            verify_reference(version.public_id, actor=actor, now=self.now, verified_on=today)

    def _someone(self, subject: Case | Ato, parties: Iterable[Party]) -> User:
        """Someone who is one of these for the record, and now and then anybody."""
        fitting = [each for each in self.people if not subject.parties_of(each).isdisjoint(parties)]
        return self.dice.choice(fitting if fitting and self.dice.random() < 0.93 else self.people)

    def _each(self, acts: list[Callable[[], None]]) -> None:
        """Does each; refuses only where every one of them is refused."""
        refusals: list[Exception] = []
        for act in acts:
            try:
                act()
            except (Refused, ObjectDoesNotExist) as refusal:
                refusals.append(refusal)
        if len(refusals) == len(acts):
            raise refusals[0]

    @staticmethod
    def _of(prefix: str, subject: Case | Ato) -> dict[str, Any]:
        return {f"{prefix}{'case' if isinstance(subject, Case) else 'ato'}": subject.pk}


def summaries_hold(record: Case | Ato) -> bool:
    """Whether the summaries on the record are what its documents and findings say."""
    of = {"case" if isinstance(record, Case) else "ato": record.pk}
    if record.document_summary != summarize_documents(Document.objects.filter(**of)):
        return False
    if not isinstance(record, Case):
        return True
    counted = record.finding_counts or counts_of([])
    return bool(counted == counts_of(Finding.objects.filter(case=record.pk)))
