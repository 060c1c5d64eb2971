"""Who can open what: the people who may open certification packages, by agency, and those who asked or may no more."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, ClassVar

from django.db.models import Case, CharField, Count, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import Organization, User
from accounts.roles import OrganizationKind
from authorizations.actions.register.package_access import fedramp_due
from authorizations.display import counted, day_text
from authorizations.models import Offering, PackageAccess
from authorizations.reports.base import EVERYONE, Parameter, Report
from authorizations.reports.parameters import find_in, organization
from authorizations.tables.columns import (
    Column,
    ColumnKind,
    Link,
    computed_column,
    day_column,
    field_column,
    link_column,
    queryset_table,
)
from authorizations.tables.contents import Contents, Figure, ReportSpec
from authorizations.vocabulary import PackageLocation

# An end within so many days is one to think of.
SOON = timedelta(days=30)
ORDER = ("agency__sort_name", "agency", "package__offering__sort_name", "person__name", "pk")
OPEN, PAST, ASKED, ENDED, DENIED = "open", "past", "asked", "ended", "denied"
STATES = {PAST: "Past its end", ASKED: "Asked for", ENDED: "Ended", DENIED: "Denied"}


def _reason(state: str, until: date, denied: str, ended: str) -> str:
    return f"Its last day was {day_text(until)}." if state == PAST else denied or ended


OF_THE_REASON = ("state", "until", "denied_reason", "ended_reason")


CONTACT = "Who may open the package, as the agency's contact."
HOLDER = "Where the package is kept. Its holder opens it."
WHOSE = (
    link_column("agency", "Agency", "For which agency.", "agency", "agency__"),
    link_column("offering", "Package of", "The offering whose package it is.", "offering", "package__offering__"),
    link_column("person", "Person", CONTACT, "access", "person__", public_id="public_id"),
)
OPEN_NOW = (
    *WHOSE,
    field_column("location", "Kept", HOLDER, "package__location", words=PackageLocation),
    day_column("granted", "Granted", "Since which day.", "granted_on"),
    day_column("until", "Until", "The last day.", "until"),
    field_column("extensions", "Extensions", "How often the end was put off.", "extensions", kind=ColumnKind.NUMBER),
    field_column("approver", "Approved by", "Who approved it for the agency.", "approver__name"),
)
NOT_NOW = (
    *WHOSE,
    field_column("state", "State", "Asked for, past its end, ended, or denied.", "state", words=STATES),
    day_column("asked", "Asked for", "When it was asked for.", "asked_on"),
    day_column("granted", "Granted", "Since which day it could be opened.", "granted_on"),
    day_column("closed", "Closed", "The day on which it ended or was denied.", "closed_on"),
    computed_column("reason", "Why", "Why it was ended or denied.", OF_THE_REASON, _reason),
    day_column("fedramp_notified", "FedRAMP told", "When FedRAMP was told of the denial.", "fedramp_notified_on"),
)


def _open_now(spec: ReportSpec) -> tuple[Column, ...]:
    def ends(permanent: bool, until: date) -> str:  # noqa: FBT001  # a column
        if permanent:
            return "Without an end"
        left = (until - spec.today).days
        return f"In {counted(left, 'day')}" if left else "Today"

    meaning = "Its last day with the days until then, or that it has no end."
    column = computed_column("ends", "How it ends", meaning, ("permanent", "until"), ends)
    return (*OPEN_NOW[:6], column, *OPEN_NOW[6:])


def _offerings(user: User) -> list[tuple[str, str]]:
    """Those to whose packages somebody has, had or asked for access that the person may know of."""
    known = PackageAccess.objects.visible_to(user).values("package__offering")
    rows = Offering.objects.visible_to(user).filter(pk__in=known).order_by("sort_name", "pk")
    return list(rows.values_list("public_id", "name"))


class AccessList(Report):
    name = "access-list"
    title = "Who can open what"
    audience = "For people responsible for an agency's or a provider's certification packages."
    explains = "Who may open which certification package, until when, and who approved it. It also lists ended access."
    sides = EVERYONE - {OrganizationKind.ASSESSOR}
    parameters: ClassVar[tuple[Parameter, ...]] = (
        organization("agency", "Agency with its bureaus", OrganizationKind.AGENCY, is_own=False),
        Parameter("offering", "Offering", find_in(lambda user: Offering.objects.visible_to(user)), _offerings),
    )

    def contents(self, spec: ReportSpec) -> Contents:
        found = _found(spec).order_by(*ORDER)
        counts = _count(found, spec)
        return Contents(
            _title(spec),
            tables=(
                queryset_table(
                    OPEN,
                    "Who can open a package now",
                    _open_now(spec),
                    found.filter(state=OPEN),
                    empty="Nobody can open a package now. An agency asks for access in its reuse case.",
                    group="agency",
                ),
                queryset_table(
                    "others",
                    "Asked for, past, ended and denied",
                    NOT_NOW,
                    found.exclude(state=OPEN),
                    empty="Nobody waits for access, and none has ended or was denied.",
                    group="agency",
                ),
            ),
            summary=tuple(_summary(counts)),
            figures=tuple(_figures(counts, spec)),
            decisions=tuple(_decisions(found, spec)),
        )


def _found(spec: ReportSpec) -> QuerySet[Any]:
    rows: QuerySet[Any] = PackageAccess.objects.visible_to(spec.user).annotate(
        state=Case(
            When(denied_on__isnull=False, then=Value(DENIED)),
            When(ended_on__isnull=False, then=Value(ENDED)),
            When(granted_on__isnull=True, then=Value(ASKED)),
            # Time alone ends an access: nobody has to say so.
            When(until__lt=spec.today, then=Value(PAST)),
            default=Value(OPEN),
            output_field=CharField(),
        ),
        closed_on=Coalesce("denied_on", "ended_on"),
    )
    if agency := spec.chosen.get("agency"):
        rows = rows.filter(agency__in=Organization.objects.all().below([agency.pk]).values("pk"))
    if offering := spec.chosen.get("offering"):
        rows = rows.filter(package__offering=offering)
    return rows


# --- the first page ---


def _title(spec: ReportSpec) -> str:
    agency, offering = spec.chosen.get("agency"), spec.chosen.get("offering")
    of = f": the package of {offering.name}" if offering else ""
    return f"Who can open what{f' at {agency.name}' if agency else ''}{of}"


def _ends_soon(spec: ReportSpec) -> Q:
    return Q(state=OPEN, until__lte=spec.today + SOON)


def _count(rows: QuerySet[Any], spec: ReportSpec) -> dict[str, int]:
    counts: dict[str, int] = rows.aggregate(
        **{state: Count("pk", filter=Q(state=state)) for state in (OPEN, *STATES)},
        people=Count("person", filter=Q(state=OPEN), distinct=True),
        agencies=Count("agency", filter=Q(state=OPEN), distinct=True),
        packages=Count("package", filter=Q(state=OPEN), distinct=True),
        soon=Count("pk", filter=_ends_soon(spec)),
    )
    return counts


def _summary(found: dict[str, int]) -> Iterator[str]:
    if not found[OPEN]:
        yield "Nobody whom your side may know of can open a package of these now."
    else:
        people = counted(found["people"], "person", "people")
        agencies = counted(found["agencies"], "agency", "agencies")
        yield f"{people} of {agencies} can open the packages of {counted(found['packages'], 'offering')}."
    if found["soon"]:
        ends = "access ends" if found["soon"] == 1 else "accesses end"
        yield f"{found['soon']:,} {ends} within {SOON.days} days, unless extended."
    if found[PAST]:
        words = "access is" if found[PAST] == 1 else "accesses are"
        yield f"{found[PAST]:,} {words} past the last day and not ended on record."


def _figures(found: dict[str, int], spec: ReportSpec) -> Iterator[Figure]:
    soon = (spec.today + SOON).isoformat()
    yield Figure(found[OPEN], "rights to open a package now", _list(spec, state=OPEN))
    yield Figure(found["soon"], f"of them end within {SOON.days} days", _list(spec, state=OPEN, ends_by=soon))
    yield Figure(found[ASKED], "asked for", _list(spec, state=ASKED))
    yield Figure(found[PAST], "past the last day", _list(spec, state=PAST))


def _list(spec: ReportSpec, **more: str) -> str:
    query = {"within": spec.given.get("agency"), "offering": spec.given.get("offering"), **more}
    return f"{reverse('accesses')}?{urlencode({key: value for key, value in query.items() if value})}"


def _decisions(rows: QuerySet[Any], spec: ReportSpec) -> Iterator[Link]:
    """Ends that come soon, and denials of which FedRAMP was not told in time; ten of each at most."""
    ahead = rows.filter(_ends_soon(spec)).select_related("person", "agency", "package__offering")
    for each in ahead.order_by("until", "pk")[:10]:
        which = f"{each.person.name} of {each.agency.name}, package of {each.package.offering.name}"
        yield Link(f"Extend or let end: {which}, {day_text(each.until)}.", each.get_absolute_url())
    untold = rows.filter(state=DENIED, fedramp_notified_on__isnull=True).select_related("agency", "package__offering")
    for each in untold.order_by("denied_on", "pk")[:10]:
        if due := fedramp_due(each):
            sentence = f"FedRAMP is to be told that {each.agency.name} was denied access, by {day_text(due)}."
            yield Link(f"{each.package.offering.name}: {sentence}", each.get_absolute_url())
