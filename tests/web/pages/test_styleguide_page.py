"""The style guide shows every component."""

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from authorizations.web.pages.views_styleguide import ERRORS
from tests.cast import Cast
from tests.samples import ends
from tests.web.reading_pages import body_of

COMPONENTS = Path(settings.BASE_DIR) / "templates" / "components"
# Parts of the frame are on every page. Their markup, and that of rows and cells, is rendered once in a process.
# Others belong to one kind of record and are seen there.
SEEN_ELSEWHERE = {
    "banner.html",
    "header.html",
    "footer.html",
    "session_end.html",
    "form.html",
    "file.html",
    "json_fields.html",
    "cell.html",
    "row.html",
    "pick.html",
    # Where a list offers acts on several rows.
    "bulk.html",
    # Where a file that was exported comes back.
    "not_taken.html",
}
OF_ONE_NOUN = {
    "history_entries.html",
    "cases.html",
    "contact.html",
    "contacts.html",
    "problems.html",
    "no_longer_published.html",
    "names.html",
    "steps.html",
}


def test_every_component_is_rendered_there(client: Client, cast: Cast) -> None:
    client.force_login(cast.viewer)
    response = client.get("/styleguide/")
    shown = {str(template.name).rpartition("/")[2] for template in response.templates}
    wanted = {path.name for path in COMPONENTS.rglob("*.html")} - SEEN_ELSEWHERE - OF_ONE_NOUN
    assert wanted - shown == set(), "show the component in templates/pages/styleguide.html"


def test_markup_in_a_sample_is_shown_as_text(client: Client, cast: Cast) -> None:
    client.force_login(cast.viewer)
    page = body_of(client, "/styleguide/")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


@pytest.mark.parametrize("name", ends(ERRORS))
def test_every_error_page_has_a_sample(client: Client, cast: Cast, name: str) -> None:
    client.force_login(cast.viewer)
    assert f'href="?error={name}"' in body_of(client, "/styleguide/")
    assert "What to do next" in body_of(client, f"/styleguide/?error={name}")


def test_there_is_a_sample_of_each_error_template() -> None:
    folder = Path(settings.BASE_DIR) / "templates" / "errors"
    assert {path.stem for path in folder.glob("*.html")} - {"base"} == set(ERRORS)
