"""The parameters that several reports have: each finds its record among those that the person may see."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Model, Q, QuerySet

from accounts.models import Organization, User
from accounts.roles import OrganizationKind
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


def _named(rows: QuerySet[Any], *, ended: Q) -> list[tuple[str, str]] | None:
    """Cases or ATOs to choose from, those that are over last; None where there are more than anybody looks through."""
    order = ("is_over", "offering__sort_name", "agency__sort_name", "pk")
    is_over = ExpressionWrapper(ended, output_field=BooleanField())
    named = rows.annotate(is_over=is_over).order_by(*order).values_list("public_id", "offering__name", "agency__name")
    found = list(named[: CHOSEN_FROM + 1])
    if len(found) > CHOSEN_FROM:
        return None
    twice = Counter(each[1:] for each in found)
    number: Counter[tuple[str, ...]] = Counter()
    words = []
    for text, offering, agency in found:
        number[offering, agency] += 1
        more = f" ({number[offering, agency]})" if twice[offering, agency] > 1 else ""
        words.append((text, f"{offering} at {agency}{more}"))
    return words


# Where there are too many to choose from.
PASTED = "Paste the address of its page, which leads here too."
CASE = Parameter(
    "case",
    "Case",
    find_in(lambda user: Case.objects.visible_to(user)),
    lambda user: _named(Case.objects.visible_to(user), ended=~OPEN),
    required=True,
    hint=PASTED,
)
ATO = Parameter(
    "ato",
    "ATO",
    # Of the others, everyone reads what is published; a report about one is for those who see its register fields.
    find_in(lambda user: Ato.objects.visible_to(user).register_visible_to(user)),
    lambda user: _named(Ato.objects.visible_to(user).register_visible_to(user), ended=~Q(stage__in=LIVE_ATO_STAGES)),
    required=True,
    hint=PASTED,
)
