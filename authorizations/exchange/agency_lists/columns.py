"""What the columns of an agency's list mean: guessed from their headings, corrected by a person."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from authorizations.exchange.agency_lists.sheets import Sheet
from authorizations.exchange.imports.feed_file import Unreadable

# How alike a heading and a known one must be, of 100.
ALIKE = 88
SEARCHED_ROWS = 25
LONGEST_HEADING = 60
SAMPLES = 3
# Without one of these a row names no service.
NAMING = ("offering", "fedramp_id", "system")


@dataclass(frozen=True, slots=True)
class ListField:
    """One thing that a list may say of an ATO; headings: how lists call it, in small letters."""

    label: str
    headings: tuple[str, ...]


# The Marketplace's “Export ATO Data”, eMASS (pages and API), our own exports, and what agencies call them.
FIELDS: dict[str, ListField] = {
    "offering": ListField(
        "Cloud service",
        (
            "cloud service offering", "cso", "offering", "service offering", "cso name", "cloud service", "product",
            "service", "service name", "cloud product", "product name", "offering name", "cloud service name",
            "package", "package name", "application", "solution", "tool", "cloud system name", "csp service",
        ),
    ),
    "provider": ListField(
        "Provider",
        ("cloud service provider", "csp", "provider", "vendor", "vendor name", "csp name", "company", "provider name"),
    ),
    "fedramp_id": ListField(
        "FedRAMP id",
        (
            "fedramp id", "package id", "fedramp package id", "fr id", "fedramp number", "fedramp", "marketplace id",
            "fedramp package number", "fedramp identifier", "fedramp unique id", "frid",
        ),
    ),
    "agency": ListField("Agency", ("agency", "department", "agency name", "parent agency", "authorizing agency")),
    "bureau": ListField(
        "Bureau",
        (
            "sub agency", "subagency", "bureau", "component", "opdiv", "operating division", "office", "division",
            "sub agency name", "organization", "center", "institute", "bureau or component", "opdiv staffdiv",
        ),
    ),
    "system": ListField(
        "System",
        (
            "system name", "system", "agency system", "fisma system", "information system", "boundary",
            "authorization boundary", "fisma system name", "system title", "name of system",
        ),
    ),
    "system_id": ListField(
        "System id", ("system id", "emass id", "uii", "fisma id", "csam id", "fisma system id", "system acronym")
    ),
    "status": ListField("Status", ("authorization status", "status", "ato status", "current status", "stage")),
    "signed_on": ListField(
        "ATO date",
        (
            "ato date", "authorization date", "date of ato", "ato issued", "date signed", "signed", "auth date",
            "ato issue date", "issue date", "date authorized", "ato signed", "ato granted", "ato effective date",
            "authorized on", "ato start date", "date of authorization", "ato issuance date", "ato signature date",
        ),
    ),
    "expires_on": ListField(
        "Expiry",
        (
            "expiry", "expiration", "expires", "ato expiration", "expiration date", "ato expiration date",
            "ato expiry date", "authorization termination date", "atd", "ato end date", "valid until", "expiry date",
            "authorization expiration date", "expires on", "ato expires", "renewal date", "valid through",
        ),
    ),
    "ato_type": ListField("Type of ATO", ("ato type", "authorization type", "type of authorization", "type", "kind")),
    "official": ListField(
        "Authorizing official",
        ("authorizing official", "ao", "ao name", "authorizing official name", "signed by", "signer", "official"),
    ),
    "owner": ListField("Owner", ("system owner", "owner", "isso", "business owner", "so", "point of contact", "poc")),
    "conditions": ListField(
        "Conditions", ("conditions", "ato conditions", "restrictions", "terms and conditions", "limitations")
    ),
    "letter": ListField(
        "Letter",
        ("ato letter", "letter", "letter reference", "document link", "letter link", "letter location", "reference",
         "ato letter link", "file name", "document"),
    ),
}  # fmt: skip
PLAIN = {heading: name for name, field in FIELDS.items() for heading in field.headings}


def plain(heading: object) -> str:
    """A heading as its words in small letters, without remarks: “ATO_Date (mm/dd/yyyy)” is “ato date”."""
    return " ".join(re.findall(r"[a-z0-9]+", re.sub(r"\(.*?\)|\*", " ", str(heading)).lower()))


def meaning_of(heading: object) -> tuple[str, float]:
    """The field that a heading most likely names, and how alike it is to what that is called (0 to 100)."""
    # Programs write systemName, people FedRAMP.
    spellings = (plain(heading), plain(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", str(heading))))
    known = [PLAIN[words] for words in spellings if words in PLAIN]
    if known:
        return known[0], 100
    words = spellings[0]
    if not words or len(words) > LONGEST_HEADING:
        return "", 0
    best = max(PLAIN, key=lambda each: fuzz.token_sort_ratio(words, each))
    score = fuzz.token_sort_ratio(words, best)
    return (PLAIN[best], score) if score >= ALIKE else ("", 0)


@dataclass(frozen=True, slots=True)
class ListColumns:
    """Where a list is in its file, and which column holds what: {field: column}, the first column is 1."""

    sheet: Sheet
    heading_row: int
    meaning: Mapping[str, int]
    sheets: tuple[str, ...] = ()  # the titles of all sheets of the file

    @property
    def headings(self) -> dict[int, str]:
        row = self.sheet.rows.get(self.heading_row, {})
        return {column: " ".join(str(cell.value).split())[:100] for column, cell in sorted(row.items())}

    @property
    def signature(self) -> str:
        """What stays the same in the next list of this layout."""
        return "|".join(plain(heading) for heading in self.headings.values())[:2_000]

    @property
    def numbers(self) -> list[int]:
        return sorted(number for number in self.sheet.rows if number > self.heading_row)

    def samples(self, column: int) -> list[str]:
        """The first three different values of a column."""
        values = (self.sheet.rows[number].get(column) for number in self.numbers)
        texts = dict.fromkeys(" ".join(str(cell.value).split())[:60] for cell in values if cell is not None)
        return list(texts)[:SAMPLES]


def find_columns(sheets: Sequence[Sheet]) -> ListColumns:
    """The row of headings that names the most fields, in whichever sheet; of equals the one with more rows below.

    Raises Unreadable: no sheet has anything in it.
    """
    titles = tuple(sheet.title for sheet in sheets)
    found = [
        ListColumns(sheet, number, guess(sheet, number), titles)
        for sheet in sheets
        for number in sorted(sheet.rows)[:SEARCHED_ROWS]
    ]
    if not found:
        raise Unreadable("The file is empty: no sheet has anything in it.")
    best = max(found, key=lambda each: (_worth(each.meaning), len(each.sheet.rows), -each.heading_row))
    if best.meaning:
        return best
    # No heading is known: the widest of the first rows of the longest sheet, and a person says what its columns are.
    longest = max(sheets, key=lambda sheet: len(sheet.rows))
    widest = max(sorted(longest.rows)[:SEARCHED_ROWS], key=lambda number: (len(longest.rows[number]), -number))
    return ListColumns(longest, widest, {}, titles)


def _worth(meaning: Mapping[str, int]) -> int:
    return len(meaning) if any(name in meaning for name in NAMING) else 0


def guess(sheet: Sheet, heading_row: int) -> dict[str, int]:
    """Each field by the heading that is most like it; a heading is of one field."""
    scored = sorted(
        (
            (-score, column, name)
            for column, cell in sheet.rows.get(heading_row, {}).items()
            for name, score in [meaning_of(cell.value)]
            if name and isinstance(cell.value, str)
        ),
    )
    found: dict[str, int] = {}
    for _, column, name in scored:
        found.setdefault(name, column)
    return found
