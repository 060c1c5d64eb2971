"""What the tags of a report's PDF say, for those who read it by ear."""

import io
from pathlib import Path
from tempfile import TemporaryDirectory

import outloud
import pikepdf

from authorizations.tables.contents import Contents

# What the checker takes for something else: a table whose rows have headings for one whose headings fell apart, and the
# last line of a page, where it is the same on several, for a running foot. What runs in the margins has a test.
MISTAKEN = {"TBL-010", "PAG-001"}
# Prose that is passed over; of a file of few pages, its title that runs in the margins is taken for it.
PASSED_OVER = "TAG-002"


def tagged(paper: pikepdf.Pdf, tag: str) -> list[pikepdf.Object]:
    """The elements of a tag, in the tree of the document's structure."""
    found = []

    def walk(element: pikepdf.Object) -> None:
        if not isinstance(element, pikepdf.Dictionary) or "/S" not in element:
            return
        if f"/{tag}" == element.S:
            found.append(element)
        children = element.get("/K", [])
        for child in children if isinstance(children, pikepdf.Array) else [children]:
            walk(child)

    walk(paper.Root.StructTreeRoot.K[0])
    return found


def findings_of(raw: bytes, title: str) -> list[str]:
    """What a checker of PDF/UA-1 and WCAG 2.2 finds in a PDF: errors and warnings, of the standard and beyond it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "checked.pdf"
        path.write_bytes(raw)
        checked = outloud.check(str(path), skip=MISTAKEN)
    assert not checked.error, checked.error
    crashed = [run.rule for run in checked.runs if run.status == "crashed"]
    assert not crashed, crashed
    return [
        f"{each.rule} p.{each.page} {each.message}: {each.evidence}"
        for each in checked.sorted_findings()
        if each.rule != PASSED_OVER or each.count > 1 or not str(each.evidence).startswith(title[:40])
    ]


def is_accessible(raw: bytes, contents: Contents) -> None:
    """Fails where a checker finds something, or scopes, alternative texts or bookmarks do not say what they are of."""
    assert findings_of(raw, contents.title) == []
    with pikepdf.open(io.BytesIO(raw)) as paper:
        assert str(paper.Root.Lang) == "en-US"
        assert str(paper.docinfo["/Title"]) == contents.title
        headings = tagged(paper, "TH")
        assert headings
        assert {str(each.A.get("/Scope")) for each in headings} <= {"/Row", "/Column"}
        alternatives = [str(each.Alt) for each in tagged(paper, "Figure")]
        drawn = [chart for chart in contents.charts if chart.is_drawn]
        for chart, words in zip(drawn, alternatives, strict=True):
            assert chart.description in words
        with paper.open_outline() as outline:
            (whole,) = outline.root
            assert whole.title == contents.title
            parts = {part.title for part in whole.children}
            assert parts >= {table.title for table in contents.every_table} - {contents.title}
