"""Every file of a report says which portal made it, for whom, as of when, from which federal data, by which rules."""

import json
from io import BytesIO

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import User
from authorizations.models import Case
from authorizations.reports.registry import REPORTS
from authorizations.reports.rendering import pdf
from tests.attacks.scene import signed_in
from tests.reports.contents import contents_of, written
from tests.reports.files import texts_of

pytestmark = [pytest.mark.slow, pytest.mark.sqlite, pytest.mark.django_db, pytest.mark.usefixtures("demo")]
TOLD = ("Portal", "Independence", "Fictional", "As of", "Made for", "Federal data")


def ann() -> User:
    return User.objects.get(email="ann@harbors.example")


def ferry() -> str:
    return Case.objects.get(offering__name="Nimbus Ferry").public_id


def test_json_and_the_workbook_say_it_all(settings: pytest.FixtureRequest) -> None:
    told = json.loads(written("case-status", ann(), "json", case=ferry()))["more"]["provenance"]
    assert set(TOLD) <= told.keys()
    assert told["Portal"].startswith("Authorization portal, http")
    assert told["Federal data"] == "None imported yet" or told["Federal data"].startswith("Marketplace of ")
    # The ids of rules that its tables name, by their source.
    assert any("MKTPG24" in ids.split(", ") and "About the FedRAMP Marketplace" in told[ids] for ids in told)
    book = load_workbook(BytesIO(written("case-status", ann(), "xlsx", case=ferry())))
    about = {row[0].value: row[1].value for row in book["About"].iter_rows()}
    assert set(told) - {"As of"} <= about.keys()
    assert about["FedRAMP id"] == "DEMO-NIMBUS-FERRY"


def test_the_page_that_prints_and_the_pdf_say_it_too() -> None:
    page = signed_in(ann()).get("/reports/case-status/print/", {"case": ferry()}).content.decode()
    assert all(f">{words}<" in page for words in TOLD)
    if pdf.is_possible():
        text = " ".join(texts_of(written("case-status", ann(), "pdf", case=ferry())))
        assert all(words in text for words in TOLD)


def test_links_start_from_the_address_of_the_page_unless_the_settings_name_one(settings: pytest.FixtureRequest) -> None:
    client, about = signed_in(ann()), {"case": ferry()}

    def portal() -> str:
        answer = client.get("/reports/case-status/json/", about, headers={"host": "127.0.0.1:8123"})
        found = json.loads(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
        return str(found["more"]["provenance"]["Portal"])

    assert portal() == "Authorization portal, http://127.0.0.1:8123"
    settings.PORTAL_URL = settings.OWN_ADDRESS = "https://portal.example.gov"  # type: ignore[attr-defined]
    assert portal() == "Authorization portal, https://portal.example.gov"


def test_a_csv_holds_nothing_but_its_tables() -> None:
    text = written("ato-register", ann(), "csv").decode("utf-8-sig")
    assert text.splitlines()[0].count(",") > 3
    assert "Independence" not in text


def test_each_source_of_a_rule_is_explained_once() -> None:
    spec, contents = contents_of("duties", ann())
    told = REPORTS["duties"], pdf.printed(REPORTS["duties"], contents, spec)
    assert told[1].count("FedRAMP Consolidated Rules, version") <= 1
    assert timezone.localdate(spec.as_of) == spec.today
