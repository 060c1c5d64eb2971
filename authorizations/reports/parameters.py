"""The parameters that several reports have: each finds its record among those that the person may see."""

from collections.abc import Callable
from typing import Any

from django.db.models import Model, QuerySet

from accounts.models import Organization, User
from accounts.roles import OrganizationKind
from authorizations.models import Ato, Case
from authorizations.models.querysets import reads_everything
from authorizations.reports.base import Missing, Parameter, day


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
        mine = [each.organization for each in user.current_memberships if each.organization.kind == kind]
        return mine[0].public_id if mine else ""

    return Parameter(key, label, find_in(rows), choices, own, required)


PASTED = "Paste the address of its page."
CASE = Parameter(
    "case",
    "Case",
    find_in(lambda user: Case.objects.visible_to(user)),
    required=True,
    hint=f"{PASTED} Its page leads here too, by “Status report”.",
)
ATO = Parameter(
    "ato",
    "ATO",
    # Of the others, everyone reads what is published; a report about one is for those who see its register fields.
    find_in(lambda user: Ato.objects.visible_to(user).register_visible_to(user)),
    required=True,
    hint=f"{PASTED} Its page leads here too, by “Decision packet”.",
)
SINCE = Parameter("since", "First day", day)
UNTIL = Parameter("until", "Last day", day)
