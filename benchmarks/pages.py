"""Which pages are timed, as whom, and against which limits."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from textwrap import shorten

from django.conf import settings
from django.db import connection
from django.db.models import Count
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Organization, User
from accounts.roles import Role
from authorizations.models import Ato, Case, Event, Offering
from authorizations.models.register.reach import carried_by, current_links
from authorizations.vocabulary import CaseKind
from benchmarks.cases import CaseFactory, mute_redis, time_acts
from benchmarks.timing import Visitor, bare_project, gunicorn, session_of, time_in_turns

CSV_ROWS = 10_000
CASES = 10_000
# With many more cases the same pages cost little more.
MOST_GROWTH = 1.3
MOST_SPREAD = 1.5
# What pages may cost, as times the page of a bare Django project.
EMPTY_PAGE, API_LIST, LIST, OVERVIEW, RECORD, ADMIN_FORM, ADMIN_LIST = 2.5, 5, 8, 10, 12, 30, 30
# The search of the portal asks six kinds of records, each as a searched list does.
SEARCH = 18
MOST_QUERIES = 8
# The tabs of a case beside its overview, by the names of their addresses; findings and plan are of initial cases alone.
TABS = ("case_documents", "case_comments", "recorded_facts", "case_history", "case_messages")
TABS_OF_INITIAL = ("case_findings", "case_wbs")
MOST_OF_AN_ACT = 20  # ms
# How many of the largest blast radii are timed.
RADII = 10
# Characters of a page's name in its line.
WIDTH = 44
# A page with the frame and a few sentences: what any signed-in page costs.
EMPTY = "accessibility"
# A page after the last one shows the last one.
BEYOND = 99_999


@dataclass(frozen=True, slots=True)
class Page:
    """One page to time: as whom, its address, and the most it may cost.

    That is times the page of a bare Django project; in queries; and how much further its slow requests (p95) lie above
    the usual one (p50) than those of the portal's empty page.
    """

    name: str
    role: Role
    path: str
    most: float
    most_queries: int | None = None
    most_spread: float | None = None


class PageBench:
    """One run: a line for each measurement, and what was over its limit."""

    def __init__(self, port: int, bare: Visitor, rounds: int, write: Callable[[str], object]) -> None:
        self.port, self.bare, self.rounds, self.write = port, bare, rounds, write
        self.people = {role: User.objects.filter(memberships__role=role).order_by("pk").first() for role in Role}
        self.sessions = {role: session_of(person) for role, person in self.people.items() if person}
        self.over: list[str] = []

    def check(self, words: str, *, holds: bool) -> str:
        """Notes what does not hold; returns the word for it."""
        if not holds:
            self.over.append(words)
        return "ok" if holds else "OVER"

    def time(self, page: Page, rounds: int = 0) -> float:
        """Times a page, prints its line, and returns its ratio to the bare project's."""
        queries = _queries(page.path, self.people[page.role])
        visitor = Visitor(self.port, self.sessions[page.role])
        asked = [(visitor, page.path), (visitor, reverse(EMPTY)), (self.bare, "/")]
        timing, empty, bare = time_in_turns(asked, rounds or self.rounds)
        ratio, spread = timing.p25 / bare.p25, timing.spread / max(1, empty.spread)
        who = f"{page.name} as {page.role.value}"
        verdicts = [
            self.check(f"{who}: {ratio:.1f} × a bare page (at most {page.most})", holds=ratio <= page.most),
            self.check(f"{who}: {queries} queries", holds=queries <= (page.most_queries or queries)),
            self.check(f"{who}: spread of {spread:.1f}", holds=spread <= (page.most_spread or spread)),
        ]
        ratios = f"{timing.p25 / empty.p25:8.1f} {ratio:8.1f} {page.most:8}"
        figures = f"{queries:7} {timing.p50:8.1f} {timing.p95:8.1f} {spread:8.1f} {ratios}"
        self.write(f"{page.name:{WIDTH}} {page.role.value:20} {figures}  {max(verdicts, key='OVER'.__eq__)}")
        return ratio


def run_page_bench(*, rounds: int, cases: int, only: str, write: Callable[[str], object]) -> list[str]:
    """Times every page, or only those of “cases” or “radii”, a line for each; returns what costs more than it may."""
    write(f"{connection.vendor}, {Ato.objects.count()} ATO rows, {Offering.objects.count()} offerings")
    figures = "".join(f" {each:>8}" for each in ("p50 ms", "p95 ms", "spread", "× empty", "× bare", "at most"))
    write(f"{'page':{WIDTH}} {'as':20} {'queries':>7}{figures}")
    with gunicorn() as port, bare_project() as bare:
        bench = PageBench(port, bare, rounds, write)
        bench.time(Page("empty page", Role.PMO_LEAD, reverse(EMPTY), EMPTY_PAGE, 2))
        if only != "cases":
            _analyze()
            _time_radii(bench)
        if not only:
            _time_register(bench)
        if only != "radii":
            _time_cases(bench, cases)
    write("Everything is within its limit." if not bench.over else "\n".join(("Over the limit:", *bench.over)))
    return bench.over


def _time_radii(bench: PageBench) -> None:
    """The largest blast radii: as they are kept until the next act, and how long the longest first look took."""
    first = 0.0
    for page in radius_pages():
        # Before it is timed: a process of the server counts it once, and keeps that.
        first = max(first, Visitor(bench.port, bench.sessions[page.role]).get(page.path)[0])
        bench.time(page, max(10, bench.rounds // 4))
    bench.write(f"first look at a blast radius: {first:.1f} ms at most")


def _time_register(bench: PageBench) -> None:
    for page in pages():
        bench.time(page)
    fill_atos(CSV_ROWS)
    export = Page(f"CSV of {CSV_ROWS} ATO rows", Role.PMO_LEAD, reverse("atos_csv"), 90)
    bench.time(export, max(10, bench.rounds // 10))


def _time_cases(bench: PageBench, number: int) -> None:
    """Times the pages of cases among some, then among the number that was asked for, which may cost little more."""
    filling = CaseFactory()
    before: dict[tuple[str, Role], float] = {}
    for total in sorted({CASES, max(CASES, number)}):
        filling.fill(total)
        _analyze()
        bench.write(f"{Case.objects.count()} cases, {Event.objects.count()} entries of the audit log")
        after = {(page.name, page.role): bench.time(page) for page in case_pages()}
        for (name, role), ratio in before.items():
            grown = after[name, role] / ratio
            words = f"{name} as {role.value} among {total} cases ({grown:.2f} × as much as among {CASES})"
            bench.write(f"{words}  {bench.check(words, holds=grown <= MOST_GROWTH)}")
        before = after
        _check_acts(bench)


def _check_acts(bench: PageBench) -> None:
    took = sorted(each * 1000 for each in time_acts(bench.rounds))
    median, p95 = took[len(took) // 2], took[int(len(took) * 0.95) - 1]
    words = f"one transition: median {median:.1f} ms (at most {MOST_OF_AN_ACT} ms), p95 {p95:.1f} ms"
    bench.write(f"{words}  {bench.check(words, holds=median <= MOST_OF_AN_ACT)}")
    with mute_redis() as address:
        worst = max(_acts_elsewhere(address))
    words = f"one transition beside a mute Redis: worst {worst * 1000:.0f} ms (at most 1000 ms)"
    bench.write(f"{words}  {bench.check(words, holds=worst <= 1)}")


def _acts_elsewhere(redis: str) -> list[float]:
    """Seconds of a few transitions in a process of its own, which is told of another Redis, and rings there."""
    line = [sys.executable, str(settings.BASE_DIR / "manage.py"), "bench", "acts", "--rounds", "6"]
    environment = {**os.environ, "REDIS_URL": redis, "PORTAL_SMTP": "smtp://localhost:1"}
    output = subprocess.run(line, env=environment, stdout=subprocess.PIPE, check=True, text=True).stdout  # noqa: S603  # our own command line
    # The log stands before it: it says that nobody answered.
    seconds: list[float] = json.loads(output.splitlines()[-1])
    return seconds


def _analyze() -> None:
    """What a database does by itself within minutes of such a growth; unless vacuumed, indexes alone answer nothing."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")


def _queries(path: str, person: User | None) -> int:
    if person is None:
        raise RuntimeError(f"nobody has the role that {path} is timed with")
    client = Client(headers={"host": "localhost"})
    client.cookies[settings.SESSION_COOKIE_NAME] = session_of(person)
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(path)
        if response.streaming:
            b"".join(response.streaming_content)  # type: ignore[attr-defined]  # it streams
    return len(captured)


# What is asked of a large list: its words, and the query string.
LIST_STATES = (
    ("first page", ""),
    ("last page", f"page={BEYOND}"),
    ("filtered", "impact=moderate&listed=now"),
    ("searched", "q=cloud"),
    ("sorted by a name", "sort=-name&sort=-agency"),
)


def pages() -> list[Page]:
    """Every page of the register, as the PMO and as an agency; of details, the records with the most rows."""
    offering = Offering.objects.annotate(n=Count("atos")).order_by("-n")[0]
    organizations = Organization.objects.annotate(atos_n=Count("atos")).order_by("-atos_n")
    providers = Organization.objects.annotate(n=Count("offerings")).order_by("-n")
    ato = Ato.objects.filter(offering=offering)[0]
    found = []
    for role in (Role.PMO_LEAD, Role.AGENCY_LIAISON):
        found.append(Page("home", role, reverse("home"), OVERVIEW, MOST_QUERIES))
        found += [
            Page(f"{name}, {words}", role, f"{reverse(name)}?{query}", LIST, MOST_QUERIES)
            for name in ("offerings", "atos")
            for words, query in LIST_STATES
        ]
        found += [
            Page(name, role, reverse(name), LIST, MOST_QUERIES) for name in ("agencies", "providers", "assessors")
        ]
        found += [
            Page(f"{kind} page", role, record.get_absolute_url(), RECORD)
            for kind, record in (
                ("offering", offering),
                ("agency", organizations[0]),
                ("provider", providers[0]),
                ("ATO", ato),
            )
        ]
        if role == Role.AGENCY_LIAISON:
            found += [
                Page(f"desk, {words}", role, f"{reverse('desk')}?{query}", LIST, MOST_QUERIES)
                for words, query in (("first page", ""), ("filtered", "expiry=in90"), ("sorted by owner", "sort=owner"))
            ]
            found += [
                Page(name, role, reverse(name), LIST, MOST_QUERIES) for name in ("desk_offerings", "desk_bureaus")
            ]
            found += radius_pages(1, role)
        found.append(Page("search of the portal", role, f"{reverse('search')}?q=cloud", SEARCH))
    return found + _admin_pages(offering, ato)


def radius_pages(number: int = RADII, role: Role = Role.PMO_LEAD) -> list[Page]:
    """The blast radii of the offerings on which most others build, directly or by way of others."""
    links = current_links()
    reach = {key: len(carried_by(key, links).steps) for key in {underlying for _, underlying in links}}
    largest = sorted(reach, key=lambda key: (-reach[key], key))[:number]
    offerings = Offering.objects.in_bulk(largest)
    return [
        Page(
            shorten(f"radius of {reach[key]}, {offerings[key].name}", WIDTH, placeholder="…"),
            role,
            reverse("blast_radius", args=[offerings[key].public_id]),
            RECORD,
        )
        for key in largest
    ]


def _admin_pages(offering: Offering, ato: Ato) -> list[Page]:
    lists = ("authorizations_ato", "authorizations_offering", "accounts_organization", "authorizations_event")
    records = (
        ("authorizations_offering", offering),
        ("authorizations_ato", ato),
        ("accounts_organization", ato.agency),
    )
    return [
        *(
            Page(f"admin, {name} list", Role.PMO_LEAD, reverse(f"admin:{name}_changelist"), ADMIN_LIST)
            for name in lists
        ),
        *(
            Page(
                f"admin, {name} change",
                Role.PMO_LEAD,
                reverse(f"admin:{name}_change", args=[record.public_id]),
                ADMIN_FORM,
            )
            for name, record in records
        ),
    ]


# Whose homes are timed; and as whom the lists of cases are.
AT_HOME = (
    Role.PMO_LEAD,
    Role.PMO_REVIEWER,
    Role.AGENCY_LIAISON,
    Role.AGENCY_REVIEWER,
    Role.AUTHORIZING_OFFICIAL,
    Role.CSP_LEAD,
    Role.ASSESSOR_LEAD,
    Role.AUDITOR,
)
CASE_STATES = (
    ("first page", ""),
    ("last page", f"page={BEYOND}"),
    ("filtered", "turn=pmo&state=open"),
    ("searched", "q=cloud"),
    ("sorted by a name", "sort=-case"),
)


def case_pages() -> list[Page]:
    """The pages of cases; of the case pages, those of the cases with the longest histories."""
    found = [
        Page(f"cases, {words}", role, f"{reverse('cases')}?{query}", LIST, MOST_QUERIES, MOST_SPREAD)
        for role in (Role.PMO_LEAD, Role.AGENCY_LIAISON, Role.CSP_LEAD)
        for words, query in CASE_STATES
    ]
    for kind in CaseKind:
        longest = Case.objects.filter(kind=kind, shared_at__isnull=False).order_by("-revision", "-pk")[0]
        at = longest.get_absolute_url()
        found.append(Page(f"{kind} case", Role.PMO_LEAD, at, OVERVIEW, MOST_QUERIES, MOST_SPREAD))
        found += [
            Page(f"{kind} case, {tab}", Role.PMO_LEAD, reverse(tab, args=[longest.public_id]), RECORD, MOST_QUERIES)
            for tab in (*TABS, *(TABS_OF_INITIAL if kind == CaseKind.INITIAL else ()))
        ]
    found += [Page("home", role, reverse("home"), OVERVIEW, MOST_QUERIES, MOST_SPREAD) for role in AT_HOME]
    found.append(
        Page("API, ten cases", Role.PMO_LEAD, f"{reverse('api_cases')}?per_page=10", API_LIST, most_spread=MOST_SPREAD)
    )
    cases = reverse("admin:authorizations_case_changelist")
    return [*found, Page("admin, authorizations_case list", Role.PMO_LEAD, cases, ADMIN_LIST, most_spread=MOST_SPREAD)]


def fill_atos(number: int) -> None:
    """Adds copies of ATO rows until there are so many; only a scratch database is ever filled."""
    rows = list(Ato.objects.filter(listing_role="reuse", source="feed").order_by("pk"))
    missing = number - Ato.objects.count()
    copies = []
    for place in range(max(0, missing)):
        row = rows[place % len(rows)]
        copies.append(
            Ato(
                agency_id=row.agency_id,
                offering_id=row.offering_id,
                listing_role=row.listing_role,
                signed_on=row.signed_on,
                source=row.source,
                published_since=row.published_since,
            )
        )
    Ato.objects.bulk_create(copies, batch_size=500)
