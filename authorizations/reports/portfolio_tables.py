"""What a portfolio says of its ATO rows: what they are, when they expire, whose they are, and what changed."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from accounts.models import Organization
from accounts.roles import RecordSource
from authorizations.display import address, counted, day_text, label, small
from authorizations.models import Event, Offering, ReportJob
from authorizations.models.feed_changes.lines import FeedChange, applied_runs, changes_of, entries_between
from authorizations.models.querysets import INSIDE
from authorizations.models.register.standing import where
from authorizations.reports.cases.tables import LIVE
from authorizations.reports.scope import ReportScope
from authorizations.rules import newest
from authorizations.tables.charts import Chart, Point, Tone, bars
from authorizations.tables.columns import Column, ColumnKind, Link, Row, Table, plain
from authorizations.vocabulary import (
    AtoStage,
    AtoStanding,
    AtoType,
    Designation,
    ImpactLevel,
    JobStatus,
    ListingRole,
)

WINDOWS = (30, 90, 180)
# So many ATOs stand on page one.
NAMED = 3
# So far back, where the person never took the report before.
BACK = timedelta(days=90)
# By what rows are counted: the words, the field, its labels, and the filter of the list.
KINDS = (
    ("Role", "listing_role", ListingRole, "role"),
    ("Type", "ato_type", AtoType, "type"),
    ("Impact level of the offering", "offering__impact_level", ImpactLevel, "impact"),
)
USES = (
    Column("by", "By", "What the rows are counted by."),
    Column("what", "What", "Its value."),
    Column("rows", "Live ATO rows", "Live ATO rows with that value.", ColumnKind.NUMBER),
)
EXPIRES = (
    Column("when", "Expires", "When, by the recorded expiry."),
    Column("rows", "ATO rows", "ATO rows that expire then; each window holds those before it.", ColumnKind.NUMBER),
)
RANKED = (
    Column("rows", "Live ATO rows", "Its live ATO rows.", ColumnKind.NUMBER, sums=True),
    Column("initial", "Initial", "Those that a certification began with.", ColumnKind.NUMBER, sums=True),
    Column("passed", "Expired on paper", "Rows past their recorded expiry.", ColumnKind.NUMBER, sums=True),
    Column("soon", "Within 90 days", "Live rows that expire within 90 days.", ColumnKind.NUMBER, sums=True),
    Column("suspended", "Suspended", "Live rows that are suspended.", ColumnKind.NUMBER, sums=True),
)
CHANGES = (
    Column("record", "Record", "The offering, ATO, organization or case."),
    Column("fact", "Fact", "The fact that differs now."),
    Column("before", "Before", "Its value before."),
    Column("after", "After", "Its value now."),
    Column("on", "Since", "When it became that here.", ColumnKind.DAY),
)


def conditions(today: date) -> dict[str, Q]:
    """What rows are counted as, beside their standing."""
    live = where(today)[AtoStanding.LIVE]
    return {
        "live": live,
        "initial": live & Q(listing_role=ListingRole.INITIAL),
        "passed": where(today)[AtoStanding.PASSED],
        "suspended": live & Q(stage=AtoStage.SUSPENDED),
        **{f"in{days}": live & Q(expires_on__lte=today + timedelta(days=days)) for days in WINDOWS},
        "later": live & Q(expires_on__gt=today + timedelta(days=WINDOWS[-1])),
        "none": live & Q(expires_on__isnull=True),
    }


def counts(scope: ReportScope) -> dict[str, int]:
    """How many ATO rows are what, and of how many offerings and agencies the live ones are; one query."""
    found = {key: Count("pk", filter=each) for key, each in conditions(scope.today).items()}
    live = conditions(scope.today)["live"]
    found |= {"rows": Count("pk"), "entered": Count("pk", filter=Q(source=RecordSource.PORTAL))}
    found |= {f"{name}_used": Count(name, filter=live, distinct=True) for name in ("offering", "agency")}
    numbers: dict[str, int] = scope.atos().order_by().aggregate(**found)
    return numbers


def uses(scope: ReportScope) -> Table:
    """The live rows by role, type and impact level."""

    def read() -> Iterator[Row]:
        rows = scope.atos().live(scope.today).order_by()
        for words, field, labels, facet in KINDS:
            for value, number in rows.values_list(field).annotate(n=Count("pk")).order_by("-n", field):
                url = scope.atos_url(**LIVE, **{facet: value}) if value else ""
                yield words, label(labels, value) or "Not stated", Link(number, url)

    return Table("uses", "Uses by role, type and level", USES, read, empty="Nothing is in use.", group="by")


def the_one(scope: ReportScope) -> str:
    """The only live ATO row in words."""
    needed = ("offering__name", "agency__name", "signed_on", "listing_role", "offering__impact_level")
    row = scope.atos().live(scope.today).values(*needed)[0]
    facts = (
        label(ListingRole, row["listing_role"]),
        label(ImpactLevel, row["offering__impact_level"]),
        f"signed on {day_text(row['signed_on'])}" if row["signed_on"] else "",
    )
    at = _at(scope, row["agency__name"])
    return f"It is {', '.join(filter(None, (row['offering__name'] + at, *facts)))}."


def _at(scope: ReportScope, agency: str) -> str:
    """At which agency, where that is not the one that the report is about."""
    return "" if scope.agency and scope.agency.name == agency else f" at {agency}"


def offered(scope: ReportScope, provider: Organization) -> Iterator[str]:
    """The offerings of a provider by what the Marketplace lists them as; used or not."""
    rows = Offering.objects.visible_to(scope.user).filter(provider=provider).order_by("sort_name", "pk")
    found = list(rows.values_list("name", "designation"))
    if len(found) == 1:
        name, designation = found[0]
        yield f"{provider.name} has 1 offering: {name}, {label(Designation, designation) or 'not listed'}."
    elif found:
        counts = Counter(label(Designation, designation) or "not listed" for _, designation in found)
        words = ", ".join(f"{number:,} “{each}”" for each, number in counts.most_common())
        said = f", all “{next(iter(counts))}”" if len(counts) == 1 else f": {words}"
        yield f"{provider.name} has {len(found):,} offerings{said}."


def expiring(scope: ReportScope, found: dict[str, int]) -> Iterator[Link]:
    """The ATOs whose official decides next: those that expired on paper first, then those that expire soon."""
    if not found["passed"] and not found["in90"]:
        return
    wanted = conditions(scope.today)
    rows = scope.atos().filter(wanted["passed"] | wanted["in90"]).order_by("expires_on", "pk")
    for row in rows.values("public_id", "offering__name", "agency__name", "expires_on")[:NAMED]:
        ends = "expired on paper" if row["expires_on"] < scope.today else "expires"
        words = f"{row['offering__name']}{_at(scope, row['agency__name'])}: {ends} on {day_text(row['expires_on'])}"
        yield Link(words, address("ato", row["public_id"]))
    if found["passed"] + found["in90"] > NAMED:
        if found["passed"]:
            passed = scope.atos_url(standing=AtoStanding.PASSED.value)
            yield Link(f"All {found['passed']:,} that expired on paper", passed)
        if found["in90"]:
            yield Link(f"All {found['in90']:,} that expire within 90 days", scope.atos_url(**LIVE, expiry="in90"))


def expiry(scope: ReportScope, found: dict[str, int]) -> Chart:
    """When the rows expire, if ever; each window holds the ones before it, as the filter of the list does."""
    rows = [("Expired on paper", found["passed"], {"standing": AtoStanding.PASSED.value})]
    rows += [(f"Within {days} days", found[f"in{days}"], {**LIVE, "expiry": f"in{days}"}) for days in WINDOWS]
    rows += [(f"After {WINDOWS[-1]} days", found["later"], {**LIVE, "expiry": "later"})]
    rows += [("No expiry recorded", found["none"], {**LIVE, "expiry": "none"})]
    points = [
        Point(words, number, scope.atos_url(**query), tone=Tone.PLAIN if query.get("expiry") else Tone.STRONG)
        for words, number, query in rows
        if number
    ]
    lines = [(point.label, Link(int(point.number or 0), point.url)) for point in points]
    soon = found[f"in{WINDOWS[-1]}"]
    said = f"{counted(soon, 'live row')} {'expires' if soon == 1 else 'expire'} within {WINDOWS[-1]} days"
    description = f"{said}; each window holds those before it."
    return bars("expiry", description, Table("expiry", "When do the ATOs expire?", EXPIRES, lambda: lines), points)


def ranked(scope: ReportScope, by: str, title: str, meaning: str) -> Table:
    """The agencies or offerings of the rows, those with most live rows first."""
    wanted = conditions(scope.today)
    keys = {"n": "live", "initial": "initial", "passed": "passed", "soon": "in90", "suspended": "suspended"}
    totals = {name: Count("pk", filter=wanted[key]) for name, key in keys.items()}

    def read() -> Iterator[Row]:
        rows = scope.atos().order_by().values(f"{by}__name", f"{by}__sort_name", f"{by}__public_id").annotate(**totals)
        some = rows.filter(Q(n__gt=0) | Q(passed__gt=0)).order_by("-n", "-passed", f"{by}__sort_name", f"{by}__pk")
        for row in some:
            of = {by: row[f"{by}__public_id"]}
            name = Link(row[f"{by}__name"], address(by, of[by]))
            numbers = (
                ("n", LIVE),
                ("initial", {**LIVE, "role": ListingRole.INITIAL.value}),
                ("passed", {"standing": AtoStanding.PASSED.value}),
                ("soon", {**LIVE, "expiry": "in90"}),
                ("suspended", {**LIVE, "stage": AtoStage.SUSPENDED.value}),
            )
            yield name, *(Link(row[key], scope.atos_url(**of, **query)) for key, query in numbers)

    first = Column(by, by.capitalize(), meaning)
    return Table(f"by_{by}", title, (first, *RANKED), read, note="Those with most live ATO rows stand first.")


# --- what changed ---


def taken_before(scope: ReportScope, name: str) -> datetime | None:
    """When the person took this report, of the same, on an earlier day: by the audit log and their own list."""
    spec = scope.spec
    midnight = timezone.make_aware(datetime.combine(spec.today, time()))
    taken = Event.objects.filter(actor=spec.user, verb="report.taken", recorded_at__lt=midnight)
    taken = taken.filter(changes__report=[None, name], changes__of=[None, dict(spec.given)])
    made = ReportJob.objects.filter(asker=spec.user, report=name, given=dict(spec.given), as_of__lt=midnight)
    made = made.filter(status__in=(JobStatus.DONE, JobStatus.EXPIRED))
    days = (
        taken.order_by("-recorded_at").values_list("recorded_at", flat=True).first(),
        made.order_by("-as_of").values_list("as_of", flat=True).first(),
    )
    return max((day for day in days if day), default=None)


def changed(scope: ReportScope, name: str, whose: Organization) -> Table:
    """What imports and moves of cases made another since the last such report, or in the last ninety days."""
    last, until = taken_before(scope, name), scope.spec.as_of
    since = last or until - BACK
    first = applied_runs().first()
    # With the first feed all came, and nothing changed.
    begun = max(since, first.finished_at) if first is not None and first.finished_at else since
    words = f"since your last report, of {day_text(timezone.localdate(last))}" if last else f"in {BACK.days} days"
    rows = sorted([*_of_feeds(scope, begun, whose), *_of_cases(scope, since)], key=lambda row: row[4], reverse=True)
    title, empty = f"What changed {words}", f"Nothing changed {words}."
    return Table("changes", title, CHANGES, lambda: rows, empty=empty)


def changed_words(changes: Table) -> str:
    """How much changed, and what last."""
    record, fact, _, after, on = (plain(cell) for cell in changes.between(0, 1)[0])
    last = f"{record}, {small(str(fact))}" + (f": {after}" if after else "")
    day = day_text(on) if isinstance(on, date) else ""
    return f"{counted(changes.total, 'fact')} {changes.title.removeprefix('What ')}. Last, on {day}: {last}."


def _of_feeds(scope: ReportScope, since: datetime, whose: Organization) -> Iterator[tuple[Any, ...]]:
    def line(each: FeedChange) -> tuple[Any, ...]:
        record = Link(each.record, each.url)
        return record, each.fact, each.before or None, each.after or None, timezone.localdate(each.at)

    found = changes_of(scope.user, entries_between(since, scope.spec.as_of)) if since < scope.spec.as_of else []
    return (line(each) for each in found if whose.pk in each.concerns)


def _of_cases(scope: ReportScope, since: datetime) -> Iterator[tuple[Any, ...]]:
    """From which stage to which the cases moved that the person sees: their pages say the same."""
    cases = scope.cases()
    moved = Event.objects.acts().filter(
        subject_type="case",
        subject_id__in=cases.values("pk"),
        changes__has_key="stage",
        recorded_at__gt=since,
        recorded_at__lte=scope.spec.as_of,
    )
    moved = moved.exclude(changes__has_key=INSIDE)
    rows = list(moved.order_by("-recorded_at").values_list("subject_id", "changes", "recorded_at"))
    needed = ("pk", "public_id", "offering__name", "agency__name", "kind")
    known = {row["pk"]: row for row in cases.filter(pk__in={row[0] for row in rows}).values(*needed)}
    rules = newest(scope.today)
    for key, changes, at in rows:
        case = known[key]
        record = Link(f"{case['offering__name']} at {case['agency__name']}", address("case", case["public_id"]))
        before, after = changes["stage"]
        if before == after:
            continue
        words = (rules.label(case["kind"], each) if each else None for each in (before, after))
        yield record, "Stage of the case", *words, timezone.localdate(at)
