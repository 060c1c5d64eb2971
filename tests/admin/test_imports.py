"""Importing a Marketplace feed in the admin: nothing before the plan was seen, and nothing but what was seen."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from authorizations.admin.imports import PHRASE
from authorizations.models import Event, ImportRun, Offering
from tests.admin.admin_pages import signed_in
from tests.cast import Cast
from tests.exchange.feeds import Row, apply, feed, product
from tests.samples import ends, first

SALT = "admin.previewed-importrun"
UPLOAD = "/admin/authorizations/importrun/import/"
APPLY = "/admin/authorizations/importrun/import/apply/"


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def upload(client: Client, content: Row | bytes) -> Any:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return client.post(UPLOAD, {"file": SimpleUploadedFile("feed.json", raw, "application/json")}, follow=True)


def token_of(answer: Any) -> str:
    return str(answer.context["form"]["token"].value())


def shrunk() -> Row:
    """A feed without the offerings that `full` has."""
    return feed("2026-02-01", AtoMapping=[], ReuseMapping=[])


def full() -> Row:
    return feed(Products=[product(n, id=f"FR{n:010}") for n in range(10)], AtoMapping=[], ReuseMapping=[])


def test_the_plan_is_shown_and_nothing_is_changed(client: Client, cast: Cast) -> None:
    answer = upload(signed_in(client, cast.pmo_lead), feed())
    page = answer.content.decode()
    assert "What the feed of 1 Jan 2026 would change" in page
    assert "Apply this import" in page
    assert (Offering.objects.count(), ImportRun.objects.count()) == (0, 0)


def test_applying_goes_to_the_page_of_the_run_with_the_numbers(client: Client, cast: Cast) -> None:
    token = token_of(upload(signed_in(client, cast.pmo_lead), feed()))
    answer = client.post(APPLY, {"token": token})
    run = ImportRun.objects.get()
    assert answer.headers["Location"] == run.get_absolute_url()
    assert run.actor == cast.pmo_lead
    assert "The feed was applied:" in next(str(m) for m in answer.wsgi_request._messages)


def test_a_second_click_on_apply_imports_nothing_twice(client: Client, cast: Cast) -> None:
    token = token_of(upload(signed_in(client, cast.pmo_lead), feed()))
    client.post(APPLY, {"token": token})
    assert client.post(APPLY, {"token": token}).headers["Location"] == UPLOAD
    assert ImportRun.objects.count() == 1


@pytest.mark.parametrize(
    "confirmation",
    first(
        [{}, {"phrase": PHRASE}, {"reason": "We asked the Marketplace."}, {"phrase": "accept", "reason": "Because."}]
    ),
)
def test_unusual_removals_need_the_phrase_and_a_reason(
    client: Client, cast: Cast, confirmation: dict[str, str]
) -> None:
    apply(full())
    shown = upload(signed_in(client, cast.pmo_lead), shrunk())
    assert "unpublish unusually many records" in shown.content.decode()
    answer = client.post(APPLY, {"token": token_of(shown), **confirmation})
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert Offering.objects.filter(not_published_since__isnull=False).count() == 0


def test_unusual_removals_are_accepted_with_phrase_and_reason_on_the_record(client: Client, cast: Cast) -> None:
    apply(full())
    token = token_of(upload(signed_in(client, cast.pmo_lead), shrunk()))
    answer = client.post(APPLY, {"token": token, "phrase": PHRASE.upper(), "reason": "We asked the Marketplace."})
    assert answer.status_code == 302
    assert ImportRun.objects.first().removals_reason == "We asked the Marketplace."  # type: ignore[union-attr]
    assert Event.objects.filter(verb="import.applied", reason="We asked the Marketplace.").exists()


@pytest.mark.slow
def test_the_removals_can_still_be_accepted_after_a_first_refusal(client: Client, cast: Cast) -> None:
    apply(full())
    token = token_of(upload(signed_in(client, cast.pmo_lead), shrunk()))
    again = token_of(client.post(APPLY, {"token": token}))
    assert client.post(APPLY, {"token": again, "phrase": PHRASE, "reason": "We asked."}).status_code == 302
    assert ImportRun.objects.count() == 2


@pytest.mark.parametrize(
    ("content", "words"),
    ends(
        [
            (b"", "The file is empty"),
            (b"{", "not complete JSON"),
            (b"\xff\xfe", "not text in UTF-8"),
            (b"[" * 100_000, "nests lists or objects too deeply"),
            (b"[]", "feed"),
        ]
    ),
)
def test_an_unreadable_file_gives_one_sentence_and_changes_nothing(
    client: Client, cast: Cast, content: bytes, words: str
) -> None:
    answer = upload(signed_in(client, cast.pmo_lead), content)
    assert answer.status_code == 200
    assert len(answer.context["form"].errors["file"]) == 1
    assert words in answer.context["form"].errors["file"][0]
    assert ImportRun.objects.count() == 0


def test_a_file_over_the_limit_is_refused_with_the_limit(
    client: Client, cast: Cast, settings: Any, tmp_path: Path
) -> None:
    settings.IMPORT_MAX_BYTES = 1024 * 1024
    answer = upload(signed_in(client, cast.pmo_lead), b" " * (1024 * 1024 + 1))
    assert "larger than 1 MB" in answer.context["form"].errors["file"][0]
    assert list(tmp_path.iterdir()) == []


def test_sending_no_file_asks_for_one(client: Client, cast: Cast) -> None:
    answer = signed_in(client, cast.pmo_lead).post(UPLOAD, {})
    assert "Choose the file" in answer.context["form"].errors["file"][0]


def test_an_older_feed_is_refused_at_the_preview(client: Client, cast: Cast) -> None:
    apply(feed("2026-02-01"))
    answer = upload(signed_in(client, cast.pmo_lead), feed("2026-01-01"))
    assert "was applied already" in answer.context["form"].errors["file"][0]


@pytest.mark.parametrize(
    "token",
    ["", "forged", signing.dumps(["0" * 64, "feed.json", -1], salt=SALT), signing.dumps(1, salt=SALT)],
    ids=["empty", "forged", "of nobody", "of another form"],  # a signed text holds the moment, so it is no name
)
def test_a_token_that_is_none_or_anothers_applies_nothing(client: Client, cast: Cast, token: str) -> None:
    answer = signed_in(client, cast.pmo_lead).post(APPLY, {"token": token})
    assert answer.headers["Location"] == UPLOAD
    assert ImportRun.objects.count() == 0


def test_another_lead_cannot_apply_what_they_did_not_see(client: Client, cast: Cast) -> None:
    token = token_of(upload(signed_in(client, cast.pmo_lead), feed()))
    cast.pmo_reviewer.memberships.update(role="pmo_lead")
    signed_in(client, cast.pmo_reviewer).post(APPLY, {"token": token})
    assert ImportRun.objects.count() == 0


@pytest.mark.parametrize("who", first(["pmo_reviewer", "auditor", "liaison"]))
def test_only_leads_of_the_pmo_import(client: Client, cast: Cast, who: str) -> None:
    signed_in(client, cast.people[who])
    assert client.get(UPLOAD).status_code == 403
    assert upload(client, feed()).status_code == 403
    assert client.post(APPLY, {"token": "x"}).status_code == 403


def test_script_in_a_feed_is_shown_as_text(client: Client, cast: Cast) -> None:
    hostile = feed(Products=[product(cso="<script>alert(1)</script>", impact_level="<b>Odd</b>")])
    page = upload(signed_in(client, cast.pmo_lead), hostile).content.decode()
    assert "<b>Odd</b>" not in page
    assert "<script>alert" not in page


def test_a_plan_has_an_address_of_its_own_that_can_be_opened_again(client: Client, cast: Cast) -> None:
    shown = upload(signed_in(client, cast.pmo_lead), feed())
    address, _ = shown.redirect_chain[-1]
    assert b"What the feed of 1 Jan 2026 would change" in client.get(address).content
    client.force_login(cast.pmo_reviewer)
    assert client.get(address).status_code == 403


@pytest.mark.slow
def test_a_newer_feed_that_agrees_can_be_applied_to_record_it(client: Client, cast: Cast) -> None:
    signed_in(client, cast.pmo_lead)
    client.post(APPLY, {"token": token_of(upload(client, feed()))})
    newer = upload(client, feed("2026-02-01"))
    assert "Applying it records that" in newer.content.decode()
    client.post(APPLY, {"token": token_of(newer)})
    assert ImportRun.objects.count() == 2


@pytest.mark.slow
def test_a_feed_with_nothing_new_offers_nothing_to_apply(client: Client, cast: Cast) -> None:
    signed_in(client, cast.pmo_lead)
    client.post(APPLY, {"token": token_of(upload(client, feed()))})
    page = upload(client, feed()).content.decode()
    assert "Nothing to change" in page
    assert "Apply this import" not in page
