"""pandas reads every file of a list and every table of a report, without being told anything about it."""

import io
import json
from typing import Any
from zipfile import ZipFile

import pytest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from authorizations.reports.base import ask
from authorizations.reports.registry import REPORTS
from authorizations.web.desk.listing import DESK
from tests.attacks.scene import signed_in
from tests.reports.agreeing import ONE_SIDE, about, somebody
from tests.reports.newcomer import content
from tests.web.lists.test_list_files import ALL

pandas = pytest.importorskip("pandas", reason="needs pandas, which comes with the packages for tests")
pytestmark = [pytest.mark.slow, pytest.mark.sqlite, pytest.mark.django_db, pytest.mark.usefixtures("demo")]


def read_both(rows: bytes, records: bytes, more: int = 0) -> tuple[Any, Any]:
    """A CSV file and the JSON of the same rows, and ``more``, as pandas reads them."""
    table, same = pandas.read_csv(io.BytesIO(rows)), pandas.read_json(io.BytesIO(records))
    assert len(table) + more == len(same)
    assert len(table) == 0 or len(table.columns) == len(same.columns)
    return table, same


@pytest.mark.parametrize("listing", [*ALL, DESK], ids=lambda listing: listing.name)
def test_pandas_reads_each_list(listing: Any) -> None:
    client = signed_in(somebody(Role.AGENCY_LIAISON if listing is DESK else Role.PMO_LEAD))
    try:
        paths = [reverse(listing.export_name(suffix)) for suffix in ("csv", "json")]
    except NoReverseMatch:
        pytest.skip("this list gives no files")
    read_both(*(content(client.get(path)) for path in paths))


@pytest.mark.parametrize(("name", "role"), ONE_SIDE)
def test_pandas_reads_each_table_of_each_report(name: str, role: Role) -> None:
    user = somebody(role)
    given = about(name, user)
    if given is None:
        pytest.skip("there is nothing that it could be about")
    client, contents = signed_in(user), REPORTS[name].contents(ask(REPORTS[name], user, given, timezone.now()))
    files = {}
    for table in contents.every_table:
        query = {**given, "table": table.key}
        files[table.key] = content(client.get(f"/reports/{name}/csv/", query))
        # Taking a file of the audit log is an entry of it: two were written since it was counted.
        taken = int(name == "audit-extract" and table.key == contents.tables[0].key)
        _, found = read_both(files[table.key], content(client.get(f"/reports/{name}/json/", query)), taken)
        assert len(found) == table.total + 2 * taken
    whole = content(client.get(f"/reports/{name}/csv/", given))
    if len(files) == 1:
        assert name == "audit-extract" or [whole] == list(files.values())
        return
    with ZipFile(io.BytesIO(whole)) as archive:
        members = {each.removesuffix(".csv"): archive.read(each) for each in archive.namelist()}
    explained = pandas.read_csv(io.BytesIO(members.pop("columns")))
    told = pandas.read_csv(io.BytesIO(members.pop("about"))).set_index("What")["Value"]
    assert {"Portal", "Independence", "As of", "Made for", "Federal data"} <= set(told.index)
    assert user.name in told["Made for"]
    assert members.keys() == files.keys()
    assert set(explained.columns) == {"Table", "Column", "Key", "Holds", "What it means"}
    assert explained["What it means"].notna().mean() > 0.8


def test_rows_name_their_records_and_days_are_days() -> None:
    client = signed_in(User.objects.get(email="ann@harbors.example"))
    atos, _ = read_both(*(content(client.get(f"/atos.{suffix}")) for suffix in ("csv", "json")))
    assert atos[["ATO id", "Offering id", "Agency id"]].notna().all(axis=None)
    assert atos["FedRAMP id"].notna().any()
    assert pandas.to_datetime(atos["Signed"], format="%Y-%m-%d").notna().any()
    cases, _ = read_both(*(content(client.get(f"/cases.{suffix}")) for suffix in ("csv", "json")))
    assert cases["Days"].dtype.kind == "i"
    assert pandas.to_datetime(cases["Since"], format="%Y-%m-%d").notna().all()


def test_the_whole_report_explains_its_columns() -> None:
    client = signed_in(User.objects.get(email="ann@harbors.example"))
    for table in json.loads(content(client.get("/reports/dashboard/json/")))["tables"]:
        keys = [each["key"] for each in table["columns"]]
        assert all(list(row) == keys for row in table["rows"])
