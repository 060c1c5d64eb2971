"""What is above each tab of a case: which case it is, where it is, whose turn, and the other tabs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from accounts.models import User
from authorizations.models import Case
from authorizations.presenters.cases.labels import turn_of
from authorizations.presenters.cases.tabs import Tab, tabs_of
from authorizations.web.cases.listing import stage_tone
from authorizations.web.cases.new_comments import new_comments


@dataclass(frozen=True, slots=True)
class CaseFrame:
    """``here``: name of the address of the open tab; ``turn``: in a sentence, blank where the case has ended."""

    tabs: list[Tab]
    here: str
    tone: str
    turn: str


def case_frame(case: Case, user: User, here: str, new: Mapping[int, str] | None = None) -> dict[str, Any]:
    """What `cases/tab_head.html` reads; ``new``: the comments that are new, where they were asked for already."""
    today = timezone.localdate()
    counted = vars(case).get("new_comments")
    number = counted if counted is not None else len(new_comments(case, user) if new is None else new)
    frame = CaseFrame(tabs_of(case, user, today, number), here, stage_tone(case.stage), turn_of(case, today))
    return {"case": case, "case_frame": frame}
