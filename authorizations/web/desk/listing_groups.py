"""The same desk by offering and by bureau: who uses what, until when, and what is missing."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, QuerySet, Subquery

from accounts.models import Organization, User
from authorizations.display import counted
from authorizations.models import Offering, PackageAccess
from authorizations.presenters.search import named, offering_named
from authorizations.tables.columns import Column, ColumnKind, Link, Names, Record, Value, day_column
from authorizations.vocabulary import AtoStage, AtoStanding
from authorizations.web.desk.listing import DESK_TABS, desk_rows, states, time_left
from authorizations.web.lists.expiry import GOES_ON, today_here
from authorizations.web.lists.listing import Listing
from authorizations.web.lists.standing import LIVE_ROWS, with_standing
from authorizations.web.lists.tables import list_address
from authorizations.web.register.listing_obligations import Q_OPEN_ACCESS

# So many names stand in a cell.
NAMES = 2
NAMED = {"bureaus": "agency__name", "systems": "system__name", "officials": "official", "owners": "owner__name"}
Tally = dict[str, Any]


def _tallied(user: User, by: str, keys: Sequence[int]) -> dict[int, Tally]:
    """What stands on the desk of each offering or bureau, as the filters say it; without what has ended; one query.

    Names and gaps are of all that goes on, so that a passed expiry is no way out of them; what is used is of live ones.
    """
    made = {**states(), **with_standing()}
    rows = desk_rows(user).filter(GOES_ON, **{f"{by}__in": keys}).annotate(**made).order_by("agency__sort_name", "pk")
    found: dict[int, Tally] = {key: defaultdict(int, {name: {} for name in (*NAMED, "offerings")}) for key in keys}
    for row in rows.values(*dict.fromkeys((by, "offering", *made, *NAMED.values()))):
        tally = found[row[by]]
        if row["standing"] == AtoStanding.LIVE:
            tally["atos"] += 1
            tally["offerings"][row["offering"]] = None
        for name, column in NAMED.items():
            if row[column]:
                tally[name][row[column]] = None
        for state in (*row["expiry"].split(), row["conditions_state"], f"letter {row['letter']}"):
            tally[state] += 1
    return found


def _of_offerings(user: User, keys: Sequence[int]) -> Mapping[int, Tally]:
    found = _tallied(user, "offering", keys)
    accesses = PackageAccess.objects.visible_to(user).filter(Q_OPEN_ACCESS, package__offering__in=keys)
    for key, number in accesses.order_by().values_list("package__offering").annotate(n=Count("pk")):
        found[key]["accesses"] = number
    return found


def _of_bureaus(user: User, keys: Sequence[int]) -> Mapping[int, Tally]:
    found = _tallied(user, "agency", keys)
    for tally in found.values():
        tally["services"] = len(tally["offerings"])
    return found


def _names(key: str, label: str, meaning: str) -> Column:
    def cell(record: Record) -> Value:
        every = list(record["tally"][key])
        more = len(every) - NAMES
        note = f"and {more} more" if more > 0 else ""
        return Names("; ".join(every), "; ".join(every[:NAMES]), note) if every else None

    return Column(key, label, meaning, value=cell)


Query = Callable[[Record], dict[str, Any]]


GOING_ON = {"stage": [AtoStage.ACTIVE.value, AtoStage.SUSPENDED.value]}


def _number(key: str, label: str, meaning: str, of: Query | None = None, **filters: str | list[str]) -> Column:
    """A number that leads to its rows on the desk; unless filters say which rows, to those that have not ended."""

    def cell(record: Record) -> Value:
        number = record["tally"][key]
        if of is None or not number:
            return number or 0
        query = {**of(record), **({} if "standing" in filters else GOING_ON), **filters}
        return Link(number, list_address("desk", query))

    return Column(key, label, meaning, ColumnKind.NUMBER, needs=("public_id",), value=cell)


def _open_conditions(record: Record) -> Value:
    tally = record["tally"]
    return int(tally["open"] + tally["overdue"])


def _with_next(user: User, rows: QuerySet[Any], link: str) -> QuerySet[Any]:
    theirs = desk_rows(user).filter(GOES_ON, **{link: OuterRef("pk")}).order_by()
    first = theirs.values(link).annotate(first=Min("expires_on")).values("first")
    found: QuerySet[Any] = rows.filter(Exists(theirs)).annotate(next_expiry=Subquery(first))
    return found


def _offering_rows(user: User) -> QuerySet[Any]:
    return _with_next(user, Offering.objects.visible_to(user), "offering")


def _bureau_rows(user: User) -> QuerySet[Any]:
    return _with_next(user, Organization.objects.visible_to(user), "agency")


def _of_offering(record: Record) -> dict[str, Any]:
    return {"offering": record["public_id"]}


def _of_bureau(record: Record) -> dict[str, Any]:
    return {"bureau": record["public_id"]}


def _first_cell(label: str, meaning: str, of: Query, *note: str) -> Column:
    def cell(record: Record) -> Value:
        return Link(record["name"], list_address("desk", of(record)), *(record[name] or "" for name in note))

    return Column("name", label, meaning, needs=("name", "public_id", *note), value=cell, sort=("sort_name",))


NEXT = (
    day_column(
        "next", "Next expiry", "The first of its ATOs that have not ended, passed or ahead.", "next_expiry", "sort_name"
    ),
    Column(
        "left",
        "Time left",
        "Until then.",
        needs=("next_expiry",),
        value=lambda record: time_left(AtoStage.ACTIVE, record["next_expiry"], today_here()),
    ),
)
CONDITIONS = Column("conditions", "Open conditions", "ATOs with one.", ColumnKind.NUMBER, value=_open_conditions)
EMPTY = "No ATO of your agency is here yet. Bring in your list, or register one."
DESK_OFFERINGS = Listing(
    name="desk_offerings",
    title="Your agency's ATOs by offering",
    rows=_offering_rows,
    search=lambda rows, search: rows.filter(offering_named("", search.words)),
    search_label="Name, provider or FedRAMP id",
    intro="Each offering for which your agency or a bureau of it has an ATO that has not ended.",
    columns=(
        _first_cell("Offering", "The cloud service, with its provider.", _of_offering, "provider__name"),
        _number("atos", "Live ATOs", "Live ATOs that use it.", _of_offering, **LIVE_ROWS),
        _names("bureaus", "Bureaus", "Who uses it."),
        _names("systems", "Systems", "The agency's systems that use it."),
        _names("officials", "Officials", "Who signed."),
        *NEXT,
        CONDITIONS,
        _number("accesses", "Package access", "People of the agency who can open its package."),
        _names("owners", "Our contact", "The owners of its ATOs."),
    ),
    facets=(),
    tabs=DESK_TABS,
    beside=_of_offerings,
    changed_by_acts=True,
    keeps_rows=True,
    order="next",
    sentence=lambda rows, total: counted(total, "offering"),
    empty=EMPTY,
)
DESK_BUREAUS = Listing(
    name="desk_bureaus",
    title="Your agency's ATOs by bureau",
    rows=_bureau_rows,
    search=lambda rows, search: rows.filter(named("", search.words)),
    search_label="Name or abbreviation",
    intro="Your agency and each bureau or office of it that has an ATO that has not ended.",
    columns=(
        _first_cell("Bureau", "The agency, bureau or office.", _of_bureau),
        _number("atos", "Live ATOs", "Its live ATOs.", _of_bureau, **LIVE_ROWS),
        _number("services", "Offerings", "The offerings that it uses under live ATOs."),
        _number("passed", "Expiry passed", "ATOs whose recorded expiry has passed.", _of_bureau, expiry="passed"),
        _number("in90", "Within 90 days", "ATOs that expire within 90 days.", _of_bureau, expiry="in90"),
        *NEXT,
        CONDITIONS,
        _number("letter missing", "Letters missing", "ATOs without a letter here.", _of_bureau, letter="missing"),
        _names("officials", "Officials", "Who signed."),
        _names("owners", "Owners", "Who looks after them."),
    ),
    facets=(),
    tabs=DESK_TABS,
    beside=_of_bureaus,
    changed_by_acts=True,
    keeps_rows=True,
    order="name",
    sentence=lambda rows, total: counted(total, "agency or bureau", "agencies and bureaus"),
    empty=EMPTY,
)
