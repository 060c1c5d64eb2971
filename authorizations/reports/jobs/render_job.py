"""Making one report for its asker as they are now, into a file: what the child process of a worker does."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from authorizations.models import ReportJob
from authorizations.reports.base import TABLE, Report, UnusableRequest, ask
from authorizations.reports.jobs.downloads import known_to, rights_of
from authorizations.reports.registry import REPORTS, refusal
from authorizations.reports.rendering import pdf
from authorizations.reports.rendering.formats import FORMATS, file_name
from authorizations.reports.rendering.pdf import NoPdf
from authorizations.reports.rendering.print_layout import pages_about
from authorizations.tables.contents import ReportSpec

ReportProgress = Callable[[dict[str, Any]], None]


def render(key: int, out: Path, report_progress: ReportProgress) -> None:
    """Makes a report and tells what became of it; of an error that nobody foresaw it tells nothing.

    The asker is read anew: anyone who lost the right since they asked gets a sentence and no file.
    """
    job = ReportJob.objects.select_related("asker").get(pk=key)
    why = refusal(job.report, job.asker, job.given, job.as_of)
    if not job.asker.is_active:
        report_progress({"failed": "The account that asked for it was switched off."})
    elif why:
        report_progress({"failed": why[1]})
    else:
        report = REPORTS[job.report]
        try:
            spec = ask(report, job.asker, job.given, job.as_of, job.marking)
            report_progress({"made": _written(job, report, spec, out, report_progress)})
        except (UnusableRequest, NoPdf) as problem:
            report_progress({"failed": str(problem)})


class PageProgress(logging.Handler):
    """Hears from the maker of PDFs which page it lays out; it tells nobody else."""

    def __init__(self, report_progress: ReportProgress) -> None:
        super().__init__(logging.INFO)
        self.report_progress = report_progress

    def emit(self, record: logging.LogRecord) -> None:
        _, _, number = record.getMessage().rpartition("Page ")
        if number.isdigit():
            self.report_progress({"progress": int(number)})

    def listen(self) -> None:
        """Hears from now on, for as long as the process lives."""
        steps = logging.getLogger("weasyprint.progress")
        steps.setLevel(logging.INFO)
        steps.propagate = False
        steps.addHandler(self)


def _written(
    job: ReportJob, report: Report, spec: ReportSpec, out: Path, report_progress: ReportProgress
) -> dict[str, Any]:
    # Before the first row is read: what is lost from here on is noticed when the file is fetched.
    rights, known = rights_of(job.asker), known_to(job.asker)
    contents = report.contents(spec)
    if key := job.given.get(TABLE):
        table = contents.table(key)
        if table is None:
            raise UnusableRequest("The report no longer has this table. Ask for another.")
        contents = contents.only(table)
    # Of the others nobody knows how long they will be, or they are written at once.
    total = 0
    if job.format == "xlsx":
        total = sum(1 for table in contents.every_table for _ in table.rows())
    elif job.format == "pdf":
        total = pages_about(contents)
    report_progress({"progress": 0, "total": total})
    if job.format == "pdf" and pdf.is_possible():
        PageProgress(report_progress).listen()
    with out.open("wb") as file:
        FORMATS[job.format].write(
            report, contents, spec, file, lambda written: report_progress({"progress": written, "total": total})
        )
    name = file_name(report, contents, spec, job.format)
    return {"title": contents.title, "file_name": name, "rights": rights, "known": known}
