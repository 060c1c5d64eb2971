"""The parameters that several reports have: each finds its record among those that the person may see."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Model, Q, QuerySet

from accounts.models import Organization, User
from accounts.roles import OrganizationKind
from authorizations.display import day_text, local_day
from authorizations.models import Ato, Case
from authorizations.models.cases.case import OPEN
from authorizations.models.querysets import reads_everything
from authorizations.reports.base import Missing, Parameter
from authorizations.vocabulary import LIVE_ATO_STAGES

# More than this nobody looks through.
CHOSEN_FROM = 200


def find_in(rows: Callable[[User], QuerySet[Any]]) -> Callable[[User, str], Model]:
    """Finds a record by its public id, or by the address of its page, where that ends.

    Raises (what it returns):
        Missing: there is none among the person's rows.
    """

    def find(user: User, text: str) -> Model:
        found: Model | None = rows(user).filter(public_id=text.rstrip("/").rpartition("/")[2]).first()
        if found is None:
            raise Missing(text)
        return found

    return find


def _organizations(kind: OrganizationKind) -> Callable[[User], QuerySet[Any]]:
    return lambda user: Organization.objects.filter(kind=kind)


def organization(
    key: str, label: str, kind: OrganizationKind, *, required: bool = False, is_own: bool = True
) -> Parameter:
    """One organization of a kind, or all where it is not required; ``is_own``: its members are asked for their own."""
    rows = _organizations(kind)

    def choices(user: User) -> list[tuple[str, str]]:
        return list(rows(user).order_by("sort_name").values_list("public_id", "name"))

    def own(user: User) -> str:
        if reads_everything(user) or not is_own:
            return ""
        own_organizations = [each.organization for each in user.current_memberships if each.organization.kind == kind]
        return own_organizations[0].public_id if own_organizations else ""

    return Parameter(key, label, find_in(rows), choices, own, required)


def _named(rows: QuerySet[Any], *, ended: Q, since: str, word: str) -> list[tuple[str, str]] | None:
    """Cases or ATOs to choose from, those that are over last; None where there are more than anybody looks through.

    since, word: the field of the day that tells those of one name apart, and what happened then.
    """
    order = ("is_over", "offering__sort_name", "agency__sort_name", "pk")
    is_over = ExpressionWrapper(ended, output_field=BooleanField())
    names = ("public_id", "offering__name", "agency__name", since)
    found = list(rows.annotate(is_over=is_over).order_by(*order).values_list(*names)[: CHOSEN_FROM + 1])
    if len(found) > CHOSEN_FROM:
        return None
    several = {name for name, number in Counter(row[1:3] for row in found).items() if number > 1}
    words = [
        f"{offering} at {agency}" + (_since(word, day) if (offering, agency) in several else "")
        for _, offering, agency, day in found
    ]
    same, number = Counter(words), Counter[str]()
    for place, each in enumerate(words):
        number[each] += 1
        words[place] += f" ({number[each]})" if same[each] > 1 else ""
    return [(row[0], each) for row, each in zip(found, words, strict=True)]


def _since(word: str, moment: date | None) -> str:
    if moment is None:
        return ""
    return f", {word} {day_text(local_day(moment) if isinstance(moment, datetime) else moment)}"


# Where there are too many to choose from.
PASTED = "Paste the address of its page, which leads here too."
CASE = Parameter(
    "case",
    "Case",
    find_in(lambda user: Case.objects.visible_to(user)),
    lambda user: _named(Case.objects.visible_to(user), ended=~OPEN, since="opened_at", word="opened"),
    required=True,
    hint=PASTED,
)
ATO = Parameter(
    "ato",
    "ATO",
    # Of the others, everyone reads what is published; a report about one is for those who see its register fields.
    find_in(lambda user: Ato.objects.visible_to(user).register_visible_to(user)),
    lambda user: _named(
        Ato.objects.visible_to(user).register_visible_to(user),
        ended=~Q(stage__in=LIVE_ATO_STAGES),
        since="signed_on",
        word="signed",
    ),
    required=True,
    hint=PASTED,
)
