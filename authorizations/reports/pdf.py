"""A report as a PDF: tagged, with a title, a language and bookmarks, and the same bytes for the same data.

WeasyPrint needs Pango and HarfBuzz of the system; without them there is no PDF, and the page that prints is offered.
"""

import logging
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from django.conf import settings
from django.urls import reverse

from authorizations.reports.base import Asking, Contents, Report
from authorizations.reports.needs import LIBRARIES, install_line
from authorizations.reports.paper import page_for_print

STYLE = Path(settings.BASE_DIR) / "static" / "portal" / "print.css"
_one_at_a_time = Lock()


class NoPdf(Exception):
    """Says that this machine lacks what PDFs are made with; the text is one sentence that says what to install."""


@cache
def _weasyprint() -> Any:
    """What PDFs are made with, loaded when the first one is asked for.

    Raises:
        NoPdf: the system's libraries are missing.
    """
    # They tell of each step, for each PDF.
    for chatty in ("weasyprint.progress", "fontTools"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    try:
        # Its loading takes a quarter of a second, which only those wait for who want a PDF.
        import weasyprint
    except OSError as problem:
        raise NoPdf(f"PDFs need libraries that are missing here: {install_line(LIBRARIES)}") from problem
    return weasyprint


def is_possible() -> bool:
    """Whether this machine makes PDFs."""
    try:
        _weasyprint()
    except NoPdf:
        return False
    return True


def printed(report: Report, contents: Contents, asked: Asking) -> str:
    """The page that prints, for a browser: the same HTML from which the PDF is made."""
    return page_for_print(report, contents, asked, is_page=True)


def pdf_of(report: Report, contents: Contents, asked: Asking) -> bytes:
    """A report as a PDF: tagged, and the same bytes for the same data, time and person.

    Raises:
        NoPdf: this machine lacks what PDFs are made with.
    """
    made_by = _weasyprint()
    page = page_for_print(report, contents, asked, is_page=False)
    nothing = made_by.urls.URLFetcher(allowed_protocols=())
    base = f"{settings.OWN_ADDRESS}{reverse('report', args=[report.name])}"
    # No two threads may look up fonts at once.
    with _one_at_a_time:
        style, fonts = _style()
        document = made_by.HTML(string=page, base_url=base, url_fetcher=nothing)
        made: bytes = document.write_pdf(
            stylesheets=[style], font_config=fonts, pdf_variant="pdf/ua-1", finisher=_scoped
        )
    return made


@cache
def _style() -> tuple[Any, Any]:
    """The style of all reports, and the fonts that come with the portal: read once in a process."""
    made_by = _weasyprint()
    fonts = made_by.text.fonts.FontConfiguration()
    files = made_by.urls.URLFetcher(allowed_protocols=("file",))
    return made_by.CSS(filename=str(STYLE), font_config=fonts, url_fetcher=files), fonts


def _scoped(document: Any, pdf: Any) -> None:
    """Says of each heading of a table whether it heads a column or a row, which WeasyPrint leaves out."""
    for each in pdf.objects:
        if isinstance(each, dict) and each.get("S") == "/TH":
            row = _object(pdf, each["P"])
            is_of_rows = _object(pdf, row["P"])["S"] == "/TBody" and "ColSpan" not in each["A"]
            each["A"]["Scope"] = "/Row" if is_of_rows else "/Column"


def _object(pdf: Any, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]
