"""The records on whose pages deadlines stand: what each is called, where it is found, of which offering it is."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from accounts.roles import OrganizationKind
from authorizations.deadlines.due import Due
from authorizations.display import address
from authorizations.models import Ato, Case, Condition, Contact, Offering, PackageAccess, WbsTask
from authorizations.vocabulary import ContactFunction

# What stands in one statement: SQLite takes no more than 32,766 values.
AT_ONCE = 5000


class Subject(NamedTuple):
    """One record: its public id, its name in words without people, its page, the key of its offering."""

    public_id: str
    title: str
    url: str
    offering: int | None


class _Shape(NamedTuple):
    """How records of a kind are read: their columns, and what these say. The key and the public id come first."""

    noun: Any
    columns: tuple[str, ...]
    told: Callable[..., tuple[str, str, int | None]]  # title, page, offering


def _use(page: str) -> Callable[..., tuple[str, str, int | None]]:
    """One agency's use of an offering, with the page that shows it."""

    def told(offering: int, name: str, agency: str, public_id: str, *more: str) -> tuple[str, str, int | None]:
        task = f", task {more[0]}" if more else ""
        return f"{name} for {agency}{task}", address(page, public_id), offering

    return told


def _contact(kind: str, name: str, public_id: str, function: str) -> tuple[str, str, int | None]:
    page = "/" if kind == OrganizationKind.PMO else address(kind, public_id)
    return f"{ContactFunction(function).label} of {name}", page, None


SHAPES: dict[str, _Shape] = {
    "case": _Shape(Case, ("offering", "offering__name", "agency__name", "public_id"), _use("case")),
    "ato": _Shape(Ato, ("offering", "offering__name", "agency__name", "public_id"), _use("ato")),
    "condition": _Shape(
        Condition, ("ato__offering", "ato__offering__name", "ato__agency__name", "ato__public_id"), _use("ato")
    ),
    "wbstask": _Shape(
        WbsTask,
        (
            *("wbs__case__offering", "wbs__case__offering__name", "wbs__case__agency__name", "wbs__case__public_id"),
            "number",
        ),
        _use("case_wbs"),
    ),
    "packageaccess": _Shape(
        PackageAccess,
        ("package__offering", "package__offering__name", "agency__name", "public_id"),
        _use("access"),
    ),
    "offering": _Shape(
        Offering, ("pk", "name", "public_id"), lambda key, name, public_id: (name, address("offering", public_id), key)
    ),
    "contact": _Shape(
        Contact, ("organization__kind", "organization__name", "organization__public_id", "function"), _contact
    ),
}


def subjects_of(dues: Iterable[Due]) -> dict[tuple[str, int], Subject]:
    """The records of deadlines, by kind and key; one query for each kind of record among them.

    Whoever holds a deadline may see its record: this looks up names and asks nothing.
    """
    wanted: dict[str, set[int]] = defaultdict(set)
    for due in dues:
        wanted[due.subject_type].add(due.subject_id)
    found: dict[tuple[str, int], Subject] = {}
    for kind, keys in wanted.items():
        shape = SHAPES[kind]
        for some in _parts(sorted(keys)):
            rows = shape.noun._base_manager.filter(pk__in=some).values_list("pk", "public_id", *shape.columns)
            found |= {(kind, key): Subject(public_id, *shape.told(*rest)) for key, public_id, *rest in rows}
    return found


def _parts(keys: list[int]) -> Iterable[list[int]]:
    return (keys[at : at + AT_ONCE] for at in range(0, len(keys), AT_ONCE))
