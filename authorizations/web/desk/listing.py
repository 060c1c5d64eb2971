"""The ATOs of one's own agency and all below it, with what only its people see of them: the desk of who keeps many."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Case as Either
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, NullIf

from accounts.models import Membership, User
from accounts.roles import OrganizationKind
from authorizations.deadlines.loading import letters_back
from authorizations.display import address, counted
from authorizations.models import AgencyListRow, Ato, Case, Condition, Notice
from authorizations.models.querysets import user_organization_ids
from authorizations.models.register.agency_list import newest_row_of_ato
from authorizations.policy import Capability
from authorizations.presenters.search import WordSearch
from authorizations.reports.columns import ATO_EXPIRES, ATO_SIGNED, ATO_TYPE
from authorizations.tables.columns import (
    Column,
    ColumnKind,
    Link,
    Record,
    TagCell,
    computed_column,
    day_column,
    field_column,
)
from authorizations.vocabulary import LIVE_ATO_STAGES, AtoStage, NoticeRecipient
from authorizations.web.desk.acts import acts_of
from authorizations.web.lists.expiry import BY_EXPIRY, WINDOWS, expiry_state, today_here
from authorizations.web.lists.filter_counts import Facet
from authorizations.web.lists.labels import LISTED, TONES, listed
from authorizations.web.lists.link_filters import EXPIRING, OF_OFFERING, WITHIN, of_provider
from authorizations.web.lists.listing import BulkActs, ListAction, Listing
from authorizations.web.lists.standing import BY_STANDING

CONDITIONS = {"overdue": "Overdue", "open": "Open", "met": "All met", "none": "None"}
LETTER = {"here": "On record here", "listed": "Named in your list", "missing": "Missing"}
NOTICE = {"told": "FedRAMP knows of it", "missing": "No proof on record"}
SOURCES = {"portal": "Kept here", "feed": "Known from the Marketplace", "list": "Known from your list"}
USED = {"year": "In the last year", "before": "Longer ago", "never": "Never"}
NOBODY = "Nobody"
DESK_TABS = (("ATOs", "desk"), ("By offering", "desk_offerings"), ("By bureau", "desk_bureaus"))
LETTER_KEY = "ato_letter"


def desk_rows(user: User) -> QuerySet[Any]:
    """The ATOs of the person's agencies; nobody else has any here."""
    is_of_an_agency = OrganizationKind.AGENCY in user.sides
    own = Q(agency__in=user_organization_ids(user)) if is_of_an_agency else Q(pk__in=[])
    official = Coalesce(NullIf("authorizing_official__name", Value("")), "signer")
    rows: QuerySet[Any] = Ato.objects.visible_to(user).filter(own).annotate(official=official)
    return rows


def states() -> dict[str, Any]:
    """What stands missing or ahead, as the filters compare it."""
    return {"expiry": expiry_state(today_here()), "notice": _notice(), **_conditions(), **_letter()}


def _owner() -> dict[str, Any]:
    return {"owner_key": Coalesce("owner__public_id", Value(""))}


def _conditions() -> dict[str, Any]:
    """The worst of its conditions; the words of the states are in that order."""
    state = Either(
        When(met_on__isnull=False, then=Value("met")),
        When(due_on__lt=today_here(), then=Value("overdue")),
        default=Value("open"),
    )
    rank = Either(When(state="overdue", then=Value(0)), When(state="open", then=Value(1)), default=Value(2))
    theirs = Condition.objects.filter(ato=OuterRef("pk")).annotate(state=state).order_by(rank)
    return {"conditions_state": Coalesce(Subquery(theirs.values("state")[:1]), Value("none"))}


def _letter() -> dict[str, Any]:
    """Where the signed letter is: with the ATO or in the case in which it was issued, or named in an agency's list."""
    of_its_case = Case.objects.filter(ato=OuterRef("pk"), document_summary__has_key=LETTER_KEY)
    named_in_list = AgencyListRow.objects.filter(
        ato=OuterRef("pk"), cells__has_key="letter", agency_list__undone_at__isnull=True
    )
    return {
        "letter": Either(
            When(Q(document_summary__has_key=LETTER_KEY) | Exists(of_its_case), then=Value("here")),
            When(Exists(named_in_list), then=Value("listed")),
            default=Value("missing"),
        )
    }


def _said_and_owned() -> dict[str, Any]:
    """What the agency's own list says of an ATO, and whether its owner has left the agency since."""
    agencies = ("agency", "agency__parent", "agency__parent__parent")
    in_line = reduce(or_, (Q(organization=OuterRef(each)) for each in agencies))
    held = Membership.objects.current(today_here()).filter(in_line, user=OuterRef("owner"))
    return {
        "list_cells": Subquery(newest_row_of_ato().values("cells")[:1]),
        "owner_left": Q(owner__isnull=False) & ~Exists(held.filter(user__is_active=True)),
    }


def _notice() -> Either:
    """Whether FedRAMP knows of the ATO: by a notice that it did not return, or as it published or recorded it."""
    told = Notice.objects.filter(ato=OuterRef("pk"), recipient=NoticeRecipient.FEDRAMP)
    told_for_good = Exists(told) & ~Exists(letters_back().filter(ato=OuterRef("pk")))
    known = Q(published_since__isnull=False) | Q(recorded_on__isnull=False) | told_for_good
    return Either(When(known, then=Value("told")), default=Value("missing"))


def _used(today: date) -> Either:
    return Either(
        When(use_confirmed_on__isnull=True, then=Value("never")),
        When(use_confirmed_on__gte=today - timedelta(days=365), then=Value("year")),
        default=Value("before"),
    )


def _search(rows: QuerySet[Any], search: WordSearch) -> QuerySet[Any]:
    system = Q(system__name__icontains=search.words) | Q(system__abbreviation__iexact=search.words)
    return rows.filter(search.naming() | system)


def _sentence(rows: QuerySet[Any], total: int) -> str:
    numbers = rows.order_by().aggregate(
        offerings=Count("offering", distinct=True), agencies=Count("agency", distinct=True)
    )
    return (
        f"{counted(total, 'ATO')} of {counted(numbers['offerings'], 'offering')} "
        f"at {counted(numbers['agencies'], 'agency or bureau', 'agencies and bureaus')}"
    )


def time_left(stage: str, expires_on: date | None, today: date) -> TagCell | str | None:
    """How far away an expiry is, marked where it has passed or comes soon; the stage of an ATO that has ended."""
    if stage not in LIVE_ATO_STAGES:
        return TagCell(AtoStage(stage).label, TONES[AtoStage(stage)])
    if expires_on is None:
        return None
    days = (expires_on - today).days
    if days < 0:
        return TagCell(f"passed {-days:,} days ago" if days < -1 else "passed yesterday", "bad")
    words = counted(days, "day") if days else "today"
    return TagCell(words, "warn") if days <= WINDOWS[1] else words


LEFT = "Days until the recorded expiry; below 0 once it has passed."


def _days_left(expires_on: date | None) -> int | None:
    return (expires_on - today_here()).days if expires_on else None


def _time_left(row: Record) -> TagCell | str | None:
    return time_left(row["stage"], row["expires_on"], today_here())


def _tag(words: Mapping[str, str], tones: Mapping[str, str], key: str) -> Any:
    """The cell of a state: a tag where something is to be done, else the word alone."""
    return lambda row: TagCell(words[row[key]], tones[row[key]]) if row[key] in tones else words[row[key]]


def _in_list(row: Record, name: str) -> Link | None:
    """What the agency's own list says, marked as such."""
    words = (row["list_cells"] or {}).get(name)
    return Link(words, "", "by your list") if words else None


def _owner_cell(row: Record) -> Link | str | None:
    if row["owner__name"]:
        return Link(row["owner__name"], "", "is no longer here") if row["owner_left"] else str(row["owner__name"])
    return _in_list(row, "owner")


OFFERING = Column(
    "offering",
    "Offering",
    "The cloud service that is used, with its provider.",
    needs=("offering__name", "public_id", "offering__provider__name"),
    value=lambda row: Link(row["offering__name"], address("ato", row["public_id"]), row["offering__provider__name"]),
    sort=("offering__sort_name", "agency__sort_name"),
)
DESK = Listing(
    name="desk",
    title="Your agency's ATOs",
    rows=desk_rows,
    of_agencies=True,
    search=_search,
    search_label="Offering, bureau, system or FedRAMP id",
    intro="What your agency and its bureaus authorized, who looks after it, and the gaps.",
    columns=(
        OFFERING,
        field_column("bureau", "Bureau", "Who authorized the use.", "agency__name", "offering__sort_name"),
        Column(
            "system",
            "System",
            "The agency's system that uses the offering; where none is kept here, the one that its list names.",
            needs=("system__name", "list_cells"),
            value=lambda row: row["system__name"] or _in_list(row, "system"),
            sort=("system__name",),
        ),
        Column(
            "owner",
            "Owner",
            "Who of the agency looks after it; where nobody is chosen here, whom its list names.",
            needs=("owner__name", "owner_left", "list_cells"),
            value=_owner_cell,
            sort=("owner__name", "expires_on"),
        ),
        field_column("official", "Official", "Who signed, or decides about it now.", "official", "expires_on"),
        ATO_EXPIRES,
        Column(
            "left",
            "Time left",
            "Until the recorded expiry, or the stage of an ATO that has ended.",
            needs=("stage", "expires_on"),
            value=_time_left,
        ),
        Column(
            "conditions",
            "Conditions",
            "Whether the official asked for something that is still open.",
            needs=("conditions_state",),
            value=_tag(CONDITIONS, {"overdue": "bad", "open": "wait"}, "conditions_state"),
        ),
        Column(
            "letter",
            "Letter",
            "Whether the signed letter is on record.",
            needs=("letter",),
            value=_tag(LETTER, {"missing": "warn"}, "letter"),
        ),
    ),
    more_in_files=(
        ATO_SIGNED,
        ATO_TYPE,
        field_column("source", "Kept", "Kept here, or known from a feed or a list alone.", "source", words=SOURCES),
        computed_column("days_left", "Days left", LEFT, ("expires_on",), _days_left, ColumnKind.NUMBER),
        day_column("used", "Still used on", "The last day on which the agency said so.", "use_confirmed_on"),
        field_column("fedramp_id", "FedRAMP id", "Of the offering.", "offering__fedramp_id"),
        field_column("owner_email", "Owner's address", "The e-mail address of the owner.", "owner__email"),
        field_column("id", "ATO id", "By which a changed file finds the ATO again. Leave it as it is.", "public_id"),
    ),
    facets=(
        BY_EXPIRY,
        Facet("bureau", "Bureau", "agency__public_id", words_field="agency__name"),
        Facet("owner", "Owner", "owner_key", words_field="owner__name", absent=NOBODY, made_of=_owner),
        Facet("official", "Official", "official"),
        Facet("conditions", "Conditions", "conditions_state", CONDITIONS, made_of=_conditions),
        Facet("letter", "Letter", "letter", LETTER, made_of=_letter),
        Facet("notice", "Notice", "notice", NOTICE, made_of=lambda: {"notice": _notice()}),
        Facet("used", "Said to be still used", "used", USED, made_of=lambda: {"used": _used(today_here())}),
        Facet("source", "Kept", "source", SOURCES),
        Facet("stage", "Stage", "stage", dict(AtoStage.choices)),
        BY_STANDING,
        Facet("listed", "In the feed", "listed", LISTED, made_of=lambda: {"listed": listed()}),
    ),
    narrowings=(OF_OFFERING, WITHIN, of_provider("offering__provider"), EXPIRING),
    shown_with=lambda: {**_conditions(), **_letter(), **_said_and_owned()},
    tabs=DESK_TABS,
    order="expires",
    changed_by_acts=True,
    keeps_rows=True,
    sentence=_sentence,
    actions=(
        ListAction("Register an ATO", "register_ato", Capability.REGISTER_ATO),
        ListAction("Bring in a list", "choose_list", Capability.BRING_LIST),
        ListAction("Bring a changed file back", "desk_sheet", Capability.TEND_ATOS),
        ListAction("Compare with the Marketplace", "reconciliation", Capability.SEE_RECONCILIATION),
    ),
    bulk=BulkActs(
        "desk_act", lambda user: [(act.key, act.label) for act in acts_of(user)], lambda row: row["offering__name"]
    ),
    empty="No ATO of your agency is here yet. Bring in your list, or register one.",
)
