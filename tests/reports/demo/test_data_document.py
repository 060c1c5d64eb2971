"""The examples of docs/data.md work: that for pandas is run, those for Excel and Power BI name what is there."""

import io
import re
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from authorizations.web.lists.registry import ATOS
from tests.api.world import program_of, token_of
from tests.reports.newcomer import content

pytestmark = [pytest.mark.slow, pytest.mark.sqlite, pytest.mark.django_db, pytest.mark.usefixtures("demo")]
DOCUMENT = (Path(__file__).resolve().parents[3] / "docs" / "data.md").read_text()
PORTAL = "https://portal.agency.example"


def code_of(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", DOCUMENT, flags=re.DOTALL)


class Answer(io.BytesIO):
    """What `urlopen` gives back."""

    headers: dict[str, str] = {}


def test_the_example_for_pandas_gives_tables_that_fit_together(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pandas")
    ann = User.objects.get(email="ann@harbors.example")

    def open_here(request: Any, *args: Any, **kwargs: Any) -> Answer:
        """The portal of this test instead of the network."""
        assert request.full_url.startswith(PORTAL)
        client = Client(headers={name.lower(): value for name, value in request.header_items()})
        answer = client.get(request.full_url.removeprefix(PORTAL))
        assert answer.status_code == 200, answer
        return Answer(content(answer))

    monkeypatch.setattr(urllib.request, "urlopen", open_here)
    monkeypatch.setenv("PORTAL_ADDRESS", PORTAL)
    monkeypatch.setenv("PORTAL_TOKEN", token_of(ann, read_only=True))
    known: dict[str, Any] = {}
    code = next(each for each in code_of("python") if "pandas" in each)
    exec(compile(code, "docs/data.md", "exec"), known)  # noqa: S102  # our own document
    assert len(known["joined"]) == len(known["atos"]) > 0
    assert known["atos"]["Signed"].dtype.kind == "M"
    assert known["most"].sum() <= len(known["atos"])
    assert known["waiting"].notna().all()


def test_the_examples_for_excel_and_power_bi_name_addresses_and_columns_that_are_there() -> None:
    excel, power_bi = code_of("m")
    labels = {column.label for column in ATOS.columns}
    assert set(re.findall(r'\{"(\w+)", type', excel)) <= labels
    program = program_of(User.objects.get(email="ann@harbors.example"))
    [path] = re.findall(r'RelativePath = "([^"]+)"', excel)
    assert program.get(f"/{path}?standing=live").status_code == 200
    [path] = re.findall(r'Page\("([^"]+)"\)', power_bi)
    assert set(program.get(f"/{path}").json()) >= {"next", "items"}
