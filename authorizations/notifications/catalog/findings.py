"""The part of the catalog about returns: the side that owes the answers gets the whole list with the one message."""

from collections.abc import Iterator

from django.db.models import Q, QuerySet
from django.urls import reverse

from authorizations.display import day_text
from authorizations.models import Case, DocumentVersion, Event, Finding
from authorizations.notifications.catalog.message_content import acting
from authorizations.sanitize import one_line
from authorizations.vocabulary import Turn

# Of each finding, so much is in a message; its own page has all of it.
LONGEST_IN_A_MESSAGE = 400


class SentFindings:
    """The findings that an act sent, and who owes their answers."""

    def __init__(self, event: Event, case: Case) -> None:
        keys = (event.changes.get("findings") or [None, []])[1]
        self.findings = list(_sent(keys)) if keys else []
        self.case = case
        self.owing = _people_of(case, self.findings[0].owed_by, event) if self.findings else frozenset()

    def link(self, person: int) -> str:
        """Where a person answers; blank for those who owe no answer."""
        return reverse("case_findings", args=[self.case.public_id]) if person in self.owing else ""

    def count_text(self, person: int) -> str:
        """How many there are, and whether a person owes the answers."""
        if not self.findings:
            return ""
        number = len(self.findings)
        counted = f"{number:,} finding{'s' if number > 1 else ''}"
        return f" It came with {counted}{' to answer' if person in self.owing else ''}."

    def listed(self, person: int) -> str:
        """The whole list, for anyone who owes the answers; blank for everybody else."""
        return "\n\n".join(self._lines()) if person in self.owing else ""

    def _lines(self) -> Iterator[str]:
        for place, finding in enumerate(self.findings, start=1):
            about = about_words(self.case, finding)
            yield f"{place}. {finding.get_severity_display()}. {about}: {_short(finding.text)}{_again(finding)}"


def _sent(keys: list[int]) -> QuerySet[Finding]:
    rows = Finding.objects.filter(pk__in=keys, sent_at__isnull=False)
    return rows.select_related("version__document").prefetch_related("rounds").order_by("pk")


def _short(text: str) -> str:
    words = one_line(text)
    return words if len(words) <= LONGEST_IN_A_MESSAGE else f"{words[: LONGEST_IN_A_MESSAGE - 1].rstrip()}…"


def _again(finding: Finding) -> str:
    last = max(finding.rounds.all(), key=lambda each: each.pk, default=None)
    return f" Asked again on {day_text(last.asked_at)}: {_short(last.reason)}" if last else ""


def about_words(case: Case, finding: Finding) -> str:
    """What a finding is about, in words: a version of a document, or a fact."""
    if finding.version is not None:
        return document_words(case, finding.version)
    fact = case.machine().facts.get(finding.fact)
    return fact.label if fact else finding.fact


def document_words(case: Case, version: DocumentVersion) -> str:
    """A version of a document by the name in the rules of the case, or by its own title."""
    document = version.document
    rule = case.rules.documents.get(document.key)
    return f"{document.title or (rule.label if rule else document.key)}, version {version.number}"


def _people_of(case: Case, side: str, event: Event) -> frozenset[int]:
    organizations: dict[str, list[int | None]] = {
        Turn.AGENCY: [*case.agency_line],
        Turn.PROVIDER: [case.offering.provider_id],
        Turn.ASSESSOR: [case.assessor_id],
    }
    return frozenset(user.pk for user in acting(event, Q(organization__in=organizations.get(side, []))))
