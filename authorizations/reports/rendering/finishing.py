"""What WeasyPrint leaves undone in the tags of a PDF, put right before it is written (PDF/UA-1, ISO 14289-1)."""

from collections.abc import Iterator
from typing import Any

# The flag of an annotation that is printed (ISO 32000-1, table 165).
PRINTED = 4


def whole_links_alone(document: Any) -> None:
    """Leaves each link once: WeasyPrint adds one for each part of its text, outside of what is tagged as the link."""
    for page in document.pages:
        page.links[:] = [link for link in page.links if link[-1].element_tag == "a"]


def finish(document: Any, pdf: Any) -> None:
    """Headings of tables say what they head, links are printed, and running heads are passed over when it is read.

    Args:
        document: WeasyPrint's, laid out.
        pdf: pydyf's, before it is written.
    """
    running = _RunningHeads(document, pdf)
    for each in pdf.objects:
        if not isinstance(each, dict):
            continue
        if each.get("Subtype") == "/Link":
            each["F"] = PRINTED
        elif each.get("S") == "/TH":
            row = _object(pdf, each["P"])
            is_of_rows = _object(pdf, row["P"])["S"] == "/TBody" and "ColSpan" not in each["A"]
            each["A"]["Scope"] = "/Row" if is_of_rows else "/Column"
        elif "S" in each and "Pg" in each:
            running.look_at(each)
    running.mark()


class _RunningHeads:
    """The texts in the margins of the pages, which WeasyPrint tags as if they were read on each page.

    Their elements hang below the document without being among its children; what they hold becomes an artifact (7.8).
    """

    def __init__(self, document: Any, pdf: Any) -> None:
        self.pdf = pdf
        root = _object(pdf, pdf.catalog["StructTreeRoot"])
        self.contents = _object(pdf, root["ParentTree"])["Nums"]
        (self.whole,) = root["K"]
        self.children = set(_object(pdf, self.whole)["K"])
        self.places = {
            page: list(_margins(laid)) for page, laid in zip(pdf.page_references, document.pages, strict=True)
        }
        self.subtypes: dict[bytes, str] = {}
        self.marked: dict[bytes, dict[int, str]] = {page: {} for page in pdf.page_references}

    def look_at(self, element: Any) -> None:
        """Notes what the element marks, if it is in a margin. Each comes after its parent."""
        if element["P"] == self.whole and element.reference not in self.children:
            # They come in the order of the margins of their page.
            self.subtypes[element.reference] = self.places[element["Pg"]].pop(0)
        elif element["P"] in self.subtypes:
            self.subtypes[element.reference] = self.subtypes[element["P"]]
        else:
            return
        for kid in element["K"]:
            if isinstance(kid, int):
                self.marked[element["Pg"]][kid] = self.subtypes[element.reference]

    def mark(self) -> None:
        """Makes artifacts of what was noted, in the contents of each page and in what leads from there to tags."""
        for number, (page, marked) in enumerate(self.marked.items()):
            stream = _object(self.pdf, _object(self.pdf, page)["Contents"]).stream
            tags = self.contents[2 * number + 1]
            for place, part in enumerate(stream):
                if isinstance(part, dict) and (subtype := marked.get(part.get("MCID", -1))):
                    stream[place - 1] = "/Artifact"
                    tags[part.pop("MCID")] = "null"
                    part["Type"], part["Subtype"] = "/Pagination", f"/{subtype}"


def _margins(page: Any) -> Iterator[str]:
    """Of each line in a margin of a page, whether it is in its header or its footer."""
    for box in page._page_box.children:
        keyword = getattr(box, "at_keyword", "")
        for _ in box.children if keyword else ():
            yield "Header" if keyword.startswith("@top") else "Footer"


def _object(pdf: Any, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]
