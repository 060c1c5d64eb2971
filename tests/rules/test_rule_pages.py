"""What everyone may read of the rules, and what a lead imports and decides at its pages."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from authorizations.display import day_text
from authorizations.models import LocalValue, RuleEdition, RulesRelease, RuleText
from authorizations.models.rules import refresh_releases
from authorizations.rules import newest, release
from tests.cast import Cast
from tests.lifecycle.cases import make_case, make_offering
from tests.lifecycle.world import NOW
from tests.rules.documents import CR26, LEGACY, document, imported, raw, rules
from tests.rules.test_rule_texts import kept
from tests.web.reading_pages import body_of

# Each test draws a page of texts.
pytestmark = [pytest.mark.pages, pytest.mark.django_db, pytest.mark.pages, pytest.mark.slow]


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def test_the_list_names_every_release_and_which_is_the_newest(client: Client, cast: Cast) -> None:
    imported(document(active_from="2099-01-01"), cast.pmo_lead)
    page = body_of(client, reverse("releases"))
    for name in (CR26, LEGACY, "next"):
        assert reverse("release", args=[name]) in page
    assert page.count("Newest</span>") == 1
    assert "not imported here" in page
    assert reverse("local_policy") not in page
    client.force_login(cast.pmo_lead)
    assert reverse("local_policy") in body_of(client, reverse("releases"))


def test_a_release_tells_every_fact_with_its_source(client: Client) -> None:
    page = body_of(client, reverse("release", args=[CR26]))
    for words in (
        "Last day for new Rev5 applications",
        "11 Jun 2027",
        "60 days",
        "51447926193691",
        "certification lost without it from the first assessment begun after 1 Jan 2027",
        "These hold for every case",
        'href="/rules/CDS-UTC-AAD/"',
    ):
        assert words in page, words
    letter = page.split("From the signing of an ATO to its letter")[1].split("</dd>")[0]
    assert '<span class="missing">not stated</span>' in letter


def test_the_older_release_says_whose_dates_hold(client: Client) -> None:
    page = body_of(client, reverse("release", args=[LEGACY]))
    assert "For every case those of" in page
    legacy = release(LEGACY)
    left_open = [value for value in (*legacy.dates.values(), *legacy.lengths.values()) if value is None]
    assert len(left_open) >= 8
    assert page.count('<span class="missing">not stated</span>') == len(left_open)


def test_what_is_local_policy_is_marked(client: Client, cast: Cast) -> None:
    LocalValue.objects.create(name="letter_days", number=10, reason="Agreed.", set_by=cast.pmo_lead, set_at=NOW)
    page = body_of(client, reverse("release", args=[CR26]))
    letter = page.split("From the signing of an ATO to its letter")[1].split("</dd>")[0]
    assert "10 days" in letter
    assert "Local policy" in letter
    assert "Agreed." in page
    assert "Agreed." in body_of(client, reverse("releases"))


@pytest.mark.parametrize(
    "path", ["/releases/nothing/", "/releases/compare/?after=nothing", "/rules/XYZ-ABC-DEF/", "/rules/agu/"]
)
def test_what_there_is_not_is_not_found(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_two_releases_are_compared_in_words(client: Client) -> None:
    page = body_of(client, f"{reverse('compare_releases')}?before={LEGACY}&after={CR26}")
    for words in ("Term of an ATO of a class A offering", "not stated", "12 months", "added", "ato-letter@fedramp.gov"):
        assert words in page
    assert "Nothing differs." in body_of(client, f"{reverse('compare_releases')}?before={CR26}&after={CR26}")
    assert LEGACY in body_of(client, reverse("compare_releases"))


# --- rules ---


def test_a_rule_without_the_import_says_what_it_is(client: Client) -> None:
    page = body_of(client, "/rules/AGU-USE-CLA/")
    assert "of the ruleset Agency use of certified services (AGU)" in page
    assert "Its text is not imported here." in page
    assert "not imported here yet" in body_of(client, "/rules/")


def test_anyone_who_may_import_the_texts_is_led_there(client: Client, cast: Cast) -> None:
    way = reverse("admin:authorizations_ruleedition_import")
    for who, led in ((cast.pmo_lead, True), (cast.liaison, False)):
        client.force_login(who)
        for page in ("/rules/", reverse("releases")):
            assert (way in body_of(client, page)) is led


def test_a_rule_shows_its_text_force_and_whom_it_binds(client: Client) -> None:
    kept(rules())
    page = body_of(client, "/rules/AGU-USE-CLA/")
    for words in ("Agencies SHOULD NOT use a class A offering", "binds Agencies", "version 2026.01.01.01"):
        assert words in page
    by_class = body_of(client, "/rules/FRC-APP-FIA/")
    assert "Class B (MUST): Providers MUST supply one." in by_class
    assert '<a href="/rules/AGU-USE-CLA/">' in by_class
    assert "FRD-AGY" in body_of(client, "/rules/")
    assert "AGU-USE-CLA" in body_of(client, "/rules/AGU/")
    assert "has no text under this id" in body_of(client, "/rules/CDS-UTC-AAD/")


def test_an_older_text_of_a_rule_stays_readable(client: Client) -> None:
    kept(rules())
    newer = rules("2026.02.01.01")
    newer["info"]["last_updated"] = "2026-02-01"
    use = newer["FRR"]["AGU"]["data"]["all"]["USE"]
    use["AGU-USE-CLA"] = {**use["AGU-USE-CLA"], "statement": "Agencies SHOULD NOT use one for more than 6 months."}
    kept(newer)
    page = body_of(client, "/rules/AGU-USE-CLA/")
    assert "more than 6 months" in page
    assert "for more than 12 months" in page


def test_nothing_in_a_rule_becomes_markup(client: Client) -> None:
    stated = rules()
    use = stated["FRR"]["AGU"]["data"]["all"]["USE"]
    use["AGU-USE-CLA"] = {**use["AGU-USE-CLA"], "note": "<script>alert(1)</script>", "name": "<b>Bold</b>"}
    kept(stated)
    page = body_of(client, "/rules/AGU-USE-CLA/")
    assert "<script>alert" not in page
    assert "<b>Bold" not in page


@pytest.mark.parametrize("name", ["initial", "reuse", "ato"])
def test_every_rule_behind_a_step_is_one_click_away(client: Client, name: str) -> None:
    assert 'href="/rules/AGU-AGC-NAA/"' in body_of(client, f"/guide/{name}-lifecycle/")


def test_the_page_of_a_step_names_its_rules_and_where_things_are_sent(client: Client, cast: Cast) -> None:
    case = make_case(cast, "reuse", "ato_issued")
    client.force_login(cast.liaison)
    page = body_of(client, reverse("case_step", args=[case.public_id, "report_letter"]))
    assert "51447926193691" in page
    assert 'href="/rules/AGU-AGC-NAA/"' in page
    assert reverse("release", args=[CR26]) in page


def test_no_day_is_given_for_the_letter_until_somebody_decides_one_here(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "ato_issued")
    client.force_login(cast.liaison)
    assert "No rule gives a day by which the letter is due." in body_of(client, case.get_absolute_url())
    LocalValue.objects.create(name="letter_days", number=10, reason="Agreed.", set_by=cast.pmo_lead, set_at=NOW)
    refresh_releases(at_once=True)
    due = day_text(case.fact_value("signed_on") + timedelta(days=10))
    assert f"The letter is due on {due} (local policy)." in body_of(client, case.get_absolute_url())
    planning = make_case(cast, "initial", "planning", offering=make_offering(cast, "initial"))
    assert "letter is due" not in body_of(client, planning.get_absolute_url())


# --- the admin ---

RELEASE, EDITION = (f"/admin/authorizations/{record_type}/import/" for record_type in ("rulesrelease", "ruleedition"))


def upload(client: Client, url: str, content: bytes) -> Any:
    return client.post(url, {"file": SimpleUploadedFile("file.json", content, "application/json")}, follow=True)


def test_a_release_is_looked_at_and_then_imported(client: Client, cast: Cast) -> None:
    client.force_login(cast.pmo_lead)
    make_case(cast, "initial", "ssp")
    stages = json.loads(raw(document()))["stages"]
    stages["initial"]["ssp"] = ["Security plan", "WBS 3.1-3.9"]
    shown = upload(client, RELEASE, raw(document(stages=stages, dates={"cutoff": ["2027-05-01", "MD26"]})))
    page = shown.content.decode()
    assert "For every case, at once" in page
    assert "Last day for new Rev5 applications: 11 Jun 2027 → 1 May 2027" in page
    assert "The stage reads “Security plan” instead of “SSP”." in page
    assert not RulesRelease.objects.exists()
    token = shown.context["token"]
    beside = client.get(f"{RELEASE}plan/", {"token": token, "against": LEGACY})
    assert beside.context["found"].against.id == LEGACY
    answer = client.post(f"{RELEASE}apply/", {"token": token})
    assert answer.headers["Location"] == reverse("release", args=["next"])
    assert RulesRelease.objects.get().imported_by == cast.pmo_lead
    refresh_releases(at_once=True)
    assert newest().id == "next"
    assert client.post(f"{RELEASE}apply/", {"token": token}).headers["Location"] == RELEASE
    assert RulesRelease.objects.count() == 1


def test_a_wrong_document_names_each_place_at_its_field(client: Client, cast: Cast) -> None:
    client.force_login(cast.pmo_lead)
    wrong = raw(document(dates={"cutoff": ["soon", "MD26"]}, lengths={"access_days": [0, "QG"]}))
    errors = upload(client, RELEASE, wrong).context["form"].errors["file"]
    assert [each.partition(":")[0] for each in errors] == ["dates.cutoff.value", "lengths.access_days.value"]
    same = upload(client, RELEASE, raw(document(CR26)))
    assert "came with the portal" in same.context["form"].errors["file"][0]


def test_a_token_is_the_persons_own_and_of_one_kind_of_file(client: Client, cast: Cast) -> None:
    client.force_login(cast.pmo_lead)
    token = upload(client, RELEASE, raw(document())).context["token"]
    assert client.post(f"{EDITION}apply/", {"token": token}).headers["Location"] == EDITION
    assert client.post(f"{RELEASE}apply/", {"token": f"{token}x"}).headers["Location"] == RELEASE
    assert client.get(f"{RELEASE}plan/", {"token": "x"}).headers["Location"] == RELEASE
    assert not RulesRelease.objects.exists()


def test_the_texts_are_looked_at_and_then_imported(client: Client, cast: Cast) -> None:
    client.force_login(cast.pmo_lead)
    shown = upload(client, EDITION, raw(rules()))
    assert "4 added, 0 changed, 0 removed" in shown.content.decode()
    assert not RuleEdition.objects.exists()
    answer = client.post(f"{EDITION}apply/", {"token": shown.context["token"]})
    assert answer.headers["Location"] == reverse("rule_texts")
    assert RuleText.objects.count() == 4
    again = upload(client, EDITION, raw(rules()))
    assert "imported already" in again.context["form"].errors["file"][0]
    assert RuleEdition.objects.count() == 1


@pytest.mark.parametrize("url", [RELEASE, EDITION])
@pytest.mark.parametrize(("who", "status"), [("pmo_reviewer", 403), ("auditor", 403), ("pmo_lead", 200)])
def test_only_a_lead_imports_in_the_admin(client: Client, cast: Cast, who: str, status: int, url: str) -> None:
    client.force_login(cast.people[who])
    assert client.get(url).status_code == status
    listed = client.get(url.removesuffix("import/")).content.decode()
    assert (url in listed) == (who == "pmo_lead")


# --- local policy ---


def test_a_lead_decides_at_the_page(client: Client, cast: Cast) -> None:
    client.force_login(cast.pmo_lead)
    url = reverse("local_policy")
    form = client.get(url).context["form"]
    hidden = {name: form[name].value() or "" for name in ("idempotency_key", "seen")}
    sent = {**hidden, "name": "letter_days", "number": "10", "day": "", "reason": "Agreed."}
    assert client.post(url, {**sent, "reason": ""}).context["form"].errors["reason"]
    assert client.post(url, {**sent, "number": ""}).context["form"].errors["number"]
    assert client.post(url, sent).headers["Location"] == reverse("releases")
    assert LocalValue.objects.get().number == 10
    assert client.post(url, sent).status_code == 409
    assert "Agreed." in client.get(url).content.decode()


def test_the_page_of_local_policy_is_a_leads(client: Client, cast: Cast) -> None:
    client.force_login(cast.pmo_reviewer)
    assert client.get(reverse("local_policy")).status_code == 403
