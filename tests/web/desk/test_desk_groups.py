"""The desk by offering and by bureau, and a list that comes back from a spreadsheet."""

import csv
import io
import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from authorizations.models import Ato, Event
from authorizations.web.desk.gaps import NAMED, OVERLAPS, gaps_of
from tests.cast import Cast
from tests.conftest import sign_in
from tests.lifecycle.world import make_ato
from tests.web.desk.test_desk_pages import known, soon  # noqa: F401  # a fixture
from tests.web.lists.test_lists import rows_of_export, rows_of_page
from tests.web.register.records import make_atos, make_offerings

# Each test draws pages of a whole portfolio.
pytestmark = pytest.mark.slow

TODAY = timezone.localdate()


def cells(client: Client, name: str) -> list[dict[str, str]]:
    head, *rows = rows_of_export(client, reverse(f"{name}_csv"))
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_by_offering_it_says_who_uses_it_until_when_and_with_what_open(client: Client, cast: Cast) -> None:
    offering = make_offerings(cast.organizations["nimbus"], 1)[0]
    ato = make_ato(cast, offering, expires_on=soon(40))
    Ato.objects.filter(pk=ato.pk).update(owner=cast.reviewer)
    make_atos(offering, cast.organizations["harbors"], 1, expires_on=soon(90))
    make_atos(offering, cast.organizations["meadows"], 1, expires_on=soon(1))
    sign_in(client, cast.liaison)
    (row,) = cells(client, "desk_offerings")
    assert row["Bureaus"] == "Bureau of Lighthouses; Department of Harbors"
    assert (row["Live ATOs"], row["Systems"], row["Our contact"]) == ("2", "Lamp Records", cast.reviewer.name)
    assert row["Next expiry"] == soon(40).isoformat()


def test_by_bureau_its_numbers_lead_to_their_rows(client: Client, cast: Cast, known: list[Ato]) -> None:  # noqa: F811
    sign_in(client, cast.liaison)
    (row,) = cells(client, "desk_bureaus")
    assert (row["Live ATOs"], row["Expiry passed"], row["Within 90 days"], row["Letters missing"]) == (
        "4",
        "1",
        "2",
        "5",
    )
    page = client.get(reverse("desk_bureaus")).content.decode()
    (address,) = re.findall(r'href="(/desk/[^"]*expiry=in90)"', page)
    assert len(rows_of_page(client, address.replace("&amp;", "&"))) == 2


def test_offerings_with_several_atos_are_as_many_as_stand_behind_the_link(client: Client, cast: Cast) -> None:
    harbors = cast.organizations["harbors"]
    offerings = make_offerings(cast.organizations["nimbus"], NAMED + 1)
    for offering in offerings:
        make_atos(offering, harbors, 2, expires_on=soon(200))
    make_atos(offerings[0], cast.organizations["lighthouses"], 1, expires_on=soon(200))
    (gap,) = (each for each in gaps_of(User.objects.get(pk=cast.liaison.pk), harbors) if each.words == OVERLAPS)
    assert gap.number == 2 * NAMED + 1
    sign_in(client, cast.liaison)
    assert client.get(gap.url).context["state"].total == gap.number


def exported(client: Client, **changed: dict[str, str]) -> SimpleUploadedFile:
    """The list of the desk as a file, with some cells changed, by the id of the ATO."""
    head, *rows = rows_of_export(client, reverse("desk_csv"))
    for row in rows:
        for label, value in changed.get(row[head.index("ATO id")], {}).items():
            row[head.index(label)] = value
    stream = io.StringIO()
    csv.writer(stream).writerows([head, *rows])
    return SimpleUploadedFile("atos.csv", stream.getvalue().encode())


def fields_of(run: Any, **typed: str) -> dict[str, Any]:
    shown = {field.html_name: field.value() or "" for field in run.form}
    rows = [str(row.chosen) for row in run.rows if row.is_good]
    return {**shown, "act": run.act.key, "row": rows, **{f"{run.act.key}-{key}": value for key, value in typed.items()}}


def test_a_changed_file_is_compared_and_taken_in_by_its_acts(client: Client, cast: Cast, known: list[Ato]) -> None:  # noqa: F811
    sign_in(client, cast.bureau_liaison)
    until = date(TODAY.year + 2, 1, 31)
    file = exported(
        client,
        **{
            known[0].public_id: {"Expires": f"{until:%m/%d/%Y}", "Owner's address": cast.liaison.email},
            known[1].public_id: {"Still used on": TODAY.isoformat(), "System": "Another"},
            known[2].public_id: {"Expires": "soon", "Owner's address": "nobody@example.gov"},
        },
    )
    url = client.post(reverse("desk_sheet"), {"file": file})["Location"]
    page = client.get(url)
    plan, runs = page.context["plan"], {run.act.key: run for run in page.context["runs"]}
    assert (plan.rows, plan.same, len(plan.notes)) == (5, 2, 3)
    assert set(runs) == {"renew", "still-used", "owner"}
    assert not Event.objects.acts().exclude(verb__startswith="agencysystem").exists()
    letters = {"decision_signed_on": soon(-1).isoformat(), "decision_letter": "Memo 9", "letter": "Letter 4"}
    official = {"authorizing_official": cast.official.public_id}
    sent = fields_of(runs["renew"], **letters, **official)
    done = client.post(url, sent)
    assert [run.refused for run in done.context["runs"] if run.form is None] == [0]
    assert Ato.objects.get(pk=known[0].pk).expires_on == until
    again = client.post(url, sent)
    assert [run.refused for run in again.context["runs"] if run.form is None] == [0]
    owners = {run.act.key: run for run in client.get(url).context["runs"]}["owner"]
    client.post(url, fields_of(owners))
    client.post(url, fields_of(runs["still-used"], reference="Review 7"))
    assert Ato.objects.get(pk=known[0].pk).owner == cast.liaison
    assert Ato.objects.get(pk=known[1].pk).use_confirmed_on == TODAY
    assert client.get(url).context["runs"] == []


@pytest.mark.slow  # several pages
def test_a_file_of_another_person_or_without_ids_is_not_taken(client: Client, cast: Cast, known: list[Ato]) -> None:  # noqa: F811
    sign_in(client, cast.bureau_liaison)
    wrong = SimpleUploadedFile("a.csv", b"Offering,Expires\nDrive,2027-01-01\n")
    assert "no column" in str(client.post(reverse("desk_sheet"), {"file": wrong}).context["form"].errors)
    url = client.post(reverse("desk_sheet"), {"file": exported(client)})["Location"]
    ids = exported(client)
    sign_in(client, cast.stranger_agency)
    assert client.get(url)["Location"] == reverse("desk_sheet")
    theirs = client.get(client.post(reverse("desk_sheet"), {"file": ids})["Location"])
    assert theirs.context["runs"] == []
    assert {words for _, words in theirs.context["plan"].notes} == {"No ATO on your desk has this id."}


def test_odd_cells_and_rows_that_come_twice_are_noted(client: Client, cast: Cast, known: list[Ato]) -> None:  # noqa: F811
    sign_in(client, cast.bureau_liaison)
    ids, first, second = [ato.public_id for ato in known], cast.liaison.email, cast.reviewer.email
    lines = ["ATO id,Expires,Owner's address", f"{ids[0]},²,{first}", f"{ids[1]},{'9' * 4_000},", f"{ids[0]},,{second}"]
    file = SimpleUploadedFile("a.csv", "\n".join(lines).encode())
    page = client.get(client.post(reverse("desk_sheet"), {"file": file})["Location"])
    (run,), plan = page.context["runs"], page.context["plan"]
    assert [row.words for row in run.rows] == [f"none → {cast.liaison.name}. Owner now: nobody"]
    no_date = "This is no date."
    assert plan.notes == [("B2", no_date), ("B3", no_date), ("Row 4", "Row 2 has this ATO already, and counts.")]
