"""What the tags of a report's PDF say, for those who read it by ear."""

import io

import pikepdf

from authorizations.tables.contents import Contents


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


def is_accessible(raw: bytes, contents: Contents) -> None:
    """Fails where a PDF lacks its tags, language, title, scopes, alternative texts or bookmarks."""
    with pikepdf.open(io.BytesIO(raw)) as paper:
        assert bool(paper.Root.MarkInfo.Marked)
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
