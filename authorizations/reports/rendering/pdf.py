"""A report as a PDF: tagged, with a title, a language and bookmarks, and the same bytes for the same data.

WeasyPrint needs Pango and HarfBuzz of the system; without them there is no PDF, and the page that prints is offered.
"""

import gc
import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple
from xml.etree import ElementTree

from django.conf import settings
from django.urls import reverse

from authorizations.reports.base import Report
from authorizations.reports.rendering.finishing import finish, whole_links_alone
from authorizations.reports.rendering.pdf_libraries import LIBRARIES, install_line
from authorizations.reports.rendering.print_layout import page_for_print
from authorizations.tables.contents import Contents, ReportSpec

STYLE = Path(settings.BASE_DIR) / "static" / "portal" / "print.css"
VARIANT = "pdf/ua-1"
# The name that print.css gives to the paper of a front page.
FRONT = "front"
# What print.css offers one after the other for a front page that would run over: closer, then without its chart.
CLOSER = ("close", "close full")
# The chart of the front page where it would stand with its table.
MOVED = re.compile(r'<div class="chart moved">.*?</div>', re.DOTALL)
_one_at_a_time = Lock()


class NoPdf(Exception):
    """Says that this machine lacks what PDFs are made with; the text is one sentence that says what to install."""


@cache
def library() -> Any:
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
    # Without libharfbuzz-subset fontTools writes the fonts, and into each the time: a fixed one.
    os.environ.setdefault("SOURCE_DATE_EPOCH", "0")
    _texts_of_charts_at_once(import_module("weasyprint.svg"))
    return weasyprint


class _AtOnce(str):
    """A text that is gone through in one step."""

    __slots__ = ()

    def __iter__(self) -> Iterator[str]:
        yield str(self)


def _texts_of_charts_at_once(svg: Any) -> None:
    """Has the texts of drawings laid out as a whole: letter by letter, they took a fifth of a short report's time."""
    letter_by_letter = svg.text

    def at_once(drawing: Any, node: Any, size: float) -> None:
        if node.text:
            node._etree_node.text = _AtOnce(node.text)
        letter_by_letter(drawing, node, size)

    svg.text = at_once
    for tag in [tag for tag, draw in svg.TAGS.items() if draw is letter_by_letter]:
        svg.TAGS[tag] = at_once


def is_possible() -> bool:
    try:
        library()
    except NoPdf:
        return False
    return True


def printed(report: Report, contents: Contents, spec: ReportSpec) -> str:
    """The page that prints, for a browser: the same HTML from which the PDF is made."""
    return page_for_print(report, contents, spec, is_page=True)


def pdf_of(report: Report, contents: Contents, spec: ReportSpec) -> bytes:
    """A report as a PDF: tagged, and the same bytes for the same data, time and person.

    Raises:
        NoPdf: this machine lacks what PDFs are made with.
    """
    base = f"{spec.address}{reverse('report', args=[report.name])}"
    return drawn(page_for_print(report, contents, spec, is_page=False), base).whole


class RenderedPdf(NamedTuple):
    whole: bytes
    pages: int


def drawn(page: str, base: str = "") -> RenderedPdf:
    """The PDF of a page for print. ``base``: what its links start from."""
    # No two threads may look up fonts at once.
    with _one_at_a_time, _collecting_seldom():
        # A second drawing that is not shown would be styled all the same.
        document = _laid_out(MOVED.sub("", page), base)
        for closer in CLOSER:
            if _pages_of_front(document) <= 1:
                break
            document = _laid_out(page.replace("<body ", f'<body class="{closer}" ', 1), base)
        whole_links_alone(document)
        return RenderedPdf(document.write_pdf(pdf_variant=VARIANT, finisher=finish), len(document.pages))


def _laid_out(page: str, base: str) -> Any:
    sheet, fonts = style()
    return _parsed(page, base or None).render(stylesheets=[sheet], font_config=fonts, pdf_variant=VARIANT)


def _pages_of_front(document: Any) -> int:
    return sum(page._page_box.page_type.name == FRONT for page in document.pages)


def _parsed(page: str, base: str | None) -> Any:
    """A page as WeasyPrint takes it.

    What is well-formed XML, as the template of reports is, is read in a tenth of the time that HTML takes.
    """
    made_by = library()
    fetcher = made_by.urls.URLFetcher(allowed_protocols=())
    try:
        # Our own page, with no entities in it.
        root = ElementTree.fromstring(page)  # noqa: S314
    except ElementTree.ParseError:
        # A text has a character that XML does not know.
        return made_by.HTML(string=page, base_url=base, url_fetcher=fetcher)
    html = made_by.HTML.__new__(made_by.HTML)
    html.base_url, html.url_fetcher, html.media_type = base, fetcher, "print"
    html.wrapper_element = import_module("cssselect2").ElementWrapper.from_html_root(root, content_language=None)
    html.etree_element = html.wrapper_element.etree_element
    return html


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    """Spares a quarter of the time: nearly all that is made for a document lives until it is written."""
    usual = gc.get_threshold()
    gc.set_threshold(100_000, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


@cache
def style() -> tuple[Any, Any]:
    """The style of all reports, and the fonts that come with the portal: read once in a process."""
    made_by = library()
    fonts = made_by.text.fonts.FontConfiguration()
    files = made_by.urls.URLFetcher(allowed_protocols=("file",))
    return made_by.CSS(filename=str(STYLE), font_config=fonts, url_fetcher=files), fonts
