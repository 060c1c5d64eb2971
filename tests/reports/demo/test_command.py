"""`./portal report` gives what the page gives; --as-of sets the clock for ages and the printed time, not the rows."""

import json
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import User
from authorizations.models import Case
from tests.attacks.scene import signed_in
from tests.reports.newcomer import content

pytestmark = [pytest.mark.slow, pytest.mark.sqlite, pytest.mark.django_db, pytest.mark.usefixtures("demo")]
ANN, CORA = "ann@harbors.example", "cora@nimbus.example"


def made(out: Path, name: str, email: str, suffix: str, **more: Any) -> bytes:
    call_command("report", name, email=email, format=suffix, out=out, verbosity=0, **more)
    assert list(out.parent.iterdir()) == [out]
    return out.read_bytes()


def members(raw: bytes) -> Any:
    """What is in an archive, but what it says of itself."""
    with ZipFile(BytesIO(raw)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name != "about.csv"}


@pytest.mark.parametrize("name", ["dashboard", "ato-register", "duties"])
def test_it_writes_the_file_that_the_page_gives(tmp_path: Path, name: str) -> None:
    client = signed_in(User.objects.get(email=ANN))
    files: list[Any] = [made(tmp_path / "file", name, ANN, "csv"), content(client.get(f"/reports/{name}/csv/"))]
    if name != "ato-register":
        # They were made at two addresses and times, and say so.
        files = [members(each) for each in files]
    assert files[0] == files[1]


def test_the_clock_moves_ages_and_the_printed_time_and_no_rows(tmp_path: Path) -> None:
    case = Case.objects.get(offering__name="Nimbus Ferry", stage="agency_review")
    later = timezone.now() + timedelta(days=10)
    now, then = (
        json.loads(made(tmp_path / "file", "agency-portfolio", ANN, "json", as_of=clock))
        for clock in (None, later.isoformat())
    )
    days = [
        {row["case"]: row["days"] for table in each["tables"] if table["key"] == "cases" for row in table["rows"]}
        for each in (now, then)
    ]
    assert days[0].keys() == days[1].keys()
    assert days[1][case.offering.name] == days[0][case.offering.name] + 10
    assert then["as_of"][:10] == timezone.localdate(later).isoformat()


def test_it_writes_to_standard_output_and_nothing_else_there(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    more: dict[str, Any] = {"as_of": "2026-11-24T09:00", "table": "rows"}
    call_command("report", "ato-register", email=ANN, format="json", out=Path("-"), **more)
    written = capfdbinary.readouterr().out
    assert written == made(tmp_path / "file", "ato-register", ANN, "json", **more)
    assert {"ato_id", "offering_id", "agency_id", "fedramp_id"} <= json.loads(written)[0].keys()


def test_the_same_clock_gives_the_same_workbook(tmp_path: Path) -> None:
    one, other = (made(tmp_path / "file", "dashboard", ANN, "xlsx", as_of="2026-11-24T09:00") for _ in range(2))
    assert one == other


@pytest.mark.parametrize(
    ("name", "email", "more", "description"),
    [
        ("dashboard", "nobody@harbors.example", {}, "Nobody who may sign in"),
        ("program", ANN, {}, "has no report of this name"),
        ("case-status", ANN, {}, "Choose: case"),
        ("case-status", ANN, {"about": ["case=22222222222222"]}, "There is no"),
        ("dashboard", ANN, {"as_of": "yesterday"}, "--as-of is a time"),
        ("ato-register", ANN, {"table": "cases"}, "no table “cases”. It has: rows"),
        ("duties", ANN, {"about": ["organisation=x"]}, "no parameter “organisation”. It has: organization, side"),
        ("duties", ANN, {"about": ["since=2027-01-02", "until=2027-01-01"]}, "The first day comes after the last"),
    ],
)
def test_what_cannot_be_made_is_said_in_a_sentence_and_leaves_no_file(
    tmp_path: Path, name: str, email: str, more: Any, description: str
) -> None:
    with pytest.raises(CommandError, match=description):
        call_command("report", name, email=email, format="csv", out=tmp_path / "file", **more)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be written: No such file"):
        call_command("report", "dashboard", email=ANN, format="csv", out=tmp_path / "none" / "file")


def test_the_case_of_another_agency_is_not_there(tmp_path: Path) -> None:
    theirs = Case.objects.exclude(pk__in=Case.objects.visible_to(User.objects.get(email=CORA))).first()
    assert theirs is not None
    with pytest.raises(CommandError, match="There is no"):
        made(tmp_path / "file", "case-status", CORA, "pdf", about=[f"case={theirs.public_id}"])
