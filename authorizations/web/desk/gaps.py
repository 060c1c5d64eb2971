"""What an agency's ATOs lack or have before them, each with the act that helps; every number leads to its rows."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import User
from accounts.roles import OrganizationKind
from authorizations.vocabulary import AtoStage
from authorizations.web.desk.acts import RENEW, acts_of
from authorizations.web.desk.listing import desk_rows, states
from authorizations.web.lists.expiry import GOES_ON
from authorizations.web.lists.link_filters import within
from authorizations.web.lists.tables import list_address

GOING_ON = {"stage": [AtoStage.ACTIVE.value, AtoStage.SUSPENDED.value]}
# What is said of one and of several, how the desk is filtered for them, and the act that helps.
GAPS: tuple[tuple[str, str, dict[str, str], str], ...] = (
    ("has no letter on record here", "have no letter on record here", {"letter": "missing"}, "claim"),
    (
        "has no proof that FedRAMP knows of it",
        "have no proof that FedRAMP knows of them",
        {"notice": "missing"},
        "notice",
    ),
    ("has passed its recorded expiry", "have passed their recorded expiry", {"expiry": "passed"}, RENEW),
    ("expires within 90 days", "expire within 90 days", {"expiry": "in90"}, RENEW),
    ("has conditions that are overdue", "have conditions that are overdue", {"conditions": "overdue"}, ""),
    ("has no owner", "have no owner", {"owner": ""}, "owner"),
)
OVERLAPS = "are of offerings for which one agency or bureau has several"
# So many offerings an address may name; the number says what stands behind it.
NAMED = 20


@dataclass(frozen=True, slots=True)
class Gap:
    number: int
    words: str
    url: str
    act: str = ""  # the label of the act that helps, and where it begins with all of these rows
    act_url: str = ""


def gaps_of(user: User, agency: Any) -> list[Gap]:
    """What the ATOs of an agency with its bureaus lack that have not ended, for its own people; one query."""
    if OrganizationKind.AGENCY not in user.sides:
        return []
    rows = desk_rows(user).filter(GOES_ON, within(agency.public_id)).annotate(**states())
    columns = ("expiry", "letter", "notice", "conditions_state", "owner", "agency", "offering__public_id")
    return list(_counted(user, agency, list(rows.order_by("pk").values(*columns))))


def _counted(user: User, agency: Any, rows: Sequence[dict[str, Any]]) -> Iterator[Gap]:
    labels = {act.key: act.label for act in acts_of(user)}
    compared = {"letter": "letter", "notice": "notice", "expiry": "expiry", "conditions": "conditions_state"}
    for one, many, query, act in GAPS:
        (name, value), *_ = query.items()
        if name == "owner":
            number = sum(row["owner"] is None for row in rows)
        else:
            number = sum(value in row[compared[name]].split() for row in rows)
        if number:
            asked = {"within": agency.public_id, **GOING_ON, **query}
            chosen = f"{reverse('desk_act')}?{urlencode({'which': 'all', 'act': act, **asked}, doseq=True)}"
            words, there = one if number == 1 else many, act in labels
            yield Gap(number, words, list_address("desk", asked), labels.get(act, ""), chosen if there else "")
    held = Counter((row["agency"], row["offering__public_id"]) for row in rows)
    several = list(dict.fromkeys(offering for (_, offering), number in held.items() if number > 1))[:NAMED]
    if several:
        asked = {"within": agency.public_id, **GOING_ON, "offering": several}
        number = sum(row["offering__public_id"] in several for row in rows)
        yield Gap(number, OVERLAPS, list_address("desk", {**asked, "sort": "offering"}))
