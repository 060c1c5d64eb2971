"""What reports cost: a PDF against a bare Django page in one run, long files by first byte, time and memory."""

import http.client
import os
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from multiprocessing import get_context
from typing import Any, ClassVar

from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from authorizations.models import Ato, Case
from authorizations.reports.base import Report, ask
from authorizations.reports.cases.status import CaseStatus
from authorizations.reports.register.ato_register import AtoRegister
from authorizations.reports.rendering import pdf
from authorizations.reports.rendering.print_layout import page_for_print
from authorizations.tables.columns import Row
from authorizations.tables.contents import Contents, ReportSpec
from authorizations.tables.xlsx import workbook_of
from benchmarks.pages import fill_atos
from benchmarks.timing import Visitor, bare_project, gunicorn, session_of

CSV_ROWS, XLSX_ROWS, PDF_ROWS, SHORT_ROWS = 100_000, 10_000, 2_500, 100
MOST_OF_A_CASE, MOST_OF_A_TABLE, MOST_OF_A_LONG_PDF = 100, 800, 1.3
MOST_TO_FIRST_BYTE, MOST_OF_AN_XLSX = 1.0, 3.0  # seconds
MOST_GROWTH = 30  # megabytes
ROUNDS = 5


class Beginning(AtoRegister):
    """So many rows of the register."""

    most: ClassVar[int] = SHORT_ROWS

    def rows(self, spec: ReportSpec) -> Iterator[Row]:
        """The first ones."""
        return islice(super().rows(spec), self.most)


class LongBeginning(Beginning):
    """As many as a long PDF has."""

    most = PDF_ROWS


class Workbook(Beginning):
    """As many as a long workbook has."""

    most = XLSX_ROWS


class FirstPages(CaseStatus):
    """The status of a case as far as two pages hold it: the front page and the tables of its charts."""

    def contents(self, spec: ReportSpec) -> Contents:
        """Without the tables after those."""
        whole = super().contents(spec)
        return Contents(
            whole.title, (), whole.summary, whole.figures, whole.decisions, whole.charts, whole.rules, whole.more
        )


@dataclass(frozen=True, slots=True)
class Cost:
    """What something took, in seconds, the memory it held at most, in megabytes, and what came of it, in words."""

    seconds: float
    megabytes: float
    words: str = ""


class ReportBench:
    """One run: a line for each measurement, and what was over its limit."""

    def __init__(self, port: int, bare: Visitor, write: Callable[[str], object]) -> None:
        self.port, self.bare, self.write, self.over = port, bare, write, list[str]()
        self.lead = User.objects.filter(memberships__role=Role.PMO_LEAD).order_by("pk")[0]
        self.session = session_of(self.lead)

    def bare_page(self) -> float:
        """Seconds of the page of a bare Django project, at this moment."""
        # The connection of the last time was not kept meanwhile; the next request opens one.
        self.bare.connection.close()
        return statistics.median([self.bare.get("/")[0] for _ in range(25)][5:]) / 1000

    def check(self, words: str, *, holds: bool) -> None:
        """Says what was measured, and notes it where it does not hold."""
        self.write(f"{words}  {'ok' if holds else 'OVER'}")
        if not holds:
            self.over.append(words)

    def against_a_bare_page(self, name: str, report: Report, most: float, **given: str) -> None:
        """Times a PDF some times, each followed by the bare page; its fonts are loaded before, as where one serves."""
        pages = self.made(report, given)[1].pages
        ratios, took = [], []
        for _ in range(ROUNDS):
            seconds, _ = self.made(report, given)
            took.append(seconds)
            ratios.append(seconds / self.bare_page())
        ratio, middle = statistics.median(ratios), statistics.median(took) * 1000
        words = f"{name}, {pages} pages: {middle:.0f} ms, {ratio:.0f} × a bare page (at most {most})"
        self.check(words, holds=ratio <= most)

    def made(self, report: Report, given: dict[str, str]) -> tuple[float, pdf.RenderedPdf]:
        """A report as a PDF, from asking for it to its last byte, and the seconds that it took."""
        began = time.perf_counter()
        spec = ask(report, self.lead, given, timezone.now(), settings.REPORT_MARKING)
        found = pdf.drawn(page_for_print(report, report.contents(spec), spec, is_page=False))
        return time.perf_counter() - began, found


def run_report_bench(write: Callable[[str], object]) -> list[str]:
    """Measures it all on the scratch database; returns what was over its limit."""
    fill_atos(CSV_ROWS)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    write(f"{connection.vendor}, {Ato.objects.count():,} ATO rows")
    with gunicorn() as port, bare_project() as bare:
        bench = ReportBench(port, bare, write)
        case = Case.objects.filter(stage="agency_review").order_by("pk")[0].public_id
        name = "PDF of the first pages of a case's status"
        bench.against_a_bare_page(name, FirstPages(), MOST_OF_A_CASE, case=case)
        bench.against_a_bare_page(f"PDF of {SHORT_ROWS} ATO rows", Beginning(), MOST_OF_A_TABLE)
        _time_csv(bench)
    _time_long_pdf(bench)
    _time_workbook(bench)
    write("Everything is within its limit." if not bench.over else "\n".join(("Over the limit:", *bench.over)))
    return bench.over


def _time_csv(bench: ReportBench) -> None:
    """The whole register as CSV by HTTP: when it begins, how long it takes, and what the server holds meanwhile."""
    visitor = Visitor(bench.port, bench.session)
    short = f"{reverse('report_csv', args=['ato-register'])}?agency={Ato.objects.order_by('pk')[0].agency.public_id}"
    for _ in range(10):
        visitor.get(short)
    before = _held("VmRSS")
    connection = http.client.HTTPConnection("127.0.0.1", bench.port, timeout=120)
    began = time.perf_counter()
    connection.request("GET", reverse("report_csv", args=["ato-register"]), headers=visitor.headers)
    response = connection.getresponse()
    response.read(1)
    first = time.perf_counter() - began
    lines = 0
    while piece := response.read(1 << 16):
        lines += piece.count(b"\n")
    whole, growth = time.perf_counter() - began, _held("VmHWM") - before
    if lines < CSV_ROWS:
        raise RuntimeError(f"the CSV has {lines} lines")
    words = f"CSV of {lines - 1:,} rows: first byte after {first * 1000:.0f} ms (at most {MOST_TO_FIRST_BYTE:.0f} s)"
    bench.check(f"{words}, whole after {whole:.1f} s", holds=first <= MOST_TO_FIRST_BYTE)
    bench.check(f"… and the server holds {growth:.0f} MB more (at most {MOST_GROWTH})", holds=growth <= MOST_GROWTH)


def _held(what: str) -> float:
    """Megabytes that the web server's processes hold, or have held at most."""
    parents = {os.getpid()}
    found = 0
    for _ in range(2):
        parents = {child for parent in parents for child in _children(parent)}
        for child in parents:
            with open(f"/proc/{child}/status") as status:  # noqa: PTH123  # a file of the kernel
                found += sum(int(line.split()[1]) for line in status if line.startswith(what))
    return found / 1024


def _children(parent: int) -> Iterator[int]:
    for name in filter(str.isdigit, os.listdir("/proc")):  # noqa: PTH208  # processes, not files
        try:
            with open(f"/proc/{name}/stat") as stat:  # noqa: PTH123  # a file of the kernel
                if int(stat.read().rpartition(")")[2].split()[1]) == parent:
                    yield int(name)
        except (FileNotFoundError, ProcessLookupError):
            continue


def _time_long_pdf(bench: ReportBench) -> None:
    """Many rows: what the portal adds to what WeasyPrint takes for the same HTML, each in a process of its own."""
    report = LongBeginning()
    spec = ask(report, bench.lead, {}, timezone.now(), settings.REPORT_MARKING)
    page = page_for_print(report, report.contents(spec), spec, is_page=False)
    own, ours = _elsewhere(lambda: _weasyprint_alone(page)), _elsewhere(lambda: bench.made(report, {})[1].pages)
    ratio = ours.seconds / own.seconds
    words = f"PDF of {PDF_ROWS:,} ATO rows, {ours.words} pages: {ours.seconds:.1f} s and {ours.megabytes:.0f} MB"
    words = f"{words}, {ratio:.2f} × WeasyPrint alone (at most {MOST_OF_A_LONG_PDF})"
    bench.check(words, holds=ratio <= MOST_OF_A_LONG_PDF)


def _weasyprint_alone(page: str) -> int:
    sheet, fonts = pdf.style()
    html = pdf.library().HTML(string=page)
    return len(html.write_pdf(stylesheets=[sheet], font_config=fonts, pdf_variant=pdf.VARIANT))


def _time_workbook(bench: ReportBench) -> None:
    def write() -> int:
        spec = ask(report, bench.lead, {}, timezone.now(), settings.REPORT_MARKING)
        out = BytesIO()
        workbook_of(report.contents(spec), spec, out)
        return out.tell()

    report = Workbook()
    cost = _elsewhere(write)
    words = (
        f"XLSX of {XLSX_ROWS:,} rows: {cost.seconds:.1f} s (at most {MOST_OF_AN_XLSX:.0f}) and {cost.megabytes:.0f} MB"
    )
    bench.check(words, holds=cost.seconds <= MOST_OF_AN_XLSX)


def _elsewhere(work: Callable[[], Any]) -> Cost:
    """Does something in a process of its own, so that its memory can be told; its libraries are loaded before."""
    connection.close()
    ours, theirs = get_context("fork").Pipe(duplex=False)

    def do() -> None:
        pdf.style()
        connection.ensure_connection()
        began = time.perf_counter()
        words = str(work())
        took = time.perf_counter() - began
        theirs.send(Cost(took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, words))

    child = get_context("fork").Process(target=do)
    child.start()
    theirs.close()
    try:
        cost: Cost = ours.recv()
    except EOFError:
        raise RuntimeError("a process that was measured ended before it said what it took") from None
    finally:
        child.join()
    return cost
