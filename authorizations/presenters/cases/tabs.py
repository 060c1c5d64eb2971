"""The tabs of a case, each a page of its own, with the number that says whether to look there."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from accounts.models import User
from authorizations.models import Case
from authorizations.presenters.cases.labels import finding_words
from authorizations.presenters.documents import summary
from authorizations.vocabulary import CaseKind


@dataclass(frozen=True, slots=True)
class Tab:
    """``name``: of its address; ``note``: a number in words, blank for none."""

    name: str
    label: str
    url: str
    note: str = ""


def tabs_of(case: Case, user: User, today: date, comments: int) -> list[Tab]:
    """The tabs that this reader may open, in their order, with no query; ``comments``: how many of them are new."""
    here, asked = summary(case, user, today)
    documents = f"{here}/{asked}" if asked else ""
    rows = [
        ("case", "Overview", ""),
        ("case_documents", "Documents", documents),
        ("case_findings", "Findings", finding_words(case, user)),
        ("case_wbs", "Plan", ""),
        ("case_comments", "Comments", f"{comments} new" if comments else ""),
        ("recorded_facts", "Facts", ""),
        ("case_history", "History", ""),
        ("case_messages", "Messages", ""),
    ]
    of_initial = {"case_findings", "case_wbs"}
    return [
        Tab(name, label, reverse(name, args=[case.public_id]), note)
        for name, label, note in rows
        if case.kind == CaseKind.INITIAL or name not in of_initial
    ]
