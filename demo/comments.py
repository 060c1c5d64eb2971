"""What the demo's people say to each other about one of their cases, and how one side asks another how it stands."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from accounts.models import User
from authorizations.actions.cases.comments import make_comment, withdraw_comment
from authorizations.actions.cases.nudges import nudge
from authorizations.models import Case

OFFERING, AGENCY = "Nimbus Ferry", "Department of Harbors"
# How many days ago, who, whether everyone reads it, and what; a name after an @ is told of it.
COMMENTS: tuple[tuple[int, str, bool, str], ...] = (
    (15, "Piet Pelgrom", False, "Sent back for the second boundary. Worth a call before it comes again."),
    (
        14,
        "Rashid Rowe",
        False,
        "@Ann Alvarez diagram and inventory name different hosts.\nI ask Nimbus which holds.",
    ),
    (14, "Rashid Rowe", True, "@Cora Castell the SSP names two boundaries. Which one was tested?"),
    (13, "Colin Cho", False, "The second. The old one stayed in appendix M; I take it out."),
    (13, "Cora Castell", True, "The second one, as in the SAR. A corrected diagram follows this week."),
    (12, "Asha Amari", False, "We tested the new boundary only. Keep the sampling sheet at hand."),
    (6, "Ann Alvarez", False, "Wrong case, sorry."),
)
WITHDRAWN = "Wrong case, sorry."
NUDGED: tuple[int, str] = (3, "Cora Castell")


def talk(people: Mapping[str, User], now: datetime) -> None:
    """Says all of it, each on its day, through the verbs that the pages call."""
    case = Case.objects.get(offering__name=OFFERING, agency__name=AGENCY)
    for days, who, shared, text in COMMENTS:
        at = now - timedelta(days=days)
        comment = make_comment(case.public_id, actor=people[who], now=at, text=text, shared=shared)
        if text == WITHDRAWN:
            withdraw_comment(case.public_id, comment.public_id, actor=people[who], now=at + timedelta(minutes=1))
    days, who = NUDGED
    nudge(case.public_id, actor=people[who], now=now - timedelta(days=days), seen=case.waits_on)
