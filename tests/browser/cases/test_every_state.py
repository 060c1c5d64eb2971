"""Every stage of both machines as each side sees it, in light and dark: axe finds nothing, however much is unfolded.

The demo has a case at every stage; a person looks at the first of each kind and stage that they see.
"""

import pytest

from tests.browser.conftest import Arrive, Reader
from tests.browser.journey import ANN, ASHA, CORA, ODETTE, PAULA, PIET
from tests.samples import sample

PEOPLE = (ANN, ODETTE, CORA, ASHA, PIET, PAULA, "Ines Iverson")
TABS = ("documents/", "findings/", "comments/", "history/", "messages/")
# The first case of each kind and stage among the rows of a list.
FIRSTS = """() => {
  const found = new Map();
  for (const row of document.querySelectorAll("main tbody tr")) {
    const words = ["Kind", "Stage"].map((label) => row.querySelector(`td[data-label="${label}"]`).textContent.trim());
    const link = row.querySelector("a[href^='/cases/']").getAttribute("href");
    if (!found.has(words.join())) found.set(words.join(), link);
  }
  return [...found.values()];
}"""
UNFOLD = "() => document.querySelectorAll('main details').forEach((each) => { each.open = true; })"


def firsts(reader: Reader) -> list[str]:
    """The address of one case for each kind and stage that this person sees, all of them on one page of the list."""
    reader.open("/cases/")
    found: list[str] = reader.page.evaluate(FIRSTS)
    return found


@pytest.mark.nightly
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PEOPLE)
def test_the_pages_of_every_stage_are_accessible_to_each_side(arrive: Arrive, name: str, scheme: str) -> None:
    reader = arrive(color_scheme=scheme)
    reader.sign_in(name)
    cases = firsts(reader)
    assert len(cases) > 10
    for place, path in enumerate(cases):
        reader.open(path)
        reader.page.evaluate(UNFOLD)
        reader.check()
        reader.open(f"{path}{TABS[place % len(TABS)]}")
        reader.check()


@pytest.mark.parametrize("name", sample(PEOPLE, CORA, lane=pytest.mark.nightly))
def test_a_dark_case_is_accessible_with_all_of_its_tabs(arrive: Arrive, name: str) -> None:
    reader = arrive(color_scheme="dark")
    reader.sign_in(name)
    path = firsts(reader)[0]
    for tab in ("", *TABS):
        reader.open(f"{path}{tab}")
        reader.check()
