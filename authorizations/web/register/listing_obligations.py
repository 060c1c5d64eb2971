"""The lists of what parties owe and hold beside the ATO: conditions, and who may open which package."""

from typing import Any

from django.db.models import Case, Count, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from authorizations.display import address, counted
from authorizations.models import Ato, Condition, PackageAccess
from authorizations.policy import Capability
from authorizations.presenters.search import named, offering_named
from authorizations.tables.columns import Column, Link, TagCell, day_column, field_column, id_column, link_column
from authorizations.web.lists.filter_counts import Facet
from authorizations.web.lists.link_filters import (
    OF_OFFERING,
    WITHIN,
    by_day,
    of_provider,
    within,
)
from authorizations.web.lists.listing import ListAction, Listing
from authorizations.web.lists.narrowing import Narrowing

CONDITION_STATES = {"open": "Open", "met": "Met"}
ACCESS_STATES = {"open": "Open", "past": "Past its end", "asked": "Asked for", "ended": "Ended", "denied": "Denied"}
ACCESS_TONES = {"open": "good", "past": "warn", "asked": "wait", "denied": "bad"}
Q_OPEN_CONDITION = Q(met_on__isnull=True)
Q_OPEN_ACCESS = Q(granted_on__isnull=False, ended_on__isnull=True, denied_on__isnull=True)


def condition_rows(user: User) -> QuerySet[Any]:
    state = Case(When(Q_OPEN_CONDITION, then=Value("open")), default=Value("met"))
    theirs = Ato.objects.register_visible_to(user)
    rows: QuerySet[Any] = Condition.objects.filter(ato__in=theirs.values("pk")).annotate(state=state)
    return rows


CONDITIONS = Listing(
    name="conditions",
    title="Conditions of ATOs",
    rows=condition_rows,
    search=lambda rows, search: rows.filter(
        Q(text__icontains=search.words)
        | named("ato__agency__", search.words)
        | offering_named("ato__offering__", search.words)
    ),
    search_label="Words of the condition, agency or offering",
    intro="What authorizing officials asked for when they signed. Only the parties of an ATO see its conditions.",
    columns=(
        Column(
            "condition",
            "Condition",
            "What the authorizing official asked for.",
            of="ato",
            needs=("text", "ato__public_id", "ato__offering__name", "ato__offering__fedramp_id"),
            value=lambda row: Link(
                row["text"],
                address("ato", row["ato__public_id"]),
                row["ato__offering__name"],
                row["ato__offering__fedramp_id"],
            ),
            sort=("text",),
        ),
        link_column("agency", "Agency", "Whose ATO it is.", "agency", "ato__agency__", "due_on"),
        Column(
            "owner",
            "Owner",
            "Who is to meet it.",
            needs=("owner__name",),
            value=lambda row: row["owner__name"],
            sort=("owner__sort_name",),
        ),
        day_column("due", "Due", "The day by which it is to be met.", "due_on"),
        day_column("met", "Met", "The day on which it was met.", "met_on"),
    ),
    more_in_files=(id_column("condition"),),
    facets=(Facet("state", "State", "state", CONDITION_STATES),),
    narrowings=(
        Narrowing("within", "Agency with its bureaus", lambda value: within(value, "ato__agency__"), WITHIN.word),
        by_day("due_by", "Open, due by", "due_on", Q_OPEN_CONDITION),
        of_provider("ato__offering__provider"),
    ),
    order="due",
    sentence=lambda rows, total: (
        f"{counted(total, 'condition')} of {counted(rows.aggregate(n=Count('ato', distinct=True))['n'], 'ATO row')}"
    ),
    empty="No conditions. Those that an authorizing official sets with an ATO appear here, with their owner and date.",
)


def access_rows(user: User) -> QuerySet[Any]:
    rows: QuerySet[Any] = PackageAccess.objects.visible_to(user).annotate(
        state=Case(
            When(denied_on__isnull=False, then=Value("denied")),
            When(ended_on__isnull=False, then=Value("ended")),
            When(granted_on__isnull=True, then=Value("asked")),
            # Time alone ends an access: nobody has to say so.
            When(until__lt=timezone.localdate(), then=Value("past")),
            default=Value("open"),
        ),
        closed_on=Coalesce("denied_on", "ended_on"),
    )
    return rows


ACCESSES = Listing(
    name="accesses",
    title="Package access",
    rows=access_rows,
    search=lambda rows, search: rows.filter(
        Q(person__name__icontains=search.words)
        | named("agency__", search.words)
        | offering_named("package__offering__", search.words)
    ),
    search_label="Person, agency or offering",
    intro=(
        "Who in an agency can open which certification package. Connect.gov grants 60 days with 30-day extensions, "
        "and no end after the ATO; elsewhere the provider decides."
    ),
    columns=(
        Column(
            "person",
            "Person",
            "Who can open the package.",
            of="access",
            needs=("person__name", "public_id"),
            value=lambda row: Link(row["person__name"], address("access", row["public_id"])),
            sort=("person__name",),
        ),
        link_column("agency", "Agency", "For which agency.", "agency", "agency__", "until"),
        link_column("offering", "Package of", "Whose package it is.", "offering", "package__offering__", "until"),
        day_column("granted", "Granted", "Since when.", "granted_on"),
        Column(
            "until",
            "Until",
            "The last day, or that there is none.",
            needs=("until", "permanent"),
            value=lambda row: "Permanent" if row["permanent"] else row["until"],
            sort=("until",),
        ),
        field_column("approver", "Approved by", "Who approved it for the agency.", "approver__name", sorts=False),
        day_column("closed", "Ended or denied", "The day on which it was ended or denied.", "closed_on"),
        Column(
            "state",
            "State",
            "Open, past its end, asked for, ended or denied.",
            needs=("state",),
            value=lambda row: TagCell(ACCESS_STATES[row["state"]], ACCESS_TONES.get(row["state"], "past")),
        ),
    ),
    facets=(Facet("state", "State", "state", ACCESS_STATES),),
    narrowings=(
        WITHIN,
        by_day("ends_by", "Open, ends by", "until", Q_OPEN_ACCESS),
        Narrowing("offering", "Package of", lambda value: Q(package__offering__public_id=value), OF_OFFERING.word),
        of_provider("package__offering__provider"),
    ),
    order="until",
    sentence=lambda rows, total: (
        f"{counted(total, 'package access', 'package accesses')} "
        f"of {counted(rows.aggregate(n=Count('person', distinct=True))['n'], 'person', 'people')}"
    ),
    empty=(
        "No package access. Each grant, extension, end and denial appears here. An agency asks for access in its "
        "reuse case. The person who opens the package can grant it to further people."
    ),
    actions=(ListAction("Grant access", "grant_access", Capability.GRANT_ACCESS),),
)
