"""A report as a PDF: tagged, with a title, a language and bookmarks, and the same bytes for the same data.

WeasyPrint needs Pango and HarfBuzz of the system; without them there is no PDF, and the page that prints is offered.
"""

from functools import cache
from io import BytesIO
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone

from authorizations.reports.base import Asking, Contents, Report

INSTALL = "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


class NoPdf(Exception):
    """Says that this machine lacks what PDFs are made with; the text is one sentence that says what to install."""


@cache
def _libraries() -> Any:
    """WeasyPrint and pikepdf, loaded when the first PDF is asked for.

    Raises:
        NoPdf: the system's libraries are missing.
    """
    try:
        # Their loading takes a quarter of a second, which only those wait for who want a PDF.
        import pikepdf
        import weasyprint
    except OSError as problem:
        raise NoPdf(f"PDFs need libraries that are missing here: {INSTALL}") from problem
    return weasyprint, pikepdf


def is_possible() -> bool:
    """Whether this machine makes PDFs."""
    try:
        _libraries()
    except NoPdf:
        return False
    return True


def printed(report: Report, contents: Contents, asked: Asking) -> str:
    """The page that prints: the same HTML from which the PDF is made."""
    as_of = timezone.localtime(asked.as_of)
    context = {"report": report, "contents": contents, "asked": asked, "as_of": as_of}
    return render_to_string("reports/print.html", context)


def pdf_of(report: Report, contents: Contents, asked: Asking) -> bytes:
    """A report as a PDF.

    Raises:
        NoPdf: this machine lacks what PDFs are made with.
    """
    weasyprint, pikepdf = _libraries()
    document = weasyprint.HTML(string=printed(report, contents, asked), url_fetcher=_nothing)
    raw = document.write_pdf(pdf_variant="pdf/ua-1", pdf_tags=True)
    out = BytesIO()
    with pikepdf.open(BytesIO(raw)) as tagged:
        tagged.save(out, deterministic_id=True)
    return out.getvalue()


def _nothing(url: str) -> Any:
    """Nothing is fetched: what a report needs stands in it."""
    raise ValueError("a report fetches nothing")
