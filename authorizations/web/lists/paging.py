"""The pages of a long table: which one is shown, and the links to the others."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paging:
    """``asked``: the number of the page in the address; ``url``: the address of a page."""

    total: int
    size: int
    asked: str
    url: Callable[[int], str]

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def page(self) -> int:
        asked = self.asked
        return min(max(1, int(asked)), self.pages) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 1

    @property
    def first_row(self) -> int:
        return (self.page - 1) * self.size + 1 if self.total else 0

    @property
    def last_row(self) -> int:
        return min(self.page * self.size, self.total)

    @property
    def links(self) -> list[tuple[int | None, str]]:
        """The pages to offer: first, last and those around the present one; None stands for a gap."""
        near = {1, self.pages, *range(max(1, self.page - 1), min(self.pages, self.page + 1) + 1)}
        links: list[tuple[int | None, str]] = []
        for number in sorted(near):
            if links and links[-1][0] is not None and number > links[-1][0] + 1:
                links.append((None, ""))
            links.append((number, self.url(number)))
        return links

    @property
    def previous_url(self) -> str:
        return self.url(self.page - 1) if self.page > 1 else ""

    @property
    def next_url(self) -> str:
        return self.url(self.page + 1) if self.page < self.pages else ""
