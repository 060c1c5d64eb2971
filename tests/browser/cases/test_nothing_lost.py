"""No form loses what was typed: each important form, whatever comes between typing and sending."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import pytest
from playwright.sync_api import Page, expect

from tests.browser.cases.test_case_states import open_case
from tests.browser.conftest import Arrive, Reader

WORDS = "The pier’s relay is mended; see page 40."
TOO_LONG = "x" * 20_000
OPEN_ALL = "for (const each of document.querySelectorAll('main details')) each.open = true"


@dataclass(frozen=True)
class Typed:
    """A form: whose it is, where, the field that is typed in, and what makes it come back."""

    person: str
    case: str
    path: str
    name: str
    wrong: tuple[str, str] | None = None  # a field that gets a wrong value; none: something is missing already

    def enter(self, page: Page, words: str = WORDS) -> None:
        page.evaluate(OPEN_ALL)
        page.locator(f"main {self.name}").first.fill(words)

    def spoil(self, page: Page) -> None:
        if self.wrong is not None:
            name, value = self.wrong
            field = page.locator(f"main {name}").first
            # Some browsers keep no text within its length.
            field.evaluate("each => each.removeAttribute('maxlength')")
            field.fill(value)

    def send(self, reader: Reader) -> None:
        form = reader.page.locator(f"main form[method=post]:has({self.name})").first
        reader.follow(form.locator("button[type=submit]:not([name])").first)


ANN, FERRY, ANSWER = "Ann Alvarez", "q=Nimbus+Ferry&kind=initial", "textarea[id^=answer-]"
FORMS = {
    "step": Typed(ANN, FERRY, "withdraw/", "textarea[name=reason]"),
    "facts": Typed(ANN, FERRY, "facts/", "input[name=agency_contact]", ("input[name=kickoff_held_on]", "1999-01-01")),
    "comment": Typed(ANN, FERRY, "comments/", "textarea[name=text]", ("textarea[name=text]", WORDS + TOO_LONG)),
    "document": Typed(ANN, FERRY, "documents/wbs/", "textarea[name=note]"),
    "answer": Typed(
        "Colin Cho", "q=Nimbus+Wings&stage=pmo_remediation", "findings/", ANSWER, (ANSWER, WORDS + TOO_LONG)
    ),
}


def holds(page: Page, form: Typed, words: str = WORDS) -> None:
    """The words are in the field still, or stand on the page because they were sent or are kept."""
    page.wait_for_load_state()
    typed = page.locator(form.name)
    values = [typed.nth(place).input_value() for place in range(typed.count())]
    assert any(words in value for value in values) or page.get_by_role("main").get_by_text(words).count(), page.url


def refused(reader: Reader, form: Typed, path: str) -> None:
    form.enter(reader.page)
    form.spoil(reader.page)
    form.send(reader)
    expect(reader.page.get_by_role("alert").first).to_be_visible()


def changed_meanwhile(reader: Reader, form: Typed, path: str) -> None:
    form.enter(reader.page)
    other = reader.page.context.new_page()
    other.goto(f"{reader.base}{path}facts/")
    other.evaluate(OPEN_ALL)
    contact = other.locator("main input[name=agency_contact], main input[name=provider_contact]").first
    contact.fill(f"{contact.input_value()[:60]}, at desk 4")
    with other.expect_navigation():
        other.locator("main form[method=post] button[type=submit]").first.click()
    form.spoil(reader.page)
    form.send(reader)


def session_ended(reader: Reader, form: Typed, path: str) -> None:
    form.enter(reader.page)
    other = reader.page.context.new_page()
    other.goto(f"{reader.base}/")
    other.get_by_role("button", name="Sign out", include_hidden=True).first.evaluate(
        "each => each.form.requestSubmit()"
    )
    # What the other tab ended, this one leaves at once.
    reader.page.wait_for_url("**/sign-in/?ended=idle*")
    reader.page.get_by_role("button", name=form.person).click()
    reader.page.wait_for_url(f"{reader.base}{path}{form.path}*")


def back(reader: Reader, form: Typed, path: str) -> None:
    form.enter(reader.page)
    reader.page.goto(f"{reader.base}{path}history/")
    reader.page.go_back()


def by_another_page(reader: Reader, form: Typed, path: str) -> None:
    form.enter(reader.page)
    reader.page.goto(f"{reader.base}{path}documents/")
    reader.page.goto(f"{reader.base}{path}{form.path}")


def two_tabs(reader: Reader, form: Typed, path: str) -> None:
    form.enter(reader.page)
    other = reader.page.context.new_page()
    other.goto(f"{reader.base}{path}{form.path}")
    form.enter(other, "Something else.")
    other.goto(f"{reader.base}{path}documents/")
    other.goto(f"{reader.base}{path}{form.path}")
    holds(other, form, "Something else.")
    by_another_page(reader, form, path)


EVENTS: dict[str, Callable[[Reader, Typed, str], None]] = {
    "refusal": refused,
    "stale revision": changed_meanwhile,
    "session end": session_ended,
    "Back": back,
    "upload detour": by_another_page,
    "two tabs": two_tabs,
}
# One of each form and one of each event in every run.
OFTEN = {
    ("step", "refusal"),
    ("facts", "stale revision"),
    ("comment", "upload detour"),
    ("document", "Back"),
    ("answer", "session end"),
    ("step", "two tabs"),
}
MATRIX = [
    pytest.param(*pair, id=" × ".join(pair), marks=() if pair in OFTEN else pytest.mark.nightly)
    for pair in product(FORMS, EVENTS)
]


@pytest.mark.parametrize(("name", "event"), MATRIX)
def test_what_was_typed_is_there_after(arrive: Arrive, name: str, event: str) -> None:
    form = FORMS[name]
    # Who is signed out here is signed in for the other tests.
    reader = arrive(unknown=True)
    reader.sign_in(form.person)
    path = open_case(reader, form.case)
    reader.open(f"{path}{form.path}")
    EVENTS[event](reader, form, path)
    holds(reader.page, form)


def test_what_was_sent_is_not_offered_again(arrive: Arrive) -> None:
    form, reader = FORMS["comment"], arrive(unknown=True)
    reader.sign_in(form.person)
    path = open_case(reader, form.case)
    reader.open(f"{path}{form.path}")
    form.enter(reader.page, "Sent once.")
    form.send(reader)
    reader.open(f"{path}documents/")
    reader.open(f"{path}{form.path}")
    expect(reader.page.locator(form.name).first).to_have_value("")
    assert re.search("What you had typed", reader.page.content()) is None
