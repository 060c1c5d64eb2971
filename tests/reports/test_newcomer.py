"""A newcomer's report, as the documents describe it: one file and one line give it a menu entry and every format."""

import json
from io import BytesIO

import pytest
from openpyxl import load_workbook

from authorizations.reports.rendering import pdf
from tests.attacks.scene import signed_in
from tests.cast import Cast
from tests.reports.newcomer import content, entered
from tests.web.register.records import make_offerings

pytestmark = pytest.mark.django_db


@pytest.mark.slow
def test_the_report_of_the_documents_has_a_menu_entry_a_page_and_every_format(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    newcomer = entered(monkeypatch)
    make_offerings(cast.organizations["nimbus"], 3, impact_level="low")
    client = signed_in(cast.csp_viewer)
    at = f"/reports/{newcomer.name}/"
    assert f'href="{at}"'.encode() in content(client.get("/reports/"))
    page = content(client.get(at)).decode()
    assert newcomer.title in page
    assert "All together" in page
    told = json.loads(content(client.get(f"{at}json/")))
    assert told["tables"][0]["rows"] == [{"level": "Low", "offerings": 3}]
    assert b"Low,3" in content(client.get(f"{at}csv/"))
    assert json.loads(content(client.get(f"{at}schema.json")))["title"] == newcomer.title
    workbook = content(client.post(f"{at}make/", {"format": "xlsx", "idempotency_key": "a" * 32}))
    sheet = load_workbook(BytesIO(workbook)).worksheets[1]
    assert [[each.value for each in row] for row in sheet][:2] == [["Impact level", "Offerings"], ["Low", 3]]
    if pdf.is_possible():
        made = client.post(f"{at}make/", {"format": "pdf", "idempotency_key": "b" * 32})
        assert made.headers["Content-Type"] == "application/pdf"
        assert content(made).startswith(b"%PDF-")
