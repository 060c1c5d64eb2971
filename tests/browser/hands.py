"""How a person works a page: with the mouse, or by keyboard alone, where every press of Tab is looked at."""

import re
from typing import Any, Protocol

from playwright.sync_api import FilePayload, Locator, Page, expect

from authorizations.lifecycle.step import FactKind
from tests.browser.conftest import Reader

MOST_TABS = 150
# Where the focus is after a press of Tab: on what was looked for, on nothing, on something that shows it, in the
# window. What slides into the window, as the skip link does, has half a second for it.
# The design system draws its boxes before their labels; the inputs themselves are out of sight.
FOCUS = """async sought => {
  const it = document.activeElement, end = performance.now() + 500;
  const drawn = it.matches(".usa-checkbox__input, .usa-radio__input") ? it.labels[0] : it;
  const style = getComputedStyle(drawn, drawn === it ? null : "::before");
  const isInside = () => {
    const box = drawn.getClientRects()[0];
    return Boolean(box) && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  };
  // The button of a day's calendar is inside of the input: the browser draws its ring, and no style tells of it.
  const isInACalendar = it.type === "date" && !it.matches(":focus");
  while (!isInside() && performance.now() < end) await new Promise(requestAnimationFrame);
  return {
    there: it === sought,
    lost: it === document.body || it === document.documentElement,
    shown: (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || isInACalendar,
    inside: isInside(),
    what: it.outerHTML.slice(0, 200),
  };
}"""

IS_ABOVE = """sought => {
  const it = document.activeElement;
  return it !== document.body && Boolean(it.compareDocumentPosition(sought) & Node.DOCUMENT_POSITION_PRECEDING)
    && !it.contains(sought) && !sought.contains(it);
}"""


class Hand(Protocol):
    """What a person does to a control of a page."""

    def press(self, control: Locator) -> None:
        """Follows a link or presses a button."""
        ...

    def press_twice(self, control: Locator) -> None:
        """Presses a button and at once again, as impatient people do."""
        ...

    def enter(self, field: Locator, kind: FactKind, value: str) -> None:
        """Enters a value: text, a day as YYYY-MM-DD, or the words of a choice."""
        ...

    def tick(self, part: Locator, words: str) -> None:
        """Ticks the box with these words in a part of a page."""
        ...

    def attach(self, part: Page | Locator, name: str, content: bytes) -> None:
        """Chooses a file for the one field of a page, or of a part of it, that takes one."""
        ...

    def settle(self, page: Page) -> None:
        """What is done on each page that came, before anything else."""
        ...


class Mouse:
    """Clicks and types; it needs no JavaScript on the page."""

    def press(self, control: Locator) -> None:
        control.click()

    def press_twice(self, control: Locator) -> None:
        control.dblclick()

    def enter(self, field: Locator, kind: FactKind, value: str) -> None:
        if kind in {FactKind.CHOICE, FactKind.RECORD}:
            field.select_option(label=whole_option(field, value))
        elif kind is FactKind.BOOLEAN:
            field.check()
        else:
            field.fill(value)

    def tick(self, part: Locator, words: str) -> None:
        part.locator("label", has_text=words).click()

    def attach(self, part: Page | Locator, name: str, content: bytes) -> None:
        attach(part, name, content)

    def settle(self, page: Page) -> None:
        pass


class Keyboard:
    """Tab, arrows, Enter, Space and letters; nothing else."""

    def __init__(self) -> None:
        self._hearing: list[Page] = []

    def press(self, control: Locator) -> None:
        tab_to(control)
        control.page.keyboard.press("Enter")

    def press_twice(self, control: Locator) -> None:
        tab_to(control)
        control.page.keyboard.press("Enter")
        control.page.keyboard.press("Enter")

    def enter(self, field: Locator, kind: FactKind, value: str) -> None:
        keys = field.page.keyboard
        tab_to(field)
        if kind in {FactKind.CHOICE, FactKind.RECORD}:
            _arrow_to(field, whole_option(field, value))
        elif kind is FactKind.BOOLEAN:
            keys.press("Space")
            assert field.is_checked()
        elif kind is FactKind.DATE:
            year, month, day = value.split("-")
            keys.type(month + day + year)
            assert field.input_value() == value
        else:
            keys.press("Control+A")
            keys.type(value)

    def tick(self, part: Locator, words: str) -> None:
        tab_to(part.get_by_role("checkbox", name=words))
        part.page.keyboard.press("Space")

    def attach(self, part: Page | Locator, name: str, content: bytes) -> None:
        field = part.locator("input[type=file]")
        tab_to(field)
        with field.page.expect_file_chooser() as chooser:
            field.page.keyboard.press("Space")
        chooser.value.set_files(_payload(name, content))

    def settle(self, page: Page) -> None:
        """Past the head of the page."""
        if page not in self._hearing:
            # Chromium hands a chooser of files over only once somebody listens, and is told so too late by who waits.
            page.on("filechooser", lambda chooser: None)
            self._hearing.append(page)
        skip_to_main(page)


def tab_to(sought: Locator) -> None:
    """Presses Tab, or Shift and Tab for what is above, until this element has the focus; each way-stop must be seen.

    Raises:
        AssertionError: it cannot be reached, or the focus was lost, unseen or outside of the window on the way.
    """
    page, element = sought.page, sought.element_handle()
    if page.evaluate("sought => sought === document.activeElement", element):
        return
    key = "Shift+Tab" if page.evaluate(IS_ABOVE, element) else "Tab"
    for _ in range(MOST_TABS):
        page.keyboard.press(key)
        focus: dict[str, Any] = page.evaluate(FOCUS, element)
        assert not focus["lost"], f"the focus is lost on {page.url} on the way to {sought}"
        assert focus["shown"], f"the focus does not show on {page.url}: {focus['what']}"
        assert focus["inside"], f"the focus is outside of the window on {page.url}: {focus['what']}"
        if focus["there"]:
            return
    raise AssertionError(f"{sought} cannot be reached with the Tab key on {page.url}")


def skip_to_main(page: Page) -> None:
    """Takes the skip link, which is the first stop of every page."""
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to main content")
    expect(skip, f"the skip link is not first on {page.url}").to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def _arrow_to(field: Locator, words: str) -> None:
    options = field.locator("option").count()
    field.page.keyboard.press("Home")
    for _ in range(options):
        if field.locator("option:checked").inner_text().strip() == words:
            return
        field.page.keyboard.press("ArrowDown")
    raise AssertionError(f"“{words}” cannot be reached with the arrow keys")


def whole_option(field: Locator, words: str) -> str:
    """The words of the one option that begins with these, such as a name before an address."""
    found = [each.strip() for each in field.locator("option").all_inner_texts()]
    if words in found:
        return words
    [option] = [each for each in found if each.startswith(words)]
    return option


def labelled(page: Page, label: str) -> Locator:
    """The field with this label, required or not."""
    return page.locator("main").get_by_label(re.compile(rf"^\s*{re.escape(label)}\s*(\(required\))?\s*$"))


def enter_finding(page: Page, hand: Hand, about: str, severity: str, text: str) -> None:
    """Fills the form that drafts a finding."""
    hand.enter(labelled(page, "About"), FactKind.CHOICE, about)
    hand.enter(labelled(page, "Severity"), FactKind.CHOICE, severity)
    hand.enter(labelled(page, "Finding"), FactKind.LONG_TEXT, text)


def attach(page: Page | Locator, name: str, content: bytes) -> None:
    """Chooses a file for the one field of a page, or of a part of it, that takes one.

    The portal asks no browser what kind of file it is.
    """
    page.locator("input[type=file]").set_input_files(_payload(name, content))


def _payload(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def send_to_admin(reader: Reader, record_type: str, content: bytes) -> None:
    """Sends a document of the rules to the admin, which shows what it would change."""
    reader.open(f"/admin/authorizations/{record_type}/import/")
    attach(reader.page, "sent.json", content)
    reader.follow(reader.page.get_by_role("button", name="Show what it would change"))
